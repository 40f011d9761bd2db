"""What was said about a case follows what has changed since, or was taken back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlmodel import Session

from bot import proceedings
from bot.access import Access
from bot.actions import Cause
from bot.casework.lifting import refresh_lifts
from bot.casework.summary import refresh_summaries
from bot.meetings import BOT, Meetings, upcoming
from bot.storage import queries
from bot.storage.cases import Case
from bot.storage.models import Change, Forum

_AHEAD = timedelta(days=35)


def refresh(session: Session, access: Access, case: Case, reason: str, now: datetime) -> None:
    """Let what the bot has said of a case say what is so now: summaries, word of its lifts, agendas it stands on.

    `reason` names what changed, once: an event and a line, or an occasion.
    """
    refresh_lifts(session, access, case, reason, now)
    refresh_summaries(session, access, case, reason, now)
    forums = [queries.forum(session, uid) for uid in sorted(access.case_forums(session, case))]
    left = {row.to_uid for row in queries.escalations_of_all_states(session, case.uid)} - {
        each.uid for each in forums
    }
    for where in [*forums, *(queries.forum(session, uid) for uid in sorted(left))]:
        refresh_agendas(session, access, where, reason, now)


def refresh_agendas(session: Session, access: Access, where: Forum, reason: str, now: datetime) -> None:
    """Bring the agendas that a forum's room has been sent up to date with its cases."""
    for each in upcoming(session, access, where, now, now + _AHEAD):
        row = each.row
        if row is None or row.state != "planned" or row.posted_at is None:
            continue
        Meetings(session, access, Cause(BOT, now, f"agenda:{row.occasion}")).prepare(where, row)
        proceedings.refresh(session, access, row, f"case:{reason}", now)


def after_taking_back(
    session: Session, access: Access, changes: Iterable[Change], reason: str, now: datetime
) -> None:
    """The same of every case that steps which were taken back had been about, or their decisions and actions."""
    done = list(changes)
    cases = {uid: queries.case(session, uid) for uid in {c.case_uid for c in done} if uid}
    codes = {
        row.case_code
        for row in queries.actions_by_uid(session, [c.action_uid for c in done if c.action_uid]).values()
    }
    for change in done:
        kind, _, uid = change.field.partition(":")
        decision = queries.decision(session, uid) if kind == "decision" else None
        codes |= {decision.case_code} if decision is not None else set()
    cases |= {case.uid: case for case in queries.cases_by_code(session, {c for c in codes if c}).values()}
    for uid in sorted(cases, key=lambda uid: case.code if (case := cases[uid]) else ""):
        found = cases[uid]
        if found is not None:
            refresh(session, access, found, reason, now)


def touched(session: Session, access: Access, code: str | None, reason: str, now: datetime) -> None:
    """A decision or an action about a case was recorded or worded anew: what quotes it says so."""
    case = queries.case_by_code(session, code)
    if case is not None and case.state != "withdrawn":
        refresh_lifts(session, access, case, reason, now)
        refresh_summaries(session, access, case, reason, now)
