"""A disk that is full, or may not be written, when the database is opened: the line for the operator says which."""

from __future__ import annotations

import errno
import os
import sqlite3
import tempfile
from pathlib import Path

import pytest
from sqlalchemy import exc

from bot.storage.engine import build_engine, explain


@pytest.mark.parametrize(
    ("number", "said"),
    [
        (errno.ENOSPC, "the disk is full: make room where the database lies, in {folder}"),
        (errno.EDQUOT, "the disk is full: make room where the database lies, in {folder}"),
        (errno.EROFS, "the folder of the database, {folder}, cannot be written: Read-only file system"),
        (None, "the disk of the database failed: look at the system's log"),
    ],
)
def test_what_the_system_says_of_the_disk_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int | None, said: str
) -> None:
    """SQLite says SQLITE_IOERR (its -shm could not be made); which disk is full no test can arrange everywhere."""
    if number is not None:

        def refused(*_: object, **__: object) -> None:
            raise OSError(number, os.strerror(number))

        monkeypatch.setattr(tempfile, "TemporaryFile", refused)
    engine = build_engine(f"sqlite:///{tmp_path / 'bot.db'}")
    failed = sqlite3.OperationalError("disk I/O error")
    failed.sqlite_errorcode = sqlite3.SQLITE_IOERR_SHMSIZE
    assert explain(exc.OperationalError("select 1", {}, failed), engine) == said.format(folder=tmp_path)
    engine.dispose()
    assert [each.name for each in tmp_path.iterdir() if each.name.startswith(".hotspotbot")] == []
