"""A programme-year against an oracle: every reminder and digest exactly when the rules say, none twice.

The year is played on the real inbox, tables and duties; the oracle (see its module) knows only the rules.
`SIMULATED_SEEDS=1,2,3` plays other years.
"""

from __future__ import annotations

import os
from collections import Counter
from datetime import date, datetime
from pathlib import Path

import pytest

from tests.simulation.oracle import CLOSED, CPH, Sent, gatherings, is_raise_day, is_reminder_day, office_works
from tests.simulation.year import Year

SEEDS = [int(seed) for seed in os.environ.get("SIMULATED_SEEDS", "2026").split(",")]


def _days(rule: object, due: date, month: list[date]) -> list[date]:
    assert callable(rule)
    return [day for day in month if rule(day, due, office_works)]


def test_the_oracle_agrees_with_the_example_in_the_domain() -> None:
    """Due Fri 27 Nov: reminders Wed 25, Fri 27, Tue 1 Dec, Thu 3; raised with the coordinator on Fri 4."""
    days = [date(2026, 11, day) for day in range(16, 31)] + [date(2026, 12, day) for day in range(1, 5)]
    due = date(2026, 11, 27)
    reminded = [date(2026, 11, 25), due, date(2026, 12, 1), date(2026, 12, 3)]
    assert _days(is_reminder_day, due, days) == reminded
    assert _days(is_raise_day, due, days) == [date(2026, 12, 4)]


def test_the_oracle_steps_over_christmas_and_easter() -> None:
    """Worked out by hand: due on closed Christmas Day, and on the Wednesday before Maundy Thursday."""
    days = [date(2026, 12, day) for day in range(14, 32)] + [date(2027, 1, day) for day in range(1, 7)]
    reminded = [
        date(2026, 12, 22),
        date(2026, 12, 23),
        date(2026, 12, 29),
        date(2027, 1, 4),
        date(2027, 1, 6),
    ]
    assert _days(is_reminder_day, date(2026, 12, 25), days) == reminded
    assert _days(is_raise_day, date(2026, 12, 25), days) == [date(2027, 1, 5)]
    days = [date(2027, 3, day) for day in range(20, 32)] + [date(2027, 4, day) for day in range(1, 3)]
    reminded = [date(2027, 3, 22), date(2027, 3, 24), date(2027, 3, 31), date(2027, 4, 2)]
    assert _days(is_reminder_day, date(2027, 3, 24), days) == reminded


def test_the_oracle_has_no_great_prayer_day() -> None:
    """Store Bededag was abolished from 2024 on: the fourth Friday after Easter is a working day."""
    assert not {date(2026, 5, 1), date(2027, 4, 23)} & CLOSED


def test_the_oracle_meets_as_was_worked_out_by_hand() -> None:
    """Weekly on Thursdays, moved from closed days to the next working day, police every second one, even unheld."""
    first = datetime(2026, 12, 3, 10)  # noqa: DTZ001
    weekly = gatherings("fremdrift", first, date(2027, 1, 7), weeks=1, after=True, police=2)
    assert [(m.named, f"{m.agenda.astimezone(CPH):%d/%m %H}") for m in weekly] == [
        ("3. dec. 2026 kl. 10.00 med", "01/12 08"),
        ("10. dec. 2026 kl. 10.00 uden", "08/12 08"),
        ("17. dec. 2026 kl. 10.00 med", "15/12 08"),
        ("28. dec. 2026 kl. 10.00 uden", "22/12 08"),
        ("4. jan. 2027 kl. 10.00 med", "29/12 08"),
        ("7. jan. 2027 kl. 10.00 uden", "05/01 08"),
    ]
    second = gatherings("by", datetime(2026, 12, 10, 14, 30), date(2027, 1, 21), weeks=2)  # noqa: DTZ001
    assert [m.named for m in second] == [
        "10. dec. 2026 kl. 14.30",
        "7. jan. 2027 kl. 14.30",
        "21. jan. 2027 kl. 14.30",
    ]


def test_six_weeks(tmp_path: Path) -> None:
    """Six weeks around Easter, on whose Sunday the clocks go forward: quick enough for every run."""
    _play(Year(tmp_path, seed=7, weeks=6, first=date(2027, 3, 1)))


@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS)
def test_a_whole_year(tmp_path: Path, seed: int) -> None:
    """52 weeks with Christmas, Easter on the day the clocks change, restarts and outages."""
    year = Year(tmp_path, seed, weeks=52)
    _play(year)
    kinds = Counter(sent.kind for sent in year.oracle.sent)
    assert kinds["reminder"] > 1200
    assert kinds["reminder.now"] > 100
    assert kinds["overdue.raised"] > 50
    assert kinds["digest"] > 250
    # A weekly and a fortnightly forum; some meetings passed while the bot was down.
    assert sum(n for kind, n in kinds.items() if kind.startswith("meeting.agenda")) > 65
    assert kinds["meeting.ask_start"] > 50
    assert len(year.oracle.actions) > 250


def _play(year: Year) -> None:
    year.play()
    year.bot.open()
    try:
        assert year.bot.refusals() == [], f"seed {year.seed}: the bot did not understand"
        expected, actual = Counter(year.oracle.sent), year.bot.sent()
        if expected != actual:
            pytest.fail(_first_difference(year, expected, actual))
        mornings = Counter((sent.to, sent.minute[:10]) for sent in actual if sent.kind == "reminder")
        assert max(mornings.values()) == 1, f"two morning messages: {mornings.most_common(3)}"
        known = {
            number: (action.state, _iso(action.due.day, action.due.at), frozenset(action.parts))
            for number, action in year.oracle.actions.items()
        }
        assert year.bot.actions() == known, f"seed {year.seed}: the records differ"
    finally:
        year.bot.db.close()


def _iso(day: date, at: object) -> str:
    return f"{day}T{at:%H:%M}" if at else f"{day}"


def _first_difference(year: Year, expected: Counter[Sent], actual: Counter[Sent]) -> str:
    """The first day on which the two sides differ, with what each side has for it."""
    missing, surplus = expected - actual, actual - expected
    first = min((*missing, *surplus)).minute[:10]
    lines = [
        f"seed {year.seed}, {year.weeks} weeks from {year.first}:"
        f" {missing.total()} missing, {surplus.total()} not due; first on {first}"
    ]
    for title, side in (("missing", missing), ("not due", surplus)):
        lines += [
            f"  {title}: {n} × {sent}" for sent, n in sorted(side.items()) if sent.minute.startswith(first)
        ]
    return "\n".join(lines)
