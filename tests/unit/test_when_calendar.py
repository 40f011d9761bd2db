"""Working days, holidays, recurrence and the words for a deadline."""

import itertools
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import pytest

from bot.when import Calendar, Deadline, Rhythm, read, say

TZ = ZoneInfo("Europe/Copenhagen")
CALENDAR = Calendar(TZ)
EVENING_SHIFT = frozenset({2, 3, 4, 5, 6})  # Wednesday to Sunday


def d(text: str) -> date:
    return date.fromisoformat(text)


def local(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TZ)


class TestCalendar:
    @pytest.mark.parametrize(
        ("day", "da", "en"),
        [
            ("2027-03-25", "Skærtorsdag", "Maundy Thursday"),
            ("2027-05-17", "Anden pinsedag", "Pentecost Monday"),
            ("2027-06-05", "Grundlovsdag", "Constitution Day"),
            ("2026-12-24", "Juleaftensdag", "Christmas Eve"),
            ("2026-12-31", "Nytårsaftensdag", "New Year's Eve"),
            ("2023-05-05", "Store bededag", "Great Prayer Day"),
        ],
    )
    def test_holidays_have_names(self, day: str, da: str, en: str) -> None:
        assert (CALENDAR.holiday(d(day), "da"), CALENDAR.holiday(d(day), "en")) == (da, en)
        assert not CALENDAR.is_open(d(day))

    @pytest.mark.parametrize("day", ["2024-04-26", "2027-05-01", "2026-11-20", "2027-05-07", "2026-11-21"])
    def test_ordinary_days_are_open(self, day: str) -> None:
        assert CALENDAR.is_open(d(day))
        assert CALENDAR.holiday(d(day), "da") is None

    def test_open_is_not_a_working_day(self) -> None:
        saturday = d("2026-11-21")
        assert not CALENDAR.is_workday(saturday)
        assert CALENDAR.is_workday(saturday, EVENING_SHIFT)

    def test_closing_days_from_the_configuration(self) -> None:
        closed = Calendar(TZ, closed=frozenset({d("2026-11-20")}))
        assert not closed.is_workday(d("2026-11-20"))
        assert closed.on_or_before(d("2026-11-20")) == d("2026-11-19")

    @pytest.mark.parametrize(
        ("day", "n", "shifted"),
        [
            ("2026-11-20", 1, "2026-11-23"),
            ("2026-11-20", 5, "2026-11-27"),
            ("2026-11-22", 1, "2026-11-23"),
            ("2026-11-27", -2, "2026-11-25"),
            ("2026-12-23", 1, "2026-12-28"),
            ("2026-12-30", 1, "2027-01-04"),
            ("2027-01-04", -1, "2026-12-30"),
            ("2027-03-24", 1, "2027-03-30"),
            ("2026-11-20", 0, "2026-11-20"),
        ],
    )
    def test_shift(self, day: str, n: int, shifted: str) -> None:
        assert CALENDAR.shift(d(day), n) == d(shifted)

    def test_shift_for_those_who_work_at_weekends(self) -> None:
        assert CALENDAR.shift(d("2026-11-20"), 2, EVENING_SHIFT) == d("2026-11-22")
        assert CALENDAR.shift(d("2026-11-22"), 1, EVENING_SHIFT) == d("2026-11-25")

    def test_nearest_working_days(self) -> None:
        assert CALENDAR.on_or_after(d("2026-12-24")) == d("2026-12-28")
        assert CALENDAR.on_or_before(d("2027-03-29")) == d("2027-03-24")

    def test_nobody_works(self) -> None:
        with pytest.raises(ValueError, match="no working day"):
            CALENDAR.shift(d("2026-11-20"), 1, frozenset())


class TestDeadline:
    def test_iso_and_back(self) -> None:
        for text in ("2026-11-27", "2026-11-27T09:00"):
            assert Deadline.from_iso(text).iso() == text

    @pytest.mark.parametrize(
        ("deadline", "end"),
        [
            ("2026-11-27", "2026-11-27T23:00"),
            ("2026-11-27T09:00", "2026-11-27T08:00"),
            ("2027-03-28", "2027-03-28T22:00"),
            ("2026-10-25", "2026-10-25T23:00"),
            ("2026-10-25T02:30", "2026-10-25T01:30"),
        ],
    )
    def test_overdue_from(self, deadline: str, end: str) -> None:
        assert Deadline.from_iso(deadline).end(TZ) == datetime.fromisoformat(end).replace(tzinfo=UTC)

    def test_order(self) -> None:
        texts = ["2026-11-27", "2026-11-27T09:00", "2026-11-26", "2026-11-27T23:59"]
        assert [each.iso() for each in sorted(map(Deadline.from_iso, texts))] == [
            "2026-11-26", "2026-11-27T09:00", "2026-11-27T23:59", "2026-11-27",
        ]  # fmt: skip


class TestSay:
    @pytest.mark.parametrize(
        ("deadline", "da", "en"),
        [
            ("2026-11-27", "fre. 27. nov., uge 48", "Fri 27 Nov, week 48"),
            ("2026-11-27T09:00", "fre. 27. nov. kl. 9.00, uge 48", "Fri 27 Nov at 9:00, week 48"),
            ("2026-11-24T03:05", "tirs. 24. nov. kl. 03.05, uge 48", "Tue 24 Nov at 03:05, week 48"),
            ("2027-01-02", "lør. 2. jan., uge 53", "Sat 2 Jan, week 53"),
            ("2027-05-20", "tors. 20. maj, uge 20", "Thu 20 May, week 20"),
            ("2027-11-19", "fre. 19. nov. 2027, uge 46", "Fri 19 Nov 2027, week 46"),
            ("2026-11-19", "tors. 19. nov. 2026, uge 47", "Thu 19 Nov 2026, week 47"),
        ],
    )
    def test_words(self, deadline: str, da: str, en: str) -> None:
        now, found = local("2026-11-20T10:00"), Deadline.from_iso(deadline)
        assert (say(found, "da", now=now, tz=TZ), say(found, "en", now=now, tz=TZ)) == (da, en)

    def test_every_week_and_month_reads_back(self) -> None:
        now = local("2026-11-20T10:00")
        for n in range(400):
            deadline = Deadline(date.fromordinal(d("2026-11-21").toordinal() + n), time(n % 24, n % 60))
            if deadline.iso().startswith("2027-03-28T02"):
                continue
            for lang in ("da", "en"):
                assert (
                    read(say(deadline, lang, now=now, tz=TZ), now=now, lang=lang, calendar=CALENDAR)
                    == deadline
                )


class TestRhythm:
    def test_local_hour_stays_over_clock_changes(self) -> None:
        weekly = Rhythm("FREQ=WEEKLY;BYDAY=TU;BYHOUR=10;BYMINUTE=0", tz=TZ)
        found = weekly.between(local("2026-10-19T00:00"), local("2026-11-04T00:00"))
        assert [each.astimezone(TZ).isoformat() for each in found] == [
            "2026-10-20T10:00:00+02:00",
            "2026-10-27T10:00:00+01:00",
            "2026-11-03T10:00:00+01:00",
        ]

    def test_every_second_week_does_not_drift_at_new_year(self) -> None:
        rhythm = Rhythm("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;BYHOUR=10;BYMINUTE=0", tz=TZ, start=d("2026-11-03"))
        found = rhythm.between(local("2026-11-01T00:00"), local("2028-03-01T00:00"))
        gaps = {
            (b.astimezone(TZ).date() - a.astimezone(TZ).date()).days for a, b in itertools.pairwise(found)
        }
        assert gaps == {14}
        assert found[0] == local("2026-11-03T10:00")
        assert local("2027-01-12T10:00") in found, "53 weeks in 2026"
        # 1,064 days, 76 fortnights, after its start: asked for years later it still counts from there.
        assert rhythm.next_after(local("2029-09-20T00:00")) == local("2029-10-02T10:00")

    def test_an_hour_the_clock_shows_twice_or_never(self) -> None:
        nightly = Rhythm("FREQ=DAILY;BYHOUR=2;BYMINUTE=30", tz=TZ)
        autumn = nightly.between(local("2026-10-24T12:00"), local("2026-10-26T12:00"))
        assert [each.isoformat() for each in autumn] == [
            "2026-10-25T00:30:00+00:00",
            "2026-10-26T01:30:00+00:00",
        ]
        spring = nightly.between(local("2027-03-27T12:00"), local("2027-03-29T12:00"))
        assert [each.isoformat() for each in spring] == [
            "2027-03-28T01:30:00+00:00",
            "2027-03-29T00:30:00+00:00",
        ]

    def test_next_after_walks_through_all(self) -> None:
        rhythm = Rhythm("FREQ=MONTHLY;BYDAY=1TU;BYHOUR=9;BYMINUTE=0", tz=TZ)
        instant, walked = local("2026-11-01T00:00"), []
        for _ in range(3):
            after = rhythm.next_after(instant)
            assert after is not None
            instant = after
            walked.append(after.astimezone(TZ).date().isoformat())
        assert walked == ["2026-11-03", "2026-12-01", "2027-01-05"]

    def test_bounds(self) -> None:
        rhythm = Rhythm("FREQ=WEEKLY;BYDAY=TU;BYHOUR=10;BYMINUTE=0", tz=TZ)
        meeting = local("2026-11-24T10:00")
        assert rhythm.next_after(meeting) == local("2026-12-01T10:00")
        assert rhythm.between(local("2026-11-23T00:00"), meeting) == [meeting]

    def test_an_end_is_kept(self) -> None:
        until = Rhythm("FREQ=WEEKLY;BYDAY=TU;BYHOUR=10;BYMINUTE=0;UNTIL=20261201", tz=TZ)
        assert until.next_after(local("2026-11-25T00:00")) == local("2026-12-01T10:00")
        assert until.next_after(local("2026-12-01T10:00")) is None
        utc = Rhythm("FREQ=WEEKLY;BYDAY=TU;BYHOUR=10;BYMINUTE=0;UNTIL=20261201T085959Z", tz=TZ)
        assert utc.next_after(local("2026-11-25T00:00")) is None
        twice = Rhythm("FREQ=WEEKLY;BYDAY=TU;COUNT=2", tz=TZ, start=local("2026-11-24T10:00"))
        assert len(twice.between(local("2026-01-01T00:00"), local("2028-01-01T00:00"))) == 2

    def test_not_before_its_start(self) -> None:
        rhythm = Rhythm("FREQ=WEEKLY;BYDAY=TU;BYHOUR=10;BYMINUTE=0", tz=TZ, start=d("2026-12-01"))
        assert rhythm.next_after(local("2026-11-01T00:00")) == local("2026-12-01T10:00")

    def test_the_day_that_the_start_names_stays(self) -> None:
        weekly = Rhythm("FREQ=WEEKLY;BYHOUR=10", tz=TZ, start=d("2026-11-24"))  # a Tuesday
        assert weekly.next_after(local("2029-05-01T12:00")) == local("2029-05-08T10:00")
        monthly = Rhythm("FREQ=MONTHLY;BYHOUR=10", tz=TZ, start=d("2026-11-24"))
        assert monthly.next_after(local("2029-05-01T12:00")) == local("2029-05-24T10:00")
        yearly = Rhythm("FREQ=YEARLY;BYHOUR=10", tz=TZ, start=d("2026-11-24"))
        assert yearly.next_after(local("2029-05-01T12:00")) == local("2029-11-24T10:00")

    @pytest.mark.parametrize(
        ("rule", "why"),
        [
            ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;BYHOUR=10", "INTERVAL over 1 .* needs a start"),
            ("FREQ=WEEKLY;BYDAY=TU", "BYHOUR needs a start"),
            ("FREQ=WEEKLY;BYHOUR=10", "which day"),
            ("FREQ=YEARLY;BYMONTHDAY=1;BYHOUR=10", "which month"),
            ("FREQ=HOURLY", "FREQ must be one of"),
            ("FREQ=WEEKLY;BYDAY=XX;BYHOUR=10", "not a recurrence rule"),
            ("FREQ=DAILY;BYHOUR=99", "not a recurrence rule"),
            ("every Tuesday", "not a recurrence rule"),
            ("", "not a recurrence rule"),
            ("FREQ=DAILY;BYHOUR=1;X=2", "X is not supported"),
            ("FREQ=DAILY;BYHOUR=1;INTERVAL=0", "INTERVAL must be"),
            ("FREQ=DAILY;BYHOUR=1;UNTIL=soon", "UNTIL must be"),
        ],
    )
    def test_what_is_missing_is_said(self, rule: str, why: str) -> None:
        with pytest.raises(ValueError, match=why):
            Rhythm(rule, tz=TZ)
