"""Engines for tests: what SQLAlchemy works out about a statement is kept for the process, not for one database.

The bot has one engine in its life; the tests of a process open thousands. Compiling the statements anew for each of
them was a quarter of the tests' time, and reading the migrations half of opening a database. Everything else about an
engine is the product's own.
"""

from __future__ import annotations

import atexit
import shutil
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Dialect, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.util import LRUCache

from bot.storage import engine as product
from bot.storage import migrations

_dialects: dict[str, Dialect] = {}  # by driver, each from an engine that has connected
_compiled: LRUCache[Any, Any] = LRUCache(4000)
_scripts: dict[tuple[str | None, ...], ScriptDirectory] = {}  # the migrations by their folders, read once


def share() -> None:
    """From now on `build_engine` makes engines that share their dialect and the statements compiled for it."""
    product.create_engine = _create_engine  # type: ignore[assignment,attr-defined]
    migrations.ScriptDirectory = _Scripts  # type: ignore[attr-defined]


class _Scripts(ScriptDirectory):
    @classmethod
    def from_config(cls, config: Config) -> ScriptDirectory:
        where = tuple(config.get_main_option(name) for name in ("script_location", "version_locations"))
        if where not in _scripts:
            _scripts[where] = super().from_config(config)
        return _scripts[where]


@cache
def migrated() -> Path:
    """An SQLite file with every table and no row, migrated once in this process: for copies."""
    folder = Path(tempfile.mkdtemp(prefix="migrated-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    file = folder / "empty.db"
    migrations.migrate(f"sqlite:///{file}")
    return file


def _create_engine(url: URL, **options: Any) -> Engine:
    engine = create_engine(url, **options)
    engine._compiled_cache = _compiled
    known = _dialects.get(engine.driver)
    if known is not None:
        engine.dialect = engine.pool._dialect = known
    else:  # a dialect has asked its server for the version once it has connected
        own = engine.dialect
        event.listen(engine, "connect", lambda *_: _dialects.setdefault(own.driver, own), once=True)
    return engine
