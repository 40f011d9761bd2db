"""What a plain answer or a reaction to a message of ours means, by the message's kind: found by being there.

A module of this package that owns a kind of message marks a function with `@on_reply` or `@on_reaction`. Kinds that
nobody owns are about actions, and bot.replies reads them.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlmodel import Session

from bot.commands import Context, Reply, registry
from bot.storage.models import Outbox

DONE = frozenset("✅✔☑")
"""Signs that say yes, or done."""
CANNOT = frozenset("❌✖❎🚫")
"""Signs that say no, or that somebody cannot."""

Heard = Callable[[Session, Context, str, Outbox], Reply | None]


class NotMine(Exception):
    """What a function raises for words that are no answer to its own question: they are read as any other answer."""


_REPLIES: dict[str, Heard] = {}
_REACTIONS: dict[str, Heard] = {}


def on_reply(*kinds: str) -> Callable[[Heard], Heard]:
    """The function is called with the words of a reply to such a message; None: nothing is said to it."""

    def mark(function: Heard) -> Heard:
        _REPLIES.update(dict.fromkeys(kinds, function))
        return function

    return mark


def on_reaction(*kinds: str) -> Callable[[Heard], Heard]:
    """The same of a reaction, with its sign: one character, without variation selectors; "" for none."""

    def mark(function: Heard) -> Heard:
        _REACTIONS.update(dict.fromkeys(kinds, function))
        return function

    return mark


def hears_reply(kind: str) -> Heard | None:
    """Who reads the words of a reply to a message of a kind; None: nobody in particular."""
    registry()  # whoever answers first after a start has typed no command yet
    return _REPLIES.get(kind)


def hears_reaction(kind: str) -> Heard | None:
    """Who reads a reaction to a message of a kind; None: nobody in particular."""
    registry()
    return _REACTIONS.get(kind)
