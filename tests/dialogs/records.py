"""The records of a meeting, written as rows: for tests of what is made of them."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from sqlmodel import Session, select

from bot.access import Access
from bot.meetings import week_label
from bot.storage.meetings import AgendaItem, Attendance, Decision, Meeting, Remark
from bot.storage.models import Action, Forum, Owner, Text
from bot.when import Deadline
from tests.dialogs.chat import CONFIG, CPH

R = TypeVar("R")
TUESDAY = datetime(2026, 11, 24, 10, 0, tzinfo=CPH)
PLACE = "Rådhuset, lokale 2 <b>*"
# Five agencies are to come to the progress group, the police to every second meeting only.
PROGRAMME = CONFIG.replace(
    'meeting = "FREQ=WEEKLY;BYDAY=TU;BYHOUR=10;BYMINUTE=0"\n',
    'meeting = "FREQ=WEEKLY;BYDAY=TU;BYHOUR=10;BYMINUTE=0"\nmeeting_start = "2026-11-17"\nduration = 90\n'
    f'place = "{PLACE}"\nname = "Fremdriftsgruppen"\n'
    'agencies = ["BUF", "SOF", "BIF", "TMF", "politi"]\njoins = { politi = 2 }\n',
).replace(
    '[agencies.politi]\nname = "Politiet"\n',
    '[agencies.TMF]\nname = "Teknik"\n[agencies.politi]\nname = "Politiet"\n',
)


class Records:
    """Writes rows about one meeting of a forum, in the order of the test."""

    def __init__(self, session: Session, access: Access, room: str = "fremdrift") -> None:
        self.session, self.access = session, access
        found = session.exec(select(Forum).where(Forum.config_room == f"#{room}:example.dk"))
        self.forum = found.one()
        self.ids = itertools.count(1)
        self.places = itertools.count(1)
        self.numbers = itertools.count(41)
        self.decided = itertools.count(1)

    def event(self) -> str:
        """An event id that nothing else has."""
        return f"$record{next(self.ids)}:example.dk"

    def words(self, words: str) -> str:
        """Words somebody wrote; the uid of their text."""
        row = Text(
            key=f"forum:{self.forum.uid}", event_id=self.event(), author="@lene:example.dk", at=TUESDAY
        )
        self.session.add(row)
        row.words = words
        self.session.flush()
        return row.uid

    def meeting(
        self, start: datetime = TUESDAY, *, minutes: int = 90, state: str = "held", **fields: object
    ) -> Meeting:
        """A meeting at an instant; held unless another state is named."""
        start = start.astimezone(UTC)
        row = Meeting(
            forum_uid=self.forum.uid,
            slot=start.isoformat(timespec="minutes"),
            state=state,
            starts_at=start,
            ends_at=start + timedelta(minutes=minutes),
            key=f"forum:{self.forum.uid}",
        )
        if state != "planned":
            row.began_at = start
        if state == "held":
            row.ended_at, row.minutes = start + timedelta(minutes=minutes - 7), "draft"
        return self._add(row, fields)

    def item(
        self,
        meeting: Meeting,
        words: str | None,
        kind: str = "added",
        *,
        state: str = "done",
        **fields: object,
    ) -> AgendaItem:
        """An item on its agenda, behind those before."""
        row = AgendaItem(
            forum_uid=self.forum.uid,
            meeting_uid=meeting.uid,
            kind=kind,
            place=next(self.places),
            state=state,
            added_by="@lene:example.dk",
            added_at=meeting.starts_at,
            source_event=self.event(),
            text_uid=self.words(words) if words is not None else None,
        )
        return self._add(row, fields)

    def attend(self, meeting: Meeting, *who: str, state: str = "present", agency: str | None = None) -> None:
        """People, agencies, partners; `guest:` and a name is a guest."""
        for one in who:
            guest = one.startswith("guest:")
            self.session.add(
                Attendance(
                    meeting_uid=meeting.uid,
                    who=f"guest:{next(self.ids)}" if guest else one,
                    state=state,
                    agency=agency or (one.removeprefix("agency:") if one.startswith("agency:") else None),
                    text_uid=self.words(one.removeprefix("guest:")) if guest else None,
                    by="@lene:example.dk",
                    at=meeting.starts_at + timedelta(seconds=next(self.ids)),
                )
            )

    def decide(
        self, meeting: Meeting, words: str, item: AgendaItem | None = None, **fields: object
    ) -> Decision:
        """A decision of the meeting, under an item or none."""
        row = Decision(
            forum_uid=self.forum.uid,
            meeting_uid=meeting.uid,
            item_uid=item.uid if item else None,
            week=week_label(self.access, meeting.starts_at),
            number=next(self.decided),
            text_uid=self.words(words),
            decided_by="@karla:example.dk",
            decided_at=meeting.starts_at + timedelta(minutes=20),
            source_event=self.event(),
        )
        return self._add(row, fields)

    def agree(
        self,
        meeting: Meeting | None,
        words: str | None,
        *owners: str,
        item: AgendaItem | None = None,
        due: str | None = "2026-12-03",
        **fields: object,
    ) -> Action:
        """An action of the meeting, with its owners as `Owner.person` names them."""
        row = Action(
            number=next(self.numbers),
            forum_uid=self.forum.uid,
            room_id="!fremdrift:example.dk",
            text_uid=self.words(words) if words is not None else None,
            due=due,
            overdue_at=Deadline.from_iso(due).end(CPH) if due else None,
            created_by="@karla:example.dk",
            created_at=TUESDAY,
            source_event=self.event(),
            meeting_uid=meeting.uid if meeting else None,
            item_uid=item.uid if item else None,
        )
        self._add(row, fields)
        for position, person in enumerate(owners):
            self.session.add(Owner(action_uid=row.uid, person=person, position=position))
        self.session.flush()
        return row

    def remark(
        self, meeting: Meeting, words: str, item: AgendaItem | None = None, **fields: object
    ) -> Remark:
        """A remark on the minutes, or with `addendum=True` what was added after their approval."""
        row = Remark(
            meeting_uid=meeting.uid,
            item_uid=item.uid if item else None,
            text_uid=self.words(words),
            by="@karla:example.dk",
            at=TUESDAY + timedelta(days=3, seconds=next(self.ids)),
            source_event=self.event(),
        )
        return self._add(row, fields)

    def _add(self, row: R, fields: dict[str, object]) -> R:
        for name, value in fields.items():
            setattr(row, name, value)
        self.session.add(row)
        self.session.flush()
        return row
