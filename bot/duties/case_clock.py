"""What time makes of cases: one at rest comes back, one that stands still is brought to its coordinators.

Each case is looked at once an office morning (`look_at`), some at a time, so that a thousand do not hold up a tick.
"""

from __future__ import annotations

from datetime import datetime

from sqlmodel import Session

from bot import text
from bot.access import Access
from bot.actions import Cause
from bot.cases import Cases
from bot.casework.proposing import A_DAY, gather, propose, proposed_today
from bot.documents.lines import case_line
from bot.history import BOT
from bot.meetings import most_serious_first
from bot.owed import Message, forum, owe
from bot.proceedings import room_language
from bot.storage import queries
from bot.storage.cases import Case

AT_ONCE = 200
"""Cases looked at in one tick."""


def next_instant(session: Session, access: Access, now: datetime) -> datetime | None:
    """When a case has to be looked at next."""
    return queries.next_look(session)


def run(session: Session, access: Access, now: datetime) -> None:
    """Look at every case whose morning has come."""
    due = queries.cases_to_look_at(session, now, AT_ONCE)
    if not due:
        return
    morning = access.office_hours().next_morning(now)
    still = [case for case in due if case.state == "open"]
    facts, asked = gather(session, access, still, now), proposed_today(session, access, now)
    for case in due:
        case.look_at = morning
        if case.state == "resting":
            _return(session, access, case, now)
    for case in sorted(still, key=most_serious_first):
        if asked[case.forum_uid] < A_DAY:
            asked[case.forum_uid] += propose(session, access, case, facts, now)


def _return(session: Session, access: Access, case: Case, now: datetime) -> None:
    """A case whose rest is over is open again, and due at the next meeting."""
    until = case.follow_up_at
    if until is not None and until > now:
        case.look_at = until
        return
    day = access.today(until or now)
    Cases(session, access, Cause(BOT, now, f"rested:{case.code}:{day}")).reopen(case)
    language = room_language(session, access, case.forum_uid)
    said = text.t(language, "case-returns", case=case_line(case, language))
    message = Message("case.changed", said, language=language, case=case.uid)
    owe(session, f"rested:{case.code}:{day}", forum(case.forum_uid), message, now=now)
