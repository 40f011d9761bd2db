"""Backup and restore on PostgreSQL, with its own pg_dump and pg_restore: the bot's tables and nothing else."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine, exc, inspect, text
from sqlmodel import Session, SQLModel

import bot.storage.cases
import bot.storage.crypto
import bot.storage.meetings
import bot.storage.models
import bot.storage.privacy  # noqa: F401 - all fill the metadata
from bot.storage import migrations, queries
from bot.storage.engine import DatabaseError, SchemaTooNew, build_engine, explain, parse
from bot.storage.sealing import KeyDestroyed, Vault


class BackupError(DatabaseError):
    """A backup could not be made or put back; nothing has changed."""


def tables() -> list[str]:
    """The bot's own tables, the record of its migrations among them."""
    return ["alembic_version", *SQLModel.metadata.tables]


def dump(url: str, part: Path) -> None:
    """Write the bot's tables to a file in pg_dump's custom format. Raises BackupError."""
    engine = build_engine(url, read_only=True)
    try:
        with engine.connect() as connection:
            schema = connection.scalar(text("SELECT current_schema()"))
    except exc.DBAPIError as error:
        raise DatabaseError(explain(error)) from error
    finally:
        engine.dispose()
    wanted = [f'--table="{schema}"."{name}"' for name in tables()]
    _run(url, "pg_dump", "--format=custom", "--no-owner", "--no-privileges", f"--file={part}", *wanted)
    _listing(url, part)


def load(url: str, source: Path, vault: Vault, now: datetime) -> tuple[datetime, str | None]:
    """Put a backup in the place of the bot's tables, which move to a schema named with the date.

    Returns when the backup was made and that schema's name (None: there were no tables). Whatever is raised
    (AlreadyRunning, SchemaTooNew, BackupError, DatabaseError), the tables are back where they were.
    """
    listing = _listing(url, source)
    engine = build_engine(url, exclusive=True)  # its one connection holds the lock until the end
    try:
        with engine.connect() as connection:
            if _revision(url, source) not in _known(connection):
                raise SchemaTooNew(
                    "a newer hotspotbot has made this backup: install that version to restore it"
                )
        aside = _move_aside(engine, f"hotspotbot_before_restore_{now:%Y%m%d_%H%M%S}")
        try:
            _run(
                url,
                "pg_restore",
                "--single-transaction",
                "--exit-on-error",
                "--no-owner",
                "--no-privileges",
                f"--dbname={_conninfo(url)}",
                str(source),
            )
            _note_restored(engine, vault, _made_at(listing, now))
        except BaseException:
            _put_back(engine, aside)
            raise
    except exc.DBAPIError as error:
        raise DatabaseError(explain(error)) from error
    finally:
        engine.dispose()
    return _made_at(listing, now), aside


def _note_restored(engine: Engine, vault: Vault, made_at: datetime) -> None:
    with Session(engine, info={"vault": vault}) as session, session.begin():
        try:
            for key in ("access_token", "sync_token", "clock"):
                queries.meta(session, key)
        except KeyDestroyed:
            raise BackupError("the keyring does not belong to this backup: put the right one back") from None
        queries.set_meta(session, "restored", made_at.isoformat())


def _present(connection: Connection) -> list[str]:
    return [name for name in inspect(connection).get_table_names() if name in tables()]


def _move_aside(engine: Engine, schema: str) -> str | None:
    with engine.begin() as connection:
        present = _present(connection)
        if not present:
            return None
        connection.execute(text(f'CREATE SCHEMA "{schema}"'))
        for name in present:
            connection.execute(text(f'ALTER TABLE "{name}" SET SCHEMA "{schema}"'))
    return schema


def _put_back(engine: Engine, aside: str | None) -> None:
    with engine.begin() as connection:
        for name in _present(connection):
            connection.execute(text(f'DROP TABLE "{name}" CASCADE'))
        if aside is None:
            return
        schema = connection.scalar(text("SELECT current_schema()"))
        for name in inspect(connection).get_table_names(schema=aside):
            connection.execute(text(f'ALTER TABLE "{aside}"."{name}" SET SCHEMA "{schema}"'))
        connection.execute(text(f'DROP SCHEMA "{aside}"'))


# --- what a backup says of itself


def _listing(url: str, source: Path) -> str:
    """The table of contents of a backup of ours; BackupError for anything else."""
    try:
        listing = _run(url, "pg_restore", "--list", str(source))
    except BackupError as error:
        if "not" in str(error) and "archive" in str(error):
            raise BackupError(f"{source} is not a backup of hotspotbot") from error
        raise
    found = set(re.findall(r"^\d+; \d+ \d+ TABLE DATA \S+ (\S+) ", listing, re.MULTILINE))
    if not {"alembic_version", "meta", "inbox_event", "outbox"} <= found:
        raise BackupError(f"{source} is not a backup of hotspotbot")
    return listing


def _made_at(listing: str, now: datetime) -> datetime:
    found = re.search(r"Archive created at (\d+-\d+-\d+ \d+:\d+:\d+)", listing)
    return datetime.fromisoformat(found[1]).replace(tzinfo=UTC) if found else now


def _revision(url: str, source: Path) -> str:
    said = _run(url, "pg_restore", "--data-only", "--table=alembic_version", "--file=-", str(source))
    found = re.search(r"^COPY [^\n]*\n(\S+)\n\\\.", said, re.MULTILINE)
    return found[1] if found else ""


def _known(connection: Connection) -> set[str]:
    scripts = ScriptDirectory.from_config(migrations.configuration(connection))
    return {script.revision for script in scripts.walk_revisions()}


# --- PostgreSQL's programs


def _conninfo(url: str) -> str:
    return parse(url).set(drivername="postgresql", password=None).render_as_string(hide_password=False)


def _run(url: str, program: str, *arguments: str) -> str:
    """Run one of PostgreSQL's programs; what it printed. Raises BackupError with its first complaint."""
    found = shutil.which(program)
    if found is None:
        wanted = " ".join(f"--table={name}" for name in tables())
        raise BackupError(
            f"{program} is not installed here (Debian: postgresql-client). Your own backup of PostgreSQL"
            f" serves as well; by hand where it is installed:"
            f" pg_dump --format=custom --no-owner {wanted} --file=FILE DATABASE"
        )
    parsed = parse(url)
    if program == "pg_dump":
        arguments = (*arguments, f"--dbname={_conninfo(url)}")
    # The password in no process list; times in an archive are those of the process's zone.
    env = {**os.environ, "TZ": "UTC", "LC_ALL": "C"} | (
        {"PGPASSWORD": str(parsed.password)} if parsed.password else {}
    )
    done = subprocess.run([found, *arguments], env=env, capture_output=True, text=True, check=False)  # noqa: S603
    if done.returncode != 0:
        said = [line for line in done.stderr.splitlines() if "error:" in line] or ["it failed"]
        raise BackupError(f"{program}: {said[0].split('error: ', 1)[-1]}")
    return done.stdout
