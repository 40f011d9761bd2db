"""The agenda in the chat: put something on it, its order and times, another week's, and taking that back."""

from __future__ import annotations

import pytest

from tests.dialogs.chat import Chat
from tests.dialogs.test_meetings import TUESDAY, begin, pass_minutes


def items(chat: Chat, words: str = "!dagsorden", who: str = "lene") -> list[str]:
    """The items of the agenda as the bot shows it, without numbers, times and minutes."""
    lines = [line for line in chat.say(who, words).splitlines() if line[:1].isdigit() and ". " in line]
    return [line.split(". ", 1)[1].split(" ", 1)[1].rpartition(" · ")[0] for line in lines]


def posted(chat: Chat) -> str:
    """What the posted agenda says now, its edits counted."""
    return str([m for m in chat.messages() if m["kind"] == "meeting.agenda"][-1]["body"])


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("!dagsorden friplads til søskende 10 min", "punkt 1 (10 min)"),
        ("!dagsorden: friplads", "„friplads“"),
        (
            "!Dagsorden Børnehave - 15 minutter",
            "(15 min) til mødet tirs. 24. nov. kl. 10.00, uge 48: „Børnehave“",
        ),
        ("!dagsorden budget (20 min.)", "(20 min)"),
        ("!dagsorden budget 1 time", "(60 min)"),
        ("!dagsorden budget en halv time", "(30 min)"),
        ("!dagsorden tilføj budget", "„budget“"),
        ("!dagsorden 2 nye familier", "„2 nye familier“"),
        ("!dagsorden uge 42 i klubberne", "„uge 42 i klubberne“"),
        ("!dagsorden fjern graffiti på stationen", "„fjern graffiti på stationen“"),
        ("!dagsorden til uge 49: budget", "til mødet tirs. 1. dec."),
        ("!dagsorden første linje\nanden linje", "„første linje anden linje“"),
        ("!agenda budget", "„budget“"),
    ],
)
def test_what_is_put_on_it(chat: Chat, words: str, said: str) -> None:
    answer = chat.say("ali", words)
    assert said in answer
    assert answer.count("\n") == 0


@pytest.mark.parametrize(
    ("words", "order"),
    [
        ("flyt 3 til 1", "c a b"),
        ("flyt punkt 1 til punkt 3", "b c a"),
        ("3 øverst", "c a b"),
        ("1 sidst", "b c a"),
        ("2 op", "b a c"),
        ("ryk 2 ned", "a c b"),
        ("1 op", "a b c"),
        ("3 ned", "a b c"),
        ("flyt 1 til 99", "b c a"),
        ("stryg 2", "a c"),
        ("slet 1 og 3", "b"),
        ("fjern punkt 1, 2", "c"),
    ],
)
def test_order_and_striking_and_taking_it_back(chat: Chat, words: str, order: str) -> None:
    for item in "abc":
        chat.say("ali", f"!dagsorden {item}")
    pass_minutes(chat)
    chat.say("karla", f"!dagsorden {words}")
    assert items(chat) == order.split()
    pass_minutes(chat)
    if order != "a b c":
        chat.say("karla", "!fortryd")
    assert items(chat) == ["a", "b", "c"]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("3", "Hvad skal der ske med punkt 3?"),
        ("punkt 1", "Hvad skal der ske med punkt 1?"),
        ("byt 1 og 2", "Hvad skal der ske med punkt 1?"),
        ("stryg 99", "Punkt 99 findes ikke"),
        ("flyt 9 til 1", "Punkt 9 findes ikke"),
        ("7 15 min", "Punkt 7 findes ikke"),
        ("0 15 min", "Punkt 0 findes ikke"),
        ("15 min", "Hvad skal på dagsordenen?"),
        ("x" * 10_000, "Et punkt er en linje"),
        ("familien med 010190-1234", "CPR-nummer"),
        ("til uge 60 budget", "Uge 60 findes ikke"),
    ],
)
def test_what_is_not_understood_changes_nothing(chat: Chat, words: str, said: str) -> None:
    chat.say("ali", "!dagsorden a")
    assert said in chat.say("ali", f"!dagsorden {words}")
    assert items(chat) == ["a"]


def test_the_posted_agenda_follows(chat: Chat) -> None:
    chat.say("ali", "!dagsorden a")
    chat.at("2026-11-23 09:00")
    event = chat.send("ali", "!dagsorden b 5 min")
    assert "2. 10.55 b · 5 min" in posted(chat)
    pass_minutes(chat)
    assert "„bb“" in chat.edit("ali", event, "!dagsorden bb 10 min")
    assert "2. 10.50 bb · 10 min" in posted(chat)
    pass_minutes(chat)
    chat.delete("ali", event)
    assert "bb" not in posted(chat)
    assert "1. 10.00 a · 60 min" in posted(chat)


def test_an_edited_item_keeps_its_place(chat: Chat) -> None:
    event = chat.send("ali", "!dagsorden a")
    chat.say("ali", "!dagsorden b")
    assert "punkt 1" in chat.edit("ali", event, "!dagsorden aa")
    assert items(chat) == ["aa", "b"]
    assert "Taget tilbage" in chat.edit("ali", event, "glem det")
    assert items(chat) == ["b"]


def test_what_was_overdue_in_the_meantime_stays_where_people_put_it(chat: Chat) -> None:
    chat.say("karla", "!aftale lene ringe til skolen mandag")
    chat.say("ali", "!dagsorden a")
    assert items(chat)[0].startswith("Aftaler med frist")
    chat.say("ali", "!dagsorden flyt 1 til 2")
    chat.say("ali", "!dagsorden b")
    begin(chat)
    shown = chat.say("lene", "!dagsorden")
    assert shown.index(" a · ") < shown.index("Aftaler over fristen") < shown.index(" b · ")


def test_forty_items(chat: Chat) -> None:
    for number in range(40):
        chat.say("ali", f"!dagsorden emne {number} 10 min")
    shown = chat.say("lene", "!dagsorden")
    assert "400" in shown
    assert "40. " in shown
    assert "1. emne 0" in begin(chat)
    assert "40. emne 39" in chat.say("karla", "!næste 40")
    assert "38 punkter nåede I ikke" in chat.say("karla", "!møde slut")
    assert len(items(chat)) == 38


def test_hostile_words_stay_words(chat: Chat) -> None:
    for words in ("<b>fed</b> **x** [a](http://x)", "# stor", "1. første", "\u202eRTL 🎉", "@room `kode`"):
        chat.say("ali", f"!dagsorden {words}")
    chat.at("2026-11-23 09:00")
    html = [m for m in chat.messages() if m["kind"] == "meeting.agenda"][-1]["html"]
    assert "<b>" not in html
    assert "href" not in html
    assert "&lt;b&gt;fed&lt;/b&gt; **x**" in html
    assert "<h1>" not in html
    assert "<code>kode" not in html


def test_in_direct_messages_by_a_member_of_one_forum(chat: Chat) -> None:
    assert "tirs. 24. nov." in chat.say("ali", "!dagsorden friplads", "dm")
    assert items(chat) == ["friplads"]
    assert "flere grupper" in chat.say("bo", "!dagsorden friplads", "dm")
    assert items(chat) == ["friplads"]


def test_an_answer_to_the_posted_agenda_is_about_its_meeting(chat: Chat) -> None:
    chat.at("2026-11-23 09:00")
    agenda = next(m["event_id"] for m in chat.messages() if m["kind"] == "meeting.agenda")
    chat.at(f"{TUESDAY} 08:00")
    assert "24. nov." in chat.say("ali", "!dagsorden friplads", reply_to=agenda)
    assert chat.say("ali", "det bliver godt", reply_to=agenda) == ""


def test_items_without_a_meeting_wait_for_one(chat: Chat) -> None:
    chat.say("bo", "!agenda the budget", "ledelse")
    assert "the budget" in chat.say("bo", "!agenda", "ledelse")
    chat.say("anna", "!meeting extra Thursday at 14", "ledelse")
    assert "the budget" in chat.say("bo", "!agenda", "ledelse")
    chat.at("2026-11-26 14:00")
    assert "1. the budget" in chat.say("anna", "!meeting start", "ledelse")


@pytest.mark.parametrize("words", ["stryg 1", "flyt 1 til 2", "1 15 min", "1 op"])
def test_citizens_put_items_on_it_and_leave_the_others_alone(chat: Chat, words: str) -> None:
    chat.say("anna", "!møde ekstra torsdag kl. 17", "raad")
    chat.say("anna", "!dagsorden velkomst", "raad")
    assert "punkt 2" in chat.say("clara", "!dagsorden mere lys", "raad")
    assert "men ikke flytte eller stryge" in chat.say("clara", f"!dagsorden {words}", "raad")
    shown = chat.say("clara", "!dagsorden", "raad")
    assert shown.index("velkomst") < shown.index("mere lys")
