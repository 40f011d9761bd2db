"""What holds for every command: names, help, examples, and an answer to whatever is said."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from bot.commands import CommandInfo, fold, look_up, registry
from tests.dialogs.chat import Chat

COMMANDS = sorted(registry().values(), key=lambda info: info.name)
LANGUAGES = ("da", "en")
ABSURD = {
    "nothing": "",
    "spaces": " " * 500,
    "long": "x" * 60_000,
    "many words": "a b " * 15_000,
    "many numbers": "42, " * 15_000,
    "huge number": "99999999999999999999",
    "huge numbers": "99999999999999999999 og 2147483648, 0",
    "negative": "-1",
    "emoji": "👩‍👩‍👧‍👦🏳️‍🌈✅❌⏰👀",
    "nul": "1\x00 hej\x00",
    "right to left": "\u202e1 gerf \u2066 שלום עליכם \u2069",
    "zero width": "1\u200b \u200d\ufeff\u2060 fredag",
    "html": "<b>1</b> <script>alert(1)</script> <a href='javascript:alert(1)'>x</a> &amp; &#x202e;",
    "markdown": "[x](javascript:alert(1)) **fed** `kode` # stor | a | b |\n---\n> citat",
    "room": "@room @room:example.dk",
    "tokens": "\ue000x41\ue001 \ue002@lene:example.dk\ue003",
    "marks": "a" + "\u0301" * 5_000,
    "date soup": "31/2 uge 54 i går kl. 25 i overmorgen om -1 dage 99/99/9999",
    "fluent": '{ $number } { -brand } { "x" }',
    "percent": "%s %d %(x)s {0} {x!r} \\n \\u0000",
    "line ends": "1\n\n\n2\r\n3\u2028x\u2029y\x0bz",
    "surrogate": "1 \ud83d hej",
}


def ids(info: CommandInfo) -> str:
    return info.name


def test_every_command_of_the_families_is_there() -> None:
    assert {info.name for info in COMMANDS} == set(
        "action actions done due give note decline cancel planb show digest help me undo "
        "meeting agenda next here apologies decision minutes "
        "case update sheet escalate return rest close reopen".split()
    )


def test_no_two_commands_answer_to_one_name() -> None:
    names = Counter(fold(n) for info in COMMANDS for lang in LANGUAGES for n in set(info.names[lang]))
    shared = {fold(n) for info in COMMANDS for n in set(info.names["da"]) & set(info.names["en"])}
    assert [name for name, count in names.items() if count > 1 and name not in shared] == []
    for info in COMMANDS:
        for lang in LANGUAGES:
            assert all(look_up(name) is info for name in info.names[lang])


@pytest.mark.parametrize("info", COMMANDS, ids=ids)
def test_a_command_has_names_in_both_languages_and_a_family(info: CommandInfo) -> None:
    assert info.names["en"][0] == info.name
    assert info.names["da"]
    for lang in LANGUAGES:
        assert all(re.fullmatch(r"[^\W\d_][\w-]*", name) for name in info.names[lang])
    assert info.family in ("actions", "meetings", "cases", "digest", "self")


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("info", COMMANDS, ids=ids)
def test_a_command_has_help_in_both_languages(info: CommandInfo, lang: str) -> None:
    sentence, examples = info.help[lang]
    assert sentence.endswith((".", "?"))
    assert examples
    for example in examples:
        verb = example.removeprefix("!").split()[0]
        assert verb in info.names[lang], f"{example} does not show a name of this language"


@pytest.mark.parametrize("lang", LANGUAGES)
@pytest.mark.parametrize("info", COMMANDS, ids=ids)
def test_every_example_of_the_help_works_as_it_stands(chat: Chat, info: CommandInfo, lang: str) -> None:
    who, room = "karla", "fremdrift"
    chat.begin(_agree)
    if info.family == "meetings":
        chat.begin(_hold_meetings)
    if info.family == "cases":
        chat.begin(_open_cases)
    chat.say(who, "!mig dansk" if lang == "da" else "!mig engelsk", "dm")
    if info.name == "return":
        chat.say(who, "!eskaler HS-26-014 skolen svarer ikke")
    for example in info.examples(lang, "!"):
        if info.name in ("meeting", "here", "next", "decision"):
            chat.say(who, "!møde slut")
            if not example.endswith("start"):
                chat.say("ali", "!møde start")
        said = example.replace("SOF", "@ali")  # two people speak for SOF here, which the bot has to ask about
        before = chat.last_seq()
        chat.say(who, said, "dm" if info.family == "self" else room)
        answers = [
            m for m in chat.messages(before) if m["what"] == "message" and m["reason"].startswith("reply:")
        ]
        assert len(answers) == 1
        assert answers[0]["kind"] not in ("problem", "fault", "action.asked", "hint"), answers[0]["body"]


def _agree(chat: Chat) -> None:
    """Some actions, among them those that the examples speak of."""
    chat.say("karla", "!aftale @lene #HS-26-014 søge friplads fredag")
    chat.number_actions(42)
    for where in ("skolen", "klubben", "ungdomsskolen"):
        chat.say("karla", f"!aftale mig ringe til {where} i morgen")


def _open_cases(chat: Chat) -> None:
    """As many cases as the examples speak of."""
    chat.say("karla", "\n".join(f"!sag ny emne {number}" for number in range(1, 15)))


def _hold_meetings(chat: Chat) -> None:
    """Meetings of two weeks in a row, of the second three decisions and a draft, and a full agenda of the next."""
    for week in ("2026-11-20 11:00", "2026-11-24 10:00"):
        chat.at(week)
        chat.say("ali", "!møde start")
        for item in ("a", "b", "c", "d", "e"):
            chat.say("ali", f"!dagsorden emne {item}")
            chat.say("ali", f"!beslutning om {item}")
        chat.say("ali", "!møde slut")


PLACES = [
    ("karla", "fremdrift", "da"),
    ("bo", "ledelse", "en"),
    ("clara", "raad", "da"),
    ("anna", "dm", "en"),
    ("lene", "dm", "da"),
    ("clara", "dm", "en"),
]


def _everywhere() -> Iterator[Any]:
    """Each absurdity in one room and in one person's direct messages; in the other four places in `make long`."""
    for number, absurd in enumerate(ABSURD):
        for index, place in enumerate(PLACES):
            marks = () if index % 3 == number % 3 else (pytest.mark.long,)
            yield pytest.param(*place, absurd, marks=marks, id="-".join((absurd, *place)))


@pytest.mark.parametrize(("who", "room", "lang", "absurd"), list(_everywhere()))
def test_every_command_answers_whatever_it_is_given(
    chat: Chat, who: str, room: str, lang: str, absurd: str
) -> None:
    chat.say("karla", "!aftale @lene søge friplads fredag")
    for info in COMMANDS:
        before = chat.last_seq()
        chat.send(who, f"!{info.verb(lang)} {ABSURD[absurd]}", room)
        said = [m for m in chat.messages(before) if m["what"] == "message"]
        answers = [m for m in said if m["reason"].startswith("reply:")]
        assert answers, f"no answer to !{info.verb(lang)}"
        for answer in answers:
            assert answer["kind"] != "fault", f"!{info.verb(lang)}: {answer['body']}"
            assert answer["body"].strip()
            assert len(answer["body"]) < 45_000
    assert chat.say("karla", "!vis 1").startswith("Aftale 1:")
