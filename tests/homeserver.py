"""The fixtures of every test on a real homeserver: Synapse, a programme on it, and the bot as a real process.

A folder's conftest imports them all, and calls `mark` from its own `pytest_collection_modifyitems`.
"""

import asyncio
import itertools
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterable, Iterator, Mapping
from pathlib import Path

import pytest

from bot.demo.homeserver import Synapse
from bot.demo.process import BotProcess, RunBot
from bot.demo.stage import Programme, SetUp, Stage, set_up
from tests.engines import migrated
from tests.warm import WarmBot

_bots = pytest.StashKey[list[BotProcess]]()
_server = pytest.StashKey[Synapse]()
_numbers = itertools.count(1)


def mark(items: Iterable[pytest.Item], folder: Path, *marks: pytest.MarkDecorator) -> None:
    """Mark everything below the folder as needing the homeserver, and with `marks`."""
    for item in items:
        if folder in item.path.parents:
            for one in (pytest.mark.e2e, *marks):
                item.add_marker(one)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed test shows what its bots had to say."""
    report = yield
    if report.failed:
        for bot in item.stash.get(_bots, []):
            report.sections.append((f"the bot's log ({bot.log.name})", bot.tail(60)))
    return report


@pytest.fixture(scope="session")
def synapse(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Synapse]:
    """One homeserver for all tests of this worker; they keep apart by the names of people and rooms.

    pytest counts the fixture once for each conftest that has it; the first one's server is everybody's.
    """
    stash = request.config.stash
    if (running := stash.get(_server, None)) is not None:
        yield running
        return
    server = Synapse(tmp_path_factory.mktemp("synapse"))
    _alone(server.start)
    stash[_server] = server
    yield server
    del stash[_server]
    _alone(server.stop)


@pytest.fixture
def suffix() -> str:
    """What makes this test's people and rooms different from those of the others on the same homeserver."""
    return f".{next(_numbers)}"


@pytest.fixture
async def programme(synapse: Synapse, suffix: str, tmp_path: Path) -> AsyncIterator[SetUp]:
    """Await `programme(Programme(...))`: people, rooms and the bot's config, ready for `run_bot`."""
    stages: list[Stage] = []

    async def make(wanted: Programme) -> Stage:
        number = f"{suffix}-{len(stages)}" if stages else suffix
        stage = await set_up(synapse, wanted, tmp_path / f"programme{number}", suffix=number)
        stages.append(stage)
        return stage

    yield make
    for stage in stages:
        await stage.close()


@pytest.fixture
async def run_bot(request: pytest.FixtureRequest) -> AsyncIterator[RunBot]:
    """Await `run_bot(stage.config)`: the real `hotspotbot run`, ready; `.stop()`, `.kill()`, `.restart()`.

    Afterwards each bot must have stopped at SIGTERM, and its log must hold no error that the test did not
    announce in `bot.expected_errors` (part of the log line).
    """
    bots = request.node.stash.setdefault(_bots, [])

    async def run(
        config: Path, rehearse: str | None = None, env: Mapping[str, str] | None = None
    ) -> BotProcess:
        _migrate(config)
        bot = WarmBot(config, config.with_name(f"bot-{len(bots)}.log"), rehearse=rehearse, env=env)
        bots.append(bot)
        await bot.begin()
        return bot

    yield run
    for bot in bots:
        was_running = bot.running
        if was_running:
            assert await bot.stop(5.0) == 0, f"no clean stop within 5 s:\n{bot.tail()}"
    for bot in bots:
        assert not (wrong := bot.errors()), "unexpected in the bot's log:\n" + "\n".join(wrong)


def _migrate(config: Path) -> None:
    """Give a new bot an empty database, as one that was stopped after its first migration has: half of its start.

    Nothing that was there is touched, and no bot that has lost its database is given another.
    """
    file = config.with_name("hotspotbot.db")
    if f'"sqlite:///{file.name}"' in config.read_text("utf-8") and not [
        *file.parent.glob(f"{file.name}*"),
        *file.parent.glob("keyring*"),
    ]:
        shutil.copy(migrated(), file)
        file.chmod(0o600)


def _alone(work: Callable[[], Awaitable[None]]) -> None:
    """Run to the end in a loop of its own, in this very thread (which the homeserver's life hangs on)."""

    async def run() -> None:
        await work()

    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(run())
    finally:
        loop.close()
