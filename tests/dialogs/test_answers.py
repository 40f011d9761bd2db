"""Answers without commands: replies, threads, free text in direct messages, several items, and reactions."""

from __future__ import annotations

import pytest

from tests.dialogs.chat import Chat

LENE, ALI, BO = (f"@{who}:example.dk" for who in ("lene", "ali", "bo"))
PLAN = "!aftale @lene lave en plan inden torsdag"


def _asked(chat: Chat) -> None:
    chat.say("karla", PLAN)
    chat.at("2026-11-24 08:00")
    assert "lave en plan" in chat.direct("lene")[-1]


@pytest.fixture
def asked(chat: Chat) -> Chat:
    """Lene was reminded of her only action on Tuesday morning."""
    chat.begin(_asked)
    return chat


def _several(chat: Chat) -> None:
    for what in ("lave en plan", "ringe til skolen", "søge friplads"):
        chat.say("karla", f"!aftale @lene {what} inden fredag")
    chat.at("2026-11-23 08:00")
    assert "3 aftaler" in chat.direct("lene")[-1]


@pytest.fixture
def several(chat: Chat) -> Chat:
    """Lene was reminded of three actions at once on Monday morning."""
    chat.begin(_several)
    return chat


# --- free text in direct messages


@pytest.mark.parametrize(
    "words",
    [
        "færdig",
        "Færdig!",
        "det er gjort",
        "klaret 👍",
        "done",
        "✅",
        "den er i hus",
        "1 færdig",
        "alle færdige",
    ],
)
def test_done_in_direct_messages(asked: Chat, words: str) -> None:
    assert asked.say("lene", words, "dm").startswith("Færdig, aftale 1: Lene Holm (BUF): lave en plan")
    assert asked.action(1)["state"] == "done"


@pytest.mark.parametrize(
    "words",
    ["ikke færdig", "er den færdig?", "næsten færdig", "tror den er færdig", "ok", "👍", "tak", "2 færdig"],
)
def test_a_question_a_negation_or_a_doubt_is_never_done(asked: Chat, words: str) -> None:
    assert asked.say("lene", words, "dm") != ""
    assert asked.action(1)["state"] == "open"


def test_a_new_date_in_direct_messages(asked: Chat) -> None:
    assert "fre. 4. dec., uge 49" in asked.say("lene", "næste uge", "dm")
    assert asked.action(1)["due"] == "2026-12-04"
    assert "senest tirs. 1. dec." in asked.say("lene", "det bliver først på tirsdag", "dm")


@pytest.mark.parametrize(
    ("words", "asked_for"),
    [
        ("udsæt til 31/2", "„til 31/2“ findes ikke i kalenderen."),
        (
            "udsæt til tirsdag d. 3/12",
            "„til tirsdag d. 3/12“ passer ikke med kalenderen: der står tors. 3. dec.",
        ),
        ("om et par dage", "„om et par dage“ er ikke én bestemt dag."),
        ("i morgen kl 3", "Er „i morgen kl 3“ kl. 03.00 eller kl. 15.00?"),
        ("19/11", "„19/11“ ligger langt ude i fremtiden"),
        ("når jeg får tid", "„når jeg får tid“ er ikke én bestemt dag."),
        ("hver mandag", "Hvornår skal jeg så spørge igen?"),  # nothing wrong with it to be precise about
    ],
)
def test_a_date_that_cannot_be_used_is_asked_about_as_what_it_is(
    asked: Chat, words: str, asked_for: str
) -> None:
    assert asked.say("lene", words, "dm").startswith(asked_for)
    assert asked.action(1)["due"] == "2026-11-26"
    assert "senest tirs. 1. dec." in asked.say("lene", "på tirsdag", "dm")


def test_other_words_are_a_note_and_the_bot_says_so(asked: Chat) -> None:
    answer = asked.say("lene", "er i gang, mangler svar fra skolen", "dm")
    assert answer == "Jeg har skrevet det som en note på aftale 1. Er den færdig, så svar „færdig“."
    assert "„er i gang, mangler svar fra skolen“" in asked.say("karla", "!vis 1")
    assert asked.say("lene", "færdig", "dm").startswith("Færdig, aftale 1")


def test_more_than_a_word_stays_as_a_note_beside_its_effect(asked: Chat) -> None:
    asked.say("lene", "har ringet til skolen, så den er færdig", "dm")
    assert "„har ringet til skolen, så den er færdig“" in asked.say("karla", "!vis 1")
    assert asked.action(1)["state"] == "done"


def test_a_refusal_reaches_forum_and_writer_at_once(asked: Chat) -> None:
    seq = asked.last_seq()
    asked.say("lene", "det må jeg ikke dele", "dm")
    assert asked.action(1)["state"] == "declined"
    for target in (asked.target("fremdrift"), asked.target("dm", "karla")):
        assert any(
            "afvist af Lene Holm (BUF): „det må jeg ikke dele“" in m["body"]
            for m in asked.messages(seq, target)
        )


def test_handing_over_in_a_sentence(asked: Chat) -> None:
    assert asked.say("lene", "Ali tager den", "dm").startswith("Overdraget, aftale 1: Ali Demir (SOF)")
    assert asked.action(1)["owners"] == [ALI]


def test_handing_over_to_somebody_unknown_changes_nothing(asked: Chat) -> None:
    assert "Peter" in asked.say("lene", "Peter tager den", "dm")
    assert asked.action(1)["owners"] == [LENE]


def test_an_answer_in_english(chat: Chat) -> None:
    chat.say("lene2", "!me English", "dm")
    chat.say("anna", "!action @lene2 write the plan by Thursday", "ledelse")
    chat.at("2026-11-24 08:00")
    assert "Reply “done”" in chat.direct("lene2")[-1]
    assert "Fri 4 Dec" in chat.say("lene2", "next week", "dm")
    assert chat.say("lene2", "done", "dm").startswith("Done, action 1: Lene Skov (BIF)")


def test_thanks_after_a_receipt_need_no_answer(asked: Chat) -> None:
    asked.say("lene", "færdig", "dm")
    assert asked.say("lene", "tak", "dm") == ""


def test_before_anything_was_asked_the_bot_does_not_guess(chat: Chat) -> None:
    assert chat.say("lene", "færdig", "dm").startswith("Jeg er ikke sikker på, hvad du mener.")
    chat.say("karla", PLAN)
    assert chat.say("lene", "færdig", "dm") == "Mener du aftale 1? Så skriv nummeret med, fx „1 færdig“."
    assert chat.action(1)["state"] == "open"
    assert chat.say("lene", "1 færdig", "dm").startswith("Færdig, aftale 1")


def test_thanks_before_anything_was_asked_need_no_answer_and_a_greeting_gets_a_hint(chat: Chat) -> None:
    for words in ("tak", "ok", "god weekend"):
        assert chat.say("lene", words, "dm") == ""
    assert chat.say("lene", "hej", "dm").startswith(
        "Jeg er ikke sikker på, hvad du mener. Skriv !aftaler mine"
    )


def test_a_picture_or_a_voice_message_cannot_be_read_and_that_is_said(asked: Chat) -> None:
    assert "kun læse tekst" in asked.say("lene", "billede.jpg", "dm", msgtype="m.image")
    assert "kun læse tekst" in asked.say("lene", "lyd.ogg", "dm", msgtype="m.audio")
    assert asked.say("lene", "billede.jpg", msgtype="m.image") == ""


def test_a_contact_answers_for_an_outside_partner(chat: Chat) -> None:
    chat.say("anna", "!aftale KAB sætte lys op inden torsdag")
    chat.at("2026-11-24 08:00")
    assert "For Boligforeningen:" in chat.direct("karla")[-1]
    assert chat.say("karla", "færdig", "dm").startswith("Færdig, aftale 1: Boligforeningen")
    assert chat.action(1)["state"] == "done"


# --- replies in a room


def test_the_owners_reply_to_a_confirmation_counts(chat: Chat) -> None:
    chat.say("karla", PLAN)
    confirmation = chat.newest()
    assert "note på aftale 1" in chat.answer("lene", "er i gang, mangler svar fra skolen", to=confirmation)
    assert chat.answer("lene", "det er gjort", to=confirmation).startswith("Færdig, aftale 1")


def test_the_owners_message_in_the_thread_counts(chat: Chat) -> None:
    said = chat.send("karla", PLAN)
    confirmation = chat.newest()
    for root in (said, confirmation):
        assert "note på aftale 1" in chat.in_thread("lene", root, "mangler svar fra skolen endnu")
    assert chat.in_thread("lene", confirmation, "!frist 3/12").startswith("Aftale 1 er flyttet")
    assert chat.in_thread("bo", confirmation, "færdig") == ""


def test_others_replies_are_talk(chat: Chat) -> None:
    chat.say("karla", PLAN)
    confirmation = chat.newest()
    for who, words in (
        ("bo", "færdig"),
        ("bo", "fredag"),
        ("bo", "Ali"),
        ("karla", "godt gået"),
        ("karla", "færdig"),
    ):
        assert chat.answer(who, words, to=confirmation) == ""
    action = chat.action(1)
    assert (action["state"], action["due"], action["owners"]) == ("open", "2026-11-26", [LENE])


def test_what_is_no_reply_is_talk_in_a_room(chat: Chat) -> None:
    chat.say("karla", PLAN)
    for words in ("færdig", "1 færdig", "næste uge", "ja"):
        assert chat.say("lene", words) == ""
    assert chat.action(1)["state"] == "open"


# --- several items


def test_an_answer_with_numbers_does_each(several: Chat) -> None:
    answer = several.say("lene", "1 færdig, 2 næste uge", "dm")
    assert "Færdig, aftale 1" in answer
    assert "Aftale 2 er flyttet til senest fre. 4. dec." in answer
    assert [a["state"] for a in several.actions()] == ["done", "open", "open"]


def test_all_done_is_all_that_was_listed(several: Chat) -> None:
    several.say("karla", "!aftale @lene noget helt andet 18/12")
    several.say("lene", "alle færdige", "dm")
    assert [a["state"] for a in several.actions()] == ["done", "done", "done", "open"]


@pytest.mark.parametrize("words", ["færdig", "næste uge", "kan ikke", "kan ikke nå det", "✅"])
def test_a_bare_answer_to_several_asks_which(several: Chat, words: str) -> None:
    assert several.say("lene", words, "dm").split("\n") == [
        "Hvilken af dem? Skriv nummeret med, fx „1 færdig“ – eller „alle færdige“.",
        "",
        "- 1 lave en plan",
        "- 2 ringe til skolen",
        "- 3 søge friplads",
    ]
    assert [a["state"] for a in several.actions()] == ["open"] * 3
    several.say("lene", "2 færdig", "dm")
    assert [a["state"] for a in several.actions()] == ["open", "done", "open"]


def test_a_number_that_was_not_listed_is_found_if_it_is_ones_own(several: Chat) -> None:
    several.say("karla", "!aftale @lene noget helt andet 18/12")
    several.say("karla", "!aftale @ali noget tredje 18/12")
    several.say("lene", "4 færdig", "dm")
    assert several.action(4)["state"] == "done"
    several.say("lene", "5 færdig", "dm")
    assert several.action(5)["state"] == "open"


@pytest.mark.parametrize(
    "words", ["ok", "tak", "👍", "super", "god weekend", "tak, god weekend til jer", "vi ses på mandag"]
)
def test_small_talk_after_a_list_of_several_needs_no_answer(several: Chat, words: str) -> None:
    assert several.say("lene", words, "dm") == ""
    assert several.say("lene", "1 færdig", "dm").startswith("Færdig, aftale 1")


def test_who_is_ill_is_told_how_to_be_left_in_peace(several: Chat) -> None:
    said = several.say("lene", "jeg er syg i dag", "dm")
    assert said == (
        "Er du væk, så skriv fx !mig fri til fredag. Så venter mine påmindelser, og koordinatoren kan se det."
    )
    assert several.say("lene", "!mig fri til fredag", "dm").startswith("Du har fri til og med fre. 27. nov.")
    several.say("lene", "!mig English", "dm")
    assert "!me away until Friday" in several.say("lene", "I am sick today", "dm")
    assert several.say("lene", "!me away until Friday", "dm").startswith("You are away until")


def test_who_is_ill_hears_it_beside_the_note_on_an_only_action(asked: Chat) -> None:
    said = asked.say("lene", "jeg er syg i dag", "dm").split("\n")
    assert said[0].startswith("Jeg har skrevet det som en note på aftale 1.")
    assert "!mig fri til fredag" in said[1]
    assert "!mig fri" not in asked.say("lene", "drengen er syg i dag", "dm")


def test_a_question_after_a_list_is_not_answered_with_another_question(several: Chat) -> None:
    assert several.say("lene", "hvordan går det?", "dm").startswith("Jeg er ikke sikker på, hvad du mener.")


def test_of_many_the_five_that_are_due_first_are_offered(chat: Chat) -> None:
    for day in range(12, 0, -1):
        chat.say(
            "anna", f"!aftale @karla opgave {day} med en temmelig lang forklaring bagefter senest {day}/12"
        )
    chat.at("2026-11-23 08:00")
    assert chat.say("karla", "færdig", "dm").split("\n") == [
        "Hvilken af dem? Skriv nummeret med, fx „12 færdig“.",
        "",
        "- 12 opgave 1 med en temmelig lang…",
        "- 11 opgave 2 med en temmelig lang…",
        "- 10 opgave 3 med en temmelig lang…",
        "- 9 opgave 4 med en temmelig lang…",
        "- 8 opgave 5 med en temmelig lang…",
        "",
        "… og 7 til: !aftaler mine",
    ]
    assert chat.say("karla", "1 færdig", "dm").startswith("Færdig, aftale 1:")  # one of the seven


def test_what_is_erased_is_gone_from_a_list_to_choose_from(several: Chat) -> None:
    said = several.send("karla", "!aftale @lene ringe til nabokonen fredag")
    several.say("lene", "!aftaler mine", "dm")
    assert "- 4 ringe til nabokonen" in several.say("lene", "færdig", "dm")
    several.at("2026-11-23 08:30")
    several.delete("karla", said)
    assert not any(
        "nabokonen" in row["body"] for row in several.standing(target=several.target("dm", "lene"))
    )


@pytest.mark.parametrize(
    "words", ["har gjort 2 og 5", "2 og 5 er gjort", "2 og 5 færdig", "udsæt 2 og 5 til mandag"]
)
@pytest.mark.parametrize("own", [1, 2])
def test_numbers_that_are_not_ones_own_are_named_with_those_that_are(
    chat: Chat, words: str, own: int
) -> None:
    numbers = [1, 3][:own]
    for number in range(1, 5):
        who = "lene" if number in numbers else "ali"
        chat.say("karla", f"!aftale @{who} opgave nummer {number} inden fredag")
    chat.at("2026-11-23 08:00")
    said = chat.say("lene", words, "dm").split("\n")
    assert said[:2] == ["Aftale 2 og 5 er ikke blandt dine åbne aftaler.", "Dine er:"]
    assert said[3:] == [f"- {number} opgave nummer {number}" for number in numbers]
    assert [a["state"] for a in chat.actions()] == ["open"] * 4
    assert [a["due"] for a in chat.actions()] == ["2026-11-27"] * 4


def test_of_numbers_some_of_which_are_ones_own_those_are_done(several: Chat) -> None:
    several.say("karla", "!aftale @ali noget tredje 18/12")
    said = several.say("lene", "1 og 4 færdig, 9 næste uge", "dm").split("\n")
    assert said[0].startswith("Færdig, aftale 1:")
    assert said[-1] == "Aftale 4 og 9 er ikke blandt dine åbne aftaler."
    assert [a["state"] for a in several.actions()] == ["done", "open", "open", "open"]


def test_who_has_nothing_open_hears_that(chat: Chat) -> None:
    chat.say("karla", "!aftale @ali noget tredje 18/12")
    assert chat.say("lene", "1 færdig", "dm") == (
        "Aftale 1 er ikke en af dine åbne aftaler.\nDu har ingen åbne aftaler her."
    )


def test_numbers_in_a_reply_in_a_room_are_of_that_room(chat: Chat) -> None:
    chat.say("karla", "!aftale @lene lave en plan inden torsdag")
    chat.say("karla", "!aftale @bo ringe inden torsdag")
    chat.say("anna", "!action @bo write the report by Friday", "ledelse")
    chat.say("karla", "!aftaler")
    listed = chat.newest()
    assert chat.answer("bo", "har gjort 1 og 7", to=listed).split("\n") == [
        "Aftale 1 og 7 er ikke blandt dine åbne aftaler.",
        "Dine er:",
        "",
        "- 2 ringe",
    ]
    assert chat.answer("ali", "1 er færdig, hørte jeg", to=listed) == ""
    assert chat.answer("ali", "har gjort 1 og 7", to=listed) == ""  # has no part in any of it
    assert chat.answer("lene", "har talt med 12 familier", to=listed) == ""
    assert [a["state"] for a in chat.actions()] == ["open"] * 3


@pytest.mark.parametrize(
    "words", ["3 ud af 5 er færdige", "vi er 5 der tager den mandag", "der kommer 12 til mødet fredag"]
)
def test_figures_in_what_somebody_tells_are_no_numbers_of_actions(asked: Chat, words: str) -> None:
    assert asked.say("lene", words, "dm").startswith("Jeg har skrevet det som en note på aftale 1.")


def test_figures_that_are_no_numbers_of_actions_do_no_harm(asked: Chat) -> None:
    said = asked.say("lene", "har sendt brevet til 12 familier, så den er færdig", "dm")
    assert said.startswith("Færdig, aftale 1")
    assert "senest tors. 3. dec." in asked.say("lene", "det bliver 3/12", "dm")


def test_a_wrong_date_beside_another_answer_says_for_which_action_it_is_asked(several: Chat) -> None:
    said = several.say("lene", "1 færdig, 2 til 31/2", "dm").split("\n")
    assert said[-1].startswith("Aftale 2: „til 31/2“ findes ikke i kalenderen.")


def test_after_one_is_done_a_bare_answer_asks_about_the_others_only(several: Chat) -> None:
    several.say("lene", "1 færdig, 2 i gang", "dm")
    assert "aftale 2" in several.say("lene", "færdig", "dm")
    assert several.action(2)["state"] == "open"


# --- reactions


def test_reactions_on_a_confirmation(chat: Chat) -> None:
    chat.say("karla", PLAN)
    confirmation = chat.newest()
    assert chat.reacts("lene", "👀", to=confirmation) == ""
    assert "Lene Holm har set den" in chat.say("karla", "!vis 1")
    assert chat.reacts("lene", "👍", to=confirmation) == ""
    assert "senest man. 30. nov." in chat.reacts(
        "lene", "⏰", to=confirmation
    )  # two working days from Thursday
    assert chat.reacts("lene", "✅", to=confirmation).startswith("Færdig, aftale 1")
    assert chat.action(1)["state"] == "done"


def test_the_clock_counts_from_today_when_the_deadline_has_passed(chat: Chat) -> None:
    chat.say("karla", "!aftale @lene ringe mandag")
    confirmation = chat.newest()
    chat.at("2026-11-25 12:00")
    assert "senest fre. 27. nov." in chat.reacts("lene", "⏰️", to=confirmation)


def test_a_cross_asks_why_and_the_answer_is_the_reason(chat: Chat) -> None:
    chat.say("karla", PLAN)
    assert chat.reacts("lene", "❌").startswith("Hvad er grunden til, at aftale 1 ikke kan lade sig gøre?")
    assert chat.action(1)["state"] == "open"
    assert "afvist af Lene Holm (BUF): „skolen svarer ikke“" in chat.answer("lene", "skolen svarer ikke")
    assert chat.action(1)["state"] == "declined"


def test_a_cross_on_a_reminder_asks_in_direct_messages(asked: Chat) -> None:
    asked.reacts("lene", "❌", "dm")
    asked.say("lene", "vi har ikke hjemmel", "dm")
    assert asked.action(1)["state"] == "declined"


@pytest.mark.parametrize("who", ["lene", "karla"])
def test_owner_writer_and_coordinator_react_with_effect(chat: Chat, who: str) -> None:
    chat.say("anna", PLAN)
    chat.reacts(who, "✅")
    assert chat.action(1)["state"] == "done"


@pytest.mark.parametrize("key", ["✅", "⏰", "❌", "👀", "👍"])
def test_others_react_without_effect(chat: Chat, key: str) -> None:
    chat.say("karla", PLAN)
    assert chat.reacts("bo", key) == ""
    action = chat.action(1)
    assert (action["state"], action["due"]) == ("open", "2026-11-26")


def test_taking_a_reaction_back_takes_its_effect_back(chat: Chat) -> None:
    chat.say("karla", PLAN)
    confirmation = chat.newest()
    done = chat.react("lene", confirmation, "✅")
    assert chat.action(1)["state"] == "done"
    chat.delete("lene", done)
    assert chat.action(1)["state"] == "open"
    later = chat.react("lene", confirmation, "⏰")
    assert chat.action(1)["due"] == "2026-11-30"
    chat.at("2026-11-20 14:00")  # also after ten minutes
    chat.delete("lene", later)
    assert chat.action(1)["due"] == "2026-11-26"


def test_taking_a_reaction_back_leaves_what_came_later(chat: Chat) -> None:
    chat.say("karla", PLAN)
    later = chat.react("lene", chat.newest(), "⏰")
    chat.say("karla", "!frist 1 3/12")
    chat.delete("lene", later)
    assert chat.action(1)["due"] == "2026-12-03"


def test_a_bare_reaction_on_several_items_changes_nothing(several: Chat) -> None:
    assert several.reacts("lene", "✅", "dm").startswith("Hvilken af dem?")
    assert [a["state"] for a in several.actions()] == ["open"] * 3


def test_the_bot_itself_never_reacts(several: Chat) -> None:
    # In a meeting it sets its own sign; on an action never.
    assert "reaction" not in {m["what"] for m in several.messages()}


# --- undo


def test_undo_takes_back_what_a_reaction_to_a_reminder_did(asked: Chat) -> None:
    asked.say("lene", "!note 1 ringer i morgen", "dm")
    reminder = next(m for m in asked.messages(0, "dm:@lene:example.dk") if m["kind"] == "reminder")
    assert "Færdig" in asked.reacts("lene", "✅", "dm", to=reminder["event_id"])
    said = asked.say("lene", "!fortryd", "dm")
    assert said.startswith("Din reaktion gælder ikke længere.")
    assert "lave en plan" in said
    assert asked.action(1)["state"] == "open"
    assert asked.say("lene", "!fortryd", "dm").startswith("!note er taget tilbage.")


def test_undo_leaves_a_reaction_alone_that_was_taken_back_already(asked: Chat) -> None:
    reminder = asked.newest("dm", "lene")
    asked.say("lene", "!frist 1 3/12", "dm")
    sign = asked.react("lene", reminder, "✅", "dm")
    asked.delete("lene", sign, "dm")
    assert asked.action(1)["state"] == "open"
    assert asked.say("lene", "!fortryd", "dm").startswith("!frist er taget tilbage.")
    assert asked.action(1)["due"] == "2026-11-26"


def test_a_reaction_that_was_undone_may_still_be_taken_off(asked: Chat) -> None:
    sign = asked.react("lene", asked.newest("dm", "lene"), "✅", "dm")
    asked.say("lene", "!fortryd", "dm")
    asked.say("lene", "!færdig 1", "dm")
    asked.delete("lene", sign, "dm")
    assert asked.action(1)["state"] == "done", "that was said since"


def test_a_reaction_that_did_nothing_is_nothing_to_undo(asked: Chat) -> None:
    asked.say("lene", "!frist 1 3/12", "dm")
    asked.reacts("lene", "❌", "dm")
    assert asked.say("lene", "!fortryd", "dm").startswith("!frist er taget tilbage.")


def test_an_old_reaction_is_not_undone(asked: Chat) -> None:
    asked.reacts("lene", "✅", "dm")
    asked.at("2026-11-24 08:11")
    assert asked.say("lene", "!fortryd", "dm").startswith("Der er ikke noget at fortryde")
    assert asked.action(1)["state"] == "done"


def test_undo_of_an_answer_calls_it_one(asked: Chat) -> None:
    asked.say("lene", "færdig", "dm")
    assert asked.say("lene", "!fortryd", "dm").startswith("Det, du svarede, er taget tilbage.")
    assert asked.action(1)["state"] == "open"


def test_in_english_undo_calls_a_reaction_one(chat: Chat) -> None:
    chat.say("anna", "!action @lene2 write the plan by Friday", "ledelse")
    chat.reacts("lene2", "✅", "ledelse")
    assert chat.say("lene2", "!undo", "ledelse").startswith("Your reaction no longer counts.")
    assert chat.action(1)["state"] == "open"
