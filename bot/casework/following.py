"""What the end of a meeting means for its cases: taken up, followed up, sent back with what was decided."""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot.access import Access
from bot.actions import Cause
from bot.cases import Cases
from bot.casework.lifting import decided, give_back, refresh_lifts
from bot.meetings import Meetings
from bot.storage import queries
from bot.storage.cases import Case
from bot.storage.meetings import Decision, Meeting


def meeting_ended(session: Session, access: Access, meeting: Meeting, cause: Cause) -> None:
    """Note what a meeting that has just ended took up; taking its end back takes this back, for the cause is the same.

    A case of its own forum is followed up. One that was lifted to it and decided on goes back to where it came from.
    """
    items = queries.case_items(session, meeting.uid)
    decisions = queries.decisions_of(session, meeting.uid)
    actions = queries.actions_of_meeting(session, meeting.uid)
    spoken = {row.case_code for row in decisions} | {row.case_code for row in actions}
    spoken |= {item.case_code for item in items if item.state == "done"}
    taken = {code for code in spoken if code}
    if not taken:
        return
    meetings, cases = Meetings(session, access, cause), Cases(session, access, cause)
    for code, case in sorted(queries.cases_by_code(session, taken).items()):
        if case.state == "withdrawn":
            continue
        lifted = queries.escalation(session, case.uid)
        own = case.forum_uid == meeting.forum_uid
        here = lifted is not None and lifted.to_uid == meeting.forum_uid
        if not (own or here):
            continue
        for item in items:
            if item.case_code == code and item.state == "open":
                meetings.close_item(meeting, item)  # it was spoken of without being turned to
        if own and _is_followed(session, case, meeting):
            cases.followed(case, meeting.ended_at or cause.at)
        elif lifted is not None and here and decided(session, case, lifted)[0]:
            give_back(session, access, cases, case, lifted)


def _is_followed(session: Session, case: Case, meeting: Meeting) -> bool:
    """Whether a case that was taken up counts as followed up: not if it was closed, or put to rest in the meeting."""
    if case.live or case.state != "resting":
        return case.live
    began: datetime = meeting.began_at or meeting.starts_at
    return not any(
        change.field == f"case:{case.uid}"
        and change.at >= began
        and (change.after or {}).get("state") == "resting"
        for change in queries.history_of_case(session, case.uid)
    )


def decided_between(session: Session, access: Access, decision: Decision, cause: Cause) -> Case | None:
    """A decision about a case that is lifted here sends it back at once, unless a meeting is under way.

    One that was said in a meeting, and heard only after its end, comes late and does the same. Returns the case.
    """
    case = queries.case_by_code(session, decision.case_code)
    lifted = queries.escalation(session, case.uid) if case is not None else None
    meeting = queries.meeting(session, decision.meeting_uid)
    if case is None or lifted is None or lifted.to_uid != decision.forum_uid:
        return None
    if decision.decided_at < lifted.escalated_at or (meeting is not None and meeting.state == "running"):
        return None
    give_back(session, access, Cases(session, access, cause), case, lifted)
    return case


def meeting_reworded(session: Session, access: Access, meeting: Meeting, reason: str, now: datetime) -> None:
    """What a meeting that is over decided and agreed was worded anew or taken back: who was told of it is told so."""
    codes = {row.case_code for row in queries.decisions_of(session, meeting.uid)}
    codes |= {row.case_code for row in queries.actions_of_meeting(session, meeting.uid)}
    for case in queries.cases_by_code(session, {code for code in codes if code}).values():
        refresh_lifts(session, access, case, reason, now)
