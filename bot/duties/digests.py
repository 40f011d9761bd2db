"""Regular digests: each room at its hour, each lead in direct messages; a holiday moves one to the next working day.

What fell due while the bot was down goes out once, as the latest, not one for each that was missed.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from sqlmodel import Session

from bot.access import Access
from bot.config_times import Slot
from bot.documents.digest import Request, build
from bot.owed import Message, direct, forum, owe
from bot.programme import Person
from bot.storage import queries
from bot.storage.models import DigestSent, Forum
from bot.when import Calendar

_HORIZON = 21  # days: longer than any run of closed days


@lru_cache(maxsize=256)
def slots(slot: Slot, calendar: Calendar, day: date) -> tuple[datetime, ...]:
    """The instants of a slot around a day, each moved to the next open working day where its own is closed."""
    found: set[datetime] = set()
    for offset in range(-_HORIZON, _HORIZON + 1):
        own = day + timedelta(days=offset)
        if own.weekday() in slot.weekdays:
            actual = own
            while not calendar.is_open(actual) or (actual != own and actual.weekday() > 4):
                actual += timedelta(days=1)
            found.add(datetime.combine(actual, slot.at, calendar.tz).astimezone(UTC))
    return tuple(sorted(found))


def next_instant(session: Session, access: Access, now: datetime) -> datetime | None:
    """When the next digest falls due."""
    return min((_following(slot, access, now) for _, slot, _ in _targets(session, access)), default=None)


def _following(slot: Slot, access: Access, now: datetime) -> datetime:
    return next(at for at in slots(slot, access.calendar, access.today(now)) if at > now)


def _targets(session: Session, access: Access) -> list[tuple[str, Slot, Forum | Person]]:
    """Who gets a regular digest: target, slot, and the one forum or the lead it is for."""
    found: list[tuple[str, Slot, Forum | Person]] = []
    for home in queries.forums(session):
        config = access.settings.room(home.config_room)
        if config is not None and config.digest is not None:
            found.append((forum(home.uid), config.digest, home))
    slot = access.settings.general.lead_digest
    return [*found, *((direct(lead.user_id), slot, lead) for lead in access.settings.leads)]


def run(session: Session, access: Access, now: datetime) -> None:
    """Owe every digest whose hour has come since the target's last one."""
    for target, slot, whose in _targets(session, access):
        last = queries.first_slot(session, target, now)
        passed = [at for at in slots(slot, access.calendar, access.today(now)) if last < at <= now]
        if not passed:
            continue
        covered = [whose] if isinstance(whose, Forum) else access.own_forums(session, whose)
        forums = [home for home in covered if queries.forum_room(session, home.uid)]
        if forums:
            _owe(session, access, target, forums, passed[-1], last, _following(slot, access, now), now)
        row = session.get(DigestSent, target)
        if row is not None:
            row.at = now


def _owe(
    session: Session,
    access: Access,
    target: str,
    forums: Sequence[Forum],
    slot: datetime,
    since: datetime,
    until: datetime,
    now: datetime,
) -> None:
    across = target.startswith("dm:")
    room = None if across else queries.forum_room(session, forums[0].uid)
    place = access.place(session, room) if room else None
    lang = access.language(session, target.removeprefix("dm:") if across else None, place)
    request = Request(forums=tuple(forums), since=since, until=until, now=now, language=lang, across=across)
    made = build(session, access, request)
    reason = f"digest:{target}:{slot.astimezone(access.calendar.tz).date()}"
    message = Message("digest", made.template, made.actions, notify=across, language=lang)
    owe(session, reason, target, message, now=now)
    if made.figures is not None:
        picture = Message("digest.picture", made.figures.to_json(), language=lang)
        owe(session, f"{reason}:picture", target, picture, now=now, what="picture")
