"""A case is lifted to the management group, decided on there, and comes back with what was decided."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.storage import queries
from bot.storage.cases import Case
from tests.dialogs.caseload import LEDELSE, case_of, codes, on_case, opened
from tests.dialogs.chat import CONFIG, Chat

QUIET = CONFIG.replace(
    "[agencies.BUF]",
    '[cases]\nask_before = "never"\nsummary_before = "never"\n[agencies.BUF]',
    1,
).replace(
    'forum = "ledelsesgruppe"\nlanguage = "en"',
    'forum = "ledelsesgruppe"\nmeeting = "FREQ=WEEKLY;BYDAY=TH;BYHOUR=13;BYMINUTE=0"',
)


def _opened(chat: Chat) -> None:
    opened(chat, "Skolevægring")


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    """The programme; the management group meets on Thursdays, and speaks Danish here."""
    made = Chat(tmp_path, QUIET)
    made.begin(_opened)
    yield made
    made.close()


def state(chat: Chat, code: str = "HS-26-001") -> str:
    return chat.ask(lambda s: case_of(s, code).state)


def told(chat: Chat, kind: str, room: str) -> list[str]:
    """What a room can still read of a kind, edits in place."""
    rows = chat.standing(0, chat.target(room))
    found = {m["id"]: m["body"] for m in rows if m["what"] == "message" and m["kind"] == kind}
    for edit in rows:
        if edit["what"] == "edit" and edit["about"] in found:
            found[edit["about"]] = edit["body"]
    return list(found.values())


def meet(chat: Chat, day: str, *said: tuple[str, str], room: str = "ledelse", end: bool = True) -> None:
    chat.at(f"{day} 13:02")
    chat.say("anna", "!møde start", room)
    for who, words in said:
        chat.say(who, words, room)
    if end:
        chat.at(f"{day} 13:40")
        chat.say("anna", "!møde slut", room)


class TestLifting:
    def test_the_room_it_goes_to_hears_all_it_needs_and_rings(self, chat: Chat) -> None:
        chat.say("karla", "!aftale @lene HS-26-001 ringe til skolen inden mandag")
        chat.say("karla", "!aftale @ali HS-26-001 skrive til familien inden fredag")
        chat.say("ali", "!færdig 2")
        chat.at("2026-11-24 16:00")
        said = chat.say("karla", "!eskaler HS-26-001 skolen svarer ikke haster")
        assert (
            "HS-26-001 er løftet til Ledelsesgruppe. Den står på dagsordenen dér tors. 26. nov. kl. 13.00, uge 48."
            in said.split("\n\n")
        )
        message = chat.last(chat.target("ledelse"))
        assert message["kind"] == "case.escalated"
        assert message["notify"]
        assert message["body"].splitlines()[:3] == [
            "Løftet hertil: HS-26-001 · Skolevægring · haster",
            "Fra Fremdriftsgruppe ved Karla Bech (SOF).",
            "Grund: skolen svarer ikke",
        ]
        assert "Aftaler over fristen (1)" in message["body"]
        assert "ringe til skolen" in message["body"]
        assert "Prøvet indtil nu (1)" in message["body"]
        assert "skrive til familien" in message["body"]
        assert "!beslutning HS-26-001" in message["body"]
        assert state(chat) == "escalated"

    def test_it_stands_on_their_next_agenda_before_everything_else(self, chat: Chat) -> None:
        opened(chat, "Fritidsjob")
        chat.say("bo", "!dagsorden budgettet", "ledelse")
        chat.say("karla", "!eskaler HS-26-001 skolen svarer ikke")
        chat.say("karla", "!eskaler HS-26-002 ingen betaler haster")
        assert codes(chat, "2026-11-26", LEDELSE) == ["HS-26-002", "HS-26-001"]
        shown = chat.say("anna", "!dagsorden", "ledelse")
        assert "1. 13.00 HS-26-002 · Fritidsjob · haster · løftet ·" in shown
        assert shown.index("HS-26-001 · Skolevægring · løftet") < shown.index("budgettet")

    def test_an_agenda_that_was_sent_takes_it_up(self, chat: Chat) -> None:
        chat.at("2026-11-25 09:00")
        assert "HS-26-001" not in told(chat, "meeting.agenda", "ledelse")[-1]
        chat.say("karla", "!eskaler HS-26-001 skolen svarer ikke")
        assert "HS-26-001 · Skolevægring" in told(chat, "meeting.agenda", "ledelse")[-1]
        chat.say("karla", "!fortryd")
        assert "HS-26-001" not in told(chat, "meeting.agenda", "ledelse")[-1]

    def test_without_a_reason_it_is_lifted_at_once_and_asked_for(self, chat: Chat) -> None:
        said = chat.say("karla", "!løft HS-26-001")
        assert "Hvorfor løftes HS-26-001?" in said
        assert "Grund: kommer endnu" in told(chat, "case.escalated", "ledelse")[0]
        assert "Grunden til at løfte HS-26-001 står nu" in chat.answer("karla", "familien venter, haster")
        only = told(chat, "case.escalated", "ledelse")
        assert len(only) == 1
        assert "Grund: familien venter" in only[0]
        assert "· haster" in only[0]

    def test_only_who_leads_may(self, chat: Chat) -> None:
        said = chat.say("lene", "!eskaler HS-26-001 skolen svarer ikke")
        assert "Karla Bech" in said
        assert state(chat) == "open"
        chat.at("2026-11-24 10:00")
        chat.say("lene", "!møde start")
        assert "er løftet til" in chat.say("lene", "!eskaler HS-26-001 skolen svarer ikke")

    def test_from_direct_messages_the_own_room_hears_where_it_went(self, chat: Chat) -> None:
        chat.say("karla", "!eskaler HS-26-001 skolen svarer ikke", "dm")
        assert told(chat, "case.changed", "fremdrift") == [
            "Karla Bech (SOF) har løftet HS-26-001 · Skolevægring til Ledelsesgruppe. Grund: skolen svarer ikke"
        ]
        chat.say("karla", "!fortryd", "dm")
        assert told(chat, "case.changed", "fremdrift") == []
        assert told(chat, "case.escalated", "ledelse") == []

    def test_wrong_input(self, chat: Chat) -> None:
        assert "kender ingen sag HS-26-099" in chat.say("karla", "!eskaler HS-26-099 fordi")
        assert "Hvilken sag mener du?" in chat.say("karla", "!eskaler")
        chat.say("karla", "!eskaler HS-26-001 fordi")
        assert "allerede løftet til Ledelsesgruppe" in chat.say("karla", "!eskaler HS-26-001")
        on_case(chat, "HS-26-001", lambda cases, case: cases.close(case))
        assert "er lukket" in chat.say("karla", "!eskaler HS-26-001 fordi")
        assert "ikke løftet noget sted" in chat.say("karla", "!retur HS-26-001")
        assert chat.say("karla", "!eskaler 😀").strip()

    def test_no_forum_to_lift_to_names_the_key(self, tmp_path: Path) -> None:
        chat = Chat(tmp_path, QUIET.replace('forum = "ledelsesgruppe"', 'forum = "programgruppe"'))
        try:
            opened(chat)
            assert "escalates_to" in chat.say("karla", "!eskaler HS-26-001 fordi")
            assert state(chat) == "open"
        finally:
            chat.close()

    def test_a_room_without_personal_data_gets_none(self, tmp_path: Path) -> None:
        config = QUIET.replace(
            'forum = "fremdriftsgruppe"', 'forum = "fremdriftsgruppe"\nescalates_to = "#raad:example.dk"'
        )
        chat = Chat(tmp_path, config)
        try:
            opened(chat)
            assert "escalates_to" in chat.say("karla", "!eskaler HS-26-001 fordi")
            assert chat.messages(0, chat.target("raad")) == []
        finally:
            chat.close()


class TestTakenBack:
    def test_undo_deletes_the_message_and_the_item(self, chat: Chat) -> None:
        chat.say("karla", "!eskaler HS-26-001 skolen svarer ikke")
        chat.say("karla", "!fortryd")
        assert told(chat, "case.escalated", "ledelse") == []
        assert codes(chat, "2026-11-26", LEDELSE) == []
        assert state(chat) == "open"

    def test_an_edit_words_the_reason_anew_where_it_stands(self, chat: Chat) -> None:
        said = chat.send("karla", "!eskaler HS-26-001 skolen svarer ikke")
        first = chat.last(chat.target("ledelse"))["id"]
        chat.at("2026-11-20 10:20")
        chat.edit("karla", said, "!eskaler HS-26-001 skolen nægter haster")
        only = told(chat, "case.escalated", "ledelse")
        assert len(only) == 1
        assert "Grund: skolen nægter" in only[0]
        assert "· haster" in only[0]
        edits = [m for m in chat.messages(0, chat.target("ledelse")) if m["what"] == "edit"]
        assert {m["about"] for m in edits if m["kind"] == "case.escalated"} == {first}

    def test_an_edit_to_another_case_lifts_that(self, chat: Chat) -> None:
        opened(chat, "Fritidsjob")
        said = chat.send("karla", "!eskaler HS-26-001 skolen svarer ikke")
        chat.edit("karla", said, "!eskaler HS-26-002 skolen svarer ikke")
        assert (state(chat), state(chat, "HS-26-002")) == ("open", "escalated")
        only = told(chat, "case.escalated", "ledelse")
        assert len(only) == 1
        assert "HS-26-002" in only[0]

    def test_a_deleted_command_within_ten_minutes_is_taken_back(self, chat: Chat) -> None:
        said = chat.send("karla", "!eskaler HS-26-001 skolen svarer ikke")
        chat.delete("karla", said)
        assert state(chat) == "open"
        assert told(chat, "case.escalated", "ledelse") == []

    def test_deleted_later_the_words_go_and_the_case_stays_lifted(self, chat: Chat) -> None:
        said = chat.send("karla", "!eskaler HS-26-001 skolen svarer ikke")
        chat.at("2026-11-20 10:30")
        chat.delete("karla", said)
        assert state(chat) == "escalated"
        only = told(chat, "case.escalated", "ledelse")
        assert len(only) == 1
        assert "skolen svarer" not in only[0]


class TestDecided:
    def test_a_decision_in_the_meeting_comes_back_when_it_ends(self, chat: Chat) -> None:
        chat.say("karla", "!eskaler HS-26-001 skolen svarer ikke")
        meet(
            chat,
            "2026-11-26",
            ("anna", "!beslutning vi betaler en støtteperson"),
            ("anna", "!aftale @bo tale med skolelederen inden fredag"),
            end=False,
        )
        assert told(chat, "case.returned", "fremdrift") == []
        chat.say("anna", "!beslutning HS-26-777 noget helt andet", "ledelse")
        chat.say("anna", "!møde slut", "ledelse")
        back = told(chat, "case.returned", "fremdrift")
        assert len(back) == 1
        lines = back[0].splitlines()
        assert lines[0] == "Tilbage fra Ledelsesgruppe: HS-26-001 · Skolevægring"
        assert "- 2026-W48-1 vi betaler en støtteperson" in lines
        assert any("Bo Lund (politi): tale med skolelederen" in line for line in lines)
        assert "noget helt andet" not in back[0]
        assert chat.last(chat.target("fremdrift"))["notify"]
        assert state(chat) == "open"
        gone = told(chat, "case.changed", "ledelse")
        assert gone == [
            "HS-26-001 er sendt tilbage til Fremdriftsgruppe med 1 beslutning. 1 aftale fulgte med. "
            "Vil I have den op igen: !eskaler HS-26-001 grund."
        ]

    def test_what_they_said_of_it_before_they_had_it_is_not_told(self, chat: Chat) -> None:
        chat.say("anna", "!beslutning HS-26-001 sagt før den kom", "ledelse")
        chat.at("2026-11-20 11:00")
        chat.say("karla", "!eskaler HS-26-001 skolen svarer ikke")
        meet(chat, "2026-11-26")
        assert state(chat) == "escalated", "nothing was decided on it since"
        meet(chat, "2026-12-03", ("anna", "!beslutning vi betaler"))
        assert "sagt før den kom" not in str(chat.messages(0, chat.target("fremdrift")))
        assert "vi betaler" in told(chat, "case.returned", "fremdrift")[0]

    def test_with_no_decision_it_stays_and_stands_on_the_next_agenda(self, chat: Chat) -> None:
        chat.say("karla", "!eskaler HS-26-001 skolen svarer ikke")
        meet(chat, "2026-11-26")
        assert state(chat) == "escalated"
        assert told(chat, "case.returned", "fremdrift") == []
        assert codes(chat, "2026-12-03", LEDELSE) == ["HS-26-001"]

    def test_one_decided_goes_and_is_not_carried(self, chat: Chat) -> None:
        chat.say("karla", "!eskaler HS-26-001 skolen svarer ikke")
        meet(chat, "2026-11-26", ("anna", "!beslutning vi betaler"))
        assert codes(chat, "2026-12-03", LEDELSE) == []

    def test_taking_the_end_back_takes_the_return_back(self, chat: Chat) -> None:
        chat.say("karla", "!eskaler HS-26-001 skolen svarer ikke")
        meet(chat, "2026-11-26", ("anna", "!beslutning vi betaler"))
        chat.say("anna", "!fortryd", "ledelse")
        assert state(chat) == "escalated"
        assert told(chat, "case.returned", "fremdrift") == []
        assert told(chat, "case.changed", "ledelse") == []
        chat.say("anna", "!møde slut", "ledelse")
        assert len(told(chat, "case.returned", "fremdrift")) == 1
        assert state(chat) == "open"

    def test_a_decision_between_meetings_comes_back_at_once_and_undo_takes_it_back(self, chat: Chat) -> None:
        chat.say("karla", "!eskaler HS-26-001 skolen svarer ikke")
        chat.say("anna", "!beslutning HS-26-001 vi betaler", "ledelse")
        assert "vi betaler" in told(chat, "case.returned", "fremdrift")[0]
        assert state(chat) == "open"
        chat.say("anna", "!fortryd", "ledelse")
        assert told(chat, "case.returned", "fremdrift") == []
        assert state(chat) == "escalated"

    def test_reworded_and_withdrawn_decisions_follow(self, chat: Chat) -> None:
        chat.say("karla", "!eskaler HS-26-001 skolen svarer ikke")
        chat.at("2026-11-26 13:02")
        chat.say("anna", "!møde start", "ledelse")
        first = chat.send("anna", "!beslutning vi betaler", "ledelse")
        second = chat.send("anna", "!beslutning vi skriver til skolen", "ledelse")
        action = chat.send("anna", "!aftale @bo tale med skolelederen inden fredag", "ledelse")
        chat.at("2026-11-26 13:05")
        chat.say("anna", "!møde slut", "ledelse")
        chat.edit("anna", first, "!beslutning vi betaler halvdelen", "ledelse")
        chat.delete("anna", second, "ledelse")
        chat.edit("anna", action, "!aftale @bo tale med inspektøren inden fredag", "ledelse")
        back = told(chat, "case.returned", "fremdrift")
        assert len(back) == 1
        assert "vi betaler halvdelen" in back[0]
        assert "skriver til skolen" not in back[0]
        assert "tale med inspektøren" in back[0]

    def test_one_that_nobody_ends_comes_back_when_the_bot_closes_it(self, chat: Chat) -> None:
        chat.say("karla", "!eskaler HS-26-001 skolen svarer ikke")
        meet(chat, "2026-11-26", ("anna", "!beslutning vi betaler"), end=False)
        chat.at("2026-11-26 18:00")
        assert "vi betaler" in told(chat, "case.returned", "fremdrift")[0]

    def test_they_may_take_it_up_again(self, chat: Chat) -> None:
        chat.say("karla", "!eskaler HS-26-001 skolen svarer ikke")
        chat.say("anna", "!beslutning HS-26-001 vi betaler", "ledelse")
        assert "er løftet til Ledelsesgruppe" in chat.say(
            "anna", "!eskaler HS-26-001 det blev glemt", "ledelse"
        )
        assert state(chat) == "escalated"
        assert len(told(chat, "case.escalated", "ledelse")) == 2
        assert len(told(chat, "case.returned", "fremdrift")) == 1
        assert any("har løftet HS-26-001" in said for said in told(chat, "case.changed", "fremdrift"))

    def test_actions_agreed_there_remind_their_owners(self, chat: Chat) -> None:
        chat.say("karla", "!eskaler HS-26-001 skolen svarer ikke")
        meet(chat, "2026-11-26", ("anna", "!aftale @bo tale med skolelederen inden fredag"))
        seq = chat.last_seq()
        chat.at("2026-11-27 09:00")
        assert "tale med skolelederen" in "\n".join(chat.heard("bo", seq))


class TestByHand:
    def test_from_where_it_came(self, chat: Chat) -> None:
        chat.say("karla", "!eskaler HS-26-001 skolen svarer ikke")
        said = chat.say("karla", "!retur HS-26-001")
        assert said.split("\n\n")[-1] == "HS-26-001 er ikke længere løftet til Ledelsesgruppe."
        assert told(chat, "case.changed", "ledelse")[0].startswith(
            "HS-26-001 er sendt tilbage til Fremdriftsgruppe."
        )
        assert told(chat, "case.returned", "fremdrift") == []
        chat.say("karla", "!fortryd")
        assert told(chat, "case.changed", "ledelse") == []
        assert state(chat) == "escalated"

    def test_from_where_it_went(self, chat: Chat) -> None:
        chat.say("karla", "!eskaler HS-26-001 skolen svarer ikke")
        said = chat.say("anna", "!deeskaler HS-26-001", "ledelse")
        assert said.split("\n\n")[-1].startswith("HS-26-001 er sendt tilbage til Fremdriftsgruppe.")
        assert "Der er ingen beslutning med tilbage." in told(chat, "case.returned", "fremdrift")[0]

    def test_words_are_not_lost_but_shown_their_place(self, chat: Chat) -> None:
        chat.say("karla", "!eskaler HS-26-001 skolen svarer ikke")
        assert "!beslutning HS-26-001" in chat.say("karla", "!retur HS-26-001 skolen svarede")
        assert state(chat) == "escalated"

    def test_one_that_is_closed_is_gone_from_there_and_they_hear_so(self, chat: Chat) -> None:
        chat.say("karla", "!eskaler HS-26-001 skolen svarer ikke")
        chat.say("karla", "!luk HS-26-001 familien er flyttet")
        gone = "HS-26-001 er lukket i Fremdriftsgruppe og ikke længere løftet til jer."
        assert told(chat, "case.changed", "ledelse") == [gone]
        assert "flyttet" not in str(chat.messages(0, chat.target("ledelse")))
        assert codes(chat, "2026-11-26", LEDELSE) == []
        chat.say("karla", "!fortryd")
        assert state(chat) == "escalated"
        assert told(chat, "case.changed", "ledelse") == []


class TestCompartments:
    def test_who_no_longer_has_it_learns_nothing_new(self, chat: Chat) -> None:
        chat.say("karla", "!eskaler HS-26-001 skolen svarer ikke")
        assert "Skolevægring" in chat.say("bo", "!sag HS-26-001", "ledelse")
        chat.say("anna", "!beslutning HS-26-001 vi betaler", "ledelse")
        seq = chat.last_seq()
        unknown = chat.say("bo", "!sag HS-26-099", "ledelse").replace("HS-26-099", "X")
        assert chat.say("bo", "!sag HS-26-001", "ledelse").replace("HS-26-001", "X") == unknown
        before = len(chat.messages(seq, chat.target("ledelse")))
        chat.say("karla", "!sag HS-26-001 emne noget hemmeligt")
        chat.say("karla", "!aftale @lene HS-26-001 hemmelig aftale inden fredag")
        chat.say("karla", "!beslutning HS-26-001 hemmelig beslutning")
        chat.at("2026-11-26 14:00")
        later = chat.messages(seq, chat.target("ledelse"))[before:]
        assert "hemmelig" not in str(later)

    def test_who_sent_it_learns_only_what_is_about_it(self, chat: Chat) -> None:
        chat.say("karla", "!eskaler HS-26-001 skolen svarer ikke")
        meet(
            chat,
            "2026-11-26",
            ("bo", "!dagsorden lukket punkt om personale"),
            ("anna", "!beslutning vi betaler"),
            ("anna", "!næste"),
            ("anna", "!beslutning en anden beslutning"),
            ("anna", "!aftale @bo en anden aftale inden fredag"),
        )
        rows = str(chat.messages(0, chat.target("fremdrift")))
        assert "vi betaler" in rows
        for secret in ("personale", "en anden beslutning", "en anden aftale"):
            assert secret not in rows

    def test_members_of_a_third_forum_learn_nothing(self, chat: Chat) -> None:
        chat.say("karla", "!eskaler HS-26-001 skolen svarer ikke haster")
        chat.say("anna", "!beslutning HS-26-001 vi betaler", "ledelse")
        chat.at("2026-11-27 12:00")
        assert chat.messages(0, chat.target("raad")) == []
        assert "HS-26-001" not in "\n".join(chat.direct("clara"))
        assert "HS-26-001" not in "\n".join(chat.direct("lene2"))
        for who, room in (("clara", "raad"), ("clara", "dm")):
            assert "Skolevægring" not in chat.say(who, "!eskaler HS-26-001 fordi", room)
            assert "løftet" not in chat.say(who, "!retur HS-26-001", room)

    def test_the_case_keeps_the_way(self, chat: Chat) -> None:
        chat.say("karla", "!eskaler HS-26-001 skolen svarer ikke")
        chat.say("anna", "!beslutning HS-26-001 vi betaler", "ledelse")

        def way(session: object) -> list[str]:
            case: Case = case_of(session, "HS-26-001")  # type: ignore[arg-type]
            return [row.state for row in queries.escalations(session, case.uid)]  # type: ignore[arg-type]

        assert chat.ask(way) == ["returned"]


class TestEnglish:
    def test_there_and_back(self, tmp_path: Path) -> None:
        english = QUIET.replace("[general]", "[general]") + ""
        config = english.replace("[agencies.BUF]", '[general]\nlanguage = "en"\n[agencies.BUF]', 1)
        chat = Chat(tmp_path, config)
        try:
            opened(chat, "Absence")
            said = chat.say("karla", "!escalate HS-26-001 the school is silent, urgent")
            assert said.split("\n\n")[-1].startswith(
                "HS-26-001 was lifted to Ledelsesgruppe. It stands on the agenda there"
            )
            assert "Reason: the school is silent" in told(chat, "case.escalated", "ledelse")[0]
            chat.say("anna", "!decision HS-26-001 we pay", "ledelse")
            back = told(chat, "case.returned", "fremdrift")[0]
            assert back.startswith("Back from Ledelsesgruppe: HS-26-001 · Absence")
            assert (
                "sent back to Fremdriftsgruppe with 1 decision." in told(chat, "case.changed", "ledelse")[0]
            )
        finally:
            chat.close()
