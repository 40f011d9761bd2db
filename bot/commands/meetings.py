"""The meetings family: which come, moving and calling off, beginning and ending, calendar files."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from rapidfuzz import fuzz, process
from sqlmodel import Session

from bot import text
from bot.casework.following import meeting_ended
from bot.commands import Also, Context, Problem, Reply, Rest, command, fold
from bot.commands.meeting_now import clock, current_item, in_the_room, time_left
from bot.commands.meeting_places import (
    coming_on,
    day_named,
    forum_of,
    hour_ahead,
    moment,
    on_day,
    running,
    to_move,
)
from bot.documents.digest import forum_name
from bot.documents.lines import when, who_comes, with_agency
from bot.meetings import BACK_WITHIN, Planned, next_meeting, upcoming
from bot.owed import Message
from bot.owed import forum as forum_target
from bot.proceedings import (
    approval,
    owe_calendar,
    owe_draft,
    planned_of,
    refresh,
    room_language,
    year_of,
)
from bot.storage import queries
from bot.storage.meetings import COMES_AGAIN, Meeting
from bot.storage.models import Change, Forum
from bot.when import Deadline
from bot.when.say import say_clock, say_day

_AHEAD = timedelta(days=120)
_LISTED = 6
_MOVED_SHOWN = 20


@command("meeting", da=("møde", "møder"), en=("meetings",), family="meetings")
def meeting(session: Session, ctx: Context, words: Rest) -> Reply:
    """Begin or end a meeting, move it or call it off, see the next ones, get them as a calendar file.

    da: Se de næste møder, begynd og afslut, flyt eller aflys et møde, eller få møderne som kalenderfil.
        !møde
        !møde start
        !møde slut
        !møde tid
        !møde flyt tirsdag kl. 13
        !møde flyt uge 49 til torsdag kl. 10
        !møde aflys uge 49
        !møde ekstra torsdag kl. 14
        !møde overtag
        !møde kalender
    en: See the next meetings, begin and end, move or call off a meeting, or get them as a calendar file.
        !meeting
        !meeting start
        !meeting end
        !meeting time
        !meeting move Tuesday at 13
        !meeting move week 49 to Thursday at 10
        !meeting cancel week 49
        !meeting extra Thursday at 14
        !meeting take over
        !meeting calendar
    """
    said = words.strip()
    if not said:
        return _list(session, ctx)
    verb, _, rest = said.partition(" ")
    asked = fold(verb).strip(" .,:;!")
    does = _WORDS.get(asked)
    if does is None:
        _a_day(session, ctx, said)
        near = process.extractOne(asked, list(_WORDS), scorer=fuzz.ratio, score_cutoff=65)
        shown = text.user_text(verb[:40])
        if near is None:
            raise Problem("problem-meeting-unknown", word=shown, prefix=ctx.prefix)
        meant = _SHOWN[ctx.language][_WORDS[near[0]]]
        raise Problem("problem-meeting-near", word=shown, meant=f"{ctx.prefix}{meant}")
    return does(session, ctx, rest.strip())


def _a_day(session: Session, ctx: Context, said: str) -> None:
    """Raise a Problem for "!møde i morgen": whether there is a meeting, and how to move or call one."""
    found = day_named(ctx, said)
    if found is None or found[1] or ctx.place.forum is None:
        return
    of = on_day(session, ctx, ctx.place.forum, found[0])
    shown = (
        when(ctx.access, of.start, ctx.language, ctx.at)
        if of
        else say_day(found[0], ctx.language, today=ctx.access.today(ctx.at))
    )
    clock = "" if re.search(r"\d[.:]\d\d|\b(?:kl|at)\b", said) else " " + ctx.say("meeting-example-hour")
    raise Problem(
        "problem-meeting-a-day",
        known="yes" if of else "no",
        day=shown,
        words=text.user_text(said[:60] + clock),
        prefix=ctx.prefix,
    )


# --- the calendar


def _list(session: Session, ctx: Context) -> Reply:
    """The next meetings of the forum, or in direct messages of each that the person belongs to."""
    if ctx.place.forum is not None:
        forums = [ctx.place.forum]
    else:
        own = ctx.access.own_forums(session, ctx.person)
        inside = ctx.access.forums_inside(session, ctx.person.user_id)
        forums = list({f.uid: f for f in [*inside, *own]}.values())
    found = [
        (each, forum)
        for forum in forums
        for each in upcoming(session, ctx.access, forum, ctx.at, ctx.at + _AHEAD, cancelled=True)
    ]
    found = [(each, forum) for each, forum in found if each.state in ("planned", "cancelled")]
    found = sorted(found, key=lambda pair: pair[0].start)[:_LISTED]
    if not found:
        raise Problem("problem-no-meeting-known", prefix=ctx.prefix)
    several = len(forums) > 1
    lines = [ctx.say("meeting-list"), ""]
    for each, forum in found:
        where = f" · {text.user_text(forum_name(ctx.access, forum))}" if several else ""
        lines.append(f"- {when(ctx.access, each.start, ctx.language, ctx.at)}{where}{_notes(ctx, each)}")
    return Reply("meeting.list", "\n".join(lines))


def _notes(ctx: Context, each: Planned) -> str:
    notes = [ctx.say("meeting-cancelled-mark")] if each.state == "cancelled" else []
    notes += who_comes(ctx.language, each.joining, each.staying_away)
    return "".join(f" · {note}" for note in notes)


def _move(session: Session, ctx: Context, words: str) -> Reply:
    forum = forum_of(session, ctx)
    if not words:
        raise Problem("problem-meeting-when-missing", prefix=ctx.prefix)
    of, start = to_move(session, ctx, forum, words.replace("\n", " "))
    before = of.start
    if start == before:
        raise Problem(
            "problem-meeting-same", day=when(ctx.access, start, ctx.language, ctx.at), prefix=ctx.prefix
        )
    meetings = ctx.meetings(session)
    row = meetings.ensure(forum, of)
    meetings.move(row, start)
    said = ctx.say(
        "meeting-moved",
        before=when(ctx.access, before, ctx.language, ctx.at),
        day=when(ctx.access, start, ctx.language, ctx.at),
    )
    lines = [said, *_waiting_for(session, ctx, forum, before, start)]
    return _changed(session, ctx, forum, row, "meeting.moved", "\n".join(lines))


def _waiting_for(
    session: Session, ctx: Context, forum: Forum, before: datetime, start: datetime
) -> list[str]:
    """The actions that were promised for the meeting, and the one command that moves them along."""
    tz = ctx.access.settings.general.tz
    rows = queries.open_due_at(session, forum.uid, Deadline.of(before, tz).iso())[:_MOVED_SHOWN]
    if not rows:
        return []
    moved = start.astimezone(tz)
    numbers = ", ".join(str(row.number) for row in rows)
    at = "kl." if ctx.language == "da" else "at"
    date = f"{moved.day}/{moved.month}" if ctx.language == "da" else moved.strftime("%-d %B")
    example = f"{ctx.typed('due')} {numbers} {date} {at} {say_clock(moved.time(), ctx.language)}"
    return [ctx.say("meeting-moved-actions", count=len(rows), numbers=numbers, example=example)]


def _cancel(session: Session, ctx: Context, words: str) -> Reply:
    forum = forum_of(session, ctx)
    if queries.running_meeting(session, forum.uid) is not None and not words.strip(" .!"):
        raise Problem("problem-meeting-cancel-running", prefix=ctx.prefix)
    of, _ = coming_on(session, ctx, forum, words, sure=True)
    meetings = ctx.meetings(session)
    row = meetings.ensure(forum, of)
    meetings.call_off(row)
    following = next_meeting(session, ctx.access, forum, max(ctx.at, of.start))
    said = ctx.say("meeting-cancelled", day=when(ctx.access, of.start, ctx.language, ctx.at))
    if following is not None:
        said += " " + ctx.say("meeting-next", day=when(ctx.access, following.start, ctx.language, ctx.at))
        said = "\n".join([said, *_waiting_for(session, ctx, forum, of.start, following.start)])
    return _changed(session, ctx, forum, row, "meeting.cancelled", said)


def _extra(session: Session, ctx: Context, words: str) -> Reply:
    forum = forum_of(session, ctx)
    if not words:
        raise Problem("problem-meeting-when-missing", prefix=ctx.prefix)
    row = ctx.meetings(session).summon(forum, moment(ctx, words, None))
    said = ctx.say(
        "meeting-extra",
        day=when(ctx.access, row.starts_at, ctx.language, ctx.at),
        prefix=ctx.prefix,
    )
    return _changed(session, ctx, forum, row, "meeting.moved", said)


def _changed(session: Session, ctx: Context, forum: Forum, row: Meeting, kind: str, said: str) -> Reply:
    """A change of the calendar: said where it was made, in the forum's room, and as a calendar entry to take in."""
    reason = f"calendar:{row.occasion}:{row.sequence}"
    also: tuple[Also, ...] = ()
    if ctx.place.direct:
        language = room_language(session, ctx.access, forum.uid)
        who = with_agency(ctx.access, ctx.person.user_id)
        shown = text.t(
            language,
            "meeting-changed-by",
            who=who,
            state=row.state,
            day=when(ctx.access, row.starts_at, language, ctx.at),
        )
        message = Message(kind, shown, notify=True, language=language, meeting=row.uid)
        also = (Also(f"{reason}:said", forum_target(forum.uid), message),)
    refresh(session, ctx.access, row, ctx.saying, ctx.at)
    owe_calendar(session, ctx.access, forum, [planned_of(ctx.access, forum, row)], reason, ctx.at)
    return Reply(kind, said, also=also, meeting=row.uid)


def _calendar(session: Session, ctx: Context, words: str) -> Reply:
    forum = forum_of(session, ctx)
    meets = year_of(session, ctx.access, forum, ctx.at)
    if not meets:
        raise Problem("problem-no-meeting-known", prefix=ctx.prefix)
    own = {"target": f"dm:{ctx.person.user_id}", "room_id": ctx.place.room_id} if ctx.place.direct else {}
    reason = f"ics:{ctx.event_id}:{ctx.line}"
    owe_calendar(session, ctx.access, forum, meets, reason, ctx.at, language=ctx.language, **own)
    return Reply("meeting.list", ctx.say("meeting-calendar", count=len(meets)))


# --- the meeting


def _start(session: Session, ctx: Context, words: str) -> Reply:
    forum = forum_of(session, ctx)
    in_the_room(ctx)
    now_meant(ctx)
    found = day_named(ctx, words)
    another_day = found is not None and not found[1] and found[0] != ctx.access.today(ctx.at)
    if another_day or hour_ahead(ctx, words):  # "!møde start tirsdag": not now
        raise Problem("problem-meeting-start-later", words=text.user_text(words[:60]), prefix=ctx.prefix)
    return start(session, ctx, forum)


def start(session: Session, ctx: Context, forum: Forum, of: Planned | None = None) -> Reply:
    """Begin the forum's meeting, a certain one if it was asked about; one that is under way already is told of."""
    already = queries.running_meeting(session, forum.uid)
    if already is not None:
        chair = with_agency(ctx.access, already.chair) if already.chair else ctx.say("nobody")
        began = clock(ctx, already.began_at or ctx.at)
        raise Problem("problem-meeting-runs", at=began, who=chair, prefix=ctx.prefix)
    row = ctx.meetings(session).start(forum, of)
    said = ctx.say(
        "meeting-started",
        at=clock(ctx, row.began_at or ctx.at),
        who=with_agency(ctx.access, ctx.person.user_id),
    )
    current = current_item(session, ctx, row)
    made, uids = current if current else (ctx.say("meeting-no-agenda", prefix=ctx.prefix), ())
    return Reply("meeting.started", f"{said}\n{made}", uids, meeting=row.uid)


def same_step(words: str, changes: Sequence[Change]) -> bool:
    """Whether an edited `!møde …` still says what it did: began the meeting, or ended it."""
    does = _WORDS.get(fold(words.strip().partition(" ")[0]).strip(" .,:;!"))
    step = ("planned", "running") if does is _start else ("running", "held") if does is _end else None
    return step is not None and any(
        step == ((change.before or {}).get("state"), (change.after or {}).get("state"))
        for change in changes
        if change.field.startswith("meeting:") and not change.undone
    )


def now_meant(ctx: Context) -> None:
    """Raise a Problem for an old message that is edited: what it began or ended then must not happen now."""
    if ctx.heard is not None and ctx.heard - ctx.at > BACK_WITHIN:
        raise Problem("problem-meeting-edited-late", prefix=ctx.prefix)


def _take_over(session: Session, ctx: Context, words: str) -> Reply:
    in_the_room(ctx)
    row = running(session, ctx)
    if row.chair == ctx.person.user_id:
        raise Problem("problem-chair-already", prefix=ctx.prefix)
    ctx.meetings(session).take_over(row)
    said = ctx.say("meeting-taken-over", who=with_agency(ctx.access, ctx.person.user_id))
    return Reply("meeting.chair", said, meeting=row.uid)


def _end(session: Session, ctx: Context, words: str) -> Reply:
    in_the_room(ctx)
    forum = forum_of(session, ctx)
    now_meant(ctx)
    if hour_ahead(ctx, words):
        raise Problem("problem-meeting-end-later", prefix=ctx.prefix)
    row = queries.running_meeting(session, forum.uid)
    if row is None:
        last = next(iter(queries.drafts(session, forum.uid)), None)
        if last is not None and last.ended_at is not None:
            raise Problem("problem-meeting-ended", at=when(ctx.access, last.ended_at, ctx.language, ctx.at))
        raise Problem("problem-no-meeting-running", prefix=ctx.prefix)
    return end(session, ctx, row)


def end(session: Session, ctx: Context, row: Meeting) -> Reply:
    """End a meeting; its draft goes to who led it."""
    if not ctx.access.may_lead(session, ctx.person, row.forum_uid, row.chair):
        chair = with_agency(ctx.access, row.chair) if row.chair else ctx.say("nobody")
        raise Problem("problem-not-chair", who=chair, prefix=ctx.prefix)
    ctx.meetings(session).end(row, approve_at=approval(ctx.access, ctx.at))
    meeting_ended(session, ctx.access, row, ctx.cause)
    owe_draft(session, ctx.access, row, ctx.at)
    left = [each for each in queries.agenda(session, row.uid) if each.state == "open"]
    left = [each for each in left if each.kind in COMES_AGAIN]
    agreed = queries.actions_of_meeting(session, row.uid)
    decided = queries.decisions_of(session, row.uid)
    lines = [
        ctx.say(
            "meeting-ended",
            at=clock(ctx, row.ended_at or ctx.at),
            actions=len(agreed),
            decisions=len(decided),
        )
    ]
    if left:
        lines.append(ctx.say("meeting-ended-left", count=len(left)))
    return Reply("meeting.ended", " ".join(lines), meeting=row.uid)


def _time(session: Session, ctx: Context, words: str) -> Reply:
    row = running(session, ctx)
    return Reply("meeting.time", time_left(session, ctx, row), meeting=row.uid)


_DOES: tuple[tuple[Callable[[Session, Context, str], Reply], str, str, str], ...] = (
    (_start, "start begynd begin", "møde start", "meeting start"),
    (_end, "slut afslut end stop luk faerdig done finish", "møde slut", "meeting end"),
    (_time, "tid time tilbage left", "møde tid", "meeting time"),
    (_move, "flyt move ryk udsaet postpone", "møde flyt tirsdag kl. 13", "meeting move Tuesday at 13"),
    (_cancel, "aflys cancel", "møde aflys", "meeting cancel"),
    (_extra, "ekstra extra nyt new", "møde ekstra torsdag kl. 14", "meeting extra Thursday at 14"),
    (_take_over, "overtag take takeover chair", "møde overtag", "meeting take over"),
    (_calendar, "kalender calendar ics ical", "møde kalender", "meeting calendar"),
)
_WORDS = {word: does for does, words, _, _ in _DOES for word in words.split()}
_SHOWN = {
    "da": {does: shown for does, _, shown, _ in _DOES},
    "en": {does: shown for does, _, _, shown in _DOES},
}
