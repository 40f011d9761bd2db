"""Where the wrapped data keys are kept: a file, or a PostgreSQL database of its own. Only the newest copy, ever.

Destroying a key must reach every copy of what was sealed under it. So the keyring is never part of the database
that it locks nor of its backups, each change overwrites the whole of it, and what a store keeps of the former copy
is cleared away after a key was destroyed.
"""

from __future__ import annotations

import fcntl
import os
import secrets
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import psycopg
import structlog

from bot.storage.engine import explain_postgresql, parse

log = structlog.get_logger(__name__)


class SealError(Exception):
    """A text could not be sealed or opened, or a key is unusable. Names the mend, never the text."""


class KeyringUnavailable(SealError):
    """The keyring cannot be read or written just now: a full disk, a lost mount or server. Nothing was sealed."""


class Keyring(ABC):
    """A place for one text that several processes read and change. `where` is its name for people.

    Each method but `changing` may raise KeyringUnavailable; `changing` raises it on the way in or out.
    """

    where: str

    @abstractmethod
    def exists(self) -> bool:
        """Whether there is a keyring; makes none."""

    @abstractmethod
    def changing(self) -> Any:
        """A context in which nobody else changes it. Left without exception, what was written is there for good."""

    @abstractmethod
    def read(self, seen: object) -> tuple[object, str] | None:
        """Its stamp and its content; None when the stamp is still the one that was `seen`."""

    @abstractmethod
    def write(self, content: str) -> object:
        """Put the content in the place of the former one, within `changing`. Returns its stamp."""

    @abstractmethod
    def clear(self) -> None:
        """Leave nothing of former copies: called after a key was destroyed. Does not raise."""

    @abstractmethod
    def close(self) -> None:
        """Let go of what is open; the next call opens it again."""


class FileKeyring(Keyring):
    """A small file, only for its owner, replaced as a whole at each change."""

    def __init__(self, path: Path) -> None:
        self.where = str(path)
        self._path = path
        self._temporary = path.with_name(path.name + ".new")

    def exists(self) -> bool:
        """Whether the file is there."""
        return self._path.exists()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Hold the lock file beside it."""
        with ExitStack() as held:
            try:
                self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
                lock = held.enter_context(self._path.with_name(self._path.name + ".lock").open("a"))
                fcntl.flock(lock, fcntl.LOCK_EX)
                # What a crash left half-written may hold keys that are destroyed later.
                self._temporary.unlink(missing_ok=True)
            except OSError as error:
                raise KeyringUnavailable(
                    f"the keyring {self.where} cannot be changed: {error.strerror}"
                ) from error
            yield

    def read(self, seen: object) -> tuple[object, str] | None:
        """The file, if it is another than the one seen."""
        try:
            stamp = self._stamp()
            return None if stamp == seen else (stamp, self._path.read_bytes().decode())
        except FileNotFoundError:
            raise KeyringUnavailable(
                f"the keyring {self.where} has disappeared: put it back before anything else"
            ) from None
        except (OSError, UnicodeDecodeError):
            raise KeyringUnavailable(
                f"the keyring {self.where} is damaged or cannot be read: restore its copy"
            ) from None

    def write(self, content: str) -> object:
        """After this a power loss finds the new file and no copy of the old."""
        try:
            handle = os.open(self._temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(handle, "w", encoding="ascii") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            self._temporary.replace(self._path)
            fsync_folder(self._path.parent)
            return self._stamp()
        except OSError as error:
            raise KeyringUnavailable(
                f"the keyring {self.where} cannot be written: {error.strerror}"
            ) from error

    def clear(self) -> None:
        """The former file went when the new one took its place."""

    def close(self) -> None:
        """Nothing is open."""

    def remove(self) -> None:
        """Delete the file, after its content has moved."""
        self._path.unlink()
        fsync_folder(self._path.parent)

    def _stamp(self) -> object:
        found = self._path.stat()
        return found.st_ino, found.st_mtime_ns, found.st_size


class DatabaseKeyring(Keyring):
    """One row of one table in a PostgreSQL database of its own, so that a standby elsewhere reads the same keys.

    Every look is one query by primary key, over a connection of its own that is made anew when it breaks.
    """

    def __init__(self, url: str) -> None:
        """`url` is [keys] keyring_url; nothing is connected yet. Raises DatabaseError for one that is none."""
        parsed = parse(url)
        self.where = f"{parsed.database} (PostgreSQL)"
        self._address = parsed.set(drivername="postgresql").render_as_string(hide_password=False)
        self._connection: psycopg.Connection[Any] | None = None

    def exists(self) -> bool:
        """Whether the table has its row."""
        with self._told():
            if self._row("SELECT to_regclass('keyring')")[0] is None:
                return False
            return bool(self._row("SELECT EXISTS (SELECT FROM keyring)")[0])

    @contextmanager
    def changing(self) -> Iterator[None]:
        """A transaction that holds the table, made if it is not there, against other writers and not readers."""
        with self._told():
            if self._row("SELECT to_regclass('keyring')")[0] is None:
                self._make()
            connection = self._connected()
            with connection.transaction():
                connection.execute("LOCK TABLE keyring IN EXCLUSIVE MODE")
                yield

    def read(self, seen: object) -> tuple[object, str] | None:
        """The row, if it has another stamp than the one seen."""
        with self._told():
            row = self._row(
                "SELECT stamp, CASE WHEN stamp IS DISTINCT FROM %s THEN content END FROM keyring", (seen,)
            )
        if row is None:
            raise KeyringUnavailable(
                f"the keyring {self.where} has disappeared: put it back before anything else"
            )
        return None if row[1] is None else (row[0], row[1])

    def write(self, content: str) -> object:
        """Overwrite the row; it is there for good when `changing` is left."""
        stamp = secrets.token_hex(8)
        with self._told():
            self._connected().execute(
                "INSERT INTO keyring (id, stamp, content) VALUES (1, %s, %s)"
                " ON CONFLICT (id) DO UPDATE SET stamp = excluded.stamp, content = excluded.content",
                (stamp, content),
            )
        return stamp

    def clear(self) -> None:
        """PostgreSQL keeps the former row until it is vacuumed, and its bytes in the page until it is rewritten."""
        try:
            with self._told():
                self._row("VACUUM (FULL) keyring")
        except KeyringUnavailable as fault:
            log.warning("keyring.not_cleared", why=str(fault))

    def close(self) -> None:
        """End the connection."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()

    # --- the connection

    def _make(self) -> None:
        connection = self._connected()
        if self._row("SELECT to_regclass('alembic_version')")[0] is not None:
            raise SealError(
                f"[keys] keyring_url leads to the bot's own database {self.where}, whose backups would hold the keys:"
                " give the keyring a database of its own"
            )
        with connection.transaction():
            connection.execute("SELECT pg_advisory_xact_lock(%s, %s)", (0x686F7473, 2))
            connection.execute(
                "CREATE TABLE IF NOT EXISTS keyring"
                " (id integer PRIMARY KEY CHECK (id = 1), stamp text NOT NULL, content text NOT NULL)"
            )

    def _connected(self) -> psycopg.Connection[Any]:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(
                self._address,
                autocommit=True,
                application_name="hotspotbot keyring",
                connect_timeout=10,
                keepalives_idle=15,
                keepalives_interval=5,
                keepalives_count=3,
                tcp_user_timeout=30_000,
                options="-c lock_timeout=10s -c synchronous_commit=on",
            )
        return self._connection

    def _row(self, statement: str, bound: tuple[object, ...] = ()) -> Any:
        """Its first row, None if there is none; asked once more over a new connection when the old one broke."""
        fresh = self._connection is None or self._connection.closed
        try:
            cursor = self._connected().execute(statement, bound)
        except psycopg.OperationalError:
            if fresh or self._connection is None or not self._connection.closed:
                raise
            cursor = self._connected().execute(statement, bound)
        return cursor.fetchone() if cursor.description is not None else None

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except psycopg.Error as error:
            why = explain_postgresql(error, "[keys] keyring_url")
            raise KeyringUnavailable(f"the keyring {self.where} cannot be used: {why}") from error


def keyring_at(url: str | None, file: Path) -> Keyring:
    """The configured keyring: the database, where there is a URL, else the file. Opens and makes nothing."""
    return DatabaseKeyring(url) if url is not None else FileKeyring(file)


def move_in(file: FileKeyring, database: DatabaseKeyring) -> None:
    """Move a keyring from its file to a database that has none yet; a file with other content stays and is told of.

    First there, then gone here: a crash in between leaves two that are the same, and the next start ends it.
    """
    if not file.exists():
        return
    with database.changing():
        found = file.read(None)
        if found is None:
            return
        if not database.exists():
            database.write(found[1])
        kept = database.read(None)
    if kept is not None and kept[1] == found[1]:
        file.remove()
        log.warning("keyring.moved", path=file.where, to=database.where)
    else:
        log.warning("keyring.left_over", path=file.where, used=database.where)


def fsync_folder(folder: Path) -> None:
    """Make a rename or a new file in the folder survive a power loss."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
