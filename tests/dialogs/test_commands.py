"""Every command on an action that stands: what it answers, what it changes, and each way of failing."""

from __future__ import annotations

import pytest

from tests.dialogs.chat import Chat

LENE, ALI, BO, KARLA = (f"@{who}:example.dk" for who in ("lene", "ali", "bo", "karla"))


def _agreed(chat: Chat) -> None:
    chat.say("karla", "!aftale @lene søge friplads i klubben inden fredag")
    chat.say("karla", "!aftale lene og ali: lave en plan senest 3/12")
    chat.say("karla", "!aftale @bo ringe til skolen senest 4/12")


@pytest.fixture
def agreed(chat: Chat) -> Chat:
    """Three promises: 1 Lene's, 2 Lene's and Ali's, 3 Bo's, written by Karla."""
    chat.begin(_agreed)
    return chat


# --- numbers


@pytest.mark.parametrize("number", ["1", "#1", "nr. 1", "nr 1", "Nr. 1", "no. 1", "1:", "1,"])
def test_a_number_as_people_write_it(agreed: Chat, number: str) -> None:
    assert agreed.say("lene", f"!færdig {number} nået i dag").startswith("Færdig, aftale 1:")
    assert "nået i dag" in agreed.say("lene", "!vis 1")


@pytest.mark.parametrize(
    "numbers", ["1, 2 og 3", "1,2,3", "#1 og #2, 3", "1 + 2 + 3", "1 & 2 & 3", "nr. 1, nr. 2 og nr. 3"]
)
def test_a_list_of_numbers(agreed: Chat, numbers: str) -> None:
    agreed.say("karla", f"!annuller {numbers}")
    assert [a["state"] for a in agreed.actions()] == ["cancelled"] * 3


def test_a_number_may_be_left_out_in_a_reply(agreed: Chat) -> None:
    agreed.say("karla", "!vis 3")
    assert agreed.answer("bo", "!frist mandag").startswith("Aftale 3 er flyttet til senest man. 23. nov.")
    agreed.say("karla", "!aftaler")
    assert "Skriv nummeret med" in agreed.answer("karla", "!annuller")
    assert [a["state"] for a in agreed.actions()] == ["open"] * 3


@pytest.mark.parametrize("verb", ["færdig", "frist", "giv", "note", "afvis", "annuller", "planb", "vis"])
def test_every_command_on_an_action_says_how_to_give_its_number(agreed: Chat, verb: str) -> None:
    answer = agreed.say("karla", f"!{verb}")
    assert answer.startswith(f"Hvilken aftale? Skriv nummeret med, fx !{verb} 42")


@pytest.mark.parametrize("verb", ["done", "due", "give", "note", "decline", "cancel", "planb", "show"])
def test_the_same_in_english(agreed: Chat, verb: str) -> None:
    assert agreed.say("anna", f"!{verb}", "ledelse").startswith(
        "Which action? Add its number, such as !" + verb
    )


@pytest.mark.parametrize("number", ["99", "0", "5", "2147483648", "99999999999999999999"])
@pytest.mark.parametrize("verb", ["færdig", "frist", "giv", "note", "afvis", "annuller", "planb", "vis"])
def test_an_unknown_number_is_not_guessed_at(agreed: Chat, verb: str, number: str) -> None:
    answer = agreed.say("lene", f"!{verb} {number} fredag")
    assert answer == f"Jeg finder ingen aftale {number} her. Skriv !aftaler mine, så viser jeg dine."


def test_a_number_one_slip_away_from_ones_own_open_one_is_offered(agreed: Chat) -> None:
    assert "Mente du" not in agreed.say("bo", "!færdig 5")  # one digit instead of his 3 is no slip
    assert "Mente du 3?" in agreed.say("bo", "!færdig 33")
    agreed.number_actions(127)
    agreed.say("karla", "!aftale @lene lave en plan til")  # 127
    for typed in ("172", "128", "1270", "227"):
        assert "Mente du 127?" in agreed.say("lene", f"!færdig {typed}")
    for typed in ("99", "712", "1299", "27"):  # 27 may be 2 or 127
        assert "Mente du" not in agreed.say("lene", f"!færdig {typed}")
    assert "Mente du" not in agreed.say("bo", "!færdig 172")  # it is Lene's
    agreed.say("lene", "!færdig 127")
    assert "Mente du" not in agreed.say("lene", "!færdig 172")
    assert agreed.say("lene2", "!done 172", "ledelse") == (
        "I find no action 172 here. Write !actions mine and I will show yours."
    )


# --- done


def test_done_by_an_only_owner(agreed: Chat) -> None:
    assert agreed.say("lene", "!færdig 1") == (
        "Færdig, aftale 1: Lene Holm (BUF): søge friplads i klubben – senest fre. 27. nov., uge 48"
    )
    assert agreed.action(1)["state"] == "done"
    assert agreed.say("lene", "!færdig 1").startswith("Aftale 1 er allerede meldt færdig:")


def test_done_by_one_of_several_waits_for_the_others(agreed: Chat) -> None:
    assert agreed.say("lene", "!færdig 2") == (
        "Din del af aftale 2 er færdig. Vi venter stadig på Ali Demir (SOF)."
    )
    assert agreed.action(2)["state"] == "open"
    assert agreed.say("ali", "!færdig 2").startswith("Færdig, aftale 2:")
    assert agreed.action(2)["state"] == "done"


def test_done_by_the_writer_closes_it_for_all(agreed: Chat) -> None:
    assert agreed.say("karla", "!færdig 2").startswith("Færdig, aftale 2:")
    assert agreed.action(2)["state"] == "done"


def test_done_by_somebody_else_is_refused_with_a_way_to_say_something(agreed: Chat) -> None:
    answer = agreed.say("bo", "!færdig 1")
    assert answer.startswith(
        "Aftale 1 kan du ikke ændre. Det kan Lene Holm (BUF), den, der skrev aftalen, og"
    )
    assert "!note 1" in answer
    assert agreed.action(1)["state"] == "open"
    assert agreed.say("bo", "!note 1 jeg så dem i klubben i går") == "Noteret på aftale 1."
    assert "Bo Lund: „jeg så dem i klubben i går“" in agreed.say("lene", "!vis 1")


def test_in_a_list_with_one_that_is_not_ones_own_nothing_changes(agreed: Chat) -> None:
    agreed.say("lene", "!færdig 1, 3")
    assert [a["state"] for a in agreed.actions()] == ["open"] * 3


# --- due


def test_due_moves_the_deadline_and_says_from_where(agreed: Chat) -> None:
    assert agreed.say("lene", "!frist 1 om 14 dage") == (
        "Aftale 1 er flyttet til senest fre. 4. dec., uge 49 (før: fre. 27. nov., uge 48)."
    )
    assert agreed.action(1)["due"] == "2026-12-04"
    assert "kl. 10.00" in agreed.say("lene", "!frist 1 fredag kl. 10")
    assert agreed.action(1)["due"] == "2026-11-27T10:00"
    assert "tirs. 24. nov. kl. 10.00" in agreed.say("lene", "!frist 1 næste møde")


def test_due_opens_what_was_closed(agreed: Chat) -> None:
    agreed.say("lene", "!færdig 1")
    agreed.say("lene", "!frist 1 fredag")
    assert agreed.action(1)["state"] == "open"


@pytest.mark.parametrize(
    ("phrase", "answer"),
    [
        ("", "Hvornår? Skriv en dag med, fx !frist 1 fredag."),
        ("31/2", "„31/2“ findes ikke i kalenderen."),
        ("snart", "„snart“ er ikke én bestemt dag."),
        ("i går", "„i går“ er forbi."),
        ("hver mandag", "Jeg kan kun holde én dato ad gangen."),
        ("banan", "Jeg forstår ikke „banan“ som en frist."),
    ],
)
def test_due_without_a_day_that_can_be_used(agreed: Chat, phrase: str, answer: str) -> None:
    assert agreed.say("lene", f"!frist 1 {phrase}").startswith(answer)
    assert agreed.action(1)["due"] == "2026-11-27"


def test_due_in_english(chat: Chat) -> None:
    chat.say("anna", "!action @lene2 write the plan by Friday", "ledelse")
    assert chat.say("lene2", "!due 1 in 2 weeks", "ledelse") == (
        "Action 1 has moved to by Fri 4 Dec, week 49 (before: Fri 27 Nov, week 48)."
    )
    assert chat.say("lene2", "!due 1", "ledelse") == "When? Add a day, such as !due 1 Friday."


# --- give, decline, cancel, plan B


def test_give_hands_over_and_says_to_whom(agreed: Chat) -> None:
    assert agreed.say("lene", "!giv 1 @ali").startswith("Overdraget, aftale 1: Ali Demir (SOF):")
    assert agreed.say("ali", "!overdrag 1 til Lene fra BUF").startswith(
        "Overdraget, aftale 1: Lene Holm (BUF)"
    )
    assert agreed.say("lene", "!giv 1 bo og ali").startswith(
        "Overdraget, aftale 1: Bo Lund (politi), Ali Demir"
    )
    assert agreed.action(1)["owners"] == [BO, ALI]
    # Lene has handed it on: it is no longer hers to change.
    assert "kan du ikke ændre" in agreed.say("lene", "!giv 1 mig")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("", "Hvem skal have aftale 1? Skriv et navn med, fx !giv 1 Lene"),
        ("Peter", "Jeg forstår ikke, hvem „Peter“ er her."),
        ("@lenne", "Jeg kender ingen „lenne“ her. Mente du Lene Holm? Så skriv !giv 1 Lene Holm."),
        ("Leena", "Jeg kender ingen „Leena“ her. Mente du Lene Holm? Så skriv !giv 1 Lene Holm."),
        ("til Allie", "Jeg kender ingen „Allie“ her. Mente du Ali Demir? Så skriv !giv 1 Ali Demir."),
        ("den nye i klubben der", "Jeg forstår ikke, hvem „den nye i klubben der“ er her."),
        ("SOF", "Hvem tager den fra SOF? Her er Karla Bech (SOF), Ali Demir (SOF)."),
        ("BIF", "Der er ingen fra BIF her i rummet."),
    ],
)
def test_give_to_nobody_known(agreed: Chat, words: str, answer: str) -> None:
    assert agreed.say("lene", f"!giv 1 {words}").startswith(answer)
    assert agreed.action(1)["owners"] == [LENE]


def test_giving_it_to_somebody_outside_asks_first(agreed: Chat) -> None:
    said = agreed.say("lene", "!giv 1 @lene2:example.dk")
    assert "må det deles?" in said
    assert agreed.action(1)["owners"] == []
    agreed.answer("lene", "nej")
    assert agreed.action(1)["owners"] == [LENE]


def test_the_example_for_a_misspelt_name_does_what_was_meant(agreed: Chat) -> None:
    said = agreed.say("lene", "!giv 1 Aliz")
    agreed.say("lene", said.split("Så skriv ")[1].rstrip("."))
    assert agreed.action(1)["owners"] == [ALI]


def test_the_new_owner_hears_at_once_of_what_is_due_before_the_morning(agreed: Chat) -> None:
    agreed.say("karla", "!frist 1 i dag kl. 15")
    seq = agreed.last_seq()
    agreed.say("lene", "!giv 1 @ali")
    agreed.at("2026-11-20 10:01")
    assert any("Den her haster" in said and "søge friplads" in said for said in agreed.heard("ali", seq))


def test_decline_tells_the_writer_and_the_forum_at_once_with_the_reason(agreed: Chat) -> None:
    seq = agreed.last_seq()
    answer = agreed.say("lene", "!afvis 1 det må vi ikke dele")
    assert answer.startswith("Aftale 1 er afvist af Lene Holm (BUF): „det må vi ikke dele“")
    told = agreed.heard("karla", seq)
    assert len(told) == 1
    assert "Aftale 1 er afvist af Lene Holm (BUF): „det må vi ikke dele“" in told[0]
    assert agreed.action(1)["state"] == "declined"


def test_decline_in_direct_messages_reaches_the_forums_room(agreed: Chat) -> None:
    seq = agreed.last_seq()
    agreed.say("lene", "!afvis 1 det må vi ikke dele", "dm")
    room = [m["body"] for m in agreed.messages(seq, agreed.target("fremdrift"))]
    assert len(room) == 1
    assert "afvist af Lene Holm (BUF): „det må vi ikke dele“" in room[0]


def test_who_declines_alone_with_the_bot_is_spoken_to_and_the_others_hear_who_it_was(agreed: Chat) -> None:
    seq = agreed.last_seq()
    said = agreed.say("lene", "!afvis 1 det må vi ikke dele", "dm").split("\n\n")[0]
    assert said.startswith("Du har afvist aftale 1: „det må vi ikke dele“")
    assert "Aftale 1 er afvist af Lene Holm (BUF)" in agreed.heard("karla", seq)[0]
    assert agreed.say("ali", "!afvis 2 ingen hjemmel", "dm").startswith(
        "Du er trådt ud af aftale 2: „ingen hjemmel“. Resten af ejerne har den stadig."
    )
    agreed.say("karla", "!frist 1 fredag")
    assert agreed.say("lene", "!me English", "dm")
    assert agreed.say("lene", "!decline 1 we may not", "dm").startswith(
        "You have declined action 1: “we may not”"
    )


def test_decline_asks_for_a_reason(agreed: Chat) -> None:
    answer = agreed.say("lene", "!afvis 1")
    assert answer == "Hvad er grunden? Skriv den kort, fx !afvis 1 det må vi ikke dele."
    assert agreed.action(1)["state"] == "open"


def test_one_of_several_who_declines_steps_back_and_the_rest_keep_it(agreed: Chat) -> None:
    assert agreed.say("ali", "!afvis 2 ingen hjemmel").startswith(
        "Ali Demir (SOF) er trådt ud af aftale 2: „ingen hjemmel“."
    )
    assert (agreed.action(2)["state"], agreed.action(2)["owners"]) == ("open", [LENE])


def test_give_opens_a_declined_one(agreed: Chat) -> None:
    agreed.say("lene", "!afvis 1 det må vi ikke dele")
    agreed.say("karla", "!giv 1 @ali")
    assert (agreed.action(1)["state"], agreed.action(1)["owners"]) == ("open", [ALI])


def test_cancel_closes_it_and_nobody_is_reminded(agreed: Chat) -> None:
    assert agreed.say("karla", "!annuller 1 familien er flyttet").startswith("Annulleret, aftale 1:")
    agreed.say("karla", "!annuller 2")
    assert agreed.action(1)["state"] == "cancelled"
    agreed.at("2026-12-08 12:00")
    assert not any("søge friplads" in said or "lave en plan" in said for said in agreed.direct("lene"))


def test_plan_b_is_kept_and_shown(agreed: Chat) -> None:
    assert agreed.say("lene", "!planb 1 spørge ungdomsskolen") == "Plan B er skrevet på aftale 1."
    assert "Plan B: spørge ungdomsskolen" in agreed.say("bo", "!vis 1")
    assert agreed.say("lene", "!planb 1").startswith("Hvad skal jeg skrive? Fx !planb 1")
    assert agreed.say("bo", "!note 1").startswith("Hvad skal jeg skrive? Fx !note 1")
    assert "kan du ikke ændre" in agreed.say("bo", "!planb 1 noget andet")


# --- show


def test_show_tells_the_whole_story_in_order(agreed: Chat) -> None:
    agreed.say("lene", "!note 1 skolen ringer tilbage")
    agreed.say("lene", "!frist 1 3/12")
    agreed.say("lene", "!giv 1 @ali")
    agreed.say("ali", "!færdig 1")
    said = agreed.say("bo", "!vis 1").split("\n")
    assert (
        said[0]
        == "Aftale 1: Ali Demir (SOF): søge friplads i klubben – senest tors. 3. dec., uge 49 · færdig"
    )
    assert said[2:] == [
        "- 20/11 10.00 Karla Bech noterede aftalen",
        "- 20/11 10.00 Lene Holm: „skolen ringer tilbage“",
        "- 20/11 10.00 Lene Holm flyttede fristen til tors. 3. dec., uge 49",
        "- 20/11 10.00 Lene Holm gav den til Ali Demir (SOF)",
        "- 20/11 10.00 Ali Demir meldte færdig",
    ]


def test_show_tells_what_was_completed_later(chat: Chat) -> None:
    chat.say("karla", "!aftale 31/2")
    chat.answer("karla", "søge friplads")
    chat.answer("karla", "Lene")
    chat.answer("karla", "fredag")
    steps = chat.say("karla", "!vis 1").split("\n")[2:]
    assert steps == [
        "- 20/11 10.00 Karla Bech noterede aftalen",
        "- 20/11 10.00 Karla Bech skrev ordlyden",
        "- 20/11 10.00 Karla Bech gav den til Lene Holm (BUF)",
        "- 20/11 10.00 Karla Bech satte fristen til fre. 27. nov., uge 48",
    ]


def test_show_in_english(chat: Chat) -> None:
    chat.say("anna", "!action @lene2 write the plan by Friday", "ledelse")
    chat.say("lene2", "!decline 1 we may not share that", "ledelse")
    said = chat.say("anna", "!show 1", "ledelse").split("\n")
    assert said[0].startswith("Action 1: Lene Skov (BIF): write the plan – by Fri 27 Nov, week 48 · declined")
    assert "- 20 Nov 10:00 Anna Vind recorded the action" in said
    assert "- 20 Nov 10:00 Lene Skov: “we may not share that”" in said


# --- undo


def test_undo_takes_the_last_command_back(agreed: Chat) -> None:
    agreed.say("lene", "!frist 1 3/12")
    agreed.say("lene", "!færdig 1")
    assert agreed.say("lene", "!fortryd").startswith("!færdig er taget tilbage.")
    assert agreed.action(1)["state"] == "open"
    assert "!frist er taget tilbage" in agreed.say("lene", "!fortryd")
    assert agreed.action(1)["due"] == "2026-11-27"
    assert agreed.say("lene", "!fortryd").startswith("Der er ikke noget at fortryde")


def test_undo_of_a_recorded_action_withdraws_it_and_its_confirmation_says_so(agreed: Chat) -> None:
    answer = agreed.say("karla", "!fortryd")
    assert "!aftale er taget tilbage." in answer
    assert "annulleret" in answer
    assert agreed.action(3)["state"] == "cancelled"


def test_undo_ends_after_ten_minutes(agreed: Chat) -> None:
    agreed.say("lene", "!færdig 1")
    agreed.at("2026-11-20 10:10")
    assert "er taget tilbage" in agreed.say("lene", "!fortryd")
    agreed.say("lene", "!færdig 1")
    agreed.at("2026-11-20 10:21")
    assert agreed.say("lene", "!fortryd").startswith("Der er ikke noget at fortryde")
    assert agreed.action(1)["state"] == "done"


def test_undo_of_what_somebody_changed_since_says_so(agreed: Chat) -> None:
    agreed.say("lene", "!frist 1 3/12")
    agreed.say("karla", "!frist 1 4/12")
    assert agreed.say("lene", "!fortryd").startswith(
        "Det kan jeg ikke fortryde, for det er ændret igen siden."
    )
    assert agreed.action(1)["due"] == "2026-12-04"


def test_undo_never_withdraws_an_action_on_which_somebody_acted(agreed: Chat) -> None:
    agreed.say("bo", "!færdig 3")
    assert agreed.say("karla", "!fortryd").startswith("Det kan jeg ikke fortryde")
    assert agreed.action(3)["state"] == "done"


def test_undo_is_ones_own_and_of_this_room(agreed: Chat) -> None:
    agreed.say("lene", "!færdig 1")
    assert agreed.say("bo", "!fortryd").startswith("Der er ikke noget at fortryde")
    assert agreed.say("lene", "!fortryd", "dm").startswith("Der er ikke noget at fortryde")
    assert agreed.action(1)["state"] == "done"


def test_undo_in_english(chat: Chat) -> None:
    chat.say("anna", "!action @lene2 write the plan by Friday", "ledelse")
    assert "!action has been taken back." in chat.say("anna", "!undo", "ledelse")
    assert chat.action(1)["state"] == "cancelled"
    assert chat.say("anna", "!undo", "ledelse").startswith("There is nothing to undo")
