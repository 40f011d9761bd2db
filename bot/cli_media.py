"""`hotspotbot media`: the files that have to go from the homeserver and that the bot may not delete there.

Prints their addresses, beside a running bot as well. With a server admin's token it deletes them itself.
"""

from __future__ import annotations

import asyncio
import os
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import Session

from bot.app import open_vault
from bot.audit import note
from bot.cli_common import BAD_CONFIG, Config, operator, told
from bot.clock import SystemClock
from bot.matrix.api import Homeserver, LoggedOut, Refused
from bot.settings import Settings, load
from bot.storage import queries
from bot.storage.database import Database
from bot.storage.models import Outbox
from bot.text import t

TOKEN = "HOTSPOTBOT_ADMIN_TOKEN"  # noqa: S105 - the name of a variable


def media(
    config: Config,
    admin_token_file: Annotated[
        Path | None,
        typer.Option("--admin-token-file", metavar="FILE", help=f"a server admin's access token; or {TOKEN}"),
    ] = None,
    homeserver: Annotated[
        str, typer.Option("--homeserver", metavar="URL", help="where its admin API answers, if elsewhere")
    ] = "",
) -> None:
    """List the uploaded files that the bot may not delete from the homeserver; with an admin's token delete them."""
    with told():
        settings = load(config)
        token = _token(admin_token_file)
        vault = open_vault(settings)
        db = Database(settings.database.url, vault)
        db.open()
        try:
            waiting = [row.media for row in db.run_sync(queries.media_waiting) if row.media]
            left = waiting
            if waiting and token:
                left = asyncio.run(_delete(settings, db, homeserver or settings.matrix.homeserver, token))
        finally:
            db.close()
            vault.close()
    _tell(settings, waiting, left, tried=bool(token))
    raise typer.Exit(1 if left else 0)


def _tell(settings: Settings, waiting: list[str], left: list[str], *, tried: bool) -> None:
    """The addresses to standard output, one a line; the words to whoever looks on."""
    language = settings.general.language
    if not waiting:
        typer.echo(t(language, "media-none"), err=True)
        return
    if tried and len(left) < len(waiting):
        typer.echo(t(language, "media-deleted", count=len(waiting) - len(left)), err=True)
    for address in left:
        typer.echo(address)
    if left:
        key = "media-still" if tried else "media-left"
        typer.echo(t(language, key, count=len(left), path="/_synapse/admin/v1/media/…"), err=True)


def _token(path: Path | None) -> str:
    """A server admin's token, from a file or the environment; empty without one. It is never shown."""
    if path is None:
        return os.environ.get(TOKEN, "").strip()
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, ValueError) as fault:
        why = fault.strerror if isinstance(fault, OSError) else "no text"
        typer.echo(f"{path} cannot be read: {why}", err=True)
        raise typer.Exit(BAD_CONFIG) from fault


async def _delete(settings: Settings, db: Database, url: str, token: str) -> list[str]:
    """Delete what there is to delete, oldest first; what the homeserver would not."""
    left: list[str] = []
    async with Homeserver(
        url, timeout=settings.matrix.request_timeout, ca_file=settings.matrix.ca_file
    ) as server:
        server.token = token
        for row in db.run_sync(queries.media_waiting):
            try:
                await server.delete_upload(row.media or "")
            except LoggedOut as fault:
                raise Refused("the admin token is not valid (any more)", 401) from fault
            except Refused:
                left.append(row.media or "")
            else:
                db.run_sync(_gone, row.seq or 0)
    return left


def _gone(session: Session, seq: int) -> None:
    """Note that an upload is gone, and who saw to it."""
    row = session.get(Outbox, seq)
    now = SystemClock().now()
    if row is not None and row.state != "sent":
        row.state, row.error, row.sent_at = "sent", None, now
        note(session, "erased", "media", by=operator(), at=now, purpose="retention")
