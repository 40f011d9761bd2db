"""What `hotspotbot check` says of meetings: when each forum meets next by the config, so that a wrong rule is seen."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.access import Access
from bot.checks.findings import Line
from bot.config_problems import shown
from bot.documents.lines import who_comes
from bot.planned import Occurrence, occurrences
from bot.programme import Room
from bot.settings import Settings
from bot.text import t
from bot.when import Deadline, say

AHEAD = timedelta(days=366)
SHOWN = 3


def meeting_lines(settings: Settings, now: datetime) -> Iterator[Line]:
    """For each room with meetings its next three, after holidays and breaks; a warning where a year has none."""
    calendar = Access(settings).calendar
    language = settings.general.language
    for room in settings.rooms:
        if room.meeting is None:
            continue
        coming = occurrences(room, calendar, now, now + AHEAD)[:SHOWN]
        name = shown(room.name or room.room)
        if not coming:
            yield Line("warning", t(language, "check-meetings-none", room=name), language)
            continue
        days = "; ".join(_said(settings, room, each, now) for each in coming)
        yield Line("ok", t(language, "check-meetings", room=name, days=days), language)


def _said(settings: Settings, room: Room, each: Occurrence, now: datetime) -> str:
    """A meeting in words, with the agencies that come to some meetings only."""
    language, tz = settings.general.language, settings.general.tz
    said = say(Deadline.of(each.start, tz), language, now=now, tz=tz)
    notes = who_comes(language, each.joining, each.staying_away)
    return f"{said} ({', '.join(notes)})" if notes else said
