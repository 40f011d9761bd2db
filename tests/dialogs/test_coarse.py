"""Figures that may be passed on pin nobody down: alone, by difference, by what is missing, and over time."""

from __future__ import annotations

import itertools
import re

import pytest

from bot.documents.coarse import rounded, shown
from tests.dialogs.chat import Chat

MOST = 24
SMALL = {1, 2, 3, 4}
BEHIND: dict[int, set[int]] = {}
for number in range(MOST + 10):
    BEHIND.setdefault(rounded(number), set()).add(number)


def pinned(values: set[int]) -> bool:
    """Whether one knows that somebody is there, and that they are few; or the very number."""
    return values <= SMALL or len(values) == 1


def test_no_figure_and_no_pair_of_figures_pins_a_small_count() -> None:
    """Every pair of counts, as two figures beside each other or as one figure at two times."""
    for first, second in itertools.product(range(MOST), repeat=2):
        one, other = BEHIND[rounded(first)], BEHIND[rounded(second)]
        assert not pinned(one)
        between = {abs(a - b) for a in one for b in other}
        assert not pinned(between), (first, second)


def test_no_part_of_a_figure_is_pinned_by_the_whole() -> None:
    """Open actions and the overdue among them: neither these, nor the rest, are pinned."""
    for whole in range(MOST):
        for part in range(whole + 1):
            possible = [(w, p) for w in BEHIND[rounded(whole)] for p in BEHIND[rounded(part)] if p <= w]
            assert not pinned({p for _, p in possible}), (whole, part)
            assert not pinned({w for w, _ in possible}), (whole, part)
            assert not pinned({w - p for w, p in possible}), (whole, part)


def test_none_is_said_as_few() -> None:
    assert {shown("da", rounded(n)) for n in range(5)} == {"færre end 5"}
    assert shown("en", rounded(14)) == "about 10"
    with pytest.raises(ValueError, match="rounded"):
        shown("da", 7)
    with pytest.raises(ValueError, match="negative"):
        rounded(-1)


def promise(chat: Chat, count: int, who: str = "@lene") -> None:
    for _ in range(count):
        chat.send("karla", f"!aftale {who} ringe inden 1/6 2027")


def test_which_agencies_are_named_says_nothing(chat: Chat) -> None:
    none = chat.say("anna", "!ugestatus direktion", "dm")
    chat.at("2026-11-27 10:00")
    promise(chat, 1)
    chat.at("2026-11-28 10:00")
    one = chat.say("anna", "!ugestatus direktion", "dm")
    assert re.sub(r"(?m)^Tal for .*$", "", none) == re.sub(r"(?m)^Tal for .*$", "", one)
    for agency in ("BUF", "SOF", "BIF", "politi"):
        assert f"{agency}: færre end 5 åbne aftaler, heraf færre end 5 over fristen" in one


def test_for_a_week_the_figures_stay_whoever_asks(chat: Chat) -> None:
    promise(chat, 4)
    before = chat.say("anna", "!ugestatus direktion")
    assert "BUF: færre end 5" in before
    promise(chat, 1)
    chat.at("2026-11-26 12:00")
    assert chat.say("karla", "!ugestatus direktion") == before, "that one came in between is not to be seen"
    chat.at("2026-11-27 12:00")
    after = chat.say("karla", "!ugestatus direktion")
    assert "BUF: ca. 5" in after
    assert chat.say("anna", "!ugestatus direktion") == after


def test_citizens_see_no_picture_with_exact_figures(chat: Chat) -> None:
    chat.send("anna", "!aftale mig finde et lokale inden tirsdag", "raad")
    before = chat.last_seq()
    assert "finde et lokale" in chat.say("anna", "!ugestatus", "raad")
    assert [m["what"] for m in chat.messages(before)] == ["message"]
    chat.send("karla", "!aftale mig finde et lokale inden tirsdag")
    before = chat.last_seq()
    chat.send("karla", "!ugestatus")
    assert "picture" in [m["what"] for m in chat.messages(before)]
