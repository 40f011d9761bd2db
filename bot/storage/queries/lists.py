"""Selections of actions and the figures of a digest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, String, and_, case, cast, exists, func, or_, true
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from bot.storage.models import MISSING, Action, Change, Owner

__all__ = [
    "Part",
    "Selection",
    "agency_counts",
    "by_week",
    "count",
    "done_between",
    "moved_since",
    "select_actions",
]


@dataclass(frozen=True)
class Part:
    """Whose part in actions somebody answers for: an owner's in actions of some forums, and disclosed ones.

    `disclosed` are the forums in whose actions that were disclosed to the owner it counts; None: in all.
    """

    owner: str
    forums: frozenset[str]
    disclosed: frozenset[str] | None = None

    def covers(self, action: Action, owner: Owner) -> bool:
        """Whether a row of an action's owners is such a part."""
        if owner.person != self.owner:
            return False
        if owner.disclosed:
            return self.disclosed is None or action.forum_uid in self.disclosed
        return action.forum_uid in self.forums


@dataclass(frozen=True)
class Selection:
    """Which actions a list asks for; empty fields select everything."""

    forums: frozenset[str]
    or_parts: tuple[Part, ...] = ()
    states: tuple[str, ...] = ()
    owners: frozenset[str] = frozenset()
    agency: str | None = None
    case: str | None = None
    overdue_at: datetime | None = None
    due_after: datetime | None = None
    due_until: datetime | None = None
    closed_after: datetime | None = None
    without_owner: bool = False
    with_owner: bool = False
    without_due: bool = False
    not_due_until: datetime | None = None


_OWNED = exists().where(col(Owner.action_uid) == Action.uid)
_PARTLY_MISSING = col(Action.uid).in_(select(Owner.action_uid).where(col(Owner.person).in_(MISSING)))


def _where(selection: Selection) -> ColumnElement[bool]:
    s = selection
    forum: ColumnElement[bool] = col(Action.forum_uid).in_(sorted(s.forums))
    if s.or_parts:
        forum = or_(forum, part_in(s.or_parts))
    parts: list[ColumnElement[bool]] = [forum]
    if s.states:
        parts.append(col(Action.state).in_(s.states))
    if s.owners:
        parts.append(_owned_by(s.owners))
    if s.agency is not None:
        by_code = exists().where(col(Owner.action_uid) == Action.uid, col(Owner.agency) == s.agency)
        parts.append(or_(col(Action.agency) == s.agency, by_code))
    if s.case is not None:
        parts.append(col(Action.case_code) == s.case)
    if s.overdue_at is not None:
        parts.append(col(Action.overdue_at) <= s.overdue_at)
    if s.due_after is not None:
        parts.append(col(Action.overdue_at) > s.due_after)
    if s.due_until is not None:
        parts.append(col(Action.overdue_at) <= s.due_until)
    if s.closed_after is not None:
        parts.append(col(Action.closed_at) > s.closed_after)
    parts += _ownership(s)
    if s.not_due_until is not None:
        parts.append(or_(col(Action.overdue_at).is_(None), col(Action.overdue_at) > s.not_due_until))
    if s.without_due:
        parts.append(col(Action.overdue_at).is_(None))
    return and_(true(), *parts)


def _ownership(selection: Selection) -> list[ColumnElement[bool]]:
    """Whether everybody who owns it is named, where the selection asks."""
    if selection.without_owner:
        # Without an owner there is no agency, and those without an agency are found by an index.
        return [or_(and_(col(Action.agency).is_(None), ~_OWNED), _PARTLY_MISSING)]
    return [_OWNED, ~_PARTLY_MISSING] if selection.with_owner else []


def part_in(parts: Iterable[Part], *extra: ColumnElement[bool]) -> ColumnElement[bool]:
    """That an action has one of these parts; `extra` says more of the owner."""
    return or_(
        *(
            exists().where(
                col(Owner.action_uid) == Action.uid,
                col(Owner.person) == part.owner,
                _reach(part),
                *extra,
            )
            for part in parts
        )
    )


def _reach(part: Part) -> ColumnElement[bool]:
    told: ColumnElement[bool] = col(Owner.disclosed).is_(True)
    if part.disclosed is not None:
        told = and_(told, col(Action.forum_uid).in_(sorted(part.disclosed)))
    return or_(told, and_(col(Owner.disclosed).is_(False), col(Action.forum_uid).in_(sorted(part.forums))))


def _owned_by(people: Iterable[str]) -> ColumnElement[bool]:
    return exists().where(col(Owner.action_uid) == Action.uid, col(Owner.person).in_(sorted(people)))


URGENT_FIRST: tuple[ColumnElement[Any], ...] = (
    col(Action.overdue_at).is_(None),
    col(Action.overdue_at).asc(),
    col(Action.number).asc(),
)


def count(session: Session, selection: Selection) -> int:
    """How many actions a selection has."""
    return session.exec(select(func.count()).select_from(Action).where(_where(selection))).one()


_OPEN_THEN_NEWEST: tuple[ColumnElement[Any], ...] = (
    col(Action.closed_at).is_not(None),
    col(Action.closed_at).desc(),
    *URGENT_FIRST,
)


def select_actions(
    session: Session, selection: Selection, *, limit: int, offset: int = 0, newest_closed: bool = False
) -> Sequence[Action]:
    """A page of a selection: the most urgent first, those without a deadline last.

    With `newest_closed` those that are closed come after the open ones, the last closed first.
    """
    order = _OPEN_THEN_NEWEST if newest_closed else URGENT_FIRST
    if selection.overdue_at is not None or selection.due_until is not None:
        order = URGENT_FIRST[1:]  # all have a deadline; an index gives this order as it is
    query = select(Action).where(_where(selection)).order_by(*order).limit(limit).offset(offset)
    return session.exec(query).all()


def moved_since(
    session: Session, forums: Iterable[str], since: datetime, settled: timedelta = timedelta()
) -> list[tuple[str, str, str]]:
    """Standing moves of open actions' deadlines since an instant, oldest first: (forum, action's uid, from when).

    A move sooner than `settled` after the recording puts it right and is part of it.
    """
    rows = session.exec(
        select(Change, Action)
        .join(Action, col(Action.uid) == Change.action_uid)
        .where(
            col(Change.field) == "due",
            col(Change.at) > since,
            col(Change.undone).is_(False),
            or_(cast(col(Change.before_clear), String) != "null", col(Change.step_sealed).is_not(None)),
            col(Action.forum_uid).in_(sorted(forums)),
            col(Action.state) == "open",
        )
        .order_by(col(Change.seq))
    ).all()
    moves = [(action, row.before) for row, action in rows if row.at - action.created_at >= settled]
    return [(action.forum_uid, action.uid, str(before)) for action, before in moves if before is not None]


def agency_counts(
    session: Session, forums: Iterable[str], now: datetime
) -> list[tuple[str | None, int, int]]:
    """Open and overdue actions by agency: (code, open, overdue)."""
    overdue = func.sum(case((col(Action.overdue_at) <= now, 1), else_=0))
    rows = session.exec(
        select(Action.agency, func.count(), overdue)
        .where(col(Action.forum_uid).in_(sorted(forums)), Action.state == "open")
        .group_by(col(Action.agency))
        .order_by(col(Action.agency))
    ).all()
    return [(code, int(total), int(late or 0)) for code, total, late in rows]


def by_week(session: Session, forums: Iterable[str], ends: Sequence[datetime]) -> list[tuple[int, int, int]]:
    """For each of these instants, a week apart, earliest first: (open then, done in the week before, overdue then).

    Overdue is by the present deadline. Reckoned back from what is open now, less what is younger than the instant,
    plus what was closed since: so what was closed before them all is never looked at, however much it is.
    """
    inside = col(Action.forum_uid).in_(sorted(forums))
    first = ends[0]
    moments: tuple[Any, ...] = (Action.created_at, Action.closed_at, Action.overdue_at)
    columns: list[Any] = [_first_at_or_after(moment, ends) for moment in moments]
    columns += [col(Action.state) == "done"]
    counted = sa_select(*columns, func.count()).group_by(*columns)
    young = session.execute(
        counted.where(inside, col(Action.state) == "open", col(Action.created_at) > first)
    ).all()
    gone = session.execute(counted.where(inside, col(Action.closed_at) > first - timedelta(weeks=1))).all()
    standing = count(session, Selection(frozenset(forums), states=("open",)))
    late, before = 0, None
    found: list[tuple[int, int, int]] = []
    for week, at in enumerate(ends):
        late += count(session, Selection(frozenset(forums), states=("open",), due_after=before, due_until=at))
        before = at
        not_yet = [(overdue, n) for created, _, overdue, _, n in young if created > week]
        still = [(overdue, n) for created, closed, overdue, _, n in gone if created <= week < closed]
        total = standing - sum(n for _, n in not_yet) + sum(n for _, n in still)
        overdue_then = sum(n for overdue, n in still if overdue <= week)
        overdue_then += late - sum(n for overdue, n in not_yet if overdue <= week)
        found.append(
            (total, sum(n for _, closed, _, done, n in gone if done and closed == week), overdue_then)
        )
    return found


def _first_at_or_after(moment: ColumnElement[Any], ends: Sequence[datetime]) -> ColumnElement[int]:
    """The place of the first of these instants that is not before a moment; behind them all for later and never."""
    return case(*((moment <= at, place) for place, at in enumerate(ends)), else_=len(ends))


def done_between(session: Session, forums: Iterable[str], start: datetime, end: datetime) -> int:
    """How many actions were done in a span."""
    return session.exec(
        select(func.count())
        .select_from(Action)
        .where(
            col(Action.forum_uid).in_(sorted(forums)),
            Action.state == "done",
            col(Action.closed_at) > start,
            col(Action.closed_at) <= end,
        )
    ).one()
