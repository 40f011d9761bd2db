"""What the command line's parts share: the config option, exit statuses, and clear words instead of tracebacks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bot.clock import ClockError, SystemClock
from bot.login import LoginFailed
from bot.matrix.api import HomeserverError
from bot.matrix.trust import TrustError
from bot.settings import ConfigError, Settings
from bot.storage import backup as backups
from bot.storage import migrations
from bot.storage.database import AlreadyRunning, DatabaseError, SchemaTooNew, SchemaTooOld
from bot.storage.engine import sqlite_file
from bot.storage.sealing import SealError

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


def migrated(settings: Settings) -> None:
    """A new database is made; an older one is brought up to date after a copy beside it, or asked for (PostgreSQL)."""
    url = settings.database.url
    state = migrations.schema_state(url)
    if state == "older" and sqlite_file(url) is None:
        raise SchemaTooOld(
            "the database has an older schema: back it up, then run `hotspotbot migrate` and start again"
        )
    if state in ("empty", "older"):
        _, copy = backups.migrate_with_backup(url, SystemClock().now())
        if copy is not None:
            typer.echo(f"the database was migrated; as it was before it is kept as {copy}", err=True)
