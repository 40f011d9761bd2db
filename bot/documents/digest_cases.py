"""What a digest says of cases: what lacks its follow-up, what came and went, who has not answered, what stands still.

A forum's digest speaks of its own cases and of what is lifted to it, and of no other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlmodel import Session

from bot import text
from bot.access import Access
from bot.documents.lines import case_line, day
from bot.storage import queries
from bot.storage.cases import Case
from bot.storage.models import Forum
from bot.when import Deadline

if TYPE_CHECKING:
    from bot.documents.digest import Request

_NAMED = 8  # cases that one line names; the others are counted
_STILL = 5  # cases without movement that are named
_ASKED = timedelta(days=28)  # so long before its meeting nothing is asked
_MOST = 2_000  # cases that are looked at for movement


def cases(session: Session, access: Access, request: Request, forum: Forum, limit: int) -> list[str]:
    """The parts of a forum's digest that are about cases; none where it has none. Of one agency only its answers."""
    config = access.settings.room(forum.config_room)
    if config is None or not config.personal_data:
        return []
    own = queries.has_cases(session, forum.uid)
    moves = [] if request.agency else _moves(session, access, request, forum)
    if not own:
        return ["\n".join(moves)] if moves else []
    if request.agency:
        return _silent(session, access, request, forum)
    came = [
        *_named(request, "digest-cases-new", queries.cases_opened_since(session, forum.uid, request.since)),
        *_named(
            request, "digest-cases-closed", queries.cases_closed_since(session, forum.uid, request.since)
        ),
        *moves,
    ]
    return [
        *_lacking(session, access, request, forum, limit),
        *(["\n".join(came)] if came else []),
        *_silent(session, access, request, forum),
    ]


def _named(request: Request, key: str, rows: Sequence[Case]) -> list[str]:
    """A line that names some cases by their codes."""
    rows = [row for row in rows if max(row.opened_at, row.closed_at or row.opened_at) <= request.now]
    if not rows:
        return []
    return [text.t(request.language, key, count=len(rows), codes=_codes(request, [row.code for row in rows]))]


def _codes(request: Request, codes: Iterable[str]) -> str:
    known = list(codes)
    named = ", ".join(known[:_NAMED])
    more = text.t(request.language, "digest-more", count=len(known) - _NAMED)
    return f"{named} {more}" if len(known) > _NAMED else named


def _lacking(session: Session, access: Access, request: Request, forum: Forum, limit: int) -> list[str]:
    """The cases whose monthly follow-up is over its time, the longest first."""
    rows = queries.cases_lacking_follow_up(session, [forum.uid], request.now, limit)
    if not rows:
        return []
    total = (
        len(rows)
        if len(rows) < limit
        else queries.count_cases_lacking_follow_up(session, [forum.uid], request.now)
    )
    lines = [f"**{text.t(request.language, 'digest-cases-follow-up', count=total)}**", ""]
    lines += [
        f"- {case_line(row, request.language, short=True)} · {_since(access, request, row)}" for row in rows
    ]
    if total > len(rows):
        lines.append(f"- {text.t(request.language, 'digest-more', count=total - len(rows))}")
    return ["\n".join(lines)]


def _since(access: Access, request: Request, row: Case) -> str:
    key = "digest-case-followed" if row.followed_at else "digest-case-never"
    return text.t(request.language, key, day=_on(access, request, row.followed_at or row.opened_at))


def _on(access: Access, request: Request, at: datetime) -> str:
    return day(access, Deadline(access.today(at)), request.language, request.now)


def _moves(session: Session, access: Access, request: Request, forum: Forum) -> list[str]:
    """What was lifted from here or to here, and what came back or was sent back, since the last digest."""
    up = queries.escalations_since(session, forum.uid, request.since)
    back = queries.escalations_returned_since(session, forum.uid, request.since)
    lines: list[str] = []
    for key, rows in (
        ("digest-cases-lifted-away", [c for row, c in up if row.forum_uid == forum.uid]),
        (
            "digest-cases-lifted-here",
            [c for row, c in up if row.to_uid == forum.uid and row.state == "standing"],
        ),
        ("digest-cases-came-back", [c for row, c in back if row.forum_uid == forum.uid]),
        ("digest-cases-sent-back", [c for row, c in back if row.to_uid == forum.uid]),
    ):
        codes = list(dict.fromkeys(c.code for c in rows if c.state != "withdrawn"))
        if codes:
            lines.append(text.t(request.language, key, count=len(codes), codes=_codes(request, codes)))
    return lines


def _silent(session: Session, access: Access, request: Request, forum: Forum) -> list[str]:
    """The answers that are still missing, by agency, each with its cases."""
    # What can still be answered is missing whenever it was asked; what was missed is told of once.
    begin = min(request.since, request.now - _ASKED)
    rows = [
        row
        for row in queries.questions_unanswered_since(session, [forum.uid], begin)
        if row.state == "open" or row.asked_at > request.since
    ]
    rows = [row for row in rows if request.agency in (None, row.agency)]
    if not rows:
        return []
    known = queries.cases_by_uid(session, {row.case_uid for row in rows})
    by_agency: dict[str, list[str]] = {}
    for row in rows:
        if row.case_uid in known and known[row.case_uid].state != "withdrawn":
            by_agency.setdefault(row.agency, []).append(known[row.case_uid].code)
    agencies = sorted(by_agency, key=access.agency_order)
    lines = [f"**{text.t(request.language, 'digest-cases-unanswered')}**", ""]
    lines += [f"- {code}: {_codes(request, dict.fromkeys(by_agency[code]))}" for code in agencies]
    return ["\n".join(lines)] if agencies else []


# --- across forums


def still(session: Session, access: Access, request: Request, name: Callable[[Access, Forum], str]) -> str:
    """For who oversees several forums: the cases worked on that have not moved for long, counted by forum.

    The longest first. A case moves when an action is agreed or done, something is decided, or an agency has news.
    "" where all move. `name` says what a forum is called.
    """
    if request.agency:
        return ""
    span = access.settings.cases.still
    today = access.today(request.now)
    first = (
        access.calendar.shift(today, -span.count) if span.unit == "workdays" else today - timedelta(span.days)
    )
    before = request.now - (today - first)
    forums = {forum.uid: forum for forum in request.forums}
    old = [
        row
        for row in queries.cases_of(session, list(forums), ("open", "escalated"), _MOST)
        if row.opened_at <= before
    ]
    moved = queries.moved_at(session, old) if old else {}
    rows = sorted(
        (row for row in old if moved[row.uid] <= before), key=lambda row: (moved[row.uid], row.code)
    )
    if not rows:
        return ""
    counted = Counter(row.forum_uid for row in rows)
    names = [f"{text.user_text(name(access, forums[uid]))} {counted[uid]}" for uid in forums if counted[uid]]
    lines = [
        f"**{text.t(request.language, 'digest-cases-still', count=len(rows))}**",
        "",
        "; ".join(names),
        "",
    ]
    lines += [
        f"- {case_line(row, request.language, short=True)} · "
        + text.t(request.language, "digest-case-still", day=_on(access, request, moved[row.uid]))
        for row in rows[:_STILL]
    ]
    if len(rows) > _STILL:
        lines.append(f"- {text.t(request.language, 'digest-more', count=len(rows) - _STILL)}")
    return "\n".join(lines)


# --- figures to pass on


def figures(session: Session, request: Request) -> tuple[int, int, int] | None:
    """How many cases are worked on, lack their follow-up and were closed since the last; None where there are none."""
    forums = [forum.uid for forum in request.forums]
    if not any(queries.has_cases(session, uid) for uid in forums):
        return None
    return (
        queries.count_cases_of(session, forums, ("open", "escalated")),
        queries.count_cases_lacking_follow_up(session, forums, request.now),
        sum(len(queries.cases_closed_since(session, uid, request.since)) for uid in forums),
    )
