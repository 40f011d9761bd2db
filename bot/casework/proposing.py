"""When the bot proposes to lift a case: an action that is long overdue, no movement, a plan without plan B that failed.

It only proposes. The coordinator decides, and is not asked again for the same occasion.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sqlmodel import Session

from bot import text
from bot.access import Access
from bot.casework.lifting import called, target_of
from bot.casework.occasions import REMINDED, Occasion, why
from bot.config_times import Span
from bot.documents.case import counts
from bot.documents.lines import case_line
from bot.owed import Message, direct, owe
from bot.storage import queries
from bot.storage.cases import Case
from bot.storage.models import Action

A_DAY = 5
"""So many cases of a forum are brought up in a morning, the most serious first; the others on the following ones."""
QUIET = timedelta(days=7)
"""A coordinator hears of one case at most so often, whatever the occasions."""


@dataclass(frozen=True)
class Facts:
    """What is looked at for many cases at once, with one query each: by the case's uid, and by the action's."""

    actions: Mapping[str, Sequence[Action]]
    reminded: Mapping[str, int]
    moved: Mapping[str, datetime]
    lately: frozenset[str]
    again: Mapping[str, datetime]


def gather(session: Session, access: Access, cases: Sequence[Case], now: datetime) -> Facts:
    """Read what has to be known of some open cases."""
    by_code = {case.code: case for case in cases}
    lifted = queries.escalations_of(session, [case.uid for case in cases])
    actions: dict[str, list[Action]] = {}
    for row in queries.actions_about(session, by_code, ("open", "declined")):
        case = by_code[row.case_code or ""]
        if counts(case, lifted.get(case.uid, ()), row.forum_uid, row.created_at):
            actions.setdefault(case.uid, []).append(row)
    before = _ago(access, access.settings.cases.overdue, now)
    late = [row.uid for rows in actions.values() for row in rows if _is_late(row, before)]
    return Facts(
        actions,
        queries.times_reminded(session, late),
        queries.moved_at(session, cases) if cases else {},
        frozenset(queries.cases_said_of(session, "case.propose", now - QUIET)) if cases else frozenset(),
        queries.reopened_at(session, [case.uid for case in cases]),
    )


def proposed_today(session: Session, access: Access, now: datetime) -> Counter[str]:
    """Of how many cases each forum's coordinators have been asked today, by the forum's uid."""
    today = access.today(now)
    midnight = datetime.combine(today, time(), access.calendar.tz).astimezone(UTC)
    asked = queries.cases_said_of(session, "case.propose", midnight)
    return Counter(case.forum_uid for case in queries.cases_by_uid(session, asked).values())


def propose(session: Session, access: Access, case: Case, facts: Facts, now: datetime) -> bool:
    """Ask the coordinators whether a case should be lifted, if there is an occasion they have not heard of.

    Returns whether they were asked.
    """
    if case.state != "open" or case.uid in facts.lately:
        return False
    to = None
    for occasion in occasions(access, case, facts, now):
        to = to or target_of(session, access, case)
        if to is None:
            return False
        told = False
        for person in access.coordinators(session, case.forum_uid):
            language = access.language(session, person.user_id)
            reason_given = why(session, access, occasion, language, now)
            head = text.t(
                language,
                "propose-head",
                case=case_line(case, language),
                forum=called(session, access, to.uid),
            )
            lines = [
                f"**{head}**",
                text.t(language, "propose-why", why=reason_given),
                text.t(language, "propose-how"),
            ]
            message = Message("case.propose", "\n".join(lines), notify=True, language=language, case=case.uid)
            reason = f"propose:{case.code}:{occasion.name}:{person.user_id}"
            told |= owe(session, reason, direct(person.user_id), message, now=now) is not None
        if told:
            return True
    return False


def occasions(access: Access, case: Case, facts: Facts, now: datetime) -> list[Occasion]:
    """The occasions to lift an open case, the most telling first."""
    rows = facts.actions.get(case.uid, ())
    since = case.followed_at or facts.again.get(case.uid) or case.opened_at
    found = [
        Occasion("failed", str(row.number))
        for row in rows
        if row.state == "declined" and row.planb_uid is None and (row.closed_at or since) > since
    ]
    before = _ago(access, access.settings.cases.overdue, now)
    found += [
        Occasion("overdue", f"{row.number}:{row.due}")
        for row in rows
        if _is_late(row, before) and facts.reminded.get(row.uid, 0) >= REMINDED
    ]
    moved = facts.moved.get(case.uid, case.opened_at)
    if moved <= _ago(access, access.settings.cases.still, now):
        found.append(Occasion("still", access.today(moved).isoformat()))
    return found


def _is_late(row: Action, before: datetime) -> bool:
    return row.state == "open" and row.overdue_at is not None and row.overdue_at <= before


def _ago(access: Access, span: Span, now: datetime) -> datetime:
    if span.unit == "workdays":
        today = access.today(now)
        return now - (today - access.calendar.shift(today, -span.count))
    return now - timedelta(days=span.days)
