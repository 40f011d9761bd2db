"""What can happen to the agenda (dagsorden) of a meeting."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, timedelta

from bot.meetings.calendar import upcoming
from bot.meetings.case_items import CaseItems
from bot.storage import queries
from bot.storage.meetings import AgendaItem, Meeting
from bot.storage.models import Action, Forum
from bot.storage.queries import Selection

_AFTER = timedelta(days=35)
"""So long after a meeting others are looked at that may have its cases already."""


class Agenda(CaseItems):
    """The operations on agendas, within one transaction."""

    def prepare(self, forum: Forum, meeting: Meeting) -> None:
        """Bring a planned meeting's agenda up to date.

        Left over from earlier ones, cases, actions over the deadline and due, what waits for a meeting, what comes by
        itself. Running it twice changes nothing.
        """
        self._reclaim(meeting)
        earlier = upcoming(self.session, self.access, forum, self.cause.at, meeting.starts_at)
        first = not any(each.state == "planned" and each.slot != meeting.slot for each in earlier)
        # What is left over, and what waits, belongs to the very next meeting.
        left = queries.items_left_over(self.session, forum.uid, self.cause.at) if first else ()
        self._carry_over(forum, meeting, [old for old in left if old.meeting_uid != meeting.uid])
        for waiting in queries.waiting_items(self.session, forum.uid) if first else ():
            waiting.meeting_uid = meeting.uid
            waiting.place = self._place(meeting, waiting.kind)
            self.session.flush()
        items = {each.source_event: each for each in queries.agenda_of_all_states(self.session, meeting.uid)}
        for kind, other in (("overdue", "due"), ("due", "overdue")):
            item, wanted = items.get(kind), self.actions_about(forum, meeting, kind, limit=1)
            if wanted and item is None:
                added = self._add(meeting, kind, source=kind)
                twin = items.get(other)
                if meeting.reordered and twin is not None and twin.state == "open":
                    added.place = twin.place  # a deadline has passed: it stands where people put it
            elif item is not None and not wanted and item.state == "open":
                self.session.delete(item)
        self._standing(forum, meeting, set(items))
        self.session.flush()
        before = [each.row for each in earlier if each.state == "planned" and each.slot != meeting.slot]
        after = upcoming(self.session, self.access, forum, meeting.starts_at, meeting.starts_at + _AFTER)
        later = [each.row for each in after if each.state == "planned" and each.slot != meeting.slot]
        self._cases(
            forum,
            meeting,
            [row for row in before if row is not None],
            [row for row in later if row is not None],
        )

    def actions_about(self, forum: Forum, meeting: Meeting, kind: str, *, limit: int) -> Sequence[Action]:
        """The open actions that an item "overdue" or "due" is about, the most urgent first."""
        return queries.select_actions(self.session, self._about(forum, meeting, kind), limit=limit)

    def count_about(self, forum: Forum, meeting: Meeting, kind: str) -> int:
        """How many open actions such an item is about."""
        return queries.count(self.session, self._about(forum, meeting, kind))

    def _about(self, forum: Forum, meeting: Meeting, kind: str) -> Selection:
        """Over the deadline when the meeting begins or now, whichever is earlier; due before the next meeting."""
        now = min(self.cause.at, meeting.starts_at)
        inside = frozenset({forum.uid})
        if kind == "overdue":
            return Selection(inside, states=("open",), overdue_at=now)
        return Selection(
            inside, states=("open",), due_after=now, due_until=self._next_but_one(forum, meeting)
        )

    def _standing(self, forum: Forum, meeting: Meeting, known: set[str]) -> None:
        config = self.access.settings.room(forum.config_room)
        for each in config.standing if config else ():
            source = f"standing:{each.item}"[:200]
            if source in known or not self._first_of(forum, meeting, each.every):
                continue
            item = self._add(meeting, "standing", source=source, minutes=each.minutes)
            item.text_uid = self._text(each.item, meeting.key, source=source).uid

    def _first_of(self, forum: Forum, meeting: Meeting, period: str) -> bool:
        """Whether a meeting is its forum's first of the month or quarter; each one is its own."""
        if period == "meeting":
            return True
        tz = self.access.settings.general.tz
        local = meeting.starts_at.astimezone(tz)
        month = local.month if period == "month" else (local.month - 1) // 3 * 3 + 1
        start = local.replace(month=month, day=1, hour=0, minute=0, second=0, microsecond=0)
        begin = start.astimezone(UTC) - timedelta(microseconds=1)
        before = upcoming(self.session, self.access, forum, begin, meeting.starts_at)
        return all(
            each.slot == meeting.slot or (each.state == "planned" and each.end < self.cause.at)
            for each in before
        )

    def _reclaim(self, meeting: Meeting) -> None:
        """Take back what went on to a later meeting that is still to come: this one takes place after all."""
        for old in queries.agenda_of_all_states(self.session, meeting.uid):
            again = queries.item_carried_from(self.session, old.uid) if old.state == "carried" else None
            later = queries.meeting(self.session, again.meeting_uid) if again else None
            if again is not None and later is not None and later.state == "planned" and again.state == "open":
                old.state = "open"
                self.session.delete(again)
        self.session.flush()

    def add_item(
        self, forum: Forum, meeting: Meeting | None, words: str, *, minutes: int | None, case: str | None
    ) -> AgendaItem:
        """Put a person's item on a meeting's agenda, or let it wait for the next meeting.

        Without words it is about its case. An edited message words its item anew, where it stands.
        """
        item = queries.item_of_line(self.session, self.cause.event_id, self.cause.line)
        if item is not None and item.state == "carried":
            item = queries.newest_copy(self.session, item)
        before = self.snapshot(item) if item else None
        if item is None:
            item = AgendaItem(
                forum_uid=forum.uid,
                kind="added",
                place=self._place(meeting, "added") if meeting else 0,
                meeting_uid=meeting.uid if meeting else None,
                added_by=self.cause.by,
                added_at=self.cause.at,
                source_event=self.cause.event_id,
                source_line=self.cause.line,
            )
        key = queries.text_key(self.session, forum.uid, case)
        item.text_uid = self._text(words, key).uid if words else None
        item.minutes, item.case_code = minutes, case
        item.state = "open" if item.state == "struck" else item.state
        self.session.add(item)
        self.session.flush()
        self._note(meeting.uid if meeting else None, f"item:{item.uid}", before, self.snapshot(item))
        if meeting is not None and case is not None:
            self._instead_of_what_came(forum, meeting, item)
        return item

    def strike(self, meeting: Meeting | None, item: AgendaItem) -> None:
        """Take an item off the agenda."""
        with self._changing(item, meeting.uid if meeting else None):
            item.state = "struck"

    def give_time(self, meeting: Meeting | None, item: AgendaItem, minutes: int) -> None:
        """Ask for so many minutes for an item."""
        with self._changing(item, meeting.uid if meeting else None):
            item.minutes = minutes

    def put(self, meeting: Meeting, item: AgendaItem, position: int) -> None:
        """Put an item at a position (1 is the first); from then on the order is people's own."""
        items = [each for each in queries.agenda(self.session, meeting.uid) if each.uid != item.uid]
        items.insert(max(0, min(position - 1, len(items))), item)
        for place, each in enumerate(items, start=1):
            with self._changing(each, meeting.uid):
                each.place = place
        with self._changing(meeting, meeting.uid):
            meeting.reordered = True

    def turn_to(self, meeting: Meeting, item: AgendaItem | None) -> None:
        """Close the item that the meeting is at, and go to another; None: the agenda is through."""
        current = queries.agenda_item(self.session, meeting.item_uid)
        if current is not None and (item is None or current.uid != item.uid):
            with self._changing(current, meeting.uid):
                current.state, current.ended_at = "done", self.cause.at
        if item is not None:
            with self._changing(item, meeting.uid if meeting else None):
                item.state, item.ended_at = "open", None
                item.began_at = item.began_at or self.cause.at
        with self._changing(meeting, meeting.uid):
            meeting.item_uid = item.uid if item else None

    def close_item(self, meeting: Meeting, item: AgendaItem) -> None:
        """Close an item that was dealt with while the meeting was at another."""
        with self._changing(item, meeting.uid):
            item.state, item.ended_at = "done", self.cause.at

    def item_at(self, meeting: Meeting | None) -> str | None:
        """The agenda item that a meeting was at when the cause was said, which may have been heard later."""
        if meeting is None:
            return None
        at = self.cause.at
        current = queries.agenda_item(self.session, meeting.item_uid)
        if current is not None and (current.began_at is None or current.began_at <= at):
            return current.uid
        begun = [
            (item.began_at, item.uid)
            for item in queries.agenda_of_all_states(self.session, meeting.uid)
            if item.began_at and item.began_at <= at and (item.ended_at is None or at <= item.ended_at)
        ]
        return max(begun)[1] if begun else None
