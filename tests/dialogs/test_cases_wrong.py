"""Wrong input about cases: what the bot says to it, so that the next try is right."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session

from tests.dialogs.caseload import case_of
from tests.dialogs.caserooms import open_rooms
from tests.dialogs.chat import Chat


def _opened(chat: Chat) -> None:
    chat.say("lene", "!sag ny uro i gården")


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    with open_rooms(tmp_path) as opened:
        opened.begin(_opened)
        yield opened


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("!sag ny", "Hvad handler sagen om?"),
        ("!sag ny haster", "Hvad handler sagen om?"),
        ("!sag ny …!", "Hvad handler sagen om?"),
        ("!sag uro i gården", "Vil du åbne en sag? Så skriv !sag ny uro i gården."),
        ("!sag plan", "Hvilken sag mener du? Skriv sagens kode med, for eksempel: !sag HS-26-014"),
        ("!sag mål skole hver dag", "Hvilken sag mener du?"),
        ("!luk", "Hvilken sag mener du? Skriv sagens kode med, for eksempel: !luk HS-26-014"),
        ("!bero til fredag", "for eksempel: !bero HS-26-014"),
        ("!genåbn", "for eksempel: !genåbn HS-26-014"),
        ("!sag 99", "Jeg kender ingen sag HS-26-099 her. Mener du HS-26-001?"),
        ("!sag HS-27-001", "Jeg kender ingen sag HS-27-001 her. Mener du HS-26-001?"),
        ("!luk HS-26-010", "Mener du HS-26-001?"),
        ("!sag 99999", "Jeg kender ingen sag HS-26-99999 her."),
        ("!sag 1 plann", "Jeg forstår ikke „plann“. Mener du: !sag HS-26-001 plan"),
        ("!sag 1 histrik", "Mener du: !sag HS-26-001 historik"),
        ("!sag 1 dagsordn", "Mener du: !sag HS-26-001 dagsorden"),
        ("!sag 1 sagsbehandlr @ali", "Mener du: !sag HS-26-001 sagsbehandler @ali SOF"),
        ("!sag 1 xyz", "Efter !sag HS-26-001 kan du skrive: plan, mål, trend, emne"),
        ("!sag 1 mål", "Hvilket mål?"),
        ("!sag 1 mål skole", "Hvad er målet for uddannelse?"),
        ("!sag 1 mål økonomi 500 kr.", "Jeg kender ikke „økonomi“. Mål sættes for beskæftigelse"),
        ("!sag 1 trend", "Hvordan går det med hvad?"),
        ("!sag 1 trend skole", "Hvordan går det? Fremgang, uændret eller tilbagegang"),
        ("!sag 1 trend skole lilla", "Er „lilla“ fremgang, uændret eller tilbagegang?"),
        ("!sag 1 trend humør bedre", "Jeg kender ikke „humør“."),
        ("!sag 1 emne", "Hvad handler HS-26-001 om?"),
        ("!sag 1 beslægtet", "Hvilken sag hænger HS-26-001 sammen med?"),
        ("!sag 1 beslægtet 1", "HS-26-001 er den samme sag."),
        ("!sag 1 beslægtet 44", "Jeg kender ingen sag HS-26-044 her."),
        ("!sag 1 beslægtet med naboen", "Hvilken sag hænger HS-26-001 sammen med?"),
        ("!sag 1 følger", "Hvem? Skriv et navn, fx: !sag HS-26-001 følger @ali"),
        ("!sag 1 følger Kirstn", "Mener du Kirsten Lind?"),
        ("!sag 1 følger Xerxes", "Jeg kender ingen, der hedder „Xerxes“."),
        ("!sag 1 følger Lene", "Her er flere, der hedder det: Lene Holm (BUF), Lene Skov (BIF)."),
        ("!sag 1 følger @ukendt:example.dk", "står ikke i bottens opsætning"),
        ("!sag 1 følger Clara Berg", "Clara Berg er med som borger og kan ikke følge en sag."),
        ("!sag 1 sagsbehandler Kirsten XYZ", "„XYZ“ er ingen forvaltning her. De hedder: BUF, SOF, BIF, politi."),
        ("!sag 1 opfølgning", "Hvornår skal HS-26-001 følges op?"),
        ("!sag 1 opfølgning 31/2", "31/2"),
        ("!sag 1 opfølgning snart", "snart"),
        ("!sag 1 opfølgning om et år", "skal følges op senest fre. 18. dec."),
        ("!bero 1 til 31/2", "31/2"),
        ("!bero 1 til i går", "i går"),
        ("!bero 1 til 1/1 2031", "Mere end et år er for længe"),
        ("!bero 1 til i dag", "Den dag er ikke foran os."),
    ],
)  # fmt: skip
def test_the_answer_says_what_to_write_instead(chat: Chat, words: str, said: str) -> None:
    def look(session: Session) -> dict[str, object]:
        return case_of(session, "HS-26-001").model_dump()

    before = chat.ask(look)
    seq = chat.last_seq()
    answer = chat.say("karla", words)
    assert said in answer
    assert {m["kind"] for m in chat.messages(seq)} == {"problem"}
    assert chat.ask(look) == before


@pytest.mark.parametrize(
    "form", ["sag ny {}", "sag 1 emne {}", "sag 1 mål skole {}", "luk 1 {}", "bero 1 {} til 1. februar"]
)
def test_ten_thousand_characters_are_refused_kindly(chat: Chat, form: str) -> None:
    long = "bla " * 2_500
    said = chat.say("karla", "!" + form.format(long))
    assert "Her er plads til 1000" in said.replace(".", "").replace("\xa0", "")
    assert len(said) < 400
    assert "HS-26-002" not in chat.say("karla", "!sag")
    assert chat.ask(lambda s: case_of(s, "HS-26-001").state) == "open"


def test_a_thousand_characters_are_kept(chat: Chat) -> None:
    words = ("skolefravær " * 90)[:999].strip()
    assert words in chat.say("lene", f"!sag 1 emne {words}")
    assert len(chat.say("lene", "!sag")) < 300, "the list shows the first of it"


def test_a_cpr_number_is_never_kept(chat: Chat) -> None:
    said = chat.say("lene", "!sag ny uro hos 010190-1234")
    assert "CPR" in said
    assert "HS-26-002" not in chat.say("lene", "!sag")


def test_markup_in_words_is_text(chat: Chat) -> None:
    chat.say("lene", "!sag 1 emne **fed** <b>x</b> [link](http://x)")
    assert "**fed** <b>x</b> [link](http://x)" in chat.say("bo", "!sag 1")
    assert "<b>x</b>" not in chat.last()["html"]
    assert "**fed** <b>x</b>" in chat.say("bo", "!sag 1 plan")


def test_an_edit_corrects_what_was_wrong(chat: Chat) -> None:
    event = chat.send("lene", "!sag 1 mål økonomi spare op")
    assert "mål for beskæftigelse: spare op" in chat.edit("lene", event, "!sag 1 mål job spare op")
    event = chat.send("karla", "!bero 1 til 1. februar")
    assert "man. 1. mar" in chat.edit("karla", event, "!bero 1 til 1. marts")
    chat.edit("karla", event, "ikke noget alligevel")
    assert chat.ask(lambda s: case_of(s, "HS-26-001").state) == "open"


class TestActionsWithACode:
    def test_a_code_that_is_no_case_here_is_kept_and_said(self, chat: Chat) -> None:
        said = chat.say("lene", "!aftale @lene #HS-26-099 ringe inden fredag")
        assert (
            said.splitlines()[-1]
            == "Jeg kender ingen sag HS-26-099 her. Mener du HS-26-001? Se sagerne med !sag."
        )
        assert chat.action(1)["case"] == "HS-26-099"

    def test_one_of_another_group_is_said_in_the_very_same_way(self, chat: Chat) -> None:
        chat.say("mona", "!sag ny andet", "nord")
        forbidden = chat.say("lene", "!aftale @lene HS-26-002 ringe inden fredag")
        unknown = chat.say("lene", "!aftale @lene HS-26-008 ringe inden fredag")
        assert forbidden.replace("-002", "-008").replace("Aftale 1", "Aftale 2") == unknown

    def test_a_known_one_and_a_group_without_cases_hear_nothing(self, chat: Chat) -> None:
        assert "Jeg kender" not in chat.say("lene", "!aftale @lene HS-26-001 ringe inden fredag")
        assert "no case" not in chat.say("bo", "!action @bo HS-26-044 ring by Friday", "ledelse")
        assert "Jeg kender" not in chat.say("jens", "!aftale @jens HS-26-044 ringe inden fredag", "nord")

    def test_it_is_corrected_by_an_edit(self, chat: Chat) -> None:
        event = chat.send("lene", "!aftale @lene HS-26-010 ringe inden fredag")
        assert "Jeg kender" not in chat.edit("lene", event, "!aftale @lene HS-26-001 ringe inden fredag")
        assert "ringe" in chat.say("lene", "!sag 1 plan")
