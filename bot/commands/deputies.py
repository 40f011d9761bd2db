"""`!mig stedfortræder`: somebody stands in for a time (docs/domain, Forums). A part of `!mig`, see bot.commands.me."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial

from babel.dates import format_date
from sqlmodel import Session

from bot import audit, standing_in, text
from bot.commands import Context, Problem, Reply, fold
from bot.commands.disclosing import reading
from bot.commands.heard import CANNOT, DONE, NotMine, on_reaction, on_reply
from bot.commands.people import front_name
from bot.directory import is_citizen
from bot.documents.digest import forum_name
from bot.documents.lines import day, listed
from bot.owed import direct, owe_redaction
from bot.reminding import replan
from bot.storage import queries
from bot.storage.models import Change, Outbox
from bot.storage.privacy import Deputy
from bot.when import Deadline

KIND = "me.deputy"
_ASKED = re.compile(
    r"(?:min |my )?(?:stedfortræder|stedfortraeder|stedfortrædere|vikar|afløser|deputy|stand-?in)\b[\s:,]*",
    re.IGNORECASE,
)
_OVER = frozenset({"slut", "stop", "ingen", "nej", "tilbage", "over", "none", "end", "no one"})

Span = Callable[[Context, str], tuple[date, date]]


def asked(session: Session, ctx: Context, words: str, span: Span) -> Reply | None:
    """What `!mig` with these words says or sets about a deputy; None where they are about something else."""
    match = _ASKED.match(words.strip())
    if match is None:
        return None
    rest = words.strip()[match.end() :].strip()
    if not rest:
        return Reply("me.set", "\n".join(lines(session, ctx)) or ctx.say("deputy-none", prefix=ctx.prefix))
    if fold(rest).strip(" .!") in _OVER:
        return _over(session, ctx)
    return _named(session, ctx, rest, span)


def lines(session: Session, ctx: Context) -> list[str]:
    """Who stands in for the person, and for whom they do, as `!mig` shows it."""
    said: list[str] = []
    for row in queries.deputies(session):
        if ctx.person.user_id not in (row.person, row.deputy):
            continue
        key = "deputy-of-you" if row.person == ctx.person.user_id else "deputy-for"
        other = row.deputy if row.person == ctx.person.user_id else row.person
        said.append(
            ctx.say(
                key,
                name=text.user_text(ctx.access.name(other)),
                state=row.state,
                start=_day(ctx, row.first),
                until=_day(ctx, row.last),
            )
        )
    return said


def offered(session: Session, ctx: Context, first: date, last: date) -> str:
    """How to name one, for who will be away from the first to the last day with something to do meanwhile; else ""."""
    person = ctx.person.user_id
    if is_citizen(ctx.person) or any(r.first <= last and first <= r.last for r in _of(session, person)):
        return ""
    rows = queries.open_of_parts(session, ctx.access.parts(session, person))
    waits = any(row.due is None or row.due[:10] <= last.isoformat() for row in rows)
    if not waits and not queries.open_questions_of(session, person):
        return ""
    now = "yes" if first <= ctx.access.today(ctx.at) else "no"
    return ctx.say(
        "leave-deputy", prefix=ctx.prefix, now=now, start=_typed(ctx, first), until=_typed(ctx, last)
    )


def _typed(ctx: Context, when: date) -> str:
    """A day as one types it."""
    return (
        f"{when.day}/{when.month}"
        if ctx.language == "da"
        else str(format_date(when, "d MMMM", locale="en_GB"))
    )


def _day(ctx: Context, when: date) -> str:
    return day(ctx.access, Deadline(when), ctx.language, ctx.at)


def _named(session: Session, ctx: Context, words: str, span: Span) -> Reply:
    """Somebody is named for a time; who was named before for any of it is no more."""
    found, rest = front_name(ctx.access, words)
    # A citizen names no deputy, and learns nobody's name by trying.
    if not found or is_citizen(ctx.person):
        raise Problem("problem-deputy-who", word=text.user_text(_called(words)), prefix=ctx.prefix)
    if len(found) > 1:
        raise Problem("problem-deputy-several", names=listed(ctx.access, found), prefix=ctx.prefix)
    (user_id,) = found
    if user_id == ctx.person.user_id:
        raise Problem("problem-deputy-self", prefix=ctx.prefix)
    person = ctx.access.person(user_id)
    if person is None or is_citizen(person):
        raise Problem("problem-deputy-who", word=text.user_text(_called(words, rest)), prefix=ctx.prefix)
    rest = rest.strip(" ,:")
    if not rest:
        raise Problem("problem-deputy-until", name=text.user_text(person.name), prefix=ctx.prefix)
    try:
        first, last = span(ctx, rest)
    except Problem as problem:
        raise Problem("problem-deputy-past", prefix=ctx.prefix) from problem
    today = ctx.access.today(ctx.at)
    if last < first or last < today:
        raise Problem("problem-deputy-past", prefix=ctx.prefix)
    for before in _of(session, ctx.person.user_id):
        _change(session, ctx, before, partial(standing_in.end, session, ctx.access, before, ctx.cause))
    row = Deputy(
        person=ctx.person.user_id,
        deputy=user_id,
        first=max(first, today),
        last=last,
        state="coming",
        by=ctx.person.user_id,
        at=ctx.cause.at,
        source_event=ctx.event_id,
    )
    personal, others = standing_in.unshared(session, ctx.access, row)
    row.forums = others
    session.add(row)
    session.flush()

    def begin() -> None:
        if row.first <= today:
            standing_in.begin(session, ctx.access, row, ctx.cause)
        else:
            standing_in.tell_begun(session, ctx.access, row, ctx.cause.at)

    _change(session, ctx, row, begin, before=None)
    key = "deputy-set" if row.first <= today else "deputy-set-ahead"
    name = text.user_text(person.name)
    said = [ctx.say(key, name=name, start=_day(ctx, row.first), until=_day(ctx, row.last), prefix=ctx.prefix)]
    if not personal:
        return Reply("me.set", "\n".join(said))
    said.append(ctx.say("deputy-ask", name=name, forums=_forums(session, ctx, personal), count=len(personal)))
    return Reply(KIND, "\n".join(said))


_SPAN = re.compile(
    r"[\s,:]+(?:fra og med|fra|til og med|til|indtil|i (?:morgen|dag|uge)|uge|from|until|till|to|in week|week|tomorrow|"
    r"today|on|\d+)\b.*",
    re.IGNORECASE | re.DOTALL,
)


def _called(words: str, rest: str = "") -> str:
    """The name alone of what was written, without for how long; `rest` is what is known not to be part of it."""
    name = words.removesuffix(rest) if rest else words
    return (_SPAN.sub("", name).strip(" ,:") or words)[:60]


def _forums(session: Session, ctx: Context, uids: list[str]) -> str:
    return ", ".join(text.user_text(forum_name(ctx.access, queries.forum(session, uid))) for uid in uids)


def _of(session: Session, person: str) -> list[Deputy]:
    return [row for row in queries.deputies(session) if row.person == person]


def _over(session: Session, ctx: Context) -> Reply:
    rows = _of(session, ctx.person.user_id)
    if not rows:
        raise Problem("deputy-none", prefix=ctx.prefix)
    for row in rows:
        _change(session, ctx, row, partial(standing_in.end, session, ctx.access, row, ctx.cause))
    names = listed(ctx.access, [row.deputy for row in rows])
    return Reply("me.set", ctx.say("deputy-ended", names=names))


_SAME = object()


def _change(
    session: Session, ctx: Context, row: Deputy, act: Callable[[], None], *, before: object = _SAME
) -> None:
    """Do something to a deputy with history, so that `!fortryd` and an edit take it back."""
    was = row.state if before is _SAME else before
    act()
    _note(session, ctx, row, was, row.state)


def _note(session: Session, ctx: Context, row: Deputy, before: object, after: object) -> None:
    """Write a step into a deputy's history."""
    session.add(
        Change(
            person=row.person,
            field=f"deputy:{row.uid}",
            before_clear=before,
            after_clear=after,
            at=ctx.cause.at,
            by=ctx.person.user_id,
            event_id=ctx.event_id,
            line=ctx.line,
        )
    )
    session.flush()


def as_before(session: Session, ctx: Context, change: Change) -> None:
    """Take back that a deputy was named, agreed to or ended."""
    row = queries.deputy(session, change.field.removeprefix("deputy:"))
    if row is None:
        return
    if change.before is None:
        standing_in.end(
            session, ctx.access, row, replace(ctx.cause, event_id=ctx.event_id), state="withdrawn"
        )
    elif isinstance(change.before, list):
        row.forums = change.before
        told = queries.outbox_by_reason(session, standing_in.told_as(row, change.event_id or ""))
        if told is not None:  # what of those forums was listed is not the deputy's to read
            owe_redaction(session, told, f"deputy-undone:{ctx.event_id}:{ctx.line}", now=ctx.cause.at)
    elif row.last >= ctx.access.today(ctx.cause.at):
        row.state = "coming"
        if row.first <= ctx.access.today(ctx.cause.at):
            standing_in.begin(session, ctx.access, row, ctx.cause)
    session.flush()


# --- may the deputy have what is of forums that they are not in?


def _waiting(session: Session, ctx: Context, about: Outbox) -> tuple[Deputy, list[str]] | None:
    """The deputy whom a message of ours asked about, and the forums that are not agreed to yet."""
    row = next(
        (r for r in reversed(_of(session, ctx.person.user_id)) if f":{r.source_event}:" in about.reason), None
    )
    if row is None:
        return None
    personal, _ = standing_in.unshared(session, ctx.access, row)
    return row, [uid for uid in personal if uid not in (row.forums or ())]


def _answer(session: Session, ctx: Context, about: Outbox, *, agreed: bool) -> Reply | None:
    found = _waiting(session, ctx, about)
    if found is None:
        return None
    row, forums = found
    name = text.user_text(ctx.access.name(row.deputy))
    if not agreed or not forums:
        return Reply("me.set", ctx.say("deputy-no", name=name))
    before, hours = list(row.forums or ()), ctx.access.hours(session, row.person)
    row.forums = [*before, *forums]
    _note(session, ctx, row, before, row.forums)
    for uid in forums:
        audit.note(
            session,
            "disclosed",
            f"forum:{uid}",
            by=ctx.person.user_id,
            at=ctx.cause.at,
            recipient=direct(row.deputy),
            detail="deputy",
            purpose="coordination",
            event_id=ctx.event_id,
        )
    if row.state == "standing":
        replan(session, ctx.access, row.person, hours, ctx.cause.at)
        standing_in.tell_begun(session, ctx.access, row, ctx.cause.at, ctx.event_id)
    return Reply("me.set", ctx.say("deputy-yes", name=name, forums=_forums(session, ctx, forums)))


@on_reply(KIND)
def answered(session: Session, ctx: Context, words: str, about: Outbox) -> Reply | None:
    """ "ja" or "nej" of the person themselves to what their deputy may have; anything else is not about it."""
    agreed = reading(words)
    if agreed is None:
        raise NotMine
    return _answer(session, ctx, about, agreed=agreed)


@on_reaction(KIND)
def reacted(session: Session, ctx: Context, sign: str, about: Outbox) -> Reply | None:
    """✅ and ❌ as yes and no."""
    if sign not in DONE | CANNOT:
        return None
    return _answer(session, ctx, about, agreed=sign in DONE)
