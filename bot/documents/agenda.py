"""The agenda (dagsorden) of a meeting: its items with the time each gets, and the actions some of them are about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from bot import text
from bot.access import Access
from bot.actions import Cause
from bot.documents.agenda_cases import on_agenda, waiting_line, words_of
from bot.documents.digest import forum_name
from bot.documents.lines import action_line
from bot.meetings import BOT, Meetings
from bot.programme import Room as RoomConfig
from bot.storage import queries
from bot.storage.meetings import AgendaItem, Meeting
from bot.storage.models import Forum
from bot.when.say import say_clock, say_day

SHOWN = 15  # actions listed under one item; the rest is counted and can be listed
ABOUT_ACTIONS = ("overdue", "due")  # kinds of items


@dataclass(frozen=True)
class AgendaLine:
    """An item on an agenda: its number from 1, title (plain words with tokens), minutes, and when it begins (UTC).

    An item that the meeting has no time for has 0 minutes.
    """

    number: int
    item: AgendaItem
    title: str
    minutes: int
    at: datetime


@dataclass(frozen=True)
class Made:
    """An agenda as Markdown with tokens, and the actions it speaks of."""

    template: str
    actions: tuple[str, ...]


def slots(wanted: Sequence[int | None], minutes: int) -> list[int]:
    """How many minutes each item gets, in all at most `minutes`. None: nobody asked for a time.

    What was asked for is given while it fits, and the others share what is left evenly. When it does not fit, each gets
    a minute and of the rest in proportion to its wish, never more than that. Where there are more items than minutes
    the last get none.
    """
    count, room = len(wanted), max(0, minutes)
    if count >= room:
        return [1] * room + [0] * (count - room)
    asked = [None if wish is None else max(1, wish) for wish in wanted]
    free = asked.count(None)
    rest = room - sum(wish for wish in asked if wish is not None)
    if rest >= free:
        shares = iter(_shares([1] * free, rest) if free else [])
        return [next(shares) if wish is None else wish for wish in asked]
    beyond = [(room // count if wish is None else wish) - 1 for wish in asked]
    return [1 + more for more in _shares(beyond, room - count)]


def _shares(weights: Sequence[int], whole: int) -> list[int]:
    """`whole` divided by weight; what rounding leaves goes to the largest remainders, the earlier first."""
    total = sum(weights)
    if not total:
        return [0] * len(weights)
    shares = [whole * weight // total for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda at: (-(whole * weights[at] % total), at))
    for at in by_remainder[: whole - sum(shares)]:
        shares[at] += 1
    return shares


def lines(
    session: Session, access: Access, meeting: Meeting, language: str, now: datetime
) -> list[AgendaLine]:
    """A meeting's agenda in its order; times count from when the meeting is to begin, or began."""
    items = queries.agenda(session, meeting.uid)
    at = (meeting.began_at or meeting.starts_at).astimezone(UTC)
    found: list[AgendaLine] = []
    for number, (item, minutes) in enumerate(
        zip(items, slots([item.minutes for item in items], _length(meeting)), strict=True), start=1
    ):
        count = _count(session, access, meeting, item, now)
        found.append(
            AgendaLine(number, item, title(session, access, item, language, count=count), minutes, at)
        )
        at += timedelta(minutes=minutes)
    return found


def _count(session: Session, access: Access, meeting: Meeting, item: AgendaItem, now: datetime) -> int:
    """How many actions an item is about; none for one that is about something else."""
    if item.kind not in ABOUT_ACTIONS:
        return 0
    forum = queries.forum(session, meeting.forum_uid)
    return _meetings(session, access, meeting, now).count_about(forum, meeting, item.kind)


def _length(meeting: Meeting) -> int:
    length = meeting.ends_at.astimezone(UTC) - meeting.starts_at.astimezone(UTC)
    return int(length.total_seconds()) // 60


def title(
    session: Session,
    access: Access,
    item: AgendaItem,
    language: str,
    *,
    count: int | None = None,
    coded: bool = True,
) -> str:
    """What an item is called: plain words of ours with tokens.

    `count`: how many actions it is about, where that is to be said. `coded`: with the code of its case.
    """
    if item.kind in ("overdue", "due"):
        said = text.t(language, "agenda-overdue" if item.kind == "overdue" else "agenda-due")
        return said if count is None else f"{said} ({count})"
    if item.case_code and not item.text_uid:
        said = words_of(session, access, item, language, coded=coded)
    else:
        words = text.text_ref(item.text_uid) if item.text_uid else text.t(language, "agenda-no-text")
        said = f"{item.case_code} · {words}" if coded and item.case_code else words
    if item.kind != "carried":
        return said
    before = queries.agenda_item(session, item.carried_from)
    earlier = queries.meeting(session, before.meeting_uid if before else None)
    if earlier is None:
        return f"{said} {text.t(language, 'agenda-carried')}"
    week = access.today(earlier.began_at or earlier.starts_at).isocalendar().week
    return f"{said} {text.t(language, 'agenda-carried-from', week=week)}"


def _meetings(session: Session, access: Access, meeting: Meeting, now: datetime) -> Meetings:
    return Meetings(session, access, Cause(BOT, now, f"agenda:{meeting.uid}"))


def agenda(
    session: Session,
    access: Access,
    meeting: Meeting,
    language: str,
    now: datetime,
    *,
    joining: frozenset[str] = frozenset(),
    staying_away: frozenset[str] = frozenset(),
    short: bool = False,
) -> Made:
    """Write the agenda.

    `joining` and `staying_away` are the codes of agencies that come to some meetings only. `short`: the items alone,
    without the actions they are about.
    """
    forum = session.get(Forum, meeting.forum_uid)
    config = access.settings.room(forum.config_room) if forum else None
    name = text.user_text(forum_name(access, forum)) if forum else ""
    parts = [
        f"## {text.t(language, 'agenda-head', forum=name)}",
        _where(access, meeting, config, language, joining, staying_away),
    ]
    shown = lines(session, access, meeting, language, now)
    parts += _warnings(meeting, shown, language)
    cases = on_agenda(session, access, meeting, [line.item for line in shown])
    actions: list[str] = []
    listed: list[str] = []
    for line in shown:
        listed.append(_item(access, meeting, line, language, cases.marks(access, line.item, language, now)))
        if not short:
            listed += cases.below(line.item, language)
            below, uids = _below(session, access, meeting, line.item, language, now)
            listed += below
            actions += uids
    parts.append("\n".join(listed) if listed else text.t(language, "agenda-empty"))
    if forum is not None:
        codes, count = _meetings(session, access, meeting, now).cases_waiting(forum, meeting)
        parts += [waiting_line(codes, count, language)] if count else []
    if not short:
        parts.append(text.t(language, "agenda-add", prefix=access.settings.general.prefix))
    return Made("\n\n".join(parts), tuple(dict.fromkeys(actions)))


def span(access: Access, start: datetime, end: datetime, language: str) -> str:
    """From when to when, with week, day and year: "uge 48 · tirs. 24. nov. 2026 kl. 10.00–11.30"."""
    tz = access.settings.general.tz
    a, b = start.astimezone(tz), end.astimezone(tz)
    until = say_clock(b.time(), language)
    if b.date() != a.date():
        until = f"{say_day(b.date(), language, today=b.date())} {until}"
    return text.t(
        language,
        "agenda-span",
        week=a.isocalendar().week,
        day=say_day(a.date(), language, today=a.date()),
        year=str(a.year),
        start=say_clock(a.time(), language),
        end=until,
    )


def _where(
    access: Access,
    meeting: Meeting,
    config: RoomConfig | None,
    language: str,
    joining: frozenset[str],
    staying_away: frozenset[str],
) -> str:
    when = span(access, meeting.starts_at, meeting.ends_at, language)
    said = [when[0].upper() + when[1:]]
    if config is not None and config.place:
        said.append(text.user_text(config.place))
    for key, codes in (("agenda-with", joining), ("agenda-without", staying_away)):
        if codes:
            said.append(text.t(language, key, agencies=agencies(access, codes, language)))
    return " · ".join(said)


def agencies(access: Access, codes: frozenset[str], language: str) -> str:
    """Agencies by their names, in the config's order."""
    names = [
        text.user_text(found.name if (found := access.settings.agency(code)) else code)
        for code in sorted(codes, key=access.agency_order)
    ]
    both = f" {text.t(language, 'agenda-and')} "
    return both.join(part for part in (", ".join(names[:-1]), names[-1]) if part)


def _warnings(meeting: Meeting, shown: Sequence[AgendaLine], language: str) -> list[str]:
    asked = sum(max(1, line.item.minutes or 1) for line in shown)
    length = _length(meeting)
    left_out = sum(1 for line in shown if line.minutes == 0)
    if left_out:
        return [text.t(language, "agenda-too-many", count=len(shown), length=length, left=left_out)]
    if asked > length:
        return [text.t(language, "agenda-too-long", asked=asked, length=length)]
    return []


def _item(access: Access, meeting: Meeting, line: AgendaLine, language: str, marks: Sequence[str]) -> str:
    """An item in a line: "2. **10.10** Friplads · 10 min", and what has become of it."""
    clock = say_clock(line.at.astimezone(access.settings.general.tz).time(), language)
    called = " · ".join([line.title, *marks])
    if line.minutes:
        said = (
            f"{line.number}. **{clock}** {called} · {text.t(language, 'agenda-minutes', count=line.minutes)}"
        )
    else:
        said = f"{line.number}. {called} · {text.t(language, 'agenda-no-time')}"
    if line.item.uid == meeting.item_uid:
        return f"{said} · **{text.t(language, 'agenda-now')}**"
    return f"{said} · {text.t(language, 'agenda-done')}" if line.item.state == "done" else said


def _below(
    session: Session, access: Access, meeting: Meeting, item: AgendaItem, language: str, now: datetime
) -> tuple[list[str], list[str]]:
    """The actions that an item is about, a line each."""
    if item.kind not in ABOUT_ACTIONS:
        return [], []
    forum = queries.forum(session, meeting.forum_uid)
    meetings = _meetings(session, access, meeting, now)
    rows = meetings.actions_about(forum, meeting, item.kind, limit=SHOWN)
    owners = queries.owners_of(session, [row.uid for row in rows])
    said = [
        f"  - **{row.number}** "
        + action_line(session, access, row, language, now, owners=owners[row.uid], marked=item.kind == "due")
        for row in rows
    ]
    total = len(rows) if len(rows) < SHOWN else meetings.count_about(forum, meeting, item.kind)
    if total > len(rows):
        said.append(f"  - {text.t(language, 'agenda-more', count=total - len(rows))}")
    return said, [row.uid for row in rows]
