"""The agenda as a room reads it, made of the rows of a planned meeting."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.documents.agenda import Made, agenda, lines
from bot.matrix.markup import LIMIT, Rendered, render
from bot.storage import queries
from bot.storage.meetings import Meeting
from tests.dialogs.chat import Chat
from tests.dialogs.records import PROGRAMME, TUESDAY, Records

NOW = TUESDAY - timedelta(days=4)
Fill = Callable[[Records], Meeting]


@pytest.fixture
def programme(tmp_path: Path) -> Iterator[Chat]:
    """A programme whose progress group meets for ninety minutes."""
    opened = Chat(tmp_path, PROGRAMME)
    yield opened
    opened.close()


def shown(
    chat: Chat, fill: Fill, *, language: str = "da", room: str = "fremdrift", **more: Any
) -> tuple[Rendered, Made]:
    """The agenda of the meeting that `fill` writes, as a message; no row of it stays."""

    def build(session: Any) -> tuple[Rendered, Made]:
        written = session.begin_nested()
        meeting = fill(Records(session, chat.access, room))
        made = agenda(session, chat.access, meeting, language, NOW, **more)
        found = render(made.template, partial(queries.words, session), lang=language)
        written.rollback()
        return found, made

    return chat.ask(build)


def tuesday(records: Records) -> Meeting:
    """Carried over from the week before, two promises late, one due, and a topic with its time."""
    before = records.meeting(TUESDAY - timedelta(days=7))
    old = records.item(before, "Friplads", state="carried")
    meeting = records.meeting(state="planned")
    records.item(
        meeting, "Friplads til *søskende*", "carried", carried_from=old.uid, minutes=20, state="open"
    )
    records.item(meeting, None, "overdue", state="open")
    records.item(meeting, None, "due", state="open")
    records.item(meeting, "Sommerferien", minutes=15, state="open", case_code="HS-26-014")
    records.item(meeting, "Strøget", state="struck")
    records.agree(None, "ringe til skolen", "@lene:example.dk", due="2026-11-18")
    records.agree(None, "søge friplads", "@ali:example.dk", due="2026-11-17")
    records.agree(None, "spørge klubben", due="2026-11-26")
    records.agree(None, "langt ude i fremtiden", "@ali:example.dk", due="2027-03-01")
    return meeting


class TestTheAgenda:
    def test_it_says_when_where_with_whom_and_how_long(self, programme: Chat) -> None:
        found, made = shown(programme, tuesday, staying_away=frozenset({"politi"}))
        assert found.body.splitlines() == [
            "Dagsorden for Fremdriftsgruppen",
            "",
            "Uge 48 · tirs. 24. nov. 2026 kl. 10.00–11.30 · Rådhuset, lokale 2 <b>* · uden Politiet",
            "",
            "1. 10.00 Friplads til *søskende* (overført fra uge 47) · 20 min",
            "2. 10.20 Aftaler over fristen (2) · 28 min",
            "   - 42 Ali Demir (SOF): søge friplads – senest tirs. 17. nov., uge 47",
            "   - 41 Lene Holm (BUF): ringe til skolen – senest ons. 18. nov., uge 47",
            "3. 10.48 Aftaler med frist inden næste møde (1) · 27 min",
            "   - 43 mangler ejer: spørge klubben – senest tors. 26. nov., uge 48",
            "4. 11.15 HS-26-014 · Sommerferien · 15 min",
            "",
            "Mangler der noget? Skriv fx !dagsorden friplads til søskende 10 min.",
        ]
        assert len(made.actions) == 3
        assert found.mentions == frozenset()
        assert "<ol>" in found.html
        assert found.html.count("<ol") == 1, "one list, counted through"

    def test_with_the_police_and_others_by_name(self, programme: Chat) -> None:
        found, _ = shown(programme, tuesday, joining=frozenset({"politi", "TMF", "BUF"}))
        assert "med Børne- og Ungdomsforvaltningen, Teknik og Politiet" in found.body

    def test_in_english(self, programme: Chat) -> None:
        found, _ = shown(programme, tuesday, language="en", staying_away=frozenset({"politi"}))
        assert found.body.splitlines()[:7] == [
            "Agenda for Fremdriftsgruppen",
            "",
            "Week 48 · Tue 24 Nov 2026 at 10:00–11:30 · Rådhuset, lokale 2 <b>* · without Politiet",
            "",
            "1. 10:00 Friplads til *søskende* (carried over from week 47) · 20 min",
            "2. 10:20 Actions past their deadline (2) · 28 min",
            "   - 42 Ali Demir (SOF): søge friplads – by Tue 17 Nov, week 47",
        ]
        assert "!agenda free place" in found.body

    def test_the_short_form_leaves_the_promises_out(self, programme: Chat) -> None:
        found, made = shown(programme, tuesday, short=True)
        assert "2. 10.20 Aftaler over fristen (2) · 28 min\n3. 10.48" in found.body
        assert made.actions == ()
        assert "Mangler der noget" not in found.body

    def test_in_a_meeting_it_says_where_one_is(self, programme: Chat) -> None:
        def fill(records: Records) -> Meeting:
            meeting = records.meeting(state="running", began_at=TUESDAY + timedelta(minutes=5))
            records.item(meeting, "Friplads", state="done")
            meeting.item_uid = records.item(meeting, "Sommerferien", state="open").uid
            records.item(meeting, "Eventuelt", state="open")
            return meeting

        found, _ = shown(programme, fill)
        assert "1. 10.05 Friplads · 30 min · færdigt" in found.body
        assert "2. 10.35 Sommerferien · 30 min · i gang nu" in found.body
        assert "3. 11.05 Eventuelt · 30 min\n" in found.body

    def test_an_empty_one_says_how_to_add(self, programme: Chat) -> None:
        found, _ = shown(programme, lambda records: records.meeting(state="planned"))
        assert "Der er ingen punkter endnu." in found.body
        assert "!dagsorden friplads til søskende 10 min" in found.body


class TestTooMuch:
    def test_wishes_that_do_not_fit_are_cut_and_it_says_so(self, programme: Chat) -> None:
        def fill(records: Records) -> Meeting:
            meeting = records.meeting(state="planned")
            records.item(meeting, "Budget", minutes=90, state="open")
            records.item(meeting, "Ferie", minutes=45, state="open")
            return meeting

        found, _ = shown(programme, fill)
        assert "beder om 135 minutter, og mødet varer 90" in found.body
        assert "1. 10.00 Budget · 60 min\n2. 11.00 Ferie · 30 min" in found.body

    def test_forty_items_stay_readable_and_below_the_limit(self, programme: Chat) -> None:
        words = "Et punkt, som nogen har skrevet en hel del om, fordi det er vigtigt for dem, " * 4

        def fill(records: Records) -> Meeting:
            meeting = records.meeting(state="planned", minutes=39)
            records.item(meeting, None, "overdue", state="open")
            for number in range(2, 41):
                records.item(meeting, f"{words}{number}", state="open")
            for _ in range(40):
                records.agree(None, "noget, der er for sent", "@lene:example.dk", due="2026-11-17")
            return meeting

        found, made = shown(programme, fill)
        assert "Der er 40 punkter på et møde på 39 minutter: det sidste er der ikke tid til." in found.body
        assert found.body.count("noget, der er for sent") == 15
        assert "og 25 mere" in found.body
        assert len(made.actions) == 15
        assert "40. Et punkt" in found.body
        assert found.body.count("ikke tid på mødet") == 1
        assert "[slettet]" not in found.body
        assert len(found.html) < LIMIT
        assert "Mangler der noget?" in found.body, "nothing was cut off"

    def test_over_midnight_and_through_the_changed_hour(self, programme: Chat) -> None:
        def fill(records: Records) -> Meeting:
            start = TUESDAY.replace(month=10, day=24, hour=23)  # the clocks go back at three
            meeting = records.meeting(start, minutes=360, state="planned")
            for topic in ("Sent", "Senere", "Senest"):
                records.item(meeting, topic, minutes=120, state="open")
            return meeting

        found, _ = shown(programme, fill)
        assert "lør. 24. okt. 2026 kl. 23.00–søn. 25. okt. 04.00" in found.body
        assert [line.split()[1] for line in found.body.splitlines() if line[:1].isdigit()] == [
            "23.00",
            "01.00",
            "02.00",
        ]


def test_lines_are_numbered_as_they_are_shown(programme: Chat) -> None:
    def build(session: Any) -> list[tuple[int, int, str]]:
        meeting = tuesday(Records(session, programme.access))
        found = lines(session, programme.access, meeting, "da", NOW)
        return [(line.number, line.minutes, line.at.isoformat()) for line in found]

    assert programme.ask(build) == [
        (1, 20, "2026-11-24T09:00:00+00:00"),
        (2, 28, "2026-11-24T09:20:00+00:00"),
        (3, 27, "2026-11-24T09:48:00+00:00"),
        (4, 15, "2026-11-24T10:15:00+00:00"),
    ]
