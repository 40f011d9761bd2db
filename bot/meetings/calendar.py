"""Which meetings a forum has: what the config's rhythm says (bot.planned), and the rows of those it remembers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot.access import Access
from bot.planned import Occurrence, occurrences
from bot.programme import Room as RoomConfig
from bot.storage import queries
from bot.storage.meetings import Meeting
from bot.storage.models import Forum

REACH = timedelta(days=400)
NEAR = timedelta(days=35)


@dataclass(frozen=True)
class Planned:
    """A meeting in the calendar: what the rhythm says, or its row where there is one. Times are UTC.

    `joining` and `staying_away` are the agencies that come to some meetings only: those of this one, and the others.
    """

    forum_uid: str
    slot: str
    start: datetime
    end: datetime
    state: str = "planned"
    sequence: int = 0
    joining: frozenset[str] = frozenset()
    staying_away: frozenset[str] = frozenset()
    row: Meeting | None = None

    def lay_ahead(self, now: datetime) -> bool:
        """Whether it was still to come at a moment, which may be long ago: a message is edited, or heard late."""
        began = self.row.began_at if self.row else None
        return self.state == "planned" or (self.state in ("running", "held") and bool(began and began > now))


def upcoming(
    session: Session, access: Access, forum: Forum, a: datetime, b: datetime, *, cancelled: bool = False
) -> list[Planned]:
    """A forum's meetings that begin after `a` and up to `b`, in that order; called-off ones only if asked for."""
    return calendar(session, access, [forum], a, b, cancelled=cancelled)


def calendar(
    session: Session,
    access: Access,
    forums: Sequence[Forum],
    a: datetime,
    b: datetime,
    *,
    cancelled: bool = False,
) -> list[Planned]:
    """The same of several forums at once: asked at every tick, so with one query however many they are."""
    configs = {forum.uid: access.settings.room(forum.config_room) for forum in forums}
    rhythm = [
        (uid, each)
        for uid, config in configs.items()
        if config is not None
        for each in occurrences(config, access.calendar, a, b)
    ]
    slots = [each.slot for _, each in rhythm]
    rows = {
        (row.forum_uid, row.slot): row for row in queries.meetings_around(session, list(configs), slots, a, b)
    }
    found = [
        Planned(uid, each.slot, each.start, each.end, "planned", 0, each.joining, each.staying_away)
        for uid, each in rhythm
        if (uid, each.slot) not in rows
    ]
    named = {(uid, each.slot) for uid, each in rhythm}
    found += [
        planned(access, configs[row.forum_uid], row)
        for key, row in rows.items()
        # What the config no longer names, and nobody has touched, does not take place.
        if a < row.starts_at <= b
        and (row.sequence or row.state != "planned" or row.slot.startswith("extra:") or key in named)
    ]
    return sorted(
        (each for each in found if cancelled or each.state != "cancelled"),
        key=lambda each: (each.start, each.slot, each.forum_uid),
    )


def planned(access: Access, config: RoomConfig | None, row: Meeting) -> Planned:
    """A meeting's row as its place in the calendar."""
    own = occurrence(access, config, row.slot)
    return Planned(
        row.forum_uid,
        row.slot,
        row.starts_at,
        row.ends_at,
        row.state,
        row.sequence,
        own.joining if own else frozenset(),
        own.staying_away if own else frozenset(),
        row,
    )


def occurrence(access: Access, config: RoomConfig | None, slot: str) -> Occurrence | None:
    """What the rhythm says of a slot, after its rules; None for one that is in no rhythm."""
    if config is None or slot.startswith("extra:"):
        return None
    at = datetime.fromisoformat(slot)
    near = occurrences(config, access.calendar, at - NEAR, at + NEAR)
    return next((each for each in near if each.slot == slot), None)


def next_meeting(session: Session, access: Access, forum: Forum, now: datetime) -> Planned | None:
    """The forum's next meeting that is to begin later than now; None if none is known within a year."""
    for reach in (NEAR, REACH):
        found = [each for each in upcoming(session, access, forum, now, now + reach) if each.lay_ahead(now)]
        if found:
            return found[0]
    return None


def week_label(access: Access, instant: datetime) -> str:
    """The ISO week of an instant's local day, as decisions are numbered by: "2026-W48"."""
    year, week, _ = access.today(instant).isocalendar()
    return f"{year}-W{week:02d}"
