"""The iCalendar file as two other programs read it: icalendar's parser, and vobject with the file's own zone."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any
from zoneinfo import ZoneInfo

import icalendar
import pytest
import vobject
from dateutil import tz as dateutil_tz
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.documents.ical import Entry, calendar

TZ = ZoneInfo("Europe/Copenhagen")
STAMP = datetime(2026, 11, 20, 8, 30, 15, tzinfo=UTC)


def at(text: str, fold: int = 0) -> datetime:
    """A local time as an instant."""
    return datetime.fromisoformat(text).replace(tzinfo=TZ, fold=fold).astimezone(UTC)


def entry(start: datetime, **more: Any) -> Entry:
    given: dict[str, Any] = {
        "uid": f"{start:%Y%m%dT%H%M}@hotspotbot",
        "sequence": 0,
        "end": start + timedelta(hours=1),
        "summary": "Fremdriftsgruppen",
        "location": "Rådhuset, lokale 2",
        "description": "Med politiet.",
        "cancelled": False,
        "stamp": STAMP,
    } | more
    return Entry(start=start, **given)


def read(text: str) -> list[Any]:
    file = icalendar.Calendar.from_ical(text)
    assert not file.errors
    for event in file.events:
        assert not event.errors
    return list(file.events)


def read_by_the_other(text: str) -> list[Any]:
    """As vobject reads it, which builds the zone from the VTIMEZONE in the file."""
    files = list(vobject.readComponents(StringIO(text, newline=""), validate=True))
    assert len(files) == 1
    return list(getattr(files[0], "vevent_list", []))


def unfolded(text: str) -> list[str]:
    return text.replace("\r\n ", "").split("\r\n")


MEETINGS = [
    entry(at("2026-03-24T10:00")),
    entry(at("2026-03-31T10:00"), sequence=3, location=None),
    entry(at("2026-10-20T10:00")),
    entry(at("2026-10-27T10:00"), cancelled=True, sequence=1, summary="Aflyst: Fremdriftsgruppen"),
    entry(at("2026-12-29T23:00"), end=at("2026-12-30T01:00"), description="Første linje\nanden linje"),
]


class TestTwoReaders:
    def test_both_read_the_same_instants_and_words(self) -> None:
        text = calendar("Fremdriftsgruppen", MEETINGS, TZ)
        one, other = read(text), read_by_the_other(text)
        assert len(one) == len(other) == len(MEETINGS)
        for meeting, event, vevent in zip(MEETINGS, one, other, strict=True):
            assert event.start == meeting.start
            assert event.end == meeting.end
            assert vevent.dtstart.value.astimezone(UTC) == meeting.start
            assert vevent.dtend.value.astimezone(UTC) == meeting.end
            assert event["uid"] == vevent.uid.value == meeting.uid
            assert event["summary"] == vevent.summary.value == meeting.summary
            assert event["description"] == vevent.description.value == meeting.description
            assert event.get("location") == meeting.location
            assert (vevent.location.value if "location" in vevent.contents else None) == meeting.location
            assert event.DTSTAMP == event.LAST_MODIFIED == STAMP
            assert int(event["sequence"]) == int(vevent.sequence.value) == meeting.sequence
            status = "CANCELLED" if meeting.cancelled else "CONFIRMED"
            assert event["status"] == vevent.status.value == status

    def test_clock_times_are_local_and_carry_the_zone(self) -> None:
        lines = unfolded(calendar("Fremdriftsgruppen", MEETINGS[:1], TZ))
        assert "DTSTART;TZID=Europe/Copenhagen:20260324T100000" in lines
        assert "DTEND;TZID=Europe/Copenhagen:20260324T110000" in lines
        assert "DTSTAMP:20261120T083015Z" in lines

    def test_the_frame_is_a_publication(self) -> None:
        lines = unfolded(calendar("Fremdriftsgruppen", MEETINGS, TZ))
        assert lines[0] == "BEGIN:VCALENDAR"
        assert lines[-2:] == ["END:VCALENDAR", ""]
        for line in ("VERSION:2.0", "METHOD:PUBLISH", "CALSCALE:GREGORIAN", "X-WR-CALNAME:Fremdriftsgruppen"):
            assert lines.count(line) == 1
        assert sum(line.startswith("PRODID:") for line in lines) == 1
        assert lines.count("BEGIN:VTIMEZONE") == 1
        assert lines.index("END:VTIMEZONE") < lines.index("BEGIN:VEVENT"), "the zone before whom it is for"
        events = "\n".join(lines[lines.index("END:VTIMEZONE") :])
        assert "RRULE" not in events
        assert "ATTENDEE" not in events, "a publication invites nobody (RFC 5546, 3.2.1)"
        for event in read("\r\n".join(lines)):
            assert event["organizer"].startswith("mailto:"), "and names its organizer"

    def test_a_moved_meeting_replaces_itself(self) -> None:
        """The same UID with a higher SEQUENCE and its new time (RFC 5546, 2.1.4 and 2.1.5)."""
        before = entry(at("2026-11-24T10:00"), uid="a@hotspotbot")
        after = entry(at("2026-11-26T13:00"), uid="a@hotspotbot", sequence=1)
        (first,), (second,) = (read(calendar("F", [each], TZ)) for each in (before, after))
        assert first["uid"] == second["uid"]
        assert int(second["sequence"]) > int(first["sequence"])
        assert second.start == at("2026-11-26T13:00")

    def test_a_cancelled_meeting_takes_no_time(self) -> None:
        held, cancelled = read(calendar("F", MEETINGS[2:4], TZ))
        assert (held["status"], held["transp"]) == ("CONFIRMED", "OPAQUE")
        assert (cancelled["status"], cancelled["transp"]) == ("CANCELLED", "TRANSPARENT")

    def test_the_same_meetings_give_the_same_file(self) -> None:
        assert calendar("F", MEETINGS, TZ) == calendar("F", list(MEETINGS), ZoneInfo("Europe/Copenhagen"))

    def test_no_meetings_is_still_a_calendar(self) -> None:
        text = calendar("Fremdriftsgruppen", [], TZ)
        assert read(text) == read_by_the_other(text) == []

    def test_a_meeting_without_length_has_no_end(self) -> None:
        start = at("2026-11-24T10:00")
        text = calendar("F", [entry(start, end=start)], TZ)
        assert "DTEND" not in text, "an end must be later than the start (RFC 5545, 3.8.2.2)"
        assert read(text)[0].start == start


class TestZone:
    def test_the_changes_of_the_clocks_stand_as_the_standard_asks(self) -> None:
        """Each begins at the local time by the offset before it: 2 in spring, 3 in autumn (RFC 5545, 3.6.5)."""
        lines = unfolded(calendar("F", [entry(at("2026-11-24T10:00"))], TZ))
        zone = lines[lines.index("BEGIN:VTIMEZONE") : lines.index("END:VTIMEZONE")]
        spring = zone[zone.index("BEGIN:DAYLIGHT") : zone.index("END:DAYLIGHT")]
        autumn = zone[zone.index("BEGIN:STANDARD") : zone.index("END:STANDARD")]
        assert {"DTSTART:20250330T020000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200", "TZNAME:CEST"} < set(
            spring
        )
        assert {"DTSTART:20251026T030000", "TZOFFSETFROM:+0200", "TZOFFSETTO:+0100", "TZNAME:CET"} < set(
            autumn
        )
        assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3" in spring
        assert "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10" in autumn

    @pytest.mark.parametrize(
        "name",
        [
            "Europe/Copenhagen",
            "Europe/Dublin",
            "America/New_York",
            "Australia/Lord_Howe",
            "Africa/Casablanca",  # no yearly rule: it follows Ramadan
            "Asia/Jerusalem",  # the Friday before the last Sunday, which may be the fourth or the fifth
            "Atlantic/Reykjavik",
            "UTC",
        ],
    )
    def test_the_file_s_own_zone_agrees_with_the_world_s_all_year(self, name: str) -> None:
        """Read by dateutil from the VTIMEZONE alone, hour by hour from the first meeting's year to the last's."""
        zone = ZoneInfo(name)
        ends = [datetime(2026, 1, 1, 12, tzinfo=zone), datetime(2030, 12, 31, 12, tzinfo=zone)]
        text = calendar("F", [entry(each) for each in ends], zone)
        block = text[text.index("BEGIN:VTIMEZONE") : text.index("END:VTIMEZONE")] + "END:VTIMEZONE\r\n"
        own = dateutil_tz.tzical(StringIO(block.replace("\r\n", "\n"))).get(name)
        wall = datetime(2026, 1, 1)  # noqa: DTZ001 (local time)
        while wall < datetime(2030, 12, 31, 23):  # noqa: DTZ001
            local = wall.replace(tzinfo=zone)
            # What comes twice or never, readers may take either way; what is certain must agree.
            if (
                local.astimezone(UTC).astimezone(zone) == local
                and local.utcoffset() == local.replace(fold=1).utcoffset()
            ):
                assert wall.replace(tzinfo=own).utcoffset() == local.utcoffset(), wall
            wall += timedelta(hours=1)

    def test_a_zone_that_changed_its_mind_once(self) -> None:
        """No change in the years before the first meeting: the zone says what was true from the start."""
        zone = ZoneInfo("Asia/Pyongyang")  # half an hour back in August 2015, and forward in May 2018
        starts = [datetime(year, 6, 1, 10, tzinfo=zone) for year in (2015, 2016, 2017, 2018)]
        read_back = read_by_the_other(calendar("F", [entry(each) for each in starts], zone))
        assert [each.dtstart.value.astimezone(UTC) for each in read_back] == starts
        assert starts[1].utcoffset() == timedelta(hours=8, minutes=30)

    def test_the_hour_that_comes_twice(self) -> None:
        """A local time means the first of the two (RFC 5545, 3.3.5), so the second is said in UTC."""
        first, second = at("2026-10-25T02:30"), at("2026-10-25T02:30", fold=1)
        assert second - first == timedelta(hours=1)
        text = calendar("F", [entry(first, end=first + timedelta(minutes=15)), entry(second)], TZ)
        assert [event.start.astimezone(UTC) for event in read(text)] == [first, second]
        assert [each.dtstart.value.astimezone(UTC) for each in read_by_the_other(text)] == [first, second]
        assert "DTSTART:20261025T013000Z" in unfolded(text)

    def test_a_meeting_over_the_change(self) -> None:
        start, end = at("2026-10-24T23:00"), at("2026-10-25T04:00")
        text = calendar("F", [entry(start, end=end)], TZ)
        assert read(text)[0].end.astimezone(UTC) - start == timedelta(hours=6)
        assert read_by_the_other(text)[0].dtend.value.astimezone(UTC) - start == timedelta(hours=6)


HOSTILE = [
    "Linje et\r\nEND:VEVENT\r\nBEGIN:VEVENT\r\nSUMMARY:Falsk",
    "BEGIN:VEVENT",
    "a,b;c:d\\e\"f'g^n",
    "C:\\Nord\\Nyt",
    "\\n er to tegn, \\, også",
    "ét\u2028to\u2029tre\x85fire\x0bfem\x0cseks",
    "nul\x00klokke\x07flugt\x1b[31m",
    "👩‍👩‍👧‍👦" * 20,
    "Blåbærgrød på Østerås " * 20,
    "x" * 74 + "\\" * 10,
    "enlig \ud800 halvdel",
    "",
]


class TestHostileWords:
    @pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
    def test_words_stay_words(self, words: str) -> None:
        hostile = entry(
            at("2026-11-24T10:00"), uid=f"{words}@x", summary=words, location=words, description=words
        )
        text = calendar(words, [hostile, entry(at("2026-12-01T10:00"))], TZ)
        one, other = read(text), read_by_the_other(text)
        assert len(one) == len(other) == 2, "no meeting was smuggled in"
        assert unfolded(text).count("BEGIN:VEVENT") == 2
        shown = " ".join(re.sub("[\x00-\x08\x0e-\x1f\x7f\ud800]", "", words).split())
        event, vevent = one[0], other[0]
        assert event["summary"] == event["location"] == shown
        assert vevent.summary.value == vevent.location.value == shown
        assert event["organizer"].params.get("CN", "") == shown.replace('"', "'").replace("\\", "/")

    def test_lines_of_a_description_stay_lines(self) -> None:
        text = calendar(
            "F", [entry(at("2026-11-24T10:00"), description="1. Nyt\r\n2. Friplads, pris;\n\nC:\\Nord")], TZ
        )
        said = "1. Nyt\n2. Friplads, pris;\n\nC:\\Nord"
        assert read(text)[0]["description"] == said
        assert read_by_the_other(text)[0].description.value == said
        assert "DESCRIPTION:1. Nyt\\n2. Friplads\\, pris\\;\\n\\nC:\\\\Nord" in unfolded(text)

    @pytest.mark.parametrize("words", HOSTILE, ids=range(len(HOSTILE)))
    def test_lines_are_short_and_end_as_they_must(self, words: str) -> None:
        """At most 75 octets, CRLF, and no letter cut in two (RFC 5545, 3.1)."""
        text = calendar(words, [entry(at("2026-11-24T10:00"), summary=words, description=words)], TZ)
        assert text.endswith("\r\n")
        assert not re.search("(?<!\r)\n|\r(?!\n)", text)
        for line in text.encode().split(b"\r\n"):
            assert len(line) <= 75
            line.decode()

    @settings(deadline=None)
    @given(st.text(), st.text())
    def test_whatever_people_write_two_readers_find_one_meeting(self, name: str, words: str) -> None:
        start = at("2026-11-24T10:00")
        text = calendar(name, [entry(start, summary=name, location=words, description=words)], TZ)
        (event,), (other,) = read(text), read_by_the_other(text)
        assert event.start == other.dtstart.value.astimezone(UTC) == start
        assert event["summary"] == other.summary.value
        assert event["description"] == other.description.value
        assert all(len(line) <= 75 for line in text.encode().split(b"\r\n"))
