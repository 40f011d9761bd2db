"""Meetings as people have them: a weekly one with five people, moved and called-off ones, midnight, the new year."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.matrix.batch import Arrival
from bot.storage.database import Database
from bot.storage.meetings import Attendance
from bot.storage.models import Outbox
from tests.dialogs.chat import CONFIG, Chat

MEETS = 'meeting = "FREQ=WEEKLY;BYDAY=TU;BYHOUR=10;BYMINUTE=0"'
TUESDAY = "2026-11-24"


def pass_minutes(chat: Chat, minutes: int = 1) -> None:
    """Time goes on without anything being due."""
    chat.now += timedelta(minutes=minutes)


def begin(chat: Chat, who: str = "karla", at: str = f"{TUESDAY} 10:01") -> str:
    """The weekly meeting begins; what the bot says."""
    chat.at(at)
    return chat.say(who, "!møde start")


def calendars(chat: Chat, room: str = "fremdrift") -> list[str]:
    """The calendar files that a room has got, as text, the oldest first."""
    target = chat.target(room)

    def read(session: Session) -> list[str]:
        rows = session.exec(select(Outbox).where(Outbox.kind == "meeting.calendar", Outbox.target == target))
        return [json.loads(row.template or "")["text"] for row in sorted(rows, key=lambda row: row.seq or 0)]

    return chat.ask(read)


def draft(chat: Chat, who: str = "karla") -> str:
    """The draft of the minutes as its newest edit shows it to somebody in direct messages."""
    rows = [m for m in chat.messages(0, f"dm:@{who}:example.dk") if m["kind"] == "minutes.draft"]
    return str(rows[-1]["body"])


def signs(chat: Chat, seq: int) -> int:
    """How many reactions the bot has set since."""
    return sum(m["what"] == "reaction" for m in chat.messages(seq))


class TestAWholeMeeting:
    def test_from_the_agenda_to_the_next_one(self, chat: Chat) -> None:
        chat.say("karla", "!aftale lene ringe til skolen inden i dag")
        assert "punkt 2 (10 min)" in chat.say("ali", "!dagsorden friplads til søskende 10 min")
        chat.say("bo", "!dagsorden weekendens vagter")
        chat.say("lene", "!dagsorden legepladsen")
        chat.at("2026-11-23 09:00")
        assert "„weekendens vagter“ er nu punkt 1." in chat.say("karla", "!dagsorden flyt 3 til 1")
        assert "Taget af dagsordenen: „legepladsen“" in chat.say("karla", "!dagsorden stryg 4")
        assert "Punkt 1 har 20 min" in chat.say("karla", "!dagsorden 1 20 min")
        chat.say("anna", "!afbud")

        said = begin(chat)
        assert "Karla Bech (SOF) leder det" in said
        assert "1. weekendens vagter (20 min, til kl. 10.21)" in said
        chat.say("lene", "godmorgen")
        before = chat.last_seq()
        assert chat.say("karla", '!fremmødt politi, gæst Hanne "Hønen" 🎉') == (
            'Fremmødt: politi, Hanne "Hønen" 🎉.'
        )
        assert signs(chat, before) == 1
        pass_minutes(chat, 12)
        assert "Punkt 1 har 8 min tilbage (til kl. 10.21)." in chat.say("ali", "!møde tid")
        assert chat.say("karla", "!beslutning vi tager to hver") == "Beslutning 2026-W48-1: vi tager to hver"
        item = chat.say("karla", "!næste")
        assert "2. Aftaler over fristen (1)" in item
        assert "1 Lene Holm (BUF): ringe til skolen" in item
        assert chat.say("lene", "!færdig 1").count("\n") == 0
        assert "3. friplads til søskende" in chat.say("karla", "!næste")
        before = chat.last_seq()
        assert chat.say("lene", "!aftale ali spørge BIF") == (
            "Aftale 2: Ali Demir (SOF): spørge BIF – senest tirs. 1. dec. kl. 10.00, uge 49 (næste møde)"
        )
        assert signs(chat, before) == 1
        assert chat.say("karla", "!beslutning puljen søges") == "Beslutning 2026-W48-2: puljen søges"
        pass_minutes(chat, 20)
        assert "Punkt 3 er" in chat.say("karla", "!møde tid")
        assert "1. weekendens vagter" in chat.say("karla", "!næste 1")
        chat.say("bo", "!dagsorden nyt fra skolen")
        assert "Ét punkt nåede I ikke" in chat.say("karla", "!møde slut")

        made = draft(chat)
        assert "Mødeleder: Karla Bech (SOF)" in made
        assert "BUF: Lene Holm" in made
        assert 'Hanne "Hønen" 🎉' in made
        assert "Anna Vind" in made[made.index("Afbud") :]
        items = made[made.index("1. weekendens vagter") :]
        assert items.index("2026-W48-1") < items.index("3. friplads") < items.index("2026-W48-2")
        assert "Overført til næste møde\n\n- nyt fra skolen" in made

        before = chat.last_seq()
        chat.say("karla", "!referat godkend", "dm")
        room = chat.messages(before, chat.target("fremdrift"))
        assert [m["kind"] for m in room] == ["minutes", "minutes.file"]
        assert "Beslutning 2026-W48-2: puljen søges" in room[0]["body"]
        assert "2 spørge BIF" in chat.heard("ali", before)[0]

        chat.say("karla", "!aftale @bo tælle cykler inden fredag")
        chat.at("2026-11-30 09:00")
        posted = next(m for m in reversed(chat.messages()) if m["kind"] == "meeting.agenda")
        assert "nyt fra skolen (overført fra uge 48)" in posted["body"]
        assert "3 Bo Lund (politi): tælle cykler" in posted["body"]
        assert "2 Ali Demir (SOF): spørge BIF" in posted["body"]
        assert "weekendens vagter" not in posted["body"]

    def test_standing_items_come_by_themselves(self, tmp_path: Path) -> None:
        config = CONFIG.replace(
            MEETS, f'{MEETS}\n[[rooms.standing]]\nitem = "Fritidsjob"\nminutes = 15\nevery = "month"'
        )
        chat = Chat(tmp_path, config)
        assert "Fritidsjob · 15 min" in chat.say("ali", "!dagsorden uge 49")
        assert "Fritidsjob" not in chat.say("ali", "!dagsorden uge 50")
        chat.close()

    def test_the_case_of_the_item_is_implied(self, chat: Chat) -> None:
        chat.say("ali", "!dagsorden HS-26-014 skoleskift")
        begin(chat)
        assert "HS-26-014 · " in chat.say("karla", "!aftale lene ringe til moren")
        chat.say("karla", "!beslutning familien tilbydes kontaktperson")
        chat.say("karla", "!møde slut")
        assert chat.action(1)["case"] == "HS-26-014"
        extract = chat.say("karla", "!referat HS-26-014")
        assert "familien tilbydes kontaktperson" in extract
        assert "Lene Holm" not in extract.partition("Sag HS-26-014")[0]

    def test_who_reacts_is_there_and_who_takes_it_back_is_not(self, chat: Chat) -> None:
        begin(chat)
        started = chat.newest()
        kept, taken = chat.react("ali", started, "👍"), chat.react("bo", started, "👍")
        both = chat.react("lene", started, "✅")
        chat.say("lene", "jeg sagde også noget")
        for who, reaction in (("bo", taken), ("lene", both)):
            chat.delete(who, reaction)
        chat.say("karla", "!møde slut")
        assert kept
        present = draft(chat).partition("Til stede")[2]
        assert "Ali Demir" in present
        assert "Bo Lund" not in present
        assert "Lene Holm" in present

    def test_everybody_is_there_but_who_sent_an_apology(self, chat: Chat) -> None:
        chat.say("bo", "!afbud")
        begin(chat)
        assert chat.say("karla", "!fremmødt alle") == (
            "Fremmødt: Anna Vind, Karla Bech (SOF), Lene Holm (BUF), Ali Demir (SOF)."
        )
        assert chat.say("karla", "!fremmødt Lene og Ali") == "Fremmødt: Lene Holm (BUF), Ali Demir (SOF)."
        assert chat.say("lene", "!her") == "Fremmødt: Lene Holm (BUF)."
        assert chat.say("karla", "!fremmødt gæster Per og Lise, BIF") == "Fremmødt: Per, Lise, BIF."

    def test_what_was_said_in_it_but_heard_later_belongs_to_it(self, chat: Chat) -> None:
        chat.say("ali", "!dagsorden første emne")
        chat.say("ali", "!dagsorden andet emne")
        begin(chat)
        said_at = chat.now + timedelta(minutes=2)
        pass_minutes(chat, 5)
        chat.say("karla", "!næste")
        pass_minutes(chat, 5)
        chat.say("karla", "!møde slut")
        pass_minutes(chat, 30)
        for number, (who, words) in enumerate((("bo", "!beslutning det sene"), ("lene", "jeg var der"))):
            event = {
                "event_id": f"$late{number}:example.dk",
                "sender": f"@{who}:example.dk",
                "type": "m.room.message",
                "content": {"msgtype": "m.text", "body": words},
            }
            chat.deliver(Arrival(chat.room_id("fremdrift"), event, said_at))
        chat.at(f"{TUESDAY} 11:30")
        made = draft(chat)
        assert made.index("1. første emne") < made.index("2026-W48-1: det sene") < made.index("2. andet emne")
        assert "BUF: Lene Holm" in made

    def test_a_restart_in_the_middle_changes_nothing(self, chat: Chat) -> None:
        chat.say("ali", "!dagsorden første emne")
        begin(chat)
        chat.say("karla", "!beslutning a")
        chat.db.close()
        chat.db = Database(chat.url, chat.vault)
        chat.db.open()
        assert chat.say("karla", "!beslutning b") == "Beslutning 2026-W48-2: b"
        assert "Punkt 1 har" in chat.say("karla", "!møde tid")
        assert "2 beslutninger" in chat.say("karla", "!møde slut")


class TestBeginningAndEnding:
    def test_the_bot_asks_at_the_hour_and_a_reaction_begins(self, chat: Chat) -> None:
        before = chat.last_seq()
        chat.at(f"{TUESDAY} 10:00")
        assert "Klokken er 10.00. Skal vi begynde mødet?" in chat.since(before)[-1]
        assert "Ali Demir (SOF) leder det" in chat.reacts("ali", "✅")
        assert "er i gang" in chat.say("lene", "!møde start")

    def test_taking_the_reaction_back_means_that_it_has_not_begun(self, chat: Chat) -> None:
        chat.at(f"{TUESDAY} 10:00")
        reaction = chat.react("ali", chat.newest(), "✅")
        chat.say("lene", "hej")
        chat.delete("ali", reaction)
        assert "ikke møde i gang" in chat.say("ali", "!møde slut")
        assert chat.ask(lambda s: s.exec(select(Attendance)).all()) == []
        assert "Bo Lund (politi) leder det" in chat.say("bo", "!møde start")

    def test_nobody_begins_it(self, chat: Chat) -> None:
        chat.say("ali", "!dagsorden friplads")
        chat.at("2026-11-25 12:00")
        assert "friplads (overført fra uge 48)" in chat.say("ali", "!dagsorden")
        assert "ikke holdt noget møde" in chat.say("ali", "!referat")

    def test_late_but_not_begun_it_is_still_the_meeting_that_is_meant(self, chat: Chat) -> None:
        chat.at(f"{TUESDAY} 10:05")
        assert "24. nov." in chat.say("bo", "!afbud jeg sidder fast i toget")
        assert "24. nov." in chat.say("ali", "!dagsorden friplads")
        assert "flyttet til tirs. 24. nov. kl. 10.30" in chat.say("karla", "!møde flyt kl. 10.30")

    def test_early_it_is_the_planned_one(self, chat: Chat) -> None:
        chat.say("ali", "!dagsorden friplads")
        assert "1. friplads" in begin(chat, at=f"{TUESDAY} 09:40")
        before = chat.last_seq()
        chat.say("karla", "!møde slut")
        chat.at(f"{TUESDAY} 12:00")
        assert not [m for m in chat.messages(before) if m["kind"] == "meeting.ask_start"]

    def test_without_rhythm_or_agenda(self, chat: Chat) -> None:
        said = chat.say("anna", "!meeting start", "ledelse")
        assert "nothing on the agenda" in said
        assert "(10 min, until 10:10)" not in said
        chat.say("anna", "!agenda the budget 10 min", "ledelse")
        assert "1. the budget (10 min, until 10:10)" in chat.say("anna", "!next", "ledelse")

    def test_two_meetings_in_a_week_number_their_decisions_on(self, chat: Chat) -> None:
        begin(chat)
        chat.say("karla", "!beslutning a")
        chat.say("karla", "!møde slut")
        chat.at("2026-11-26 14:00")
        assert "Mødet er begyndt" in chat.say("ali", "!møde start")
        assert chat.say("ali", "!beslutning b") == "Beslutning 2026-W48-2: b"
        chat.say("ali", "!møde slut")
        assert "flere møder i den uge" in chat.say("ali", "!referat uge 48")
        newest = chat.say("ali", "!referat 26/11")
        assert "2026-W48-2: b" in newest

    def test_nobody_ends_it(self, chat: Chat) -> None:
        begin(chat)
        chat.say("karla", "!beslutning a")
        before = chat.last_seq()
        chat.at(f"{TUESDAY} 11:16")
        assert "Er mødet slut, Karla Bech (SOF)?" in chat.since(before)[-1]
        chat.say("lene", "vi er her endnu")
        chat.at(f"{TUESDAY} 11:20")
        before = chat.last_seq()
        chat.at(f"{TUESDAY} 13:20")
        said = chat.since(before)
        assert sum("Er mødet slut" in words for words in said) == 1
        assert sum("Ingen afsluttede mødet" in words for words in said) == 1
        assert "blev ikke afsluttet" in draft(chat)

    def test_two_rooms_at_once(self, chat: Chat) -> None:
        begin(chat)
        chat.say("bo", "!meeting start", "ledelse")
        assert chat.say("karla", "!beslutning her") == "Beslutning 2026-W48-1: her"
        assert chat.say("karla", "!decision there", "ledelse") == "Decision 2026-W48-1: there"
        chat.say("karla", "!møde slut")
        assert "there" not in draft(chat)
        assert "Der er ikke møde" not in chat.say("bo", "!meeting end", "ledelse")
        assert "her" not in draft(chat, "bo").split()

    def test_over_midnight(self, tmp_path: Path) -> None:
        chat = Chat(tmp_path, CONFIG.replace("BYHOUR=10", "BYHOUR=23"))
        begin(chat, at=f"{TUESDAY} 23:00")
        chat.at("2026-11-25 00:10")
        chat.say("karla", "hej")
        assert chat.say("karla", "!beslutning sent") == "Beslutning 2026-W48-1: sent"
        assert "kl. 00.10" in chat.say("karla", "!møde slut")
        chat.close()

    @pytest.mark.parametrize(
        ("at", "label"), [("2026-12-31 23:50", "2026-W53-1"), ("2027-01-01 00:10", "2026-W53-1")]
    )
    def test_over_the_new_year(self, chat: Chat, at: str, label: str) -> None:
        chat.at(at)
        chat.say("karla", "!møde start")
        chat.at("2027-01-01 00:30")
        assert chat.say("karla", "!beslutning godt nytår") == f"Beslutning {label}: godt nytår"
        chat.say("karla", "!møde slut")
        assert "godt nytår" in chat.say("karla", "!referat uge 53")

    @pytest.mark.parametrize(
        ("night", "begins", "left"),
        [("2026-10-25", "02:30", "er 30 min over tiden"), ("2027-03-28", "01:30", "har 30 min tilbage")],
    )
    def test_the_nights_when_the_clocks_change(self, chat: Chat, night: str, begins: str, left: str) -> None:
        if night.startswith("2026"):
            chat.now = chat.now.replace(month=10, day=23)
        chat.at(f"{night} {begins}")
        chat.say("karla", "!møde start")
        chat.at(f"{night} 03:00")
        # From half past two to three is an hour and a half in October; from half past one half an hour in March.
        assert f"Mødet {left}" in chat.say("karla", "!møde tid")

    def test_taking_back_the_end_goes_on_where_it_was(self, chat: Chat) -> None:
        chat.say("ali", "!dagsorden friplads")
        begin(chat)
        chat.say("karla", "!møde slut")
        before = chat.last_seq()
        chat.say("karla", "!fortryd")
        assert [m["kind"] for m in chat.messages(before, "dm:@karla:example.dk")] == [
            "minutes.draft.redacted"
        ]
        assert "Punkt 1 har" in chat.say("karla", "!møde tid")
        pass_minutes(chat, 5)
        chat.say("karla", "!møde slut")
        assert "kl. 10.01–10.06" in draft(chat)

    def test_ended_again_in_the_same_minute_the_draft_comes_again(self, chat: Chat) -> None:
        begin(chat)
        chat.say("karla", "!møde slut")
        chat.say("karla", "!fortryd")
        chat.say("lene", "!beslutning vi søger puljen")
        before = chat.last_seq()
        chat.say("karla", "!møde slut")
        assert "vi søger puljen" in draft(chat)
        standing = chat.standing(before, "dm:@karla:example.dk")
        assert [m["kind"] for m in standing] == ["minutes.draft"]

    def test_deleting_the_message_that_began_it(self, chat: Chat) -> None:
        chat.at(f"{TUESDAY} 10:01")
        first = chat.send("karla", "!møde start")
        chat.delete("karla", first)
        assert "ikke møde i gang" in chat.say("karla", "!møde slut")
        second = chat.send("karla", "!møde start")
        pass_minutes(chat, 15)
        chat.delete("karla", second)
        assert "Mødet er slut" in chat.say("karla", "!møde slut")


class TestMoving:
    @pytest.mark.parametrize(
        ("words", "to"),
        [
            ("tirsdag kl. 13", "tirs. 24. nov. kl. 13.00"),
            ("onsdag", "ons. 25. nov. kl. 10.00"),
            ("kl. 13", "tirs. 24. nov. kl. 13.00"),
            ("til kl 8.30", "tirs. 24. nov. kl. 8.30"),
            ("til torsdag", "tors. 26. nov. kl. 10.00"),
            ("uge 49 til torsdag kl. 10", "tors. 3. dec. kl. 10.00"),
            ("1/12 til 3/12", "tors. 3. dec. kl. 10.00"),
            ("tirsdag til onsdag kl. 9", "ons. 25. nov. kl. 9.00"),
            ("til uge 49", "tirs. 1. dec. kl. 10.00"),
            ("mandag kl. 23.30", "man. 23. nov. kl. 23.30"),
        ],
    )
    def test_where_to(self, chat: Chat, words: str, to: str) -> None:
        assert f"er flyttet til {to}" in chat.say("karla", f"!møde flyt {words}")
        assert to in chat.say("ali", "!møde")

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            ("", "Hvornår?"),
            ("i går kl. 10", "forbi"),
            ("tirsdag", "Mødet er allerede tirs. 24. nov. kl. 10.00"),
            ("uge 49", "Hvornår?"),
            ("til månen", "forstår"),
            ("fredag til lørdag", "Den dag"),
            ("uge 60 til torsdag", "Uge 60 findes ikke"),
        ],
    )
    def test_where_not(self, chat: Chat, words: str, said: str) -> None:
        assert said in chat.say("karla", f"!møde flyt {words}")
        assert "tirs. 24. nov. kl. 10.00" in chat.say("ali", "!møde")

    def test_next_meeting_as_a_deadline_follows(self, chat: Chat) -> None:
        chat.say("karla", "!møde flyt onsdag kl. 9")
        assert "senest ons. 25. nov. kl. 9.00" in chat.say("karla", "!aftale lene ringe til næste møde")
        assert "senest ons. 25. nov. kl. 9.00" in chat.say("karla", "!aftale ali skrive")
        said = chat.say("karla", "!møde aflys")
        assert "Næste møde er tirs. 1. dec. kl. 10.00" in said
        example = said[said.index("!frist") :].strip()
        assert example == "!frist 1, 2 1/12 kl. 10.00"
        chat.say("karla", example)
        assert {row["due"] for row in chat.actions()} == {"2026-12-01T10:00"}
        assert "tirs. 1. dec. kl. 10.00" in chat.say("karla", "!frist 2 næste møde")
        assert "tirs. 1. dec. kl. 10.00" in chat.answer("ali", "til næste møde")
        chat.say("anna", "!meeting extra Thursday at 14", "ledelse")
        chat.say("karla", "!aftale @bo spørge til næste møde i ledelsesgruppen")
        assert chat.action(3)["due"] == "2026-11-26T14:00"

    def test_the_command_that_is_offered_moves_them(self, chat: Chat) -> None:
        chat.say("karla", "!aftale lene ringe til næste møde")
        said = chat.say("karla", "!møde flyt torsdag kl. 13")
        chat.say("karla", said[said.index("!frist") :].strip())
        assert chat.action(1)["due"] == "2026-11-26T13:00"

    def test_calling_off_and_taking_that_back(self, chat: Chat) -> None:
        chat.say("ali", "!dagsorden friplads")
        chat.at("2026-11-23 09:00")
        chat.say("karla", "!møde aflys")
        pinned = [m for m in chat.messages() if m["kind"] == "meeting.agenda"][-1]["body"]
        assert "er aflyst" in pinned
        assert "friplads (overført" in chat.say("ali", "!dagsorden")
        chat.say("karla", "!fortryd")
        assert (
            "1. 10.00 friplads · 60 min"
            in [m for m in chat.messages() if m["kind"] == "meeting.agenda"][-1]["body"]
        )
        assert "1. friplads" in begin(chat)

    def test_each_change_is_a_new_version_in_peoples_calendars(self, chat: Chat) -> None:
        chat.at("2026-11-23 09:00")
        chat.say("karla", "!møde flyt kl. 13")
        pass_minutes(chat)
        chat.say("karla", "!fortryd")
        pass_minutes(chat)
        chat.say("karla", "!møde aflys")
        pass_minutes(chat)
        chat.say("karla", "!fortryd")
        found = calendars(chat)
        assert len({one.partition("UID:")[2].split()[0] for one in found}) == 1
        assert [one.partition("SEQUENCE:")[2].split()[0] for one in found] == ["0", "1", "2", "3", "4"]
        assert ["CANCELLED" in one for one in found] == [False, False, False, True, False]
        assert ["T130000" in one for one in found] == [False, True, False, False, False]

    def test_beginning_and_ending_is_nothing_for_calendars(self, chat: Chat) -> None:
        chat.at("2026-11-23 09:00")
        begin(chat)
        chat.say("karla", "!fortryd")
        chat.say("karla", "!møde start")
        chat.say("karla", "!næste")
        chat.say("karla", "!fortryd")
        assert len(calendars(chat)) == 1

    def test_another_week_by_its_day(self, chat: Chat) -> None:
        assert "Mødet tirs. 1. dec. kl. 10.00, uge 49 er aflyst" in chat.say("karla", "!møde aflys 1/12")
        assert "Den dag (ons. 25. nov.) er der intet møde" in chat.say("karla", "!møde aflys onsdag")
        listed = chat.say("ali", "!møde")
        assert "1. dec. kl. 10.00, uge 49 · aflyst" in listed
        assert listed.count("aflyst") == 1

    def test_onto_another_meetings_day(self, chat: Chat) -> None:
        chat.say("karla", "!møde flyt til tirsdag 1/12 kl. 13")
        chat.at("2026-12-01 10:00")
        chat.say("karla", "!møde start")
        chat.say("karla", "!beslutning a")
        chat.say("karla", "!møde slut")
        chat.at("2026-12-01 13:00")
        chat.say("karla", "!møde start")
        assert chat.say("karla", "!beslutning b") == "Beslutning 2026-W49-2: b"

    def test_an_extra_meeting_and_an_edit_of_its_hour(self, chat: Chat) -> None:
        event = chat.send("karla", "!møde ekstra torsdag kl. 14")
        chat.edit("karla", event, "!møde ekstra torsdag kl. 15")
        listed = chat.say("ali", "!møde")
        assert "tors. 26. nov. kl. 15.00" in listed
        assert "kl. 14.00" not in listed
        chat.say("karla", "!fortryd")
        assert "tors. 26. nov. kl. 14.00, uge 48 · aflyst" in chat.say("ali", "!møde")
        assert "tirs. 24. nov." in chat.say("bo", "!afbud")

    def test_moved_in_direct_messages_the_room_hears_of_it(self, chat: Chat) -> None:
        before = chat.last_seq()
        chat.say("ali", "!møde flyt kl. 13", "dm")
        room = chat.messages(before, chat.target("fremdrift"))
        assert any("Ali Demir (SOF) har lagt mødet tirs. 24. nov. kl. 13.00" in m["body"] for m in room)


class TestApologies:
    @pytest.mark.parametrize(
        ("words", "who", "day"),
        [
            ("!afbud", "Bo Lund (politi)", "24. nov."),
            ("!afbud jeg er syg", "Bo Lund (politi)", "24. nov."),
            ("!afbud Syg", "Bo Lund (politi)", "24. nov."),
            ("!Afbud, jeg kan ikke på tirsdag", "Bo Lund (politi)", "24. nov."),
            ("!afbud uge 49", "Bo Lund (politi)", "1. dec."),
            ("!afbud 1/12", "Bo Lund (politi)", "1. dec."),
            ("!afbud Lene 8/12", "Lene Holm (BUF)", "8. dec."),
            ("!afbud Lene, hun er på kursus", "Lene Holm (BUF)", "24. nov."),
            ("!afbud Lene er på kursus", "Lene Holm (BUF)", "24. nov."),
            ("!afbud Lene og Ali er syge", "Lene Holm (BUF), Ali Demir (SOF)", "24. nov."),
            ("!afbud politi, BUF", "politi, BUF", "24. nov."),
            ("!apologies Lene", "Lene Holm (BUF)", "24. nov."),
        ],
    )
    def test_who_and_when(self, chat: Chat, words: str, who: str, day: str) -> None:
        said = chat.say("bo", words)
        assert said.startswith("Afbud til mødet tirs. ")
        assert day in said
        assert said.endswith(f": {who}.")

    def test_a_reason_is_kept_nowhere(self, chat: Chat) -> None:
        chat.say("bo", "!afbud jeg skal til psykolog")
        chat.say("karla", "!afbud Lene, hun har graviditetskvalme")
        begin(chat)
        chat.say("ali", "!afbud lungebetændelse desværre")
        chat.say("karla", "!møde slut")
        for word in ("psykolog", "graviditet", "lungebetændelse"):
            assert word.encode() not in chat.raw()
            assert word not in chat.everything()

    @pytest.mark.parametrize("words", ["!afbud i morgen", "!afbud Petronella"])
    def test_nothing_is_noted_that_was_not_understood(self, chat: Chat, words: str) -> None:
        chat.say("bo", words)
        assert chat.ask(lambda s: s.exec(select(Attendance)).all()) == []

    def test_taking_it_back(self, chat: Chat) -> None:
        chat.say("bo", "!afbud")
        chat.say("bo", "!fortryd")
        assert chat.ask(lambda s: s.exec(select(Attendance)).all()) == []

    def test_an_edit_names_somebody_else(self, chat: Chat) -> None:
        event = chat.send("karla", "!afbud Lene")
        assert "Ali Demir (SOF)" in chat.edit("karla", event, "!afbud Ali")
        assert chat.ask(lambda s: [row.who for row in s.exec(select(Attendance)).all()]) == [
            "@ali:example.dk"
        ]
