"""What a plain answer or a reaction to a message of ours means, by the message's kind: found by being there.

A module of this package that owns a kind of message marks a function with `@on_reply` or `@on_reaction`. Kinds that
nobody owns are about actions, and bot.replies reads them.
"""

from __future__ import annotations

from collections.abc import Callable

from sqlmodel import Session

from bot.commands import Context, Reply
from bot.storage.models import Outbox

Heard = Callable[[Session, Context, str, Outbox], Reply | None]


class NotMine(Exception):
    """What a function raises for words that are no answer to its own question: they are read as any other answer."""


REPLIES: dict[str, Heard] = {}
REACTIONS: dict[str, Heard] = {}


def on_reply(*kinds: str) -> Callable[[Heard], Heard]:
    """The function is called with the words of a reply to such a message; None: nothing is said to it."""

    def mark(function: Heard) -> Heard:
        REPLIES.update(dict.fromkeys(kinds, function))
        return function

    return mark


def on_reaction(*kinds: str) -> Callable[[Heard], Heard]:
    """The same of a reaction, with its sign: one character, without variation selectors; "" for none."""

    def mark(function: Heard) -> Heard:
        REACTIONS.update(dict.fromkeys(kinds, function))
        return function

    return mark
