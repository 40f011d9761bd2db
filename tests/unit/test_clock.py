"""Time as the bot lives it: real, or rehearsed and faster, and the same after a restart."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.clock import ClockError, Rehearsal, RehearsalClock, SystemClock, open_clock, parse_rehearse

COPENHAGEN = ZoneInfo("Europe/Copenhagen")
START = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)


def millis(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def real_now() -> datetime:
    return datetime.now(UTC)


def test_the_system_clock_is_real_utc() -> None:
    before = real_now()
    now = SystemClock().now()
    assert before <= now <= real_now()
    assert now.utcoffset() == timedelta(0)


def test_a_rehearsal_runs_as_many_times_as_fast() -> None:
    clock = RehearsalClock(START, 3600, anchor=real_now() - timedelta(seconds=10))
    gone = clock.now() - START
    assert timedelta(hours=10) <= gone < timedelta(hours=11)


def test_a_rehearsal_begins_at_its_start() -> None:
    clock = RehearsalClock(START, 60)
    assert START <= clock.now() < START + timedelta(minutes=1)


def test_a_restarted_rehearsal_goes_on_where_real_time_says() -> None:
    asked = Rehearsal(START, 3600)
    first = RehearsalClock(START, 3600, anchor=real_now() - timedelta(hours=2))
    again = open_clock(asked, first.save())
    assert abs(again.now() - first.now()) < timedelta(minutes=30)  # half a real second between the readings
    assert again.now() - START > timedelta(days=83)  # two real hours were not forgotten


def test_times_of_events_pass_through_the_same_map() -> None:
    anchor = real_now() - timedelta(minutes=10)
    clock = RehearsalClock(START, 3600, anchor=anchor)
    assert clock.at_event(millis(anchor)) == pytest.approx(START, abs=timedelta(seconds=4))
    later = clock.at_event(millis(anchor + timedelta(seconds=48)))
    assert later == pytest.approx(START + timedelta(days=2), abs=timedelta(seconds=4))


def test_back_from_the_bots_time_to_real_time() -> None:
    moment = real_now()
    assert SystemClock().real(moment) == moment
    clock = RehearsalClock(START, 3600, anchor=moment)
    assert clock.real(START + timedelta(hours=2)) == moment + timedelta(seconds=2)
    assert clock.real(clock.at_event(millis(moment - timedelta(minutes=3)))) == pytest.approx(
        moment - timedelta(minutes=3), abs=timedelta(milliseconds=2)
    )


def test_event_time_on_the_system_clock_is_what_the_server_said() -> None:
    assert SystemClock().at_event(millis(datetime(2026, 3, 2, 9, 30, tzinfo=UTC))) == datetime(
        2026, 3, 2, 9, 30, tzinfo=UTC
    )


@pytest.mark.parametrize("clock", [SystemClock(), RehearsalClock(START, 3600)])
@pytest.mark.parametrize("ahead", [60_000, 10**12, 10**15, 10**30])
def test_an_event_from_the_future_counts_as_now(clock: SystemClock, ahead: int) -> None:
    said = clock.at_event(millis(real_now()) + ahead)
    assert abs(clock.now() - said) < timedelta(hours=1)


@pytest.mark.parametrize("clock", [SystemClock(), RehearsalClock(START, 3600)])
@pytest.mark.parametrize("stamp", [-(10**30), -(10**15), -1])
def test_an_event_before_the_calendar_is_old_and_not_a_fault(clock: SystemClock, stamp: int) -> None:
    assert clock.at_event(stamp) == datetime(1970, 1, 1, tzinfo=UTC)


def test_a_very_old_event_in_a_rehearsal_is_old_not_now() -> None:
    assert RehearsalClock(START, 1_000_000).at_event(1) == datetime(1970, 1, 1, tzinfo=UTC)


async def test_sleep_waits_in_seconds_of_this_clock() -> None:
    clock = RehearsalClock(START, 3600)
    before = time.monotonic()
    await clock.sleep(360)
    assert 0.09 <= time.monotonic() - before < 5


async def test_sleeping_no_time_returns_at_once() -> None:
    before = time.monotonic()
    await SystemClock().sleep(-3)
    assert time.monotonic() - before < 1


def test_real_seconds_of_a_span() -> None:
    assert RehearsalClock(START, 3600).real_seconds(timedelta(hours=2)) == pytest.approx(2)
    assert SystemClock().real_seconds(timedelta(seconds=2)) == 2
    assert SystemClock().real_seconds(timedelta(seconds=-2)) == 0


def test_monotonic_is_real_even_in_a_rehearsal() -> None:
    clock = RehearsalClock(START, 1_000_000)
    first = clock.monotonic()
    assert 0 <= clock.monotonic() - first < 5


@pytest.mark.parametrize(
    ("text", "start", "rate"),
    [
        ("2026-11-20T08:00@3600", datetime(2026, 11, 20, 7, 0, tzinfo=UTC), 3600),
        ("2026-06-01T08:00@1", datetime(2026, 6, 1, 6, 0, tzinfo=UTC), 1),
        ("2026-11-20T08:00Z@0.5", datetime(2026, 11, 20, 8, 0, tzinfo=UTC), 0.5),
        (" 2026-11-20@60 ", datetime(2026, 11, 19, 23, 0, tzinfo=UTC), 60),
    ],
)
def test_rehearse_is_read_as_local_time(text: str, start: datetime, rate: float) -> None:
    assert parse_rehearse(text, COPENHAGEN) == (start, rate)


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("2026-11-20T08:00", "@RATE"),
        ("fredag@3600", "'fredag'"),
        ("2026-11-31T08:00@60", "'2026-11-31T08:00'"),
        ("2026-11-20T08:00@", "''"),
        ("2026-11-20T08:00@fast", "'fast'"),
        ("2026-11-20T08:00@0", "'0'"),
        ("2026-11-20T08:00@-5", "'-5'"),
        ("2026-11-20T08:00@nan", "'nan'"),
        ("2026-11-20T08:00@inf", "'inf'"),
        ("", "@RATE"),
    ],
)
def test_a_rehearsal_that_cannot_be_read_says_what_to_write(text: str, wrong: str) -> None:
    with pytest.raises(ClockError) as caught:
        parse_rehearse(text, COPENHAGEN)
    assert wrong in str(caught.value)
    assert "2026-11-20T08:00@3600" in str(caught.value)


def test_without_a_rehearsal_time_is_real() -> None:
    assert isinstance(open_clock(None, None), SystemClock)
    assert SystemClock().save() is None


def test_a_rehearsed_database_does_not_meet_real_days() -> None:
    with pytest.raises(ClockError, match="holds a rehearsal"):
        open_clock(None, RehearsalClock(START, 3600).save())


@pytest.mark.parametrize("other", [Rehearsal(START - timedelta(days=1), 3600), Rehearsal(START, 60)])
def test_another_rehearsal_on_the_same_database_is_refused(other: Rehearsal) -> None:
    with pytest.raises(ClockError, match="same --rehearse"):
        open_clock(other, RehearsalClock(START, 3600).save())


@pytest.mark.parametrize("saved", ["", "{}", "[]", '{"start": 1, "rate": 2, "anchor": 3}'])
def test_a_damaged_anchor_is_said_not_guessed(saved: str) -> None:
    with pytest.raises(ClockError, match="cannot be read"):
        open_clock(Rehearsal(START, 60), saved)
