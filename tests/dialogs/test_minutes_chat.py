"""Minutes in the chat: a draft that follows what people correct, approved once, and only added to afterwards."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.dialogs.chat import Chat
from tests.dialogs.test_meetings import TUESDAY, begin, draft, pass_minutes


class Held:
    """A meeting with an item, two decisions and an action, and the messages that made them."""

    def __init__(self, chat: Chat, *, chair: str = "karla") -> None:
        chat.say("ali", "!dagsorden friplads")
        begin(chat, chair)
        self.first = chat.send("karla", "!beslutning vi søger puljen")
        self.second = chat.send("ali", "!beslutning lys i tunnelen")
        self.action = chat.send("lene", "!aftale ali købe lamper inden fredag")
        pass_minutes(chat, 20)
        chat.say(chair, "!møde slut")
        chat.at(f"{TUESDAY} 11:00")


def approved(chat: Chat) -> Held:
    """The same with its minutes approved."""
    held = Held(chat)
    chat.say("karla", "!referat godkend")
    pass_minutes(chat)
    return held


class TestDraft:
    def test_an_edit_of_the_original_message_reaches_it(self, chat: Chat) -> None:
        held = Held(chat)
        said = chat.edit("karla", held.first, "!beslutning vi søger puljen inden jul")
        assert said == "Beslutning 2026-W48-1: vi søger puljen inden jul"
        chat.edit("lene", held.action, "!aftale bo, ali købe lamper inden mandag")
        chat.at(f"{TUESDAY} 11:05")
        made = draft(chat)
        assert "2026-W48-1: vi søger puljen inden jul" in made
        assert "købe lamper – senest man. 30. nov." in made

    def test_so_does_deleting_it(self, chat: Chat) -> None:
        held = Held(chat)
        chat.delete("ali", held.second)
        chat.at(f"{TUESDAY} 11:05")
        assert "lys i tunnelen" not in draft(chat)
        assert "2026-W48-2: [slettet]" in draft(chat)
        assert b"lys i tunnelen" not in chat.raw()

    def test_within_ten_minutes_the_decision_is_withdrawn(self, chat: Chat) -> None:
        begin(chat)
        event = chat.send("ali", "!beslutning lys i tunnelen")
        chat.delete("ali", event)
        assert chat.say("karla", "!beslutning noget andet") == "Beslutning 2026-W48-2: noget andet"
        chat.say("karla", "!møde slut")
        assert "2026-W48-1" not in draft(chat).partition("Referat")[2]

    def test_commands_correct_and_add(self, chat: Chat) -> None:
        Held(chat)
        chat.say("karla", "!referat ret 2026-W48-2 lys i hele tunnelen", "dm")
        chat.say("karla", "!referat ret beslutning 1: puljen søges", "dm")
        chat.say("karla", "!referat tilføj punkt 1: naboerne inviteres", "dm")
        chat.say("karla", "!referat tilføj Hanne gik før tid")
        made = draft(chat)
        for words in ("2026-W48-2: lys i hele tunnelen", "2026-W48-1: puljen søges", "Hanne gik før tid"):
            assert words in made
        assert made.index("1. friplads") < made.index("naboerne inviteres") < made.index("2026-W48-1: puljen")

    def test_a_correction_can_be_taken_back(self, chat: Chat) -> None:
        Held(chat)
        chat.say("karla", "!referat ret 2026-W48-2 noget helt forkert", "dm")
        pass_minutes(chat)
        chat.say("karla", "!fortryd", "dm")
        chat.say("karla", "!referat tilføj forkert bemærkning", "dm")
        pass_minutes(chat)
        chat.say("karla", "!fortryd", "dm")
        chat.at(f"{TUESDAY} 11:30")
        assert "2026-W48-2: lys i tunnelen" in draft(chat)
        assert "forkert" not in draft(chat)

    def test_who_comes_late_to_the_list_is_noted_afterwards(self, chat: Chat) -> None:
        Held(chat)
        assert "Fremmødt til mødet tirs. 24. nov. kl. 10.00, uge 48: Bo Lund (politi)." in chat.say(
            "karla", "!fremmødt @bo"
        )
        chat.at(f"{TUESDAY} 11:05")
        assert "politi: Bo Lund" in draft(chat)

    def test_nobody_objects(self, chat: Chat) -> None:
        Held(chat)
        before = chat.last_seq()
        chat.at("2026-11-26 08:01")
        kinds = [m["kind"] for m in chat.messages(before, chat.target("fremdrift"))]
        assert kinds.count("minutes") == 1
        assert kinds.count("minutes.file") == 1
        assert "er allerede godkendt" in chat.say("karla", "!referat godkend")


class TestApproval:
    def test_by_reaction_and_taken_back(self, chat: Chat) -> None:
        Held(chat)
        reaction = chat.react("karla", chat.newest("dm", "karla"), "✅", "dm")
        assert "vi søger puljen" in chat.say("bo", "!referat")
        before = chat.last_seq()
        chat.delete("karla", reaction, "dm")
        gone = {m["kind"] for m in chat.messages(before) if m["what"] == "redact"}
        assert {"minutes.redacted", "minutes.file.redacted", "minutes.own.redacted"} <= gone
        assert "Udkast, ikke godkendt endnu" in chat.say("bo", "!referat")
        before = chat.last_seq()
        pass_minutes(chat)
        chat.say("karla", "!referat godkend")
        assert [m["kind"] for m in chat.messages(before, chat.target("fremdrift"))] == [
            "minutes",
            "minutes.file",
            "minutes.approved",
        ]

    @pytest.mark.parametrize("who", ["ali", "bo"])
    def test_only_by_who_led_it_or_leads_the_forum(self, chat: Chat, who: str) -> None:
        Held(chat)
        before = chat.last_seq()
        assert "Karla Bech (SOF), som ledte mødet" in chat.say(who, "!referat godkend")
        chat.say(who, "!referat tilføj jeg var også med")
        chat.say(who, "!referat ret 2026-W48-1 noget andet")
        assert {m["kind"] for m in chat.messages(before)} == {"problem"}
        assert "er godkendt" in chat.say("anna", "!referat godkend")
        assert "er allerede godkendt" in chat.say("karla", "!referat godkend", "dm")

    def test_a_member_who_led_it_approves_alone_with_the_bot(self, chat: Chat) -> None:
        Held(chat, chair="ali")
        assert "vi søger puljen" in chat.say("ali", "!referat", "dm")
        assert "er godkendt" in chat.say("ali", "!referat godkend", "dm")
        assert "vi søger puljen" in chat.say("ali", "!referat", "dm")


class TestAfterwards:
    def test_an_addendum_reaches_everybody(self, chat: Chat) -> None:
        approved(chat)
        before = chat.last_seq()
        chat.say("karla", "!referat tilføj Hanne gik før tid", "dm")
        [room] = chat.messages(before, chat.target("fremdrift"))
        assert room["body"].startswith("Tilføjelse til referat 2026-W48:")
        assert room["notify"]
        shown = chat.say("bo", "!referat")
        assert shown.index("Tilføjelser efter godkendelsen") < shown.index("Hanne gik før tid")

    def test_a_corrected_decision_stands_beside_the_approved_one(self, chat: Chat) -> None:
        approved(chat)
        chat.say("karla", "!referat ret 2026-W48-1 puljen søges inden jul")
        shown = chat.say("bo", "!referat")
        assert "2026-W48-1: vi søger puljen\n" in shown
        assert "om 2026-W48-1: puljen søges inden jul" in shown

    @pytest.mark.parametrize(
        ("which", "words", "said"),
        [
            ("first", "!beslutning puljen søges inden jul", "om 2026-W48-1: puljen søges inden jul"),
            ("first", "nå, alligevel ikke", "om 2026-W48-1: trukket tilbage"),
            (
                "action",
                "!aftale ali købe lygter inden mandag",
                "om aftale 1: Ali Demir (SOF): købe lygter – senest man. 30. nov., uge 49",
            ),
            ("action", "nå, alligevel ikke", "om aftale 1: trukket tilbage"),
        ],
    )
    def test_an_edit_of_the_original_is_an_addendum(
        self, chat: Chat, which: str, words: str, said: str
    ) -> None:
        held = approved(chat)
        frozen = chat.say("bo", "!referat")
        before = chat.last_seq()
        chat.edit("karla" if which == "first" else "lene", getattr(held, which), words)
        added = [m for m in chat.messages(before) if m["kind"] == "minutes.addendum"]
        assert [m["target"] for m in added] == [chat.target("fremdrift")]
        assert said in added[0]["body"]
        shown = chat.say("bo", "!referat")
        assert shown.startswith(frozen)
        assert said in shown[len(frozen) :]

    def test_each_edit_leaves_its_own_trace(self, chat: Chat) -> None:
        held = approved(chat)
        for words in ("te", "vand", "saft"):
            pass_minutes(chat)
            chat.edit("lene", held.action, f"!aftale ali købe {words} inden fredag")
        pass_minutes(chat)
        chat.edit("lene", held.action, "!aftale ali købe saft inden fredag")
        shown = chat.say("bo", "!referat")
        assert [shown.count(f"købe {words} ") for words in ("lamper", "te", "vand", "saft")] == [1, 1, 1, 1]

    def test_an_edit_that_changes_nothing_says_nothing(self, chat: Chat) -> None:
        held = approved(chat)
        before = chat.last_seq()
        chat.edit("lene", held.action, "!aftale Ali Købe lamper inden fredag".replace("Købe", "købe"))
        assert not [m for m in chat.messages(before) if m["kind"] == "minutes.addendum"]

    def test_taking_a_decision_back_shows(self, chat: Chat) -> None:
        begin(chat)
        chat.say("ali", "!beslutning for hurtigt")
        chat.say("karla", "!møde slut")
        chat.say("karla", "!referat godkend")
        before = chat.last_seq()
        pass_minutes(chat)
        chat.say("ali", "!fortryd")
        assert "om 2026-W48-1: trukket tilbage" in "".join(chat.since(before))
        shown = chat.say("bo", "!referat")
        assert "2026-W48-1: for hurtigt" in shown
        assert shown.count("trukket tilbage") == 1

    def test_deleted_words_leave_approved_minutes_too(self, chat: Chat) -> None:
        held = approved(chat)
        chat.edit("ali", held.second, "!beslutning hemmelige lamper i tunnelen")
        chat.delete("ali", held.second)
        shown = chat.say("bo", "!referat")
        assert "2026-W48-2: [slettet]" in shown
        for words in ("lys i tunnelen", "hemmelige lamper"):
            assert words.encode() not in chat.raw()
            assert words not in "".join(m["body"] for m in chat.standing())


class TestReading:
    def test_by_week_and_as_files(self, chat: Chat) -> None:
        approved(chat)
        chat.at("2026-12-01 10:00")
        chat.say("karla", "!møde start")
        chat.say("karla", "!beslutning ny uge")
        chat.say("karla", "!møde slut")
        assert "ny uge" in chat.say("bo", "!referat")
        assert "vi søger puljen" in chat.say("bo", "!referat uge 48")
        assert "intet referat fra uge 47" in chat.say("bo", "!referat uge 47")
        for words in ("word", "tekst", "md", "uge 48 word"):
            before = chat.last_seq()
            assert "kommer som fil" in chat.say("bo", f"!referat {words}")
            assert [m["what"] for m in chat.messages(before)].count("file") == 1

    def test_a_management_group_has_its_decisions_first(self, chat: Chat) -> None:
        chat.say("anna", "!agenda the fund", "ledelse")
        chat.say("anna", "!meeting start", "ledelse")
        chat.say("bo", "!decision we apply", "ledelse")
        chat.say("anna", "!meeting end", "ledelse")
        shown = chat.say("lene2", "!minutes", "ledelse")
        assert "Decisions" in shown
        assert shown.index("2026-W47-1: we apply") < shown.index("1. the fund")


class TestPrivacy:
    @pytest.mark.parametrize("who", ["lene", "ali", "bo"])
    def test_members_read_them_in_the_room(self, chat: Chat, who: str) -> None:
        approved(chat)
        for words in ("!referat", "!referat uge 48", "!referat word", "!dagsorden"):
            before = chat.last_seq()
            chat.say(who, words, "dm")
            assert [m["kind"] for m in chat.messages(before)] == ["problem"]
            assert "puljen" not in "".join(chat.since(before))

    def test_an_answer_to_ones_own_list_does_not_open_them(self, chat: Chat) -> None:
        approved(chat)
        assert "købe lamper" in chat.direct("ali")[-1]
        assert "puljen" not in chat.answer("ali", "!referat", "dm")

    @pytest.mark.parametrize("who", ["lene2", "clara"])
    def test_others_get_nothing(self, chat: Chat, who: str) -> None:
        chat.say("ali", "!dagsorden hemmelig sag til næste gang")
        approved(chat)
        commands = (
            "!referat",
            "!referat uge 48",
            "!referat word",
            "!referat godkend",
            "!referat ret 2026-W48-1 x",
            "!dagsorden",
            "!dagsorden stryg 1",
            "!dagsorden uge 49",
            "!møde",
            "!næste",
            "!fremmødt",
            "!beslutning x",
        )
        before = chat.last_seq()
        for words in commands:
            chat.say(who, words, "dm")
        heard = "".join(m["body"] for m in chat.messages(before, f"dm:@{who}:example.dk"))
        for word in ("puljen", "tunnelen", "lamper", "hemmelig", "friplads", "Karla", "24. nov.", "1. dec."):
            assert word not in heard

    def test_who_led_it_and_has_left_gets_no_more(self, chat: Chat) -> None:
        Held(chat, chair="ali")
        chat.state(
            chat.room_id("fremdrift"),
            "m.room.member",
            "@ali:example.dk",
            {"membership": "leave"},
            by="ali",
        )
        before = chat.last_seq()
        chat.say("karla", "!referat ret 2026-W48-1 efter at han gik")
        assert "efter at han gik" not in "".join(
            m["body"] for m in chat.messages(before, "dm:@ali:example.dk")
        )
        for words in ("!referat", "!referat godkend"):
            assert "puljen" not in chat.say("ali", words, "dm")
        draft_id = next(
            m["event_id"] for m in chat.messages(0, "dm:@ali:example.dk") if m["kind"] == "minutes.draft"
        )
        chat.react("ali", draft_id, "✅", "dm")
        assert "Udkast, ikke godkendt endnu" in chat.say("bo", "!referat")

    def test_lead_and_coordinator_read_alone_with_the_bot(self, chat: Chat) -> None:
        approved(chat)
        for who in ("anna", "karla"):
            assert "vi søger puljen" in chat.say(who, "!referat", "dm")
        chat.now += timedelta(minutes=1)
        assert "kommer som fil" in chat.say("anna", "!referat word", "dm")
