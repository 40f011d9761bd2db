"""An action for somebody outside the forum: the writer is asked whether they may be told, and nothing is lost.

Lene Skov (BIF) is in the ledelsesgruppe and not in the fremdriftsgruppe; of the ledelsesgruppe the other Lene is not.
"""

from __future__ import annotations

from typing import Any

import pytest

from bot.storage import queries
from bot.storage.privacy import AuditEntry
from tests.dialogs.chat import ROOMS, Chat

LENE2 = "@lene2:example.dk"
BO = "@bo:example.dk"
LENE = "@lene:example.dk"
QUESTION = (
    "Lene Skov (BIF) er ikke med i Fremdriftsgruppe og ser ikke aftalen endnu. Må jeg give den videre? "
    "Det er ordlyden, fristen og hvem der er med – ikke andet. Svar „ja“ eller „nej“, eller skriv, hvem der "
    "ellers tager den."
)


def disclosed(chat: Chat) -> list[AuditEntry]:
    """What the log says was disclosed."""

    def find(session: Any) -> list[AuditEntry]:
        found = [entry for entry in queries.audit(session) if entry.act == "disclosed"]
        for entry in found:
            session.expunge(entry)
        return found

    return chat.ask(find)


@pytest.mark.parametrize(
    "words",
    [
        "!aftale @lene2 finde praktikplads inden fredag",
        "!aftale Lene Skov finde praktikplads inden fredag",
        "!aftale @lene2:example.dk finde praktikplads inden fredag",
        "!aftale lene2: finde praktikplads inden fredag",
    ],
)
def test_it_is_recorded_at_once_and_asked_about_however_they_are_named(chat: Chat, words: str) -> None:
    said = chat.say("karla", words).split("\n")
    assert said[0].startswith(
        "Aftale 1: Lene Skov (BIF) (må det deles?): finde praktikplads – senest fre. 27. nov."
    )
    assert said[1:] == [QUESTION]
    assert chat.last()["kind"] == "action.disclose"
    assert chat.last()["notify"]
    assert (chat.action(1)["owners"], chat.action(1)["state"]) == ([], "open")


def test_a_pill_names_somebody_outside_as_well(chat: Chat) -> None:
    pill = '<a href="https://matrix.to/#/@lene2:example.dk">Lene Skov</a>'
    html = f"!aftale {pill} finde praktikplads inden fredag"
    said = chat.say(
        "karla",
        "!aftale Lene Skov finde praktikplads inden fredag",
        format="org.matrix.custom.html",
        formatted_body=html,
    )
    assert QUESTION in said


def test_until_it_is_agreed_they_hear_and_see_nothing(chat: Chat) -> None:
    chat.say("karla", "!aftale @lene2 finde praktikplads inden fredag")
    nothing = chat.say("lene2", "!vis 999", "dm").replace("999", "1")
    assert chat.say("lene2", "!vis 1", "dm") == nothing
    assert "praktikplads" not in chat.say("lene2", "!aftaler", "dm")
    chat.at("2026-12-10 12:00")
    assert not any("praktikplads" in said for said in chat.direct("lene2"))


def test_the_writer_says_yes_and_it_is_theirs(chat: Chat) -> None:
    chat.say("karla", "!aftale @lene2 finde praktikplads inden fredag")
    assert chat.answer("karla", "ja") == (
        "Jeg giver aftalen videre til Lene Skov (BIF). Det er noteret, at du sagde ja.\n"
        "Aftale 1: Lene Skov (BIF): finde praktikplads – senest fre. 27. nov., uge 48"
    )
    assert chat.action(1)["owners"] == [LENE2]
    (entry,) = disclosed(chat)
    assert (entry.by, entry.subject, entry.recipient) == ("@karla:example.dk", "action:1", f"dm:{LENE2}")
    assert (entry.detail, entry.purpose) == ("owner", "prevention")
    chat.at("2026-11-25 09:00")
    assert "finde praktikplads" in chat.direct("lene2")[-1]
    assert chat.answer("lene2", "færdig", "dm").startswith("Færdig, aftale 1")


def test_a_sign_is_an_answer_too_and_never_means_done(chat: Chat) -> None:
    chat.say("bo", "!aftale @lene2 finde praktikplads inden fredag")
    question = chat.newest()
    assert chat.reacts("ali", "✅", to=question) == ""
    assert chat.reacts("bo", "✅", to=question).startswith("Jeg giver aftalen videre til Lene Skov (BIF).")
    assert chat.reacts("karla", "✅", to=question) == ""  # a moment too late, and no "done"
    assert (chat.action(1)["owners"], chat.action(1)["state"]) == ([LENE2], "open")


def test_only_writer_and_coordinator_may_agree(chat: Chat) -> None:
    chat.say("bo", "!aftale @lene2 finde praktikplads inden fredag")
    question = chat.newest()
    assert chat.answer("ali", "ja", to=question) == ""
    assert chat.action(1)["owners"] == []
    assert chat.answer("karla", "ja tak", to=question).startswith("Jeg giver aftalen videre")


def test_no_leaves_it_without_an_owner_and_asks_for_another(chat: Chat) -> None:
    chat.say("karla", "!aftale @lene2 finde praktikplads inden fredag")
    said = chat.answer("karla", "nej")
    assert said.startswith("Så siger jeg ikke noget til Lene Skov (BIF).\nAftale 1: mangler ejer: finde")
    assert said.endswith("Hvem tager den? Svar med et navn, fx „Lene“ eller „mig“.")
    assert chat.answer("karla", "Bo").startswith("Aftale 1: Bo Lund (politi): finde")
    assert disclosed(chat) == []


def test_another_name_instead_is_an_answer(chat: Chat) -> None:
    chat.say("karla", "!aftale @lene2 finde praktikplads inden fredag")
    assert chat.answer("karla", "Bo").startswith("Aftale 1: Bo Lund (politi): finde praktikplads")
    assert chat.action(1)["owners"] == [BO]


def test_the_others_have_it_at_once(chat: Chat) -> None:
    chat.say("karla", "!aftale Lene Skov og Lene Holm finde praktikplads inden fredag")
    assert chat.action(1)["owners"] == [LENE]
    chat.at("2026-11-25 09:00")
    assert "finde praktikplads" in chat.direct("lene")[-1]
    assert chat.say("lene", "!færdig 1").startswith(
        "Din del af aftale 1 er færdig. Vi venter stadig på Lene Skov (BIF)"
    )


def test_an_agency_whose_representative_is_not_in_the_room(chat: Chat) -> None:
    said = chat.say("anna", "!action BUF, BIF write the plan by 4 December", "ledelse")
    assert said.startswith("Action 1: Lene Holm (BUF) (may it be shared?), Lene Skov (BIF): write the plan")
    assert chat.reacts("anna", "✅", "ledelse").startswith("I will pass the action on to Lene Holm (BUF).")
    assert chat.action(1)["owners"] == [LENE, LENE2]
    chat.at("2026-12-02 09:00")
    assert "write the plan" in chat.direct("lene")[-1]


def test_giving_it_to_somebody_outside_is_asked_and_no_gives_it_back(chat: Chat) -> None:
    chat.say("karla", "!aftale @bo: ringe inden fredag")
    assert chat.say("bo", "!giv 1 Lene Skov").endswith(QUESTION)
    assert chat.answer("bo", "nej") == (
        "Så siger jeg ikke noget til Lene Skov (BIF).\n"
        "Aftale 1: Bo Lund (politi): ringe – senest fre. 27. nov., uge 48"
    )
    chat.say("bo", "!giv 1 Lene Skov")
    chat.answer("bo", "ja")
    assert chat.action(1)["owners"] == [LENE2]


def test_who_takes_a_plan_b_is_asked_about_as_well(chat: Chat) -> None:
    chat.say("karla", "!aftale @bo: ringe inden fredag")
    chat.say("karla", "!planb 1 skrive i stedet")
    said = chat.say("karla", "!planb 1 brug Lene Skov")
    assert said.startswith("Aftale 2: Lene Skov (BIF) (må det deles?): skrive i stedet")
    assert said.endswith(QUESTION)
    chat.answer("karla", "ja")
    assert chat.action(2)["owners"] == [LENE2]


def test_a_reply_that_completes_or_corrects_is_asked_about(chat: Chat) -> None:
    chat.say("karla", "!aftale ringe til skolen inden fredag")
    assert chat.answer("karla", "@lene2").endswith(QUESTION)
    assert chat.answer("karla", "ja").startswith("Jeg giver aftalen videre")
    assert chat.action(1)["owners"] == [LENE2]


def test_an_edit_asks_and_asks_nobody_twice(chat: Chat) -> None:
    said = chat.send("karla", "!aftale @bo: ringe inden fredag")
    assert chat.edit("karla", said, "!aftale @lene2: ringe inden fredag").endswith(QUESTION)
    chat.answer("karla", "ja")
    assert chat.edit("karla", said, "!aftale @lene2: ringe til skolen inden fredag") == (
        "Aftale 1: Lene Skov (BIF): ringe til skolen – senest fre. 27. nov., uge 48"
    )
    assert len(disclosed(chat)) == 1


def test_the_code_of_a_case_is_said_to_be_passed_on(chat: Chat) -> None:
    said = chat.say("karla", "!aftale @lene2 #HS-26-014 finde praktikplads inden fredag")
    assert "Det er ordlyden, sagens nummer, fristen og hvem der er med – ikke andet." in said


def test_they_see_the_action_and_nothing_around_it(chat: Chat) -> None:
    chat.say("karla", "!aftale @lene2 finde praktikplads inden fredag")
    chat.answer("karla", "ja")
    chat.say("karla", "!note 1 moderen er imod")
    chat.say("karla", "!planb 1 tale med skolen")
    seen = chat.say("lene2", "!vis 1", "dm")
    assert seen.startswith("Aftale 1: Lene Skov (BIF): finde praktikplads")
    assert "moderen" not in seen
    assert "skolen" not in seen
    chat.say("lene2", "!note 1 har ringet", "dm")
    assert "har ringet" in chat.say("lene2", "!vis 1", "dm")
    assert "har ringet" in chat.say("karla", "!vis 1")


def test_undo_takes_it_back_and_deletes_what_they_were_told(chat: Chat) -> None:
    chat.say("karla", "!aftale @lene2: finde praktikplads i dag kl. 16")
    chat.answer("karla", "ja")
    chat.at("2026-11-20 10:03")
    assert "finde praktikplads" in chat.direct("lene2")[-1]
    seq = chat.last_seq()
    assert "(må det deles?)" in chat.say("karla", "!fortryd")
    assert [m["kind"] for m in chat.messages(seq, f"dm:{LENE2}")] == ["reminder.now.redacted"]
    assert chat.say("lene2", "!vis 1", "dm").startswith("Jeg finder ingen aftale 1 her.")


def test_a_list_that_they_had_is_said_again_without_it(chat: Chat) -> None:
    chat.say("anna", "!action @lene2: write the plan by Wednesday", "ledelse")
    chat.say("karla", "!aftale @lene2: finde praktikplads onsdag")
    chat.answer("karla", "ja")
    chat.say("anna", "!aftale @lene2: ringe hjem onsdag")
    sign = chat.react("anna", chat.newest(), "✅")
    chat.at("2026-11-23 09:00")
    (listed,) = [m for m in chat.messages(0, f"dm:{LENE2}") if m["kind"] == "reminder"]
    assert all(each in listed["body"] for each in ("write the plan", "praktikplads", "ringe hjem"))
    seq = chat.last_seq()
    chat.delete("anna", sign)
    (gone, again) = chat.messages(seq, f"dm:{LENE2}")
    assert (gone["kind"], gone["about"]) == ("reminder.redacted", listed["id"])
    assert "ringe hjem" not in again["body"]
    assert "- 1 " in again["body"]
    assert "write the plan" in again["body"]
    assert "praktikplads" in again["body"]
    assert chat.say("lene2", "1 færdig, 2 færdig", "dm").count("ærdig") >= 2


def test_the_coordinator_is_asked_once_more_in_the_morning(chat: Chat) -> None:
    chat.say("bo", "!aftale @lene2 finde praktikplads inden fredag")
    chat.at("2026-11-23 08:30")
    raised = chat.direct("karla")[-1]
    assert "(må det deles?): finde praktikplads" in raised
    assert "venter på svar: må den deles?" in raised
    assert chat.say("karla", "1 ja", "dm").startswith("Jeg giver aftalen videre til Lene Skov (BIF).")
    assert chat.action(1)["owners"] == [LENE2]


def test_who_is_outside_may_not_pass_it_on_by_themselves(chat: Chat) -> None:
    chat.say("karla", "!aftale @lene2 finde praktikplads inden fredag")
    chat.answer("karla", "ja")
    chat.at("2026-11-25 09:00")
    chat.state(ROOMS["fremdrift"][0], "m.room.member", "@ali:example.dk", {"membership": "leave"}, by="ali")
    chat.say("lene2", "!giv 1 @ali", "dm")
    chat.answer("lene2", "ja", "dm")
    assert chat.action(1)["owners"] == []
    assert len(disclosed(chat)) == 1


@pytest.mark.parametrize("who", ["@lene", "@karla", "@anna:example.dk", "KAB"])
def test_nobody_is_asked_about_who_belongs(chat: Chat, who: str) -> None:
    said = chat.say("karla", f"!aftale {who}: ringe inden fredag")
    assert "må det deles?" not in said
    assert chat.last()["kind"] == "action.recorded"


def test_a_forum_without_personal_data_asks_nothing(chat: Chat) -> None:
    said = chat.say("anna", "!aftale @bo: købe kaffe inden fredag", "raad")
    assert said == "Aftale 1: Bo Lund (politi): købe kaffe – senest fre. 27. nov., uge 48"
    chat.at("2026-11-25 09:00")
    assert "købe kaffe" in chat.direct("bo")[-1]
    assert disclosed(chat) == []


def test_a_citizen_outside_is_never_offered(chat: Chat) -> None:
    said = chat.say("karla", "!aftale @clara:example.dk ringe inden fredag")
    assert "Clara Berg er ikke med i dette rum." in said
    assert "må det deles?" not in said


def test_a_plan_b_is_another_promise_and_is_asked_about_anew(chat: Chat) -> None:
    chat.say("karla", "!aftale @lene2 finde praktikplads inden fredag")
    chat.answer("karla", "ja")
    chat.say("karla", "!planb 1 tale med moderen")
    seq = chat.last_seq()
    said = chat.say("karla", "!planb 1 brug")
    assert said.startswith("Aftale 2: Lene Skov (BIF) (må det deles?): tale med moderen")
    assert QUESTION in said
    chat.at("2026-11-27 12:00")
    assert not any("moderen" in told for told in chat.heard("lene2", seq))
    assert len(disclosed(chat)) == 1


def test_who_was_told_of_the_action_alone_is_not_offered_its_plan_b(chat: Chat) -> None:
    chat.say("karla", "!aftale @lene2 finde praktikplads inden fredag")
    chat.answer("karla", "ja")
    none = chat.say("lene2", "!planb 1 brug", "dm")
    chat.say("karla", "!planb 1 tale med moderen")
    assert chat.say("lene2", "!planb 1 brug", "dm") == none
    assert chat.say("lene2", "!planb 1 slet", "dm") == none
    seq = chat.last_seq()
    chat.say("lene2", "!afvis 1 kan ikke", "dm")
    assert "har en plan B: „tale med moderen“" in chat.direct("karla")[-1]
    assert not any("moderen" in told for told in chat.heard("lene2", seq))


def test_their_own_plan_b_is_theirs_to_use(chat: Chat) -> None:
    chat.say("karla", "!aftale @lene2 finde praktikplads inden fredag")
    chat.answer("karla", "ja")
    chat.say("lene2", "!planb 1 ringe til ungdomsskolen", "dm")
    assert "Aftale 2: Lene Skov (BIF): ringe til ungdomsskolen" in chat.say("lene2", "!planb 1 brug", "dm")


def told(chat: Chat, kind: str) -> str:
    """The one message of a kind that Lene Skov had."""
    (found,) = [m["body"] for m in chat.messages(0, f"dm:{LENE2}") if m["kind"] == kind]
    return str(found)


def test_after_a_meeting_they_have_their_own_promise_and_nothing_else_of_it(chat: Chat) -> None:
    chat.say("karla", "!sag ny skolefravær")
    chat.at("2026-11-24 10:00")
    chat.say("karla", "!møde start")
    chat.say("karla", "!aftale @lene2 HS-26-001 finde praktikplads inden fredag")
    chat.answer("karla", "ja")
    chat.say("karla", "!planb 1 tale med moderen")
    chat.say("karla", "!aftale @bo: ringe hjem inden fredag")
    chat.say("karla", "!aftale @lene2 spørge naboen inden fredag")  # nobody has agreed to this one
    chat.say("karla", "!beslutning HS-26-001 vi venter med klubben")
    chat.say("karla", "!møde slut")
    chat.say("karla", "!referat godkend")
    said = told(chat, "minutes.own")
    assert "finde praktikplads" in said
    others = ("skolefravær", "moderen", "ringe hjem", "naboen", "klubben", "Bo Lund")
    assert not [each for each in others if each in said]
    seen = chat.messages(0, f"dm:{LENE2}")
    assert {m["kind"] for m in seen} <= {"minutes.own", "reminder", "reminder.now"}
    assert not [each for each in others if any(each in m["body"] for m in seen)]


def test_before_a_meeting_they_hear_that_theirs_is_taken_up_and_nothing_else_of_it(chat: Chat) -> None:
    for words in ("@lene2 finde praktikplads", "@bo: ringe hjem", "@lene2 spørge naboen"):
        chat.say("karla", f"!aftale {words} senest mandag")
        if "praktikplads" in words:
            chat.answer("karla", "ja")
    chat.at("2026-12-01 09:00")
    said = told(chat, "meeting.headsup")
    assert "finde praktikplads" in said
    assert not [each for each in ("ringe hjem", "naboen", "Bo Lund") if each in said]


@pytest.mark.parametrize(
    ("words", "answered"),
    [
        ("det må du godt", "Jeg giver aftalen videre"),
        ("ja det er fint", "Jeg giver aftalen videre"),
        ("nej, det skal ikke deles", "Så siger jeg ikke noget"),
        ("ja til Lene Skov, nej til Kirsten", "Må jeg give den videre?"),
        ("ja hvis skolen siger ja", "Må jeg give den videre?"),
    ],
)
def test_the_question_is_never_met_with_silence(chat: Chat, words: str, answered: str) -> None:
    chat.say("karla", "!aftale @lene2 finde praktikplads inden fredag")
    asked = [m for m in chat.messages() if m["kind"] == "action.disclose"][-1]
    assert answered in chat.say("karla", words, reply_to=asked["event_id"])
    assert bool(disclosed(chat)) == answered.startswith("Jeg giver")
