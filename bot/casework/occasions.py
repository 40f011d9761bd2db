"""Why the bot proposes to lift a case, in plain words: the same on any later day, and in anybody's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot import text
from bot.access import Access
from bot.documents.lines import day
from bot.storage import queries
from bot.storage.cases import Escalation
from bot.when import Deadline

REMINDED = 2
"""An action counts as overdue for good once it was reminded of so often."""


@dataclass(frozen=True)
class Occasion:
    """Why a case should be lifted: `overdue`, `still` or `failed`, and what makes it one occasion and no other."""

    kind: str
    of: str

    @property
    def name(self) -> str:
        """How a message's reason names it."""
        return f"{self.kind}:{self.of}"


def why(session: Session, access: Access, occasion: Occasion, language: str, at: datetime) -> str:
    """What speaks for lifting a case, as seen at a moment: a clause after "because", without a stop."""
    if occasion.kind == "still":
        return text.t(language, "propose-still", day=_since(access, occasion, language, at))
    number, _, due = occasion.of.partition(":")
    row = queries.action(session, int(number))
    if occasion.kind == "failed" or row is None:
        return text.t(language, "propose-failed", number=int(number))
    days = (at - Deadline.from_iso(due).end(access.settings.general.tz)).days
    times = queries.times_reminded(session, [row.uid], at).get(row.uid, REMINDED)
    return text.t(language, "propose-overdue", number=row.number, days=max(1, days), times=times)


def reason_of(session: Session, access: Access, reason: str, language: str, at: datetime) -> str:
    """Why a case is lifted, of the proposal owed for a reason and accepted at a moment: a sentence without a stop."""
    _, _, kind, of = reason.split(":", 3)
    occasion = Occasion(kind, of.rpartition(":@")[0])
    if kind == "still":  # Danish orders the words of a sentence otherwise
        return text.t(language, "propose-still-alone", day=_since(access, occasion, language, at))
    said = why(session, access, occasion, language, at)
    return said[:1].upper() + said[1:]


def _since(access: Access, occasion: Occasion, language: str, at: datetime) -> str:
    return day(access, Deadline.from_iso(occasion.of), language, at)


def reason_shown(session: Session, access: Access, row: Escalation, language: str) -> str | None:
    """Why a case was lifted, for readers of a language; None where nobody said why.

    People's words as they wrote them. The bot's own, of a proposal that was accepted, are said in that language: they
    are known by being what that proposal gave as the reason.
    """
    if row.text_uid is None:
        return None
    words = queries.words(session, row.text_uid)
    for asked in queries.said_of_case(session, row.case_uid, "case.propose") if words else ():
        said = {
            each: reason_of(session, access, asked.reason, each, row.escalated_at) for each in text.LANGUAGES
        }
        if words in said.values():
            return said[language]
    return text.text_ref(row.text_uid)
