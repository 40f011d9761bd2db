"""The items of an agenda: where a new one stands, and when the meeting after it is."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta

from bot.history import BOT, History
from bot.meetings.calendar import next_meeting
from bot.meetings.kept import KEPT
from bot.storage import queries
from bot.storage.meetings import AgendaItem, Meeting
from bot.storage.models import Forum

# Where a new item stands, by its kind, while nobody has put the agenda in an order of their own.
RANKS = {
    "escalated": 0,
    "case": 5_000,
    "carried": 10_000,
    "overdue": 20_000,
    "due": 30_000,
    "added": 40_000,
    "standing": 50_000,
}


class Items(History):
    """What everything that puts items on agendas needs."""

    kept = KEPT
    about = "meeting_uid"

    def _next_but_one(self, forum: Forum, meeting: Meeting) -> datetime:
        """When the meeting after this one begins; a week later where none is known."""
        after = next_meeting(self.session, self.access, forum, max(self.cause.at, meeting.starts_at))
        return after.start if after else meeting.starts_at + timedelta(days=7)

    def _add(self, meeting: Meeting, kind: str, *, source: str, minutes: int | None = None) -> AgendaItem:
        item = AgendaItem(
            forum_uid=meeting.forum_uid,
            meeting_uid=meeting.uid,
            kind=kind,
            place=self._place(meeting, kind),
            minutes=minutes,
            added_by=BOT,
            added_at=self.cause.at,
            source_event=source,
        )
        self.session.add(item)
        self.session.flush()
        return item

    def _place(self, meeting: Meeting, kind: str) -> int:
        """Behind those of its kind, or behind everything once the order is somebody's own or the meeting runs."""
        items = queries.agenda_of_all_states(self.session, meeting.uid)
        if meeting.reordered or meeting.state == "running":
            return max((each.place for each in items), default=0) + 1
        rank = RANKS[kind]
        above = min((other for other in RANKS.values() if other > rank), default=sys.maxsize)
        return max((each.place for each in items if rank <= each.place < above), default=rank) + 1
