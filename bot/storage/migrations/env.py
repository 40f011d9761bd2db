"""Alembic runs this file for every command: over the connection it is handed, never one of its own."""

from typing import Any, Literal

from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import text
from sqlmodel import AutoString, SQLModel

import bot.storage.cases
import bot.storage.crypto
import bot.storage.meetings
import bot.storage.models
import bot.storage.privacy  # noqa: F401 - all fill the metadata
from bot.storage.engine import DatabaseError
from bot.storage.types import UtcDateTime

connection = context.config.attributes["connection"]
applied: list[str] = context.config.attributes["applied"]


def note(ctx: Any, step: Any, heads: Any, run_args: Any) -> None:
    """After each revision, still in its transaction: check what SQLite did not, then list it as applied."""
    if connection.dialect.name == "sqlite" and connection.execute(text("PRAGMA foreign_key_check")).first():
        raise DatabaseError(f"revision {step.up_revision_id} leaves rows that point nowhere")
    applied.append(step.up_revision_id)


def render_item(kind: str, item: Any, autogen: AutogenContext) -> str | Literal[False]:
    """Write our own types the short way in a new revision."""
    if kind == "type" and isinstance(item, UtcDateTime):
        autogen.imports.add("from bot.storage.types import UtcDateTime")
        return "UtcDateTime()"
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String({item.length or ''})"
    return False


context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    # SQLite cannot alter a table in place; the first revision only makes new ones.
    render_as_batch=not context.config.attributes.get("first"),
    render_item=render_item,
    transaction_per_migration=True,
    on_version_apply=note,
    vault=context.config.attributes.get("vault"),
)
with context.begin_transaction():
    context.run_migrations()
