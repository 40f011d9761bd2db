"""What the coordinator has to hear of: long overdue, without an owner, without a deadline (docs/domain, Time)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime

from sqlmodel import Session

from bot import rhythm, text
from bot.access import Access
from bot.documents.lines import action_line
from bot.owed import Message, direct, owe
from bot.reminding import deadline
from bot.storage import queries
from bot.storage.models import Action


def next_instant(session: Session, access: Access, now: datetime) -> datetime | None:
    """When a coordinator has to hear something next."""
    return queries.next_raise(session)


def run(session: Session, access: Access, now: datetime) -> None:
    """One message for each coordinator and morning about the actions that need help.

    A forum's coordinators hear together, at the latest morning hour of those who are at work that day: nobody is
    passed over because a colleague begins earlier.
    """
    by_coordinator: dict[str, list[Action]] = {}
    for action in queries.actions_to_raise(session, now):
        people = _reached(session, [p.user_id for p in access.coordinators(session, action.forum_uid)])
        hours = {person: access.hours(session, person) for person in people}
        today = access.today(now)
        at_work = [person for person, h in hours.items() if h.available(today)]
        joint = max((hours[person].at(today) for person in at_work), default=None)
        if joint is None or (now >= joint != action.raise_at and _heard(session, at_work, today)):
            # Leave is looked at again every morning: it may end sooner than it was said.
            mornings = [replace(h, away_until=None) for h in hours.values()] or [access.office_hours()]
            action.raise_at = min(h.next_morning(now) for h in mornings)
        elif now < joint:
            action.raise_at = joint
        else:
            action.raise_at = _again(access, action, now)
            for person in at_work:
                by_coordinator.setdefault(person, []).append(action)
    for person, actions in by_coordinator.items():
        _tell(session, access, now, person, actions)


def _again(access: Access, action: Action, now: datetime) -> datetime | None:
    """What is raised before its deadline, for want of an owner, is raised once more if that passes."""
    due = deadline(action)
    at = rhythm.raise_at(due, access.office_hours(), access.settings.reminders) if due else None
    return at if at is not None and at > now else None


def _reached(session: Session, people: list[str]) -> list[str]:
    """Those whom direct messages reach; all, where they reach nobody: one may come back."""
    states = {person: queries.person_state(session, person) for person in people}
    return [p for p, state in states.items() if state is None or state.unreachable_since is None] or people


def _heard(session: Session, people: Sequence[str], today: date) -> bool:
    """Whether one of them has had the morning's message already."""
    return any(queries.outbox_by_reason(session, f"raised:{person}:{today}") for person in people)


def _tell(session: Session, access: Access, now: datetime, user_id: str, actions: list[Action]) -> None:
    lang = access.language(session, user_id)
    lines = [
        f"- **{row.number}** {action_line(session, access, row, lang, now)} · {_why(session, lang, row, now)}"
        for row in actions
    ]
    tail = text.t(lang, "raised-tail", prefix=access.settings.general.prefix, number=actions[0].number)
    gap = next((row for row in actions if _unnamed(session, row)), None)
    names = [text.t(lang, "raised-tail-name", number=gap.number)] if gap else []
    asked = next((row for row in actions if _to_agree(session, row)), None)
    names += [text.t(lang, "raised-tail-disclose", number=asked.number)] if asked else []
    said = "\n".join([text.t(lang, "raised-head", count=len(actions)), "", *lines, "", *names, tail])
    uids = tuple(row.uid for row in actions)
    message = Message("overdue.raised", said, uids, notify=True, language=lang)
    reason = f"raised:{user_id}:{access.today(now)}"
    if queries.outbox_by_reason(session, reason) is not None:
        reason += f":{actions[0].number}"  # heard alone earlier, and now together with a colleague
    owe(session, reason, direct(user_id), message, now=now)


def _unnamed(session: Session, row: Action) -> bool:
    """Whether one of its owners is still to be named."""
    return any(not owner.named and not owner.asked_for for owner in queries.owners(session, row.uid))


def _to_agree(session: Session, row: Action) -> bool:
    """Whether it is still to be agreed that somebody outside the forum is told."""
    return any(owner.asked_for for owner in queries.owners(session, row.uid))


def _why(session: Session, lang: str, row: Action, now: datetime) -> str:
    if not queries.owners(session, row.uid):
        return text.t(lang, "raised-no-owner")
    if _to_agree(session, row):
        return text.t(lang, "raised-disclose")
    if _unnamed(session, row):
        late = row.overdue_at is not None and row.overdue_at <= now
        return text.t(lang, "raised-no-name-late" if late else "raised-no-name")
    return text.t(lang, "raised-no-due" if row.due is None else "raised-overdue")
