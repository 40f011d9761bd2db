"""Every query. Each takes a session first and returns rows or plain values; none decides anything."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    String,
    and_,
    case,
    cast,
    delete,
    exists,
    func,
    insert,
    literal_column,
    or_,
    true,
)
from sqlalchemy import select as sa_select
from sqlmodel import Session, col, select

from bot.storage.models import (
    Action,
    Change,
    Command,
    DigestSent,
    Forum,
    InboxEvent,
    Member,
    Meta,
    Outbox,
    OutboxAction,
    OutboxText,
    Owner,
    PersonState,
    Room,
    Text,
)

# --- the bot itself


def meta(session: Session, key: str) -> str | None:
    """A fact the bot keeps about itself."""
    row = session.get(Meta, key)
    return row.value if row else None


def set_meta(session: Session, key: str, value: str | None) -> None:
    """Write such a fact."""
    row = session.get(Meta, key)
    if row is None:
        row = Meta(key=key)
        session.add(row)
    row.value = value


def seen(session: Session, event_id: str) -> bool:
    """Whether the inbox ledger has the event."""
    return session.get(InboxEvent, event_id) is not None


# --- rooms and people


def room(session: Session, room_id: str) -> Room | None:
    """A room the bot knows."""
    return session.get(Room, room_id)


def rooms(session: Session, state: str | None = None) -> Sequence[Room]:
    """All known rooms, or those in a state."""
    query = select(Room)
    if state:
        query = query.where(Room.state == state)
    return session.exec(query.order_by(Room.room_id)).all()


def forums(session: Session) -> Sequence[Forum]:
    """All forums, oldest first."""
    return session.exec(select(Forum).order_by(col(Forum.created_at), Forum.uid)).all()


def forum_by_config(session: Session, config_room: str) -> Forum | None:
    """The forum of a room as the config names it."""
    return session.exec(select(Forum).where(Forum.config_room == config_room)).first()


def forum_room(session: Session, forum_uid: str) -> Room | None:
    """The room a forum lives in now."""
    return session.exec(
        select(Room)
        .where(Room.forum_uid == forum_uid, Room.state == "joined")
        .order_by(col(Room.since).desc())
    ).first()


def direct_room(session: Session, user_id: str) -> Room | None:
    """The newest direct-message room that the bot is in and the person has not left."""
    return session.exec(
        select(Room)
        .join(Member, and_(col(Member.room_id) == Room.room_id, col(Member.user_id) == user_id))
        .where(Room.person == user_id, Room.state == "joined", col(Member.membership).in_(("join", "invite")))
        .order_by(col(Member.membership).desc(), col(Room.since).desc(), Room.room_id)
    ).first()


def direct_rooms(session: Session, user_id: str) -> Sequence[Room]:
    """All direct-message rooms there ever were with a person."""
    return session.exec(select(Room).where(Room.person == user_id)).all()


def members(session: Session, room_id: str, memberships: Iterable[str] = ("join", "invite")) -> set[str]:
    """User ids in a room with one of the memberships."""
    return set(
        session.exec(
            select(Member.user_id).where(
                Member.room_id == room_id, col(Member.membership).in_(tuple(memberships))
            )
        )
    )


def member(session: Session, room_id: str, user_id: str) -> Member | None:
    """One membership."""
    return session.get(Member, (room_id, user_id))


def forum_members(session: Session, forum_uid: str) -> set[str]:
    """User ids joined in the room a forum lives in now."""
    current = forum_room(session, forum_uid)
    return members(session, current.room_id, ("join",)) if current else set()


def person_state(session: Session, user_id: str) -> PersonState | None:
    """What a person set about themselves."""
    return session.get(PersonState, user_id)


def people_away(session: Session, day: Any) -> Sequence[PersonState]:
    """People whose leave has not ended on a day."""
    return session.exec(
        select(PersonState)
        .where(col(PersonState.away_until).is_not(None), col(PersonState.away_until) >= day)
        .order_by(PersonState.user_id)
    ).all()


# --- texts and history


def words(session: Session, text_uid: str | None) -> str | None:
    """A stored text; None when there is none or it was erased."""
    row = session.get(Text, text_uid) if text_uid else None
    return row.words if row else None


def texts_of_event(session: Session, event_id: str) -> Sequence[Text]:
    """The texts that a message (with its edits) said."""
    return session.exec(select(Text).where(Text.event_id == event_id)).all()


def next_number(session: Session) -> int:
    """The number of the next action."""
    return (session.exec(select(func.max(Action.number))).one() or 0) + 1


def action(session: Session, number: int) -> Action | None:
    """An action by its number; None also for a number beyond what the column holds."""
    if not 0 < number < 2**31:
        return None
    return session.exec(select(Action).where(Action.number == number)).first()


def action_by_uid(session: Session, uid: str) -> Action | None:
    """An action by its row id."""
    return session.get(Action, uid)


def actions_by_uid(session: Session, uids: Sequence[str]) -> dict[str, Action]:
    """Several actions by their row ids."""
    return {row.uid: row for row in session.exec(select(Action).where(col(Action.uid).in_(uids)))}


def action_of_line(session: Session, event_id: str, line: int) -> Action | None:
    """The action that a line of a message recorded."""
    return session.exec(
        select(Action).where(Action.source_event == event_id, Action.source_line == line)
    ).first()


def actions_of_event(session: Session, event_id: str) -> Sequence[Action]:
    """The actions that a message recorded."""
    return session.exec(
        select(Action).where(Action.source_event == event_id).order_by(col(Action.source_line))
    ).all()


def owners(session: Session, action_uid: str) -> Sequence[Owner]:
    """An action's owners in their order."""
    return session.exec(
        select(Owner).where(Owner.action_uid == action_uid).order_by(col(Owner.position), Owner.person)
    ).all()


def owners_of(session: Session, action_uids: Sequence[str]) -> dict[str, list[Owner]]:
    """The owners of several actions at once."""
    found: dict[str, list[Owner]] = {uid: [] for uid in action_uids}
    if action_uids:
        query = select(Owner).where(col(Owner.action_uid).in_(action_uids)).order_by(col(Owner.position))
        for owner in session.exec(query):
            found[owner.action_uid].append(owner)
    return found


def history(session: Session, action_uid: str) -> Sequence[Change]:
    """An action's history, oldest first."""
    return session.exec(select(Change).where(Change.action_uid == action_uid).order_by(col(Change.seq))).all()


def changes_of(session: Session, event_id: str, line: int | None = None) -> Sequence[Change]:
    """What a message changed, or one of its lines."""
    query = select(Change).where(Change.event_id == event_id)
    if line is not None:
        query = query.where(Change.line == line)
    return session.exec(query.order_by(col(Change.seq))).all()


def later_changes(session: Session, change: Change) -> Sequence[Change]:
    """Standing changes of the same field of the same action that came after one."""
    return session.exec(
        select(Change).where(
            Change.action_uid == change.action_uid,
            Change.field == change.field,
            Change.field != "note",
            col(Change.seq) > change.seq,
            col(Change.undone).is_(False),
        )
    ).all()


def commands_of(session: Session, event_id: str) -> Sequence[Command]:
    """The command lines of a message that were carried out."""
    return session.exec(select(Command).where(Command.event_id == event_id).order_by(col(Command.line))).all()


def last_command(session: Session, sender: str, room_id: str, since: datetime) -> Command | None:
    """A person's newest command in a room that can still be undone; taking back is none."""
    return session.exec(
        select(Command)
        .where(
            Command.sender == sender,
            Command.room_id == room_id,
            col(Command.at) >= since,
            Command.name != "undo",
            col(Command.undone).is_(False),
            exists().where(
                col(Change.event_id) == Command.event_id,
                col(Change.line) == Command.line,
                col(Change.undone).is_(False),
            ),
        )
        .order_by(col(Command.at).desc(), col(Command.line).desc())
    ).first()


# --- the outbox

# A literal and no parameter: a database that plans before it knows the value does not use the index of what is owed.
_OWED: ColumnElement[bool] = col(Outbox.state) == literal_column("'owed'")


def outbox(session: Session, outbox_id: str) -> Outbox | None:
    """A message by its id."""
    return session.exec(select(Outbox).where(Outbox.id == outbox_id)).first()


def outbox_by_reason(session: Session, reason: str) -> Outbox | None:
    """A message by the reason it is owed for."""
    return session.exec(select(Outbox).where(Outbox.reason == reason)).first()


def outbox_by_event(session: Session, event_id: str) -> Outbox | None:
    """The message of ours that an event in a room is; for an edit, the message it edits."""
    row = session.exec(select(Outbox).where(Outbox.event_id == event_id)).first()
    if row is not None and row.what == "edit" and row.about:
        return outbox(session, row.about)
    return row


def edits_of(session: Session, outbox_id: str) -> Sequence[Outbox]:
    """The edits made to a message."""
    return session.exec(
        select(Outbox).where(Outbox.about == outbox_id, Outbox.what == "edit").order_by(col(Outbox.seq))
    ).all()


def owed_targets(session: Session) -> Sequence[str]:
    """Targets that something is owed to."""
    return session.exec(select(Outbox.target).where(_OWED).distinct()).all()


def oldest_owed(session: Session, target: str) -> Outbox | None:
    """The message that has to leave next for a target."""
    return session.exec(
        select(Outbox).where(Outbox.target == target, _OWED).order_by(col(Outbox.seq)).limit(1)
    ).first()


def oldest_owed_of_each(session: Session) -> Sequence[Outbox]:
    """The message that has to leave next for each target that something is owed to."""
    first = select(func.min(Outbox.seq)).where(_OWED).group_by(col(Outbox.target))
    return session.exec(select(Outbox).where(col(Outbox.seq).in_(first))).all()


def owed_count(session: Session) -> int:
    """How many messages are owed."""
    return session.exec(select(func.count()).select_from(Outbox).where(_OWED)).one()


def refused(session: Session) -> Sequence[Outbox]:
    """Messages that the homeserver refused for good, newest first."""
    return session.exec(
        select(Outbox).where(Outbox.state == "refused").order_by(col(Outbox.seq).desc()).limit(50)
    ).all()


def actions_in(session: Session, outbox_id: str) -> Sequence[Action]:
    """The actions a message speaks of, in its order."""
    return session.exec(
        select(Action)
        .join(OutboxAction, col(OutboxAction.action_uid) == Action.uid)
        .where(OutboxAction.outbox_id == outbox_id)
        .order_by(col(OutboxAction.position))
    ).all()


def quoting(session: Session, text_uid: str) -> Sequence[Outbox]:
    """The messages that quote a text and still stand."""
    return session.exec(
        select(Outbox)
        .join(OutboxText, col(OutboxText.outbox_id) == Outbox.id)
        .where(OutboxText.text_uid == text_uid, col(Outbox.state).in_(("owed", "sent")))
        .order_by(col(Outbox.seq))
    ).all()


def link(session: Session, outbox_id: str, action_uids: Sequence[str], text_uids: Sequence[str]) -> None:
    """Note which actions a message speaks of, in its order, and which texts it quotes."""
    if action_uids:
        rows = [{"outbox_id": outbox_id, "action_uid": u, "position": i} for i, u in enumerate(action_uids)]
        session.execute(insert(OutboxAction), rows)
    if text_uids:
        session.execute(insert(OutboxText), [{"outbox_id": outbox_id, "text_uid": u} for u in text_uids])


def forget_actions(session: Session, outbox_id: str) -> None:
    """Forget which actions a message speaks of."""
    session.exec(delete(OutboxAction).where(col(OutboxAction.outbox_id) == outbox_id))


def forget_links(session: Session, outbox_id: str) -> None:
    """Forget what a message speaks of and quotes."""
    forget_actions(session, outbox_id)
    session.exec(delete(OutboxText).where(col(OutboxText.outbox_id) == outbox_id))


def quotes(session: Session, outbox_id: str) -> set[str]:
    """The texts that a message quotes, or quoted before it was edited."""
    return set(session.exec(select(OutboxText.text_uid).where(OutboxText.outbox_id == outbox_id)))


def seal_key_for(target: str) -> str:
    """The data key under which a message to a target is sealed."""
    return f"person:{target.removeprefix('dm:')}" if target.startswith("dm:") else target


def last_about_actions(session: Session, target: str) -> Outbox | None:
    """The newest message to a target that speaks of actions: what free text in direct messages answers."""
    return session.exec(
        select(Outbox)
        .where(
            Outbox.target == target,
            Outbox.state == "sent",
            Outbox.what == "message",
            exists().where(col(OutboxAction.outbox_id) == Outbox.id),
        )
        .order_by(col(Outbox.seq).desc())
        .limit(1)
    ).first()


def replies_to(session: Session, event_id: str) -> Sequence[Outbox]:
    """The bot's own answers to a message."""
    return session.exec(
        select(Outbox).where(col(Outbox.reason).startswith(f"reply:{event_id}:", autoescape=True))
    ).all()


# --- lists and digests


@dataclass(frozen=True)
class Selection:
    """Which actions a list asks for; empty fields select everything."""

    forums: frozenset[str]
    or_owners: frozenset[str] = frozenset()
    states: tuple[str, ...] = ()
    owners: frozenset[str] = frozenset()
    agency: str | None = None
    case: str | None = None
    overdue_at: datetime | None = None
    due_after: datetime | None = None
    due_until: datetime | None = None
    closed_after: datetime | None = None
    without_owner: bool = False
    without_due: bool = False


def _where(selection: Selection) -> ColumnElement[bool]:
    s = selection
    forum: ColumnElement[bool] = col(Action.forum_uid).in_(sorted(s.forums))
    if s.or_owners:
        forum = or_(forum, _owned_by(s.or_owners))
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
    if s.without_owner:
        # Without an owner there is no agency, and those without an agency are found by an index.
        parts += [col(Action.agency).is_(None), ~exists().where(col(Owner.action_uid) == Action.uid)]
    if s.without_due:
        parts.append(col(Action.overdue_at).is_(None))
    return and_(true(), *parts)


def _owned_by(people: Iterable[str]) -> ColumnElement[bool]:
    return exists().where(col(Owner.action_uid) == Action.uid, col(Owner.person).in_(sorted(people)))


_URGENT_FIRST: tuple[ColumnElement[Any], ...] = (
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
    *_URGENT_FIRST,
)


def select_actions(
    session: Session, selection: Selection, *, limit: int, offset: int = 0, newest_closed: bool = False
) -> Sequence[Action]:
    """A page of a selection: the most urgent first, those without a deadline last.

    With `newest_closed` those that are closed come after the open ones, the last closed first.
    """
    order = _OPEN_THEN_NEWEST if newest_closed else _URGENT_FIRST
    if selection.overdue_at is not None or selection.due_until is not None:
        order = _URGENT_FIRST[1:]  # all have a deadline; an index gives this order as it is
    query = select(Action).where(_where(selection)).order_by(*order).limit(limit).offset(offset)
    return session.exec(query).all()


def moved_since(session: Session, forums: Iterable[str], since: datetime) -> list[tuple[str, str, str]]:
    """Standing moves of open actions' deadlines since an instant, oldest first: (forum, action's uid, from when)."""
    rows = session.exec(
        select(Action.forum_uid, Action.uid, Change.before)
        .join(Action, col(Action.uid) == Change.action_uid)
        .where(
            Change.field == "due",
            col(Change.at) > since,
            col(Change.undone).is_(False),
            cast(col(Change.before), String) != "null",
            col(Action.forum_uid).in_(sorted(forums)),
            Action.state == "open",
        )
        .order_by(col(Change.seq))
    ).all()
    return [(forum, uid, str(before)) for forum, uid, before in rows]


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
    """For each of these instants, earliest first: (open then, done in the week before, overdue then).

    Overdue is by the present deadline. Reckoned back from what is open now, less what is younger than the instant,
    plus what was closed since: so what was closed before them all is never looked at, however much it is.
    """
    inside = col(Action.forum_uid).in_(sorted(forums))
    created, closed, overdue = col(Action.created_at), col(Action.closed_at), col(Action.overdue_at)
    younger: list[ColumnElement[bool]] = []
    since: list[ColumnElement[bool]] = []
    for at in ends:
        stood = and_(created <= at, closed > at)
        done = and_(col(Action.state) == "done", closed > at - timedelta(weeks=1), closed <= at)
        younger += [created > at, and_(created > at, overdue <= at)]
        since += [stood, done, and_(stood, overdue <= at)]
    young = _counts(session, younger, and_(inside, col(Action.state) == "open", created > ends[0]))
    gone = _counts(session, since, and_(inside, closed > ends[0] - timedelta(weeks=1)))
    standing = count(session, Selection(frozenset(forums), states=("open",)))
    late, before = 0, None
    found: list[tuple[int, int, int]] = []
    for index, at in enumerate(ends):
        late += count(session, Selection(frozenset(forums), states=("open",), due_after=before, due_until=at))
        before = at
        total = standing - young[2 * index] + gone[3 * index]
        overdue_then = late - young[2 * index + 1] + gone[3 * index + 2]
        found.append((total, gone[3 * index + 1], overdue_then))
    return found


def _counts(session: Session, kinds: Sequence[ColumnElement[bool]], among: ColumnElement[bool]) -> list[int]:
    """How many of the actions that `among` holds for are of each kind, in one pass."""
    columns: list[Any] = [func.sum(case((kind, 1), else_=0)) for kind in kinds]
    return [int(number or 0) for number in session.execute(sa_select(*columns).where(among)).one()]


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


# --- what time makes due


def owners_to_remind(session: Session, now: datetime, limit: int = 500) -> Sequence[Owner]:
    """Owners whose reminder has come, oldest first."""
    return session.exec(
        select(Owner)
        .where(col(Owner.remind_at) <= now)
        .order_by(col(Owner.remind_at), Owner.person, Owner.action_uid)
        .limit(limit)
    ).all()


def actions_to_raise(session: Session, now: datetime, limit: int = 500) -> Sequence[Action]:
    """Open actions that a coordinator must hear of, oldest first."""
    return session.exec(
        select(Action)
        .where(col(Action.raise_at) <= now)
        .order_by(col(Action.raise_at), col(Action.number))
        .limit(limit)
    ).all()


def next_reminder(session: Session) -> datetime | None:
    """The next moment at which an owner is reminded."""
    return session.exec(select(func.min(Owner.remind_at))).one()


def next_raise(session: Session) -> datetime | None:
    """The next moment at which a coordinator hears of an action."""
    return session.exec(select(func.min(Action.raise_at))).one()


def open_of_owner(session: Session, person: str) -> Sequence[Action]:
    """A person's open actions whose own part is not done."""
    return open_of_owners(session, (person,))


def open_of_owners(session: Session, people: Iterable[str]) -> Sequence[Action]:
    """The open actions of several owners, each once, in which a part of theirs is not done."""
    waiting = exists().where(
        col(Owner.action_uid) == Action.uid,
        col(Owner.person).in_(sorted(people)),
        col(Owner.done_at).is_(None),
    )
    return session.exec(select(Action).where(waiting, Action.state == "open").order_by(*_URGENT_FIRST)).all()


def digest_sent(session: Session, target: str) -> datetime | None:
    """When a target had its last regular digest."""
    row = session.get(DigestSent, target)
    return row.at if row else None


def first_slot(session: Session, target: str, now: datetime) -> datetime:
    """From when on a target's digests are owed: the moment it was first asked for."""
    row = session.get(DigestSent, target)
    if row is None:
        row = DigestSent(target=target, at=now)
        session.add(row)
        session.flush()
    return row.at
