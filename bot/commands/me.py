"""What a person does for themselves: help, their own actions and settings, leave, and taking back."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta

from sqlmodel import Session

from bot import text
from bot.actions import Ownership
from bot.casework.refreshing import after_taking_back
from bot.commands import (
    Also,
    CommandInfo,
    Context,
    Problem,
    Reply,
    Rest,
    command,
    deputies,
    disclosing,
    fold,
    look_up,
    nearest,
    own_data,
    registry,
)
from bot.documents.lines import action_line, day, listed
from bot.owed import Message, owe_edit
from bot.proceedings import refresh
from bot.storage import queries
from bot.storage.models import Change, PersonState
from bot.when import Deadline, WhenError, read

UNDO_WITHIN = timedelta(minutes=10)
ANSWER, REACTION = "answer", "reaction"
"""What is remembered of what was said without a command, as commands are by their name: it can be undone as well."""
_UNDONE = {ANSWER: "undone-answer", REACTION: "undone-reaction"}

_LANGUAGES = {"dansk": "da", "danish": "da", "da": "da", "engelsk": "en", "english": "en", "en": "en"}
_BACK = frozenset({"tilbage", "back", "fri slut", "ikke fri", "fri nej", "leave over", "here again"})
_AWAY = re.compile(r"(?:fri|ferie|orlov|syg|syge|vaek|away|leave|off|pause|holiday)\b\s*", re.IGNORECASE)
_ASKED = re.compile(
    r"(?:spoergsmaal|questions?|spoerg)(?: mig)?:? (?:(en ad gangen|et ad gangen|1 ad gangen|enkeltvis|hver for sig|"
    r"one at a time|one by one)|(?:alle? )?(?:samlet|paa en gang|alle paa en gang|alt paa en gang|alle|alt|at once|"
    r"all at once|together|all))"
)
_MORNING = re.compile(r"(?:paamindelser?\s+|reminders?\s+)?(?:kl\.?|klokken|at)?\s*(\d{1,2})(?:[.:](\d\d))?$")


@command("help", da=("hjælp",), en=("commands",), family="self")
def help_(session: Session, ctx: Context, words: Rest) -> Reply:
    """Show what the bot understands, or one command with examples.

    da: Vis, hvad du kan skrive til mig.
        !hjælp
        !hjælp aftale
    en: Show what you can write to me.
        !help
        !help action
    """
    usable = [i for i in registry().values() if ctx.access.may_use(ctx.person, i.name, ctx.place)]
    if words:
        word = words.split()[0].removeprefix(ctx.prefix)
        info = look_up(word) or nearest(word)
        if info is None or info not in usable:
            raise Problem("problem-unknown-command", word=text.user_text(word[:40]), prefix=ctx.prefix)
        return Reply("help", _one(ctx, info))
    usable.sort(key=lambda info: (_FAMILIES.index(info.family), info.name != "action"))
    rows = [_row(ctx, info) for info in usable]
    return Reply(
        "help", "\n".join([ctx.say("help-head"), "", *rows, "", ctx.say("help-tail", prefix=ctx.prefix)])
    )


_FAMILIES = ("actions", "meetings", "cases", "digest", "self")


def _row(ctx: Context, info: CommandInfo) -> str:
    sentence, _ = info.help[ctx.language]
    return f"- `{info.example(ctx)}` – {sentence}"


def _one(ctx: Context, info: CommandInfo) -> str:
    sentence, _ = info.help[ctx.language]
    others = dict.fromkeys(n for lang in _first(ctx.language) for n in info.names[lang])
    names = ", ".join(f"`{ctx.prefix}{n}`" for n in others if n != info.verb(ctx.language))
    examples = "\n".join(f"- `{e}`" for e in info.examples(ctx.language, ctx.prefix))
    head = f"**{ctx.prefix}{info.verb(ctx.language)}** – {sentence}"
    return f"{head}\n\n{examples}\n\n{ctx.say('help-names', names=names)}"


def _first(language: str) -> tuple[str, str]:
    return ("da", "en") if language == "da" else ("en", "da")


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
                before=before.isoformat() if isinstance(before, date) else before,
                after=value.isoformat() if isinstance(value, date) else value,
                at=ctx.at,
                by=ctx.person.user_id,
                event_id=ctx.event_id,
                line=ctx.line,
            )
        )
    session.flush()
    ctx.actions(session).replan(ctx.person.user_id, hours)


def _set(session: Session, ctx: Context, field: str, value: object, key: str, **args: object) -> Reply:
    _write(session, ctx, **{field: value})
    # A new language is confirmed in that language, in a room as well.
    language = str(value) if field == "language" else ctx.language
    return Reply("me.set", text.t(language, key, **args))


def _span(ctx: Context, words: str) -> tuple[date, date]:
    """First and last day of leave: "til 12/12", "fra mandag til fredag", "i morgen", "uge 52"."""
    both = re.match(r"(?:fra|from)?\s*(.+?)\s+(?:til og med|til|to|until|till)\s+(.+)$", words, re.IGNORECASE)
    if both:
        start = _day(ctx, both.group(1))
        end = _day(ctx, both.group(2))
        # "fra mandag til fredag", said on a Monday: the Friday after that Monday.
        return start, end if end >= start else _day(ctx, both.group(2), start)
    until = re.sub(r"^(?:til og med|til|until|till|to)\s+", "", words, flags=re.IGNORECASE)
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
    return Reply(
        "me.set",
        ctx.say(key, start=begin, until=until),
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


@command("undo", da=("fortryd",), family="self")
def undo(session: Session, ctx: Context) -> Reply:
    """Take back your last command here, within ten minutes.

    da: Tag din seneste kommando her tilbage (inden for ti minutter).
        !fortryd
    en: Take back your last command here (within ten minutes).
        !undo
    """
    last = queries.last_command(session, ctx.person.user_id, ctx.place.room_id, ctx.at - UNDO_WITHIN)
    if last is None:
        raise Problem("problem-nothing-to-undo")
    changes = queries.changes_of(session, last.event_id, last.line)
    if ctx.place.direct and any(is_over(session, ctx, change) for change in changes):
        raise Problem("edit-left")
    done = take_back(session, ctx, changes, withdraw_changed=False)
    if not done:
        raise Problem("problem-undo-superseded")
    last.undone = True
    uids = tuple(dict.fromkeys(c.action_uid for c in done if c.action_uid))
    lines = [_undone(ctx, last.name)]
    for uid in uids:
        row = queries.action_by_uid(session, uid)
        if row is not None:
            line = action_line(session, ctx.access, row, ctx.language, ctx.at, marked=True)
            lines.append(f"- **{row.number}** {line}")
    said = queries.outbox_by_reason(session, f"reply:{last.event_id}:{last.line}")
    if said is not None and any(c.field == "created" for c in done):
        gone = Message("action.withdrawn", "\n".join(_gone(session, ctx, uids)), uids, language=said.language)
        owe_edit(session, said, f"undo:{ctx.event_id}:{ctx.line}", gone, now=ctx.at)
    return Reply("undone", "\n".join(lines), uids)


def is_over(session: Session, ctx: Context, change: Change) -> bool:
    """Whether somebody has left what a step of theirs was about.

    In direct messages it would be changed unseen: the answer is not theirs to read any more.
    """
    access, person = ctx.access, ctx.person
    action = queries.action_by_uid(session, change.action_uid) if change.action_uid else None
    if action is not None and not access.is_of(session, person.user_id, action.forum_uid):
        gave = queries.gave_away(session, action.uid, person.user_id, change.event_id or "")
        was_told = change.field == "owners" and any(
            Ownership.from_value(each).disclosed for each in change.before or ()
        )
        return not ((gave and was_told) or access.may_change(session, person, action))
    case = queries.case(session, change.case_uid)
    if case is None:
        return False
    may = access.may_see_case(session, person, ctx.place, case) or case.state == "withdrawn"
    return not (may or access.may_observe(session, person, case))


def _undone(ctx: Context, name: str) -> str:
    """The line that says what was taken back: a command by what it is called, else an answer or a reaction."""
    if name in _UNDONE:
        return ctx.say(_UNDONE[name])
    info = registry().get(name)
    return ctx.say("undone", command=ctx.prefix + info.verb(ctx.language) if info else name)


def _gone(session: Session, ctx: Context, uids: Sequence[str]) -> list[str]:
    """What the confirmation of a recorded action says once that was taken back."""
    rows = [row for row in (queries.action_by_uid(session, uid) for uid in uids) if row is not None]
    return [
        f"**{ctx.say('action-head', number=row.number)}** "
        + action_line(session, ctx.access, row, ctx.language, ctx.at, marked=True)
        for row in rows
    ]


def take_back(
    session: Session, ctx: Context, changes: Sequence[Change], *, withdraw_changed: bool = True
) -> list[Change]:
    """Reverse changes of actions, of meetings and of the writer's own settings; returns those that were reversed.

    An action recorded by them is withdrawn; without `withdraw_changed` only if nothing has happened to it since.
    """
    done = ctx.actions(session).revert(changes, withdraw_changed=withdraw_changed)
    done += _meetings_as_before(session, ctx, changes, done)
    if not _ending_stands(changes):
        done += ctx.cases(session).revert(changes)
    disclosing.taken_back(session, ctx.access, done, f"{ctx.event_id}:{ctx.line}", ctx)
    after_taking_back(session, ctx.access, done, f"{ctx.event_id}:{ctx.at.isoformat()}", ctx.at)
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
        ctx.actions(session).replan(ctx.person.user_id, hours)
    return done + own


def _ending_stands(changes: Sequence[Change]) -> bool:
    """Whether a meeting's end is too old to be taken back: then what it meant for its cases stands as well."""
    return any(
        change.field.startswith("meeting:")
        and not change.undone
        and (change.before or {}).get("state") == "running"
        and (change.after or {}).get("state") == "held"
        for change in changes
    )


def _meetings_as_before(
    session: Session, ctx: Context, changes: Sequence[Change], actions: Sequence[Change]
) -> list[Change]:
    """Reverse what happened to meetings; what was sent about them, and about these actions in them, says so."""
    done = ctx.meetings(session).revert(changes)
    rows = queries.actions_by_uid(session, [change.action_uid for change in actions if change.action_uid])
    about = {change.meeting_uid for change in done} | {row.meeting_uid for row in rows.values()}
    for uid in sorted(filter(None, about)):
        meeting = queries.meeting(session, uid)
        if meeting is not None:
            refresh(session, ctx.access, meeting, f"{ctx.event_id}:{ctx.at.isoformat()}", ctx.at)
    return done
