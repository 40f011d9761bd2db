"""What goes because its time is up ([retention]): closed cases with notice, the rest little by little.

A closed case is announced to its forum's coordinators; what follows is done by `bot.filing` and by people's word. All
else is looked for once a morning and deleted some rows at a time, so that no tick takes long.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session, SQLModel

from bot import audit
from bot.access import Access
from bot.erasing import steps
from bot.storage import queries
from bot.storage.cases import CaseQuestion, QuestionStep
from bot.storage.meetings import AgendaItem, Attendance, Decision, Meeting, Remark
from bot.storage.models import Action, Change, Command, InboxEvent, Outbox, OutboxAction, OutboxText, Text

log = structlog.get_logger(__name__)

AT_ONCE = 20
"""Rows of a kind that go in one tick, with what belongs to them."""
PAGE = 300
"""Messages and events looked at in one tick."""
_NEXT = "retention_next"  # the fact that holds when to look again
_SWEPT = "retention_swept"  # how far the old messages were looked through this week


def next_instant(session: Session, access: Access, now: datetime) -> datetime | None:
    """When something has to be announced, exported, reminded of or deleted next."""
    noted = queries.meta(session, _NEXT)
    moments = [datetime.fromisoformat(noted)] if noted else [now]
    for row in queries.erasures_in(session, "asked", "announced"):
        if row.state == "announced" and row.not_before is not None and row.not_before > now:
            moments.append(row.not_before)
        elif row.state == "asked" and row.consent_by is None:
            moments.append(max(row.at + steps.PATIENCE, now))
    return min(moments)


def run(session: Session, access: Access, now: datetime) -> None:
    """Do what is due."""
    steps.silent(session, access, now)
    steps.stopped(session)
    noted = queries.meta(session, _NEXT)
    if noted and datetime.fromisoformat(noted) > now:
        return
    _announce(session, access, now)
    steps.remind(session, access, now)
    more = [kind(session, access, now) for kind in (_actions, _meetings, _messages)]
    again = now + timedelta(seconds=1) if any(more) else access.office_hours().next_morning(now)
    queries.set_meta(session, _NEXT, again.isoformat())


def _announce(session: Session, access: Access, now: datetime) -> None:
    """Announce the closed cases whose time is up by the time that the notice is over."""
    retention = access.settings.retention
    if retention.cases is None:
        return
    ahead = retention.notice.after(now)
    # A month has more days than another: what is not quite due yet is left for its own morning.
    for case in queries.cases_closed_before(session, retention.cases.before(ahead) + timedelta(days=3), 200):
        if case.closed_at is not None and retention.cases.after(case.closed_at) <= ahead:
            steps.announce(session, access, case, now)


# --- what has no case


def _actions(session: Session, access: Access, now: datetime) -> bool:
    """Delete closed actions without a case. Returns whether there may be more."""
    period = access.settings.retention.actions
    rows = queries.actions_closed_before(session, period.before(now), AT_ONCE) if period else ()
    if rows:
        _forget_actions(session, rows)
        _noted(session, "actions", len(rows), now)
    return len(rows) == AT_ONCE


def _forget_actions(session: Session, rows: Sequence[Action]) -> None:
    uids = [row.uid for row in rows]
    texts = {uid for row in rows for uid in (row.text_uid, row.planb_uid) if uid}
    for row in rows:
        for step in queries.history(session, row.uid):
            if step.field in ("text", "note", "planb"):
                texts |= {value for value in (step.before, step.after) if isinstance(value, str)}
    highest = max([int(queries.meta(session, "told_number") or 0), *(row.number for row in rows)])
    queries.set_meta(session, "told_number", str(highest))
    queries.remove(session, Change, "action_uid", uids)
    queries.remove_owners(session, uids)
    queries.unlink(session, Action, "instead_of", uids)
    queries.unlink_texts(session, texts)
    queries.remove(session, OutboxAction, "action_uid", uids)
    queries.remove(session, OutboxText, "text_uid", texts)
    queries.remove(session, Action, "uid", uids)
    queries.remove(session, Text, "uid", texts)
    session.expire_all()


def _meetings(session: Session, access: Access, now: datetime) -> bool:
    """Delete a meeting with its minutes, agenda and decisions. Returns whether there may be more."""
    period = access.settings.retention.meetings
    rows = queries.meetings_over_before(session, period.before(now), 1) if period else ()
    for row in rows:
        _forget_meeting(session, row)
        _noted(session, "meetings", 1, now)
    return bool(rows)


def _forget_meeting(session: Session, meeting: Meeting) -> None:
    """What a case is about stays with the case, until that goes."""
    uid = meeting.uid
    items: Sequence[AgendaItem] = queries.rows_of_meeting(session, AgendaItem, uid)
    decisions: Sequence[Decision] = queries.rows_of_meeting(session, Decision, uid)
    remarks: Sequence[Remark] = queries.rows_of_meeting(session, Remark, uid)
    questions: Sequence[CaseQuestion] = queries.rows_of_meeting(session, CaseQuestion, uid)
    ours = [row for row in decisions if row.case_code is None]
    texts = queries.attendance_texts(session, uid)
    for rows in (items, ours, remarks):
        texts |= {row.text_uid for row in rows if row.text_uid}
    item_uids = [row.uid for row in items]
    with_item: tuple[type[SQLModel], ...] = (Action, Decision)
    for table in with_item:
        queries.unlink(session, table, "item_uid", item_uids)
        queries.unlink(session, table, "meeting_uid", [uid])
    queries.unlink(session, Outbox, "meeting_uid", [uid])
    queries.unlink(session, AgendaItem, "carried_from", item_uids)
    queries.unlink_texts(session, texts)
    queries.remove(session, QuestionStep, "question_uid", [row.uid for row in questions])
    queries.remove(session, CaseQuestion, "meeting_uid", [uid])
    queries.remove(session, Change, "meeting_uid", [uid])
    gone: tuple[type[SQLModel], ...] = (Attendance, Remark, AgendaItem)
    for table in gone:
        queries.remove(session, table, "meeting_uid", [uid])
    queries.remove(session, Decision, "uid", [row.uid for row in ours])
    queries.remove(session, OutboxText, "text_uid", texts)
    queries.remove(session, Text, "uid", texts)
    queries.remove(session, Meeting, "uid", [uid])
    session.expire_all()


def _messages(session: Session, access: Access, now: datetime) -> bool:
    """Delete what was sent long ago, and who sent what was handled long ago; once a week, page by page.

    The ids of handled events stay: only they keep an event that comes once more from being handled once more. Returns
    whether there is more.
    """
    period = access.settings.retention.messages
    week = "{}-{}".format(*access.today(now).isocalendar()[:2])
    seen = json.loads(queries.meta(session, _SWEPT) or "{}")
    if seen.get("week") != week:
        seen = {"week": week, "message": 0, "event": ""}
    if period is None or (seen["message"] is None and seen["event"] is None):
        return False
    until = period.before(now)
    rows: Sequence[Outbox] = ()
    events: Sequence[InboxEvent] = ()
    if seen["message"] is not None:
        rows, seen["message"] = queries.messages_sent_before(session, until, seen["message"], PAGE)
    if seen["event"] is not None:
        events, seen["event"] = queries.events_before(session, until, seen["event"], PAGE)
    ids = [row.id for row in rows]
    about_messages: tuple[type[SQLModel], ...] = (OutboxText, OutboxAction, QuestionStep)
    for table in about_messages:
        queries.remove(session, table, "outbox_id", ids)
    queries.remove(session, Outbox, "about", ids)
    queries.remove(session, Outbox, "id", ids)
    queries.remove(session, Command, "event_id", [row.event_id for row in events])
    for event in events:
        event.sender = ""
    session.flush()
    if rows or events:
        _noted(session, "messages", len(rows), now, events=len(events))
    queries.set_meta(session, _SWEPT, json.dumps(seen))
    return seen["message"] is not None or seen["event"] is not None


def _noted(session: Session, kind: str, count: int, now: datetime, **more: int) -> None:
    if count:
        audit.note(session, "erased", kind, by="", at=now, detail=f"{kind}={count}", purpose="retention")
    log.info("retention.deleted", kind=kind, count=count, **more)
