"""The agenda: look at it, put something on it, strike, reorder, give an item its time."""

from __future__ import annotations

import re
from dataclasses import replace

from sqlmodel import Session

from bot import text
from bot.casework.refreshing import touched
from bot.commands import Context, Problem, Reply, Rest, command
from bot.commands.actions import case_inside
from bot.commands.meeting_places import coming, due_or_next, forum_of
from bot.directory import is_citizen
from bot.documents.agenda import title
from bot.documents.lines import case_line, when
from bot.proceedings import refresh, show_agenda
from bot.storage import queries
from bot.storage.meetings import AgendaItem, Meeting
from bot.storage.models import Forum

_N = r"(?:punkt\s+|item\s+|nr\.?\s*|#)?(\d{1,3})\.?"
_STRIKE = re.compile(
    rf"(?:slet|stryg|fjern|strike|remove|drop)\s+{_N}((?:\s*(?:,|\+|&|og|and)\s*\d{{1,3}})*)$", re.IGNORECASE
)
# Something is to be done with an item by its number, but what?
_UNCLEAR = re.compile(
    rf"(?:(?:byt|swap|slet|stryg|fjern|flyt|ryk|strike|remove|move)\s+)?{_N}(?:\W.{{0,20}})?$", re.IGNORECASE
)
_ACTS = re.compile(r"(?:byt|swap|slet|stryg|flyt|ryk|strike|remove|move)\s+\d", re.IGNORECASE)
_OTHER = re.compile(
    r"(?:(?:til|for|on)\s+(?:(?:uge|week)\s+\d{1,2}|næste møde|next meeting)\b[:,]?|"
    r"(?:i\s+|in\s+)?(?:uge|week)\s+\d{1,2}$|(?:næste møde|next meeting)$)\s*",
    re.IGNORECASE,
)
_MOVE = re.compile(
    rf"(?:flyt|ryk|sæt|saet|move|put)\s+{_N}\s+(?:til|to|op til|ned til|før|efter|before|as)\s+{_N}$",
    re.IGNORECASE,
)
_SHIFT = re.compile(
    rf"(?:(?:flyt|ryk|sæt|saet|move|put)\s+)?{_N}\s+"
    r"(først|foerst|øverst|first|op|up|ned|down|sidst|nederst|last)$",
    re.IGNORECASE,
)
_TIME = re.compile(
    rf"(?:giv\s+|give\s+)?{_N}[:,]?\s+(\d{{1,3}})\s*(?:min(?:ut(?:ter)?)?|minutes?)?\.?$", re.IGNORECASE
)
_HOURS = re.compile(
    r"[\s,(–-]*\b(?:(\d)|en|an?|one|(en halv|half an|½))\s*(?:time|timer|hours?)\b\.?\)?\s*$", re.IGNORECASE
)
_MINUTES = re.compile(r"[\s,(–-]*\b(\d{1,3})\s*(?:min(?:ut(?:ter)?)?|minutes?)\b\.?\)?\s*$", re.IGNORECASE)
_ADD = re.compile(r"(?:tilføj|tilfoej|nyt punkt|sæt på|add)\s*:?\s+", re.IGNORECASE)
_LONGEST = 480
_WORDS = 500  # characters of an item's title; more is a letter
_MOST = 100


@command("agenda", da=("dagsorden",), family="meetings")
def agenda(session: Session, ctx: Context, words: Rest) -> Reply:
    """Show the agenda of the meeting, put something on it, or change its order and times.

    da: Se dagsordenen for mødet, sæt noget på den, eller lav om på rækkefølge og tider.
        !dagsorden
        !dagsorden friplads til søskende 10 min
        !dagsorden flyt 4 til 1
        !dagsorden 3 15 min
        !dagsorden stryg 5
    en: See the agenda of the meeting, put something on it, or change its order and times.
        !agenda
        !agenda places for siblings 10 min
        !agenda move 4 to 1
        !agenda 3 15 min
        !agenda strike 5
    """
    said = words.strip()
    forum = forum_of(session, ctx, reading=not said)
    meeting = _meeting(session, ctx, forum)
    if other := _OTHER.match(said):
        of, _ = coming(
            session, ctx, forum, re.sub(r"^\s*(?:til|for|on)\s+", "", other[0], flags=re.IGNORECASE)
        )
        meeting, said = ctx.meetings(session).ensure(forum, of), said[other.end() :].strip()
    if not said:
        return _show(session, ctx, forum_of(session, ctx, reading=True), meeting)
    made = _change(session, ctx, meeting, said)
    if made is None:
        made = _add(session, ctx, forum, meeting, _ADD.sub("", said, count=1))
    if meeting is not None:
        refresh(session, ctx.access, meeting, ctx.saying, ctx.at)
    return made


def _meeting(session: Session, ctx: Context, forum: Forum) -> Meeting | None:
    """The meeting whose agenda is meant: under way, spoken of, or the next; None where none is planned."""
    now = ctx.meeting or queries.running_meeting(session, forum.uid)
    if now is not None and now.state == "running":
        return now
    about = ctx.about_meeting
    if about is not None and about.state == "planned" and about.forum_uid == forum.uid:
        return about
    following = due_or_next(session, ctx, forum)
    return ctx.meetings(session).ensure(forum, following) if following else None


def _show(session: Session, ctx: Context, forum: Forum, meeting: Meeting | None) -> Reply:
    if meeting is None:
        waiting = queries.waiting_items(session, forum.uid)
        named = {each.case_code for each in waiting}
        # What is lifted to the forum comes to its next meeting by itself, before what people put there.
        said = [
            f"{case_line(case, ctx.language)} · {ctx.say('agenda-case-lifted')}"
            for _, case in queries.escalated_to(session, forum.uid)
            if case.code not in named
        ]
        said += [title(session, ctx.access, each, ctx.language) for each in waiting]
        lines = [f"{n}. {words}" for n, words in enumerate(said, start=1)]
        head = ctx.say("agenda-waiting" if said else "agenda-none", prefix=ctx.prefix)
        return Reply("agenda", "\n".join([head, "", *lines]) if lines else head)
    if meeting.state == "planned":
        ctx.meetings(session).prepare(forum, meeting)
    made = show_agenda(session, ctx.access, meeting, ctx.language, ctx.at)
    return Reply("agenda", made.template, made.actions, meeting=meeting.uid)


def _change(session: Session, ctx: Context, meeting: Meeting | None, said: str) -> Reply | None:
    """Strike, move or time an item that is named by its number; None when the words do none of this."""
    meetings = ctx.meetings(session)
    patterns = (_STRIKE, _TIME, _MOVE, _SHIFT)
    if is_citizen(ctx.person) and any(pattern.match(said) for pattern in patterns):
        raise Problem("problem-agenda-citizen", prefix=ctx.prefix)
    if match := _STRIKE.match(said):
        numbers = dict.fromkeys(map(int, re.findall(r"\d+", f"{match[1]} {match[2]}")))
        struck = [(number, _item(session, ctx, meeting, number)) for number in numbers]
        for _, item in struck:
            meetings.strike(meeting, item)
        made = [_said(ctx, meeting, "agenda-struck", item, number=number) for number, item in struck]
        return replace(made[0], template="\n".join(each.template for each in made))
    if match := _TIME.match(said):
        item = _item(session, ctx, meeting, int(match[1]))
        minutes = min(max(int(match[2]), 1), _LONGEST)
        meetings.give_time(meeting, item, minutes)
        return _said(ctx, meeting, "agenda-timed", item, number=int(match[1]), minutes=minutes)
    where: int | None = None
    if match := _MOVE.match(said):
        where = int(match[2])
    elif match := _SHIFT.match(said):
        where = _shifted(int(match[1]), match[2].casefold())
    if match is None or where is None:
        if unclear := _UNCLEAR.match(said) if _ACTS.match(said) else re.fullmatch(_N, said):
            raise Problem("problem-agenda-number", number=int(unclear[1]), prefix=ctx.prefix)
        return None
    item = _item(session, ctx, meeting, int(match[1]))
    if meeting is None:
        raise Problem("problem-no-meeting-known", prefix=ctx.prefix)
    count = len(queries.agenda(session, meeting.uid))
    meetings.put(meeting, item, where)
    return _said(ctx, meeting, "agenda-moved", item, number=max(1, min(where, count)))


def _shifted(number: int, how: str) -> int:
    if how in ("op", "up"):
        return number - 1
    if how in ("ned", "down"):
        return number + 1
    return 1 if how in ("først", "foerst", "øverst", "first") else _MOST * 10


def _item(session: Session, ctx: Context, meeting: Meeting | None, number: int) -> AgendaItem:
    items = queries.agenda(session, meeting.uid) if meeting else ()
    if not 1 <= number <= len(items):
        raise Problem("problem-no-item", number=number, count=len(items), prefix=ctx.prefix)
    return items[number - 1]


def _said(ctx: Context, meeting: Meeting | None, key: str, item: AgendaItem, **args: int) -> Reply:
    words = (
        text.text_ref(item.text_uid)
        if item.text_uid
        else item.case_code or ctx.say(f"agenda-kind-{item.kind}")
    )
    return Reply(
        "agenda.changed", ctx.say(key, words=words, **args), meeting=meeting.uid if meeting else None
    )


def _of_case(session: Session, ctx: Context, item: AgendaItem, case: str) -> None:
    """What was agreed under an item that an edit puts to a case is the case's, as if the item had said so at once."""
    actions = queries.uncased_actions_under(session, item.uid)
    decisions = queries.uncased_decisions_under(session, item.uid)
    for action in actions:
        ctx.actions(session).change(action, "case", case)
    for decision in decisions:
        ctx.meetings(session).of_case(decision, case)
    for remark in queries.remarks_about(session, {item.uid}, ()):
        queries.reseal_of_meeting(session, f"remark:{remark.uid}", case)
    if actions or decisions:
        touched(session, ctx.access, case, ctx.saying, ctx.heard or ctx.at)


def _add(session: Session, ctx: Context, forum: Forum, meeting: Meeting | None, said: str) -> Reply:
    found = _MINUTES.search(said)
    minutes = min(max(int(found[1]), 1), _LONGEST) if found else None
    if found is None and (found := _HOURS.search(said)) is not None:
        minutes = 30 if found[2] else min(60 * int(found[1] or 1), _LONGEST) or None
    words = " ".join((said[: found.start()] if found else said).split()).strip(" ,;:–-")
    if not words:
        raise Problem("problem-agenda-empty", prefix=ctx.prefix)
    if len(words) > _WORDS:
        raise Problem("problem-agenda-long", count=_WORDS, prefix=ctx.prefix)
    if meeting is not None and len(queries.agenda(session, meeting.uid)) >= _MOST:
        raise Problem("problem-agenda-full", count=_MOST)
    meetings = ctx.meetings(session)
    if meeting is not None and meeting.state == "planned":
        meetings.prepare(forum, meeting)
    case = case_inside(words, ctx)
    # The code stands before every item of a case: said first, it need not stand there twice.
    # Nothing but the code: the item is about the case, and reads as it does.
    words = (
        re.sub(rf"^#?{re.escape(case)}(?:[\s:,.–-]+|$)", "", words, flags=re.IGNORECASE) if case else words
    )
    item = meetings.add_item(forum, meeting, words, minutes=minutes, case=case)
    if case is not None:
        _of_case(session, ctx, item, case)
    said_words = text.text_ref(item.text_uid) if item.text_uid else item.case_code or ""
    if meeting is None:
        return Reply("agenda.changed", ctx.say("agenda-waits", words=said_words))
    own = queries.meeting(session, item.meeting_uid) or meeting  # an edited item may stand on another agenda
    places = [each.uid for each in queries.agenda(session, own.uid)]
    if item.uid not in places:
        return Reply("agenda.changed", ctx.say("agenda-reworded", words=said_words), meeting=own.uid)
    if own.uid != meeting.uid:
        refresh(session, ctx.access, own, ctx.saying, ctx.at)
        meeting = own
    number = 1 + places.index(item.uid)
    shown = ctx.say(
        "agenda-added",
        number=number,
        words=said_words,
        minutes=minutes or 0,
        day=when(ctx.access, meeting.starts_at, ctx.language, ctx.at),
    )
    return Reply("agenda.changed", shown, meeting=meeting.uid)
