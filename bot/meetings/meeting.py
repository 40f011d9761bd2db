"""What can happen to a meeting (møde): planned, moved, held, decided in, its minutes approved; and taken back."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlmodel import SQLModel

from bot.meetings.agenda import Agenda
from bot.meetings.calendar import Planned, upcoming, week_label
from bot.meetings.kept import CALENDAR
from bot.storage import queries
from bot.storage.meetings import Attendance, Decision, Meeting, Remark
from bot.storage.models import Change, Forum

EARLY = timedelta(hours=2)
"""How long before its hour, and after its end, a meeting may be begun; else it is a meeting of its own."""
BACK_WITHIN = timedelta(minutes=10)
"""How long what became of a meeting can be taken back, as commands can (docs/domain, Commands)."""
_LONGEST = timedelta(days=1)


class Meetings(Agenda):
    """The operations on meetings within one transaction. Each that a person causes writes its history."""

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
        before = self.snapshot(row) if row else None
        if row is None:
            row = self.ensure(forum, Planned(forum.uid, slot, start, start + length))
        row.state, row.starts_at, row.ends_at = "planned", start, start + length
        row.sequence += 1 if before else 0
        self._note(row.uid, f"meeting:{row.uid}", before, self.snapshot(row))
        return row

    def move(self, meeting: Meeting, start: datetime) -> None:
        """Move a meeting, as long as it was; one that was called off takes place again."""
        with self._changing(meeting, meeting.uid):
            length = meeting.ends_at - meeting.starts_at
            meeting.starts_at, meeting.ends_at = start, start + length
            meeting.state, meeting.asked_start_at = "planned", None
            meeting.sequence += 1

    def call_off(self, meeting: Meeting) -> None:
        """Call a meeting off; what stands on its agenda goes to the next."""
        with self._changing(meeting, meeting.uid):
            meeting.state = "cancelled"
            meeting.sequence += 1

    # --- the meeting

    def start(self, forum: Forum, of: Planned | None = None) -> Meeting:
        """Begin a meeting: the one given, or the one that is due about now, or one that nobody had planned."""
        of = of or self._due(forum)
        meeting = self.ensure(forum, of)
        if of.row is None and of.slot.startswith("extra:"):
            # What it is again if the beginning is taken back: nobody had planned it.
            meeting.state = "cancelled"
        self.prepare(forum, meeting)
        with self._changing(meeting, meeting.uid):
            meeting.state = "running"
            meeting.began_at = meeting.heard_at = self.cause.at
            meeting.chair = self.cause.by
            meeting.item_uid = None
            meeting.asked_end_at = None
        for decision in queries.decisions_between_meetings(self.session, forum.uid):
            with self._changing(decision, meeting.uid):
                decision.meeting_uid = meeting.uid
        self.attend(meeting, self.cause.by, "present", agency=self.access.agency_of(self.cause.by))
        self.turn_to(meeting, next(iter(queries.agenda(self.session, meeting.uid)), None))
        return meeting

    def _due(self, forum: Forum) -> Planned:
        """The planned meeting nearest to now that may begin now; else one for this occasion."""
        now = self.cause.at
        near = [
            each
            for each in upcoming(self.session, self.access, forum, now - EARLY - _LONGEST, now + EARLY)
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
        with self._changing(meeting, meeting.uid):
            meeting.chair = self.cause.by

    def end(self, meeting: Meeting, *, approve_at: datetime | None, unended: bool = False) -> None:
        """End the meeting: its minutes are a draft now, approved at `approve_at` if nobody says otherwise."""
        item = queries.agenda_item(self.session, meeting.item_uid)
        if item is not None:
            with self._changing(item, meeting.uid):
                item.state, item.ended_at = "done", self.cause.at
        with self._changing(meeting, meeting.uid):
            meeting.state, meeting.ended_at, meeting.unended = "held", self.cause.at, unended
            meeting.item_uid = None
            meeting.minutes, meeting.approve_at = "draft", approve_at

    def approve(self, meeting: Meeting, document: str) -> None:
        """Freeze the minutes as they were approved: a document as JSON, whose words are tokens."""
        with self._changing(meeting, meeting.uid):
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
        before = self.snapshot(row) if row else None
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
        self._note(meeting.uid, f"attendance:{meeting.uid}:{who}", before, self.snapshot(row))
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
            self._write(
                meeting.uid, field, self.snapshot(row) if row else None, self.snapshot(row) if row else {}
            )

    # --- decisions and remarks

    def decide(self, forum: Forum, meeting: Meeting | None, words: str, *, case: str | None) -> Decision:
        """Record a decision under the meeting's current item; an edited message words its own anew."""
        row = queries.decision_of_line(self.session, self.cause.event_id, self.cause.line)
        before = self.snapshot(row) if row else None
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
        before = before if before is not None or row.text_uid is None else self.snapshot(row)
        if queries.words(self.session, row.text_uid) != words:
            row.text_uid = self._text(
                words, queries.text_key(self.session, row.forum_uid, row.case_code, row.text_uid)
            ).uid
        self.session.flush()
        self._note(row.meeting_uid, f"decision:{row.uid}", before, self.snapshot(row))

    def of_case(self, row: Decision, code: str) -> None:
        """A decision turns out to be about a case: it goes with it from now on."""
        with self._changing(row, row.meeting_uid):
            row.case_code = code
        queries.reseal_of_meeting(self.session, f"decision:{row.uid}", code)

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
        row.text_uid = self._text(words, queries.key_of_remark(self.session, meeting, item_uid, about)).uid
        self.session.add(row)
        self.session.flush()
        self._note(meeting.uid, f"remark:{row.uid}", None, self.snapshot(row))
        return row

    # --- taking back

    def _stands(self, row: SQLModel, change: Change) -> bool:
        """Whether a step is too old to be taken back: that a meeting began or ended, that its minutes were approved.

        Others have built on it. Where and when a meeting is can be put right at any time.
        """
        if not isinstance(row, Meeting):
            return False
        before, after = change.before or {}, change.after or {}
        steps = {before.get("state"), after.get("state")} & {"running", "held"}
        return bool(steps) and self.cause.at - change.at > BACK_WITHIN

    def _as_before(self, row: SQLModel, change: Change) -> None:
        if isinstance(row, Attendance) and change.before is None:
            self.session.delete(row)
        if isinstance(row, Meeting):
            self._meeting_as_before(row, change)

    def _meeting_as_before(self, meeting: Meeting, change: Change) -> None:
        """What else follows when a step of a meeting is taken back."""
        before, after = change.before or {}, change.after or {}
        if change.before is None or any(before.get(name) != after.get(name) for name in CALENDAR):
            # Only what a calendar shows; beginning and ending does not stand there.
            states = {before.get("state"), after.get("state")}
            meeting.sequence += 0 if states & {"running", "held"} else 1
        if meeting.minutes != "approved":
            meeting.approved_minutes = None
        if meeting.approve_at is not None:  # who takes an approval back wants time for something
            meeting.approve_at = max(meeting.approve_at, self.cause.at + timedelta(days=1))
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
        return super()._row(kind, key)
