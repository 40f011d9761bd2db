"""Meetings of a forum: which come, and what can happen to one and its agenda, decisions and minutes.

Until there is something to remember a meeting is what the config's rhythm says (bot.planned); then it gets a row,
found again by its `slot`. Every step that a person causes is a `Change` with a snapshot of the row before and after,
so that undoing, editing and taking back a reaction are one operation, `revert`, as with actions.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlmodel import Session, SQLModel

from bot.access import Access
from bot.actions import Cause
from bot.planned import Occurrence, occurrences
from bot.settings import Room as RoomConfig
from bot.storage import queries
from bot.storage.meetings import AgendaItem, Attendance, Decision, Meeting, Remark
from bot.storage.models import Change, Forum, Text
from bot.storage.queries import Selection

REACH = timedelta(days=400)
NEAR = timedelta(days=35)
EARLY = timedelta(hours=12)
"""How long before its hour a meeting may be begun; who starts one earlier starts a meeting of its own."""
# Where a new item stands, by its kind, while nobody has put the agenda in an order of their own.
_RANKS = {"carried": 1, "overdue": 2, "due": 3, "added": 4, "standing": 5}
_STEP = 10_000
BOT = ""
"""Who does what time makes due."""


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
    """The same of several forums at once: asked at every tick, so with two queries however many they are."""
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
    own = _occurrence(access, config, row.slot)
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


def _occurrence(access: Access, config: RoomConfig | None, slot: str) -> Occurrence | None:
    """What the rhythm says of a slot."""
    if config is None or slot.startswith("extra:"):
        return None
    at = datetime.fromisoformat(slot)
    near = occurrences(config, access.calendar, at - NEAR, at + NEAR)
    return next((each for each in near if each.slot == slot), None)


def next_meeting(session: Session, access: Access, forum: Forum, now: datetime) -> Planned | None:
    """The forum's next meeting that is to begin later than now; None if none is known within a year."""
    for reach in (NEAR, REACH):
        found = [
            each for each in upcoming(session, access, forum, now, now + reach) if each.state == "planned"
        ]
        if found:
            return found[0]
    return None


def following(session: Session, access: Access, forum: Forum, now: datetime) -> datetime | None:
    """When the forum meets the next time after now, as a deadline; one under way is over by then."""
    found = next_meeting(session, access, forum, now)
    return found.start if found else None


def week_label(access: Access, instant: datetime) -> str:
    """The ISO week of an instant's local day, as decisions are numbered by: "2026-W48"."""
    year, week, _ = access.today(instant).isocalendar()
    return f"{year}-W{week:02d}"


class Meetings:
    """The operations on meetings within one transaction. Each that a person causes writes its history."""

    def __init__(self, session: Session, access: Access, cause: Cause) -> None:
        self.session = session
        self.access = access
        self.cause = cause

    # --- the calendar

    def ensure(self, forum: Forum, of: Planned) -> Meeting:
        """The row of a meeting in the calendar, made now if it has none."""
        row = of.row or queries.meeting_in_slot(self.session, forum.uid, of.slot)
        if row is None:
            row = Meeting(
                forum_uid=forum.uid,
                slot=of.slot,
                starts_at=of.start,
                ends_at=of.end,
                key=f"forum:{forum.uid}",
            )
            self.session.add(row)
            self.session.flush()
        return row

    def summon(self, forum: Forum, start: datetime, *, minutes: int | None = None) -> Meeting:
        """A single meeting that is in no rhythm, planned to begin at an instant."""
        config = self.access.settings.room(forum.config_room)
        length = timedelta(minutes=minutes or (config.duration if config else 60))
        slot = f"extra:{self.cause.event_id}:{self.cause.line}"
        row = queries.meeting_in_slot(self.session, forum.uid, slot)
        before = _snapshot(row) if row else None
        if row is None:
            row = self.ensure(forum, Planned(forum.uid, slot, start, start + length))
        row.state, row.starts_at, row.ends_at = "planned", start, start + length
        row.sequence += 1 if before else 0
        self._note(row, f"meeting:{row.uid}", before, _snapshot(row))
        return row

    def move(self, meeting: Meeting, start: datetime) -> None:
        """Move a meeting, as long as it was; one that was called off takes place again."""
        with self._changing(meeting):
            length = meeting.ends_at - meeting.starts_at
            meeting.starts_at, meeting.ends_at = start, start + length
            meeting.state, meeting.asked_start_at = "planned", None
            meeting.sequence += 1

    def call_off(self, meeting: Meeting) -> None:
        """Call a meeting off; what stands on its agenda goes to the next."""
        with self._changing(meeting):
            meeting.state = "cancelled"
            meeting.sequence += 1

    # --- the meeting

    def start(self, forum: Forum) -> Meeting:
        """Begin the meeting that is due about now, or one that nobody had planned."""
        of = self._due(forum)
        meeting = self.ensure(forum, of)
        if of.row is None and of.slot.startswith("extra:"):
            meeting.state = "cancelled"  # what it is again if the beginning is taken back: nobody had planned it
        self.prepare(forum, meeting)
        with self._changing(meeting):
            meeting.state = "running"
            meeting.began_at = meeting.heard_at = self.cause.at
            meeting.chair = self.cause.by
            meeting.item_uid = None
            meeting.asked_end_at = None
        for decision in queries.decisions_between_meetings(self.session, forum.uid):
            with self._changing(decision, meeting):
                decision.meeting_uid = meeting.uid
        self.attend(meeting, self.cause.by, "present", agency=self.access.agency_of(self.cause.by))
        self.turn_to(meeting, next(iter(queries.agenda(self.session, meeting.uid)), None))
        return meeting

    def _due(self, forum: Forum) -> Planned:
        """The planned meeting nearest to now that may begin now; else one for this occasion."""
        now = self.cause.at
        near = [
            each
            for each in upcoming(self.session, self.access, forum, now - EARLY * 2, now + EARLY)
            if each.state == "planned" and each.end > now - EARLY
        ]
        if near:
            return min(near, key=lambda each: abs(each.start - now))
        config = self.access.settings.room(forum.config_room)
        length = timedelta(minutes=config.duration if config else 60)
        slot = f"extra:{self.cause.event_id}:{self.cause.line}"
        return Planned(forum.uid, slot, now, now + length)

    def take_over(self, meeting: Meeting) -> None:
        """The cause's person leads the meeting from now on."""
        with self._changing(meeting):
            meeting.chair = self.cause.by

    def end(self, meeting: Meeting, *, approve_at: datetime | None, unended: bool = False) -> None:
        """End the meeting: its minutes are a draft now, approved at `approve_at` if nobody says otherwise."""
        item = queries.agenda_item(self.session, meeting.item_uid)
        if item is not None:
            with self._changing(item, meeting):
                item.state, item.ended_at = "done", self.cause.at
        with self._changing(meeting):
            meeting.state, meeting.ended_at, meeting.unended = "held", self.cause.at, unended
            meeting.item_uid = None
            meeting.minutes, meeting.approve_at = "draft", approve_at

    def approve(self, meeting: Meeting, document: str) -> None:
        """Freeze the minutes as they were approved: a document as JSON, whose words are tokens."""
        with self._changing(meeting):
            meeting.minutes, meeting.approve_at = "approved", None
            meeting.approved_at, meeting.approved_by = self.cause.at, self.cause.by or None
        meeting.approved_minutes = document
        self.session.flush()

    # --- who is there

    def attend(
        self, meeting: Meeting, who: str, state: str, *, agency: str | None = None, name: str = ""
    ) -> bool:
        """Note that somebody is present or sent an apology. Returns whether that was news."""
        row = queries.attends(self.session, meeting.uid, who)
        if row is not None and row.state == state:
            return False
        before = _snapshot(row) if row else None
        if row is None:
            row = Attendance(
                meeting_uid=meeting.uid,
                who=who,
                state=state,
                agency=agency,
                by=self.cause.by,
                at=self.cause.at,
            )
            if name:
                row.text_uid = self._text(name, meeting.key).uid
        row.state, row.by, row.at = state, self.cause.by, self.cause.at
        self.session.add(row)
        self._note(meeting, f"attendance:{meeting.uid}:{who}", before, _snapshot(row))
        return True

    def heard(self, meeting: Meeting, who: str) -> None:
        """Somebody said something in the meeting: they are there, and it goes on."""
        meeting.heard_at = max(meeting.heard_at or self.cause.at, self.cause.at)
        if self.attend(meeting, who, "present", agency=self.access.agency_of(who)):
            return
        field = f"attendance:{meeting.uid}:{who}"
        if queries.newest_cause(self.session, field) != self.cause.event_id:
            # They had reacted, or somebody had named them: taking that back does not make them absent now.
            row = queries.attends(self.session, meeting.uid, who)
            self._write(meeting, field, _snapshot(row) if row else None, _snapshot(row) if row else {})

    # --- the agenda

    def prepare(self, forum: Forum, meeting: Meeting) -> None:
        """Bring a planned meeting's agenda up to date.

        Left over from earlier ones, over the deadline, due, what waits for a meeting, what comes by itself.
        Running it twice changes nothing.
        """
        self._reclaim(meeting)
        for old in queries.items_left_over(self.session, forum.uid, self.cause.at):
            if old.meeting_uid != meeting.uid:
                self._carry(meeting, old)
        for waiting in queries.waiting_items(self.session, forum.uid):
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

    def actions_about(self, forum: Forum, meeting: Meeting, kind: str, *, limit: int) -> Sequence[Any]:
        """The open actions that an item "overdue" or "due" is about.

        Over the deadline when the meeting begins or now, whichever is earlier; due before the next meeting.
        """
        now = min(self.cause.at, meeting.starts_at)
        after = next_meeting(self.session, self.access, forum, max(self.cause.at, meeting.starts_at))
        until = after.start if after else meeting.starts_at + timedelta(days=7)
        inside = frozenset({forum.uid})
        wanted = (
            Selection(inside, states=("open",), overdue_at=now)
            if kind == "overdue"
            else Selection(inside, states=("open",), due_after=now, due_until=until)
        )
        return queries.select_actions(self.session, wanted, limit=limit)

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

    def _carry(self, meeting: Meeting, old: AgendaItem) -> None:
        item = self._add(meeting, "carried", source=f"carried:{old.uid}", minutes=old.minutes)
        item.text_uid, item.case_code, item.carried_from = old.text_uid, old.case_code, old.uid
        item.added_by = old.added_by
        old.state = "carried"
        self.session.flush()

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
        rank = _RANKS[kind] * _STEP
        return max((each.place for each in items if rank <= each.place < rank + _STEP), default=rank) + 1

    def add_item(
        self, forum: Forum, meeting: Meeting | None, words: str, *, minutes: int | None, case: str | None
    ) -> AgendaItem:
        """Put a person's item on a meeting's agenda, or let it wait for the next meeting.

        An edited message words its item anew, where it stands.
        """
        item = queries.item_of_line(self.session, self.cause.event_id, self.cause.line)
        before = _snapshot(item) if item else None
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
        item.text_uid = self._text(words, f"forum:{forum.uid}").uid
        item.minutes, item.case_code = minutes, case
        item.state = "open" if item.state == "struck" else item.state
        self.session.add(item)
        self.session.flush()
        self._note(meeting, f"item:{item.uid}", before, _snapshot(item))
        return item

    def strike(self, meeting: Meeting | None, item: AgendaItem) -> None:
        """Take an item off the agenda."""
        with self._changing(item, meeting):
            item.state = "struck"

    def give_time(self, meeting: Meeting | None, item: AgendaItem, minutes: int) -> None:
        """Ask for so many minutes for an item."""
        with self._changing(item, meeting):
            item.minutes = minutes

    def put(self, meeting: Meeting, item: AgendaItem, position: int) -> None:
        """Put an item at a position (1 is the first); from then on the order is people's own."""
        items = [each for each in queries.agenda(self.session, meeting.uid) if each.uid != item.uid]
        items.insert(max(0, min(position - 1, len(items))), item)
        for place, each in enumerate(items, start=1):
            with self._changing(each, meeting):
                each.place = place
        with self._changing(meeting):
            meeting.reordered = True

    def turn_to(self, meeting: Meeting, item: AgendaItem | None) -> None:
        """Close the item that the meeting is at, and go to another; None: the agenda is through."""
        current = queries.agenda_item(self.session, meeting.item_uid)
        if current is not None and (item is None or current.uid != item.uid):
            with self._changing(current, meeting):
                current.state, current.ended_at = "done", self.cause.at
        if item is not None:
            with self._changing(item, meeting):
                item.state, item.ended_at = "open", None
                item.began_at = item.began_at or self.cause.at
        with self._changing(meeting):
            meeting.item_uid = item.uid if item else None

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

    # --- decisions and remarks

    def decide(self, forum: Forum, meeting: Meeting | None, words: str, *, case: str | None) -> Decision:
        """Record a decision under the meeting's current item; an edited message words its own anew."""
        row = queries.decision_of_line(self.session, self.cause.event_id, self.cause.line)
        before = _snapshot(row) if row else None
        if row is None:
            week = week_label(self.access, (meeting.began_at if meeting else None) or self.cause.at)
            row = Decision(
                forum_uid=forum.uid,
                meeting_uid=meeting.uid if meeting else None,
                item_uid=self.item_at(meeting),
                week=week,
                number=queries.next_decision(self.session, forum.uid, week),
                decided_by=self.cause.by,
                decided_at=self.cause.at,
                source_event=self.cause.event_id,
                source_line=self.cause.line,
            )
        row.state, row.case_code = "standing", case
        self.session.add(row)
        self.reword(row, words, before=before)
        return row

    def reword(self, row: Decision, words: str, *, before: dict[str, Any] | None = None) -> None:
        """Give a decision other words."""
        before = before if before is not None or row.text_uid is None else _snapshot(row)
        if queries.words(self.session, row.text_uid) != words:
            row.text_uid = self._text(words, f"forum:{row.forum_uid}").uid
        self.session.flush()
        meeting = queries.meeting(self.session, row.meeting_uid)
        self._note(meeting, f"decision:{row.uid}", before, _snapshot(row))

    def remark(
        self, meeting: Meeting, words: str, *, item_uid: str | None = None, about: str | None = None
    ) -> Remark:
        """Add words to minutes: to a draft as part of it, to approved ones as an addendum that shows."""
        row = Remark(
            meeting_uid=meeting.uid,
            item_uid=item_uid,
            about=about,
            addendum=meeting.minutes == "approved",
            by=self.cause.by,
            at=self.cause.at,
            source_event=self.cause.event_id,
            source_line=self.cause.line,
        )
        row.text_uid = self._text(words, meeting.key).uid
        self.session.add(row)
        self.session.flush()
        self._note(meeting, f"remark:{row.uid}", None, _snapshot(row))
        return row

    # --- taking back

    def revert(self, changes: Iterable[Change]) -> list[Change]:
        """Reverse changes of meetings, newest first, except what something later has superseded."""
        todo = sorted(
            (c for c in changes if not c.undone and c.field.partition(":")[0] in _TABLES),
            key=lambda c: c.seq or 0,
        )
        own = {c.seq for c in todo}
        reversed_: list[Change] = []
        for change in reversed(todo):
            kind, _, key = change.field.partition(":")
            later = [c for c in queries.later_changes(self.session, change) if c.seq not in own]
            row = self._row(kind, key)
            if later or row is None:
                continue
            _restore(row, change.before if change.before is not None else _NEVER[kind])
            if isinstance(row, Attendance) and change.before is None:
                self.session.delete(row)
            if isinstance(row, Meeting):
                self._as_before(row, change)
            change.undone = True
            reversed_.append(change)
        self.session.flush()
        return reversed_

    def _as_before(self, meeting: Meeting, change: Change) -> None:
        """What else follows when a step of a meeting is taken back."""
        before, after = change.before or {}, change.after or {}
        if change.before is None or any(before.get(name) != after.get(name) for name in _CALENDAR):
            # Only what a calendar shows; beginning and ending does not stand there.
            states = {before.get("state"), after.get("state")}
            meeting.sequence += 0 if states & {"running", "held"} else 1
        if meeting.minutes != "approved":
            meeting.approved_minutes = None
        if meeting.state in ("planned", "running"):
            self._reclaim(meeting)
        if before.get("state") == "planned" and after.get("state") == "running":
            # It never began, so nobody was there.
            for other in queries.changes_of_meeting_since(self.session, meeting.uid, change.seq or 0):
                if not other.undone and other.field.startswith("attendance:") and not other.event_id:
                    row = self._row("attendance", other.field.partition(":")[2])
                    if isinstance(row, Attendance) and row.state == "present":
                        other.undone = True
                        self.session.delete(row)

    def _row(self, kind: str, key: str) -> SQLModel | None:
        if kind == "attendance":
            meeting_uid, _, who = key.partition(":")
            return queries.attends(self.session, meeting_uid, who)
        return self.session.get(_TABLES[kind], key)

    # --- the inside

    def _text(self, words: str, key: str, *, source: str | None = None) -> Text:
        row = Text(key=key, event_id=source or self.cause.event_id, author=self.cause.by, at=self.cause.at)
        self.session.add(row)
        row.words = words
        self.session.flush()
        return row

    def _changing(self, row: Meeting | AgendaItem | Decision, meeting: Meeting | None = None) -> _Changing:
        return _Changing(self, row, row if isinstance(row, Meeting) else meeting)

    def _note(
        self,
        meeting: Meeting | None,
        field: str,
        before: dict[str, Any] | None,
        after: dict[str, Any],
    ) -> None:
        self.session.flush()
        if before != after:
            self._write(meeting, field, before, after)

    def _write(
        self, meeting: Meeting | None, field: str, before: dict[str, Any] | None, after: dict[str, Any]
    ) -> None:
        row = {
            "action_uid": None,
            "person": None,
            "meeting_uid": meeting.uid if meeting else None,
            "field": field,
            "before": before,
            "after": after,
            "at": self.cause.at,
            "by": self.cause.by,
            "event_id": self.cause.event_id,
            "line": self.cause.line,
            "undone": False,
        }
        queries.note_changes(self.session, [row])


class _Changing:
    """Notes what a block changes of a row."""

    def __init__(
        self, meetings: Meetings, row: Meeting | AgendaItem | Decision, meeting: Meeting | None
    ) -> None:
        self.meetings, self.row, self.meeting = meetings, row, meeting

    def __enter__(self) -> None:
        self.before = _snapshot(self.row)

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            name = next(name for name, table in _TABLES.items() if isinstance(self.row, table))
            field = f"{name}:{self.row.uid}"
            self.meetings._note(self.meeting, field, self.before, _snapshot(self.row))


_TABLES: dict[str, type[SQLModel]] = {
    "meeting": Meeting,
    "item": AgendaItem,
    "attendance": Attendance,
    "decision": Decision,
    "remark": Remark,
}
_FIELDS: dict[type[SQLModel], tuple[str, ...]] = {
    Meeting: (
        *("state", "starts_at", "ends_at", "began_at", "ended_at", "unended", "chair", "item_uid"),
        *(
            "asked_start_at",
            "asked_end_at",
            "reordered",
            "minutes",
            "approve_at",
            "approved_at",
            "approved_by",
        ),
    ),
    AgendaItem: (
        *("meeting_uid", "place", "minutes", "text_uid", "case_code", "state", "began_at", "ended_at"),
    ),
    Attendance: ("state", "agency", "text_uid"),
    Decision: ("meeting_uid", "item_uid", "text_uid", "case_code", "state"),
    Remark: ("item_uid", "about", "text_uid", "state"),
}
_CALENDAR = ("state", "starts_at", "ends_at")
# What a row becomes whose making is taken back; an attendance is forgotten altogether.
_NEVER: dict[str, dict[str, Any]] = {
    "meeting": {"state": "cancelled"},
    "item": {"state": "struck"},
    "attendance": {},
    "decision": {"state": "withdrawn"},
    "remark": {"state": "withdrawn"},
}


def _snapshot(row: SQLModel) -> dict[str, Any]:
    """The fields of a row that history keeps, as JSON."""
    values = {name: getattr(row, name) for name in _FIELDS[type(row)]}
    return {name: v.isoformat() if isinstance(v, datetime) else v for name, v in values.items()}


def _restore(row: SQLModel, before: dict[str, Any]) -> None:
    for name, value in before.items():
        is_moment = name.endswith("_at") and value is not None
        setattr(row, name, datetime.fromisoformat(value) if is_moment else value)
