"""Plans when an action's owners hear of it next, and when it is raised with its forum, by the rules of `bot.rhythm`."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlmodel import Session

from bot import rhythm
from bot.access import Access
from bot.rhythm import Hours
from bot.storage import queries
from bot.storage.models import Action, Owner
from bot.when import Deadline


def plan(
    session: Session,
    access: Access,
    action: Action,
    owners: Sequence[Owner],
    field: str,
    *,
    by: str,
    now: datetime,
) -> None:
    """Plan what a change of a field makes new; a reminder or a raising that waits for anything else stands.

    `by` changed it: who acts for an owner is not reminded at once of what they have just said.
    """
    due = Deadline.from_iso(action.due) if action.due else None
    rules = access.settings.reminders
    for owner in owners:
        if action.state != "open" or owner.done_at is not None or not owner.named:
            owner.remind_at = None
            continue
        if owner.remind_at is not None and field not in ("due", "state"):
            continue
        hours = _hours(session, access, owner, action, now)
        soon = rhythm.at_once(due, hours, now)
        if soon and not access.acts_for(session, by, owner, action):
            owner.remind_at = now
        else:
            owner.remind_at = rhythm.next_reminder(due, told=owner.told, hours=hours, rules=rules, after=now)
    _plan_raising(access, action, owners, field, now)


def _plan_raising(access: Access, action: Action, owners: Sequence[Owner], field: str, now: datetime) -> None:
    due = deadline(action)
    office = access.office_hours()
    if action.state != "open":
        action.raise_at = None
    elif not owners or due is None or not all(owner.named for owner in owners):
        if field in ("text", "owners", "due", "state"):
            action.raise_at = office.next_morning(now)
    elif field in ("owners", "due", "state"):
        at = rhythm.raise_at(due, office, access.settings.reminders)
        # Handing over what was raised already does not raise it again.
        if field != "owners" or at > now:
            action.raise_at = at


def replan(session: Session, access: Access, person: str, before: Hours, now: datetime) -> None:
    """Plan a person's reminders anew, after their hours, leave or deputy changed; `before` is how they were."""
    away = before.away(access.today(now))
    heard = _last_morning(session, access, person, now) if away else None
    for owned in access.owners_behind(person):
        for action in queries.open_of_owner(session, owned):
            owner = session.get(Owner, (action.uid, owned))
            if owner is None:
                continue
            hours = _hours(session, access, owner, action, now)
            since = _planned_since(session, action, owned)
            owner.remind_at = rhythm.after_new_hours(
                owner.remind_at,
                deadline(action),
                told=owner.told,
                before=before,
                hours=hours,
                rules=access.settings.reminders,
                since=max(since, heard) if heard else since,
                now=now,
            )


def _last_morning(session: Session, access: Access, person: str, now: datetime) -> datetime | None:
    """When a person had their last morning message, of the last two months."""
    today = access.today(now)
    for back in range(62):
        said = queries.outbox_by_reason(session, f"reminders:{person}:{today - timedelta(days=back)}")
        if said is not None:
            return said.created_at
    return None


def _planned_since(session: Session, action: Action, person: str) -> datetime:
    """From when on an owner's reminders count: it was given to them, moved or opened again."""
    since = action.created_at
    for change in queries.history(session, action.uid):
        given = change.field == "owners" and person not in {each[0] for each in change.before or ()}
        if not change.undone and (given or change.field in ("due", "state")):
            since = change.at
    return since


def _hours(session: Session, access: Access, owner: Owner, action: Action, now: datetime) -> Hours:
    """The hours at which an owner is reminded: of whom it reaches."""
    day = access.today(now)
    reached = access.reached(session, owner, action, day)
    return access.hours(session, reached or owner.person)


def deadline(action: Action) -> Deadline | None:
    """An action's deadline as a value; None while it has none."""
    return Deadline.from_iso(action.due) if action.due else None
