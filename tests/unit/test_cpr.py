"""CPR numbers are found however they are written, and nothing else is taken for one (measured on cpr_numbers)."""

from __future__ import annotations

import random

import pytest

from bot import cpr
from tests.unit.cpr_numbers import AMBIGUOUS, ARE, ARE_NOT


def test_the_corpus_is_large_and_each_line_stands_once() -> None:
    assert len(set(ARE)) >= 150
    assert len(set(ARE_NOT)) >= 250
    assert set(ARE).isdisjoint(ARE_NOT)


def test_all_that_are_numbers_are_found() -> None:
    assert [text for text in ARE if not cpr.contains(text)] == []


def test_nothing_else_is_taken_for_one() -> None:
    assert [text for text in ARE_NOT if cpr.contains(text)] == []


def test_where_nothing_tells_them_apart_it_counts_as_one() -> None:
    assert [text for text in AMBIGUOUS if not cpr.contains(text)] == []


@pytest.mark.parametrize(
    "text", ["Aftalen er {}.", "!aftale @lene {} inden fredag", "({})", "før\n{}\nefter", "æøå {}"]
)
def test_what_stands_around_changes_nothing(text: str) -> None:
    assert [each for each in ARE if not cpr.contains(text.format(each))] == []
    around = [text.format(each) for each in ARE_NOT]
    assert [each for each in around if cpr.contains(each)] == []


def test_every_valid_date_is_found_in_its_usual_forms() -> None:
    chance = random.Random(7)
    for _ in range(2_000):
        day, month, year = chance.randint(1, 28), chance.randint(1, 12), chance.randint(0, 99)
        born, serial = f"{day:02}{month:02}{year:02}", f"{chance.randint(0, 9999):04}"
        for form in (f"{born}-{serial}", f"{born}{serial}", f"{born} {serial}"):
            assert cpr.contains(f"om {form} i dag"), form


def test_danish_telephones_in_any_number_are_none() -> None:
    chance = random.Random(8)
    for _ in range(2_000):
        digits = f"{chance.randint(20_000_000, 99_999_999)}"
        pairs = " ".join(digits[at : at + 2] for at in range(0, 8, 2))
        for form in (
            digits,
            pairs,
            f"+45 {pairs}",
            f"+45{digits}",
            f"0045{digits}",
            f"{digits[:4]} {digits[4:]}",
        ):
            assert not cpr.contains(f"ring {form} eller kom forbi"), form


@pytest.mark.parametrize(
    "text",
    [
        *(
            piece * 20_000
            for piece in ("<", "<a", "1", "01", "01 ", "0 ", "@", "#1", "a\u0301", "01-", "&#1", "a1.")
        ),
        *(piece * 20_000 for piece in ("@1:", "http:", "0101901", "tlf 0101", "\ud800")),
        "\u0301" * 60_000 + "1" * 10,
    ],
    ids=str.__len__,
)
def test_hostile_text_harms_nothing(text: str) -> None:
    cpr.contains(text)
    assert cpr.contains(f"120512-4321 {text}")


EVENTS = [
    {"type": "m.room.message", "content": {"msgtype": "m.text", "body": "om N"}},
    {
        "type": "m.room.message",
        "content": {"msgtype": "m.text", "body": "om", "formatted_body": "om <b>N</b>"},
    },
    {"type": "m.room.message", "content": {"msgtype": "m.file", "body": "bilag", "filename": "N.pdf"}},
    {"type": "m.room.message", "content": {"msgtype": "m.image", "body": "N", "filename": "billede.png"}},
    {
        "type": "m.room.message",
        "content": {"body": "* x", "m.new_content": {"msgtype": "m.text", "body": "om N"}},
    },
    {"type": "m.room.message", "content": {"msgtype": "m.notice", "body": "N"}},
    {
        "type": "m.room.message",
        "content": {"msgtype": "m.location", "body": "her", "m.location": {"description": "N"}},
    },
    {"type": "m.sticker", "content": {"body": "N", "url": "mxc://x/y"}},
    {
        "type": "m.reaction",
        "content": {"m.relates_to": {"rel_type": "m.annotation", "event_id": "$x", "key": "N"}},
    },
    {"type": "m.poll.start", "content": {"m.poll.start": {"question": {"m.text": [{"body": "N"}]}}}},
    {
        "type": "org.matrix.msc3381.poll.start",
        "content": {
            "org.matrix.msc3381.poll.start": {
                "question": {"org.matrix.msc1767.text": "Hvem?"},
                "answers": [{"id": "1", "org.matrix.msc1767.text": "N"}],
            }
        },
    },
    {"type": "m.room.topic", "state_key": "", "content": {"topic": "N"}},
    {"type": "m.room.topic", "state_key": "", "content": {"m.topic": {"m.text": [{"body": "N"}]}}},
    {"type": "m.room.name", "state_key": "", "content": {"name": "N"}},
    {"type": "m.room.member", "state_key": "@a:b", "content": {"membership": "join", "displayname": "N"}},
    {"type": "m.room.member", "state_key": "@a:b", "content": {"membership": "leave", "reason": "N"}},
    {"type": "m.room.redaction", "content": {"redacts": "$x", "reason": "N"}},
    {"type": "dk.example.other", "content": {"deep": [{"down": ["N"]}]}},
]
NO_EVENTS = [
    {"type": "m.room.message", "content": {"msgtype": "m.image", "body": "b", "url": "mxc://x/N"}},
    {"type": "m.room.message", "content": {"body": "b", "file": {"url": "N", "key": {"k": "N"}, "iv": "N"}}},
    {"type": "m.room.message", "content": {"body": "b", "info": {"size": 1205124321, "thumbnail_url": "N"}}},
    {"type": "m.room.message", "content": {"body": "b", "m.relates_to": {"event_id": "N"}}},
    {"type": "m.room.message", "content": {"body": "b", "m.mentions": {"user_ids": ["@N:x"]}}},
    {"type": "m.room.encrypted", "content": {"ciphertext": "N", "session_id": "N"}},
    {"type": "m.room.pinned_events", "state_key": "", "content": {"pinned": ["N"]}},
    {"type": "m.call.invite", "content": {"offer": {"sdp": "o=- 1205124321 2"}}},
    {"type": "m.room.message", "content": None},
    {"type": None, "content": []},
    {},
]


def _filled(value: object) -> object:
    if isinstance(value, str):
        return value.replace("N", "120512-4321")
    if isinstance(value, dict):
        return {key: _filled(inner) for key, inner in value.items()}
    return [_filled(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: str(event["type"]))
def test_everything_that_people_read_is_looked_at(event: dict[str, object]) -> None:
    found = _filled(event)
    assert isinstance(found, dict)
    assert cpr.in_event(found)
    assert not cpr.in_event(event)


@pytest.mark.parametrize("event", NO_EVENTS, ids=str)
def test_what_machines_write_is_not(event: dict[str, object]) -> None:
    found = _filled(event)
    assert isinstance(found, dict)
    assert not cpr.in_event(found)


def test_a_content_without_end_is_nobodys() -> None:
    deep: object = "120512-4321"
    for _ in range(500):
        deep = [deep]
    assert not cpr.in_event({"type": "x", "content": {"body": deep}})
