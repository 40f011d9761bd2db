"""The bot as `hotspotbot run` puts it together, on a virtual loop: started, stopped and killed as often as one likes.

Nothing of the composition is copied: `App.run` itself runs. Only what reads the machine is replaced, by name and for
as long as `virtual` lasts: the connection (a model of a homeserver), the database's thread (a queue on the loop), the
scheduler's timer, the wall clock, the source of random ids, and the drawing of pictures, which costs time and says
nothing here.
"""

from __future__ import annotations

import asyncio
import random
import shutil
import signal
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import structlog
from apscheduler.triggers.date import DateTrigger

import bot.app
import bot.attached
import bot.clock
import bot.matrix.crypto.backup_keeper
import bot.matrix.crypto.keeper
import bot.matrix.link
import bot.schedule
import bot.storage.database
from bot.documents.chart import Picture
from bot.settings import Settings, load
from bot.storage import migrations
from bot.storage.database import Database, DatabaseClosed
from bot.storage.sealing import Vault
from tests.simulation.homeserver import World
from tests.simulation.loop import VirtualLoop, number
from tests.simulation.wire import ModelHomeserver, Wire

START = datetime(2026, 11, 17, 6, 30, tzinfo=UTC)  # a Tuesday, before anybody's morning hour
BOT = "@hotspotbot:example.dk"
PASSWORD = "hotspot"
QUIET = 3 * 86400.0  # seconds: a sync or an alarm that looks twice a minute would make a quiet month long
RESTART_SEC = 10.0  # after which the service manager starts a bot again that ended by itself
# What the bot logs when something went wrong that nobody has planned.
UNEXPECTED = frozenset({"tick.fault", "inbox.fault", "send.not_ready"})


_COMPILED: dict[Any, Any] = {}


@cache
def furnished(config: str) -> tuple[Settings, Path]:
    """The settings of a config, and a folder with its empty database: made once for each process."""
    folder = Path(tempfile.mkdtemp(prefix="simulation-"))
    (folder / "master.key").write_text("6b" * 32)
    (folder / "master.key").chmod(0o600)
    (folder / "password").write_text(PASSWORD)
    (folder / "password").chmod(0o600)
    path = folder / "hotspot.toml"
    path.write_text(config, encoding="utf-8")
    migrations.migrate(f"sqlite:///{folder / 'empty.db'}")
    return load(path), folder


class Desk(ThreadPoolExecutor):
    """The database's worker as a queue on the loop: one job after another, each a step, its result another."""

    def __init__(self, process: Process, **_: Any) -> None:
        super().__init__(max_workers=1)  # starts no thread before it is asked to
        self.loop = process.loop
        self.random = process.random
        self.opening = True  # the schema is looked at with the loop standing still
        self.closed = False
        self._free_at = 0.0

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        """Queue a job; it begins when the ones before it have ended."""
        if self.closed:
            raise DatabaseClosed("the process is gone")
        future: Future[Any] = Future()
        if self.opening:
            self._work(future, partial(fn, *args, **kwargs))
            return future
        self._free_at = max(self._free_at, self.loop.time()) + self.random.uniform(0.0005, 0.02)
        self.loop.call_at(self._free_at, self._work, future, partial(fn, *args, **kwargs))
        return future

    def _work(self, future: Future[Any], job: Callable[[], Any]) -> None:
        if self.closed or not future.set_running_or_notify_cancel():
            return
        try:
            result = job()
        except BaseException as fault:
            future.set_exception(fault)
        else:
            future.set_result(result)


class VirtualDatabase(Database):
    """The real database with its real file, its worker thread a `Desk`."""

    def __init__(self, process: Process, url: str, vault: Vault | None, **options: Any) -> None:
        super().__init__(url, vault, **options)
        self.process = process
        process.databases.append(self)

    def open(self, **options: bool) -> None:
        """Connect; what only a power cut could lose is not waited for."""
        super().open(**options)
        assert isinstance(self._worker, Desk)
        assert self._engine is not None
        self._worker.opening = False
        # A process compiles its statements once; here it would be once for every restart.
        self._engine.dialect = _COMPILED.setdefault("dialect", self._engine.dialect)
        self._engine = self._engine.execution_options(compiled_cache=_COMPILED)
        connection = self._engine.raw_connection()
        connection.driver_connection.execute("PRAGMA synchronous=OFF")  # type: ignore[union-attr]
        connection.close()

    def unplug(self) -> None:
        """What a killed process leaves: its connection is gone, its lock is free, its jobs are not done."""
        if isinstance(self._worker, Desk):
            self._worker.closed = True
        self.close()


class VirtualTimer:
    """What the alarm uses of apscheduler: one job, set for an instant, replaced by the next."""

    def __init__(self, process: Process, **_: Any) -> None:
        self.loop = process.loop
        self.running = False
        process.timers.append(self)
        self._job: asyncio.TimerHandle | None = None

    def start(self) -> None:
        """Ring from now on."""
        self.running = True

    def shutdown(self, **_: Any) -> None:
        """Ring no more."""
        self.running = False
        if self._job is not None:
            self._job.cancel()

    def add_job(self, ring: Callable[[], Any], trigger: DateTrigger, **_: Any) -> None:
        """Set the alarm."""
        if self._job is not None:
            self._job.cancel()
        wait = (trigger.run_date - now(self.loop)).total_seconds()
        self._job = self.loop.call_later(wait, self._ring, ring)

    def _ring(self, ring: Callable[[], Any]) -> None:
        if self.running:
            self.loop.create_task(ring())


class Process:
    """The bot's processes on one folder, one after another. `deaths`: how each one ended that was not asked to."""

    def __init__(
        self, loop: VirtualLoop, rng: random.Random, world: World, wire: Wire, config: str, folder: Path
    ) -> None:
        self.loop = loop
        self.random = rng
        self.world = world
        self.wire = wire
        self.settings = _at(config, folder)
        self.databases: list[VirtualDatabase] = []
        self.timers: list[VirtualTimer] = []
        self.deaths: list[BaseException] = []
        self.logged: list[dict[str, Any]] = []
        self.killed = 0  # the number of the last task that died with a process
        self._running: asyncio.Task[None] | None = None

    @property
    def up(self) -> bool:
        """Whether a process is running."""
        return self._running is not None

    def start(self) -> None:
        """`hotspotbot run`."""
        if self._running is None:
            self._running = self.loop.create_task(bot.app.App(self.settings).run())
            self._running.add_done_callback(self._ended)

    def stop(self) -> None:
        """SIGTERM."""
        if self._running is not None:
            self.loop.signal(signal.SIGTERM)

    def crash(self) -> None:
        """SIGKILL, between two steps: nothing of the process touches the database or the wire any more."""
        self._running = None
        for database in self.databases:
            database.unplug()
        for timer in self.timers:
            timer.shutdown()
        self.databases.clear()
        self.timers.clear()
        # Nobody else has tasks on this loop. They are ended so that Python does not complain of their loss.
        newest = self.loop.create_task(asyncio.sleep(0))
        self.killed = number(newest)
        for task in sorted(asyncio.all_tasks(self.loop), key=number):
            task.cancel()

    def _ended(self, task: asyncio.Task[None]) -> None:
        if task is not self._running:
            return
        self._running = None
        self.databases.clear()
        if not task.cancelled() and (fault := task.exception()) is not None:
            self.deaths.append(fault)
            self.loop.call_later(RESTART_SEC, self.start)


def now(loop: VirtualLoop) -> datetime:
    """The virtual wall clock."""
    return START + timedelta(seconds=loop.time())


@contextmanager
def virtual(loop: VirtualLoop, seed: int, process: Process) -> Iterator[None]:
    """While this lasts, `bot` lives on the loop."""
    ids = random.Random(f"ids {seed}")
    picture = Picture(png=b"", alt="", width=1, height=1)
    before = structlog.get_config()
    with ExitStack() as stack:
        for where, name, instead in (
            (bot.clock, "_real_now", lambda: now(loop)),
            (bot.clock.Clock, "since_boot", staticmethod(loop.time)),
            (bot.app, "Alarm", partial(bot.schedule.Alarm, watch=QUIET)),
            (bot.app, "Homeserver", lambda *_, **__: ModelHomeserver(process.world, process.wire)),
            (bot.app, "Database", partial(VirtualDatabase, process)),
            (bot.schedule, "AsyncIOScheduler", partial(VirtualTimer, process)),
            (bot.storage.database, "ThreadPoolExecutor", partial(Desk, process)),
            (bot.schedule, "LONGEST", QUIET),
            (bot.matrix.link, "WAIT", QUIET),
            (bot.matrix.crypto.keeper, "LOOK", QUIET),
            (bot.attached, "chart", lambda *_: picture),
        ):
            stack.enter_context(patch.object(where, name, instead))
        stack.enter_context(patch("os.fsync", lambda _: None))
        stack.enter_context(patch("secrets.token_hex", lambda n=32: ids.randbytes(n).hex()))
        stack.enter_context(patch("secrets.token_bytes", lambda n=32: ids.randbytes(n)))
        structlog.configure(processors=[partial(_keep, process, loop)], cache_logger_on_first_use=False)
        try:
            yield
        finally:
            structlog.configure(**before)


def _keep(process: Process, loop: VirtualLoop, _: Any, method: str, line: dict[str, Any]) -> Any:
    """Keep a log line for whoever asks why a seed failed."""
    process.logged.append({"at": f"{now(loop):%d %H:%M:%S.%f}"[:-3], "level": method, **line})
    raise structlog.DropEvent


def _at(config: str, folder: Path) -> Settings:
    """The settings for a folder, with its own copy of the empty database."""
    settings, template = furnished(config)
    shutil.copy(template / "empty.db", folder / "bot.db")
    (folder / "bot.db").chmod(0o600)
    for name in ("master.key", "password"):
        shutil.copy(template / name, folder / name)
    return settings.model_copy(
        update={
            "database": settings.database.model_copy(update={"url": f"sqlite:///{folder / 'bot.db'}"}),
            "keys": settings.keys.model_copy(
                update={"keyring_file": folder / "keyring.json", "recovery_file": folder / "recovery.txt"}
            ),
        }
    )
