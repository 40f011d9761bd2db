"""The digest on request: here, or across the forums that somebody oversees."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from sqlmodel import Session

from bot import text
from bot.commands import Context, Problem, Reply, Rest, command, fold
from bot.documents.digest import Request, build, coarse_digest
from bot.storage import queries
from bot.storage.models import Forum

_SPAN = re.compile(r"^(?:seneste |sidste |last )?(\d{1,3}) ?(dage?|days?|uger?|weeks?)$")
_BOARD = frozenset({"direktion", "direktionen", "styregruppe", "board", "management"})


@command("digest", da=("ugestatus",), en=("status-report",), family="digest")
def digest(session: Session, ctx: Context, words: Rest) -> Reply:
    """Show the digest now: this room's, or in direct messages that of all forums one oversees.

    da: Vis ugestatus nu: rummets egen. I en direkte besked får Hotspotchefen den på tværs af sine fora.
        !ugestatus
        !ugestatus BUF
        !ugestatus 14 dage
        !ugestatus direktion
    en: Show the digest now: this room's, or in a direct message to the lead across the forums.
        !digest
        !digest BUF
        !digest 14 days
        !digest board
    """
    forums = _forums(session, ctx)
    since, until = span(session, ctx, forums)
    agency: str | None = None
    board = False
    asked = fold(words).strip(" .!")
    days = _SPAN.match(asked)
    if days:
        length = timedelta(days=min(int(days.group(1)), 366) * (7 if days.group(2)[0] in "uw" else 1))
        since, until = ctx.at - length, ctx.at + length
    elif asked in _BOARD:
        board = True
    elif asked:
        agency = next((c for c in ctx.access.settings.agencies if fold(c) == asked), None)
        if agency is None:
            codes = ", ".join(ctx.access.settings.agencies) or "BUF"
            raise Problem(
                "problem-digest", word=text.user_text(words[:40]), agencies=codes, prefix=ctx.prefix
            )
    request = Request(
        forums=tuple(forums),
        since=since,
        until=until,
        now=ctx.at,
        language=ctx.language,
        agency=agency,
        across=ctx.place.direct,
    )
    made = coarse_digest(session, ctx.access, request) if board else build(session, ctx.access, request)
    return Reply("digest", made.template, made.actions, picture=made.figures)


def _forums(session: Session, ctx: Context) -> list[Forum]:
    if ctx.place.forum is not None:
        return [ctx.place.forum]
    forums = ctx.access.own_forums(session, ctx.person)
    if not forums:
        raise Problem("problem-digest-room", prefix=ctx.prefix)
    return forums


def span(session: Session, ctx: Context, forums: list[Forum]) -> tuple[datetime, datetime]:
    """From the last regular digest until a week ahead. Asking never moves what "since the last" means."""
    week = ctx.at + timedelta(days=7)
    target = f"dm:{ctx.person.user_id}" if ctx.place.direct else f"forum:{forums[0].uid}"
    last = queries.digest_sent(session, target)
    return (last if last and last < ctx.at else ctx.at - timedelta(days=7)), week
