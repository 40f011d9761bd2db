"""Which cases have something to do with an agenda: due ones, those lifted to its forum, and what comes again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

from sqlmodel import Session

from bot.history import BOT
from bot.storage import queries
from bot.storage.cases import Case
from bot.storage.meetings import AgendaItem


def is_due(case: Case, before: datetime) -> bool:
    """Whether a case has to be taken up before an instant: never was, its follow-up is due, or it returns from rest.

    The same rule as `queries.cases_due`, of one case.
    """
    over = case.follow_up_at is not None and case.follow_up_at <= before
    return (case.live and (case.followed_at is None or over)) or (case.state == "resting" and over)


def most_serious_first(case: Case) -> tuple[bool, datetime, str]:
    """Sorts cases: urgent ones first, then the longest not taken up."""
    return (not case.urgent, (case.followed_at or case.opened_at).astimezone(UTC), case.code)


def by_itself(item: AgendaItem) -> bool:
    """Whether an item came to the agenda by itself because of its case."""
    return item.case_code is not None and item.added_by == BOT


def untouched(item: AgendaItem) -> bool:
    """Whether nobody has done anything with an item."""
    return item.state == "open" and item.minutes is None and item.began_at is None


def comes_again(
    session: Session, forum_uid: str, item: AgendaItem, cases: Mapping[str, Case], before: datetime
) -> bool:
    """Whether an item that was left over goes on to the next meeting: not if its case is closed, rests or was returned.

    What came by itself comes again while it is due. A code that means nothing here is only a part of people's words.
    """
    case = cases.get(item.case_code or "")
    if case is None or case.state == "withdrawn":
        return not by_itself(item)
    if case.forum_uid == forum_uid:
        return is_due(case, before) if by_itself(item) else case.live
    here = [row for row in queries.escalations(session, case.uid) if row.to_uid == forum_uid]
    if by_itself(item) or here:
        return any(row.state == "standing" for row in here)
    return True
