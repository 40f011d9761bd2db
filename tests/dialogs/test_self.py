"""What a person does for themselves: help, own actions, settings, leave; and what citizens may."""

from __future__ import annotations

import pytest

from tests.dialogs.chat import Chat


def test_help_names_every_command_with_an_example_to_copy(chat: Chat) -> None:
    said = chat.say("lene", "!hjælp")
    for verb in ("aftale", "aftaler", "færdig", "frist", "giv", "note", "afvis", "annuller", "planb", "vis"):
        assert f"- !{verb}" in said
    for verb in ("ugestatus", "mig", "fortryd", "hjælp"):
        assert f"- !{verb}" in said
    english = chat.say("anna", "!help", "ledelse")
    for verb in (
        "action",
        "actions",
        "done",
        "due",
        "give",
        "note",
        "decline",
        "cancel",
        "planb",
        "show",
        "digest",
    ):
        assert f"- !{verb}" in english


def test_help_on_one_command(chat: Chat) -> None:
    said = chat.say("lene", "!hjælp aftale")
    assert said.startswith("!aftale – Noter en aftale: hvem, hvad og hvornår.")
    assert "- !aftale @lene søge friplads i klubben inden fredag" in said
    assert said.endswith("Hedder også: !action, !agree, !todo")
    assert chat.say("lene", "!hjælp !frist").startswith("!frist –")
    assert chat.say("lene", "!hjælp done").startswith("!færdig –")
    assert chat.say("lene", "!hjælp qqqqzzz").startswith("Jeg kender ikke „qqqqzzz“.")


def test_me_in_direct_messages_shows_all_ones_actions_and_the_settings(chat: Chat) -> None:
    chat.say("karla", "!aftale @bo ringe til skolen fredag")
    chat.say("anna", "!action @bo: write the plan by Friday", "ledelse")
    said = chat.say("bo", "!mig", "dm")
    assert said.startswith("Du har 2 åbne aftaler:")
    assert "ringe til skolen" in said
    assert "write the plan" in said
    assert "Jeg skriver til dig kl. 8.00 på dine arbejdsdage." in said


def test_me_in_a_room_shows_nothing_of_other_forums(chat: Chat) -> None:
    chat.say("karla", "!aftale @bo ringe til skolen fredag")
    chat.say("anna", "!action @bo: write the plan by Friday", "ledelse")
    said = chat.say("bo", "!mig")
    assert said.startswith("Du har 1 åben aftale:")
    assert "write the plan" not in said
    english = chat.say("bo", "!me", "ledelse")
    assert "ringe til skolen" not in english
    assert "I write to you at 8:00 on your working days." in english


def test_language_is_ones_own_in_direct_messages_and_the_rooms_in_rooms(chat: Chat) -> None:
    answer = chat.say("lene", "!mig engelsk")
    assert answer.startswith("I will write English to you in direct messages.")
    assert chat.say("lene", "!me", "dm").startswith("You have no open actions here.")
    assert chat.say("lene", "!me").startswith("Du har ingen åbne aftaler her.")
    assert chat.say("lene", "!me Danish", "dm").startswith("Så skriver jeg dansk til dig")
    assert chat.say("lene", "!mig", "dm").startswith("Du har ingen")


@pytest.mark.parametrize(
    ("words", "shown", "at"),
    [
        ("kl. 7.30", "7.30", "07:30"),
        ("kl 9", "9.00", "09:00"),
        ("påmindelser kl. 07:15", "7.15", "07:15"),
        ("6", "6.00", "06:00"),
    ],
)
def test_the_hour_of_reminders_is_ones_own(chat: Chat, words: str, shown: str, at: str) -> None:
    assert chat.say("lene", f"!mig {words}") == f"Så skriver jeg til dig kl. {shown} på dine arbejdsdage."
    chat.say("karla", "!aftale @lene ringe til skolen tirsdag")
    chat.at(f"2026-11-23 {at}")
    assert len(chat.direct("lene")) == 1


def test_the_hour_in_english(chat: Chat) -> None:
    assert chat.say("lene2", "!me at 7:30", "ledelse") == "I will write to you at 7:30 on your working days."


@pytest.mark.parametrize(
    "words", ["kl. 25", "kl. 7.75", "banan", "fri i går", "fri til 31/2", "fri til banan"]
)
def test_what_me_does_not_understand_it_says_with_examples(chat: Chat, words: str) -> None:
    answer = chat.say("lene", f"!mig {words}")
    assert answer.startswith("Jeg forstår ikke „")
    assert "!mig fri til 12/12" in answer


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("fri til 12/12", "Du har fri til og med lør. 12. dec., uge 50."),
        ("ferie til og med 12/12", "Du har fri til og med lør. 12. dec., uge 50."),
        ("syg i dag", "Du har fri fre. 20. nov., uge 47."),
        ("fri i morgen", "Du har fri lør. 21. nov., uge 47."),
        (
            "fri fra mandag til fredag",
            "Du har fri fra man. 23. nov., uge 48 til og med fre. 27. nov., uge 48.",
        ),
        ("fri uge 49", "Du har fri fra man. 30. nov., uge 49 til og med søn. 6. dec., uge 49."),
        ("away until 12 December", "Du har fri til og med lør. 12. dec., uge 50."),
    ],
)
def test_leave_is_understood_and_repeated(chat: Chat, words: str, answer: str) -> None:
    assert chat.say("lene", f"!mig {words}").startswith(answer)


def test_from_monday_to_friday_said_on_a_monday(chat: Chat) -> None:
    chat.at("2026-11-23 12:00")
    answer = chat.say("lene", "!mig fri fra mandag til fredag")
    assert answer.startswith("Du har fri fra man. 30. nov., uge 49 til og med fre. 4. dec., uge 49.")


def test_during_leave_reminders_wait_and_the_coordinator_sees_it(chat: Chat) -> None:
    chat.say("karla", "!aftale @lene ringe til skolen onsdag")
    seq = chat.last_seq()
    chat.say("lene", "!mig fri til 1/12", "dm")
    told = chat.heard("karla", seq)
    assert len(told) == 1
    assert told[0].startswith(
        "Lene Holm (BUF) har fri fra fre. 20. nov., uge 47 til og med tirs. 1. dec., uge 49."
    )
    assert "1 aftale venter" in told[0]
    assert "ringe til skolen" in told[0]
    chat.at("2026-12-01 18:00")
    assert not any("ringe til skolen" in said for said in chat.direct("lene"))
    assert "Har fri" in chat.say("karla", "!ugestatus")
    chat.at("2026-12-02 08:00")
    assert "ringe til skolen" in chat.direct("lene")[-1]


def test_back_early_brings_reminders_back(chat: Chat) -> None:
    chat.say("karla", "!aftale @lene ringe til skolen onsdag")
    chat.say("lene", "!mig fri til 12/12")
    assert chat.say("lene", "!mig tilbage") == "Velkommen tilbage. Påmindelser kommer igen."
    chat.at("2026-11-23 08:00")
    assert "ringe til skolen" in chat.direct("lene")[-1]


def test_a_setting_can_be_undone(chat: Chat) -> None:
    chat.say("lene", "!mig fri til 12/12", "dm")
    assert "er taget tilbage" in chat.say("lene", "!fortryd", "dm")
    assert "Du har fri" not in chat.say("lene", "!mig", "dm")
    chat.say("lene", "!mig engelsk", "dm")
    chat.say("lene", "!undo", "dm")
    assert chat.say("lene", "!mig", "dm").startswith("Du har ingen")


# --- citizens


def test_a_citizen_can_ask_for_help_list_and_see(chat: Chat) -> None:
    said = chat.say("clara", "!hjælp", "raad")
    shown = {line.split()[1] for line in said.split("\n") if line.startswith("- ")}
    assert shown == {"!hjælp", "!aftaler", "!vis", "!mig", "!dagsorden", "!her", "!afbud", "!referat"}
    chat.say("anna", "!aftale @clara samle ønsker til legepladsen fredag", "raad")
    assert "samle ønsker" in chat.say("clara", "!aftaler", "raad")
    assert "samle ønsker" in chat.say("clara", "!vis 1", "raad")


@pytest.mark.parametrize(
    "words",
    [
        "!aftale mig gøre noget fredag",
        "!færdig 1",
        "!frist 1 3/12",
        "!giv 1 @anna",
        "!note 1 hej",
        "!afvis 1 nej",
        "!annuller 1",
        "!planb 1 noget",
        "!ugestatus",
        "!fortryd",
        "!action me do it",
        "!digest direktion",
    ],
)
def test_a_citizen_can_use_no_other_command(chat: Chat, words: str) -> None:
    chat.say("anna", "!aftale @clara samle ønsker fredag", "raad")
    assert chat.say("clara", words, "raad").startswith("Den kommando kan du ikke bruge her. Skriv !hjælp")
    assert [(a["state"], a["due"]) for a in chat.actions()] == [("open", "2026-11-27")]


def test_a_citizen_answers_for_an_own_promise(chat: Chat) -> None:
    chat.say("anna", "!aftale @clara samle ønsker fredag", "raad")
    confirmation = chat.newest("raad")
    assert "fre. 4. dec." in chat.answer("clara", "om 14 dage", "raad", to=confirmation)
    assert chat.answer("clara", "det er gjort", "raad", to=confirmation).startswith("Færdig, aftale 1")
    chat.say("anna", "!aftale @clara tale med naboen torsdag", "raad")
    chat.at("2026-11-24 08:00")
    assert chat.say("clara", "færdig", "dm").startswith("Færdig, aftale 2")


def test_a_citizen_changes_nothing_of_others(chat: Chat) -> None:
    chat.say("anna", "!aftale mig invitere til møde fredag", "raad")
    assert chat.answer("clara", "færdig", "raad") == ""
    assert chat.reacts("clara", "✅", "raad") == ""
    chat.say("anna", "!aftale invitere flere fredag", "raad")
    assert chat.answer("clara", "mig", "raad") == ""
    assert [(a["state"], len(a["owners"])) for a in chat.actions()] == [("open", 1), ("open", 0)]


def test_a_citizen_who_got_into_a_room_with_cases_is_told_nothing(chat: Chat) -> None:
    chat.state(
        "!fremdrift:example.dk", "m.room.member", "@clara:example.dk", {"membership": "join"}, by="clara"
    )
    chat.say("karla", "!aftale @lene tale med familien fredag")
    for words in ("!aftaler", "!vis 1", "!hjælp", "!mig"):
        assert chat.say("clara", words).startswith("Den kommando kan du ikke bruge her.")


@pytest.mark.parametrize(
    "until", ["til 12/12", "indtil 12. december", "frem til 12/12", "til og med 12. december"]
)
def test_leave_and_a_deputy_begin_today_however_their_end_is_said(chat: Chat, until: str) -> None:
    assert "Du har fri til og med lør. 12. dec." in chat.say("lene", f"!mig fri {until}", "dm")
    chat.say("lene", f"!mig stedfortræder @ali {until}", "dm")
    assert "20. november 2026 til 12. december 2026" in chat.say("lene", "!mig data", "dm")
