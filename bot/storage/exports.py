"""Exports: records as plain data for other systems."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlmodel import Session, col, select

from bot.storage import queries
from bot.storage.models import Action, Forum, Owner


def export_actions(session: Session) -> list[dict[str, Any]]:
    """Every action by number, with the keys of the contract (docs/architecture, Export)."""
    forums = {forum.uid: forum for forum in queries.forums(session)}
    rows: list[dict[str, Any]] = []
    for action in session.exec(select(Action).order_by(col(Action.number))):
        forum: Forum = forums[action.forum_uid]
        rows.append(
            {
                "number": action.number,
                "state": action.state,
                "forum": forum.kind,
                "room": action.room_id,
                "owners": _owners(queries.owners(session, action.uid)),
                "agency": action.agency,
                "due": action.due,
                "text": queries.words(session, action.text_uid),
                "case": action.case_code,
                "created_by": action.created_by,
                "source_event": action.source_event,
            }
        )
    return rows


def _owners(owners: Sequence[Owner]) -> list[str]:
    """Who promised it; beside them the code of an agency whose person is still to be named. Empty: nobody yet."""
    if not any(owner.named for owner in owners):
        return []
    said = [owner.person if owner.named else owner.agency for owner in owners]
    return [who for who in said if who]
