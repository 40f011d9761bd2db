"""What the coordinator has to hear of: long overdue, without an owner, without a deadline (docs/domain, Time)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlmodel import Session

from bot import text
from bot.access import Access
from bot.documents.lines import action_line
from bot.owed import Message, direct, owe
from bot.storage import queries
from bot.storage.models import Action


def next_instant(session: Session, access: Access, now: datetime) -> datetime | None:
    """When a coordinator has to hear something next."""
    return queries.next_raise(session)


def run(session: Session, access: Access, now: datetime) -> None:
    """One message for each coordinator and morning about the actions that need help."""
    by_coordinator: dict[str, list[Action]] = {}
    for action in queries.actions_to_raise(session, now):
        people = [p.user_id for p in access.coordinators(session, action.forum_uid)]
        ready = [p for p in people if _may_hear(session, access, p, now)]
        for user_id in ready:
            by_coordinator.setdefault(user_id, []).append(action)
        # Leave is looked at again every morning: it may end sooner than it was said.
        hours = [replace(access.hours(session, p), away_until=None) for p in people] or [
            access.office_hours()
        ]
        action.raise_at = None if ready else min(h.next_morning(now) for h in hours)
    for user_id, actions in by_coordinator.items():
        _tell(session, access, now, user_id, actions)


def _may_hear(session: Session, access: Access, user_id: str, now: datetime) -> bool:
    reason = f"raised:{user_id}:{access.today(now)}"
    return access.hours(session, user_id).may_hear_now(now) and not queries.outbox_by_reason(session, reason)


def _tell(session: Session, access: Access, now: datetime, user_id: str, actions: list[Action]) -> None:
    lang = access.language(session, user_id)
    lines = [
        f"- **{row.number}** {action_line(session, access, row, lang, now)} · {_why(session, lang, row)}"
        for row in actions
    ]
    tail = text.t(lang, "raised-tail", prefix=access.settings.general.prefix, number=actions[0].number)
    said = "\n".join([text.t(lang, "raised-head", count=len(actions)), "", *lines, "", tail])
    uids = tuple(row.uid for row in actions)
    message = Message("overdue.raised", said, uids, notify=True, language=lang)
    owe(session, f"raised:{user_id}:{access.today(now)}", direct(user_id), message, now=now)


def _why(session: Session, lang: str, row: Action) -> str:
    if not queries.owners(session, row.uid):
        return text.t(lang, "raised-no-owner")
    return text.t(lang, "raised-no-due" if row.due is None else "raised-overdue")
