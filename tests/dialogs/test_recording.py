"""Recording an action: who, what and when, as people say it in a meeting."""

from __future__ import annotations

import pytest

from tests.dialogs.chat import Chat, pill

NEXT_MEETING = "2026-11-24T10:00"
LENE, ALI, BO, KARLA = (f"@{who}:example.dk" for who in ("lene", "ali", "bo", "karla"))


def test_a_meeting_sentence_becomes_a_numbered_promise(chat: Chat) -> None:
    answer = chat.say("karla", "!aftale @lene søge friplads i klubben inden fredag")
    assert answer == "Aftale 1: Lene Holm (BUF): søge friplads i klubben – senest fre. 27. nov., uge 48"
    action = chat.action(1)
    assert (action["state"], action["owners"], action["agency"]) == ("open", [LENE], "BUF")
    assert (action["due"], action["text"]) == ("2026-11-27", "søge friplads i klubben")
    assert (action["forum"], action["created_by"]) == ("fremdriftsgruppe", KARLA)


def test_the_same_in_english(chat: Chat) -> None:
    answer = chat.say("anna", "!action @lene2 apply for a place at the club by Friday", "ledelse")
    assert answer == "Action 1: Lene Skov (BIF): apply for a place at the club – by Fri 27 Nov, week 48"


def test_both_languages_are_understood_in_every_room(chat: Chat) -> None:
    assert chat.say("karla", "!action @lene ring til skolen inden fredag").startswith("Aftale 1: Lene Holm")
    assert chat.say("anna", "!aftale @lene2 ringe til skolen inden fredag", "ledelse").startswith("Action 2:")
    assert [a["due"] for a in chat.actions()] == ["2026-11-27", "2026-11-27"]


@pytest.mark.parametrize(
    ("said", "owners"),
    [
        ("@lene ringe til skolen fredag", [LENE]),
        ("@lene:example.dk ringe til skolen fredag", [LENE]),
        ("@lene:example.dk: ringe til skolen fredag", [LENE]),
        ("Lene ringe til skolen fredag", [LENE]),
        ("lene: ringe til skolen fredag", [LENE]),
        ("LENE ringe til skolen fredag", [LENE]),
        ("Lene Holm ringe til skolen fredag", [LENE]),
        ("Lene fra BUF ringe til skolen fredag", [LENE]),
        ("Lene (BUF) ringe til skolen fredag", [LENE]),
        ("BUF ringe til skolen fredag", [LENE]),
        ("buf: ringe til skolen fredag", [LENE]),
        ("Alle ringe til skolen fredag", [ALI]),  # a nickname
        ("mig ringe til skolen fredag", [KARLA]),
        ("Mig: ringe til skolen fredag", [KARLA]),
        ("me ringe til skolen fredag", [KARLA]),
        ("@bo ringe til skolen fredag", [BO]),
        ("Bo: ringe til skolen fredag", [BO]),
        ("Bo Lund ringe til skolen fredag", [BO]),
        ("lene, ali ringe til skolen fredag", [LENE, ALI]),
        ("lene og ali ringe til skolen fredag", [LENE, ALI]),
        ("lene, ali og mig ringe til skolen fredag", [LENE, ALI, KARLA]),
        ("lene + ali ringe til skolen fredag", [LENE, ALI]),
        ("@lene @ali ringe til skolen fredag", [LENE, ALI]),
        ("lene, @bo ringe til skolen fredag", [LENE, BO]),
        ("lene og lene ringe til skolen fredag", [LENE]),
        ("KAB ringe til skolen fredag", ["partner:KAB"]),
        ("Boligforeningen: ringe til skolen fredag", ["partner:KAB"]),
        ("til Lene: ringe til skolen fredag", [LENE]),
        ("til Lene ringe til skolen fredag", [LENE]),
        ("for Lene ringe til skolen fredag", [LENE]),
        ("For Lene og Ali: ringe til skolen fredag", [LENE, ALI]),
        ("til @bo: ringe til skolen fredag", [BO]),
        ("for BUF ringe til skolen fredag", [LENE]),
        ("til mig: ringe til skolen fredag", [KARLA]),
    ],
)
def test_owners_are_named_as_people_name_each_other(chat: Chat, said: str, owners: list[str]) -> None:
    chat.say("karla", f"!aftale {said}")
    action = chat.action(1)
    assert action["owners"] == owners
    assert (action["text"], action["due"]) == ("ringe til skolen", "2026-11-27")


def test_a_pill_names_its_person_whatever_it_is_called(chat: Chat) -> None:
    words = "!aftale Chefen ringe til skolen fredag"
    chat.say("karla", words, **pill("bo", "Chefen", words))
    assert chat.action(1)["owners"] == [BO]
    assert chat.action(1)["text"] == "ringe til skolen"


def test_a_pill_tells_two_people_of_one_name_apart(chat: Chat) -> None:
    words = "!aftale Lene Holm og Ali Demir: ringe til skolen fredag"
    chat.say("karla", words, **pill("lene", "Lene Holm", words))
    assert chat.action(1)["owners"] == [LENE, ALI]


@pytest.mark.parametrize(
    "said",
    [
        "Bo ringe til skolen fredag",
        "politi og skole taler sammen fredag",
        "politiet ringer fredag",
        "til jul-lejren søge plads fredag",
        "for unge i klubben finde en mentor fredag",
        "til Bo på hotel sende brev fredag",
    ],
)
def test_a_name_that_is_an_ordinary_word_is_text_without_at_or_colon(chat: Chat, said: str) -> None:
    answer = chat.say("karla", f"!aftale {said}")
    assert chat.action(1)["owners"] == []
    assert chat.action(1)["text"] == said.removesuffix(" fredag")
    assert "Hvem tager den?" in answer


def test_somebody_outside_the_room_is_not_made_owner(chat: Chat) -> None:
    answer = chat.say("karla", "!aftale @lene2:example.dk ringe til skolen fredag")
    assert "må det deles?" in answer
    assert chat.action(1)["owners"] == []


def test_a_misspelt_name_is_asked_about_with_the_nearest_one(chat: Chat) -> None:
    answer = chat.say("karla", "!aftale @lenne ringe til skolen fredag")
    assert "Mente du Lene Holm?" in answer
    assert chat.action(1)["text"] == "ringe til skolen"


def test_two_people_who_fit_a_name_are_asked_about(chat: Chat) -> None:
    room, lene2 = "!fremdrift:example.dk", "@lene2:example.dk"
    chat.state(room, "m.room.member", lene2, {"membership": "join"})
    answer = chat.say("karla", "!aftale Lene ringe til skolen fredag")
    assert "Lene Holm (BUF), Lene Skov (BIF)" in answer
    assert chat.action(1)["owners"] == []
    assert "Lene Skov (BIF)" in chat.answer("karla", "Lene Skov")
    assert chat.action(1)["owners"] == [lene2]
    chat.say("karla", "!aftale Lene fra BUF ringe til skolen fredag")
    assert chat.action(2)["owners"] == [LENE]


def test_of_several_owners_the_understood_ones_stay_and_the_answer_adds_the_missing_one(chat: Chat) -> None:
    answer = chat.say("karla", "!aftale BUF, SOF holde netværksmøde senest 3/12")
    assert "Lene Holm (BUF)" in answer
    assert "Hvem tager den fra SOF? Her er Karla Bech (SOF), Ali Demir (SOF)." in answer
    assert chat.action(1)["owners"] == [LENE, "SOF"]
    assert "Jeg kender ingen „Peter“" in chat.answer("karla", "@Peter")
    assert "Lene Holm (BUF), Ali Demir (SOF): holde netværksmøde" in chat.answer("karla", "Ali")
    assert chat.action(1)["owners"] == [LENE, ALI]


def test_whoever_is_asked_may_take_it_themselves(chat: Chat) -> None:
    chat.say("karla", "!aftale holde netværksmøde fredag")
    assert chat.answer("bo", "Lene") == ""  # naming somebody else is not for everybody
    assert "Ali Demir (SOF): holde netværksmøde" in chat.answer("ali", "mig")
    assert chat.action(1)["owners"] == [ALI]
    assert chat.answer("bo", "mig") == ""  # it is taken
    chat.say("karla", "!aftale BUF, SOF lave plan fredag")
    chat.answer("ali", "mig")
    assert chat.action(2)["owners"] == [LENE, ALI]


@pytest.mark.parametrize(
    "said",
    [
        "#HS-26-014 lene lave plan fredag",
        "HS-26-014 lene lave plan fredag",
        "hs-26-014: lene lave plan fredag",
        "lene #HS-26-014 lave plan fredag",
        "lene HS-26-014 lave plan fredag",
        "lene: HS-26-014: lave plan fredag",
    ],
)
def test_a_case_code_may_stand_before_or_behind_the_owners(chat: Chat, said: str) -> None:
    answer = chat.say("karla", f"!aftale {said}")
    assert "HS-26-014 · lave plan" in answer
    action = chat.action(1)
    assert (action["case"], action["owners"], action["text"]) == ("HS-26-014", [LENE], "lave plan")


@pytest.mark.parametrize(
    ("said", "text", "due"),
    [
        ("søge friplads fredag", "søge friplads", "2026-11-27"),
        ("søge friplads inden fredag", "søge friplads", "2026-11-27"),
        ("søge friplads senest 3/12", "søge friplads", "2026-12-03"),
        ("søge friplads, frist 3/12", "søge friplads", "2026-12-03"),
        ("søge friplads due 3/12", "søge friplads", "2026-12-03"),
        ("inden fredag søge friplads", "søge friplads", "2026-11-27"),
        ("søge friplads senest fredag og sende brev", "søge friplads og sende brev", "2026-11-27"),
        ("søge friplads om 14 dage", "søge friplads", "2026-12-04"),
        ("søge friplads i morgen kl. 9", "søge friplads", "2026-11-21T09:00"),
        ("søge plads til jul-lejren fredag", "søge plads til jul-lejren", "2026-11-27"),
        ("søge plads til jul-lejren", "søge plads til jul-lejren", NEXT_MEETING),
        ("søge friplads til næste møde", "søge friplads", NEXT_MEETING),
    ],
)
def test_the_deadline_is_a_phrase_at_the_end_or_behind_its_word(
    chat: Chat, said: str, text: str, due: str
) -> None:
    chat.say("karla", f"!aftale @lene {said}")
    assert (chat.action(1)["text"], chat.action(1)["due"]) == (text, due)


def test_without_a_deadline_the_next_meeting_stands_and_is_said(chat: Chat) -> None:
    answer = chat.say("karla", "!aftale @lene søge friplads")
    assert "senest tirs. 24. nov. kl. 10.00, uge 48" in answer
    assert "Du sagde ingen frist, så jeg har sat næste møde." in answer
    chat.answer("karla", "3/12")
    assert chat.action(1)["due"] == "2026-12-03"


def test_without_a_deadline_and_without_a_known_meeting_it_is_asked_for(chat: Chat) -> None:
    answer = chat.say("anna", "!action @lene2 write the plan", "ledelse")
    assert "no deadline yet" in answer
    assert "When should it be done?" in answer
    assert chat.action(1)["due"] is None
    assert "by Thu 3 Dec" in chat.answer("anna", "3 December", "ledelse")
    assert chat.action(1)["due"] == "2026-12-03"


@pytest.mark.parametrize(
    ("phrase", "asked"),
    [
        ("torsdag eller fredag", "to frister"),
        ("31/2", "findes ikke"),
        ("snarest", "ikke én bestemt dag"),
        ("hver mandag", "én dato ad gangen"),
    ],
)
def test_an_unclear_deadline_is_asked_for_and_one_word_completes_it(
    chat: Chat, phrase: str, asked: str
) -> None:
    assert asked in chat.say("karla", f"!aftale @lene søge friplads {phrase}")
    action = chat.action(1)
    assert (action["state"], action["due"], action["owners"]) == ("open", None, [LENE])
    chat.answer("karla", "torsdag")
    assert chat.action(1)["due"] == "2026-11-26"


def test_an_unclear_owner_is_asked_for_and_one_word_completes_it(chat: Chat) -> None:
    chat.say("karla", "!aftale søge friplads torsdag")
    assert chat.action(1)["owners"] == []
    assert chat.answer("karla", "Lene") == (
        "Aftale 1: Lene Holm (BUF): søge friplads – senest tors. 26. nov., uge 48"
    )


def test_what_is_missing_is_asked_for_until_nothing_is(chat: Chat) -> None:
    chat.say("karla", "!aftale søge friplads 31/2")
    assert "Hvornår skal det være gjort?" in chat.answer("karla", "Lene")
    assert "Lene Holm (BUF): søge friplads – senest tors. 26. nov." in chat.answer("karla", "torsdag")


def test_a_command_that_says_nothing_records_nothing(chat: Chat) -> None:
    for said in ("!aftale", "!aftale   ", "!aftale ...", "!aftale\n\n"):
        assert chat.say("karla", said).startswith("Hvad er aftalt? Skriv hvem, hvad og hvornår")
    assert chat.actions() == []


def test_an_owner_without_words_is_recorded_and_the_words_asked_for(chat: Chat) -> None:
    answer = chat.say("karla", "!aftale @lene fredag")
    assert "mangler ordlyd" in answer
    assert "Hvad er aftalt?" in answer
    chat.answer("karla", "søge friplads i klubben")
    assert chat.action(1)["text"] == "søge friplads i klubben"


def test_a_reply_to_any_confirmation_corrects_it(chat: Chat) -> None:
    chat.say("karla", "!aftale @lene søge friplads fredag")
    first = chat.newest()
    assert "Ali Demir (SOF)" in chat.answer("karla", "Ali", to=first)
    assert "senest tors. 3. dec." in chat.answer("karla", "3/12", to=first)
    chat.answer("karla", "bo")  # a bare name in answer to the last confirmation, though it is a word as well
    action = chat.action(1)
    assert (action["owners"], action["due"]) == ([BO], "2026-12-03")


def test_a_reply_to_ones_own_command_is_about_its_confirmation(chat: Chat) -> None:
    said = chat.send("karla", "!aftale søge friplads fredag")
    chat.answer("karla", "Lene", to=said)
    assert chat.action(1)["owners"] == [LENE]


def test_several_command_lines_are_several_commands(chat: Chat) -> None:
    answer = chat.say(
        "karla",
        "Referat:\n!aftale @lene søge friplads fredag\n\n!aftale @ali ringe\nog skrive brev mandag\n!aftler",
    )
    assert [a["text"] for a in chat.actions()] == ["søge friplads", "ringe\nog skrive brev"]
    assert [a["due"] for a in chat.actions()] == ["2026-11-27", "2026-11-23"]
    assert len(answer.split("\n\n")) == 3
    assert "Mente du !aftaler?" in answer


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("!aftle @lene søge", "!aftale"),
        ("!færdi 42", "!færdig"),
        ("!fardig 42", "!færdig"),
        ("!digst", "!ugestatus"),
    ],
)
def test_a_typo_is_answered_with_what_was_probably_meant(chat: Chat, said: str, meant: str) -> None:
    answer = chat.say("karla", said)
    assert f"Mente du {meant}?" in answer
    assert chat.actions() == []


def test_what_is_like_no_command_is_answered_with_help(chat: Chat) -> None:
    assert chat.say("karla", "!qqqqzzz").startswith("Jeg kender ikke „qqqqzzz“. Skriv !hjælp")
    assert chat.say("anna", "!qqqqzzz", "ledelse").startswith("I do not know “qqqqzzz”. Write !help")


@pytest.mark.parametrize(
    "said",
    [
        "!!!",
        "!",
        "hej !aftale lene ring",
        "> !aftale lene ring fredag",
        "```\n!aftale lene ring fredag\n```",
        "godt! Lene ringer",
    ],
)
def test_talk_quotes_and_code_are_no_commands(chat: Chat, said: str) -> None:
    assert chat.say("karla", said) == ""
    assert chat.actions() == []


@pytest.mark.parametrize(
    "said", ["! aftale @lene ring fredag", "!AFTALE @lene ring fredag", "!aftale: @lene ring fredag"]
)
def test_a_command_may_be_written_a_little_differently(chat: Chat, said: str) -> None:
    chat.say("karla", said)
    assert chat.action(1)["owners"] == [LENE]


@pytest.mark.parametrize("verb", ["færdig", "faerdig", "FÆRDIG", "Færdig", "done", "gjort", "finish"])
def test_verbs_are_known_without_danish_letters_and_in_any_case(chat: Chat, verb: str) -> None:
    chat.say("karla", "!aftale @lene ring fredag")
    assert chat.say("lene", f"!{verb} 1").startswith("Færdig, aftale 1")


def test_a_cpr_number_is_neither_carried_out_nor_stored(chat: Chat) -> None:
    answer = chat.say("karla", "!aftale @lene ringe om 010203-1234 fredag")
    assert "CPR-nummer" in answer
    assert "uden nummeret" in answer
    assert chat.actions() == []
    assert "010203" not in chat.everything()
    assert b"010203" not in chat.raw()
    chat.say("karla", "!aftale @lene ringe fredag")
    chat.say("lene", "!note 1 hun hedder ０１０２０３ 1234")
    assert "CPR-nummer" in chat.answer("lene", "færdig, 010203 1234 er ringet op", to=chat.newest())
    assert chat.action(1)["state"] == "open"
    assert "1234" not in chat.everything()


def test_in_direct_messages_an_action_goes_to_the_persons_only_forum(chat: Chat) -> None:
    assert chat.say("lene", "!aftale mig ringe til skolen fredag", "dm").startswith("Aftale 1: Lene Holm")
    assert chat.action(1)["forum"] == "fremdriftsgruppe"
    assert "det rum, hvor den hører til" in chat.say("karla", "!aftale mig ringe fredag", "dm")
    assert len(chat.actions()) == 1
