"""Two bots on one PostgreSQL and one account: one talks, the other waits, and nothing is lost or said twice between."""

from __future__ import annotations

import asyncio
import dataclasses
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from bot.demo.homeserver import Synapse
from bot.demo.participant import Participant
from bot.demo.process import BotProcess, RunBot
from bot.demo.stage import Programme, RoomSpec, SetUp, Stage
from tests.conftest import PostgreSQL
from tests.e2e.programmes import AGENCIES, PEOPLE
from tests.faults.judge import answered, exported
from tests.faults.proxy import Proxy

NOON = "2026-11-24T10:00@1"
SHORT = {"HOTSPOTBOT_LEASE": "0.4"}  # so that a test waits for three seconds of silence and not for eight
TAKEN_OVER = 15.0  # seconds that a takeover may take
ROOMS = ("nord", "syd")
TWO_ROOMS = Programme(
    people=PEOPLE,
    rooms=[RoomSpec(key, "byudvikling", people=("karla", "lene"), name=key) for key in ROOMS],
    agencies=AGENCIES,
)
Second = Callable[..., Awaitable[BotProcess]]


def on(url: str, keyring: str | None = None) -> Programme:
    """The programme of these tests, on a database, with its keyring in a file or in another database."""
    keys = {} if keyring is None else {"keyring_url": keyring}
    return dataclasses.replace(TWO_ROOMS, settings={"database": {"url": url}, "keys": keys})


def another_machine(stage: Stage) -> Path:
    """A folder with what an operator puts on the second machine; returns the config in it."""
    folder = stage.directory / "another-machine"
    folder.mkdir()
    for name in ("master.key", "password", stage.config.name):
        shutil.copy(stage.directory / name, folder / name)
    return folder / stage.config.name


def check(stage: Stage) -> str:
    """What `hotspotbot check` prints."""
    command = [str(Path(sys.executable).with_name("hotspotbot")), "check", "--config", str(stage.config)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)  # noqa: S603
    return done.stdout


@pytest.fixture
async def stand_by() -> AsyncIterator[Second]:
    """Await `stand_by(config)`: a second bot, waiting for its turn; stopped when the test ends."""
    bots: list[BotProcess] = []

    async def start(
        config: Path, rehearse: str | None = None, env: Mapping[str, str] | None = None
    ) -> BotProcess:
        bot = BotProcess(config, config.with_name(f"standby-{len(bots)}.log"), rehearse=rehearse, env=env)
        bots.append(bot)
        bot.start()
        await logged(bot, "standby")
        return bot

    yield start
    for bot in bots:
        if bot.running:
            assert await bot.stop(5.0) == 0, f"no clean stop within 5 s:\n{bot.tail()}"
        assert not (wrong := bot.errors()), "unexpected in the second bot's log:\n" + "\n".join(wrong)


async def until(true: Callable[[], bool], *, timeout: float = 30.0) -> None:
    """Wait until something is true; TimeoutError after so many seconds."""
    async with asyncio.timeout(timeout):
        while not true():  # noqa: ASYNC110 - other processes' doings
            await asyncio.sleep(0.05)


def stands_still(bot: BotProcess) -> bool:
    """Whether the process is stopped, as the kernel sees it."""
    return Path("/proc", str(bot.pid), "stat").read_text().rpartition(")")[2].split()[0] == "T"


async def logged(bot: BotProcess, event: str, *, timeout: float = 30.0, times: int = 1) -> dict[str, Any]:
    """Wait for the line of that event in a bot's log, `times` of them; returns the last."""
    async with asyncio.timeout(timeout):
        while True:
            found = [line for line in bot.json_lines() if line.get("event") == event]
            if len(found) >= times:
                return found[-1]
            assert bot.running, bot.tail()
            await asyncio.sleep(0.05)


@asynccontextmanager
async def traffic(stage: Stage) -> AsyncIterator[dict[str, list[str]]]:
    """Karla agrees something in each room, all the time: her messages' ids by room. Stops, then all are answered."""
    karla, said = stage.people["karla"], {key: list[str]() for key in ROOMS}
    enough = asyncio.Event()

    async def talk(key: str) -> None:
        while not enough.is_set():
            text = f"!aftale Lene ringe til skolen for {len(said[key])}. gang inden fredag"
            said[key].append(await karla.say(stage.rooms[key], text))
            await asyncio.sleep(0.5)

    async with asyncio.TaskGroup() as talking:
        for key in ROOMS:
            talking.create_task(talk(key))
        try:
            yield said
        finally:
            enough.set()
    for key in ROOMS:
        await answered(stage, "karla", stage.rooms[key], said[key], timeout=60)
    recorded = sorted(action["source_event"] for action in exported(stage))
    assert recorded == sorted(event for events in said.values() for event in events)


async def answers_come(stage: Stage, count: int = 3) -> None:
    """Wait for so many more answers of the bot in each room."""
    karla = stage.people["karla"]
    for key in ROOMS:
        room = stage.rooms[key]
        wanted = len(karla.bot_messages(room, "action.recorded")) + count
        await until(partial(answered_so_often, karla, room, wanted))


def answered_so_often(person: Participant, room: str, count: int) -> bool:
    """Whether the bot has recorded so many actions in the room."""
    return len(person.bot_messages(room, "action.recorded")) >= count


async def test_killed_under_traffic_the_other_goes_on(
    programme: SetUp, run_bot: RunBot, stand_by: Second, postgresql_url: str, keyring_url: str
) -> None:
    stage = await programme(on(postgresql_url, keyring_url))
    first = await run_bot(stage.config)
    await stage.bot_joined()
    second = await stand_by(another_machine(stage))
    seen = await asyncio.to_thread(check, stage)
    assert f"Botten kører på databasen nu (hotspotbot process {first.pid} on" in seen
    assert f"(hotspotbot standby process {second.pid} on" in seen
    assert not (stage.directory / "keyring.json").exists(), "the keys are in their database"
    async with traffic(stage):
        await answers_come(stage)
        await first.kill()
        await logged(second, "ready", timeout=TAKEN_OVER)
        await answers_come(stage)
    first.start()
    await logged(first, "standby")
    assert await first.stop(5.0) == 0, "one that waits ends when it is told to"


@pytest.mark.long
async def test_frozen_before_it_sends_it_notices_and_sends_nothing(
    programme: SetUp, run_bot: RunBot, stand_by: Second, synapse: Synapse, postgresql_url: str
) -> None:
    """The power cut as the database sees it, too: a connection that stands and a holder that says nothing."""
    async with Proxy(synapse) as proxy:
        stage = await programme(on(postgresql_url))
        behind = stage.config.with_name("first.toml")
        behind.write_text(stage.config.read_text("utf-8").replace(synapse.url, proxy.url), "utf-8")
        first = await run_bot(
            behind, rehearse=NOON, env={**SHORT, "HOTSPOTBOT_KILL": "outbox.before-send:9:stop"}
        )
        await stage.bot_joined()
        second = await stand_by(stage.config, rehearse=NOON, env=SHORT)
        async with traffic(stage):
            await until(lambda: stands_still(first))
            await logged(second, "lease.ended", timeout=TAKEN_OVER)
            await logged(second, "ready", timeout=TAKEN_OVER)
            await answers_come(stage)
            heard = proxy.passed["send"]
            os.kill(first.pid, signal.SIGCONT)
            assert await first.wait(15.0) == 1, "systemd starts it again, as the one that waits"
            assert "another bot has taken over" in first.tail(3)
            assert proxy.passed["send"] == heard, "it asked before it sent"
            await answers_come(stage)


@pytest.mark.long
async def test_postgresql_restarted_under_traffic(
    programme: SetUp, run_bot: RunBot, stand_by: Second, postgresql: PostgreSQL, postgresql_url: str
) -> None:
    stage = await programme(on(postgresql_url))
    bots = [await run_bot(stage.config)]
    await stage.bot_joined()
    bots.append(await stand_by(stage.config))
    async with traffic(stage):
        await answers_come(stage)
        await asyncio.to_thread(postgresql.restart)
        await answers_come(stage)
    # Whoever got the lock first goes on; if that was not the first, the first has ended and would wait again.
    running = [bot for bot in bots if bot.running]
    assert running
    for bot in bots:
        if bot not in running:
            assert bot.returncode == 1
