"""`!mig`: a person's own actions and settings, language, time of reminders and leave."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlmodel import Session

from bot import text
from bot.commands import (
    Also,
    Context,
    Problem,
    Reply,
    Rest,
    command,
    deputies,
    fold,
    own_data,
)
from bot.documents.lines import action_line, day, listed
from bot.owed import Message
from bot.reminding import replan
from bot.storage import queries
from bot.storage.models import Change, PersonState
from bot.when import Deadline, WhenError, read

_LANGUAGES = {"dansk": "da", "danish": "da", "da": "da", "engelsk": "en", "english": "en", "en": "en"}
_BACK = frozenset({"tilbage", "back", "fri slut", "ikke fri", "fri nej", "leave over", "here again"})
_UNTIL = "(?:til og med|indtil|frem til|til|to|until|till|through)"
_AWAY = re.compile(r"(?:fri|ferie|orlov|syg|syge|vaek|away|leave|off|pause|holiday)\b\s*", re.IGNORECASE)
_ASKED = re.compile(
    r"(?:spoergsmaal|questions?|spoerg)(?: mig)?:? (?:(en ad gangen|et ad gangen|1 ad gangen|enkeltvis|hver for sig|"
    r"one at a time|one by one)|(?:alle? )?(?:samlet|paa en gang|alle paa en gang|alt paa en gang|alle|alt|at once|"
    r"all at once|together|all))"
)
_MORNING = re.compile(r"(?:paamindelser?\s+|reminders?\s+)?(?:kl\.?|klokken|at)?\s*(\d{1,2})(?:[.:](\d\d))?$")


@command("me", da=("mig",), family="self")
def me(session: Session, ctx: Context, words: Rest) -> Reply:
    """Show your own actions and settings, or change a setting: language, time of reminders, leave.

    da: Dine aftaler og indstillinger: sprog, klokkeslæt for påmindelser, ferie og fri.
        !mig
        !mig fri til 12/12
        !mig tilbage
        !mig kl. 7.30
        !mig stedfortræder @ali til 12/12
        !mig engelsk
        !mig spørgsmål samlet
        !mig data
        !mig slet
    en: Your actions and settings: language, time of reminders, leave.
        !me
        !me away until 12 December
        !me back
        !me at 7:30
        !me deputy @ali until 12 December
        !me Danish
        !me questions all at once
        !me data
        !me erase
    """
    asked = fold(words).strip(" .!")
    if not asked:
        return _overview(session, ctx)
    language = asked.removeprefix("sprog ").removeprefix("language ")
    if language in _LANGUAGES:
        return _set(session, ctx, "language", _LANGUAGES[language], "me-language-set")
    if asked in _BACK:
        return _leave(session, ctx, None, None)
    away = _AWAY.match(fold(words.strip()))
    if away:
        span = words.strip().split(maxsplit=1)[1:]
        if not span:
            raise Problem("problem-leave-until", prefix=ctx.prefix)
        start, end = _span(ctx, span[0])
        return _leave(session, ctx, start, end)
    about_own = own_data.asked(session, ctx, words)
    if about_own is not None:
        return about_own
    about_deputy = deputies.asked(session, ctx, words, _span)
    if about_deputy is not None:
        return about_deputy
    asking = _ASKED.fullmatch(asked)
    if asking:
        preferred = "each" if asking[1] else "all"
        return _set(session, ctx, "asked", preferred, f"me-asked-{preferred}")
    morning = _MORNING.match(asked)
    if morning and int(morning.group(1)) < 24 and int(morning.group(2) or 0) < 60:
        at = time(int(morning.group(1)), int(morning.group(2) or 0))
        return _set(
            session, ctx, "morning", at.isoformat("minutes"), "me-morning-set", time=_clock(at, ctx.language)
        )
    raise Problem("problem-me", word=text.user_text(words[:60]), prefix=ctx.prefix)


def _clock(at: time, language: str) -> str:
    """A time of day as it is written: 7.30 in Danish, 7:30 in English."""
    return f"{at.hour}{'.' if language == 'da' else ':'}{at.minute:02d}"


def _overview(session: Session, ctx: Context) -> Reply:
    hours = ctx.access.hours(session, ctx.person.user_id)
    scope = ctx.access.scope(session, ctx.person, ctx.place)
    owned = queries.open_of_parts(session, ctx.access.parts(session, ctx.person.user_id))
    mine = [a for a in owned if ctx.place.direct or scope.covers(a, ())]
    lines = [ctx.say("me-actions", count=len(mine))]
    lines += [
        f"- **{row.number}** {action_line(session, ctx.access, row, ctx.language, ctx.at, marked=True)}"
        for row in mine[:12]
    ]
    lines += ["", ctx.say("me-hours", time=_clock(hours.morning, ctx.language))]
    today = ctx.access.today(ctx.at)
    if hours.away_until is not None and hours.away_until >= today:
        lines.append(
            ctx.say("me-away", until=day(ctx.access, Deadline(hours.away_until), ctx.language, ctx.at))
        )
    lines += deputies.lines(session, ctx)
    lines.append(ctx.say("me-tail", prefix=ctx.prefix))
    return Reply("me", "\n".join(lines), tuple(row.uid for row in mine[:12]))


def _state(session: Session, user_id: str) -> PersonState:
    state = queries.person_state(session, user_id)
    if state is None:
        state = PersonState(user_id=user_id)
        session.add(state)
        session.flush()
    return state


def _write(session: Session, ctx: Context, **fields: object) -> None:
    """Set settings of the writer, with history, and plan their reminders anew."""
    hours = ctx.access.hours(session, ctx.person.user_id)
    state = _state(session, ctx.person.user_id)
    for name, value in fields.items():
        before = getattr(state, name)
        setattr(state, name, value)
        session.add(
            Change(
                person=ctx.person.user_id,
                field=name,
                before_clear=before.isoformat() if isinstance(before, date) else before,
                after_clear=value.isoformat() if isinstance(value, date) else value,
                at=ctx.at,
                by=ctx.person.user_id,
                event_id=ctx.event_id,
                line=ctx.line,
            )
        )
    session.flush()
    replan(session, ctx.access, ctx.person.user_id, hours, ctx.cause.at)


def _set(session: Session, ctx: Context, field: str, value: object, key: str, **args: object) -> Reply:
    _write(session, ctx, **{field: value})
    # A new language is confirmed in that language, in a room as well.
    language = str(value) if field == "language" else ctx.language
    return Reply("me.set", text.t(language, key, **args))


def _span(ctx: Context, words: str) -> tuple[date, date]:
    """First and last day of leave: "til 12/12", "fra mandag til fredag", "i morgen", "uge 52"."""
    both = re.match(rf"(?!{_UNTIL}\s)(?:fra|from)?\s*(.+?)\s+{_UNTIL}\s+(.+)$", words, re.IGNORECASE)
    if both:
        start = _day(ctx, both.group(1))
        end = _day(ctx, both.group(2))
        # "fra mandag til fredag", said on a Monday: the Friday after that Monday.
        return start, end if end >= start else _day(ctx, both.group(2), start)
    until = re.sub(rf"^{_UNTIL}\s+", "", words, flags=re.IGNORECASE)
    end = _day(ctx, until)
    if until != words:
        return ctx.access.today(ctx.at), end
    week = re.fullmatch(r"(?:i |in )?(?:uge|week) (\d{1,2})", words.strip(), re.IGNORECASE)
    return (
        (end - timedelta(days=end.weekday()), end + timedelta(days=6 - end.weekday())) if week else (end, end)
    )


def _day(ctx: Context, words: str, seen_from: date | None = None) -> date:
    """The day that the words name, counted from the message's own day or from another."""
    now = ctx.at if seen_from is None else datetime.combine(seen_from, time(), ctx.access.calendar.tz)
    try:
        value = read(words, now=now, lang=ctx.language, calendar=ctx.access.calendar)
    except WhenError as error:
        raise Problem("problem-leave", word=text.user_text(words[:60]), prefix=ctx.prefix) from error
    if not isinstance(value, Deadline):
        raise Problem("problem-leave", word=text.user_text(words[:60]), prefix=ctx.prefix)
    return value.day


def _leave(session: Session, ctx: Context, start: date | None, end: date | None) -> Reply:
    if start is not None and end is not None and end < start:
        raise Problem("problem-leave", word=text.user_text(str(end)), prefix=ctx.prefix)
    _write(session, ctx, away_from=start, away_until=end)
    if end is None or start is None:
        return Reply("me.set", ctx.say("me-back"))
    until = day(ctx.access, Deadline(end), ctx.language, ctx.at)
    begin = day(ctx.access, Deadline(start), ctx.language, ctx.at)
    key = "me-away-set" if start <= ctx.access.today(ctx.at) else "me-away-from-set"
    key = "me-away-day-set" if start == end else key
    said = ctx.say(key, start=begin, until=until)
    return Reply(
        "me.set",
        "\n".join(filter(None, (said, deputies.offered(session, ctx, start, end)))),
        also=tuple(_tell_coordinators(session, ctx, start, end)),
    )


def _tell_coordinators(session: Session, ctx: Context, start: date, end: date) -> Sequence[Also]:
    """Each coordinator hears of a leave that holds up actions of their forum, once for each leave."""
    waiting: dict[str, list[str]] = {}
    for row in queries.open_of_owner(session, ctx.person.user_id):
        for coordinator in ctx.access.coordinators(session, row.forum_uid):
            if coordinator.user_id != ctx.person.user_id:
                waiting.setdefault(coordinator.user_id, []).append(row.uid)
    found: list[Also] = []
    for user_id, uids in waiting.items():
        lang = ctx.access.language(session, user_id)
        shown = text.t(
            lang,
            "leave-told",
            name=listed(ctx.access, [ctx.person.user_id]),
            start=day(ctx.access, Deadline(start), lang, ctx.at),
            until=day(ctx.access, Deadline(end), lang, ctx.at),
            count=len(uids),
        )
        rows = [queries.action_by_uid(session, uid) for uid in uids]
        lines = [f"- **{r.number}** {action_line(session, ctx.access, r, lang, ctx.at)}" for r in rows if r]
        message = Message("leave", "\n".join([shown, "", *lines]), tuple(uids), language=lang)
        found.append(Also(f"leave:{ctx.event_id}:{ctx.line}:{user_id}", f"dm:{user_id}", message))
    return found


def own_as_before(session: Session, ctx: Context, changes: Sequence[Change]) -> list[Change]:
    """Reverse changes of the writer's own settings and deputies, and plan their reminders anew; returns those."""
    own = [c for c in changes if c.person == ctx.person.user_id and not c.undone]
    hours = ctx.access.hours(session, ctx.person.user_id)
    for change in reversed([c for c in own if c.field.startswith("deputy:")]):
        deputies.as_before(session, ctx, change)
        change.undone = True
    for change in reversed([c for c in own if not c.undone]):
        state = _state(session, ctx.person.user_id)
        is_day = change.field.startswith("away") and change.before is not None
        setattr(state, change.field, date.fromisoformat(change.before) if is_day else change.before)
        change.undone = True
    if own:
        session.flush()
        replan(session, ctx.access, ctx.person.user_id, hours, ctx.cause.at)
    return own
