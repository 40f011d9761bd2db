"""Reminders: one message for each owner and morning, and at once what cannot wait for it (docs/domain, Time).

Who is due stands in `owner.remind_at`. Somebody on leave hears nothing; what was late goes out once, on a working
day after the morning hour. An owner whom direct messages do not reach is reminded in the forum's room.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from bot import rhythm, text
from bot.access import Access
from bot.documents.digest import forum_name
from bot.documents.lines import action_line
from bot.owed import Message, direct, forum, owe
from bot.reminding import deadline
from bot.rhythm import Hours
from bot.storage import queries
from bot.storage.models import Action, Forum, Owner
from bot.when import Deadline

INVITATION_WAITS = timedelta(hours=24)
ON_TIME = timedelta(minutes=5)  # so late may "in an hour" be said
AT_ONCE = 500  # owners in one transaction, about


@dataclass(frozen=True)
class _Item:
    """An owner's action; `urgent` is the head of the message of its own that cannot wait, else empty."""

    owner: Owner
    action: Action
    due: Deadline | None
    urgent: str = ""


def next_instant(session: Session, access: Access, now: datetime) -> datetime | None:
    """When the next owner has to be reminded."""
    return queries.next_reminder(session)


def run(session: Session, access: Access, now: datetime) -> None:
    """Remind every owner whose moment has come."""
    by_person: dict[str, list[Owner]] = {}
    due = queries.owners_to_remind(session, now, limit=AT_ONCE)
    known: _Reached = {}
    for owner in due:
        person = _reached(session, access, owner, now, known)
        if person is not None:
            by_person.setdefault(person, []).append(owner)
    for person, owners in by_person.items():
        # A full page may hold only a part of somebody's promises, and one message has to list them all.
        whole = owners if len(due) < AT_ONCE else _all_due(session, access, now, person)
        _remind(session, access, now, person, whole)


_Reached = dict[tuple[object, ...], str | None]
"""Whom an owner's matters go to, by all that it depends on: a morning has hundreds of them."""


def _reached(session: Session, access: Access, owner: Owner, now: datetime, known: _Reached) -> str | None:
    """Whom an owner's reminder goes to; where there is nobody it waits for the next morning."""
    action = queries.action_by_uid(session, owner.action_uid)
    if action is None or action.state != "open":
        owner.remind_at = None
        return None
    key = (owner.person, owner.disclosed, owner.agency, owner.position == 0, action.forum_uid, action.agency)
    if key not in known:
        known[key] = access.reached(session, owner, action, access.today(now))
    person = known[key]
    if person is None:
        owner.remind_at = access.office_hours().next_morning(now)
    return person


def _all_due(session: Session, access: Access, now: datetime, person: str) -> list[Owner]:
    """Everything due that is heard through one person's direct messages."""
    owned = dict.fromkeys(part.owner for part in access.parts(session, person))
    who = access.person(person)
    coordinates = {forum.uid for forum in access.own_forums(session, who)} if who else set()
    gone = [owner for owner, uid, _ in queries.leavers(session) if uid in coordinates]
    rows = [
        session.get(Owner, (action.uid, each))
        for each in dict.fromkeys([*owned, *gone])
        for action in queries.open_of_owner(session, each)
    ]
    due = [row for row in rows if row is not None and row.remind_at is not None and row.remind_at <= now]
    known: _Reached = {}
    return [row for row in due if _reached(session, access, row, now, known) == person]


def _remind(session: Session, access: Access, now: datetime, person: str, owners: Sequence[Owner]) -> None:
    hours = access.hours(session, person)
    rules = access.settings.reminders
    today = hours.local(now).date()
    said_today = queries.outbox_by_reason(session, f"reminders:{person}:{today}")
    morning_over = said_today is not None and said_today.state != "refused"
    may_hear = hours.may_hear_now(now) and not morning_over
    items: list[_Item] = []
    for owner in owners:
        action = queries.action_by_uid(session, owner.action_uid)
        if action is None or action.state != "open":
            owner.remind_at = None
            continue
        item = _item(access, owner, action, hours, now, may_hear=may_hear)
        if not hours.away(today) and (item.urgent or may_hear):
            items.append(item)
        else:
            owner.remind_at = rhythm.postponed(item.due, hours, rules, now)
    if any(not item.urgent for item in items):
        _send(session, access, now, person, items, f"reminders:{person}:{today}", "reminder-head")
    else:
        for item in items:
            reason = f"reminders:{person}:{item.action.number}:{item.owner.remind_at}"
            _send(session, access, now, person, [item], reason, item.urgent)


def _item(
    access: Access, owner: Owner, action: Action, hours: Hours, now: datetime, *, may_hear: bool
) -> _Item:
    """An owner's action, and whether it cannot wait for a morning message: the last hour, or news that ends soon."""
    due = deadline(action)
    at = owner.remind_at or now
    early = rhythm.hour_before(due, hours) if due and access.settings.reminders.hour_before else None
    morning = hours.at(hours.local(at).date())
    if due is None or (may_hear and (at == morning or hours.next_morning(at) <= now)):
        return _Item(owner, action, due)
    if early is not None and at <= early <= now < due.end(hours.calendar.tz):
        on_time = owner.told and now - early < ON_TIME
        return _Item(owner, action, due, "reminder-hour-head" if on_time else "reminder-now-head")
    # What is neither planned for a morning nor for the hour before was said by somebody just now.
    news = at not in (early, morning) and rhythm.at_once(due, hours, now)
    return _Item(owner, action, due, "reminder-now-head" if news else "")


def _send(
    session: Session,
    access: Access,
    now: datetime,
    person: str,
    items: Sequence[_Item],
    reason: str,
    head: str,
) -> None:
    items = sorted(items, key=lambda i: (i.action.overdue_at is None, i.action.overdue_at, i.action.number))
    if _reachable(session, access, person, now):
        lang = access.language(session, person)
        name = text.user_text(access.name(person).split()[0])
        said = [text.t(lang, head, name=name, count=len(items)), ""]
        said += [_line(session, access, now, lang, person, item, with_forum=True) for item in items]
        said += ["", _tail(lang, items)]
        uids = tuple(item.action.uid for item in items)
        kind = "reminder" if head == "reminder-head" else "reminder.now"
        message = Message(kind, "\n".join(said), uids, notify=True, language=lang)
        owe(session, reason, direct(person), message, now=now)
    else:
        _in_rooms(session, access, now, person, items, reason)
    rules = access.settings.reminders
    hours = access.hours(session, person)
    for item in items:
        item.owner.told = True
        item.owner.remind_at = rhythm.next_reminder(item.due, told=True, hours=hours, rules=rules, after=now)


def _line(
    session: Session, access: Access, now: datetime, lang: str, person: str, item: _Item, *, with_forum: bool
) -> str:
    row = item.action
    marks: list[str] = []
    if row.overdue_at is not None and row.overdue_at <= now:
        marks.append(f"**{text.t(lang, 'reminder-overdue')}**")
    elif item.due is not None and item.due.day == access.today(now):
        marks.append(f"**{text.t(lang, 'reminder-today')}**")
    if not item.owner.told:
        marks.append(text.t(lang, "reminder-new"))
    if with_forum:
        home = session.get(Forum, row.forum_uid)
        if home is not None:
            marks.append(text.t(lang, "reminder-from", forum=text.user_text(forum_name(access, home))))
    whose = ""
    if item.owner.person != person:
        whose = _whose(session, access, lang, item) + " "
    said = action_line(session, access, row, lang, now, reader=person if with_forum else None)
    return " · ".join([f"- **{row.number}** {whose}{said}", *marks])


def _whose(session: Session, access: Access, lang: str, item: _Item) -> str:
    """Whose a promise is that is not the reader's own: a partner's, of somebody who is away, or who has left."""
    through = access.reached_through(item.owner.person)
    key = "reminder-partner"
    if not access.holds(session, item.owner, item.action):
        key = "reminder-left"
    elif through == item.owner.person:
        key = "reminder-deputy"
    return text.t(lang, key, name=text.user_text(access.name(item.owner.person)))


def _tail(lang: str, items: Sequence[_Item]) -> str:
    if len(items) == 1:
        return text.t(lang, "reminder-tail-one")
    first, second = items[0].action.number, items[1].action.number
    return text.t(lang, "reminder-tail-many", first=first, second=second)


def _reachable(session: Session, access: Access, person: str, now: datetime) -> bool:
    """Whether direct messages reach a person: not refused, and an invitation not left unanswered for a day.

    Where a stranger is in them, what is said there waits: a reminder would wait for ever, and nobody would know.
    """
    state = queries.person_state(session, person)
    if state is not None and state.unreachable_since is not None:
        return False
    if _overheard(session, access, person):
        return False
    room = queries.direct_room(session, person)
    member = queries.member(session, room.room_id, person) if room else None
    return member is None or member.membership == "join" or now - member.since <= INVITATION_WAITS


def _overheard(session: Session, access: Access, person: str) -> bool:
    """Whether somebody else is in a person's direct messages."""
    room = queries.direct_room(session, person)
    return room is not None and bool(access.strangers(session, room))


def _in_rooms(
    session: Session, access: Access, now: datetime, person: str, items: Sequence[_Item], reason: str
) -> None:
    """Remind in each forum's room instead, and tell its coordinators once a week that it had to be so."""
    for uid in dict.fromkeys(item.action.forum_uid for item in items):
        home = session.get(Forum, uid)
        room = queries.forum_room(session, uid)
        if home is None or room is None:
            continue
        own = [item for item in items if item.action.forum_uid == uid]
        lang = access.language(session, None, access.place(session, room))
        head = text.t(lang, "reminder-in-room", name=text.pill(person, access.name(person)))
        lines = [_line(session, access, now, lang, person, item, with_forum=False) for item in own]
        message = Message(
            "reminder",
            "\n".join([head, "", *lines, "", _tail(lang, own)]),
            tuple(item.action.uid for item in own),
            mentions=frozenset({person}),
            notify=True,
            language=lang,
        )
        owe(session, f"{reason}:{uid}", forum(uid), message, now=now)
        week = access.today(now).isocalendar()
        for coordinator in access.coordinators(session, uid):
            if coordinator.user_id == person:
                continue
            lang = access.language(session, coordinator.user_id)
            said = text.t(
                lang,
                "unreachable-told",
                name=text.user_text(access.name(person)),
                forum=text.user_text(forum_name(access, home)),
                why="others" if _overheard(session, access, person) else "invitation",
            )
            owe(
                session,
                f"unreachable:{person}:{uid}:{coordinator.user_id}:{week.year}-{week.week}",
                direct(coordinator.user_id),
                Message("unreachable", said, language=lang),
                now=now,
            )
