"""An agency or a name that cannot be resolved is part of the promise until somebody takes it."""

from __future__ import annotations

import pytest
from sqlmodel import select

from bot.storage.models import Owner
from tests.dialogs.chat import Chat

LENE, ALI, BO, KARLA = (f"@{who}:example.dk" for who in ("lene", "ali", "bo", "karla"))


def _half(chat: Chat) -> None:
    said = chat.say("karla", "!aftale BUF, SOF holde netværksmøde senest 3/12")
    assert said == (
        "Aftale 1: Lene Holm (BUF), SOF (mangler navn): holde netværksmøde – senest tors. 3. dec., uge 49\n"
        "Hvem tager den fra SOF? Her er Karla Bech (SOF), Ali Demir (SOF). Svar med et navn."
    )


@pytest.fixture
def half(chat: Chat) -> Chat:
    """BUF's Lene and somebody from SOF, where Karla and Ali are both from SOF."""
    chat.begin(_half)
    return chat


def test_one_who_is_done_does_not_close_what_another_agency_promised(half: Chat) -> None:
    assert half.say("lene", "!færdig 1") == (
        "Din del af aftale 1 er færdig. Vi venter stadig på SOF (mangler navn)."
    )
    assert half.action(1)["state"] == "open"
    assert "SOF (mangler navn)" in half.say("karla", "!aftaler")
    half.say("karla", "!vis 1")
    assert half.answer("karla", "Ali").startswith("Aftale 1: Lene Holm (BUF), Ali Demir (SOF): holde")
    assert half.action(1)["state"] == "open"
    assert half.say("ali", "!færdig 1").startswith("Færdig, aftale 1:")
    assert half.action(1)["state"] == "done"


def test_the_writer_may_say_that_all_of_it_is_done(half: Chat) -> None:
    assert half.say("karla", "!færdig 1").startswith("Færdig, aftale 1:")
    assert half.action(1)["state"] == "done"
    steps = [line for line in half.say("karla", "!vis 1").split("\n") if "meldte færdig" in line]
    assert len(steps) == 1


def test_the_export_holds_no_user_id_that_is_none(half: Chat) -> None:
    assert half.action(1)["owners"] == [LENE, "SOF"]
    half.say("karla", "!aftale SOF, BUF lave plan fredag")
    assert (half.action(2)["owners"], half.action(2)["agency"]) == (["SOF", LENE], "SOF")
    half.say("karla", "!aftale SOF lave plan fredag")  # nobody has promised it yet
    assert (half.action(3)["owners"], half.action(3)["agency"]) == ([], "SOF")
    half.say("karla", "!aftale @lene, @Peter lave plan fredag")
    assert half.action(4)["owners"] == [LENE]


def test_the_agencys_lists_and_digests_show_it(half: Chat) -> None:
    half.say("karla", "!aftale SOF lave plan senest 4/12")
    for words in ("SOF", "sof", "uden ejer"):
        said = half.say("bo", f"!aftaler {words}")
        assert "- 1 Lene Holm (BUF), SOF (mangler navn): holde netværksmøde" in said
        assert "- 2 SOF (mangler navn): lave plan" in said
    assert "holde netværksmøde" in half.say("bo", "!aftaler BUF")
    for words in ("", "SOF"):
        digest = half.say("karla", f"!ugestatus {words}")
        assert "Mangler ejer (2)\n\n- 1 Lene Holm (BUF), SOF (mangler navn): holde netværksmøde" in digest
    assert "Mangler ejer (1)" in half.say("karla", "!ugestatus BUF")
    assert "Mangler ejer" not in half.say("karla", "!ugestatus politi")
    half.say("karla", "!frist 1 i dag kl. 16")
    assert "Frist før næste ugestatus (1)\n\n- 1 Lene Holm (BUF), SOF (mangler navn)" in half.say(
        "karla", "!ugestatus"
    )


def test_the_coordinator_hears_that_a_name_is_missing_and_again_when_it_is_late(half: Chat) -> None:
    half.at("2026-11-23 08:00")
    assert any(
        "- 1 Lene Holm (BUF), SOF (mangler navn): holde netværksmøde" in said
        and "en ejer mangler navn" in said
        for said in half.direct("karla")
    )
    half.at("2026-12-04 09:00")
    seq = half.last_seq()
    half.at("2026-12-11 09:00")
    raised = [said for said in half.heard("karla", seq) if "over fristen, og en ejer mangler navn" in said]
    assert len(raised) == 1


def test_nobody_is_reminded_for_who_is_not_named_and_the_named_one_is(half: Chat) -> None:
    half.at("2026-12-10 12:00")
    reminded = {m["target"] for m in half.messages() if m["kind"].startswith("reminder")}
    assert reminded == {"dm:@lene:example.dk"}
    assert "Lene Holm (BUF), SOF (mangler navn): holde netværksmøde" in half.direct("lene")[-1]
    assert half.ask(lambda s: [o.remind_at for o in s.exec(select(Owner)).all() if not o.named]) == [None]


def test_a_name_in_reply_takes_the_missing_place_and_hears_of_it(half: Chat) -> None:
    half.answer("karla", "Ali")
    assert half.action(1)["owners"] == [LENE, ALI]
    assert "holde netværksmøde" in half.say("bo", "!aftaler SOF")  # he stands for SOF
    half.at("2026-11-23 08:00")
    assert "holde netværksmøde" in half.direct("ali")[-1]
    assert not any("mangler navn" in said for said in half.direct("karla"))


def test_the_coordinator_names_who_is_missing_by_number(half: Chat) -> None:
    half.say("karla", "!aftale SOF lave plan senest 3/12")
    half.say("karla", "!aftale BUF og @Peter: ringe senest 3/12")
    half.at("2026-11-23 08:00")
    assert "Mangler der et navn, så svar med nummer og navn, fx „1 Lene“." in half.direct("karla")[-1]
    said = half.say("karla", "1 Ali, 2 mig og 3 Bo", "dm").split("\n")
    assert said[0].startswith("Aftale 1: Lene Holm (BUF), Ali Demir (SOF): holde netværksmøde")
    assert [half.action(n)["owners"] for n in (1, 2, 3)] == [[LENE, ALI], [KARLA], [LENE, BO]]


def test_a_number_and_a_name_no_one_knows_is_asked_about(half: Chat) -> None:
    half.at("2026-11-23 08:00")
    assert half.say("karla", "1 @Alli", "dm").startswith("Jeg kender ingen „Alli“ her. Mente du Ali Demir?")
    assert half.say("karla", "Ali", "dm").startswith("Aftale 1: Lene Holm (BUF), Ali Demir (SOF)")


def test_giving_it_away_replaces_all(half: Chat) -> None:
    half.say("karla", "!giv 1 @bo")
    assert half.action(1)["owners"] == [BO]
    assert "Mangler ejer" not in half.say("karla", "!ugestatus")


def test_two_agencies_without_a_name_are_asked_about_one_after_the_other(chat: Chat) -> None:
    said = chat.say("karla", "!aftale BIF, SOF, BUF holde netværksmøde senest 3/12")
    assert said.startswith("Aftale 1: BIF (mangler navn), SOF (mangler navn), Lene Holm (BUF): holde")
    assert said.endswith("Der er ingen fra BIF her i rummet. Hvem tager den? Svar med et navn.")
    said = chat.answer("karla", "Ali")  # he is from SOF, so it is SOF's place
    assert said.startswith("Aftale 1: BIF (mangler navn), Ali Demir (SOF), Lene Holm (BUF): holde")
    assert said.endswith("Der er ingen fra BIF her i rummet. Hvem tager den? Svar med et navn.")
    assert chat.answer("karla", "Bo").startswith("Aftale 1: Bo Lund (politi), Ali Demir (SOF), Lene Holm")
    assert chat.last()["kind"] == "action.recorded"


def test_a_name_nobody_here_answers_to_leaves_its_place_open_but_is_not_kept(chat: Chat) -> None:
    said = chat.say("karla", "!aftale Lene, @Peter og @Hans: holde netværksmøde senest 3/12")
    assert said.startswith("Aftale 1: Lene Holm (BUF), én mere (mangler navn), én mere (mangler navn): holde")
    assert "Jeg kender ingen „Peter“ her." in said
    chat.say("lene", "!færdig 1")
    assert chat.action(1)["state"] == "open"
    assert "Hvem er den anden ejer?" in chat.answer("karla", "Ali", to=chat.newest())
    chat.answer("karla", "Bo")
    assert chat.action(1)["owners"] == [LENE, ALI, BO]
    assert b"Peter" not in chat.raw()


def test_a_single_name_nobody_answers_to_is_simply_missing(chat: Chat) -> None:
    assert "mangler ejer: holde" in chat.say("karla", "!aftale @Peter: holde netværksmøde senest 3/12")


def test_of_the_missing_part_anybody_may_say_that_it_is_theirs(half: Chat) -> None:
    assert half.answer("bo", "Ali") == ""
    assert half.answer("ali", "mig").startswith("Aftale 1: Lene Holm (BUF), Ali Demir (SOF)")
    assert half.answer("bo", "mig") == ""


def test_who_steps_back_and_leaves_no_name_is_said_to(half: Chat) -> None:
    said = half.say("lene", "!afvis 1 ingen hjemmel")
    assert said.startswith(
        "Lene Holm (BUF) er trådt ud af aftale 1: „ingen hjemmel“. Nu mangler den en, der tager den."
    )
    assert half.action(1)["state"] == "open"
    assert half.action(1)["owners"] == []
    seq = half.last_seq()
    half.at("2026-11-23 09:00")
    assert any("SOF (mangler navn): holde netværksmøde" in said for said in half.heard("karla", seq))


def test_undo_and_edits_give_the_place_back(half: Chat) -> None:
    confirmation = half.newest()
    half.at("2026-11-20 10:01")
    named = half.send("karla", "Ali", reply_to=confirmation)
    half.edit("karla", named, "Bo")
    assert half.action(1)["owners"] == [LENE, BO]
    assert "er taget tilbage" in half.say("karla", "!fortryd")
    assert half.action(1)["owners"] == [LENE, "SOF"]
    half.at("2026-11-20 10:02")
    half.say("karla", "!giv 1 @bo")
    half.say("karla", "!fortryd")
    assert half.action(1)["owners"] == [LENE, "SOF"]


def test_an_edit_of_the_words_leaves_who_was_named_in_the_meantime(chat: Chat) -> None:
    said = chat.send("karla", "!aftale BUF, SOF holde møde senest 3/12")
    chat.answer("karla", "Ali")
    assert chat.edit("karla", said, "!aftale BUF, SOF holde netværksmøde senest 3/12") == (
        "Aftale 1: Lene Holm (BUF), Ali Demir (SOF): holde netværksmøde – senest tors. 3. dec., uge 49"
    )
    said = chat.send("karla", "!aftale BUF, SOF holde møde senest 3/12")
    assert "Hvem tager den fra BIF?" not in chat.edit(
        "karla", said, "!aftale BUF, @ali holde møde senest 3/12"
    )
    assert chat.action(2)["owners"] == [LENE, ALI]


def test_the_history_says_who_was_still_to_be_named(chat: Chat) -> None:
    chat.say("karla", "!aftale BIF, SOF, BUF lave plan fredag")
    chat.answer("karla", "Ali")
    said = chat.say("bo", "!vis 1")
    assert said.startswith("Aftale 1: BIF (mangler navn), Ali Demir (SOF), Lene Holm (BUF): lave plan")
    assert "Karla Bech gav den til BIF (mangler navn), Ali Demir (SOF), Lene Holm (BUF)" in said


def test_the_same_in_english(chat: Chat) -> None:
    said = chat.say("anna", "!action BIF, SOF write the plan by 4 December", "ledelse")
    assert said.startswith("Action 1: Lene Skov (BIF), Karla Bech (SOF): write")  # each has one here
    said = chat.say("anna", "!action BIF, BUF write the plan by 4 December", "ledelse")
    assert said.startswith(
        "Action 2: Lene Skov (BIF), Lene Holm (BUF) (may it be shared?): write"
    )  # who represents BUF
    said = chat.say("anna", "!action BIF, @Peter write the plan by 4 December", "ledelse")
    assert said.startswith("Action 3: Lene Skov (BIF), one more (name missing): write the plan")


def test_whom_an_action_is_given_to_may_be_told_in_reply_to_the_question(chat: Chat) -> None:
    chat.say("karla", "!aftale @lene lave plan fredag")
    assert chat.say("karla", "!giv 1 SOF").startswith("Hvem tager den fra SOF?")
    assert chat.action(1)["owners"] == [LENE]
    assert chat.answer("karla", "Ali").startswith("Aftale 1: Ali Demir (SOF): lave plan")
