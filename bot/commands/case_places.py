"""Which case is meant: the one whose code stands first, else that of the message answered or of a meeting's item."""

from __future__ import annotations

import re

from rapidfuzz import fuzz, process
from sqlmodel import Session

from bot import text
from bot.cases import code_of
from bot.commands import Context, Problem
from bot.storage import queries
from bot.storage.cases import Case

_DASH = r"[-\u2010-\u2015 ]"
# "3 måneder" are words, not the third case.
_SHORT = re.compile(
    r"\s*#?(?:(\d\d)-)?(\d{1,5})(?![\w/:-]|\.\S)"
    r"(?!\s*(?:dag|uge|måned|md|mdr|år|time|minut|gang|day|week|month|year|hour|minute)(?:e?r|e|s)?\b)[\s:,.–-]*",
    re.IGNORECASE,
)


def code_at(words: str, ctx: Context) -> tuple[str | None, str]:
    """The case code that words begin with, as the bot writes it, and the rest: "hs 26 14", "HS2026–14" are it too."""
    prefix = re.escape(ctx.access.settings.general.case_prefix)
    apart, together = rf"(\d\d){_DASH}(\d{{1,5}})", r"(\d\d)(\d{3})"
    year = rf"\s*#?{prefix}{_DASH}?(?:20(?=\d\d))?"
    found = (re.match(rf"{year}{code}(?!\w|-)[\s:,.;]*", words, re.IGNORECASE) for code in (apart, together))
    match = next(filter(None, found), None)
    if match is None:
        return None, words
    return code_of(ctx.access, 2000 + int(match[1]), int(match[2])), words[match.end() :].lstrip("–- ")


def codes_listed(words: str, ctx: Context) -> list[str]:
    """The codes that begin a line or a part of words: who writes "HS-26-001 intet nyt og HS-26-002 intet nyt"."""
    prefix = re.escape(ctx.access.settings.general.case_prefix)
    parts = re.split(
        rf"(?:\n|[.;,/&+]|\bog\b|\band\b|\bsamt\b)\s*(?={prefix}[-–— ]?\d)", words, flags=re.IGNORECASE
    )
    return [code for code in (code_at(part, ctx)[0] for part in parts) if code is not None]


def code_last(words: str, ctx: Context) -> tuple[str | None, str]:
    """The code that words end with ("intet nyt i HS-26-014"), and what stands before it."""
    prefix = re.escape(ctx.access.settings.general.case_prefix)
    match = re.search(
        rf"[\s,:(]+(?:(?:i|om|fra|for|til|vedr\.?|in|on|about|re)\s+)?(?:sag(?:en)?\s+|case\s+)?"
        rf"(#?{prefix}[-–— ]?\d[\d–— -]*)\)?[\s.!]*$", words, re.IGNORECASE,
    )  # fmt: skip
    code, rest = code_at(match[1], ctx) if match else (None, "")
    return (code, words[: match.start()].strip()) if match and code and not rest else (None, words)


def short_code(words: str, ctx: Context) -> tuple[str | None, str]:
    """The code of the case whose number alone stands in front ("14", "26-14"), and the rest."""
    match = _SHORT.match(words)
    if match is None:
        return None, words
    year = int(match[1]) + 2000 if match[1] else ctx.access.today(ctx.at).year
    return code_of(ctx.access, year, int(match[2])), words[match.end() :]


def the_case(
    session: Session, ctx: Context, words: str, example: str, *, number: bool = False
) -> tuple[Case, str]:
    """The case that words name first, and the rest; without a code the one that is spoken of here.

    `number`: its number alone is enough ("14", "26-14"). Raises Problem: no case is named, or none that the person may
    know of here; a case that does not exist and one that is somebody else's get the same answer.
    """
    code, rest = code_at(words, ctx)
    if code is None and number:
        code, rest = short_code(words, ctx)
    if code is None:
        spoken_of = implied(session, ctx)
        if spoken_of is None:
            raise Problem("problem-case-which", example=example)
        return spoken_of, words.strip()
    return named(session, ctx, code), rest.strip()


def named(session: Session, ctx: Context, code: str) -> Case:
    """The case with a code, if the person may know of it here; else the Problem that says so."""
    scope = ctx.access.case_scope(session, ctx.person, ctx.place)
    found = queries.case_by_code(session, code)
    if found is None or not ctx.access.case_within(session, scope, found):
        raise unknown(session, ctx, code, scope)
    return found


def implied(session: Session, ctx: Context) -> Case | None:
    """The case that is spoken of where nobody says its code: the thread's, or that of the agenda item under way."""
    if ctx.about_case is not None:
        return ctx.about_case
    item = queries.agenda_item(session, ctx.meetings(session).item_at(ctx.meeting))
    found = queries.case_by_code(session, item.case_code) if item else None
    if found is None or not ctx.access.may_see_case(session, ctx.person, ctx.place, found):
        return None
    return found


def unknown(
    session: Session, ctx: Context, code: str, scope: tuple[frozenset[str], str | None] | None = None
) -> Problem:
    """The answer to a code that means nothing to the person here, with the nearest one that does.

    `scope` is what the person sees here, where that is known already.
    """
    shown = text.user_text(code[:40])
    forums, follower = scope or ctx.access.case_scope(session, ctx.person, ctx.place)
    codes = [row.code for row in queries.cases_within(session, forums, follower)]
    best = process.extractOne(code, codes, scorer=fuzz.ratio, score_cutoff=60)
    if best is None:
        return Problem("problem-no-such-case", code=shown, prefix=ctx.prefix)
    return Problem("problem-near-case", code=shown, nearest=best[0], prefix=ctx.prefix)


def seen(session: Session, ctx: Context) -> list[Case]:
    """The cases that the person may know of here."""
    forums, follower = ctx.access.case_scope(session, ctx.person, ctx.place)
    return list(queries.cases_within(session, forums, follower))
