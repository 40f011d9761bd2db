"""The content of each event that the bot sends, as the contract says (docs/architecture, Messages)."""

from __future__ import annotations

import json
from functools import partial
from typing import Any

from sqlmodel import Session

from bot.matrix.markup import EDIT_LIMIT, LIMIT, render
from bot.storage import queries
from bot.storage.models import Outbox

UPLOADED = frozenset({"picture", "file"})  # rows whose content is kept when their file has been uploaded


def content(session: Session, row: Outbox, about: Outbox | None) -> dict[str, Any]:
    """The content of a row's event before it is encrypted; `about` is the message that an edit edits."""
    of = about.id if about is not None else row.id
    mark = {
        "id": row.id,
        "kind": row.kind,
        "numbers": queries.numbers_in(session, of),
        "at": row.created_at.isoformat(),
    }
    case = queries.case(session, about.case_uid if about is not None else row.case_uid)
    if case is not None:
        mark["case"] = case.code
    if row.what == "event":
        event = json.loads(row.template or "{}")
        return {**event.get("content", {}), "m.mentions": {}, "dk.hotspotbot": mark}
    mentions = {"user_ids": row.mentions} if row.mentions else {}
    if row.what in UPLOADED and row.content is not None:
        return {**json.loads(row.content), "m.mentions": mentions, "dk.hotspotbot": mark, **_replied(row)}
    limit = LIMIT if about is None else EDIT_LIMIT  # an edit says everything twice
    shown = render(row.template or "", partial(queries.words, session), lang=row.language, limit=limit)
    new: dict[str, Any] = {
        "msgtype": "m.text" if row.notify else "m.notice",
        "body": shown.body,
        "format": "org.matrix.custom.html",
        "formatted_body": shown.html,
    }
    made: dict[str, Any] = {**new, "m.mentions": mentions, "dk.hotspotbot": mark}
    if about is None:
        return {**made, **_replied(row)}
    return {
        **made,
        "body": f"* {shown.body}",
        "formatted_body": f"* {shown.html}",
        "m.mentions": {},
        "m.new_content": {**new, "m.mentions": mentions, "dk.hotspotbot": mark},
        "m.relates_to": {"rel_type": "m.replace", "event_id": about.event_id},
    }


def reaction(row: Outbox) -> dict[str, Any]:
    """The content of a reaction. It leaves in the clear, so its mark has no numbers and no time."""
    said = json.loads(row.template or "{}")
    relation = {"rel_type": "m.annotation", "event_id": said.get("event_id"), "key": said.get("key")}
    return {
        "m.relates_to": relation,
        "m.mentions": {},
        "dk.hotspotbot": {"id": row.id, "kind": row.kind},
    }


def event_type(row: Outbox) -> str:
    """The type of the event that a row becomes, before it is encrypted."""
    if row.what == "reaction":
        return "m.reaction"
    if row.what != "event":
        return "m.room.message"
    return str(json.loads(row.template or "{}").get("type", "m.room.message"))


def _replied(row: Outbox) -> dict[str, Any]:
    """The relation of a row's event to the message that it answers."""
    if row.reply_to is None:
        return {}
    replied: dict[str, Any] = {"m.in_reply_to": {"event_id": row.reply_to}}
    if row.thread is not None:
        replied |= {"rel_type": "m.thread", "event_id": row.thread, "is_falling_back": False}
    return {"m.relates_to": replied}
