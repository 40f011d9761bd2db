"""CPR numbers are found however they are written, and nothing else is taken for one (measured on two corpora)."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from bot import cpr
from bot.cpr_events import WITHIN, Halves, in_event
from tests.unit import cpr_lines, cpr_numbers, cpr_spoken

ARE = (*cpr_numbers.ARE, *cpr_lines.ARE, *cpr_spoken.ARE)
ARE_NOT = (*cpr_numbers.ARE_NOT, *cpr_lines.ARE_NOT, *cpr_spoken.ARE_NOT)
AMBIGUOUS = (*cpr_numbers.AMBIGUOUS, *cpr_spoken.AMBIGUOUS)


def test_the_corpus_is_large_and_each_line_stands_once() -> None:
    assert len(set(ARE)) >= 400
    assert len(set(ARE_NOT)) >= 600
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
        *(
            piece * 20_000
            for piece in ("1 og så ", "1. maj ", "1/1-", "d. 01", "01 - ", "$a", "møde ", "1 | ")
        ),
        *(
            piece * 20_000
            for piece in (
                "født ",
                "f. ",
                "f. 1/1 12 nr. ",
                "cpr 1/1 ",
                "O1",
                "O1 ",
                "12O512-43",
                "slutter på 1",
            )
        ),
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
    {"type": "m.room.canonical_alias", "state_key": "", "content": {"alias": "#N:example.dk"}},
    {"type": "m.room.third_party_invite", "state_key": "x", "content": {"display_name": "N"}},
    {"type": "m.room.message", "content": {"body": "> <@a:b> om N\n\nja", "m.relates_to": {}}},
    {
        "type": "m.room.message",
        "content": {
            "body": "ja",
            "formatted_body": "<mx-reply><blockquote>N</blockquote></mx-reply>ja",
            "m.relates_to": {"m.in_reply_to": {"event_id": "$x", "body": "om N"}},
        },
    },
    {"type": "m.room.message", "content": {"msgtype": "m.image", "body": "b", "info": {"alt": "N"}}},
    {
        "type": "m.room.message",
        "content": {"msgtype": "m.image", "body": "b", "info": {"thumbnail_file": {"url": "N"}}},
    },
    {"type": "m.room.message", "content": {"body": "b", "external_url": "https://x.dk/?cpr=N"}},
    {"type": "m.room.message", "content": {"body": "b", "url": "https://x.dk/borger/N"}},
    {"type": "m.room.message", "content": {"body": "b", "msgtype": "N", "format": "N"}},
    {"type": "m.room.message", "content": {"body": "b", "m.caption": {"m.text": [{"body": "N"}]}}},
    {"type": "m.room.message", "content": {"body": "b", "dk.hotspotbot": {"kind": "N"}}},
    {"type": "m.room.message", "content": {"body": "b", "m.mentions": {"user_ids": ["N"]}}},
    {"type": "m.poll.start", "content": {"m.poll.start": {"answers": [{"m.id": "N"}, {"id": "N"}]}}},
    {"type": "m.poll.response", "content": {"m.poll.response": {"answers": ["N"]}}},
    {"type": "m.poll.end", "content": {"m.poll.end": {}, "m.text": [{"body": "N vandt"}]}},
    {"type": "m.beacon_info", "state_key": "@a:b", "content": {"description": "N", "timeout": 60000}},
    {"type": "m.space.child", "state_key": "!x:y", "content": {"order": "N", "via": ["x"]}},
    {"type": "m.widget", "state_key": "w", "content": {"data": {"title": "N"}, "name": "ur"}},
    {"type": "dk.example.other", "content": {"deep": [{"down": ["N"]}]}},
    {"type": "dk.example.other", "content": {"N": True}},
    {"type": "dk.example.other", "state_key": "N", "content": {}},
]
NO_EVENTS = [
    {"type": "m.room.message", "content": {"msgtype": "m.image", "body": "b", "url": "mxc://x/N"}},
    {
        "type": "m.room.message",
        "content": {"body": "b", "file": {"url": "mxc://x/N", "key": {"k": "AbCdN-EfG"}, "iv": "N/AbCdEf"}},
    },
    {
        "type": "m.room.message",
        "content": {"body": "b", "info": {"size": 1205124321, "thumbnail_url": "mxc://x/N"}},
    },
    {"type": "m.room.message", "content": {"body": "b", "m.relates_to": {"event_id": "$N"}}},
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
        return {str(_filled(key)): _filled(inner) for key, inner in value.items()}
    return [_filled(inner) for inner in value] if isinstance(value, list) else value


@pytest.mark.parametrize("event", EVENTS, ids=lambda event: str(event["type"]))
def test_everything_that_people_read_is_looked_at(event: dict[str, object]) -> None:
    found = _filled(event)
    assert isinstance(found, dict)
    assert in_event(found)
    assert not in_event(event)


@pytest.mark.parametrize("event", NO_EVENTS, ids=str)
def test_what_machines_write_is_not(event: dict[str, object]) -> None:
    found = _filled(event)
    assert isinstance(found, dict)
    assert not in_event(found)


def test_no_depth_hides_one() -> None:
    deep: object = "120512-4321"
    for _ in range(500):
        deep = [{"a": deep}]
    assert in_event({"type": "x", "content": {"body": deep}})


# --- over two messages

PARTED = [
    ("241126", "1234"),
    ("Hun er født 241126", "1234"),
    ("det er ham med 120512", "4321"),
    ("12.05.12", "4321"),
    ("12-05-2012", "4321"),
    ("12. maj 2012", "4321"),
    ("født 12/5-12", "4321 hedder hun"),
    ("120512-", "4321"),
    ("120512", "-4321"),
    ("cpr 120512", "og så 4321"),
    ("120512?", "4321!"),
    ("f. 120512", "nr. 4321"),
    ("120512", "slutter på 4321"),
    ("født 12/5 12", "kontrolcifre 4321"),
    ("١٢٠٥١٢", "４３２１"),
    ("241126", "de sidste fire er 1234"),
    ("12. maj 12", "sidste fire cifre 4321"),
    ("f. 120512", "og de fire sidste er 1400"),
    ("born 120512", "last four are 4321"),
]
NOT_PARTED = [
    ("vi ses d. 241126", "1400"),
    ("vi ses 241126", "1400 på rådhuset"),
    ("mødes 24.11.26", "1234"),
    ("24.11.26", "2500 kr. er bevilget"),
    ("det var 241126", "4500 unge kom"),
    ("12.05.12", "2500 Valby"),
    ("ring 20 10 12 12", "1234"),
    ("inden 241126", "4500 kr"),
    ("ok", "4321"),
    ("1112", "4321"),
    ("HS-26-014", "4321"),
    ("færdig 42", "4321"),
    ("120512", "vi ses kl. 1234"),
    ("født 12.05.12", "4 gange er han set"),
    ("120512", "20101512"),
    ("120512 er hans fødselsdag, mor ringer", "4321"),
    ("999999", "4321"),
]
AT = datetime(2026, 11, 24, 9, tzinfo=UTC)


def _over(
    halves: Halves, *said: str, apart: timedelta = timedelta(seconds=20), **who: str
) -> list[str | None]:
    found = []
    for n, words in enumerate(said):
        event = {"type": "m.room.message", "sender": "@lene:x", "content": {"body": words}}
        if n and "sender" in who:
            event["sender"] = who["sender"]
        room = who.get("room", "!a") if n else "!a"
        found.append(halves.first_of(room, f"${n}", event, AT + n * apart))
    return found


def test_a_number_over_two_messages_is_found() -> None:
    assert [parts for parts in PARTED if _over(Halves(), *parts) != [None, "$0"]] == []


def test_what_only_follows_a_date_is_not() -> None:
    assert [parts for parts in NOT_PARTED if _over(Halves(), *parts) != [None, None]] == []


def test_only_of_one_person_in_one_room_and_soon() -> None:
    assert _over(Halves(), "120512", "4321", sender="@ali:x") == [None, None]
    assert _over(Halves(), "120512", "4321", room="!b") == [None, None]
    assert _over(Halves(), "120512", "4321", apart=WITHIN + timedelta(seconds=1)) == [None, None]
    assert _over(Halves(), "120512", "øjeblik", "4321") == [None, None, None]
    assert _over(Halves(), "120512", "øjeblik", "de sidste fire er 4321") == [None, None, "$0"]


def test_the_same_message_again_is_answered_the_same() -> None:
    halves = Halves()
    assert _over(halves, "120512", "4321") == [None, "$0"]
    assert _over(halves, "120512", "4321") == [None, "$0"]


def test_nothing_of_the_date_is_remembered() -> None:
    halves = Halves()
    _over(halves, "det er 120512")
    assert "120512" not in repr(vars(halves))
