"""What becomes of a case: it rests, is closed and opened again, and is followed up."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

from sqlmodel import Session

from bot import text
from bot.cases import following_up
from bot.casework.lifting import called, tell_ended
from bot.commands import Context, Problem, Reply, Rest, command
from bot.commands.case_changes import LONGEST, changed, may_lead
from bot.commands.case_places import the_case
from bot.commands.deadlines import resolve, when_problem
from bot.documents.case import actions_of, by_day
from bot.documents.lines import action_line, day, mark
from bot.storage import queries
from bot.storage.cases import Case, Escalation
from bot.when import Deadline, WhenError, find, read

_REST = timedelta(weeks=12)  # where nobody says how long
_LONGEST_REST = timedelta(days=366)
_SHOWN = 5  # open actions of a closed case that are listed
_UNTIL = re.compile(
    r"(?:^|[\s,;(])(?:indtil|til og med|frem til|til|until|till|through)\s+(?=\S)", re.IGNORECASE
)
# What is wrong with a phrase that is about time, and not about something else.
_ABOUT_TIME = frozenset({"past", "impossible", "contradiction", "two", "vague", "far", "needs_calendar"})


@command("rest", da=("bero", "hvile"), en=("park",), family="cases")
def rest(session: Session, ctx: Context, words: Rest) -> Reply:
    """Let a case rest until a day; then it comes back to the agenda by itself.

    da: Lad en sag hvile til en dag. Så kommer den selv på dagsordenen igen.
        !bero HS-26-014 skolen følger selv op til 15. januar
        !bero HS-26-014
    en: Let a case rest until a day. Then it comes back to the agenda by itself.
        !rest HS-26-014 the school looks after it until 15 January
        !rest HS-26-014
    """
    row, said = the_case(session, ctx, words, _example(ctx, "rest"), number=True)
    may_lead(session, ctx, row)
    if row.state == "closed":
        raise Problem("problem-case-is-closed", code=row.code, prefix=ctx.prefix)
    until, reason = _until(session, ctx, row, _short(said))
    assumed = until is None
    tz = ctx.access.settings.general.tz
    today = ctx.access.today(ctx.at)
    back = until.day if until is not None else today + _REST
    if back <= today:
        raise Problem("problem-case-rest-past", code=row.code, prefix=ctx.prefix)
    if back > today + _LONGEST_REST:
        raise Problem("problem-case-rest-long", code=row.code, prefix=ctx.prefix)
    lifted = queries.escalation(session, row.uid)
    ctx.cases(session).rest(row, datetime.combine(back, time(), tz), reason)
    shown = day(ctx.access, Deadline(back), ctx.language, ctx.at)
    if lifted is not None and (gone := _gone_from_here(session, ctx, row, lifted, shown)) is not None:
        return gone
    more = ctx.say("case-rests-assumed") if assumed else None
    return changed(ctx, row, "case-rests-now", _reason(ctx, row), more, day=shown)


def _until(session: Session, ctx: Context, row: Case, said: str) -> tuple[Deadline | None, str]:
    """The day until which a case rests, and the reason: "flyttet til 1/3", "1. marts", "flyttet"."""
    forum = queries.forum(session, row.forum_uid)
    for match in reversed(list(_UNTIL.finditer(said))):
        try:
            value = read(said[match.end() :], now=ctx.at, lang=ctx.language, calendar=ctx.access.calendar)
        except WhenError as error:
            if error.reason in _ABOUT_TIME:
                raise when_problem(error) from error
            continue
        found, problem = resolve(session, ctx, forum, value, None)
        if problem is not None:
            raise problem
        return found, said[: match.start()].strip(" ,;:–-(")
    try:
        read(said, now=ctx.at, lang=ctx.language, calendar=ctx.access.calendar)
    except WhenError as error:
        if error.reason in ("past", "impossible"):  # nothing but a day, which is over
            raise when_problem(error) from error
    last = find(said, now=ctx.at, lang=ctx.language, calendar=ctx.access.calendar)
    found, problem = resolve(session, ctx, forum, last.deadline, last.problem)
    if problem is not None:
        raise problem
    return found, last.text.strip(" ,;:–-") if found else said


@command("close", da=("luk", "afslut"), en=("conclude",), family="cases")
def close(session: Session, ctx: Context, words: Rest) -> Reply:
    """Close a case, with a reason if you like; its open actions go on.

    da: Luk en sag, gerne med en grund. Dens åbne aftaler fortsætter.
        !luk HS-26-014 skolegangen er stabil igen
    en: Close a case, with a reason if you like. Its open actions go on.
        !close HS-26-014 school attendance is stable again
    """
    row, said = the_case(session, ctx, words, _example(ctx, "close"), number=True)
    may_lead(session, ctx, row)
    if row.state == "closed":
        return changed(ctx, row, "case-closed-already")
    lifted = queries.escalation(session, row.uid)
    ctx.cases(session).close(row, _short(said))
    if lifted is not None and (gone := _gone_from_here(session, ctx, row, lifted)) is not None:
        return gone
    lines = _open_actions(session, ctx, row)
    return changed(ctx, row, "case-closed", _reason(ctx, row), *lines, prefix=ctx.prefix)


def _gone_from_here(
    session: Session, ctx: Context, row: Case, lifted: Escalation, shown: str = ""
) -> Reply | None:
    """Tell the forums that a case which was lifted is closed, or rests. In the room that had it only that is left."""
    here = ctx.place.forum.uid if ctx.place.forum is not None else None
    tell_ended(session, ctx.access, row, lifted, ctx.cause, here=here)
    if here != lifted.to_uid:
        return None
    home = called(session, ctx.access, lifted.forum_uid)
    return changed(ctx, row, "lift-ended-here", what=row.state, day=shown, forum=home)


def _open_actions(session: Session, ctx: Context, row: Case) -> list[str]:
    rows = [each for each in actions_of(session, row) if each.state == "open"]
    if not rows:
        return []
    lines = [
        f"- **{each.number}** {action_line(session, ctx.access, each, ctx.language, ctx.at)}"
        + mark(each, ctx.language, ctx.at)
        for each in rows[:_SHOWN]
    ]
    left = len(rows) - len(lines)
    lines += [f"- {ctx.say('case-closed-more', count=left)}"] if left else []
    return [ctx.say("case-closed-actions", count=len(rows)), *lines]


@command("reopen", da=("genåbn",), en=("resume",), family="cases")
def reopen(session: Session, ctx: Context, words: Rest) -> Reply:
    """Open a case again that was closed or rests; the next meeting takes it up.

    da: Åbn en sag igen, der er lukket eller hviler. Næste møde tager den op.
        !genåbn HS-26-014
    en: Open a case again that was closed or rests. The next meeting takes it up.
        !reopen HS-26-014
    """
    row, _ = the_case(session, ctx, words, _example(ctx, "reopen"), number=True)
    may_lead(session, ctx, row)
    if row.live:
        return changed(ctx, row, "case-open-already")
    ctx.cases(session).reopen(row)
    return changed(ctx, row, "case-reopened")


def _example(ctx: Context, name: str) -> str:
    return f"{ctx.typed(name)} HS-26-014"


def _short(said: str) -> str:
    if len(said) > LONGEST:
        raise Problem("problem-case-long", count=len(said), most=LONGEST)
    return said.replace("\ue002", "").replace("\ue003", "").strip(" \t\n,;:–-")


def _reason(ctx: Context, row: Case) -> str | None:
    return ctx.say("case-reason", words=text.text_ref(row.closing_uid)) if row.closing_uid else None


# --- following up


def follow_up(session: Session, ctx: Context, row: Case, words: str) -> Reply:
    """Follow the case up by a day: never later than a span from now ([cases] follow_up)."""
    may_lead(session, ctx, row)
    if not row.live:
        raise Problem("problem-case-not-open", code=row.code, prefix=ctx.prefix)
    said = re.sub(r"^\s*(?:senest|den|til|by|on|til den)\s+", "", words, flags=re.IGNORECASE).strip(" .!")
    if not said:
        raise Problem("problem-case-follow-up-empty", code=row.code, prefix=ctx.prefix)
    try:
        value = read(said, now=ctx.at, lang=ctx.language, calendar=ctx.access.calendar)
    except WhenError as error:
        raise when_problem(error) from error
    found, problem = resolve(session, ctx, queries.forum(session, row.forum_uid), value, None)
    if found is None:
        raise problem or Problem("problem-case-follow-up-empty", code=row.code, prefix=ctx.prefix)
    tz = ctx.access.settings.general.tz
    wanted = datetime.combine(found.day + timedelta(days=1), time(), tz)
    last = following_up(ctx.access, ctx.at)
    if wanted > last:
        shown = by_day(ctx.access, last, ctx.language, ctx.at)
        raise Problem("problem-case-follow-up-late", day=shown, code=row.code, prefix=ctx.prefix)
    ctx.cases(session).set_follow_up(row, wanted)
    return changed(ctx, row, "case-follow-up-set", day=by_day(ctx.access, wanted, ctx.language, ctx.at))


def followed(session: Session, ctx: Context, row: Case, words: str) -> Reply:
    """The case was followed up today, in a meeting or outside one: the next is due a span later."""
    may_lead(session, ctx, row)
    if row.state == "closed":
        raise Problem("problem-case-is-closed", code=row.code, prefix=ctx.prefix)
    ctx.cases(session).followed(row, ctx.at)
    due = row.follow_up_at or ctx.at
    return changed(ctx, row, "case-followed-now", day=by_day(ctx.access, due, ctx.language, ctx.at))
