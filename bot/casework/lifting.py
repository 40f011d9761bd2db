"""A case lifted to another forum, and back: what the two rooms are told, and told anew when it changes.

The room it goes to hears what it has to know to decide. The room it came from hears what was decided and agreed about
it there, and nothing else of that forum. Who no longer has the case learns nothing new of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from bot import text
from bot.access import Access
from bot.actions import Cause
from bot.cases import Cases
from bot.casework.occasions import reason_shown
from bot.documents.case import actions_of, had_it
from bot.documents.digest import forum_name
from bot.documents.lines import action_line, case_line, mark, when, with_agency
from bot.meetings import next_meeting
from bot.owed import Message, forum, owe, owe_edit, owe_redaction, unused
from bot.proceedings import room_language
from bot.storage import queries
from bot.storage.cases import Case, Escalation
from bot.storage.meetings import Decision
from bot.storage.models import Action, Forum, Outbox

SHOWN = 5  # actions of each sort in the message to the room a case is lifted to
_TOLD = ("lifted-told:", "returned-told:")  # reasons of the lines that the other room is told


def target_of(session: Session, access: Access, case: Case) -> Forum | None:
    """The forum to which a case would be lifted: one that may hold personal data; None where there is none."""
    to = access.lifts_to(session, queries.forum(session, case.forum_uid))
    config = access.settings.room(to.config_room) if to is not None else None
    return to if config is not None and config.personal_data else None


def called(session: Session, access: Access, forum_uid: str) -> str:
    """What a forum is called, as a token."""
    return text.user_text(forum_name(access, queries.forum(session, forum_uid)))


# --- lifted


def tell_lifted(
    session: Session, access: Access, case: Case, row: Escalation, saying: str, now: datetime
) -> None:
    """Tell the room that a case is lifted to it, or let what it was told say what is so now."""
    language = room_language(session, access, row.to_uid)
    message = _lifted(session, access, case, row, language, now)
    known = [
        each
        for each in queries.said_of_case(session, case.uid, "case.escalated")
        if _lift_of([row], each) is not None and each.target == forum(row.to_uid)
    ]
    lifts = queries.escalations_of_all_states(session, case.uid) if known else ()
    said = next((each for each in known if _lift_of(lifts, each) is row), None)
    if said is None:
        reason = unused(session, f"escalated:{row.source_event}:{row.source_line}")
        owe(session, reason, forum(row.to_uid), message, now=now)
    elif said.template != message.template:
        owe_edit(session, said, f"escalated-edit:{saying}:{said.id}", message, now=now)


def tell_source(session: Session, access: Access, case: Case, row: Escalation, now: datetime) -> None:
    """Tell the room that a case comes from where it went, when that was not said in front of it."""
    language = room_language(session, access, row.forum_uid)
    said = text.t(
        language,
        "lift-told",
        case=case_line(case, language),
        forum=called(session, access, row.to_uid),
        who=with_agency(access, row.by) if row.by else text.t(language, "lift-me"),
        words=_reason(session, access, row, language),
    )
    message = Message("case.changed", said, language=language, case=case.uid)
    reason = unused(session, f"lifted-told:{row.source_event}:{row.source_line}")
    owe(session, reason, forum(row.forum_uid), message, now=now)


def _reason(session: Session, access: Access, row: Escalation, language: str) -> str:
    return reason_shown(session, access, row, language) or text.t(language, "lift-no-reason")


def _lifted(
    session: Session, access: Access, case: Case, row: Escalation, language: str, now: datetime
) -> Message:
    """What it is about, why, how urgent, what is overdue and what was tried."""
    about = case_line(case, language)
    if row.urgent and not case.urgent:
        about += f" · {text.t(language, 'case-urgent')}"
    who = with_agency(access, row.by) if row.by else text.t(language, "lift-me")
    lines = [
        f"**{text.t(language, 'lift-head', case=about)}**",
        text.t(language, "lift-from", forum=called(session, access, row.forum_uid), who=who),
        text.t(language, "lift-reason", words=_reason(session, access, row, language)),
    ]
    rows = actions_of(session, case)
    late = [a for a in rows if a.state == "open" and a.overdue_at is not None and a.overdue_at <= now]
    tried = sorted(
        (a for a in rows if a.state in ("done", "declined")),
        key=lambda a: a.closed_at or a.created_at,
        reverse=True,
    )
    lines += _actions(session, access, "lift-overdue", late, language, now, most=SHOWN)
    lines += _actions(session, access, "lift-tried", tried, language, now, most=SHOWN, closed=True)
    following = next_meeting(session, access, queries.forum(session, row.to_uid), now)
    day = when(access, following.start, language, now) if following else ""
    lines += ["", text.t(language, "lift-next", known="yes" if day else "no", day=day)]
    lines.append(text.t(language, "lift-how", code=case.code, prefix=access.settings.general.prefix))
    return Message("case.escalated", "\n".join(lines), notify=True, language=language, case=case.uid)


def _actions(
    session: Session,
    access: Access,
    key: str,
    rows: Sequence[Action],
    language: str,
    now: datetime,
    *,
    most: int | None = None,
    closed: bool = False,
) -> list[str]:
    """Actions under a head that counts them, at most so many; `closed` says of those that are closed what they are."""
    if not rows:
        return []
    owners = queries.owners_of(session, [row.uid for row in rows[:most]])
    lines = [
        f"- **{row.number}** "
        + action_line(session, access, row, language, now, owners=owners[row.uid], case=False)
        + (mark(row, language, now) if closed and row.state != "open" else "")
        for row in rows[:most]
    ]
    left = len(rows) - len(lines)
    more = [f"- {text.t(language, 'digest-more', count=left)}"] if left else []
    return ["", f"**{text.t(language, key, count=len(rows))}**", "", *lines, *more]


# --- and back


def decided(session: Session, case: Case, row: Escalation) -> tuple[list[Decision], list[Action]]:
    """What the forum that a case is, or was, lifted to has decided and agreed about it while it had it."""
    decisions = [
        each
        for each in queries.decisions_of_case(session, case.code, [row.to_uid])
        if had_it(row, each.decided_at)
    ]
    actions = [
        each
        for each in queries.actions_of_case(session, case.code, [row.to_uid])
        if had_it(row, each.created_at)
    ]
    in_order = sorted(decisions, key=lambda each: (each.week, each.number))
    return in_order, sorted(actions, key=lambda each: each.number)


def give_back(
    session: Session, access: Access, cases: Cases, case: Case, row: Escalation, *, here: str | None = None
) -> None:
    """Send a case back: the forum it came from hears what was decided, the other one in a line that it is gone.

    `here` is the forum in whose room that was said, which has its answer there.
    """
    cases.send_back(case, row)
    now = cases.cause.at
    occasion = f"{row.source_event}:{row.source_line}:{cases.cause.event_id}:{cases.cause.line}"
    language = room_language(session, access, row.forum_uid)
    message = _returned(session, access, case, row, language, now)
    decisions, actions = decided(session, case, row)
    if decisions or actions or here != row.forum_uid:
        owe(session, unused(session, f"returned:{occasion}"), forum(row.forum_uid), message, now=now)
    if here != row.to_uid:
        language = room_language(session, access, row.to_uid)
        message = Message(
            "case.changed", gone(session, access, case, row, language), language=language, case=case.uid
        )
        owe(session, unused(session, f"returned-told:{occasion}"), forum(row.to_uid), message, now=now)


def gone(session: Session, access: Access, case: Case, row: Escalation, language: str) -> str:
    """The line that a forum hears when a case has left it."""
    decisions, actions = decided(session, case, row)
    return text.t(
        language,
        "lift-gone",
        code=case.code,
        forum=called(session, access, row.forum_uid),
        decisions=len(decisions),
        actions=len(actions),
        prefix=access.settings.general.prefix,
    )


def tell_ended(
    session: Session, access: Access, case: Case, row: Escalation, cause: Cause, *, here: str | None
) -> None:
    """Tell both forums of a case that was lifted that it is closed, or rests: but the one in whose room that was said.

    The forum that it came from hears what was decided and agreed about it as well.
    """
    occasion = f"{row.source_event}:{row.source_line}:{cause.event_id}:{cause.line}"
    if here != row.to_uid:
        language = room_language(session, access, row.to_uid)
        key = "lift-closed" if case.state == "closed" else "lift-rests"
        said = text.t(language, key, code=case.code, forum=called(session, access, row.forum_uid))
        message = Message("case.changed", said, language=language, case=case.uid)
        owe(session, unused(session, f"returned-told:{occasion}"), forum(row.to_uid), message, now=cause.at)
    language = room_language(session, access, row.forum_uid)
    if here != row.forum_uid:
        said = text.t(
            language,
            "lift-ended",
            who=with_agency(access, cause.by),
            what=case.state,
            case=case_line(case, language),
            forum=called(session, access, row.to_uid),
        )
        message = Message("case.changed", said, language=language, case=case.uid)
        owe(
            session, unused(session, f"returned-told:{occasion}"), forum(row.forum_uid), message, now=cause.at
        )
    if any(decided(session, case, row)):
        message = _returned(session, access, case, row, language, cause.at)
        owe(session, unused(session, f"returned:{occasion}"), forum(row.forum_uid), message, now=cause.at)


def _returned(
    session: Session, access: Access, case: Case, row: Escalation, language: str, now: datetime
) -> Message:
    """The numbered decisions, and who does what, in the room that the case came from."""
    decisions, actions = decided(session, case, row)
    head = text.t(
        language, "lift-back", case=case_line(case, language), forum=called(session, access, row.to_uid)
    )
    lines = [f"**{head}**", ""]
    lines += [
        f"- **{each.label}** {text.text_ref(each.text_uid) if each.text_uid else text.t(language, 'line-no-text')}"
        for each in decisions
    ]
    if not decisions:
        lines.append(text.t(language, "lift-back-undecided"))
    lines += _actions(session, access, "lift-agreed", actions, language, now)
    return Message("case.returned", "\n".join(lines), notify=True, language=language, case=case.uid)


# --- when it changes


def refresh_lifts(session: Session, access: Access, case: Case, reason: str, now: datetime) -> None:
    """Let what was said of a case's lifts say what is so now; what was taken back is deleted.

    The room that no longer has the case is told nothing new.
    """
    lifts = queries.escalations_of_all_states(session, case.uid)
    if not lifts:
        return
    for said in queries.said_of_case(session, case.uid, "case.escalated"):
        row = _lift_of(lifts, said)
        if row is None or row.state == "withdrawn" or case.state == "withdrawn":
            owe_redaction(session, said, f"gone:{reason}:{said.reason}", now=now)
        elif row.state == "standing":
            tell_lifted(session, access, case, row, reason, now)
        elif case.text_uid and said.template and case.text_uid not in said.template:
            # Worded otherwise since: maybe a name was taken out, and the old words must not stay where it was.
            owe_redaction(session, said, f"reworded:{reason}:{said.reason}", now=now)
    for said in queries.said_of_case(session, case.uid, "case.returned"):
        row = _lift_of(lifts, said)
        if row is None or row.state != "returned":
            owe_redaction(session, said, f"gone:{reason}:{said.reason}", now=now)
            continue
        message = _returned(session, access, case, row, said.language, now)
        if message.template != said.template:
            owe_edit(session, said, f"returned-edit:{reason}:{said.id}", message, now=now)
    for said in queries.said_of_case(session, case.uid, "case.changed"):
        row = _lift_of(lifts, said)
        stands = {"lifted-told:": ("standing", "returned"), "returned-told:": ("returned",)}
        for prefix in _TOLD:
            if said.reason.startswith(prefix) and (row is None or row.state not in stands[prefix]):
                owe_redaction(session, said, f"gone:{reason}:{said.reason}", now=now)


def _lift_of(lifts: Sequence[Escalation], said: Outbox) -> Escalation | None:
    """The lift that a message is about: the one its reason names; of one said again, the newest before it."""
    for row in lifts:
        if f":{row.source_event}:{row.source_line}:" in f"{said.reason}:":
            return row
    before = [row for row in lifts if row.escalated_at <= said.created_at]
    return max(before, key=lambda row: row.escalated_at, default=None)
