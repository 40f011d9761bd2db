"""A number at the end of the matter does not cast doubt on the deadline behind it."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.when import Calendar, Deadline, find

TZ = ZoneInfo("Europe/Copenhagen")
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=TZ)


@pytest.mark.parametrize(
    ("said", "text", "day"),
    [
        ("opgave 5 inden fredag", "opgave 5", date(2026, 11, 27)),
        ("ring til 12345678 senest torsdag", "ring til 12345678", date(2026, 11, 26)),
        ("følge op på sag 12 mandag", "følge op på sag 12", date(2026, 11, 23)),
        ("opgave 12 3/12", "opgave 12", date(2026, 12, 3)),
    ],
)
def test_a_number_before_the_deadline_belongs_to_the_matter(said: str, text: str, day: date) -> None:
    found = find(said, now=NOW, lang="da", calendar=Calendar(tz=TZ))
    assert (found.text, found.deadline, found.problem) == (text, Deadline(day), None)
