"""The programme as its config describes it: the rooms its forums meet in, agencies, people and partners."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, ValidationInfo, field_validator

from bot import config_values as values
from bot.config_problems import fault
from bot.config_times import Dates, MeetingStart, Recurrence, SlotText, TimeOfDay, Workdays, recurrence_parts
from bot.config_values import Code, ForumKind, Language, Role, RoomKey, Table, UserId, Words
from bot.when import Rhythm


class StandingItem(Table):
    """An agenda item that comes by itself: at every meeting, or at the first of each month or quarter."""

    item: Words = Field(examples=["Fritidsjob"])
    minutes: int | None = Field(default=None, strict=True, ge=1, le=480, examples=[10])
    every: Literal["meeting", "month", "quarter"] = Field(default="meeting", examples=["month"])


class Room(Table):
    """A Matrix room and the forum that meets in it. A naive `meeting_start` is local time."""

    room: RoomKey = Field(examples=["#fremdrift:example.dk"])
    forum: ForumKind = Field(examples=["fremdriftsgruppe"])
    name: Words | None = Field(default=None, examples=["Fremdriftsgruppen"])
    digest: SlotText | None = Field(default=None, examples=["mon 08:30"])
    meeting: Recurrence | None = Field(default=None, examples=["FREQ=WEEKLY;BYDAY=TU;BYHOUR=10;BYMINUTE=0"])
    joins: Mapping[str, Annotated[int, Field(strict=True, ge=2, le=52)]] = Field(
        default={}, examples=[{"POLITI": 2}]
    )
    meeting_start: MeetingStart | None = Field(default=None, examples=["2026-11-24"])
    duration: int = Field(default=60, strict=True, ge=1, le=1440, examples=[60])
    place: Words | None = Field(default=None, examples=["Rådhuset, lokale 2"])
    on_closed: Literal["skip", "before", "after", "week"] = Field(default="skip", examples=["after"])
    breaks: tuple[Dates, ...] = Field(default=(), examples=[["2026-12-21..2027-01-03"]])
    school_break: bool = Field(default=False, strict=True, examples=[True])
    standing: tuple[StandingItem, ...] = Field(
        default=(), examples=[[{"item": "Fritidsjob", "minutes": 10, "every": "month"}]]
    )
    language: Language | None = Field(default=None, examples=["en"])
    agencies: tuple[str, ...] = Field(default=(), examples=[["SOF", "BUF"]])
    escalates_to: RoomKey | None = Field(default=None, examples=["#ledelse:example.dk"])
    federated: bool = Field(default=False, strict=True, examples=[True])

    @field_validator("meeting_start")
    @classmethod
    def _anchored(cls, start: date | datetime | None, info: ValidationInfo) -> date | datetime | None:
        rule = info.data.get("meeting")
        if rule is None:
            if start is not None and "meeting" in info.data:
                raise fault("start-without-meeting")
            return start
        # Without a first meeting "every second Tuesday" has two meanings, and the wrong one empties a room. So
        # has "the police come every second time".
        recurrence = recurrence_parts(rule)
        counted = recurrence.get("INTERVAL", "1") != "1" or "COUNT" in recurrence or info.data.get("joins")
        if start is None and counted:
            raise fault("meeting-start-needed")
        if "BYHOUR" not in recurrence and not isinstance(start, datetime):
            raise fault("meeting-hour-needed")
        try:
            rhythm = Rhythm(rule, tz=ZoneInfo("UTC"), start=start)
        except ValueError:
            raise fault("meeting-day-needed") from None
        if rhythm.next_after(_day_before(start or date(2026, 1, 1))) is None:
            raise fault("meeting-never")
        return start

    @property
    def personal_data(self) -> bool:
        """Whether this forum may speak of persons at all (docs/domain, Forums)."""
        return self.forum.personal_data


class Agency(Table):
    """An agency (forvaltning or myndighed): who speaks for it, and who manages its people."""

    name: Words = Field(examples=["Børne- og Ungdomsforvaltningen"])
    representative: UserId | None = Field(default=None, examples=["@lene:example.dk"])
    representatives: Mapping[str, UserId] = Field(default={}, examples=["@lene:example.dk"])
    managers: tuple[UserId, ...] = Field(default=(), examples=[["@jonas:example.dk"]])

    def representative_in(self, room: Room) -> str | None:
        """Who the agency's code stands for in a room: as said for the room, its kind, or at all."""
        in_kind = self.representatives.get(room.forum, self.representative)
        return self.representatives.get(room.room, in_kind)


class Person(Table):
    """Somebody with a Matrix account. `workdays` count from Monday = 0; `at` overrides the reminder hour."""

    user_id: UserId = Field(examples=["@lene:example.dk"])
    name: Words = Field(examples=["Lene Holm"])
    agency: str | None = Field(default=None, examples=["BUF"])
    roles: Annotated[frozenset[Role], AfterValidator(values.roles)] = Field(
        default=frozenset({Role.MEMBER}), examples=[["member"]]
    )
    nicknames: tuple[Words, ...] = Field(default=(), examples=[["Lene", "LH"]])
    language: Language | None = Field(default=None, examples=["en"])
    workdays: Workdays = Field(default=frozenset(range(5)), examples=[["mon", "tue", "wed", "thu", "fri"]])
    at: TimeOfDay | None = Field(default=None, examples=["07:30"])
    oversees: tuple[str, ...] = Field(default=(), examples=[["fremdriftsgruppe", "#politi:example.dk"]])
    manager: UserId | None = Field(default=None, examples=["@jonas:example.dk"])


class Partner(Table):
    """An outside partner without an account: a name, and the contact person who is reminded in its place."""

    key: Code = Field(examples=["KAB"])
    name: Words = Field(examples=["Boligforeningen"])
    agency: str | None = Field(default=None, examples=["BUF"])
    contact: UserId = Field(examples=["@lene:example.dk"])
    nicknames: tuple[Words, ...] = Field(default=(), examples=[["boligforeningen"]])


def _day_before(start: date) -> datetime:
    return datetime.combine(start, time(), UTC) - timedelta(days=1)
