"""Figures that may leave the programme: for citizens, for the steering level, for whoever they are passed on to.

A count under five is "færre end 5", none included; every other is rounded down to fives. So one figure leaves open
whether there was anybody at all, and the difference of two leaves nine numbers open. Which lines there are says
nothing either: all agencies stand there, whether they have anything or not, and no total stands beside its parts. For a
week the same forums have the same figures, so that nobody sees what one day changed (docs/decisions/coarse-figures.md).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot import text
from bot.storage import queries

STEP = 5
FROZEN = timedelta(days=7)
ONLY_COARSE = frozenset({"hotspotraad", "styregruppe"})
"""Kinds of forums that get no exact figures of anything but what is listed there word by word."""


def rounded(number: int) -> int:
    """A count as it may be shown: a multiple of five; 0 stands for 0 to 4. ValueError for less than none."""
    if number < 0:
        raise ValueError("a count is never negative")
    return number // STEP * STEP


def shown(language: str, figure: int) -> str:
    """A rounded count in words: "færre end 5", "ca. 10". ValueError for one that is not rounded."""
    if figure != rounded(figure):
        raise ValueError("only rounded figures are shown")
    return text.t(language, "coarse-few") if figure == 0 else text.t(language, "coarse-about", number=figure)


def frozen(
    session: Session, what: str, now: datetime, count: Callable[[], Mapping[str, Any]]
) -> tuple[datetime, Mapping[str, Any]]:
    """The rounded figures of something and when they were counted: for a week those of the first time.

    `count` gives the numbers, which are rounded before they are kept.
    """
    key = f"coarse:{session.info['vault'].digest('coarse', what)}"
    kept = queries.meta(session, key)
    if kept is not None:
        at, figures = json.loads(kept)
        counted = datetime.fromisoformat(at)
        if counted <= now < counted + FROZEN:
            return counted, figures
    figures = _all_rounded(count())
    queries.set_meta(session, key, json.dumps([now.isoformat(), figures]))
    return now, figures


def _all_rounded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _all_rounded(inner) for key, inner in value.items()}
    if isinstance(value, (list, tuple)):
        return [_all_rounded(inner) for inner in value]
    return rounded(value) if isinstance(value, int) else value
