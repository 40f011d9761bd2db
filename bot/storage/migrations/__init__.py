"""Schema migrations (Alembic), run by the program itself: no alembic.ini.

A revision is a file in `versions/`. Each is carried out in one transaction with its record, so that a crash
leaves a schema that is either the old or the new one. `python -m bot.storage.migrations "what changes"`
writes the next revision from the difference between the newest one and the models.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Literal

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, exc

from bot.storage.engine import (
    DatabaseError,
    RunningLock,
    SchemaTooNew,
    build_engine,
    explain,
    make_private,
    sqlite_file,
)
from bot.storage.sealing import Vault

State = Literal["empty", "current", "older", "newer"]


def migrate(url: str, vault: Callable[[], Vault] | None = None) -> list[str]:
    """Bring the database to the newest schema, making it if need be; the applied revisions, in order.

    `vault` gives the keys, for a revision that seals what an older version kept in clear; without them one with
    something to seal is a DatabaseError.

    Raises AlreadyRunning while a bot runs on it, SchemaTooNew when a newer version has migrated it,
    DatabaseError when it cannot be reached or a revision fails.
    """
    if schema_state(url) == "newer":
        raise SchemaTooNew("a newer hotspotbot has used this database: it cannot be migrated back")
    lock = RunningLock(url)
    try:
        file = sqlite_file(url)
        if file is not None:
            make_private(file, create=True)
        engine = build_engine(url, exclusive=True, foreign_keys=False)
        try:
            with engine.connect() as connection:
                config = configuration(connection)
                config.attributes["vault"] = vault
                if not ScriptDirectory.from_config(config).get_heads():
                    raise DatabaseError("this installation has no migrations: install hotspotbot again")
                command.upgrade(config, "head")
        except exc.DBAPIError as error:
            raise DatabaseError(
                f"the migration stopped and changed nothing: {explain(error, engine)}"
            ) from error
        finally:
            engine.dispose()
    finally:
        lock.release()
    applied: list[str] = config.attributes["applied"]
    return applied


def schema_state(url: str) -> State:
    """How the database's schema compares with this version's; a file that does not exist is "empty"."""
    file = sqlite_file(url)
    if file is not None and not file.exists():
        return "empty"
    engine = build_engine(url, read_only=True)
    try:
        with engine.connect() as connection:
            return state_of(connection)
    except exc.DBAPIError as error:
        raise DatabaseError(explain(error, engine)) from error
    finally:
        engine.dispose()


def state_of(connection: Connection) -> State:
    """The same over an open connection."""
    found = MigrationContext.configure(connection).get_current_heads()
    scripts = ScriptDirectory.from_config(configuration(connection))
    if not found:
        return "empty"
    if set(found) == set(scripts.get_heads()):
        return "current"
    known = {script.revision for script in scripts.walk_revisions()}
    return "older" if set(found) <= known else "newer"


def configuration(connection: Connection) -> Config:
    """Alembic's configuration for one run over `connection`; env.py lists what it applied in "applied"."""
    config = Config()
    # "%" would be read as an interpolation.
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    config.attributes["applied"] = []
    return config
