"""What a lost database had said: the bot's own messages, found in the rooms, that this one does not know."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, exists
from sqlmodel import Session, col, select

from bot.storage.cases import Case
from bot.storage.models import Action, Outbox, Said
from bot.storage.queries.places import meta, set_meta

__all__ = ["note_said", "said", "says_now", "settle_said", "told_case", "told_number"]

_CODE = re.compile(r"[A-Z]{1,6}-(\d\d)-(\d{1,5})")
HIGHEST = "told_number"  # the fact that holds the highest number that people were told and we may not know

_IS_SAID = select(Said.id).where(Said.id == bindparam("id"))


def said(session: Session, outbox_id: str) -> Said | None:
    """What was said under an outbox id."""
    # Past the ORM: every message and every action asks, and hardly ever is there an answer.
    if session.connection().execute(_IS_SAID, {"id": outbox_id}).first() is None:
        return None
    return session.get(Said, outbox_id)


def note_said(
    session: Session,
    outbox_id: str,
    *,
    event_id: str,
    room_id: str,
    kind: str,
    numbers: Sequence[int],
    at: datetime,
    case: str = "",
    media: str = "",
) -> None:
    """Keep a message of ours, sent at `at`; one that is kept already stays. Its numbers are nobody else's."""
    if said(session, outbox_id) is None:
        row = Said(id=outbox_id, event_id=event_id, room_id=room_id, kind=kind, numbers=list(numbers), at=at)
        row.case_code, row.media = case or None, media or None
        session.add(row)
        session.flush()
    if numbers and max(numbers) > int(meta(session, HIGHEST) or 0):
        set_meta(session, HIGHEST, str(max(numbers)))
    told = _CODE.fullmatch(case)
    if told is not None:
        key = f"told_case:{2000 + int(told[1])}"
        set_meta(session, key, str(max(int(told[2]), int(meta(session, key) or 0))))


def says_now(session: Session, event_id: str, kind: str, numbers: Sequence[int]) -> None:
    """A message that is kept was edited: what it says now is what people were told."""
    row = session.exec(select(Said).where(Said.event_id == event_id)).first()
    if row is not None:
        row.kind, row.numbers = kind, list(numbers)
        session.flush()


def told_number(session: Session, outbox_id: str, kinds: Collection[str]) -> int | None:
    """The number that a message of one of the kinds gave an action, if no action has it."""
    row = said(session, outbox_id)
    number = row.numbers[0] if row is not None and row.kind in kinds and row.numbers else None
    if number is None or session.exec(select(Action.number).where(Action.number == number)).first():
        return None
    return int(number)


def told_case(session: Session, outbox_id: str) -> str | None:
    """The code that a message told people a case had been opened under, if no case has it."""
    row = said(session, outbox_id)
    code = row.case_code if row is not None and row.kind == "case.opened" else None
    if code is None or session.exec(select(Case.code).where(Case.code == code)).first():
        return None
    return code


def settle_said(session: Session) -> list[int]:
    """Forget what the outbox knows by now. Returns the numbers people were told whose actions are not there."""
    session.exec(delete(Said).where(exists().where(col(Outbox.id) == col(Said.id))))
    told = {int(number) for numbers in session.exec(select(Said.numbers)) for number in numbers or ()}
    there = set(session.exec(select(Action.number).where(col(Action.number).in_(sorted(told)))))
    return sorted(told - there)
