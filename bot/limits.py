"""How much one person may ask of the bot: far more than any meeting needs, far less than a flood ([limits]).

Counted are messages that would make the bot act (commands, answers, reactions to its messages), by their own times: a
backlog after an outage is no flood. With as many as the limit within its minutes a person is not heard for as long
again, is told so once, and what they say meanwhile is carried out by nobody: it has to be said again.

The count is in memory and holds a person's last few minutes only. After a start it begins with the command lines that
stand in the database, so that a restart forgets no flood, and an event that comes twice counts once
(docs/decisions/limits.md).
"""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog
from sqlmodel import Session

from bot import audit, text
from bot.access import Access, Place
from bot.matrix.batch import Arrival
from bot.owed import Message, direct, owe
from bot.storage import queries
from bot.when.say import say_clock

log = structlog.get_logger(__name__)


@dataclass
class _Heard:
    """What a person said of late that counted, in order of time, and by event; what was left alone since."""

    accepted: list[tuple[datetime, str]] = field(default_factory=list)
    events: set[str] = field(default_factory=set)
    ignored: set[str] = field(default_factory=set)

    def add(self, at: datetime, event_id: str) -> None:
        insort(self.accepted, (at, event_id))
        self.events.add(event_id)

    def forget(self, before: datetime) -> None:
        """Let go of what no count needs any more."""
        old = bisect_left(self.accepted, (before, ""))
        self.events.difference_update(event for _, event in self.accepted[:old])
        del self.accepted[:old]


class Limits:
    """Counts what people ask of the bot."""

    def __init__(self, access: Access) -> None:
        self.access = access
        self._people: dict[str, _Heard] = {}

    def too_many(self, session: Session, arrival: Arrival, place: Place) -> bool:
        """Whether a message that would make the bot act is one too many; if not, it counts from now on."""
        limits = self.access.settings.limits
        window = timedelta(minutes=limits.minutes)
        heard = self._people.get(arrival.sender)
        if heard is None:
            heard = self._people[arrival.sender] = _Heard()
            for at, event_id in queries.commands_since(session, arrival.sender, arrival.at - 2 * window):
                heard.add(at, event_id)
        if arrival.event_id in heard.events:
            return False  # its transaction was taken back, and it comes again
        last = _full(heard.accepted, arrival.at, window, limits.messages)
        if last is not None:
            self._ignore(session, arrival, place, heard, last)
            return True
        self._over(session, arrival, heard)
        heard.add(arrival.at, arrival.event_id)
        heard.forget(heard.accepted[-1][0] - 2 * window)
        return False

    def _ignore(
        self, session: Session, arrival: Arrival, place: Place, heard: _Heard, last: tuple[datetime, str]
    ) -> None:
        """Leave a message alone; the first time the person is told, by the message that was the last one heard."""
        limits = self.access.settings.limits
        heard.ignored.add(arrival.event_id)
        lang = self.access.language(session, arrival.sender)
        local = last[0].astimezone(self.access.settings.general.tz)
        said = text.t(
            lang,
            "limit-told",
            count=limits.messages,
            minutes=limits.minutes,
            last=say_clock(local.time(), lang),
        )
        told = owe(
            session,
            f"limit:{arrival.sender}:{last[1]}",
            direct(arrival.sender),
            Message("limit", said, notify=True, language=lang),
            now=arrival.at,
            room_id=place.room_id if place.person == arrival.sender else None,
        )
        if told is not None:
            log.warning(
                "limit.reached", sender=arrival.sender, messages=limits.messages, minutes=limits.minutes
            )
            _note(session, arrival, "limit")

    @staticmethod
    def _over(session: Session, arrival: Arrival, heard: _Heard) -> None:
        """A person is heard again after a flood: how many of their messages were left alone."""
        if heard.ignored:
            log.warning("limit.over", sender=arrival.sender, ignored=len(heard.ignored))
            _note(session, arrival, f"limit:{len(heard.ignored)}")
            heard.ignored.clear()


def _full(
    accepted: Sequence[tuple[datetime, str]], at: datetime, window: timedelta, most: int
) -> tuple[datetime, str] | None:
    """The message that filled a window, if that was less than a window ago; None where there is room for one more."""
    until = bisect_left(accepted, (at + timedelta(microseconds=1), "")) if len(accepted) >= most else 0
    for place in range(until - 1, most - 2, -1):
        when = accepted[place][0]
        if at - when >= window:
            break
        if when - accepted[place - most + 1][0] < window:
            return accepted[place]
    return None


def _note(session: Session, arrival: Arrival, detail: str) -> None:
    audit.note(
        session,
        "refused",
        f"person:{arrival.sender}",
        by=arrival.sender,
        at=arrival.at,
        detail=detail,
        purpose="security",
        event_id=arrival.event_id,
    )
