"""What a hostile review of meetings found; each test says what was wrong then."""

from __future__ import annotations

from pathlib import Path

from tests.dialogs.chat import CONFIG, ROOMS, Chat
from tests.dialogs.test_meetings import begin, pass_minutes

FREMDRIFT = ROOMS["fremdrift"][0]


def of_kind(chat: Chat, kind: str, seq: int = 0, target: str | None = None) -> list[dict[str, object]]:
    return [m for m in chat.messages(seq, target) if m["kind"] == kind]


class TestLeaks:
    def test_a_headsup_opens_no_agenda_of_a_forum_that_one_has_left(self, chat: Chat) -> None:
        # Was: `agenda._meeting` takes the meeting answered without asking whether it is of the forum allowed.
        chat.say("lene", "!aftale karla hente papirer inden mandag")
        chat.say("ali", "!dagsorden hemmeligt punkt 10 min")
        chat.say("ali", "!dagsorden andet punkt 10 min")
        chat.at("2026-11-27 09:00")
        chat.state(FREMDRIFT, "m.room.member", "@karla:example.dk", {"membership": "leave"})
        told = str(of_kind(chat, "meeting.headsup", 0, "dm:@karla:example.dk")[-1]["event_id"])
        before = chat.last_seq()
        assert "hemmeligt" not in chat.answer("karla", "!dagsorden", "dm", to=told)
        assert "andet punkt" not in chat.answer("karla", "!dagsorden stryg 2", "dm", to=told)
        assert not of_kind(chat, "meeting.agenda", before)


class TestTwice:
    def test_a_reaction_taken_off_weeks_later_does_not_send_the_minutes_again(self, chat: Chat) -> None:
        # Was: the minutes are deleted in the room, and the next tick approves and sends them and every list again.
        begin(chat)
        chat.say("karla", "!aftale lene ringe")
        chat.say("karla", "!møde slut")
        sign = chat.react("karla", chat.newest("dm", "karla"), "✅", "dm")
        chat.at("2026-12-10 09:00")
        before = chat.last_seq()
        chat.delete("karla", sign, "dm")
        chat.at("2026-12-10 09:05")
        sent = [m for m in chat.messages(before) if str(m["kind"]).startswith("minutes")]
        assert {m["kind"] for m in sent} <= {"minutes.approved.redacted"}  # the receipt for the reaction

    def test_a_taken_back_approval_takes_its_file_along_after_an_erasure(self, chat: Chat) -> None:
        # Was: said again for an erasure, the file has another reason and stays in the room.
        begin(chat)
        said = chat.send("lene", "!beslutning det om Hans")
        chat.say("karla", "!møde slut")
        pass_minutes(chat, 15)
        chat.send("karla", "!referat godkend")
        chat.delete("lene", said)
        before = chat.last_seq()
        chat.say("karla", "!fortryd")
        assert of_kind(chat, "minutes.file.redacted", before)


class TestTheRoomKnows:
    def test_an_addendum_from_direct_messages_is_corrected_in_the_room(self, chat: Chat) -> None:
        # Was: the room keeps the first wording for good, `!referat` shows the second.
        begin(chat)
        chat.say("karla", "!møde slut")
        chat.say("karla", "!referat godkend")
        said = chat.send("karla", "!referat tilføj Grete var der", "dm")
        before = chat.last_seq()
        chat.edit("karla", said, "!referat tilføj Grethe var der", "dm")
        assert [m for m in chat.messages(before, chat.target("fremdrift")) if "Grethe" in str(m["body"])]

    def test_an_addendum_from_direct_messages_that_is_undone_goes_from_the_room(self, chat: Chat) -> None:
        # Was: the room still reads it, `!referat` does not.
        begin(chat)
        chat.say("karla", "!møde slut")
        chat.say("karla", "!referat godkend")
        chat.say("karla", "!referat tilføj Grete var der", "dm")
        before = chat.last_seq()
        chat.say("karla", "!fortryd", "dm")
        assert chat.messages(before, chat.target("fremdrift"))

    def test_a_move_from_direct_messages_that_is_undone_is_unsaid(self, chat: Chat) -> None:
        # Was: the room still reads that the meeting is on Wednesday.
        chat.say("ali", "!møde flyt onsdag kl. 13", "dm")
        before = chat.last_seq()
        chat.say("ali", "!fortryd", "dm")
        rows = chat.messages(before, chat.target("fremdrift"))
        assert [m for m in rows if m["what"] in ("message", "edit", "redact")]


class TestWhichMeeting:
    def test_a_draft_of_the_same_week_is_the_one_approved(self, chat: Chat) -> None:
        # Was: with two meetings in a week only the later one is ever found; Tuesday's draft cannot be approved so.
        begin(chat)
        chat.say("karla", "!beslutning det første")
        chat.say("karla", "!møde slut")
        chat.at("2026-11-25 09:00")
        for words in ("!møde start", "!beslutning det andet", "!møde slut", "!referat godkend 2026-W48"):
            chat.say("karla", words)
        assert "det første" in str(of_kind(chat, "minutes")[-1]["body"])

    def test_what_was_left_comes_to_the_next_meeting_in_a_daily_rhythm(self, tmp_path: Path) -> None:
        # Was: it goes to the meeting whose agenda is posted next, past two others.
        chat = Chat(tmp_path, CONFIG.replace("FREQ=WEEKLY;BYDAY=TU", "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"))
        chat.at("2026-11-24 10:00")
        for words in ("!møde start", "!dagsorden rester", "!møde slut"):
            chat.say("karla", words)
        chat.at("2026-11-25 10:00")
        assert "rester" in chat.say("karla", "!møde start")
        chat.close()

    def test_calling_off_while_a_meeting_runs_asks_which(self, chat: Chat) -> None:
        # Was: next week's meeting is called off.
        begin(chat)
        assert "er aflyst" not in chat.say("karla", "!møde aflys")

    def test_starting_later_today_does_not_start_now(self, chat: Chat) -> None:
        # Was: "kl. 13" is thrown away and the meeting begins at 9.
        chat.at("2026-11-24 09:00")
        assert "er begyndt" not in chat.say("karla", "!møde start kl. 13")

    def test_an_old_question_starts_no_new_meeting(self, chat: Chat) -> None:
        # Was: a reaction three days later begins an extra meeting.
        chat.at("2026-11-24 10:00")
        asked = str(of_kind(chat, "meeting.ask_start")[-1]["event_id"])
        chat.at("2026-11-27 15:00")
        before = chat.last_seq()
        chat.react("lene", asked, "✅")
        assert not of_kind(chat, "meeting.started", before)

    def test_a_meeting_in_the_evening_is_not_tomorrows(self, chat: Chat) -> None:
        # Was: at 22.30 the planned meeting of 10.00 next day is begun and used up.
        chat.at("2026-11-23 22:30")
        chat.say("karla", "!møde start")
        chat.say("karla", "!møde slut")
        before = chat.last_seq()
        chat.at("2026-11-24 10:30")
        assert of_kind(chat, "meeting.ask_start", before)

    def test_an_agenda_on_the_day_itself_goes_out_before_an_early_meeting(self, tmp_path: Path) -> None:
        # Was: it is due at 8.00, and at 8.00 the meeting has begun: it never goes out.
        chat = Chat(
            tmp_path, CONFIG.replace("BYHOUR=10", "BYHOUR=8") + '[meetings]\nagenda_before = "0 days"\n'
        )
        chat.at("2026-11-24 09:30")
        assert of_kind(chat, "meeting.agenda")
        chat.close()


class TestEdits:
    def test_an_item_is_worded_anew_after_it_was_carried_on(self, chat: Chat) -> None:
        # Was: ValueError in `agenda._add`, the person gets an apology with a reference.
        begin(chat)
        said = chat.send("ali", "!dagsorden frplads")
        chat.say("ali", "!dagsorden andet")
        chat.say("karla", "!møde slut")
        chat.at("2026-11-30 09:00")
        before = chat.last_seq()
        chat.edit("ali", said, "!dagsorden friplads")
        assert not of_kind(chat, "fault", before)
        shown = chat.say("karla", "!dagsorden")
        assert "friplads" in shown
        assert "frplads" not in shown

    def test_an_approval_edited_twice_leaves_the_minutes_in_the_room(self, chat: Chat) -> None:
        # Was: the second edit deletes them, and their reason was used up by the first.
        begin(chat)
        chat.say("karla", "!møde slut")
        said = chat.send("karla", "!referat godkend")
        chat.edit("karla", said, "!referat godkend uge 48")
        before = chat.last_seq()
        chat.edit("karla", said, "!referat godkend, tak")
        gone, sent = of_kind(chat, "minutes.redacted", before), of_kind(chat, "minutes", before)
        assert len(gone) == len(sent)

    def test_a_smile_added_next_day_does_not_make_the_meeting_last_until_then(self, chat: Chat) -> None:
        # Was: the end is taken back and done again at the moment of the edit.
        begin(chat)
        chat.at("2026-11-24 11:00")
        said = chat.send("karla", "!møde slut")
        chat.at("2026-11-25 14:00")
        chat.edit("karla", said, "!møde slut :)")
        assert "kl. 10.01–11.00" in chat.say("karla", "!referat")


class TestPeople:
    def test_the_question_whether_it_is_over_does_not_come_all_day(self, chat: Chat) -> None:
        # Was: each message in the room puts the closing off, and the chair is asked again 15 minutes later.
        begin(chat)
        before = chat.last_seq()
        for at in ("11:30", "12:10", "12:55", "13:40", "14:20", "15:10", "16:00"):
            chat.at(f"2026-11-24 {at}")
            chat.say("lene", "nogen der har en nøgle?")
        assert len(of_kind(chat, "meeting.ask_end", before)) <= 3

    def test_who_says_they_are_there_before_it_begins_is_told_which_meeting(self, chat: Chat) -> None:
        # Was: it goes into yesterday's draft, and the answer does not say so.
        begin(chat)
        chat.say("karla", "!møde slut")
        chat.at("2026-11-25 08:58")
        assert "24. nov." in chat.say("lene", "!her")

    def test_an_addendum_says_which_item_it_is_about(self, chat: Chat) -> None:
        # Was: "punkt 2" is thrown away.
        chat.say("ali", "!dagsorden friplads")
        chat.say("ali", "!dagsorden vagter")
        begin(chat)
        chat.say("karla", "!næste")
        for words in ("!møde slut", "!referat godkend"):
            chat.say("karla", words)
        assert "punkt 2" in chat.say("karla", "!referat tilføj punkt 2: flere naboer")


class TestDirectMessages:
    def test_a_meeting_is_not_led_and_ended_behind_the_rooms_back(self, chat: Chat) -> None:
        # Was: in direct messages any member moves on, takes the chair and ends the meeting; the room reads nothing.
        chat.say("ali", "!dagsorden friplads")
        chat.say("ali", "!dagsorden vagter")
        begin(chat)
        for words in ("!næste", "!møde overtag", "!møde slut"):
            before = chat.last_seq()
            said = chat.say("lene", words, "dm")
            refused = "i det rum" in said
            told = [m for m in chat.messages(before, chat.target("fremdrift")) if m["what"] == "message"]
            assert refused or told, words


class TestMovedFar:
    def test_the_agenda_comes_before_the_new_day(self, chat: Chat) -> None:
        # Was: `posted_at` stays, so the agenda is never sent, pinned, or told of again.
        chat.at("2026-11-23 09:00")
        chat.say("karla", "!møde flyt uge 48 til 17/12 kl. 13")
        before = chat.last_seq()
        chat.at("2026-12-17 12:00")
        assert [m for m in of_kind(chat, "meeting.agenda", before) if "17. dec." in str(m["body"])]


class TestDeadlines:
    def test_a_typo_put_right_leaves_the_deadline(self, chat: Chat) -> None:
        # Was: by now the next meeting has begun, so "the next" seen from then is one later: a week is given away.
        begin(chat)
        said = chat.send("karla", "!aftale lene rnge")
        chat.say("karla", "!møde slut")
        begin(chat, at="2026-12-01 10:01")
        assert "8. dec." not in chat.edit("karla", said, "!aftale lene ringe")

    def test_an_action_edited_into_a_decision_is_taken_out_of_approved_minutes(self, chat: Chat) -> None:
        # Was: no addendum says that the action is withdrawn, as one does the other way round.
        begin(chat)
        said = chat.send("karla", "!aftale lene ringe")
        for words in ("!møde slut", "!referat godkend"):
            chat.say("karla", words)
        pass_minutes(chat, 30)
        assert "trukket tilbage" in chat.edit("karla", said, "!beslutning hun ringer")
