"""The minutes: read them, correct them, approve them, have them as a file."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import UTC, datetime, time, timedelta

from sqlmodel import Session

from bot import audit, text
from bot.commands import Also, Context, Problem, Reply, Rest, command, fold
from bot.commands.actions import case_inside
from bot.commands.meeting_places import day_gone, forum_of, week_named, week_start
from bot.commands.meetings import now_meant
from bot.directory import is_citizen
from bot.documents.digest import forum_name
from bot.documents.lines import with_agency
from bot.documents.minutes import addendum, cases
from bot.documents.model import markdown
from bot.meetings import week_label
from bot.owed import Message
from bot.owed import forum as forum_target
from bot.proceedings import (
    approve,
    home,
    may_read,
    minutes_of,
    name,
    owe_minutes_file,
    refresh_draft,
    room_language,
)
from bot.storage import queries
from bot.storage.meetings import Decision, Meeting
from bot.storage.models import Change, Forum
from bot.when.say import say_day

_APPROVE = re.compile(r"(?:godkend(?:t|es)?|approved?)\b[\s:.!]*", re.IGNORECASE)
_CORRECT = re.compile(r"(?:ret(?:telse)?|correct(?:ion)?)\b[\s:]*", re.IGNORECASE)
_ADD = re.compile(r"(?:tilføj(?:else)?|tilfoej|add(?:endum)?)\b[\s:]*", re.IGNORECASE)
_LABEL = re.compile(
    r"(?:beslutning\s+|decision\s+)?(20\d\d)-?[wWuU](\d\d?)-(\d{1,4})\b[\s:,–-]*", re.IGNORECASE
)
_SHORT = re.compile(r"(?:beslutning|decision)\s+(?:nr\.?\s*|#)?(\d{1,4})\b[\s:,–-]*", re.IGNORECASE)
_ITEM = re.compile(r"(?:punkt|item)\s+(?:nr\.?\s*|#)?(\d{1,3})\b[\s:,–-]*", re.IGNORECASE)
_WHICH = re.compile(r"\.\d\b")
_EXACT = re.compile(r"\b20\d\d-?[wWuU]\d{1,2}\b(?!-)")
_MOMENT = timedelta(microseconds=1)
_FORMATS = {
    "docx": "docx",
    "word": "docx",
    "fil": "docx",
    "file": "docx",
    "tekst": "txt",
    "txt": "txt",
    "text": "txt",
    "md": "md",
    "markdown": "md",
}


@command("minutes", da=("referat", "beslutningsreferat"), family="meetings")
def minutes(session: Session, ctx: Context, words: Rest) -> Reply:
    """Show the last minutes or older ones, correct or approve a draft, add to approved ones, or get a file.

    da: Se det seneste referat eller et ældre, ret og godkend et udkast, eller få referatet som fil.
        !referat
        !referat uge 47
        !referat godkend
        !referat ret 2026-W48-3 vi søger puljen inden jul
        !referat tilføj punkt 2: naboerne inviteres
        !referat word
        !referat HS-26-014
    en: Read the last minutes or older ones, correct and approve a draft, or get the minutes as a file.
        !minutes
        !minutes week 47
        !minutes approve
        !minutes correct 2026-W48-3 we apply before Christmas
        !minutes add item 2: the neighbours are invited
        !minutes word
        !minutes HS-26-014
    """
    said = words.strip()
    step = next((match for p in (_APPROVE, _CORRECT, _ADD) if (match := p.match(said))), None)
    if step is not None and is_citizen(ctx.person):
        raise Problem("problem-not-for-you", prefix=ctx.prefix)
    forum = _forum(session, ctx, changing=step is not None)
    if step is None:
        return _show(session, ctx, forum, said)
    rest = said[step.end() :]
    if step.re is _APPROVE:
        return _approve(session, ctx, _draft(session, ctx, forum, rest)[0])
    return (_correct if step.re is _CORRECT else _remark)(session, ctx, forum, rest)


def _forum(session: Session, ctx: Context, *, changing: bool) -> Forum:
    """The forum whose minutes are meant: in direct messages that of the draft one has to deal with, or has led."""
    if ctx.place.forum is not None or ctx.about_meeting is not None:
        return forum_of(session, ctx, reading=ctx.about_meeting is None)
    mine = [row for row in queries.drafts(session) if may_read(session, ctx.access, ctx.person, row)]
    led = [row for row in mine if row.chair == ctx.person.user_id] or mine
    if changing and led:
        if len({row.forum_uid for row in led}) > 1:
            names = ", ".join(text.user_text(forum_name(ctx.access, home(session, row))) for row in led)
            raise Problem("problem-minutes-which", forums=names, prefix=ctx.prefix)
        return home(session, led[0])
    own = ctx.access.own_forums(session, ctx.person)
    inside = ctx.access.forums_inside(session, ctx.person.user_id)
    forums = {f.uid: f for f in [*own, *inside]}
    last = [row for uid in forums if (row := queries.last_meeting(session, uid, ctx.at)) and row.began_at]
    last = [row for row in last if may_read(session, ctx.access, ctx.person, row)]
    newest = max([*led, *last], key=lambda row: row.began_at or row.starts_at, default=None)
    if newest is None and not own:
        raise Problem("problem-minutes-in-room", prefix=ctx.prefix)
    return home(session, newest) if newest else forum_of(session, ctx, reading=True)


# --- reading


def _show(session: Session, ctx: Context, forum: Forum, said: str) -> Reply:
    meeting, rest = _held(session, ctx, forum, said)
    if ctx.place.direct and not may_read(session, ctx.access, ctx.person, meeting):
        raise Problem("problem-minutes-in-room", prefix=ctx.prefix)
    case = case_inside(rest, ctx)
    if case is not None:
        rest = re.sub(re.escape(case), "", rest, flags=re.IGNORECASE).strip(" #")
        rest = re.sub(r"^(?:sag|case)$", "", rest, flags=re.IGNORECASE)
    format_ = _FORMATS.get(fold(rest).strip(" .")) if rest else None
    if rest and format_ is None:
        raise Problem("problem-minutes", word=text.user_text(rest[:40]), prefix=ctx.prefix)
    shown = minutes_of(session, ctx.access, meeting, ctx.language, ctx.at, case)
    if format_ is not None:
        target = f"dm:{ctx.person.user_id}" if ctx.place.direct else forum_target(forum.uid)
        room_id = ctx.place.room_id if ctx.place.direct else None
        reason = f"file:{ctx.event_id}:{ctx.line}"
        owe_minutes_file(session, ctx.access, meeting, shown, format_, reason, target, ctx.at, room_id)
        inside = [case] if case else sorted(cases(session, ctx.access, meeting, ctx.language, ctx.at))
        for subject in (f"meeting:{meeting.occasion}", *(f"case:{code}" for code in inside)):
            audit.note(
                session,
                "exported",
                subject,
                by=ctx.person.user_id,
                at=ctx.at,
                recipient=target,
                detail="minutes.file",
                purpose=audit.purpose_in(session, ctx.access, forum.uid),
                event_id=ctx.event_id,
            )
        return Reply(
            "minutes.shown",
            ctx.say("minutes-file-comes", label=name(meeting, ctx.access)),
            meeting=meeting.uid,
        )
    uids = tuple(row.uid for row in queries.actions_of_meeting(session, meeting.uid))
    return Reply("minutes.shown", markdown(shown), uids, meeting=meeting.uid)


def _held(session: Session, ctx: Context, forum: Forum, said: str) -> tuple[Meeting, str]:
    """The held meeting that words name by week or day, that of the message answered, or the last; the other words."""
    if (by_day := day_gone(ctx, said)) is not None:
        day, rest = by_day
        begin = datetime.combine(day, time(), ctx.access.calendar.tz).astimezone(UTC) - _MOMENT
        held = queries.meetings_held(session, forum.uid, begin, begin + timedelta(days=1))
        if not held:
            raise Problem("problem-no-minutes-day", day=f"{day.day}/{day.month}", prefix=ctx.prefix)
        return held[0], rest
    named = week_named(said)
    if named is None:
        about = ctx.about_meeting
        if about is not None and about.state == "held" and about.forum_uid == forum.uid:
            return about, said
        last = queries.last_meeting(session, forum.uid, ctx.at)
        if last is None:
            raise Problem("problem-no-minutes", prefix=ctx.prefix)
        return last, said
    week, year, rest = named
    monday = week_start(ctx, week, year, ahead=False)
    found = queries.meetings_held(session, forum.uid, monday, monday + timedelta(days=7))
    if not found:
        raise Problem("problem-no-minutes-week", week=week, prefix=ctx.prefix)
    if which := _WHICH.match(rest):
        rest = rest[which.end() :].strip()
    if len(found) > 1 and (which or _EXACT.search(said)):
        called = f"{week_label(ctx.access, found[0].began_at or ctx.at)}{which[0] if which else ''}"
        found = [each for each in found if name(each, ctx.access) == called] or found
    if len(found) > 1:
        raise _several(ctx, found)
    return found[0], rest


def _several(ctx: Context, found: Sequence[Meeting]) -> Problem:
    """The question which of several meetings is meant, with the day of each."""
    tz = ctx.access.settings.general.tz
    days = [(each.began_at or each.starts_at).astimezone(tz) for each in reversed(found)]
    shown = ", ".join(say_day(at.date(), ctx.language, today=at.date()) for at in days)
    example = f"{days[0].day}/{days[0].month}"
    return Problem("problem-minutes-several", days=shown, example=example, prefix=ctx.prefix)


# --- correcting and approving


def _draft(session: Session, ctx: Context, forum: Forum, said: str) -> tuple[Meeting, str]:
    """The held meeting that a correction is about: by its week, the message answered, the latest draft, or the last."""
    named = (week_named(said) or day_gone(ctx, said)) if _LABEL.match(said) is None else None
    if named is not None or (ctx.about_meeting is not None and ctx.about_meeting.state == "held"):
        return _held(session, ctx, forum, said)
    drafts = queries.drafts(session, forum.uid)
    return (drafts[0], said) if drafts else _held(session, ctx, forum, said)


def _may_lead(session: Session, ctx: Context, meeting: Meeting) -> None:
    if not may_read(session, ctx.access, ctx.person, meeting):
        chair = with_agency(ctx.access, meeting.chair) if meeting.chair else ctx.say("nobody")
        raise Problem("problem-minutes-not-yours", who=chair, prefix=ctx.prefix)


def _approve(session: Session, ctx: Context, meeting: Meeting) -> Reply:
    now_meant(ctx)
    if meeting.minutes == "approved":
        raise Problem("problem-minutes-approved", label=name(meeting, ctx.access), prefix=ctx.prefix)
    _may_lead(session, ctx, meeting)
    return approved(session, ctx, meeting)


def approved(session: Session, ctx: Context, meeting: Meeting) -> Reply:
    """Approve a draft; the room and the participants get what is theirs."""
    approve(session, ctx.access, meeting, ctx.cause)
    return Reply(
        "minutes.approved", ctx.say("minutes-approved", label=name(meeting, ctx.access)), meeting=meeting.uid
    )


def same_step(words: str, changes: Sequence[Change]) -> bool:
    """Whether an edited `!referat godkend` still approves what it approved."""
    return _APPROVE.match(words.strip()) is not None and any(
        (change.after or {}).get("minutes") == "approved" and not change.undone
        for change in changes
        if change.field.startswith("meeting:")
    )


def _correct(session: Session, ctx: Context, forum: Forum, said: str) -> Reply:
    """Word a decision anew; of approved minutes as an addendum that shows."""
    row: Decision | None = None
    if match := _LABEL.match(said):
        row = queries.decision_labelled(session, forum.uid, f"{match[1]}-W{int(match[2]):02d}", int(match[3]))
    elif match := _SHORT.match(said):
        meeting, _ = _draft(session, ctx, forum, "")
        found = queries.decisions_of(session, meeting.uid)
        row = next((each for each in found if each.number == int(match[1])), None)
    else:
        return _remark(session, ctx, forum, said)
    if row is None or row.state == "withdrawn":
        raise Problem("problem-no-decision", word=text.user_text(match[0].strip(" :,–-")), prefix=ctx.prefix)
    words = said[match.end() :].strip()
    if not words:
        raise Problem("problem-no-words", example=f"{ctx.prefix}referat ret {row.label} …")
    of = queries.meeting(session, row.meeting_uid)
    if of is not None and of.state == "held":
        _may_lead(session, ctx, of)
        if of.minutes == "approved":
            return added(session, ctx, of, words, about=row.label)
    ctx.meetings(session).reword(row, words)
    if of is not None:
        refresh_draft(session, ctx.access, of, ctx.at)
    said_now = ctx.say("decision-recorded", label=row.label, words=text.text_ref(row.text_uid or ""))
    return Reply("decision.recorded", said_now, meeting=of.uid if of else None)


def _remark(session: Session, ctx: Context, forum: Forum, said: str) -> Reply:
    """Add words to minutes, under an item if one is named."""
    meeting, rest = _draft(session, ctx, forum, said)
    _may_lead(session, ctx, meeting)
    item_uid: str | None = None
    if match := _ITEM.match(rest):
        items = [
            each for each in queries.agenda_of_all_states(session, meeting.uid) if each.state != "struck"
        ]
        number = int(match[1])
        if not 1 <= number <= len(items):
            raise Problem("problem-no-item", number=number, count=len(items), prefix=ctx.prefix)
        item_uid, rest = items[number - 1].uid, rest[match.end() :]
    words = rest.strip(" \t\n:,;–-")
    if not words:
        raise Problem("problem-no-words", example=f"{ctx.prefix}referat tilføj punkt 2: …")
    if meeting.minutes == "approved":
        about = f"item:{match[1]}" if match else None
        return added(session, ctx, meeting, words, item_uid=item_uid, about=about)
    ctx.meetings(session).remark(meeting, words, item_uid=item_uid)
    refresh_draft(session, ctx.access, meeting, ctx.at)
    return Reply(
        "minutes.changed", ctx.say("minutes-remarked", label=name(meeting, ctx.access)), meeting=meeting.uid
    )


def added(
    session: Session,
    ctx: Context,
    meeting: Meeting,
    words: str,
    *,
    item_uid: str | None = None,
    about: str | None = None,
) -> Reply:
    """Add to approved minutes, for everybody who got them to see."""
    row = ctx.meetings(session).remark(meeting, words, item_uid=item_uid, about=about)
    where = home(session, meeting)
    label = name(meeting, ctx.access)
    also: tuple[Also, ...] = ()
    language = room_language(session, ctx.access, where.uid)
    line = addendum(ctx.access, row, language, ctx.at)
    if ctx.place.direct:
        shown = f"**{text.t(language, 'minutes-addendum-head', label=label)}** {line}"
        message = Message("minutes.addendum", shown, notify=True, language=language, meeting=meeting.uid)
        said_at = f"edit:{ctx.heard.isoformat()}" if ctx.heard else ctx.at.isoformat()
        reason = f"addendum:{ctx.event_id}:{ctx.line}:{said_at}"
        also = (Also(reason, forum_target(where.uid), message),)
    mine = addendum(ctx.access, row, ctx.language, ctx.at)
    said = f"**{ctx.say('minutes-addendum-head', label=label)}** {mine}"
    return Reply("minutes.addendum", said, also=also, meeting=meeting.uid)
