"""The meetings family: beginning, moving and ending a meeting, who is there, its items, what it decides."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from datetime import timedelta

from rapidfuzz import fuzz, process
from sqlmodel import Session

from bot import text
from bot.commands import Also, Context, Problem, Reply, Rest, command, fold
from bot.commands.actions import case_inside
from bot.commands.attending import attendees, names_line
from bot.commands.meeting_places import (
    coming_on,
    day_named,
    due_or_next,
    forum_of,
    hour_ahead,
    moment,
    on_day,
    running,
    to_move,
)
from bot.documents.agenda import lines as agenda_lines
from bot.documents.digest import forum_name
from bot.documents.lines import action_line, with_agency
from bot.meetings import BACK_WITHIN, EARLY, Planned, next_meeting, upcoming
from bot.owed import Message
from bot.owed import forum as forum_target
from bot.proceedings import (
    approval,
    owe_calendar,
    owe_draft,
    planned_of,
    refresh,
    room_language,
    when,
    year_of,
)
from bot.storage import queries
from bot.storage.meetings import AgendaItem, Meeting
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
        inside = [
            f for f in queries.forums(session) if ctx.person.user_id in queries.forum_members(session, f.uid)
        ]
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
    if each.joining:
        notes.append(ctx.say("meeting-with", agencies=", ".join(sorted(each.joining))))
    if each.staying_away:
        notes.append(ctx.say("meeting-without", agencies=", ".join(sorted(each.staying_away))))
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


def _waiting_for(session: Session, ctx: Context, forum: Forum, before: object, start: object) -> list[str]:
    """The actions that were promised for the meeting, and the one command that moves them along."""
    tz = ctx.access.settings.general.tz
    local = before.astimezone(tz)  # type: ignore[attr-defined]
    due = Deadline(local.date(), local.time().replace(second=0, microsecond=0)).iso()
    rows = queries.open_due_at(session, forum.uid, due)[:_MOVED_SHOWN]
    if not rows:
        return []
    moved = start.astimezone(tz)  # type: ignore[attr-defined]
    numbers = ", ".join(str(row.number) for row in rows)
    verb = "frist" if ctx.language == "da" else "due"
    at = "kl." if ctx.language == "da" else "at"
    date = f"{moved.day}/{moved.month}" if ctx.language == "da" else moved.strftime("%-d %B")
    example = f"{ctx.prefix}{verb} {numbers} {date} {at} {say_clock(moved.time(), ctx.language)}"
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
    said_at = (ctx.heard or ctx.at).isoformat()
    refresh(session, ctx.access, row, f"{ctx.event_id}:{ctx.line}:{said_at}", ctx.at)
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
    if ctx.place.direct:
        raise Problem("problem-meeting-in-room", prefix=ctx.prefix)
    now_meant(ctx)
    found = day_named(ctx, words)
    if hour_ahead(ctx, words):
        raise Problem("problem-meeting-start-later", words=text.user_text(words[:60]), prefix=ctx.prefix)
    if found is not None and not found[1] and found[0] != ctx.access.today(ctx.at):
        # "!møde start tirsdag": not now.
        raise Problem("problem-meeting-start-later", words=text.user_text(words[:60]), prefix=ctx.prefix)
    return start(session, ctx, forum)


def start(session: Session, ctx: Context, forum: Forum, of: Planned | None = None) -> Reply:
    """Begin the forum's meeting, a certain one if it was asked about; one that is under way already is told of."""
    already = queries.running_meeting(session, forum.uid)
    if already is not None:
        chair = with_agency(ctx.access, already.chair) if already.chair else ctx.say("nobody")
        began = _clock(ctx, already.began_at)
        raise Problem("problem-meeting-runs", at=began, who=chair, prefix=ctx.prefix)
    row = ctx.meetings(session).start(forum, of)
    said = ctx.say(
        "meeting-started", at=_clock(ctx, row.began_at), who=with_agency(ctx.access, ctx.person.user_id)
    )
    current = _current(session, ctx, row)
    made, uids = current if current else (ctx.say("meeting-no-agenda", prefix=ctx.prefix), ())
    return Reply("meeting.started", f"{said}\n{made}", uids, meeting=row.uid)


def _in_the_room(ctx: Context) -> None:
    """Raise a Problem in direct messages: what a meeting does, everybody in it sees."""
    if ctx.place.direct:
        raise Problem("problem-meeting-in-room", prefix=ctx.prefix)


def same_step(words: str, changes: Sequence[Change]) -> bool:
    """Whether an edited `!møde …` still says what it did: began the meeting, ended it, or who leads it."""
    verb = fold(words.strip().partition(" ")[0]).strip(" .,:;!")
    does = _WORDS.get(verb)
    for change in changes:
        before, after = (change.before or {}).get("state"), (change.after or {}).get("state")
        if not change.field.startswith("meeting:") or change.undone:
            continue
        if (does is _start and (before, after) == ("planned", "running")) or (
            does is _end and (before, after) == ("running", "held")
        ):
            return True
    return False


def now_meant(ctx: Context) -> None:
    """Raise a Problem for an old message that is edited: what it began or ended then must not happen now."""
    if ctx.heard is not None and ctx.heard - ctx.at > BACK_WITHIN:
        raise Problem("problem-meeting-edited-late", prefix=ctx.prefix)


def _take_over(session: Session, ctx: Context, words: str) -> Reply:
    _in_the_room(ctx)
    row = running(session, ctx)
    if row.chair == ctx.person.user_id:
        raise Problem("problem-chair-already", prefix=ctx.prefix)
    ctx.meetings(session).take_over(row)
    said = ctx.say("meeting-taken-over", who=with_agency(ctx.access, ctx.person.user_id))
    return Reply("meeting.chair", said, meeting=row.uid)


def _end(session: Session, ctx: Context, words: str) -> Reply:
    _in_the_room(ctx)
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
    owe_draft(session, ctx.access, row, ctx.at)
    left = [each for each in queries.agenda(session, row.uid) if each.state == "open"]
    left = [each for each in left if each.kind in ("added", "carried")]
    agreed = queries.actions_of_meeting(session, row.uid)
    decided = queries.decisions_of(session, row.uid)
    lines = [
        ctx.say("meeting-ended", at=_clock(ctx, row.ended_at), actions=len(agreed), decisions=len(decided))
    ]
    if left:
        lines.append(ctx.say("meeting-ended-left", count=len(left)))
    return Reply("meeting.ended", " ".join(lines), meeting=row.uid)


def _time(session: Session, ctx: Context, words: str) -> Reply:
    row = running(session, ctx)
    return Reply("meeting.time", _time_left(session, ctx, row), meeting=row.uid)


def _time_left(session: Session, ctx: Context, row: Meeting) -> str:
    """How long item and meeting have left, in whole minutes, and how many items are to come."""
    said: list[str] = []
    items = agenda_lines(session, ctx.access, row, ctx.language, ctx.at)
    current = next((each for each in items if each.item.uid == row.item_uid), None)
    if current is not None and current.item.began_at is not None and current.minutes:
        until = current.item.began_at + timedelta(minutes=current.minutes)
        left = _minutes(until - ctx.at)
        key = "time-item" if left >= 0 else "time-item-over"
        said.append(ctx.say(key, number=current.number, minutes=abs(left), at=_clock(ctx, until)))
    left = _minutes(row.ends_at - ctx.at)
    key = "time-meeting" if left >= 0 else "time-meeting-over"
    said.append(ctx.say(key, minutes=abs(left), at=_clock(ctx, row.ends_at)))
    to_come = sum(1 for each in items if each.item.state == "open" and each.item.uid != row.item_uid)
    said.append(ctx.say("time-items", count=to_come))
    return " ".join(said)


def _minutes(span: timedelta) -> int:
    return round(span.total_seconds() / 60)


def _clock(ctx: Context, instant: object) -> str:
    local = instant.astimezone(ctx.access.settings.general.tz)  # type: ignore[attr-defined]
    return say_clock(local.time(), ctx.language)


@command("next", da=("næste",), family="meetings")
def next_(session: Session, ctx: Context, words: Rest) -> Reply:
    """Go on to the next agenda item, or to one by its number.

    da: Gå videre til næste punkt, eller til et bestemt.
        !næste
        !næste 4
    en: Go on to the next item, or to a certain one.
        !next
        !next 4
    """
    _in_the_room(ctx)
    row = running(session, ctx)
    items = queries.agenda(session, row.uid)
    wanted = re.fullmatch(r"(?:punkt|item|nr\.?|#)?\s*(\d{1,3})\.?", words.strip(), re.IGNORECASE)
    if words.strip() and wanted is None:
        raise Problem("problem-next", prefix=ctx.prefix)
    target: AgendaItem | None
    if wanted is not None:
        number = int(wanted[1])
        if not 1 <= number <= len(items):
            raise Problem("problem-no-item", number=number, count=len(items), prefix=ctx.prefix)
        target = items[number - 1]
    else:
        target = _following(items, row.item_uid)
    if target is None and row.item_uid is None:
        raise Problem("problem-no-more-items", prefix=ctx.prefix)
    ctx.meetings(session).turn_to(row, target)
    current = _current(session, ctx, row)
    if current is None:
        return Reply("meeting.item", ctx.say("meeting-last-item", prefix=ctx.prefix), meeting=row.uid)
    return Reply("meeting.item", current[0], current[1], meeting=row.uid)


def _following(items: Sequence[AgendaItem], current: str | None) -> AgendaItem | None:
    """The first open item behind the current one; then one that was passed over."""
    at = next((index for index, each in enumerate(items) if each.uid == current), -1)
    behind = [each for each in items[at + 1 :] if each.state == "open"]
    before = [each for each in items[: max(at, 0)] if each.state == "open"]
    return next(iter([*behind, *before]), None)


def _current(session: Session, ctx: Context, row: Meeting) -> tuple[str, tuple[str, ...]] | None:
    """The item that the meeting is at: number, title, until when, and the actions that it is about."""
    items = agenda_lines(session, ctx.access, row, ctx.language, ctx.at)
    each = next((each for each in items if each.item.uid == row.item_uid), None)
    if each is None:
        return None
    said = f"**{each.number}. {each.title}**"
    if each.minutes and each.item.began_at is not None:
        until = each.item.began_at + timedelta(minutes=each.minutes)
        said += " " + ctx.say("meeting-item-time", minutes=each.minutes, at=_clock(ctx, until))
    if each.item.kind not in ("overdue", "due"):
        return said, ()
    forum = next(f for f in queries.forums(session) if f.uid == row.forum_uid)
    rows = ctx.meetings(session).actions_about(forum, row, each.item.kind, limit=15)
    lines = [f"- **{a.number}** {action_line(session, ctx.access, a, ctx.language, ctx.at)}" for a in rows]
    return "\n".join([said, "", *lines]), tuple(a.uid for a in rows)


# --- who is there


@command("here", da=("fremmødt", "her", "tilstede"), en=("present",), family="meetings")
def here(session: Session, ctx: Context, words: Rest) -> Reply:
    """Note that you, others or an agency are at the meeting; who writes in it counts as present anyway.

    da: Notér, at du, andre eller en forvaltning er med. Skriver du i rummet under mødet, er du med af dig selv.
        !her
        !fremmødt BUF, politi
        !fremmødt gæst Hanne fra skolen
    en: Note that you, others or an agency are there. Who writes in the room during the meeting is there anyway.
        !here
        !here BUF, BIF
        !here guest Hanne from the school
    """
    forum = forum_of(session, ctx)
    row = ctx.meeting or queries.running_meeting(session, forum.uid)
    if row is None:
        # A moment before it begins people mean the one to come, afterwards the one they have just left.
        due = due_or_next(session, ctx, forum)
        if due is not None and due.start - EARLY <= ctx.at:
            row = ctx.meetings(session).ensure(forum, due)
    row = row or next(iter(queries.drafts(session, forum.uid)), None)
    if row is None:
        raise Problem("problem-no-meeting-running", prefix=ctx.prefix)
    return _attend(session, ctx, forum, row, words, "present")


@command("apologies", da=("afbud",), en=("apology",), family="meetings")
def apologies(session: Session, ctx: Context, words: Rest) -> Reply:
    """Send an apology for the next meeting or a later one, for yourself or for others. A reason is not kept.

    da: Meld afbud til næste møde, for dig selv eller andre. Grunden gemmer jeg ikke.
        !afbud
        !afbud Lene, politi
        !afbud uge 49
    en: Send an apology for the next meeting, for yourself or others. A reason is not kept.
        !apologies
        !apologies Lene, BIF
        !apologies week 49
    """
    forum = forum_of(session, ctx)
    row = ctx.meeting or queries.running_meeting(session, forum.uid)
    rest = words
    if row is None or re.search(r"\b(?:uge|week)\s*\d", words, re.IGNORECASE):
        of, rest = coming_on(session, ctx, forum, words, sure=False)
        row = ctx.meetings(session).ensure(forum, of)
    return _attend(session, ctx, forum, row, rest, "apology")


def _attend(session: Session, ctx: Context, forum: Forum, row: Meeting, words: str, state: str) -> Reply:
    people = attendees(session, ctx, forum, words, reason=state == "apology")
    meetings = ctx.meetings(session)
    for each in people:
        meetings.attend(row, each.who, state, agency=each.agency, name=each.name)
    shown = {"who": names_line(ctx, people)}
    present = state == "present"
    if row.state == "running":
        said = ctx.say("meeting-present" if present else "meeting-apology", **shown)
    else:
        shown["day"] = when(ctx.access, row.starts_at, ctx.language, ctx.at)
        said = ctx.say("meeting-present-day" if present else "meeting-apology-day", **shown)
    return Reply(f"meeting.{state}", said, meeting=row.uid)


# --- what is decided


@command("decision", da=("beslutning", "besluttet"), en=("decided",), family="meetings")
def decision(session: Session, ctx: Context, words: Rest) -> Reply:
    """Record a decision; it gets a number and stands in the minutes.

    da: Notér en beslutning. Den får et nummer og kommer i referatet.
        !beslutning vi søger puljen til fritidsjob
    en: Record a decision. It gets a number and stands in the minutes.
        !decision we apply for the leisure job fund
    """
    said = words.strip(" \t\n,;:–-")
    if not said:
        raise Problem("problem-no-words", example=f"{ctx.prefix}{_BESLUTNING[ctx.language]} …")
    if ctx.place.direct:
        raise Problem("problem-meeting-in-room", prefix=ctx.prefix)
    forum = forum_of(session, ctx)
    before = queries.decision_of_line(
        session, ctx.event_id, ctx.line
    )  # an edit words it anew where it stands
    at = before.item_uid if before else ctx.meetings(session).item_at(ctx.meeting)
    item = queries.agenda_item(session, at)
    case = case_inside(said, ctx) or (item.case_code if item else None)
    row = ctx.meetings(session).decide(forum, ctx.meeting, said, case=case)
    shown = ctx.say("decision-recorded", label=row.label, words=text.text_ref(row.text_uid or ""))
    if row.meeting_uid is None:
        shown += "\n" + ctx.say("decision-between")
    return Reply("decision.recorded", shown, meeting=row.meeting_uid)


_BESLUTNING = {"da": "beslutning", "en": "decision"}
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
