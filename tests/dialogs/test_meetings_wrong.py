"""What goes wrong in meetings: typed badly, at the wrong time, by the wrong person, in the wrong place."""

from __future__ import annotations

import pytest
from sqlmodel import select

from bot.storage.meetings import Decision, Meeting
from tests.dialogs.chat import Chat
from tests.dialogs.test_meetings import TUESDAY, begin, draft, pass_minutes


def states(chat: Chat) -> list[str]:
    """The states of all meetings that have a row."""
    return chat.ask(lambda s: sorted(row.state for row in s.exec(select(Meeting)).all()))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("!møde strat", "Mente du !møde start?"),
        ("!møde slt", "Mente du !møde slut?"),
        ("!møde hvad som helst", "Jeg kender ikke „hvad“"),
        ("!møde i morgen", "!møde ekstra i morgen kl. 10"),
        ("!møde tirsdag kl. 13", "!møde flyt tirsdag kl. 13"),
        ("!møde start tirsdag", "!møde flyt tirsdag"),
        ("!møde slut", "ikke møde i gang"),
        ("!Møde Slut.", "ikke møde i gang"),
        ("!moede slut", "ikke møde i gang"),
        ("!naeste", "ikke møde i gang"),
        ("!møde overtag", "ikke møde i gang"),
        ("!møde tid", "ikke møde i gang"),
        ("!fremmødt alle", "ikke møde i gang"),
        ("!referat", "ikke holdt noget møde"),
        ("!referat godkend", "ikke holdt noget møde"),
        ("!beslutning", "Hvad skal jeg skrive?"),
        ("!beslutning: ", "Hvad skal jeg skrive?"),
        ("!møde ekstra", "Hvornår?"),
        ("!møde ekstra torsdag", "Hvad er klokken?"),
        ("!møde aflys uge 60", "Uge 60 findes ikke"),
        ("!møde aflys onsdag", "Den dag (ons. 25. nov.) er der intet møde"),
    ],
)
def test_before_there_is_a_meeting(chat: Chat, words: str, said: str) -> None:
    answer = chat.say("karla", words)
    assert said in answer
    assert chat.last(chat.target("fremdrift"))["kind"] == "problem"
    assert not {"running", "cancelled", "held"} & set(states(chat))


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("!møde start", "er i gang siden kl. 10.01, og Karla Bech (SOF) leder det"),
        ("!møde start nu", "er i gang"),
        ("!møde overtag", "Du leder allerede mødet"),
        ("!næste tirsdag", "!næste 4"),
        ("!næste 99", "Punkt 99 findes ikke"),
        ("!næste 0", "Punkt 0 findes ikke"),
        ("!beslutning", "Hvad skal jeg skrive?"),
        ("!beslutning familien 010190-1234", "CPR-nummer"),
        ("!fremmødt Petronella", "Er det en gæst"),
        ("!fremmødt Karl", "Mente du Karla Bech?"),
        ("!referat ret 2026-W48-9 x", "ingen beslutning „2026-W48-9“"),
        ("!referat noget andet", "Jeg forstår ikke"),
    ],
)
def test_while_it_runs(chat: Chat, words: str, said: str) -> None:
    chat.say("ali", "!dagsorden a")
    begin(chat)
    if words.startswith("!referat n"):
        chat.say("karla", "!møde slut")
    assert said in chat.say("karla", words)
    assert chat.ask(lambda s: s.exec(select(Decision)).all()) == []


@pytest.mark.parametrize(
    "words", ["!møde slut", "!møde slut tak", "!Møde Slut!", "!møde: slut", "!meeting end"]
)
def test_the_ways_to_end_it(chat: Chat, words: str) -> None:
    begin(chat)
    assert "Mødet er slut" in chat.say("karla", words)
    assert "Mødet er allerede slut" in chat.say("karla", words)
    assert states(chat).count("held") == 1


def test_two_chairs(chat: Chat) -> None:
    begin(chat)
    assert "!møde overtag" in chat.say("ali", "!møde start")
    assert "Kun den, der leder det" in chat.say("ali", "!møde slut")
    assert "Ali Demir (SOF) leder mødet nu" in chat.say("ali", "!møde overtag")
    pass_minutes(chat)
    chat.say("ali", "!fortryd")
    assert "Kun den, der leder det" in chat.say("ali", "!møde slut")
    pass_minutes(chat)
    chat.say("ali", "!møde overtag")
    assert "Mødet er slut" in chat.say("ali", "!møde slut")
    assert "Mødeleder: Ali Demir (SOF)" in draft(chat, "ali")


def test_a_citizen_neither_begins_nor_ends_nor_approves(chat: Chat) -> None:
    chat.say("anna", "!møde ekstra tirsdag kl. 10", "raad")
    chat.at(f"{TUESDAY} 10:00")
    asked = chat.newest("raad")
    assert chat.reacts("clara", "✅", "raad", asked) == ""
    for words in ("!møde start", "!møde slut", "!næste", "!beslutning x", "!møde overtag"):
        assert "kan du ikke bruge her" in chat.say("clara", words, "raad")
    assert "running" not in states(chat)
    chat.say("anna", "!møde start", "raad")
    assert chat.say("clara", "!her", "raad") == "Fremmødt: Clara Berg."
    assert "ikke andre" in chat.say("clara", "!fremmødt Anna", "raad")
    assert "ikke andre" in chat.say("clara", "!afbud Anna", "raad")
    chat.say("anna", "!møde slut", "raad")
    for words in ("!referat godkend", "!referat tilføj x", "!referat ret 2026-W48-1 x"):
        assert "kan du ikke bruge her" in chat.say("clara", words, "raad")
    assert "Clara Berg" in chat.say("clara", "!referat", "raad")


def test_a_stranger_is_not_heard(chat: Chat) -> None:
    begin(chat)
    for words in ("!møde slut", "!beslutning x", "!fremmødt", "hej", "!dagsorden x", "!referat"):
        assert chat.say("mallory", words) == ""
    started = next(m["event_id"] for m in chat.messages() if m["kind"] == "meeting.started")
    chat.react("mallory", started, "👍")
    chat.say("karla", "!møde slut")
    assert "mallory" not in draft(chat)


def test_three_people_of_five_agencies(chat: Chat) -> None:
    begin(chat)
    assert chat.say("karla", "!fremmødt BUF, SOF, BIF, politi, Boligforeningen, Lene") == (
        "Fremmødt: BUF, SOF, BIF, politi, Boligforeningen, Lene Holm (BUF)."
    )
    chat.say("karla", "!møde slut")
    present = draft(chat).partition("Til stede")[2]
    assert "BUF: Lene Holm" in present
    assert "BIF: uden navn" in present
    assert present.count("SOF:") == 1


def test_hostile_guests(chat: Chat) -> None:
    begin(chat)
    chat.say("karla", "!fremmødt gæst <script>alert(1)</script> \"Ib\" 'O' 🎉")
    chat.say("karla", "!fremmødt gæst **Fed** [x](http://x)")
    chat.say("karla", "!fremmødt gæst " + "y" * 10_000)
    chat.say("karla", "!møde slut")
    html = [m for m in chat.messages(0, "dm:@karla:example.dk") if m["kind"] == "minutes.draft"][-1]["html"]
    assert "<script" not in html
    assert "href" not in html
    assert "**Fed**" in html
    assert "y" * 200 not in html


def test_a_decision_of_ten_thousand_letters(chat: Chat) -> None:
    begin(chat)
    assert "2026-W48-1" in chat.say("karla", "!beslutning " + "lang " * 2_000)
    assert "1 beslutning." in chat.say("karla", "!møde slut")


@pytest.mark.parametrize(
    ("words", "again"),
    [
        ("!møde start", "ikke møde i gang"),
        ("!næste 2", "Punkt 1 har"),
        ("!beslutning x", "Punkt 1 har"),
        ("!fremmødt BUF", "Punkt 1 har"),
        ("!møde slut", "Punkt 1 har"),
    ],
)
def test_each_command_can_be_taken_back(chat: Chat, words: str, again: str) -> None:
    for item in "ab":
        chat.say("ali", f"!dagsorden {item}")
    begin(chat)
    pass_minutes(chat)
    if words != "!møde start":
        chat.say("karla", words)
    assert "er taget tilbage" in chat.say("karla", "!fortryd")
    assert again in chat.say("karla", "!møde tid")


def test_an_edited_decision_keeps_its_number(chat: Chat) -> None:
    begin(chat)
    event = chat.send("karla", "!beslutning a")
    chat.say("ali", "!beslutning b")
    assert chat.edit("karla", event, "!beslutning aa") == "Beslutning 2026-W48-1: aa"
    assert "CPR" in chat.edit("karla", event, "!beslutning 010190-1234")
    assert "Taget tilbage" in chat.edit("karla", event, "glem det")
    assert chat.say("ali", "!beslutning c") == "Beslutning 2026-W48-3: c"
    chat.say("karla", "!møde slut")
    assert "2026-W48-1" not in draft(chat).partition("Referat")[2]


def test_a_misspelt_decision_that_is_put_right(chat: Chat) -> None:
    begin(chat)
    event = chat.send("karla", "!beslutnign a")
    pass_minutes(chat, 2)
    assert chat.edit("karla", event, "!beslutning a") == "Beslutning 2026-W48-1: a"


@pytest.mark.parametrize("who", ["anna", "bo", "karla"])
@pytest.mark.parametrize("words", ["!afbud", "!møde aflys", "!møde flyt fredag kl. 10"])
def test_in_direct_messages_of_several_forums_the_bot_asks_which(chat: Chat, who: str, words: str) -> None:
    assert "flere grupper" in chat.say(who, words, "dm")
    assert states(chat) == []


def test_in_direct_messages_no_meeting_begins(chat: Chat) -> None:
    assert "i det rum, hvor mødet hører til" in chat.say("ali", "!møde start", "dm")
    assert "i det rum, hvor mødet hører til" in chat.say("ali", "!beslutning x", "dm")
    assert "running" not in states(chat)


def test_a_reply_to_a_draft_is_about_its_meeting(chat: Chat) -> None:
    begin(chat)
    chat.say("karla", "!møde slut")
    first = chat.newest("dm", "karla")
    chat.at("2026-11-24 14:00")
    chat.say("karla", "!møde start")
    chat.say("karla", "!beslutning andet møde")
    chat.say("karla", "!møde slut")
    chat.say("karla", "!referat tilføj kun det første", "dm", reply_to=first)
    rows = [m["body"] for m in chat.messages(0, "dm:@karla:example.dk") if m["kind"] == "minutes.draft"]
    assert [("kun det første" in row, "andet møde" in row) for row in rows[-1:]] == [(True, False)]


def test_several_commands_in_one_message(chat: Chat) -> None:
    chat.at(f"{TUESDAY} 10:00")
    said = chat.say("karla", "!møde start\n!fremmødt BUF, politi\n!beslutning a\n!beslutning b\n!møde slut")
    assert "Beslutning 2026-W48-2: b" in said
    assert "2 beslutninger" in said
