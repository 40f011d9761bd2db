"""What the command line's parts share: the config option, exit statuses, and clear words instead of tracebacks."""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import Progress

from bot import audit, cpr
from bot.clock import ClockError, SystemClock
from bot.config_problems import ConfigError
from bot.login import LoginFailed
from bot.matrix.api import HomeserverError
from bot.matrix.trust import TrustError
from bot.settings import Settings
from bot.storage import backup as backups
from bot.storage import migrations
from bot.storage.database import AlreadyRunning, Database, DatabaseError, SchemaTooNew, SchemaTooOld
from bot.storage.engine import sqlite_file
from bot.storage.keyring import KeyringUnavailable, keyring_at
from bot.storage.sealing import SealError, Vault
from bot.text import t

BAD_CONFIG = 78  # sysexits EX_CONFIG: systemd does not restart on it
NO_LOGIN = 77  # sysexits EX_NOPERM: likewise

Config = Annotated[Path, typer.Option("--config", help="the config file", metavar="FILE")]


@contextmanager
def told() -> Iterator[None]:
    """Turn what an operator can put right into one clear line and an exit status."""
    try:
        yield
    except (ConfigError, ClockError, SealError, SchemaTooNew, SchemaTooOld) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(BAD_CONFIG) from error
    except (LoginFailed, TrustError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(NO_LOGIN) from error
    except (AlreadyRunning, DatabaseError, HomeserverError) as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(1) from error


def no_cpr(language: str, *words: str) -> None:
    """Refuse words with a CPR number in one line that does not repeat them: what a terminal shows is sent on."""
    if any(map(cpr.contains, words)):
        typer.echo(t(language, "cli-cpr"), err=True)
        raise typer.Exit(2)


def progress() -> Progress:
    """A bar on the terminal; where the output goes into a file or a pipe nothing, not even an empty line."""
    console = Console(stderr=True)
    return Progress(console=console, transient=True, disable=not console.is_terminal)


def migrated(settings: Settings, vault: Callable[[], Vault]) -> None:
    """A new database is made; an older one is brought up to date after a copy beside it, or asked for (PostgreSQL).

    `vault` gives the keys where a revision needs them.
    """
    url = settings.database.url
    state = migrations.schema_state(url)
    if state == "older" and sqlite_file(url) is None:
        raise SchemaTooOld(
            "the database has an older schema: back it up, then run `hotspotbot migrate` and start again"
        )
    if state in ("empty", "older"):
        _, copy = backups.migrate_with_backup(url, SystemClock().now(), vault)
        if copy is not None:
            typer.echo(f"the database was migrated; as it was before it is kept as {copy}", err=True)


def keyring_is_there(settings: Settings) -> None:
    """A new keyring, made for want of the right one, would look as if every text had been destroyed."""
    keys = settings.keys
    try:
        there = keys.keyring_file.exists() or keyring_at(keys.keyring_url, keys.keyring_file).exists()
    except KeyringUnavailable as fault:
        raise DatabaseError(str(fault)) from fault
    if not there:
        where = f"at {keys.keyring_file}" if keys.keyring_url is None else "in the database of keyring_url"
        raise SealError(f"the keyring is missing: put its newest copy back first ({where})")


def operator() -> str:
    """Who stands at the command line, for the log of who did what: the user of the system, behind `sudo` too."""
    try:
        name = os.environ.get("SUDO_USER") or getpass.getuser()
    except (OSError, KeyError):
        name = str(os.getuid())
    return f"operator:{name}"


def note_done(
    settings: Settings,
    vault: Vault,
    act: audit.Act,
    subject: str,
    *,
    recipient: str | None = None,
    detail: str | None = None,
    purpose: audit.Purpose | None = None,
) -> None:
    """Write into the log what somebody does at the command line, before it is done: what cannot be noted is not done.

    Beside a running bot as well. Raises DatabaseError and SchemaTooOld.
    """
    db = Database(settings.database.url, vault)
    db.open()
    try:
        at = SystemClock().now()
        db.run_sync(
            lambda session: audit.note(
                session,
                act,
                subject,
                by=operator(),
                at=at,
                recipient=recipient,
                detail=detail,
                purpose=purpose,
            )
        )
    finally:
        db.close()
