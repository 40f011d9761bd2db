"""Somebody stands in for a time: what they get, what they may, what has to be agreed to, and how it ends by itself."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.storage import queries
from bot.storage.models import Change
from tests.dialogs.caseload import opened
from tests.dialogs.chat import CONFIG, Chat
from tests.dialogs.test_leavers import moves, new_config

BO = "@bo:example.dk"


@pytest.fixture
def stood(chat: Chat) -> Chat:
    """Lene has promised something; Ali stands in for her."""
    chat.say("karla", "!aftale @lene finde praktikplads inden fredag")
    said = chat.say("lene", "!mig stedfortræder @ali til 12/12", "dm")
    assert said.endswith(
        "Ali Demir er din stedfortræder til og med lør. 12. dec., uge 50. Påmindelser og spørgsmål går dertil så "
        "længe; dine aftaler ser du stadig med !mig."
    )
    return chat


def test_the_deputy_is_told_at_once_what_of(stood: Chat) -> None:
    assert stood.direct("ali") == [
        "Du er stedfortræder for Lene Holm til og med lør. 12. dec., uge 50. Du får påmindelser og spørgsmål imens og "
        "kan svare på dem. Der er én åben aftale:\n\n"
        "- 1 Lene Holm (BUF): finde praktikplads – senest fre. 27. nov., uge 48"
    ]


def test_reminders_go_to_the_deputy_who_answers_as_the_owner_would(stood: Chat) -> None:
    seq = stood.last_seq()
    stood.at("2026-11-25 09:00")
    assert "Som stedfortræder for Lene Holm:" in stood.heard("ali", seq)[-1]
    assert stood.heard("lene", seq) == []
    assert "praktikplads" in stood.say("lene", "!mig", "dm")
    assert stood.answer("ali", "næste fredag", "dm").startswith("Aftale 1 er flyttet")
    assert stood.say("ali", "!færdig 1", "dm").startswith("Færdig, aftale 1")


@pytest.mark.parametrize(("words", "state"), [("!afvis 1 ingen hjemmel", "declined"), ("!giv 1 @bo", "open")])
def test_the_deputy_may_decline_and_give(stood: Chat, words: str, state: str) -> None:
    stood.say("ali", words, "dm")
    assert stood.action(1)["state"] == state
    assert stood.action(1)["owners"] == ([BO] if state == "open" else ["@lene:example.dk"])


def test_both_see_it_in_their_settings(stood: Chat) -> None:
    assert "Ali Demir er din stedfortræder til og med lør. 12. dec." in stood.say("lene", "!mig", "dm")
    mine = stood.say("ali", "!mig", "dm")
    assert "Du er stedfortræder for Lene Holm til og med lør. 12. dec." in mine
    assert "- 1 Lene Holm (BUF): finde praktikplads" in mine
    assert "Ali Demir er din stedfortræder" in stood.say("lene", "!mig stedfortræder", "dm")


def test_it_ends_by_itself_on_the_day_after_the_last(stood: Chat) -> None:
    stood.say("karla", "!frist 1 18/12")
    seq = stood.last_seq()
    stood.at("2026-12-12 23:59")
    assert "praktikplads" in stood.say("ali", "!vis 1", "dm")
    stood.at("2026-12-13 00:00")
    assert "Du er ikke længere stedfortræder for Lene Holm." in stood.heard("ali", seq)
    assert any("Ali Demir er ikke længere din stedfortræder." in said for said in stood.heard("lene", seq))
    assert stood.say("ali", "!vis 1", "dm").startswith("Jeg finder ingen aftale 1 her.")
    seq = stood.last_seq()
    stood.at("2026-12-18 09:00")
    assert "praktikplads" in stood.heard("lene", seq)[-1]
    assert stood.heard("ali", seq) == []


@pytest.mark.parametrize(
    ("words", "first", "last"),
    [
        ("stedfortræder @ali fra 1/12 til 12/12", "2026-12-01", "2026-12-12"),
        ("stedfortræder Ali Demir i uge 50", "2026-12-07", "2026-12-13"),
        ("min stedfortræder: @ali:example.dk til fredag", "2026-11-20", "2026-11-27"),
    ],
)
def test_the_time_is_said_as_leave_is(chat: Chat, words: str, first: str, last: str) -> None:
    chat.say("lene", f"!mig {words}", "dm")
    assert chat.ask(lambda s: [(str(r.first), str(r.last)) for r in queries.deputies(s)]) == [(first, last)]


def test_one_that_lies_ahead_begins_by_itself(chat: Chat) -> None:
    chat.say("karla", "!aftale @lene finde praktikplads senest 3/12")
    said = chat.say("lene", "!mig stedfortræder @ali fra 1/12 til 12/12", "dm")
    assert "Ali Demir er din stedfortræder fra tirs. 1. dec." in said
    assert "Du bliver stedfortræder for Lene Holm fra tirs. 1. dec." in chat.direct("ali")[-1]
    assert chat.say("ali", "!vis 1", "dm").startswith("Jeg finder ingen aftale 1 her.")
    chat.at("2026-12-01 07:00")
    assert "- 1 Lene Holm (BUF): finde praktikplads" in chat.direct("ali")[-1]
    seq = chat.last_seq()
    chat.at("2026-12-01 09:00")
    assert "Som stedfortræder for Lene Holm:" in chat.heard("ali", seq)[0]
    assert not any("praktikplads" in said for said in chat.heard("lene", seq))


def test_it_is_ended_by_hand_and_undone(stood: Chat) -> None:
    assert stood.say("lene", "!mig stedfortræder slut", "dm").endswith(
        "Ali Demir (SOF) er ikke længere din stedfortræder. Påmindelser og spørgsmål kommer til dig igen."
    )
    assert stood.say("ali", "!vis 1", "dm").startswith("Jeg finder ingen aftale 1 her.")
    assert "er taget tilbage" in stood.say("lene", "!fortryd", "dm")
    assert "praktikplads" in stood.say("ali", "!vis 1", "dm")
    stood.say("lene", "!mig stedfortræder slut", "dm")
    assert stood.say("lene", "!mig stedfortræder", "dm").startswith("Du har ingen stedfortræder.")


def test_naming_one_is_undone(stood: Chat) -> None:
    assert "er taget tilbage" in stood.say("lene", "!fortryd", "dm")
    assert "praktikplads" not in stood.say("ali", "!mig", "dm")
    assert stood.direct("ali")[-2] == "Du er ikke længere stedfortræder for Lene Holm."


def test_a_forum_that_the_deputy_is_not_in_has_to_be_agreed_to(chat: Chat) -> None:
    chat.say("karla", "!aftale @bo: finde praktikplads inden fredag")
    said = chat.say("bo", "!mig stedfortræder Lene Skov til 12/12", "dm")
    assert said.endswith(
        "Lene Skov er ikke med i Fremdriftsgruppe. Må Lene Skov få dine aftaler derfra, så længe det varer? "
        "Svar „ja“ eller „nej“."
    )
    question = chat.newest("dm", "bo")
    chat.at("2026-11-23 09:00")
    assert "praktikplads" in chat.direct("bo")[-1]
    assert not any("praktikplads" in told for told in chat.direct("lene2"))
    said = chat.answer("bo", "ja", "dm", to=question)
    assert "Så får Lene Skov også dine aftaler fra Fremdriftsgruppe." in said
    assert "praktikplads" in chat.direct("lene2")[-1]
    entries = chat.ask(lambda s: [(e.act, e.recipient, e.detail) for e in queries.audit(s)])
    assert ("disclosed", "dm:@lene2:example.dk", "deputy") in entries
    chat.at("2026-11-25 09:00")
    assert "Som stedfortræder for Bo Lund:" in chat.direct("lene2")[-1]
    assert chat.answer("lene2", "færdig", "dm").startswith("Færdig, aftale 1")


def test_no_means_what_both_are_in_and_no_more(chat: Chat) -> None:
    chat.say("karla", "!aftale @bo: finde praktikplads inden fredag")
    chat.say("anna", "!action @bo: write the plan by Friday", "ledelse")
    chat.say("bo", "!mig stedfortræder Lene Skov til 12/12", "dm")
    assert chat.reacts("bo", "❌", "dm") == "Så får Lene Skov kun det fra de forummer, I begge er med i."
    seq = chat.last_seq()
    chat.at("2026-11-25 09:00")
    assert any("write the plan" in said for said in chat.heard("lene2", seq))
    assert not any("praktikplads" in said for said in chat.heard("lene2", seq))
    assert any("praktikplads" in said for said in chat.heard("bo", seq))


def test_a_deputys_deputy_does_not_stand_in(stood: Chat) -> None:
    stood.say("ali", "!mig stedfortræder @bo til 12/12", "dm")
    seq = stood.last_seq()
    stood.at("2026-11-25 09:00")
    assert "praktikplads" in stood.heard("ali", seq)[-1]
    assert not any("praktikplads" in said for said in stood.heard("bo", seq))


def test_a_deputy_on_leave_passes_it_by(stood: Chat) -> None:
    stood.say("ali", "!mig fri til 1/12", "dm")
    seq = stood.last_seq()
    stood.at("2026-11-25 09:00")
    assert "praktikplads" in stood.heard("lene", seq)[-1]


def test_who_is_on_leave_has_their_deputy_reminded(chat: Chat) -> None:
    chat.say("karla", "!aftale @lene finde praktikplads inden fredag")
    chat.say("lene", "!mig fri til 12/12", "dm")
    chat.say("lene", "!mig stedfortræder @ali til 12/12", "dm")
    chat.at("2026-11-25 09:00")
    assert "Som stedfortræder for Lene Holm:" in chat.direct("ali")[-1]


def test_a_representatives_code_stands_for_them_and_reaches_their_deputy(stood: Chat) -> None:
    assert stood.say("karla", "!aftale BUF ringe til skolen inden fredag").startswith(
        "Aftale 2: Lene Holm (BUF)"
    )
    stood.at("2026-11-25 09:00")
    assert "ringe til skolen" in stood.direct("ali")[-1]


def test_questions_about_cases_go_to_the_deputy_and_come_back(chat: Chat) -> None:
    opened(chat)
    chat.say("lene", "!mig stedfortræder @ali til 12/12", "dm")
    chat.at("2026-11-30 09:00")
    asked = [m for m in chat.messages() if m["kind"] == "case.question"]
    assert "dm:@ali:example.dk" in {m["target"] for m in asked}
    assert "dm:@lene:example.dk" not in {m["target"] for m in asked}
    assert (
        "Hej Ali. Sagen er på det møde, og jeg spørger dig som stedfortræder for Lene Holm."
        in asked[0]["body"]
    )
    seq = chat.last_seq()
    chat.say("lene", "!mig stedfortræder slut", "dm")
    (again,) = [m for m in chat.messages(seq) if m["kind"] == "case.question"]
    assert again["target"] == "dm:@lene:example.dk"


def _handed_back(chat: Chat, seq: int) -> tuple[str, list[tuple[str, str]]]:
    """What Lene is asked again since then, and who last changed that question: in the log and in the history."""
    (again,) = [m for m in chat.messages(seq) if m["kind"] == "case.question"]
    assert again["target"] == "dm:@lene:example.dk"

    def changes(session: Session) -> list[tuple[str, str]]:
        steps = [c for c in session.exec(select(Change)).all() if c.field.startswith("question:")]
        noted = [e for e in queries.audit(session) if (e.detail or "").startswith("question:person")]
        return [("history", steps[-1].by), ("log", noted[-1].by)]

    return again["body"], chat.ask(changes)


@pytest.mark.parametrize("asked_before", [True, False])
def test_a_question_that_comes_back_says_why_and_is_noted_as_who_ended_it(
    chat: Chat, asked_before: bool
) -> None:
    opened(chat)
    if asked_before:
        chat.at("2026-11-30 09:00")
    chat.say("lene", "!mig stedfortræder @ali til 12/12", "dm")
    chat.at("2026-11-30 09:10")
    seq = chat.last_seq()
    chat.say("lene", "!mig stedfortræder slut", "dm")
    body, by = _handed_back(chat, seq)
    assert (
        "Hej Lene. Spørgsmålet om den sag er dit igen: Ali Demir er ikke længere din stedfortræder." in body
    )
    assert "har givet dig" not in body
    assert by == [("history", "@lene:example.dk"), ("log", "@lene:example.dk")]


def test_a_question_that_time_brings_back_is_noted_as_the_bot_s(chat: Chat) -> None:
    opened(chat)
    chat.say("lene", "!mig engelsk", "dm")
    chat.say("lene", "!me deputy @ali to 30/11", "dm")
    chat.at("2026-11-30 09:00")
    seq = chat.last_seq()
    chat.at("2026-12-01 00:00")
    body, by = _handed_back(chat, seq)
    assert "The question about that case is yours again: Ali Demir is not your deputy any more." in body
    assert by == [("history", ""), ("log", "")]


def test_what_was_asked_already_says_whose_place_it_is_asked_in(chat: Chat) -> None:
    opened(chat)
    chat.at("2026-11-30 09:00")
    seq = chat.last_seq()
    chat.say("lene", "!mig stedfortræder @ali til 12/12", "dm")
    (asked,) = [m for m in chat.messages(seq) if m["kind"] == "case.question"]
    assert asked["target"] == "dm:@ali:example.dk"
    assert "jeg spørger dig som stedfortræder for Lene Holm." in asked["body"]
    chat.say("ali", "!mig engelsk", "dm")
    chat.say("lene", "!mig stedfortræder slut", "dm")
    seq = chat.last_seq()
    chat.say("lene", "!mig stedfortræder @ali til 12/12", "dm")
    (asked,) = [m for m in chat.messages(seq) if m["kind"] == "case.question"]
    assert "and you are asked as deputy for Lene Holm." in asked["body"]


@pytest.fixture
def agreed(chat: Chat) -> Chat:
    """Lene Skov stands in for Bo, also in the progress group, in which she is not."""
    chat.say("karla", "!aftale @bo: finde praktikplads inden fredag")
    chat.say("bo", "!mig stedfortræder Lene Skov til 12/12", "dm")
    chat.answer("bo", "ja", "dm")
    assert "praktikplads" in chat.say("lene2", "!vis 1", "dm")
    return chat


def has_nothing(chat: Chat, seq: int) -> None:
    """Bo's deputy has nothing more of the progress group, nor does she hear of it."""
    unknown = chat.say("lene2", "!vis 777", "dm").replace("777", "1")
    assert chat.say("lene2", "!vis 1", "dm") == unknown
    assert "praktikplads" not in chat.say("lene2", "!mig", "dm")
    assert "praktikplads" not in chat.say("lene2", "!aftaler", "dm")
    chat.say("lene2", "!færdig 1", "dm")
    chat.at("2026-11-25 09:00")
    assert not any("praktikplads" in said for said in chat.heard("lene2", seq))
    assert any("praktikplads" in said for said in chat.heard("karla", seq)), "and it is not lost"
    assert chat.action(1)["state"] == "open"


def test_what_was_agreed_to_ends_when_who_agreed_leaves_the_forum(agreed: Chat) -> None:
    seq = agreed.last_seq()
    agreed.at("2026-11-20 11:00")
    moves(agreed, "bo", "leave")
    has_nothing(agreed, seq)


def test_or_the_config(agreed: Chat, tmp_path: Path) -> None:
    seq = agreed.last_seq()
    agreed.at("2026-11-20 11:00")
    bo = '[[people]]\nuser_id = "@bo:example.dk"\nname = "Bo Lund"\nagency = "politi"\n'
    assert bo in CONFIG
    new_config(agreed, tmp_path, CONFIG.replace(bo, ""))
    has_nothing(agreed, seq)


def test_what_is_disclosed_afterwards_to_who_has_left_is_not_their_deputys(agreed: Chat) -> None:
    moves(agreed, "bo", "leave")
    agreed.say("karla", "!aftale @bo:example.dk spørge naboen inden fredag")
    agreed.answer("karla", "ja")
    assert "naboen" in agreed.say("bo", "!mig", "dm")
    for words in ("!mig", "!aftaler", "!vis 2"):
        assert "naboen" not in agreed.say("lene2", words, "dm")
    seq = agreed.last_seq()
    agreed.at("2026-11-25 09:00")
    assert not any("naboen" in said for said in agreed.heard("lene2", seq))
    assert any("naboen" in said for said in agreed.heard("bo", seq))


def test_it_is_theirs_again_when_they_come_back(agreed: Chat) -> None:
    moves(agreed, "bo", "leave")
    moves(agreed, "bo", "join")
    assert "praktikplads" in agreed.say("lene2", "!vis 1", "dm")


def test_a_deputy_who_leaves_the_forum_or_the_config_is_told_of(stood: Chat, tmp_path: Path) -> None:
    seq = stood.last_seq()
    stood.at("2026-11-20 11:00")
    moves(stood, "ali", "leave")
    told = "Ali Demir er ikke med i Fremdriftsgruppe længere og kan derfor ikke være stedfortræder for Lene Holm dér."
    assert any(told in said for said in stood.heard("karla", seq))
    assert any(told in said for said in stood.heard("lene", seq))
    assert "praktikplads" not in stood.say("ali", "!mig", "dm")
    seq = stood.last_seq()
    stood.at("2026-11-25 09:00")
    assert "praktikplads" in stood.heard("lene", seq)[-1]
    ali = (
        '[[people]]\nuser_id = "@ali:example.dk"\nname = "Ali Demir"\nagency = "SOF"\nnicknames = ["Alle"]\n'
    )
    assert ali in CONFIG
    new_config(stood, tmp_path, CONFIG.replace(ali, ""))
    assert any("kan ikke længere være stedfortræder" in said for said in stood.heard("karla", seq))
    assert stood.ask(lambda s: list(queries.deputies(s))) == []


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("stedfortræder", "Du har ingen stedfortræder. Skriv fx !mig stedfortræder @ali til 12/12."),
        ("stedfortræder @ali", "Hvor længe er Ali Demir din stedfortræder?"),
        ("stedfortræder mig til 12/12", "Jeg kender ingen"),
        ("stedfortræder @lene til 12/12", "Du kan ikke være din egen stedfortræder."),
        ("stedfortræder @clara til fredag", "Jeg kender ingen „@clara“, der kan være"),
        ("stedfortræder @clara:example.dk til 12/12", "Jeg kender ingen „@clara:example.dk“, der kan være"),
        ("stedfortræder Clara Berg fra 1/12 til 12/12", "Jeg kender ingen „Clara Berg“, der kan være"),
        ("stedfortræder @peter i uge 50", "Jeg kender ingen „@peter“, der kan være"),
        ("stedfortræder @fremmed:example.org til 12/12", "Jeg kender ingen „@fremmed:example.org“, der"),
        ("stedfortræder Ali fra 1/12/2026 til 20/11/2026", "Jeg skal bruge en dag, der ikke er gået."),
    ],
)
def test_what_cannot_be_is_answered_with_what_to_write(chat: Chat, words: str, answer: str) -> None:
    assert chat.say("lene", f"!mig {words}", "dm").startswith(answer)
    assert chat.ask(lambda s: list(queries.deputies(s))) == []


def test_in_english(chat: Chat) -> None:
    chat.say("lene", "!me English", "dm")
    said = chat.say("lene", "!me deputy @ali until 12 December", "dm")
    assert "Ali Demir stands in for you until Sat 12 Dec" in said
    assert "Ali Demir stands in for you until" in chat.say("lene", "!me", "dm")
    assert "no longer stands in for you" in chat.say("lene", "!me deputy end", "dm")


def test_who_was_told_of_an_action_cannot_let_a_deputy_have_it(chat: Chat) -> None:
    chat.say("karla", "!action @lene:example.dk write the plan by Friday", "ledelse")
    chat.answer("karla", "yes", "ledelse")
    said = chat.say("lene", "!mig stedfortræder @ali til 12/12", "dm")
    assert "Ledelsesgruppe" not in said
    assert "write the plan" not in chat.answer("lene", "ja", "dm")
    seq = chat.last_seq()
    chat.at("2026-11-25 09:00")
    assert not any("write the plan" in told for told in chat.direct("ali"))
    assert any("write the plan" in told for told in chat.heard("lene", seq))


def test_a_yes_taken_back_takes_back_what_the_deputy_was_told(chat: Chat) -> None:
    chat.say("karla", "!aftale @bo: finde praktikplads inden fredag")
    chat.say("bo", "!mig stedfortræder Lene Skov til 12/12", "dm")
    chat.answer("bo", "ja", "dm")
    seq = chat.last_seq()
    chat.say("bo", "!fortryd", "dm")
    assert [m["kind"] for m in chat.messages(seq, "dm:@lene2:example.dk")] == ["deputy.redacted"]
    assert "praktikplads" not in chat.say("lene2", "!mig", "dm")


def test_who_has_their_data_erased_leaves_no_deputy_who_does_not_know(stood: Chat) -> None:
    seq = stood.last_seq()
    stood.say("lene", "!mig slet", "dm")
    stood.answer("lene", "ja", "dm")
    assert stood.heard("ali", seq) == ["Du er ikke længere stedfortræder for Lene Holm."]
    stood.at("2026-11-25 09:00")
    assert "praktikplads" in stood.heard("lene", seq)[-1]


@pytest.mark.parametrize("name", ["Lene", "@ali", "Bo", "@lene:example.dk", "Ali Demir"])
def test_a_citizen_learns_nobodys_name_by_naming_a_deputy(chat: Chat, name: str) -> None:
    said = chat.say("clara", f"!mig stedfortræder {name} til 12/12", "raad")
    assert said.startswith(f"Jeg kender ingen „{name}“, der kan være stedfortræder.")


OFFER = "Skal en anden tage over imens? Skriv fx !mig stedfortræder @ali"


@pytest.mark.parametrize(
    ("words", "says"), [("fri til 12/12", " til 12/12."), ("fri fra 1/12 til 12/12", " fra 1/12 til 12/12.")]
)
def test_leave_with_something_to_do_meanwhile_says_how_to_name_one(chat: Chat, words: str, says: str) -> None:
    chat.say("karla", "!aftale @lene finde praktikplads senest 3/12")
    chat.say("lene", f"!mig {words}", "dm")
    offer = chat.direct("lene")[-1].split("\n")[-1]
    assert offer == OFFER + says
    chat.say("lene", offer.split("fx ")[1].rstrip("."), "dm")
    (row,) = chat.ask(queries.deputies)
    assert (row.deputy, str(row.last)) == ("@ali:example.dk", "2026-12-12")
    assert OFFER not in chat.say("lene", f"!mig {words}", "dm"), "there is one"


def test_leave_with_nothing_to_do_offers_none(chat: Chat) -> None:
    chat.say("karla", "!aftale @lene finde praktikplads senest 18/12")
    assert OFFER not in chat.say("lene", "!mig fri til 12/12", "dm")
    assert OFFER not in chat.say("clara", "!mig fri til 12/12", "raad")


def test_a_case_question_is_something_to_do(chat: Chat) -> None:
    opened(chat)
    chat.at("2026-11-30 09:00")
    chat.say("lene", "!mig engelsk", "dm")
    said = chat.say("lene", "!me away from 1 December to 12 December", "dm")
    assert said.endswith("Write for example !me deputy @ali from 1 December to 12 December.")
