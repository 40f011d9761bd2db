"""Nobody learns of a case that is not theirs: every form, tried by everybody who may not know of it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session

from bot.cases import Cases
from bot.storage import queries
from bot.storage.cases import Case
from tests.dialogs.caseload import LEDELSE, case_of, forum, on_case, tells
from tests.dialogs.caserooms import open_rooms
from tests.dialogs.chat import Chat

SECRET = "kælderen"
CODE = "HS-26-001"
OTHER = "HS-26-002"
FORMS = """sag {code}
sag {code} plan
sag {code} historik
sag {code} mål skole i skole hver dag
sag {code} trend social fremgang
sag {code} emne noget andet
sag {code} haster
sag {code} haster ikke
sag {code} beslægtet HS-26-003
sag {code} ikke beslægtet HS-26-003
sag {code} følger @bo:example.dk
sag {code} sagsbehandler @jens:example.dk BUF
sag {code} stop @kirsten:example.dk
sag {code} opfølgning i morgen
sag {code} fulgt op
sag {code} dagsorden
sag {code} noget sludder
sag {code} luk
bero {code}
luk {code}
genåbn {code}
case {code} goal work a job
case {code} agenda
rest {code} until tomorrow
close {code}
reopen {code}""".splitlines()


def _opened(chat: Chat) -> None:
    chat.say("lene", f"!sag ny uro i {SECRET}")
    chat.say("mona", f"!sag ny fravær, {SECRET}", "nord")
    chat.say("lene", "!sag ny skolefravær")
    chat.say("karla", "!sag 3 sagsbehandler @kirsten")
    chat.say("lene", f"!aftale @lene {CODE} rydde {SECRET} inden fredag")
    tells(chat, CODE, "BUF", f"ny dør i {SECRET}")


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    """Case 1 is of the first group, 2 of the other; 3 of the first, and Kirsten is its caseworker."""
    with open_rooms(tmp_path) as opened:
        opened.begin(_opened)
        yield opened


def rows(chat: Chat) -> list[tuple[object, list[str]]]:
    """Everything that is recorded of the three cases."""

    def look(session: Session) -> list[tuple[object, list[str]]]:
        cases = [case_of(session, code) for code in (CODE, OTHER, "HS-26-003")]
        return [
            (case.model_dump(), [step.field for step in queries.history_of_case(session, case.uid)])
            for case in cases
        ]

    return chat.ask(look)


@pytest.mark.parametrize(
    ("who", "room", "code"),
    [
        ("jens", "nord", CODE),  # a member of the other group, in its room
        ("jens", "dm", CODE),
        ("mona", "nord", CODE),  # its coordinator
        ("mona", "dm", CODE),
        ("kirsten", "dm", CODE),  # a caseworker of another case
        ("kirsten", "dm", OTHER),
        ("lene", "fremdrift", OTHER),
        ("lene", "dm", OTHER),
        ("karla", "ledelse", CODE),  # who may know of it, in a room that may not
        ("karla", "dm", OTHER),
        ("anna", "ledelse", CODE),
        ("anna", "raad", CODE),
        ("clara", "raad", CODE),
        ("clara", "dm", CODE),
    ],
)
def test_an_unknown_and_a_forbidden_code_get_the_same_answer(
    chat: Chat, who: str, room: str, code: str
) -> None:
    """Every form in turn: none of them changes anything, so they can share a chat. All that differ are named."""
    before = rows(chat)
    wrong: list[str] = []
    for form in FORMS:
        seq = chat.last_seq()
        forbidden = chat.say(who, "!" + form.format(code=code), room)
        unknown = chat.say(who, "!" + form.format(code="HS-26-008"), room)
        if forbidden.replace(code, "HS-26-008") != unknown:
            wrong.append(f"{form}: „{forbidden}“ is not „{unknown}“")
        if SECRET in forbidden or forbidden.count(code) > 1:
            wrong.append(f"{form}: „{forbidden}“ tells or suggests it")
        if rows(chat) != before:
            wrong.append(f"{form}: changed what is recorded")
        if {m["kind"] for m in chat.messages(seq)} != {"problem"}:
            wrong.append(f"{form}: somebody else hears of it")
        chat.now += timedelta(minutes=1)  # nobody says so much at once
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize(
    ("who", "room"),
    [
        ("jens", "nord"),
        ("mona", "dm"),
        ("kirsten", "dm"),
        ("karla", "ledelse"),
        ("anna", "raad"),
        ("clara", "raad"),
    ],
)
@pytest.mark.parametrize(
    "form", ["!sag", "!sag alle", "!sag lukkede", "!case all", "!sag side 2", "!sag 3", "!sag hs-26-9"]
)
def test_lists_and_suggestions_name_only_cases_one_may_know_of(
    chat: Chat, who: str, room: str, form: str
) -> None:
    chat.say("karla", "!luk 1")
    said = chat.say(who, form, room)
    named = set(re.findall(r"HS-26-00\d", said))
    allowed = {"jens": {OTHER}, "mona": {OTHER}, "kirsten": {"HS-26-003"}}.get(who, set())
    assert named <= allowed | {"HS-26-009", "HS-26-003"}
    assert CODE not in named


class TestCaseworkers:
    """They see header, goals and plan in direct messages; not what agencies write, and they change nothing."""

    @pytest.fixture(autouse=True)
    def more(self, chat: Chat) -> None:
        tells(chat, "HS-26-003", "BUF", "en fortrolig oplysning")
        chat.say("lene", "!sag 3 trend skole værre\n!sag 3 mål skole i skole hver dag\n!sag 3 beslægtet 1")
        chat.say("lene", "!aftale @lene HS-26-003 ringe til skolen inden torsdag")

    def test_what_they_see(self, chat: Chat) -> None:
        said = chat.say("kirsten", "!sag 3", "dm")
        assert "i skole hver dag" in said
        assert "ringe til skolen" in said
        for hidden in ("fortrolig", "tilbagegang", CODE, "Følger med"):
            assert hidden not in said
        assert "fortrolig" in chat.say("lene", "!sag 3")
        assert "ringe til skolen" in chat.say("kirsten", "!sag HS-26-003 plan", "dm")

    def test_the_whole_history_is_not_theirs(self, chat: Chat) -> None:
        said = chat.say("kirsten", "!sag 3 historik", "dm")
        assert said.startswith("Hele forløbet i HS-26-003 ser gruppens egne folk.")

    @pytest.mark.parametrize(
        "words",
        [
            "mål job praktik",
            "trend social fremgang",
            "emne nyt",
            "haster",
            "beslægtet 1",
            "dagsorden",
            "følger @bo:example.dk",
            "stop @kirsten",
            "opfølgning i morgen",
            "fulgt op",
            "luk",
            "bero",
            "genåbn",
        ],
    )
    def test_what_they_do_not_change(self, chat: Chat, words: str) -> None:
        before = rows(chat)
        said = chat.say("kirsten", f"!sag 3 {words}", "dm")
        assert "Karla Bech (SOF)" in said, "it says who can"
        assert CODE not in said
        assert rows(chat) == before

    def test_taken_off_they_know_nothing_any_more(self, chat: Chat) -> None:
        chat.say("karla", "!sag 3 stop @kirsten")
        assert "Jeg kender ingen sag HS-26-003 her." in chat.say("kirsten", "!sag 3", "dm")
        assert "ingen åbne sager" in chat.say("kirsten", "!sag", "dm")

    def test_an_old_message_implies_nothing_to_who_was_taken_off(self, chat: Chat) -> None:
        chat.say("kirsten", "!sag 3", "dm")
        root = chat.newest("dm", "kirsten")
        chat.say("karla", "!sag 3 stop @kirsten")
        said = chat.in_thread("kirsten", root, "!sag plan", "dm")
        assert said.startswith("Hvilken sag mener du?")


def test_where_a_case_is_lifted_to_it_is_seen_and_after_its_return_not(chat: Chat) -> None:
    def up(cases: Cases, case: Case) -> None:
        cases.escalate(case, forum(cases.session, LEDELSE), "kræver en chef")

    on_case(chat, CODE, up)
    assert SECRET in chat.say("bo", "!case 1", "ledelse")
    assert "kræver en chef" in chat.say("bo", "!case 1 history", "ledelse")
    assert OTHER not in chat.say("bo", "!case", "ledelse")
    assert "Løftet til Ledelsesgruppe" in chat.say("lene", "!sag 1")
    chat.say("bo", f"!action @bo {CODE} find a budget by Thursday", "ledelse")
    assert "find a budget" in chat.say("lene", "!sag 1 plan"), "agreed about it where it was lifted to"

    def down(cases: Cases, case: Case) -> None:
        standing = queries.escalation(cases.session, case.uid)
        assert standing is not None
        cases.send_back(case, standing)

    on_case(chat, CODE, down, "2026-11-20 11:00")
    assert "no case HS-26-001 here" in chat.say("bo", "!case 1", "ledelse")
    assert "find a budget" in chat.say("lene", "!sag 1 plan"), "still a part of its plan"
    chat.now = chat.now.replace(day=23)
    chat.say("bo", f"!action @bo {CODE} buy a bus by Thursday", "ledelse")
    assert "buy a bus" not in chat.say("lene", "!sag 1 plan")
