"""What a digest says of decisions and meetings: what was decided, which meetings were held, who came, which come."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlmodel import Session

from bot import text
from bot.access import Access
from bot.documents.attendance import excusing, there
from bot.documents.lines import coded, when, who_comes
from bot.meetings import EARLY, Planned, closing_at, next_meeting, occurrence, planned, upcoming
from bot.planned import occurrences
from bot.storage import queries
from bot.storage.meetings import Decision
from bot.storage.models import Forum

if TYPE_CHECKING:
    from bot.documents.digest import Request

_LISTED = 5  # meetings to come that one line names
_LONGEST = timedelta(days=2)  # no meeting is under way for longer


@dataclass(frozen=True)
class Coming:
    """The line of the meetings to come, "" without any; `news`: one of them was moved or called off."""

    said: str
    news: bool


def decided(session: Session, access: Access, request: Request, forum: Forum, limit: int) -> str:
    """The forum's decisions since the last digest with their labels, `limit` of them; the rest is counted.

    A decision is nobody's own: a digest of one agency has none.
    """
    rows = () if request.agency else _decisions(session, request, forum)
    if not rows:
        return ""
    lines = [f"**{text.t(request.language, 'digest-decisions', count=len(rows))}**", ""]
    lines += [f"- **{row.label}** {coded(session, row, request.language)}" for row in rows[:limit]]
    if len(rows) > limit:
        lines.append(f"- {text.t(request.language, 'digest-more', count=len(rows) - limit)}")
    return "\n".join(lines)


def _decisions(session: Session, request: Request, forum: Forum) -> list[Decision]:
    rows = queries.decisions_since(session, forum.uid, request.since)
    return [row for row in rows if row.decided_at <= request.now]


# --- held against planned


def held(session: Session, access: Access, request: Request, forum: Forum) -> str:
    """How many of the meetings that the calendar named since the last digest were held, and which agencies came.

    A meeting counts in the digest after it was over, or was to be; one under way in a later one.
    """
    over = _over(session, access, request, forum)
    if not over:
        return ""
    states = Counter(each.state for each in over)
    cancelled = states.pop("cancelled", 0)
    said = text.t(
        request.language,
        "digest-held",
        held=states["held"],
        planned=sum(states.values()),
        cancelled=cancelled,
    )
    came = _attendance(session, access, request, forum, [each for each in over if each.state == "held"])
    return f"{said}\n{came}" if came else said


def held_count(session: Session, access: Access, request: Request, forum: Forum) -> int:
    """How many meetings of the forum were held since the last digest."""
    return sum(each.state == "held" for each in _over(session, access, request, forum))


def decided_count(session: Session, request: Request, forum: Forum) -> int:
    """How many decisions of the forum since the last digest stand."""
    return len(_decisions(session, request, forum))


def _over(session: Session, access: Access, request: Request, forum: Forum) -> list[Planned]:
    """The meetings that were over, or were to be, since the last digest: each stands in one digest only.

    Of those before the bot knew the forum it can say nothing.
    """
    since = max(request.since, forum.created_at)
    # One may be begun before its hour.
    near = upcoming(session, access, forum, since - _LONGEST, request.now + EARLY, cancelled=True)
    return [
        each
        for each in near
        if each.state != "running"
        # A single one that is off was perhaps only a slip, taken back at once: nobody missed it.
        and not (each.state == "cancelled" and each.slot.startswith("extra:"))
        and since < _over_at(each) <= request.now
    ]


def _over_at(each: Planned) -> datetime:
    """When it was known how a meeting went."""
    row = each.row
    if row is None or row.state != "held" or row.ended_at is None:
        return each.end
    # Closed because nobody answered: it ended when it was last heard of, but until then it was under way.
    closed = closing_at(row) if row.unended else None
    return max(row.ended_at, closed) if closed else row.ended_at


def _attendance(
    session: Session, access: Access, request: Request, forum: Forum, meetings: Sequence[Planned]
) -> str:
    """How many of the held meetings each agency was at, of those that it was to come to; nobody is named."""
    config = access.settings.room(forum.config_room)
    expected: Counter[str] = Counter()
    came: Counter[str] = Counter()
    excused: Counter[str] = Counter()
    noted = [
        (each, rows)
        for each in meetings
        if each.row is not None and (rows := queries.attendance(session, each.row.uid))
    ]
    # Without a list in the config, whoever has come or sent an apology is taken to belong there.
    codes = set(config.agencies) if config is not None else set()
    codes = codes or {code for _, rows in noted for code in {*there(access, rows), *excusing(access, rows)}}
    for each, rows in noted:
        present = set(there(access, rows))
        due = present | (codes - {code for code in codes if _among(code, each.staying_away)})
        expected.update(due)
        came.update(present)
        excused.update((set(excusing(access, rows)) & due) - present)
    order = [code for code in access.settings.agencies if code in expected]
    order += sorted(set(expected) - set(order))
    said = [
        text.t(
            request.language,
            "digest-attended",
            agency=code,
            came=came[code],
            meetings=expected[code],
            excused=excused[code],
        )
        for code in order
        if request.agency in (None, code)
    ]
    return text.t(request.language, "digest-attendance", agencies=", ".join(said)) if said else ""


def _among(code: str, codes: frozenset[str]) -> bool:
    return code.casefold() in {each.casefold() for each in codes}


# --- to come


def coming(session: Session, access: Access, request: Request, forum: Forum) -> Coming:
    """The forum's meetings until the next digest: moved ones with the day they were on, called-off ones as such."""
    meets = upcoming(session, access, forum, request.now, request.until, cancelled=True)
    meets += _moved_away(session, access, request, forum)
    if meets and all(each.state == "cancelled" for each in meets):
        following = next_meeting(session, access, forum, meets[-1].start)
        meets += [following] if following else []
    if not meets:
        return Coming("", news=False)
    meets = sorted(meets, key=lambda each: each.start)[:_LISTED]
    said = [_meeting(access, request, forum, each) for each in meets]
    line = text.t(
        request.language, "digest-meetings", count=len(said), days="; ".join(words for words, _ in said)
    )
    return Coming(line, any(changed for _, changed in said))


def _moved_away(session: Session, access: Access, request: Request, forum: Forum) -> list[Planned]:
    """Meetings that the rhythm puts before the next digest, and somebody has put off until later."""
    config = access.settings.room(forum.config_room)
    if config is None:
        return []
    slots = [each.slot for each in occurrences(config, access.calendar, request.now, request.until)]
    rows = queries.meetings_in_slots(session, [forum.uid], slots).values()
    return [
        planned(access, config, row)
        for row in rows
        if row.state == "planned" and row.starts_at > request.until
    ]


def _meeting(access: Access, request: Request, forum: Forum, each: Planned) -> tuple[str, bool]:
    """A meeting in words, and whether it is not as the rhythm has it."""
    language = request.language
    notes: list[str] = []
    before = _rhythm_has_it_at(access, forum, each)
    if each.state == "cancelled":
        notes.append(text.t(language, "digest-meeting-cancelled"))
    elif before is not None and before != each.start:
        notes.append(
            text.t(language, "digest-meeting-moved", day=when(access, before, language, request.now))
        )
    changed = bool(notes)
    if each.state != "cancelled":
        notes += who_comes(language, each.joining, each.staying_away)
    said = when(access, each.start, language, request.now)
    return (f"{said} ({', '.join(notes)})" if notes else said), changed


def _rhythm_has_it_at(access: Access, forum: Forum, each: Planned) -> datetime | None:
    """The instant at which the rhythm puts a meeting after its rules; None for one that is in no rhythm."""
    config = access.settings.room(forum.config_room)
    if config is None or each.row is None or each.slot.startswith("extra:"):
        return None
    found = occurrence(access, config, each.slot)
    return found.start if found else None
