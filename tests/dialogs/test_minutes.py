"""Minutes, made of the rows that a meeting left, and read as people read them: message, text file, Word file."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from docx import Document as open_docx

from bot.documents import plain
from bot.documents.docx import docx
from bot.documents.minutes import minutes, with_addenda
from bot.documents.model import Document, Heading, Table, markdown, resolved
from bot.matrix.markup import LIMIT, Rendered, render
from bot.planned import occurrences
from bot.storage import queries
from bot.storage.meetings import Meeting
from bot.storage.models import Text
from tests.dialogs.chat import CPH, Chat
from tests.dialogs.records import PLACE, PROGRAMME, TUESDAY, Records

NOW = TUESDAY + timedelta(hours=3)
Fill = Callable[[Records], Meeting]


@pytest.fixture
def programme(tmp_path: Path) -> Iterator[Chat]:
    """A programme whose progress group has a place, five agencies, and the police at every second meeting."""
    opened = Chat(tmp_path, PROGRAMME)
    yield opened
    opened.close()


def document(
    chat: Chat, fill: Fill, *, room: str = "fremdrift", language: str = "da", case: str | None = None
) -> Document:
    """The minutes of the meeting that `fill` writes, words looked up; no row of it stays."""

    def build(session: Any) -> Document:
        written = session.begin_nested()
        meeting = fill(Records(session, chat.access, room))
        made = minutes(session, chat.access, meeting, language, NOW, case=case)
        found = resolved(Document.from_json(made.to_json()), partial(queries.words, session))
        written.rollback()
        return found

    return chat.ask(build)


def message(chat: Chat, fill: Fill, *, room: str = "fremdrift", language: str = "da") -> Rendered:
    """The same as the message that a room gets."""

    def build(session: Any) -> Rendered:
        meeting = fill(Records(session, chat.access, room))
        made = markdown(minutes(session, chat.access, meeting, language, NOW))
        return render(made, partial(queries.words, session), lang=language)

    return chat.ask(build)


def said(found: Document) -> str:
    """The document as a text file without its wrapping: what it says, line by line."""
    lines = [found.title, found.subtitle]
    for block in found.blocks:
        match block:
            case Table():
                lines += [block.caption, *(" | ".join(row) for row in (block.head, *block.rows))]
            case Heading():
                lines.append(f"{'#' * block.level} {block.words}")
            case _ if hasattr(block, "entries"):
                lines += [f"- {lead} {words}" if lead else f"- {words}" for lead, words in block.entries()]
            case _:
                lines.append(block.words)
    return "\n".join(lines)


def weekly(records: Records) -> Meeting:
    """A weekly meeting with everything in it."""
    before = records.meeting(TUESDAY - timedelta(days=7))
    old = records.item(before, "Friplads", state="carried")
    meeting = records.meeting(chair="@karla:example.dk")
    records.attend(
        meeting, "@lene:example.dk", "@ali:example.dk", "@karla:example.dk", "agency:TMF", "partner:KAB"
    )
    records.attend(meeting, "guest:Åse «Bibi» O'Hara 🎉", agency="BUF")
    records.attend(meeting, "@bo:example.dk", state="apology")
    records.item(meeting, "Fjernet af dagsordenen", state="struck")
    overdue = records.item(meeting, None, "overdue")
    place = records.item(meeting, "Friplads til søskende", "carried", carried_from=old.uid)
    left = records.item(meeting, "Sommerferien", state="open")
    records.item(meeting, "Ferielukning", state="carried")  # the next agenda has taken it already
    records.item(meeting, "Fritidsjob", "standing", state="open")
    records.remark(meeting, "Klubben har to pladser.", place)
    records.decide(meeting, "BUF betaler *kontingentet*", place)
    records.decide(meeting, "Vi mødes uden politiet", None)
    records.decide(
        meeting, "Rammen for gaden", None, decided_at=TUESDAY - timedelta(days=4), week="2026-W47", number=9
    )
    records.agree(meeting, "søge friplads i klubben", "@lene:example.dk", item=place)
    records.agree(meeting, "ringe til skolen", item=place, due=None)
    records.agree(meeting, "skrive til huset", "partner:KAB", "missing:1", item=overdue, state="done")
    records.agree(meeting, "spørge skolen", "@bo:example.dk", state="declined", due="2026-11-27T09:00")
    assert left.text_uid
    return meeting


class TestTheWholeRecord:
    def test_it_says_who_when_where_and_what(self, programme: Chat) -> None:
        found = said(document(programme, weekly))
        assert found.splitlines() == [
            "Referat",
            "Fremdriftsgruppen · uge 48 · tirs. 24. nov. 2026 kl. 10.00–11.23",
            f"- Sted: {PLACE}",
            "- Mødeleder: Karla Bech (SOF)",
            "## Til stede",
            "- BUF: Lene Holm, Åse «Bibi» O'Hara 🎉",
            "- SOF: Ali Demir, Karla Bech",
            "- TMF: uden navn",
            "- Øvrige: Boligforeningen",
            "## Afbud",
            "- politi: Bo Lund",
            "## Ikke mødt",
            "BIF",
            "## Besluttet siden sidst",
            "- Beslutning 2026-W47-9: Rammen for gaden – Karla Bech (SOF), fre. 20. nov., uge 47",
            "## 1. Aftaler over fristen",
            "Aftaler: hvem gør hvad hvornår",
            "Nr. | Hvem | Hvad | Hvornår",
            "43 | Boligforeningen, én mere (mangler navn) | skrive til huset (færdig) | tors. 3. dec., uge 49",
            "## 2. Friplads til søskende (overført fra uge 47)",
            "Klubben har to pladser.",
            "- Beslutning 2026-W48-1: BUF betaler *kontingentet*",
            "Aftaler: hvem gør hvad hvornår",
            "Nr. | Hvem | Hvad | Hvornår",
            "41 | Lene Holm (BUF) | søge friplads i klubben | tors. 3. dec., uge 49",
            "42 | mangler ejer | ringe til skolen | mangler frist",
            "## I øvrigt",
            "- Beslutning 2026-W48-2: Vi mødes uden politiet",
            "Aftaler: hvem gør hvad hvornår",
            "Nr. | Hvem | Hvad | Hvornår",
            "44 | Bo Lund (politi) | spørge skolen (afvist) | fre. 27. nov. kl. 9.00, uge 48",
            "## Ikke nået",
            "- Fritidsjob",
            "## Overført til næste møde",
            "- Sommerferien",
            "- Ferielukning",
        ]

    def test_a_phone_gets_a_line_for_each_row_with_nothing_lost(self, programme: Chat) -> None:
        shown = message(programme, weekly)
        assert "- 41 Lene Holm (BUF): søge friplads i klubben – senest tors. 3. dec., uge 49" in shown.body
        assert "- 42 mangler ejer: ringe til skolen – mangler frist" in shown.body
        assert "skrive til huset (færdig) – senest tors. 3. dec., uge 49" in shown.body
        assert "- Beslutning 2026-W48-1: BUF betaler *kontingentet*" in shown.body
        assert "<strong>41</strong> Lene Holm (BUF)" in shown.html
        assert "<table" not in shown.html
        assert "&lt;b&gt;*" in shown.html  # the place's own signs are no markup
        assert shown.mentions == frozenset()

    def test_the_files_say_the_same(self, programme: Chat) -> None:
        made = document(programme, weekly)
        words = {
            word for line in said(made).splitlines() for word in line.strip("#- ").split() if word != "|"
        }
        read = open_docx(io.BytesIO(docx(made, at=NOW)))
        in_word = "\n".join(p.text for p in read.paragraphs)
        in_word += "\n".join(cell.text for table in read.tables for row in table.rows for cell in row.cells)
        in_text = plain.text(made)
        assert [word for word in words if word not in in_word] == []
        assert [word for word in words if word not in in_text] == []

    def test_in_english_no_danish_is_left(self, programme: Chat) -> None:
        found = said(document(programme, weekly, language="en"))
        for line in (
            "Minutes",
            "Fremdriftsgruppen · week 48 · Tue 24 Nov 2026 at 10:00–11:23",
            "- Chair: Karla Bech (SOF)",
            "- TMF: no name given",
            "- Decision 2026-W47-9: Rammen for gaden – Karla Bech (SOF), Fri 20 Nov, week 47",
            "## 1. Actions past their deadline",
            "## 2. Friplads til søskende (carried over from week 47)",
            "No. | Who | What | When",
            "42 | no owner yet | ringe til skolen | no deadline yet",
            "44 | Bo Lund (politi) | spørge skolen (declined) | Fri 27 Nov at 9:00, week 48",
            "## Carried over to the next meeting",
        ):
            assert line in found.splitlines()
        for word in ("Referat", "Til stede", "Beslutning", "Aftaler", "Ikke", "Hvem", "uge", "Overført"):
            assert word not in found

    def test_erased_words_are_gone_and_say_so(self, programme: Chat) -> None:
        def fill(records: Records) -> Meeting:
            meeting = records.meeting()
            item = records.item(meeting, "Et punkt")
            action = records.agree(meeting, "noget hemmeligt", "@lene:example.dk", item=item)
            records.agree(meeting, None, "@lene:example.dk", item=item)
            text = records.session.get(Text, action.text_uid)
            assert text is not None
            text.words = None
            return meeting

        found = said(document(programme, fill))
        assert "41 | Lene Holm (BUF) | [slettet] | tors. 3. dec., uge 49" in found
        assert "42 | Lene Holm (BUF) | mangler ordlyd | tors. 3. dec., uge 49" in found
        assert "hemmeligt" not in found

    def test_a_meeting_that_nobody_ended_says_so(self, programme: Chat) -> None:
        found = said(document(programme, lambda records: records.meeting(unended=True)))
        assert "Mødet blev ikke afsluttet; referatet er lavet ud fra det, der blev skrevet." in found
        assert "afsluttet" not in said(
            document(programme, lambda records: records.meeting(TUESDAY + timedelta(7)))
        )

    def test_over_midnight_and_new_year_the_days_are_right(self, programme: Chat) -> None:
        late = datetime(2026, 12, 31, 22, 0, tzinfo=CPH)
        found = document(programme, lambda records: records.meeting(late, minutes=240))
        assert (
            found.subtitle == "Fremdriftsgruppen · uge 53 · tors. 31. dec. 2026 kl. 22.00–fre. 1. jan. 01.53"
        )

    def test_forty_items_fit_in_a_message(self, programme: Chat) -> None:
        def fill(records: Records) -> Meeting:
            meeting = records.meeting()
            for number in range(1, 41):
                item = records.item(
                    meeting, f"Punkt nummer {number} om noget, der tager et par linjer at forklare"
                )
                records.decide(meeting, f"beslutning {number}", item)
                records.agree(meeting, f"gøre noget ved {number}", "@lene:example.dk", item=item)
            return meeting

        shown = message(programme, fill)
        assert "gøre noget ved 40" in shown.body
        assert "## " not in shown.body
        assert len(shown.html) < LIMIT


class TestWhoWasThere:
    def test_three_people_in_five_agencies(self, programme: Chat) -> None:
        def fill(records: Records) -> Meeting:
            meeting = records.meeting()
            records.attend(meeting, "@lene:example.dk", "@lene2:example.dk", "@bo:example.dk")
            return meeting

        found = said(document(programme, fill)).splitlines()
        assert found[2:9] == [
            f"- Sted: {PLACE}",
            "## Til stede",
            "- BUF: Lene Holm",
            "- BIF: Lene Skov",
            "- politi: Bo Lund",
            "## Ikke mødt",
            "SOF, TMF",
        ]

    def test_who_was_not_to_come_is_not_missed(self, programme: Chat) -> None:
        config = programme.settings.room("#fremdrift:example.dk")
        assert config is not None
        near = occurrences(config, programme.access.calendar, TUESDAY - timedelta(1), TUESDAY + timedelta(15))
        without = next(each for each in near if each.staying_away)
        with_them = next(each for each in near if each.joining)

        def fill(start: datetime, records: Records) -> Meeting:
            meeting = records.meeting(start)
            records.attend(meeting, "@lene:example.dk", "agency:SOF", "agency:BIF", "agency:TMF")
            return meeting

        assert "Ikke mødt" not in said(document(programme, partial(fill, without.start)))
        assert "## Ikke mødt\npoliti" in said(document(programme, partial(fill, with_them.start)))

    def test_nobody_noted_is_no_absence(self, programme: Chat) -> None:
        found = said(document(programme, lambda records: records.meeting()))
        assert "Der er ikke noteret, hvem der var til stede." in found
        assert "Ikke mødt" not in found

    def test_citizens_have_no_agency_to_stand_under(self, programme: Chat) -> None:
        def fill(records: Records) -> Meeting:
            meeting = records.meeting()
            records.attend(meeting, "@anna:example.dk", "@clara:example.dk")
            return meeting

        found = said(document(programme, fill, room="raad"))
        assert "- Anna Vind, Clara Berg" in found
        assert "Øvrige" not in found


class TestTheManagementGroup:
    @staticmethod
    def decided(records: Records) -> Meeting:
        meeting = records.meeting(chair="@anna:example.dk")
        item = records.item(meeting, "Sagen fra fremdriftsgruppen", case_code="HS-26-014")
        records.decide(meeting, "Der søges om foranstaltning", item, case_code="HS-26-014")
        records.decide(meeting, "Næste møde flyttes", None)
        return meeting

    def test_its_decisions_come_first(self, programme: Chat) -> None:
        found = said(document(programme, self.decided, room="ledelse")).splitlines()
        assert found[0] == "Beslutningsreferat"
        at = found.index("## Beslutninger")
        assert found[at + 1 : at + 3] == [
            "- Beslutning 2026-W48-1: HS-26-014 · Der søges om foranstaltning",
            "- Beslutning 2026-W48-2: Næste møde flyttes",
        ]
        assert found.index("## 1. HS-26-014 · Sagen fra fremdriftsgruppen") > at
        assert "Record of decisions" in said(document(programme, self.decided, room="ledelse", language="en"))

    def test_none_is_said_too(self, programme: Chat) -> None:
        found = said(document(programme, lambda records: records.meeting(), room="ledelse"))
        assert "## Beslutninger\nDer er ingen beslutninger fra mødet." in found


class TestByCase:
    """In the progress group a case's part can be taken out and handed on."""

    @staticmethod
    def cases(records: Records) -> Meeting:
        meeting = records.meeting()
        records.attend(meeting, "@lene:example.dk", "@bo:example.dk")
        records.attend(meeting, "@ali:example.dk", state="apology")
        common = records.item(meeting, "Nyt fra klubben")
        first = records.item(meeting, "Fraværet i 7. klasse", case_code="HS-26-014")
        second = records.item(meeting, "Fritidsjob til broren", case_code="HS-26-015")
        records.item(meeting, "Samtale med moren", case_code="HS-26-014", state="open")
        struck = records.item(meeting, "Strøget punkt", case_code="HS-26-015", state="struck")
        records.decide(meeting, "klubben holder åbent", common)
        records.decide(meeting, "skolen indkalder", first)
        records.remark(meeting, "Broren vil gerne.", second)
        records.remark(meeting, "Sagt under det strøgne", struck)
        records.agree(meeting, "ringe til skolen", "@lene:example.dk", item=first)
        records.agree(meeting, "spørge butikken", "@ali:example.dk", item=common, case_code="HS-26-015")
        # A promise about one case, made while the meeting spoke of another.
        records.agree(meeting, "besøge klubben", "@bo:example.dk", item=second, case_code="HS-26-014")
        return meeting

    def test_each_case_stands_on_a_page_of_its_own(self, programme: Chat) -> None:
        made = document(programme, self.cases)
        pages = [b.words for b in made.blocks if isinstance(b, Heading) and b.new_page]
        assert pages == ["Sag HS-26-014", "Sag HS-26-015"]
        whole = said(made)
        common, _, rest = whole.partition("## Sag HS-26-014")
        mine, _, other = rest.partition("## Sag HS-26-015")
        for theirs in ("Fraværet", "skolen", "Broren", "Fritidsjob til", "butikken", "strøgne", "Samtale"):
            assert theirs not in common
        assert "klubben holder åbent" in common
        assert "## 2. Sag HS-26-014\nSe sagens egen side: HS-26-014." in common
        assert "## 3. Sag HS-26-015\nSe sagens egen side: HS-26-015, HS-26-014." in common
        assert mine.splitlines()[1:] == [
            "### 2. Fraværet i 7. klasse",
            "- Beslutning 2026-W48-2: skolen indkalder",
            "Aftaler: hvem gør hvad hvornår",
            "Nr. | Hvem | Hvad | Hvornår",
            "41 | Lene Holm (BUF) | ringe til skolen | tors. 3. dec., uge 49",
            "### Fra punkt 3",
            "Aftaler: hvem gør hvad hvornår",
            "Nr. | Hvem | Hvad | Hvornår",
            "43 | Bo Lund (politi) | besøge klubben | tors. 3. dec., uge 49",
            "### Overført til næste møde",
            "- Samtale med moren",
        ]
        assert "spørge butikken" in other
        assert "Sagt under det strøgne" in other
        assert "besøge" not in other

    def test_a_case_alone_names_no_other_case_and_nobody_who_was_there(self, programme: Chat) -> None:
        found = said(document(programme, self.cases, case="HS-26-015"))
        assert found.splitlines()[1:5] == [
            "Fremdriftsgruppen · uge 48 · tirs. 24. nov. 2026 kl. 10.00–11.23 · HS-26-015",
            "Kun det, der hører til sag HS-26-015.",
            "Til stede: BUF, politi.",
            "## Sag HS-26-015",
        ]
        assert "Fritidsjob til broren" in found
        for theirs in (
            "HS-26-014",
            "Fraværet",
            "Nyt fra klubben",
            "holder åbent",
            "Lene",
            "Bo Lund",
            "moren",
        ):
            assert theirs not in found

    def test_a_case_that_was_not_spoken_of(self, programme: Chat) -> None:
        found = said(document(programme, self.cases, case="HS-26-099"))
        assert "Referatet har ikke noget om sag HS-26-099." in found
        assert "HS-26-014" not in found


class TestAddenda:
    @staticmethod
    def corrected(records: Records) -> Meeting:
        meeting = records.meeting()
        item = records.item(meeting, "Friplads")
        case = records.item(meeting, "Fraværet", case_code="HS-26-014")
        records.decide(meeting, "BUF betaler", item)
        records.decide(meeting, "skolen indkalder", case)
        records.remark(meeting, "Bo var med fra kl. 11", addendum=True)
        records.remark(meeting, "kun i foråret", addendum=True, about="2026-W48-1", by="@lene:example.dk")
        records.remark(meeting, "mødet er den 8.", addendum=True, about="2026-W48-2")
        records.remark(meeting, "Trukket tilbage", addendum=True, state="withdrawn")
        return meeting

    def test_they_say_who_and_when_and_stay_with_their_case(self, programme: Chat) -> None:
        found = said(document(programme, self.corrected))
        head, _, added = found.partition("## Tilføjelser efter godkendelsen")
        common, _, case = added.partition("## Sag HS-26-014: Tilføjelser efter godkendelsen")
        assert common.splitlines()[1:] == [
            "- fre. 27. nov. kl. 10.00, uge 48, Karla Bech (SOF): Bo var med fra kl. 11",
            "- fre. 27. nov. kl. 10.00, uge 48, Lene Holm (BUF), om 2026-W48-1: kun i foråret",
        ]
        assert "om 2026-W48-2: mødet er den 8." in case
        assert "mødet er den 8." not in head
        assert "Trukket" not in found
        alone = said(document(programme, self.corrected, case="HS-26-014"))
        assert "mødet er den 8." in alone
        assert "kun i foråret" not in alone

    def test_frozen_minutes_get_what_was_added_since(self, programme: Chat) -> None:
        def build(session: Any) -> tuple[Document, Document]:
            records = Records(session, programme.access)
            meeting = records.meeting()
            item = records.item(meeting, "Friplads")
            row = records.agree(meeting, "ringe", "@lene:example.dk", item=item)
            frozen = Document.from_json(minutes(session, programme.access, meeting, "da", NOW).to_json())
            row.text_uid = records.words("ringe og skrive")
            records.remark(meeting, "Der manglede noget", addendum=True)
            later = with_addenda(frozen, session, programme.access, meeting, NOW)
            return resolved(frozen, partial(queries.words, session)), resolved(
                later, partial(queries.words, session)
            )

        frozen, later = programme.ask(build)
        assert later.blocks[: len(frozen.blocks)] == frozen.blocks
        assert "skrive" not in said(later)
        assert said(later).endswith("Karla Bech (SOF): Der manglede noget")
