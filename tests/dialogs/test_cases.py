"""Cases in the chat, in Danish: opened, shown, planned, followed, put to rest, closed and taken back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dialogs.caseload import case_of, codes, on_case, tells
from tests.dialogs.caserooms import open_rooms
from tests.dialogs.chat import Chat


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    with open_rooms(tmp_path) as opened:
        yield opened


def kinds(chat: Chat, before: int) -> list[str]:
    return [m["kind"] for m in chat.messages(before) if m["what"] == "message"]


def state(chat: Chat, code: str = "HS-26-001") -> str:
    return chat.ask(lambda session: case_of(session, code).state)


class TestOpening:
    def test_a_case_gets_a_code_and_says_what_comes_next(self, chat: Chat) -> None:
        said = chat.say("lene", "!sag ny skolefravær, familien mangler kontakt")
        assert said.splitlines() == [
            "Sag HS-26-001 er åbnet: skolefravær, familien mangler kontakt",
            "Den kommer på næste møde, tirs. 24. nov. kl. 10.00, uge 48. Brug koden i stedet for navne.",
        ]
        assert kinds(chat, 0) == ["case.opened"]
        assert chat.say("lene", "!sag ny uro i gården").startswith("Sag HS-26-002 er åbnet")
        assert codes(chat) == ["HS-26-001", "HS-26-002"]

    @pytest.mark.parametrize(
        ("words", "kept", "urgent"),
        [
            ("!sag ny uro i gården haster", "uro i gården", True),
            ("!sag ny haster: uro i gården", "uro i gården", True),
            ("!sag ny uro i gården (haster)", "uro i gården", True),
            ("!case new uro i gården, urgent", "uro i gården", True),
            ("!sag ny det haster med en skole", "det haster med en skole", False),
            ("!sager ny: uro", "uro", False),
        ],
    )
    def test_urgent_ones_are_marked(self, chat: Chat, words: str, kept: str, urgent: bool) -> None:
        said = chat.say("lene", words).splitlines()[0]
        assert said == f"Sag HS-26-001 er åbnet: {kept}" + (" · haster" if urgent else "")
        assert chat.ask(lambda session: case_of(session, "HS-26-001").urgent) is urgent

    def test_a_name_is_pointed_out_and_left_to_the_writer(self, chat: Chat) -> None:
        event = chat.send("lene", "!sag ny uro hos Adam Yusuf efter skole")
        said = chat.last()["body"]
        assert "uro hos Adam Yusuf efter skole" in said
        assert said.splitlines()[-1].startswith("Jeg ser et navn (Adam Yusuf).")
        again = chat.edit("lene", event, "!sag ny uro efter skole")
        assert "HS-26-001 er åbnet: uro efter skole" in again
        assert "navn" not in again.replace("i stedet for navne", "")
        assert "Adam" not in chat.say("lene", "!sag")

    def test_colleagues_may_be_named(self, chat: Chat) -> None:
        assert "Jeg ser" not in chat.say("lene", "!sag ny Bo Lund og Karla Bech har set uro")

    def test_in_direct_messages_of_who_is_in_one_group_the_room_hears(self, chat: Chat) -> None:
        before = chat.last_seq()
        said = chat.say("lene", "!sag ny uro i gården", "dm")
        assert "Den hører til Fremdriftsgruppe, og rummet har fået det at vide." in said
        told = chat.messages(before, chat.target("fremdrift"))
        assert [m["kind"] for m in told] == ["case.opened"]
        assert "Lene Holm åbnede den" in told[0]["body"]
        event = chat.send("lene", "!sag ny uro", "dm")
        edited = chat.edit("lene", event, "!sag ny uro ved kiosken", "dm")
        assert edited.count("HS-26-002 er åbnet: uro ved kiosken") == 2, "both messages are edited"

    def test_somewhere_else_it_says_where(self, chat: Chat) -> None:
        assert "åbnes i en fremdriftsgruppe, og du er ikke med i nogen" in chat.say(
            "kirsten", "!sag ny x y", "dm"
        )
        assert "Skriv det samme der: Fremdriftsgruppe, Fremdriftsgruppe Nord." in chat.say(
            "anna", "!sag ny uro", "dm"
        )
        assert "progress group" in chat.say("karla", "!case new trouble", "ledelse")
        assert codes(chat) == []

    def test_an_edit_words_it_anew_unless_somebody_has_since(self, chat: Chat) -> None:
        event = chat.send("lene", "!sag ny uro i gården haster")
        assert (
            chat.edit("lene", event, "!sag ny uro ved kiosken").splitlines()[0].endswith(": uro ved kiosken")
        )
        assert "haster" not in chat.say("bo", "!sag 1")
        chat.say("ali", "!sag 1 emne skolefravær")
        chat.edit("lene", event, "!sag ny uro i parken")
        assert "skolefravær" in chat.say("bo", "!sag 1")
        chat.edit("lene", event, "det var en fejl")
        assert "skolefravær" in chat.say("bo", "!sag 1"), "others have built on it"

    def test_taken_back_it_is_gone_and_its_code_is_not_used_again(self, chat: Chat) -> None:
        chat.say("lene", "!sag ny uro i gården")
        assert "!sag er taget tilbage" in chat.say("lene", "!fortryd")
        assert "Jeg kender ingen sag HS-26-001 her" in chat.say("lene", "!sag 1")
        assert "HS-26-002" in chat.say("lene", "!sag ny uro")

    def test_a_deleted_message_takes_its_case_with_it(self, chat: Chat) -> None:
        event = chat.send("lene", "!sag ny hemmelig uro")
        chat.delete("lene", event)
        assert "ingen åbne sager" in chat.say("lene", "!sag")
        assert "hemmelig" not in chat.everything()


class TestReading:
    def test_the_list_shows_the_longest_not_taken_up_first(self, chat: Chat) -> None:
        for words in ("a", "b", "c", "d"):
            chat.say("lene", f"!sag ny emne {words}")
        chat.now = chat.now.replace(day=23)
        chat.say("karla", "!sag 1 fulgt op")
        chat.say("karla", "!bero 2 til 1. februar")
        chat.say("karla", "!luk 3 alt er godt")
        said = chat.say("bo", "!sag")
        assert said.splitlines()[0] == "3 sager. Øverst står den, der har ventet længst:"
        assert [line.split()[1] for line in said.splitlines() if line.startswith("- ")] == [
            "HS-26-002",
            "HS-26-004",
            "HS-26-001",
        ]
        assert "HS-26-002 emne b · i bero til man. 1. feb." in said
        assert "HS-26-004 emne d · følges op senest fre. 18. dec." in said
        assert (
            chat.say("bo", "!sag lukkede").splitlines()[2]
            == "- HS-26-003 emne c · lukket man. 23. nov., uge 48"
        )
        assert "4 sager, lukkede med" in chat.say("bo", "!sager alle")

    def test_a_long_list_is_counted(self, chat: Chat) -> None:
        chat.say("lene", "\n".join(f"!sag ny emne {n}" for n in range(15)))
        said = chat.say("lene", "!sag")
        assert said.startswith("15 sager")
        assert len([line for line in said.splitlines() if line.startswith("- ")]) == 12
        assert said.splitlines()[-1] == "… og 3 til: !sag side 2"
        assert chat.say("lene", "!sag side 2").count("\n- ") == 3

    def test_what_is_late_says_so(self, chat: Chat) -> None:
        chat.say("lene", "!sag ny uro")
        chat.wake("2027-01-05 09:00")
        assert "HS-26-001 uro · skulle være fulgt op senest fre. 18. dec." in chat.say("lene", "!sag")

    @pytest.mark.parametrize(
        "code", ["HS-26-001", "hs-26-001", "#HS-26-1", "HS 26 001", "1", "#1", "001", "26-1", "26-001"]
    )
    def test_a_case_is_shown_however_its_code_is_written(self, chat: Chat, code: str) -> None:
        chat.say("lene", "!sag ny uro i gården")
        assert chat.say("bo", f"!sag {code}").startswith("HS-26-001 uro i gården\nÅben · følges op senest")

    def test_a_case_as_a_whole(self, chat: Chat) -> None:
        chat.say("lene", "!sag ny uro i gården haster\n!sag ny skolefravær")
        chat.say("lene", "!aftale @lene HS-26-001 ringe til klubben inden torsdag")
        chat.say("bo", "!aftale @bo HS-26-001 gå en tur inden onsdag")
        chat.say("ali", "!sag 1 mål job et fritidsjob inden jul")
        chat.say("ali", "!sag 1 trend social fremgang")
        chat.say("lene", "!sag 1 trend social værre\n!sag 1 beslægtet 2")
        chat.say("karla", "!sag 1 sagsbehandler @kirsten")
        tells(chat, "HS-26-001", "BUF", "går i skole igen", at="2026-11-20 12:00")
        tells(chat, "HS-26-001", "SOF", "", kind="nothing", at="2026-11-20 11:00")
        chat.now = chat.now.replace(day=26)
        assert chat.say("karla", "!sag 1").splitlines() == [
            "HS-26-001 uro i gården",
            "Åben · haster · følges op senest fre. 18. dec., uge 51",
            "Åbnet fre. 20. nov., ikke taget op på et møde endnu.",
            "",
            "- Beskæftigelse: et fritidsjob inden jul",
            "- Socialt: intet mål endnu – tilbagegang (BUF, fre. 20. nov.), fremgang (SOF, fre. 20. nov.)",
            "",
            "2 åbne aftaler, 1 over fristen. Først:",
            "",
            "- 2 Bo Lund (politi): gå en tur – senest ons. 25. nov., uge 48 · over fristen",
            "",
            "Nyt fra forvaltningerne:",
            "",
            "- BUF fre. 20. nov.: går i skole igen",
            "- SOF fre. 20. nov.: intet nyt",
            "",
            "Følger med: Kirsten Lind (BIF), sagsbehandler",
            "Beslægtet med: HS-26-002",
        ]

    def test_the_plan_is_by_agency_and_in_the_order_of_time(self, chat: Chat) -> None:
        chat.say("lene", "!sag ny uro i gården")
        chat.say("lene", "!aftale @lene HS-26-001 søge friplads inden 3/12")
        chat.say("lene", "!aftale @lene HS-26-001 ringe til klubben i morgen")
        chat.say("lene", "!planb 1 spørge ungdomsskolen")
        chat.say("bo", "!aftale @bo HS-26-001 gå en tur inden onsdag")
        chat.say("bo", "!færdig 3")
        chat.say("karla", "!aftale @anna HS-26-001 skrive til ledelsen inden fredag")
        chat.say("lene", "!aftale @lene noget andet i morgen")
        before = chat.last_seq()
        assert chat.say("ali", "!sag 1 plan").splitlines() == [
            "Handleplan for HS-26-001",
            "",
            "uro i gården",
            "",
            "Børne- og Ungdomsforvaltningen",
            "",
            "- 2 ringe til klubben – Lene Holm (BUF), senest lør. 21. nov., uge 47",
            "- 1 søge friplads – Lene Holm (BUF), senest tors. 3. dec., uge 49",
            "- Plan B spørge ungdomsskolen",
            "",
            "Politiet",
            "",
            "- 3 gå en tur – Bo Lund (politi), senest ons. 25. nov., uge 48 · færdig",
            "",
            "Uden forvaltning",
            "",
            "- 4 skrive til ledelsen – Anna Vind, senest fre. 27. nov., uge 48",
        ]
        assert kinds(chat, before) == ["case.plan"]

    def test_actions_agreed_elsewhere_are_no_part_of_it(self, chat: Chat) -> None:
        chat.say("lene", "!sag ny uro i gården")
        chat.say("karla", "!action @bo HS-26-001 something secret by tomorrow", "ledelse")
        assert "secret" not in chat.say("lene", "!sag 1 plan") + chat.say("lene", "!sag 1")
        assert "Der er ingen aftaler i planen endnu" in chat.say("lene", "!sag 1 plan")

    def test_the_history_tells_who_did_what(self, chat: Chat) -> None:
        chat.say("lene", "!sag ny uro i gården")
        chat.say("ali", "!sag 1 mål job et fritidsjob")
        chat.say("ali", "!aftale @ali HS-26-001 ringe til klubben inden torsdag")
        chat.say("karla", "!sag 1 følger @kirsten")
        chat.say("karla", "!luk 1 flyttet til Odense")
        chat.say("karla", "!genåbn 1")
        said = chat.say("bo", "!sag 1 historik").splitlines()
        assert said[0] == "HS-26-001: sådan er den gået"
        assert [line.removeprefix("- fre. 20. nov. ") for line in said[2:]] == [
            "Lene Holm (BUF): åbnede sagen",
            "Ali Demir (SOF): mål for beskæftigelse: et fritidsjob",
            "Karla Bech (SOF): Kirsten Lind (BIF) følger med",
            "Karla Bech (SOF): lukkede den: „flyttet til Odense“",
            "Karla Bech (SOF): åbnede den igen",
            "aftale 1: ringe til klubben",
        ]


class TestChanging:
    @pytest.fixture(autouse=True)
    def case(self, chat: Chat) -> None:
        chat.say("lene", "!sag ny uro i gården\n!sag ny skolefravær")

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            ("mål job et fritidsjob", "HS-26-001, mål for beskæftigelse: et fritidsjob"),
            ("mål: det sociale: nye venner", "HS-26-001, mål for socialt: nye venner"),
            ("goal school at school daily", "HS-26-001, mål for uddannelse: at school daily"),
            ("mal skole hver dag", "HS-26-001, mål for uddannelse: hver dag"),
            ("trend social fremgang", "HS-26-001, socialt: fremgang (BUF)."),
            ("trend skole ↓", "HS-26-001, uddannelse: tilbagegang (BUF)."),
            ("trend job: det samme", "HS-26-001, beskæftigelse: uændret (BUF)."),
            ("udvikling bedre socialt", "HS-26-001, socialt: fremgang (BUF)."),
            ("emne noget andet", "HS-26-001 handler nu om: noget andet"),
            ("haster", "HS-26-001 er nu en hastesag."),
            ("haster ikke", "HS-26-001 haster ikke længere."),
            ("ikke haster", "HS-26-001 haster ikke længere."),
            ("beslægtet HS-26-002", "HS-26-001 og HS-26-002 er nu beslægtede sager."),
            ("beslægtet med 2", "HS-26-001 og HS-26-002 er nu beslægtede sager."),
            ("related to 26-2", "HS-26-001 og HS-26-002 er nu beslægtede sager."),
            ("ikke beslægtet 2", "HS-26-001 og HS-26-002 er ikke beslægtede."),
        ],
    )
    def test_each_form_is_understood(self, chat: Chat, words: str, said: str) -> None:
        assert chat.say("lene", f"!sag 1 {words}") == said

    def test_in_a_meeting_a_trend_is_the_groups(self, chat: Chat) -> None:
        chat.at("2026-11-24 10:00")
        chat.say("karla", "!møde start")
        said = chat.say("lene", "!sag 1 trend social fremgang")
        assert said.split("\n\n")[0].endswith("fremgang (gruppen).")  # the case's summary is edited as well

    def test_a_goal_is_set_anew_and_taken_away(self, chat: Chat) -> None:
        chat.say("lene", "!sag 1 mål job et fritidsjob")
        chat.at("2026-11-20 10:01")
        event = chat.send("lene", "!sag 1 mål job en praktik")
        assert "en praktik" in chat.say("bo", "!sag 1")
        chat.say("lene", "!fortryd")
        assert "et fritidsjob" in chat.say("bo", "!sag 1")
        chat.edit("lene", event, "!sag 1 mål job en læreplads")
        assert "Beskæftigelse: en læreplads" in chat.say("bo", "!sag 1")
        assert "ikke længere noget mål" in chat.say("lene", "!sag 1 mål job intet")
        assert "Beskæftigelse" not in chat.say("bo", "!sag 1")

    def test_the_case_is_implied_in_its_thread(self, chat: Chat) -> None:
        chat.say("lene", "!sag 2")
        root = chat.newest()
        assert "HS-26-002, mål for uddannelse" in chat.in_thread("bo", root, "!sag mål skole hver dag")
        assert "HS-26-002" in chat.in_thread("bo", root, "!sag plan")
        assert "HS-26-002 er lukket" in chat.in_thread("karla", root, "!luk skolegangen er stabil")
        assert state(chat, "HS-26-002") == "closed"

    def test_the_case_is_implied_at_its_agenda_item(self, chat: Chat) -> None:
        chat.say("lene", "!dagsorden HS-26-002 fraværet")
        chat.at("2026-11-24 10:00")
        chat.say("karla", "!møde start")
        assert chat.say("lene", "!sag trend skole bedre").startswith("HS-26-0")
        assert chat.say("karla", "!bero til 1. februar").startswith("HS-26-0")

    def test_a_case_is_nominated_once(self, chat: Chat) -> None:
        assert chat.say("ali", "!sag 2 dagsorden") == (
            "HS-26-002 er sat på dagsordenen til mødet tirs. 24. nov. kl. 10.00, uge 48."
        )
        assert "står allerede på dagsordenen" in chat.say("lene", "!sag 2 dagsorden")
        assert codes(chat).count("HS-26-002") == 1
        assert "HS-26-002 · skolefravær" in chat.say("lene", "!dagsorden")
        chat.at("2026-11-24 10:00")
        chat.say("karla", "!møde start")
        assert "står allerede" in chat.say("lene", "!sag 1 dagsorden")

    def test_nominated_and_taken_back(self, chat: Chat) -> None:
        chat.say("karla", "!sag 2 fulgt op")
        assert codes(chat) == ["HS-26-001"]
        chat.say("ali", "!sag 2 dagsorden")
        assert sorted(codes(chat)) == ["HS-26-001", "HS-26-002"]
        chat.say("ali", "!fortryd")
        assert codes(chat) == ["HS-26-001"]


class TestFollowing:
    @pytest.fixture(autouse=True)
    def case(self, chat: Chat) -> None:
        chat.say("lene", "!sag ny uro i gården")

    def test_follow_up_is_never_later_than_the_span(self, chat: Chat) -> None:
        assert (
            chat.say("karla", "!sag 1 opfølgning 1/12") == "HS-26-001 følges op senest tirs. 1. dec., uge 49."
        )
        assert "tirs. 1. dec." in chat.say("lene", "!sag")
        late = chat.say("karla", "!sag 1 opfølgning 20/12")
        assert "skal følges op senest fre. 18. dec., uge 51" in late
        assert "tirs. 1. dec." in chat.say("lene", "!sag"), "nothing changed"
        assert "senest fre. 18. dec." in chat.say("karla", "!sag 1 opfølgning 18/12")

    def test_followed_up_today_counts_a_month_on(self, chat: Chat) -> None:
        chat.now = chat.now.replace(day=25)
        assert (
            chat.say("karla", "!sag 1 fulgt op")
            == "HS-26-001 er fulgt op. Næste gang senest ons. 23. dec., uge 52."
        )
        assert "Sidst taget op ons. 25. nov." in chat.say("bo", "!sag 1")

    def test_rest_until_a_day_with_a_reason(self, chat: Chat) -> None:
        said = chat.say("karla", "!bero HS-26-001 skolen følger selv op til 15. januar")
        assert said.splitlines() == [
            "HS-26-001 er i bero til fre. 15. jan., uge 2. Så kommer den selv på dagsordenen igen.",
            "Grund: skolen følger selv op",
        ]
        assert state(chat) == "resting"
        assert chat.say("bo", "!sag 1").splitlines()[1] == "I bero til fre. 15. jan., uge 2"

    @pytest.mark.parametrize(
        ("words", "day", "reason"),
        [
            ("!bero 1", "fre. 12. feb.", ""),
            ("!bero 1 familien er flyttet til Odense", "fre. 12. feb.", "familien er flyttet til Odense"),
            ("!bero 1 1/2", "man. 1. feb.", ""),
            ("!bero 1 flyttet, til uge 5", "fre. 5. feb.", "flyttet"),
            ("!rest 1 until 1 February", "man. 1. feb.", ""),
            ("!hvile HS-26-001 indtil 1/2", "man. 1. feb.", ""),
        ],
    )
    def test_how_people_say_until_when(self, chat: Chat, words: str, day: str, reason: str) -> None:
        said = chat.say("karla", words)
        assert f"er i bero til {day}" in said
        assert ("Du sagde ingen dato, så jeg har sat tolv uger." in said) is (day == "fre. 12. feb.")
        assert (f"Grund: {reason}" in said) if reason else "Grund" not in said

    def test_one_at_rest_comes_back_by_itself(self, chat: Chat) -> None:
        chat.say("karla", "!bero 1 til 8. december")
        assert codes(chat, "2026-11-24") == []
        chat.at("2026-12-07 12:00")
        assert codes(chat, "2026-12-08") == ["HS-26-001"]

    def test_closing_lists_what_goes_on(self, chat: Chat) -> None:
        chat.say("lene", "!aftale @lene HS-26-001 ringe til klubben inden torsdag")
        said = chat.say("karla", "!luk 1 alt er godt")
        assert said.splitlines()[:3] == [
            "HS-26-001 er lukket. Den kan åbnes igen med !genåbn HS-26-001.",
            "Grund: alt er godt",
            "Den har 1 åben aftale, som fortsætter:",
        ]
        assert "- 1 Lene Holm (BUF): HS-26-001 · ringe til klubben" in said
        assert chat.action(1)["state"] == "open"
        assert chat.say("karla", "!luk 1") == "HS-26-001 er lukket i forvejen."
        assert chat.say("bo", "!sag 1").splitlines()[1] == "Lukket fre. 20. nov., uge 47"
        assert "Åbn den først: !genåbn HS-26-001" in chat.say("karla", "!bero 1")
        assert "er åben igen" in chat.say("karla", "!genåbn 1")
        assert state(chat) == "open"
        assert chat.say("karla", "!genåbn 1") == "HS-26-001 er åben i forvejen."

    def test_closed_by_mistake_is_taken_back(self, chat: Chat) -> None:
        chat.say("karla", "!luk 1")
        chat.say("karla", "!fortryd")
        assert state(chat) == "open"
        event = chat.send("karla", "!bero 1")
        chat.delete("karla", event)
        assert state(chat) == "open"

    def test_verbs_may_stand_behind_the_code(self, chat: Chat) -> None:
        assert "er i bero til man. 1. feb." in chat.say("karla", "!sag 1 bero til 1. februar")
        assert "er åben igen" in chat.say("karla", "!sag 1 genåbn")
        assert "Grund: alt er godt" in chat.say("karla", "!sag HS-26-001 luk alt er godt")

    def test_who_leads_the_meeting_may_close_as_well(self, chat: Chat) -> None:
        assert "Det kan koordinatoren" in chat.say("lene", "!luk 1")
        chat.at("2026-11-24 10:00")
        chat.say("lene", "!møde start")
        assert "Det kan koordinatoren" in chat.say("bo", "!luk 1")
        assert "er lukket" in chat.say("lene", "!luk 1")

    def test_a_follower_is_told_what_it_means_and_nothing_else(self, chat: Chat) -> None:
        before = chat.last_seq()
        assert "Kirsten Lind (BIF) følger nu HS-26-001" in chat.say("karla", "!sag 1 følger @kirsten")
        told = chat.heard("kirsten", before)
        assert len(told) == 1
        assert "HS-26-001" in told[0]
        assert "uro" not in told[0]
        assert "i forvejen" in chat.say("karla", "!sag 1 følger Kirsten Lind")
        before = chat.last_seq()
        assert "følger ikke længere" in chat.say("karla", "!sag 1 stop Kirsten")
        assert "taget dig af sag HS-26-001" in chat.heard("kirsten", before)[0]
        assert chat.say("karla", "!sag 1 stop Kirsten") == "Kirsten Lind (BIF) følger ikke HS-26-001."

    def test_a_caseworker_is_of_their_own_agency_or_of_one_that_is_said(self, chat: Chat) -> None:
        assert "Kirsten Lind (BIF) er nu sagsbehandler" in chat.say(
            "karla", "!sag 1 sagsbehandler @kirsten:example.dk"
        )
        assert "Jens Krog (SOF) er nu sagsbehandler" in chat.say(
            "karla", "!sag 1 sagsbehandler Jens Krog fra SOF"
        )
        assert "Hvilken forvaltning er Anna Vind" in chat.say("karla", "!sag 1 sagsbehandler Anna")
        assert "i gruppen og kan se" in chat.say("karla", "!sag 1 følger @bo")

    def test_a_case_with_a_name_in_its_sheet_points_that_name_out(self, chat: Chat) -> None:
        on_case(
            chat,
            "HS-26-001",
            lambda cases, case: cases.fill(case, "master.name", "Malthe Ravn", "BUF", personal=True),
        )
        assert "Jeg ser" not in chat.say("lene", "!sag 1 emne malthe er væk"), (
            "switched off, nothing is looked up"
        )
