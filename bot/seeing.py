"""What somebody was shown on asking, for the log of who saw what: cases by their codes, and one action in full.

An answer that changes something is in the log as that change; what the bot says of its own accord as `told`.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache

from sqlmodel import Session

from bot import audit
from bot.access import Access
from bot.commands import Reply
from bot.storage import queries

SHOWS = frozenset(
    "case.shown case.plan case.sheet cases.list questions.list digest agenda minutes.shown meeting.list "
    "actions.list action.shown me".split()
)
"""The kinds of answers to somebody who asked; a problem is none, though it may repeat the code that was asked for."""


def note_seen(
    session: Session, access: Access, made: Reply, *, by: str, where: str, event_id: str, now: datetime
) -> None:
    """Note each case that an answer names, and the action that it shows with its history, as seen by who asked.

    `where` is the outbox target of the answer: who else may read it there.
    """
    if made.kind not in SHOWS:
        return
    codes = set(_codes(access.settings.general.case_prefix).findall(made.template))
    found = queries.cases_by_code(session, codes) if codes else {}
    own = queries.case(session, made.case)
    if own is not None:
        found[own.code] = own
    subjects = [f"case:{code}" for code in sorted(found)]
    if made.kind == "action.shown":
        rows = queries.actions_by_uid(session, made.actions)
        subjects += [f"action:{rows[uid].number}" for uid in made.actions if uid in rows]
    for subject in subjects:
        audit.note(
            session,
            "saw",
            subject,
            by=by,
            at=now,
            recipient=where,
            detail=made.kind,
            purpose="prevention" if subject.startswith("case:") else "coordination",
            event_id=event_id,
        )


@lru_cache(maxsize=8)
def _codes(prefix: str) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(prefix)}-\d\d-\d{{1,5}}\b")
