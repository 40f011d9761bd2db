"""A forum's meetings against dates written out by hand from a wall calendar."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.config_times import DateRange
from bot.planned import Occurrence, occurrences, rhythm
from bot.programme import Room
from bot.when import Calendar

TZ = ZoneInfo("Europe/Copenhagen")
CALENDAR = Calendar(TZ)
TUESDAYS = "FREQ=WEEKLY;BYDAY=TU;BYHOUR=10;BYMINUTE=0"
MONDAYS = "FREQ=WEEKLY;BYDAY=MO;BYHOUR=9;BYMINUTE=0"
THURSDAYS = "FREQ=WEEKLY;BYDAY=TH;BYHOUR=9;BYMINUTE=0"


def room(meeting: str | None, **more: Any) -> Room:
    return Room.model_validate(
        {"room": "#fremdrift:example.dk", "forum": "fremdriftsgruppe", "meeting": meeting, **more}
    )


def at(text: str) -> datetime:
    """A local day or time as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=TZ).astimezone(UTC)


def met(where: Room, first: str, last: str, calendar: Calendar = CALENDAR) -> list[Occurrence]:
    """The meetings from the first day to the last, both included."""
    a = at(first) - timedelta(seconds=1)
    return list(occurrences(where, calendar, a, at(last) + timedelta(days=1)))


def days(where: Room, first: str, last: str, calendar: Calendar = CALENDAR) -> list[str]:
    return [f"{each.start.astimezone(TZ):%Y-%m-%d}" for each in met(where, first, last, calendar)]


def year(text: str) -> list[str]:
    """'2026 | 1: 6 13 | 2: 3' as 2026-01-06, 2026-01-13, 2026-02-03."""
    number, *months = text.split("|")
    found = []
    for month in months:
        which, _, each = month.partition(":")
        found += [f"{int(number):04}-{int(which):02}-{int(day):02}" for day in each.split()]
    return found


class TestTheYear:
    def test_every_tuesday_of_two_years_over_week_53(self) -> None:
        """No holiday of 2026 or 2027 falls on a Tuesday."""
        every = year(
            "2026 | 1: 6 13 20 27 | 2: 3 10 17 24 | 3: 3 10 17 24 31 | 4: 7 14 21 28 | 5: 5 12 19 26"
            "| 6: 2 9 16 23 30 | 7: 7 14 21 28 | 8: 4 11 18 25 | 9: 1 8 15 22 29 | 10: 6 13 20 27"
            "| 11: 3 10 17 24 | 12: 1 8 15 22 29"
        ) + year(
            "2027 | 1: 5 12 19 26 | 2: 2 9 16 23 | 3: 2 9 16 23 30 | 4: 6 13 20 27 | 5: 4 11 18 25"
            "| 6: 1 8 15 22 29 | 7: 6 13 20 27 | 8: 3 10 17 24 31 | 9: 7 14 21 28 | 10: 5 12 19 26"
            "| 11: 2 9 16 23 30 | 12: 7 14 21 28"
        )
        assert days(room(TUESDAYS), "2026-01-01", "2027-12-31") == every
        assert len(every) == 52 + 52
        clocks = {
            f"{each.start.astimezone(TZ):%H.%M}" for each in met(room(TUESDAYS), "2026-01-01", "2027-12-31")
        }
        assert clocks == {"10.00"}, "by the wall, summer and winter"

    def test_every_second_wednesday_stays_every_second_over_week_53(self) -> None:
        """Week 53 of 2026 (28 December to 3 January) is a week like any other: odd and even weeks change places."""
        where = room("FREQ=WEEKLY;INTERVAL=2;BYDAY=WE;BYHOUR=13;BYMINUTE=0", meeting_start="2026-01-07")
        every = year(
            "2026 | 1: 7 21 | 2: 4 18 | 3: 4 18 | 4: 1 15 29 | 5: 13 27 | 6: 10 24 | 7: 8 22 | 8: 5 19"
            "| 9: 2 16 30 | 10: 14 28 | 11: 11 25 | 12: 9 23"
        ) + year(
            "2027 | 1: 6 20 | 2: 3 17 | 3: 3 17 31 | 4: 14 28 | 5: 12 26 | 6: 9 23 | 7: 7 21 | 8: 4 18"
            "| 9: 1 15 29 | 10: 13 27 | 11: 10 24 | 12: 8 22"
        )
        assert days(where, "2026-01-01", "2027-12-31") == every
        assert date(2026, 12, 23).isocalendar().week == 52
        assert date(2027, 1, 6).isocalendar().week == 1

    def test_the_council_meets_every_third_month_on_the_first_thursday(self) -> None:
        where = room(
            "FREQ=MONTHLY;INTERVAL=3;BYDAY=1TH;BYHOUR=17;BYMINUTE=0",
            meeting_start="2026-01-08",
            on_closed="week",
        )
        assert days(where, "2026-01-01", "2027-12-31") == year(
            # 1 January is not yet the council's. Maundy Thursday, 2 April, moves to the 9th.
            "2026 | 4: 9 | 7: 2 | 10: 1"
        ) + year("2027 | 1: 7 | 4: 1 | 7: 1 | 10: 7")

    def test_the_last_thursday_of_the_month(self) -> None:
        where = room("FREQ=MONTHLY;BYDAY=-1TH;BYHOUR=14;BYMINUTE=30", on_closed="before")
        assert days(where, "2026-01-01", "2026-12-31") == year(
            # 31 December is New Year's Eve: the day before it is Wednesday the 30th.
            "2026 | 1: 29 | 2: 26 | 3: 26 | 4: 30 | 5: 28 | 6: 25 | 7: 30 | 8: 27 | 9: 24 | 10: 29 | 11: 26 | 12: 30"
        )

    def test_a_day_that_only_the_first_meeting_names_is_kept_for_years(self) -> None:
        """24 November 2026 is a Tuesday."""
        weekly = room("FREQ=WEEKLY;BYHOUR=10", meeting_start="2026-11-24")
        assert days(weekly, "2030-01-01", "2030-01-20") == ["2030-01-08", "2030-01-15"]
        monthly = room("FREQ=MONTHLY;BYHOUR=10", meeting_start="2026-11-24")
        assert days(monthly, "2030-01-01", "2030-02-28") == ["2030-01-24", "2030-02-24"]
        yearly = room("FREQ=YEARLY", meeting_start="2026-11-24T10:00")
        assert days(yearly, "2029-01-01", "2030-12-31") == ["2029-11-24", "2030-11-24"]

    def test_it_begins_and_ends_when_the_rule_says(self) -> None:
        where = room(TUESDAYS + ";COUNT=3", meeting_start="2026-12-15", on_closed="before")
        assert days(where, "2026-01-01", "2028-12-31") == ["2026-12-15", "2026-12-22", "2026-12-29"]
        where = room(TUESDAYS + ";UNTIL=20261222", meeting_start="2026-12-15")
        assert days(where, "2026-01-01", "2028-12-31") == ["2026-12-15", "2026-12-22"]

    def test_no_rhythm_no_meetings(self) -> None:
        assert met(room(None, joins={"POLITI": 2}, on_closed="after"), "2026-01-01", "2027-12-31") == []
        assert rhythm(room(None), TZ) is None
        assert occurrences(room(TUESDAYS), CALENDAR, at("2026-12-01"), at("2026-11-01")) == ()

    def test_from_after_and_up_to(self) -> None:
        first, second = at("2026-11-24T10:00"), at("2026-12-01T10:00")
        assert [each.start for each in occurrences(room(TUESDAYS), CALENDAR, first, second)] == [second]

    def test_the_rhythm_is_the_one_of_the_config(self) -> None:
        found = rhythm(room(TUESDAYS, duration=90), TZ)
        assert found is not None
        assert found.next_after(at("2026-11-20")) == at("2026-11-24T10:00")
        assert found.duration == timedelta(minutes=90)


# Every holiday of 2026 from Easter on that a weekly meeting on its weekday meets, and where each rule puts it.
# The meeting of a week later is always there, so "week" never finds room, and what moves onto it is dropped.
CLOSED = [
    # weekday, the closed day, its name, the last working day before, the first after
    ("TH", "2026-04-02", "Skærtorsdag", "2026-04-01", "2026-04-07"),
    ("FR", "2026-04-03", "Langfredag", "2026-04-01", "2026-04-07"),
    ("MO", "2026-04-06", "2. påskedag", "2026-04-01", "2026-04-07"),
    ("TH", "2026-05-14", "Kristi himmelfartsdag", "2026-05-13", "2026-05-15"),
    ("MO", "2026-05-25", "2. pinsedag", "2026-05-22", "2026-05-26"),
    ("FR", "2026-06-05", "Grundlovsdag", "2026-06-04", "2026-06-08"),
    ("TH", "2026-12-24", "Juleaftensdag", "2026-12-23", "2026-12-28"),
    ("FR", "2026-12-25", "Juledag", "2026-12-23", "2026-12-28"),
    ("SA", "2026-12-26", "2. juledag", "2026-12-23", "2026-12-28"),
    ("TH", "2026-12-31", "Nytårsaftensdag", "2026-12-30", "2027-01-04"),
    ("FR", "2027-01-01", "Nytårsdag", "2026-12-30", "2027-01-04"),
]


@pytest.mark.parametrize(
    ("weekday", "closed", "name", "before", "after"), CLOSED, ids=[each[2] for each in CLOSED]
)
class TestClosedDays:
    def held(self, weekday: str, closed: str, rule: str) -> list[str]:
        """When the meeting that the rhythm puts on the closed day is held."""
        where = room(f"FREQ=WEEKLY;BYDAY={weekday};BYHOUR=9;BYMINUTE=30", on_closed=rule)
        a = at(closed)
        found = occurrences(where, CALENDAR, a - timedelta(days=20), a + timedelta(days=20))
        assert len({each.start for each in found}) == len(found)
        slot = at(f"{closed}T09:30").isoformat(timespec="minutes")
        return [f"{each.start.astimezone(TZ):%Y-%m-%d}" for each in found if each.slot == slot]

    def test_each_rule(self, weekday: str, closed: str, name: str, before: str, after: str) -> None:
        assert self.held(weekday, closed, "skip") == [], name
        assert self.held(weekday, closed, "week") == [], "the week after has its own meeting"
        assert self.held(weekday, closed, "before") == [before]
        assert self.held(weekday, closed, "after") == [after]

    def test_a_moved_meeting_keeps_clock_time_length_and_slot(
        self, weekday: str, closed: str, name: str, before: str, after: str
    ) -> None:
        rule = f"FREQ=WEEKLY;BYDAY={weekday};BYHOUR=9;BYMINUTE=30"
        (moved,) = met(room(rule, on_closed="after", duration=45), after, after)
        assert moved.start == at(f"{after}T09:30")
        assert moved.end == at(f"{after}T10:15")
        assert moved.slot == at(f"{closed}T09:30").isoformat(timespec="minutes")
        (earlier,) = met(room(rule, on_closed="before"), before, before)
        assert earlier.slot == moved.slot, "the same meeting whatever rule moves it"


class TestRules:
    def test_a_week_later_when_there_is_room(self) -> None:
        """Every second Thursday from 2 April 2026: Maundy Thursday gives the 9th, Ascension the 21st."""
        rule = "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH;BYHOUR=9;BYMINUTE=0"
        where = room(rule, meeting_start="2026-04-02", on_closed="week")
        assert days(where, "2026-03-01", "2026-06-05") == year("2026 | 4: 9 16 30 | 5: 21 28")

    def test_a_week_later_is_closed_as_well(self) -> None:
        """24 December and, a week later, 31 December."""
        rule = "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH;BYHOUR=9;BYMINUTE=0"
        where = room(rule, meeting_start="2026-12-10", on_closed="week")
        assert days(where, "2026-12-01", "2027-01-10") == ["2026-12-10", "2027-01-07"]

    def test_closed_days_of_the_config_count_like_holidays(self) -> None:
        closed = Calendar(TZ, closed=frozenset({date(2026, 11, 24), date(2026, 11, 25)}))
        for rule, expected in (
            ("skip", []),
            ("before", ["2026-11-23"]),
            ("after", ["2026-11-26"]),
            ("week", []),
        ):
            assert days(room(TUESDAYS, on_closed=rule), "2026-11-20", "2026-11-30", closed) == expected

    def test_a_moved_meeting_gives_way_to_one_that_stays(self) -> None:
        """Meetings on Thursdays and Fridays at the same hour: Ascension's would fall on that Friday's."""
        where = room("FREQ=WEEKLY;BYDAY=TH,FR;BYHOUR=9;BYMINUTE=0", on_closed="after")
        (only,) = met(where, "2026-05-14", "2026-05-15")
        assert only.slot == "2026-05-15T07:00+00:00"

    def test_of_two_moved_to_the_same_hour_the_first_is_held(self) -> None:
        """Maundy Thursday and Good Friday both become Tuesday after Easter, with Monday's, or Wednesday before."""
        where = room("FREQ=WEEKLY;BYDAY=TH,FR,MO;BYHOUR=9;BYMINUTE=0", on_closed="after")
        assert [each.slot for each in met(where, "2026-03-31", "2026-04-08")] == ["2026-04-02T07:00+00:00"]
        where = room("FREQ=WEEKLY;BYDAY=TH,FR,MO;BYHOUR=9;BYMINUTE=0", on_closed="before")
        assert [each.slot for each in met(where, "2026-03-31", "2026-04-08")] == ["2026-04-02T07:00+00:00"]

    def test_two_meetings_a_day_move_each_to_its_own_hour(self) -> None:
        where = room("FREQ=WEEKLY;BYDAY=TH;BYHOUR=9,14;BYMINUTE=0", on_closed="after")
        assert [each.start for each in met(where, "2026-05-14", "2026-05-15")] == [
            at("2026-05-15T09:00"),
            at("2026-05-15T14:00"),
        ]

    def test_breaks_go_before_every_rule(self) -> None:
        for rule in ("skip", "before", "after", "week"):
            where = room(TUESDAYS, breaks=["2026-12-21..2027-01-03"], on_closed=rule)
            assert days(where, "2026-12-10", "2027-01-12") == ["2026-12-15", "2027-01-05", "2027-01-12"]

    def test_nothing_is_moved_into_a_break_nor_out_of_one(self) -> None:
        into = room(THURSDAYS, breaks=["2026-12-28..2026-12-31"], on_closed="after")
        assert days(into, "2026-12-18", "2027-01-06") == [], "the 24th would be on the 28th"
        out = room(THURSDAYS, breaks=["2026-12-24..2026-12-27"], on_closed="after")
        assert days(out, "2026-12-18", "2026-12-30") == [], "the 24th is in the break"

    def test_a_break_of_one_day_and_its_edges(self) -> None:
        where = room(TUESDAYS, breaks=["2026-11-24", "2026-12-02..2026-12-08", "2026-12-22..2026-12-28"])
        assert days(where, "2026-11-20", "2026-12-31") == ["2026-12-01", "2026-12-15", "2026-12-29"]

    def test_school_holidays_are_a_break_where_the_room_says_so(self) -> None:
        school = {
            "vinterferie": (DateRange(date(2027, 2, 15), date(2027, 2, 19)),),
            "efterårsferie": (
                DateRange(date(2026, 10, 12), date(2026, 10, 16)),
                DateRange(date(2027, 10, 18), date(2027, 10, 22)),
            ),
        }
        calendar = Calendar(TZ, school_holidays=school)
        every = days(room(TUESDAYS), "2026-10-01", "2027-10-31", calendar)
        assert {"2026-10-13", "2027-02-16", "2027-10-19"} <= set(every)
        off = days(room(TUESDAYS, school_break=True), "2026-10-01", "2027-10-31", calendar)
        assert set(every) - set(off) == {"2026-10-13", "2027-02-16", "2027-10-19"}

    def test_a_year_that_is_closed_has_no_meetings_and_no_fault(self) -> None:
        start = date(2026, 8, 1)
        closed = Calendar(TZ, closed=frozenset(start + timedelta(days=each) for each in range(800)))
        for rule in ("before", "after", "week"):
            assert days(room(TUESDAYS, on_closed=rule), "2027-08-02", "2027-10-01", closed) == []

    def test_a_long_closing_moves_one_meeting_far(self) -> None:
        """The whole of 2027 is closed: the first of its meetings is held on the first working day of 2028."""
        closed = Calendar(
            TZ, closed=frozenset(date(2027, 1, 1) + timedelta(days=each) for each in range(365))
        )
        (first, second) = met(room(TUESDAYS, on_closed="after"), "2027-01-01", "2028-01-10", closed)
        assert (first.start, second.start) == (at("2028-01-03T10:00"), at("2028-01-04T10:00"))
        assert first.slot == "2027-01-05T09:00+00:00"


class TestClocks:
    def test_the_wall_clock_stays_when_the_clocks_change(self) -> None:
        """Clocks go forward on Sunday 29 March 2026 and back on Sunday 25 October 2026."""
        spring = met(room(MONDAYS), "2026-03-23", "2026-03-30")
        assert [each.start.isoformat() for each in spring] == [
            "2026-03-23T08:00:00+00:00",
            "2026-03-30T07:00:00+00:00",
        ]
        autumn = met(room(MONDAYS), "2026-10-19", "2026-10-26")
        assert [each.start.isoformat() for each in autumn] == [
            "2026-10-19T07:00:00+00:00",
            "2026-10-26T08:00:00+00:00",
        ]

    def test_a_moved_meeting_keeps_its_wall_clock_over_the_change(self) -> None:
        """Friday 27 March 2026 closed: Monday the 30th is in summer time."""
        closed = Calendar(TZ, closed=frozenset({date(2026, 3, 27)}))
        where = room("FREQ=WEEKLY;BYDAY=FR;BYHOUR=9;BYMINUTE=0", on_closed="after")
        (moved,) = met(where, "2026-03-27", "2026-03-31", closed)
        assert moved.slot == "2026-03-27T08:00+00:00"
        assert moved.start.isoformat() == "2026-03-30T07:00:00+00:00"

    def test_over_midnight(self) -> None:
        """It belongs to the day on which it begins: 23 December is open though the 24th is not."""
        where = room("FREQ=WEEKLY;BYDAY=WE;BYHOUR=23;BYMINUTE=0", duration=120)
        (late,) = met(where, "2026-12-23", "2026-12-23")
        assert late.start.isoformat() == "2026-12-23T22:00:00+00:00"
        assert late.end.isoformat() == "2026-12-24T00:00:00+00:00"

    def test_a_night_when_the_clocks_change_has_its_real_minutes(self) -> None:
        where = room("FREQ=WEEKLY;BYDAY=SA;BYHOUR=22;BYMINUTE=0", duration=480)
        ends = {
            night: met(where, night, night)[0].end.astimezone(TZ).strftime("%H.%M")
            for night in ("2026-03-21", "2026-03-28", "2026-10-24")
        }
        assert ends == {"2026-03-21": "06.00", "2026-03-28": "07.00", "2026-10-24": "05.00"}

    def test_an_hour_that_is_skipped_or_comes_twice(self) -> None:
        where = room("FREQ=DAILY;BYHOUR=2;BYMINUTE=30")
        (skipped,) = met(where, "2026-03-29", "2026-03-29")
        assert skipped.start.isoformat() == "2026-03-29T01:30:00+00:00", "3.30 on the wall"
        (twice,) = met(where, "2026-10-25", "2026-10-25")
        assert twice.start.isoformat() == "2026-10-25T00:30:00+00:00", "the first 2.30"

    def test_two_clock_times_that_are_one_instant_are_one_meeting(self) -> None:
        where = room("FREQ=DAILY;BYHOUR=2,3;BYMINUTE=30")
        assert len(met(where, "2026-03-28", "2026-03-28")) == 2
        assert len(met(where, "2026-03-29", "2026-03-29")) == 1


class TestJoining:
    def turns(
        self, where: Room, first: str, last: str, calendar: Calendar = CALENDAR
    ) -> list[tuple[str, bool]]:
        found = met(where, first, last, calendar)
        for each in found:
            assert each.joining | each.staying_away == {"POLITI"}
            assert not each.joining & each.staying_away
        return [(f"{each.start.astimezone(TZ):%m-%d}", "POLITI" in each.joining) for each in found]

    def test_every_second_over_week_53_and_new_year(self) -> None:
        where = room(TUESDAYS, meeting_start="2026-11-24", joins={"POLITI": 2})
        assert self.turns(where, "2026-11-01", "2027-01-20") == [
            ("11-24", True),
            ("12-01", False),
            ("12-08", True),
            ("12-15", False),
            ("12-22", True),
            ("12-29", False),
            ("01-05", True),
            ("01-12", False),
            ("01-19", True),
        ]

    def test_a_skipped_holiday_never_flips_whose_turn_it_is(self) -> None:
        """Thursdays from 10 December: the 24th and the 31st are skipped, one with them and one without."""
        where = room(THURSDAYS, meeting_start="2026-12-10", joins={"POLITI": 2})
        assert self.turns(where, "2026-12-01", "2027-01-31") == [
            ("12-10", True),
            ("12-17", False),
            ("01-07", True),
            ("01-14", False),
            ("01-21", True),
            ("01-28", False),
        ]
        # Ascension alone is skipped in May 2026: the week after is still the others' turn.
        where = room(THURSDAYS, meeting_start="2026-04-30", joins={"POLITI": 2})
        assert self.turns(where, "2026-04-27", "2026-05-31") == [
            ("04-30", True),
            ("05-07", False),
            ("05-21", False),
            ("05-28", True),
        ]

    def test_a_break_and_a_move_count_as_well(self) -> None:
        where = room(TUESDAYS, meeting_start="2026-12-08", joins={"POLITI": 2}, breaks=["2026-12-22"])
        assert self.turns(where, "2026-12-01", "2027-01-06") == [
            ("12-08", True),
            ("12-15", False),
            ("12-29", False),
            ("01-05", True),
        ]
        where = room(THURSDAYS, meeting_start="2026-05-07", joins={"POLITI": 2}, on_closed="after")
        assert self.turns(where, "2026-05-01", "2026-05-29") == [
            ("05-07", True),
            ("05-15", False),
            ("05-21", True),
            ("05-28", False),
        ]

    def test_the_turn_lasts_for_years(self) -> None:
        """From 24 November 2026 to Tuesday 19 November 2030 it is 208 weeks: an even number, so they come."""
        where = room(TUESDAYS, meeting_start="2026-11-24", joins={"POLITI": 2})
        assert self.turns(where, "2030-11-18", "2030-11-30") == [("11-19", True), ("11-26", False)]

    def test_over_both_changes_of_the_clocks(self) -> None:
        where = room(MONDAYS, meeting_start="2026-03-16", joins={"POLITI": 2})
        assert self.turns(where, "2026-03-16", "2026-03-31") == [
            ("03-16", True),
            ("03-23", False),
            ("03-30", True),
        ]
        assert self.turns(where, "2026-10-19", "2026-11-02") == [
            ("10-19", False),
            ("10-26", True),
            ("11-02", False),
        ]

    def test_an_hour_that_is_skipped_counts_once(self) -> None:
        """On 29 March 2026 the clock times 2.30 and 3.30 are one meeting, so the next is the others' turn."""
        where = room("FREQ=DAILY;BYHOUR=2,3;BYMINUTE=30", meeting_start="2026-03-28", joins={"POLITI": 2})
        assert [turn for _, turn in self.turns(where, "2026-03-28", "2026-03-30")] == [
            *(True, False),
            True,
            *(False, True),
        ]

    def test_every_second_of_every_second_week(self) -> None:
        rule = "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE;BYHOUR=13;BYMINUTE=0"
        where = room(rule, meeting_start="2026-11-25", joins={"POLITI": 2})
        assert self.turns(where, "2026-11-01", "2027-01-20") == [
            ("11-25", True),
            ("12-09", False),
            ("12-23", True),
            ("01-06", False),
            ("01-20", True),
        ]

    def test_the_first_meeting_may_come_days_after_the_start(self) -> None:
        """`meeting_start` a Friday: the first Tuesday after it is the first meeting."""
        where = room(TUESDAYS, meeting_start="2026-11-20", joins={"POLITI": 2})
        assert self.turns(where, "2026-11-01", "2026-12-01") == [("11-24", True), ("12-01", False)]

    def test_each_agency_has_its_own_turn(self) -> None:
        where = room(TUESDAYS, meeting_start="2026-11-03", joins={"POLITI": 2, "BIF": 3})
        found = met(where, "2026-11-01", "2026-12-10")
        assert [sorted(each.joining) for each in found] == [
            ["BIF", "POLITI"],
            [],
            ["POLITI"],
            ["BIF"],
            ["POLITI"],
            [],
        ]
        assert [sorted(each.staying_away) for each in found] == [
            [],
            ["BIF", "POLITI"],
            ["BIF"],
            ["POLITI"],
            ["BIF"],
            ["BIF", "POLITI"],
        ]

    def test_without_joins_nobody_joins_or_stays_away(self) -> None:
        (only,) = met(room(TUESDAYS), "2026-11-24", "2026-11-24")
        assert (only.joining, only.staying_away) == (frozenset(), frozenset())


class TestSlots:
    def test_in_utc_to_the_minute(self) -> None:
        assert [each.slot for each in met(room(TUESDAYS), "2026-10-20", "2026-10-31")] == [
            "2026-10-20T08:00+00:00",
            "2026-10-27T09:00+00:00",
        ]

    def test_a_closing_day_that_is_added_later_makes_no_other_meeting(self) -> None:
        (before,) = met(room(TUESDAYS, on_closed="after"), "2026-11-24", "2026-11-25")
        closed = Calendar(TZ, closed=frozenset({date(2026, 11, 24)}))
        (after,) = met(room(TUESDAYS, on_closed="after"), "2026-11-24", "2026-11-25", closed)
        assert before.start != after.start
        assert before.slot == after.slot


RULES = st.sampled_from(
    [
        TUESDAYS,
        THURSDAYS,
        "FREQ=DAILY;BYHOUR=2,3;BYMINUTE=30",
        "FREQ=WEEKLY;BYDAY=TH,FR,MO;BYHOUR=9,23;BYMINUTE=0",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH;BYHOUR=13;BYMINUTE=0",
        "FREQ=MONTHLY;INTERVAL=3;BYDAY=1TH;BYHOUR=17;BYMINUTE=0",
        "FREQ=MONTHLY;BYDAY=-1TH;BYHOUR=0;BYMINUTE=0",
        TUESDAYS + ";COUNT=40",
    ]
)
MOMENTS = st.datetimes(datetime(2026, 1, 1), datetime(2028, 6, 1), timezones=st.just(UTC))  # noqa: DTZ001
BREAKS = [["2026-12-21..2027-01-03"], ["2026-04-01..2026-04-07", "2026-10-12..2026-10-16"], []]


@settings(deadline=None)
@given(
    RULES,
    st.sampled_from(["skip", "before", "after", "week"]),
    st.sampled_from(BREAKS),
    st.tuples(*[MOMENTS] * 3),
)
def test_a_stretch_is_the_sum_of_its_parts(
    rule: str, on_closed: str, breaks: list[str], moments: tuple[datetime, datetime, datetime]
) -> None:
    """However a stretch is cut, even at the instant of a meeting, nothing is lost and nothing comes twice."""
    where = room(rule, meeting_start="2026-01-08", on_closed=on_closed, breaks=breaks, joins={"POLITI": 2})
    a, m, b = sorted(moments)
    whole = occurrences(where, CALENDAR, a, b)
    assert whole == occurrences(where, CALENDAR, a, m) + occurrences(where, CALENDAR, m, b)
    for cut in whole[:1]:
        assert whole == occurrences(where, CALENDAR, a, cut.start) + occurrences(
            where, CALENDAR, cut.start, b
        )
    starts = [each.start for each in whole]
    assert starts == sorted(set(starts)), "in order, no two at once"
    assert len({each.slot for each in whole}) == len(whole)
    assert all(CALENDAR.is_open(each.astimezone(TZ).date()) for each in starts)
    assert all(a < each <= b for each in starts)
