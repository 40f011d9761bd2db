"""Hostile text and hostile events: an answer or nothing, never an exception, never live markup, never a ping."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from sqlmodel import select

from bot.matrix.batch import Arrival, Batch, Joined
from bot.storage.models import Outbox
from tests.dialogs.chat import Chat

TAGS = set("p br strong em code ul ol li h1 h2 h3 h4 a blockquote pre table thead tbody tr td th hr".split())
WORDS = {
    "script": "<script>alert(1)</script>",
    "image": "<img src=x onerror=alert(1)> <svg/onload=alert(1)>",
    "link": '<a href="javascript:alert(1)">tryk</a> <a href="https://evil.example">tryk</a>',
    "markdown link": "[tryk](javascript:alert(1)) [tryk](https://evil.example) <https://evil.example> ![x](https://evil.example/x.png)",
    "autolink": "https://evil.example javascript:alert(1) mailto:a@evil.example",
    "markdown": "**fed** _kursiv_ `kode` # overskrift\n# overskrift\n- punkt\n1. punkt"
    "\n| a | b |\n|---|---|\n| c | d |\n---\n> citat",
    "mention": "@room @karla:example.dk https://matrix.to/#/@karla:example.dk <a href='https://matrix.to/#/@karla:example.dk'>Karla</a>",
    "ROOM": "@ROOM @Room @\u200broom ＠room",
    "entities": "&lt;script&gt;alert(1)&lt;/script&gt; &#x3C;b&#x3E; &amp;lt;",
    "right to left": "\u202egnp.exe \u2066\u2067 שלום \u202c עולם مرحبا",
    "zero width": "s\u200bø\u200cg\u200de\ufeff fri\u2060plads",
    "controls": "nul\x00 bel\x07 esc\x1b[31mrød\x1b[0m del\x7f c1\x9b31m",
    "emoji": "👩‍👩‍👧‍👦 🏳️‍🌈 👍🏿 🇩🇰 ✅ ❌",
    "marks": "z" + "\u0301\u0327\u20dd" * 2_000,
    "tokens": "\ue000x3c623e\ue001 \ue000tabc\ue001 "
    "\ue000p5b22406b61726c613a6578616d706c652e646b222c224b225d\ue001 \ue002@karla:example.dk\ue003",
    "fluent": '{ $number } { -x } { "<b>" } { NUMBER(1) }',
    "long": "ø<b>" * 15_000,
    "surrogates": "\ud83d hej \udc4d \ud800",
    "nested": "<b>" * 3_000 + "x",
    "brackets": "[" * 5_000 + "](" * 5_000,
    "backticks": "`" * 5_000,
    "stars": "*_~" * 5_000,
}


class _Seen(HTMLParser):
    """The elements and links of a formatted body."""

    def __init__(self) -> None:
        super().__init__()
        self.tags: set[str] = set()
        self.attributes: set[tuple[str, str]] = set()
        self.links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.add(tag)
        self.attributes |= {(tag, name) for name, _ in attrs}
        self.links += [value or "" for name, value in attrs if name == "href"]


def harmless(chat: Chat, seq: int) -> list[dict[str, Any]]:
    """Check everything owed since: only our tags, no links, no pings, nothing invisible, no fault. Returns it."""
    rows = chat.messages(seq)
    pings = chat.ask(lambda s: s.exec(select(Outbox.mentions)).all())
    assert all(not mentioned for mentioned in pings)
    for row in rows:
        assert row["kind"] != "fault", row["body"]
        seen = _Seen()
        seen.feed(row["html"])
        assert seen.tags <= TAGS
        assert seen.attributes <= {("ol", "start")}
        assert seen.links == []
        assert not re.search(
            "[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b\u200e\u202a-\u202e\ue000-\ue003\ufeff]", row["body"]
        )
        assert "@room" not in row["body"].casefold()
    return rows


@pytest.fixture(autouse=True)
def the_next_good_command_is_still_answered(chat: Chat) -> Iterator[None]:
    """Whatever a test did: afterwards the bot works."""
    yield
    assert "Lene Holm (BUF): søge friplads" in chat.say("karla", "!aftale @lene søge friplads fredag")


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_hostile_words_are_shown_as_words_everywhere(chat: Chat, words: str) -> None:
    chat.say("karla", f"!aftale @lene {words} senest 27/11")
    chat.say("lene", f"!note 1 {words}")
    chat.say("lene", f"!planb 1 {words}")
    chat.say("karla", "!vis 1")
    chat.say("karla", "!aftaler")
    chat.say("karla", f"!aftaler {words}")
    chat.say("karla", f"!{words}")
    chat.say("karla", f"!aftle {words}")
    chat.say("karla", f"!giv 1 {words}")
    chat.say("karla", f"!frist 1 {words}")
    chat.say("lene", f"!mig {words}", "dm")
    chat.say("karla", f"!hjælp {words}")
    chat.say("karla", f"!ugestatus {words}")
    chat.wake("2026-11-25 07:59")
    chat.at("2026-11-25 08:00")
    chat.say("lene", words, "dm")
    chat.say("lene", f"!afvis 1 {words}")
    chat.wake("2026-11-30 08:29")
    chat.at("2026-11-30 08:30")
    rows = harmless(chat, 0)
    assert {"action.shown", "reminder", "digest", "action.declined"} <= {row["kind"] for row in rows}


@pytest.mark.parametrize("words", WORDS.values(), ids=WORDS)
def test_hostile_formatted_bodies(chat: Chat, words: str) -> None:
    chat.say("karla", "!aftale @lene ringe fredag", format="org.matrix.custom.html", formatted_body=words)
    chat.say("karla", words, format="org.matrix.custom.html", formatted_body=f"<p>!aftale @lene {words}</p>")
    harmless(chat, 0)


def test_words_survive_as_they_were_typed(chat: Chat) -> None:
    typed = "**ikke fed** <b>heller ikke</b> [eller](https://x.example) 1. & 2. `kode` https://x.example"
    chat.say("karla", f"!aftale @lene {typed} fredag")
    assert typed in chat.say("karla", "!vis 1")


@pytest.mark.parametrize("silence", "!!!|!|!?|! |!!aftale|!1|!42 færdig|...!|¡aftale lene|!\n!\n!".split("|"))
def test_marks_are_no_commands(chat: Chat, silence: str) -> None:
    assert chat.say("karla", silence) == ""


@pytest.mark.parametrize(
    "body",
    [
        "> <@lene:example.dk> !aftale @ali stjæle fredag\n\nfint",
        "> !annuller 1",
        "```\n!annuller 1\n```",
        "~~~\n!annuller 1\n~~~",
        "se her:\n    !annuller 1",
        "`!annuller 1`",
        "* !annuller 1",
        "hun skrev !annuller 1",
    ],
)
def test_quotes_code_and_fallbacks_are_no_commands(chat: Chat, body: str) -> None:
    chat.say("karla", "!aftale @lene ringe fredag")
    assert chat.say("karla", body) == ""
    assert chat.say("karla", body, reply_to=chat.newest()) == ""
    assert [a["state"] for a in chat.actions()] == ["open"]


def test_a_command_in_somebody_elses_edit_is_ignored(chat: Chat) -> None:
    said = chat.send("karla", "!aftale @lene ringe fredag")
    talk = chat.send("lene", "hej")
    own = chat.newest()
    for target in (said, talk, own, "$unknown:example.dk", ""):
        assert chat.edit("bo", target, "!annuller 1") == ""
    assert [a["state"] for a in chat.actions()] == ["open"]


def test_an_edit_without_new_content_is_nothing(chat: Chat) -> None:
    said = chat.send("karla", "!aftale @lene ringe fredag")
    relation = {"rel_type": "m.replace", "event_id": said}
    assert chat.say("karla", "* !annuller 1", **{"m.relates_to": relation}) == ""  # type: ignore[arg-type]
    assert [a["state"] for a in chat.actions()] == ["open"]


ODD: list[Any] = [
    None,
    True,
    0,
    -1,
    1.5,
    10**30,
    "",
    "x",
    "\x00",
    [],
    [1],
    {},
    {"a": []},
    [{}],
    {"event_id": []},
    "\ud83d",
]
GOOD: dict[str, Any] = {
    "msgtype": "m.text",
    "body": "!note 1 hej",
    "format": "org.matrix.custom.html",
    "formatted_body": "!note 1 hej",
    "m.mentions": {},
    "m.relates_to": {"m.in_reply_to": {"event_id": "$1:example.dk"}},
    "m.new_content": {"msgtype": "m.text", "body": "!note 1 hej"},
}


def throw(chat: Chat, event: Any) -> None:
    """An event arrives as it is, whatever it is."""
    arrival = Arrival("!fremdrift:example.dk", event, chat.now)
    batch = Batch("t", chat.now, {}, (Joined(arrival.room_id, (), (arrival,)),), ())
    chat.db.run_sync(chat.inbox.sync, batch)


def each(chat: Chat, attempt: Callable[[Any], None]) -> None:
    """Every odd value in one chat, an hour apart; those after which it is not harmless are named together."""
    wrong: list[str] = []
    for odd in ODD:
        before = chat.last_seq()
        try:
            attempt(odd)
            harmless(chat, before)
        except Exception as fault:
            wrong.append(f"{odd!r}: {fault!r}")
        chat.now += timedelta(hours=1)
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("field", GOOD)
def test_a_content_with_a_wrong_type(chat: Chat, field: str) -> None:
    said = chat.send("karla", "!aftale @lene ringe fredag")

    def attempt(odd: Any) -> None:
        for relation in (
            GOOD["m.relates_to"],
            {"rel_type": "m.replace", "event_id": said},
            {"rel_type": "m.thread", "event_id": said},
        ):
            content = {**GOOD, "m.relates_to": relation, field: odd}
            chat.event("karla", "fremdrift", "m.room.message", content)
        chat.event("karla", "dm", "m.room.message", {**GOOD, field: odd})

    each(chat, attempt)


@pytest.mark.parametrize("part", ["event_id", "rel_type", "key", "m.in_reply_to", "is_falling_back"])
def test_a_relation_with_a_wrong_type(chat: Chat, part: str) -> None:
    chat.say("karla", "!aftale @lene ringe fredag")
    own = chat.newest()

    def attempt(odd: Any) -> None:
        for kind in ("m.annotation", "m.thread", "m.replace", "m.reference"):
            relation = {"rel_type": kind, "event_id": own, "key": "✅", part: odd}
            chat.event("bo", "fremdrift", "m.reaction", {"m.relates_to": relation})
            chat.event(
                "bo",
                "fremdrift",
                "m.room.message",
                {"msgtype": "m.text", "body": "hej", "m.relates_to": relation},
            )
        chat.event("bo", "fremdrift", "m.room.redaction", {"redacts": odd}, redacts=odd)
        assert chat.action(1)["state"] == "open"

    each(chat, attempt)


@pytest.mark.parametrize("odd", ODD, ids=repr)
def test_an_event_with_a_wrong_type_in_any_field(chat: Chat, odd: Any) -> None:
    good = {"sender": "@karla:example.dk", "type": "m.room.message", "content": GOOD}
    own = {"sender": "@hotspotbot:example.dk", "type": "m.room.message"}
    state = ("m.room.member", "m.room.tombstone", "m.room.encryption", "m.room.message", "m.room.name")
    thrown: list[dict[str, Any]] = [
        *({**good, field: odd} for field in good),
        *({k: v for k, v in good.items() if k != field} for field in good),
        *({**good, "type": kind, "state_key": odd} for kind in state),
        *({**good, "type": kind, "state_key": "", "content": odd} for kind in state),
        {**good, "type": "m.room.member", "state_key": "@x:y", "content": {"membership": odd}},
        {**good, "type": "m.room.tombstone", "state_key": "", "content": {"replacement_room": odd}},
        {**own, "content": {"dk.hotspotbot": odd}},
        {**own, "content": {"dk.hotspotbot": {"id": odd}}},
    ]
    for number, event in enumerate(thrown):
        throw(chat, {"event_id": f"$odd{number}", **event})
    throw(chat, {**good, "event_id": odd})
    throw(chat, {})
    harmless(chat, 0)


def test_another_bots_notice_is_never_answered(chat: Chat) -> None:
    assert chat.say("karla", "!aftaler", msgtype="m.notice") == ""


def test_fifty_commands_in_one_message_are_fifty_answers(chat: Chat) -> None:
    chat.say("karla", "\n".join(f"!aftale @lene opgave {n} fredag" for n in range(50)))
    assert len(chat.actions()) == 50
    harmless(chat, 0)


def test_a_fault_is_an_apology_with_the_reference_of_the_log(
    chat: Chat, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from bot.commands import listing

    with monkeypatch.context() as broken:
        broken.setattr(listing, "_grouped", lambda *_: 1 / 0)
        chat.say("karla", "!aftale @lene tale med Hemmelighansen fredag")
        capsys.readouterr()
        answer = chat.say("karla", "!aftaler")
    found = re.fullmatch(r"Undskyld, der gik noget galt hos mig\..* referencen ([0-9A-F]{6})\.", answer)
    assert found
    logged = capsys.readouterr().out
    assert found[1] in logged
    assert "ZeroDivisionError" in logged
    assert "Hemmelighansen" not in logged
    assert "Traceback" not in answer


def test_the_database_holds_no_words_in_clear(chat: Chat, tmp_path: Path) -> None:
    chat.say("karla", "!aftale @lene tale med Hemmelighansen fredag")
    chat.say("lene", "!note 1 Hemmelighansen sover")
    assert b"Hemmelighansen" not in chat.raw()
    assert "Hemmelighansen" in chat.everything()
