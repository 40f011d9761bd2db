"""The verb in front of a case's code or behind it, misspelled, without a code, and the other way round."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dialogs.chat import Chat

CODE = "HS-26-001"


def _opened(chat: Chat) -> None:
    chat.say("karla", "!sag ny bliver væk fra skolen")
    chat.say("karla", "!sag ny hjemme uden plads")


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    made = Chat(tmp_path)
    made.begin(_opened)
    yield made
    made.close()


@pytest.mark.parametrize("front", ["1", CODE, f"#{CODE}", "HS26001", f"sag {CODE}", "sagen 1", "nr. 1"])
@pytest.mark.parametrize(
    ("verb", "words", "answer"),
    [
        ("bero", "til 15. januar", "er i bero til fre. 15. jan."),
        ("luk", "flyttet", "Grund: flyttet"),
        ("følg", "@ali", "kan se HS-26-001 i forvejen"),
        ("mål", "skole i skole hver dag", "mål for uddannelse: i skole hver dag"),
        ("emne", "skolefravær", "handler nu om: skolefravær"),
        ("haster", "", "er nu en hastesag"),
        ("haster ikke", "", "haster ikke længere"),
        ("trend", "social fremgang", "socialt: fremgang"),
        ("dagsorden", "", "er sat på dagsordenen"),
        ("beslægtet", "HS-26-002", "er nu beslægtede"),
        ("opfølgning", "1/12", "følges op senest tirs. 1. dec."),
        ("fulgt op", "", "er fulgt op"),
        ("plan", "", "Handleplan for HS-26-001"),
        ("historik", "", "åbnede sagen"),
        ("skema", "", "Ressourceskema HS-26-001"),
        ("eskaler", "ingen plads", "er løftet til Ledelsesgruppe"),
        ("rest", "until 15 January", "er i bero til fre. 15. jan."),
        ("close", "moved", "Grund: moved"),
        ("goal", "school at school", "mål for uddannelse: at school"),
        ("urgent", "", "er nu en hastesag"),
        ("about", "absence", "handler nu om: absence"),
    ],
)
def test_a_verb_is_understood_in_front_of_the_code(
    chat: Chat, verb: str, words: str, answer: str, front: str
) -> None:
    assert answer in chat.say("karla", f"!sag {verb} {front} {words}".strip())
    assert "Vil du åbne" not in chat.say("karla", f"!sag {verb} {front} {words}".strip())


def test_one_that_is_closed_is_opened_again_in_whatever_order(chat: Chat) -> None:
    for words in (f"genåbn {CODE}", "genåbn 1", f"{CODE} genåbn", f"åbn igen {CODE}", f"åbn {CODE}"):
        chat.say("karla", f"!luk {CODE}")
        assert "er åben igen" in chat.say("karla", f"!sag {words}"), words
    assert "HS-26-003" not in chat.say("karla", "!sag"), "no case was opened by it"


def test_a_code_at_the_end_is_read_as_well(chat: Chat) -> None:
    assert "handler nu om: skolefravær i 7. klasse" in chat.say(
        "karla", f"!sag emne skolefravær i 7. klasse {CODE}"
    )


@pytest.mark.parametrize(
    ("words", "example"),
    [
        ("slet", "!sag slet HS-26-014"),
        ("hold", "!sag hold HS-26-014 klagesag"),
        ("hold klagesag", "!sag hold HS-26-014 klagesag"),
        ("arkiveret", "!sag arkiveret HS-26-014 K7F2-9QXM"),
        ("arkiveret K7F2-9QXM", "!sag arkiveret HS-26-014 K7F2-9QXM"),
        ("slett", "!sag slet HS-26-014"),
        ("mål", "!sag HS-26-014 mål skole i skole hver dag"),
        ("bero", "!bero HS-26-014"),
        ("berro", "!bero HS-26-014"),
    ],
)
def test_without_a_code_the_example_is_the_very_command(chat: Chat, words: str, example: str) -> None:
    assert chat.say("karla", f"!sag {words}").endswith(example)


@pytest.mark.parametrize(
    ("line", "example"),
    [
        (f"!slet {CODE}", f"!sag slet {CODE}"),
        (f"!hold {CODE} klagesag", f"!sag hold {CODE} klagesag"),
        (f"!mål {CODE} skole i skole", f"!sag mål {CODE} skole i skole"),
        (f"!sag akiveret {CODE} K7F2", f"!sag {CODE} arkiveret K7F2-9QXM"),
        (f"!sag {CODE} slet @ali", f"!sag {CODE} stop @ali"),
        (f"!sag {CODE} følger ikk @ali", f"!sag {CODE} stop @ali"),
    ],
)
def test_a_near_miss_gets_the_line_to_write(chat: Chat, line: str, example: str) -> None:
    assert chat.say("karla", line).endswith(example)


@pytest.mark.parametrize(
    "words",
    [
        "følger ikke @jens",
        "følg ikke @jens",
        "følger ikke længere @jens",
        "følger ikke mere: @jens",
        "skal ikke følges af @jens",
        "ikke følger @jens",
        "@jens følger ikke",
        "@jens følger ikke mere",
        "afmeld @jens",
        "does not follow @jens",
        "not following @jens",
        "unfollow @jens",
    ],
)
def test_who_follows_it_no_more(chat: Chat, words: str) -> None:
    chat.say("karla", "!sag 1 sagsbehandler @ali SOF")
    said = chat.say("karla", f"!sag 1 {words.replace('jens', 'ali')}")
    assert "følger ikke længere HS-26-001" in said


@pytest.mark.parametrize("words", ["målet socialt", "fra dagsordenen", "og HS-26-002"])
def test_a_case_is_not_erased_for_words_that_mean_a_part_of_it(chat: Chat, words: str) -> None:
    said = chat.say("karla", f"!sag slet {CODE} {words}")
    assert "ikke gjort noget" in said
    assert chat.direct("anna") == []


def test_not_to_erase_is_not_to_erase(chat: Chat) -> None:
    assert "ingen venter" in chat.say("karla", f"!sag {CODE} slet ikke").lower()
    chat.say("karla", f"!sag slet {CODE}")
    assert "Den slettes ikke" in chat.say("karla", f"!sag {CODE} slet ikke alligevel")


@pytest.mark.parametrize("words", [f"ophæv hold {CODE}", f"{CODE} bevares ikke længere", f"hold {CODE} slut"])
def test_a_hold_is_ended_in_whatever_words(chat: Chat, words: str) -> None:
    chat.say("anna", f"!sag hold {CODE} klagesag")
    assert "skal ikke bevares længere" in chat.say("anna", f"!sag {words}")
