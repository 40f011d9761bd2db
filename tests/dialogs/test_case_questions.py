"""Before a meeting the bot asks each agency about the cases, in direct messages, and people answer as they like."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session, col, select

from bot.actions import Cause
from bot.cases import Cases
from bot.storage import queries
from bot.storage.cases import CaseQuestion, CaseTrend, CaseUpdate, SheetValue
from tests.dialogs import chat as chats
from tests.dialogs.chat import Chat

CONFIG = """
[matrix]
homeserver = "http://127.0.0.1:8008"
user_id = "@hotspotbot:example.dk"
[privacy]
require_encryption = false
[agencies.BUF]
name = "Børne- og Ungdomsforvaltningen"
representative = "@lene:example.dk"
[agencies.SOF]
name = "Socialforvaltningen"
representative = "@ali:example.dk"
[agencies.BIF]
name = "Beskæftigelses- og Integrationsforvaltningen"
representative = "@uden:example.dk"
[agencies.politi]
name = "Politiet"
representative = "@bo:example.dk"
[agencies.gade]
name = "Gadeteamet"
[[people]]
user_id = "@anna:example.dk"
name = "Anna Vind"
roles = ["lead"]
[[people]]
user_id = "@karla:example.dk"
name = "Karla Bech"
roles = ["coordinator"]
[[people]]
user_id = "@lene:example.dk"
name = "Lene Holm"
agency = "BUF"
[[people]]
user_id = "@karen:example.dk"
name = "Karen Friis"
agency = "BUF"
[[people]]
user_id = "@ditte:example.dk"
name = "Ditte Lauge"
agency = "BUF"
[[people]]
user_id = "@ali:example.dk"
name = "Ali Demir"
agency = "SOF"
[[people]]
user_id = "@bo:example.dk"
name = "Bo Lund"
agency = "politi"
language = "en"
[[people]]
user_id = "@uden:example.dk"
name = "Ulla Dehn"
agency = "BIF"
[[people]]
user_id = "@sara:example.dk"
name = "Sara Krogh"
agency = "SOF"
[[people]]
user_id = "@gurli:example.dk"
name = "Gurli Mose"
agency = "gade"
[[people]]
user_id = "@per:example.dk"
name = "Per Toft"
agency = "gade"
roles = ["coordinator"]
[[rooms]]
room = "#fremdrift:example.dk"
forum = "fremdriftsgruppe"
meeting = "FREQ=WEEKLY;BYDAY=TU;BYHOUR=10;BYMINUTE=0"
[[rooms]]
room = "#gade:example.dk"
forum = "gadeteam"
"""
ROOMS = {
    "fremdrift": ("!fremdrift:example.dk", ["anna", "karla", "lene", "karen", "ali", "bo"]),
    "gade": ("!gade:example.dk", ["gurli", "per"]),
}
ASKED = "2026-11-25 08:00"  # four working days before Tuesday 1 December
REMINDED = "2026-11-27 08:00"
MEETING = "2026-12-01 10:00"


def _at_noon(chat: Chat) -> None:
    chat.at("2026-11-24 12:00")


@pytest.fixture
def chat(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Chat]:
    monkeypatch.setattr(chats, "ROOMS", ROOMS)
    made = Chat(tmp_path, CONFIG)
    made.begin(_at_noon)
    yield made
    made.close()


def open_case(chat: Chat, words: str = "Skolevægring") -> str:
    """A case of the fremdriftsgruppe, on the agenda of its next meeting."""

    def open_(session: Session) -> str:
        forum = queries.forum_by_config(session, "#fremdrift:example.dk")
        assert forum is not None
        cause = Cause("@karla:example.dk", chat.now, f"$case{next(chat.ids)}")
        return Cases(session, chat.access, cause).open(forum, words).code

    code = chat.ask(open_)
    chat.say("karla", f"!dagsorden {code}")
    return code


def ask(chat: Chat) -> str:
    """The questions about one case go out. Returns its code."""
    code = open_case(chat)
    chat.at(ASKED)
    return code


def root(chat: Chat, who: str) -> str:
    """The event of the first question to somebody."""
    rows = [m for m in chat.messages(0, f"dm:@{who}:example.dk") if m["kind"] == "case.question"]
    return str(rows[0]["event_id"])


def thread_event(chat: Chat, who: str, words: str) -> str:
    """Somebody writes in the thread of their first question. Returns the event."""
    relation = {"rel_type": "m.thread", "event_id": root(chat, who), "is_falling_back": True}
    content = {"msgtype": "m.text", "body": words, "m.relates_to": relation}
    return chat.event(who, "dm", "m.room.message", content)


def says(chat: Chat, who: str, words: str) -> str:
    """The same; what the bot says to them then."""
    before = chat.last_seq()
    thread_event(chat, who, words)
    return "\n\n".join(chat.heard(who, before))


def updates(chat: Chat) -> list[tuple[str | None, str, str, str | None]]:
    """Every update: agency, kind, state, words."""

    def read(session: Session) -> list[tuple[str | None, str, str, str | None]]:
        rows = session.exec(
            select(CaseUpdate).order_by(col(CaseUpdate.said_at), CaseUpdate.source_event)
        ).all()
        return [(r.agency, r.kind, r.state, queries.words(session, r.text_uid)) for r in rows]

    return chat.ask(read)


def state(chat: Chat, agency: str = "BUF") -> tuple[str, str]:
    """State and step of an agency's newest question."""

    def read(session: Session) -> tuple[str, str]:
        rows = session.exec(select(CaseQuestion).where(CaseQuestion.agency == agency)).all()
        row = max(rows, key=lambda r: r.asked_at)
        return row.state, row.step

    return chat.ask(read)


def trends(chat: Chat) -> dict[tuple[str, str], str | None]:
    return chat.ask(lambda s: {(r.agency, r.parameter): r.trend for r in s.exec(select(CaseTrend)).all()})


def sheet(chat: Chat) -> dict[str, str | None]:
    return chat.ask(
        lambda s: {r.field: queries.words(s, r.text_uid) for r in s.exec(select(SheetValue)).all()}
    )


class TestAsking:
    def test_each_agency_in_the_room_is_asked_once_some_days_before(self, chat: Chat) -> None:
        code = open_case(chat)
        chat.at("2026-11-25 07:59")
        assert chat.direct("lene") == []
        chat.at(ASKED)
        assert [len(chat.direct(who)) for who in ("lene", "ali", "bo", "karen", "uden", "sara")] == [
            1,
            1,
            1,
            0,
            0,
            0,
        ]
        first = chat.direct("lene")[0]
        assert first.startswith(f"{code} · Skolevægring · Fremdriftsgruppe, tirs. 1. dec.")
        assert "1 af" in first
        assert "set fra BUF" in first
        assert "as politi sees it" in chat.direct("bo")[0]
        chat.at("2026-11-26 12:00")
        assert len(chat.direct("lene")) == 1
        rung = next(iter(chat.messages(0, "dm:@lene:example.dk")))
        assert rung["kind"] == "case.question"
        assert rung["notify"]

    def test_a_case_that_comes_onto_the_agenda_later_is_asked_about_then(self, chat: Chat) -> None:
        ask(chat)
        chat.at("2026-11-26 12:00")
        code = open_case(chat, "Uro om aftenen")
        chat.at("2026-11-26 12:01")
        assert len(chat.direct("lene")) == 2
        assert code in chat.direct("lene")[1]

    def test_the_caseworker_is_asked_instead_and_only_about_their_case(self, chat: Chat) -> None:
        code, other = open_case(chat), open_case(chat, "Uro")

        def let_in(session: Session) -> None:
            case = queries.case_by_code(session, code)
            assert case is not None
            cause = Cause("@karla:example.dk", chat.now, "$let")
            Cases(session, chat.access, cause).follow(case, "@sara:example.dk", "caseworker", "SOF")

        chat.ask(let_in)
        chat.at(ASKED)
        assert [code in m for m in chat.direct("sara")] == [True]
        assert [other in m for m in chat.direct("ali")] == [True]
        said = says(chat, "sara", "familien har fået en kontaktperson")
        assert "nyt fra SOF" in said
        assert updates(chat) == [("SOF", "news", "standing", "familien har fået en kontaktperson")]
        assert other not in "".join(chat.direct("sara"))

    def test_somebody_is_reminded_once_and_only_of_what_is_open(self, chat: Chat) -> None:
        ask(chat)
        says(chat, "lene", "intet nyt")
        before = chat.last_seq()
        chat.at(REMINDED)
        again = chat.heard("ali", before)
        assert len(again) == 1
        assert again[0].startswith("Jeg mangler dit svar om HS-26-001")
        assert chat.heard("lene", before) == []
        chat.at("2026-11-30 12:00")
        assert len(chat.heard("ali", before)) == 1

    def test_several_open_questions_are_one_reminder(self, chat: Chat) -> None:
        open_case(chat)
        open_case(chat, "Uro")
        chat.at(ASKED)
        before = chat.last_seq()
        chat.at(REMINDED)
        (said,) = chat.heard("ali", before)
        assert "2 sager" in said
        assert "HS-26-001" in said
        assert "HS-26-002" in said

    def test_who_is_on_leave_is_asked_but_not_pressed(self, chat: Chat) -> None:
        chat.say("lene", "!mig fri til 28/11", "dm")
        ask(chat)
        before = chat.last_seq()
        assert state(chat) == ("open", "news")
        chat.at(REMINDED)
        assert chat.heard("lene", before) == []

    def test_what_is_open_when_the_meeting_begins_is_missed(self, chat: Chat) -> None:
        ask(chat)
        says(chat, "ali", "der er en ny kontaktperson")
        chat.at(MEETING)
        assert state(chat) == ("missed", "news")
        assert state(chat, "SOF") == ("answered", "done")

    def test_a_case_struck_from_the_agenda_is_asked_about_no_more(self, chat: Chat) -> None:
        ask(chat)
        before = chat.last_seq()
        chat.say("karla", "!dagsorden stryg 1")
        chat.at("2026-11-25 09:00")
        assert state(chat)[0] == "dropped"
        assert chat.heard("lene", before) == []
        assert "ikke på mødets dagsorden" in says(chat, "lene", "han er startet")
        assert updates(chat)[0][3] == "han er startet"

    def test_a_case_put_back_is_not_asked_about_twice(self, chat: Chat) -> None:
        code = ask(chat)
        chat.say("karla", "!dagsorden stryg 1")
        chat.at("2026-11-25 09:00")
        chat.say("karla", f"!dagsorden {code}")
        chat.at("2026-11-25 10:00")
        assert len(chat.direct("lene")) == 1
        assert state(chat) == ("open", "news")

    def test_closed_and_resting_cases_are_not_asked_about(self, chat: Chat) -> None:
        for doing in ("close", "rest"):
            code = open_case(chat, doing)

            def end(session: Session, code: str = code, doing: str = doing) -> None:
                case = queries.case_by_code(session, code)
                assert case is not None
                made = Cases(session, chat.access, Cause("@karla:example.dk", chat.now, f"${doing}"))
                made.close(case) if doing == "close" else made.rest(case, chat.now.replace(year=2027))

            chat.ask(end)
        chat.at(ASKED)
        assert chat.direct("lene") == []


class TestStepByStep:
    def test_news_trend_and_fields_one_at_a_time(self, chat: Chat) -> None:
        code = ask(chat)
        said = says(chat, "lene", "Han er begyndt i 9. klasse igen")
        assert said.startswith(f"Skrevet ned som nyt fra BUF i {code}.")
        assert "2 af 5." in said
        said = says(chat, "lene", "fremgang i skolen, resten uændret")
        assert "beskæftigelse: uændret, socialt: uændret, uddannelse: fremgang" in said
        assert "3 af 5." in said
        for _ in range(2):
            said = says(chat, "lene", "ved ikke")
        assert "5 af 5." in said
        assert says(chat, "lene", "spring over") == (f"Sprunget over.\nDet var det hele i {code}. Tak.")
        assert state(chat) == ("answered", "done")
        assert updates(chat) == [("BUF", "news", "standing", "Han er begyndt i 9. klasse igen")]
        assert trends(chat) == {
            ("BUF", "work"): "same", ("BUF", "social"): "same", ("BUF", "education"): "better",
        }  # fmt: skip

    def test_in_english(self, chat: Chat) -> None:
        ask(chat)
        assert "Written down as news from politi" in says(chat, "bo", "He was seen at the station")
        assert "education: better" in says(chat, "bo", "school better, the rest unchanged")
        assert updates(chat)[0] == ("politi", "news", "standing", "He was seen at the station")

    @pytest.mark.parametrize(
        ("words", "kind", "said"),
        [
            ("intet nyt", "nothing", "intet nyt fra BUF"),
            ("Nej, der er ikke sket noget siden sidst", "nothing", "intet nyt fra BUF"),
            ("det må jeg ikke dele", "withheld", "helt i orden"),
            ("Jeg har desværre tavshedspligt", "withheld", "helt i orden"),
            ("nothing new", "nothing", "intet nyt fra BUF"),
        ],
    )
    def test_a_short_answer_ends_it(self, chat: Chat, words: str, kind: str, said: str) -> None:
        ask(chat)
        assert said in says(chat, "lene", words)
        assert state(chat) == (kind, "done")
        assert updates(chat) == [("BUF", kind, "standing", None)]

    @pytest.mark.parametrize(
        "words",
        ["må jeg dele det her i gruppen?", "det ved jeg ikke endnu", "jeg svarer i morgen", "tak", "👍"],
    )
    def test_a_question_or_a_doubt_is_no_update(self, chat: Chat, words: str) -> None:
        ask(chat)
        assert says(chat, "lene", words)
        assert updates(chat) == []
        assert state(chat) == ("open", "news")
        says(chat, "lene", "intet nyt")
        assert state(chat) == ("nothing", "done")

    def test_own_actions_are_answered_as_everywhere(self, chat: Chat) -> None:
        code = open_case(chat)
        chat.say("karla", f"!aftale @lene {code} ringe til skolen fredag")
        chat.say("karla", f"!aftale @lene {code} skrive til klubben fredag")
        chat.at(ASKED)
        says(chat, "lene", "han er startet igen")
        said = says(chat, "lene", "uændret")
        assert "- 1 HS-26-001 · ringe til skolen" in said
        said = says(chat, "lene", "1 færdig")
        assert chat.action(1)["state"] == "done"
        assert chat.action(2)["state"] == "open"
        assert "skrive til klubben" in said
        said = says(chat, "lene", "på mandag")
        assert chat.action(2)["due"] == "2026-11-30"
        assert "4 af 6." in said

    def test_a_field_is_read_as_its_kind(self, chat: Chat) -> None:
        ask(chat)
        says(chat, "lene", "han er startet igen")
        says(chat, "lene", "uændret")
        (step,) = [state(chat)[1]]
        assert step.startswith("field:")
        says(chat, "lene", "Vestskolen, 9. klasse")
        assert sheet(chat) == {step.removeprefix("field:"): "Vestskolen, 9. klasse"}
        assert state(chat)[1] != step

    def test_what_is_told_in_place_of_a_value_is_kept_and_the_field_asked_again(self, chat: Chat) -> None:
        ask(chat)
        says(chat, "ali", "han er startet igen")
        says(chat, "ali", "uændret")
        step = state(chat, "SOF")[1]
        assert step == "field:master.civil_status"
        assert says(chat, "ali", "lyseblå").startswith("Det kunne jeg ikke bruge")
        said = says(chat, "ali", "han er smidt ud hjemmefra i nat")
        assert "Skrevet ned som nyt fra SOF" in said
        assert "„Civilstand“ mangler stadig" in said
        assert state(chat, "SOF")[1] == step
        told = {each[3] for each in updates(chat) if each[0] == "SOF"}
        assert told == {"han er startet igen", "han er smidt ud hjemmefra i nat"}
        assert "Skrevet ned" in says(chat, "ali", "enlig")
        assert state(chat, "SOF")[1] != step

    def test_everything_at_once(self, chat: Chat) -> None:
        assert "én besked" in chat.say("lene", "!mig spørgsmål samlet", "dm")
        code = open_case(chat)
        chat.say("karla", f"!aftale @lene {code} ringe til skolen fredag")
        chat.at(ASKED)
        first = next(m for m in chat.direct("lene") if "a)" in m)
        assert all(f"{letter})" in first for letter in "abcdef")
        words = "a) begyndt i klubben\nb) skole bedre, resten det samme\nc) færdig\nd) Vestskolen"
        said = says(chat, "lene", words)
        assert updates(chat) == [("BUF", "news", "standing", "begyndt i klubben")]
        assert trends(chat)[("BUF", "education")] == "better"
        assert chat.action(1)["state"] == "done"
        assert list(sheet(chat).values()) == ["Vestskolen"]
        assert said.endswith("Det var det hele i HS-26-001. Tak.")
        assert state(chat) == ("answered", "done")

    def test_all_and_one_at_a_time_may_be_asked_for_in_the_thread(self, chat: Chat) -> None:
        ask(chat)
        assert "b)" in says(chat, "lene", "alle")
        assert "b)" not in says(chat, "lene", "et ad gangen")
        assert "b)" in says(chat, "lene", "alt på én gang")
        said = says(chat, "lene", "Han er i praktik, og det går bedre i skolen")
        assert "uddannelse: fremgang" in said
        assert updates(chat)[0][3] == "Han er i praktik, og det går bedre i skolen"

    def test_a_setting_can_be_undone_and_changed_back(self, chat: Chat) -> None:
        chat.say("lene", "!mig spørgsmål samlet", "dm")
        assert "ét spørgsmål ad gangen" in chat.say("lene", "!mig spørgsmål et ad gangen", "dm")
        ask(chat)
        assert "b)" not in chat.direct("lene")[0]


class TestHandingOn:
    def test_a_colleague_is_asked_instead(self, chat: Chat) -> None:
        code = ask(chat)
        assert says(chat, "lene", "spørg Karen") == (f"Karen Friis får spørgsmålet om {code}. Tak.")
        (first,) = chat.direct("karen")
        assert "Lene Holm har givet dig" in first
        says(chat, "karen", "intet nyt")
        assert state(chat) == ("nothing", "done")
        assert updates(chat) == [("BUF", "nothing", "standing", None)]
        assert "Karen Friis har fået spørgsmålet" in says(chat, "lene", "intet nyt")

    def test_news_from_who_handed_it_on_is_kept(self, chat: Chat) -> None:
        ask(chat)
        says(chat, "lene", "giv det til @karen")
        said = says(chat, "lene", "han er set i klubben")
        assert "Karen Friis har fået spørgsmålet" in said
        assert updates(chat) == [("BUF", "news", "standing", "han er set i klubben")]
        assert state(chat) == ("open", "news")

    def test_handed_back_it_is_asked_again(self, chat: Chat) -> None:
        ask(chat)
        says(chat, "lene", "spørg Karen")
        says(chat, "karen", "det er Lenes sag")
        assert len([m for m in chat.direct("lene") if "har givet dig" in m]) == 1
        said = chat.answer("lene", "intet nyt", "dm")
        assert "intet nyt fra BUF" in said

    def test_who_may_not_hear_of_the_case_is_not_asked(self, chat: Chat) -> None:
        code = ask(chat)
        said = says(chat, "lene", "spørg Ditte")
        assert (
            f"`!sag {code} sagsbehandler @ditte BUF`" in said
            or f"!sag {code} sagsbehandler @ditte BUF" in said
        )
        assert chat.direct("ditte") == []
        assert state(chat) == ("open", "news")

    @pytest.mark.parametrize("words", ["spørg Zenia", "spørg Ali", "spørg Lene", "det er ikke mig"])
    def test_nobody_else_is_asked(self, chat: Chat, words: str) -> None:
        ask(chat)
        seq = chat.last_seq()
        assert says(chat, "lene", words)
        assert state(chat) == ("open", "news")
        assert updates(chat) == []
        assert chat.heard("ali", seq) == []

    def test_an_edit_takes_it_back(self, chat: Chat) -> None:
        ask(chat)
        event = thread_event(chat, "lene", "spørg Karen")
        chat.edit("lene", event, "intet nyt", "dm")
        assert state(chat) == ("nothing", "done")
        assert "Lene Holm har fået spørgsmålet" in says(chat, "karen", "han er startet")
        assert updates(chat)[0][:3] == ("BUF", "nothing", "standing")
