"""How long a person waits for the answer to `!action`, against a bare nio echo bot on the same Synapse.

In open rooms, in encrypted ones against a bare encrypted nio echo bot, and there the first answer in a large room, for
which every device has to be given the key.

Both bots are processes of their own, in rooms alike, asked in turn (A B A B) by the same person; the clock runs
from that person's PUT to the answer in their own /sync. The memory of both processes is read in the same run.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks.results import Result, result
from bot.demo.account import Event
from bot.demo.device import Device
from bot.demo.homeserver import PASSWORD, Synapse
from bot.demo.participant import Participant
from bot.demo.process import BotProcess, Child
from bot.demo.stage import PersonSpec, Programme, RoomSpec, Stage, set_up

PROGRAMME = Programme(
    people=(
        PersonSpec("signe", "Signe Bak", "SOF", roles=("coordinator",)),
        PersonSpec("lene", "Lene Holm", "BUF"),
        PersonSpec("ali", "Ali Demir", "SOF"),
    ),
    rooms=(
        RoomSpec(
            "fremdrift",
            "fremdriftsgruppe",
            people=("signe", "lene", "ali"),
            more={"digest": "mon 08:30", "meeting": "FREQ=WEEKLY;BYDAY=TU;BYHOUR=10;BYMINUTE=0"},
        ),
        RoomSpec("ekko", "byudvikling", people=("signe", "lene", "ali"), configured=False, invite_bot=False),
    ),
    agencies={"BUF": {"name": "Børne- og Ungdomsforvaltningen"}, "SOF": {"name": "Socialforvaltningen"}},
)
SAID = "!action @lene søge friplads i klubben inden fredag"
WARM_UP = 10
PAUSE = (0.1, 0.2)  # seconds between two questions: both bots are back in their long poll


@dataclass
class Measured:
    """Seconds from question to answer and memory in MiB: first, last."""

    bot: list[float] = field(default_factory=list)
    echo: list[float] = field(default_factory=list)
    bot_memory: tuple[float, float] = (0.0, 0.0)
    echo_memory: tuple[float, float] = (0.0, 0.0)


async def measure(
    folder: Path, times: int, *, warm_up: int = WARM_UP, encrypted: bool = False
) -> list[Result]:
    """Ask each bot `times` times. Returns answer time and memory, each against the echo bot's."""
    seen = await _measure(folder, times, warm_up, encrypted=encrypted)
    bot, echo = ([seconds * 1000 for seconds in of] for of in (seen.bot, seen.echo))
    grown = seen.bot_memory[1] - seen.bot_memory[0]
    how = "encrypted: " if encrypted else ""
    return [
        result(f"{how}answer of a bare nio echo bot", echo, "ms"),
        result(f"{how}answer to !action", bot, "ms", against=("echo bot", echo), ratio_at_most=1.15),
        result(f"{how}memory of the echo bot", [seen.echo_memory[1]], "MiB"),
        result(
            f"{how}memory of the bot",
            [seen.bot_memory[1]],
            "MiB",
            against=("echo bot", [seen.echo_memory[1]]),
        ),
        result(f"{how}memory the bot gained over {times} actions", [grown], "MiB"),
    ]


async def measure_large_room(folder: Path, members: int, rooms: int) -> list[Result]:
    """The first answer in rooms of so many members with two devices each, the asker's own keys given before."""
    programme = Programme(
        people=(PersonSpec("signe", "Signe Bak", "BUF", roles=("coordinator",)),),
        rooms=tuple(
            # A forum without personal data, where everybody is given keys, whether the config knows them or not.
            RoomSpec(
                f"{key}{number}", "byudvikling", people=("signe",), configured=not echo, invite_bot=not echo
            )
            for number in range(rooms)
            for key, echo in (("fremdrift", False), ("ekko", True))
        ),
        agencies={"BUF": {"name": "Børne- og Ungdomsforvaltningen"}},
        encrypted=True,
    )
    first: dict[str, list[float]] = {"fremdrift": [], "ekko": []}
    async with Synapse(folder / "large") as synapse:
        stage = await set_up(synapse, programme, folder / "large-programme")
        asker = stage.people["signe"]
        for number in range(1, members):
            await _join_on_two_devices(stage, f"medlem{number}")
        echo_rooms = [f"ekko{number}" for number in range(rooms)]
        async with stage, _bot(stage) as bot, _echo_bot(stage, folder, echo_rooms, encrypted=True):
            for number in range(rooms):
                for key, answerer in (("fremdrift", stage.bot), ("ekko", synapse.mxid("ekko"))):
                    room = stage.rooms[f"{key}{number}"]
                    await asker.say(room, "goddag")  # so that everybody has the asker's key
                    await asyncio.sleep(1)
                    first[key].append(await _ask(asker, room, answerer, "!aftaler"))
            assert not bot.errors(), bot.errors()
    bot_took, echo_took = ([seconds * 1000 for seconds in first[key]] for key in ("fremdrift", "ekko"))
    what = f"first answer among {members} members, 2 devices each"
    return [
        result(f"{what}: a bare encrypted nio echo bot", echo_took, "ms"),
        result(f"{what}: the bot", bot_took, "ms", against=("echo bot", echo_took)),
    ]


async def _join_on_two_devices(stage: Stage, name: str) -> None:
    """Somebody joins every room and has keys on two devices that are their own."""
    registered = await stage.synapse.register(name, PASSWORD)
    await registered.close()
    person = Device(stage.synapse.url, registered.user_id, name, PASSWORD)
    await person.login()
    await person.sign_device()
    await (await person.another_device()).close()
    for room in stage.rooms.values():
        await stage.people["signe"].invite(room, person)
        await person.join(room)
    await person.close()


async def _measure(folder: Path, times: int, warm_up: int, *, encrypted: bool) -> Measured:
    measured = Measured()
    async with Synapse(folder / "synapse") as synapse:
        stage = await set_up(synapse, replace(PROGRAMME, encrypted=encrypted), folder / "programme")
        async with stage, _bot(stage) as bot, _echo_bot(stage, folder, ["ekko"], encrypted=encrypted) as echo:
            asker = stage.people["signe"]
            for other in ("lene", "ali"):
                await stage.people[other].stop_listening()  # this process only measures
            rooms = stage.rooms

            async def ask_bot() -> float:
                return await _ask(asker, rooms["fremdrift"], stage.bot)

            async def ask_echo() -> float:
                return await _ask(asker, rooms["ekko"], synapse.mxid("ekko"))

            for _ in range(warm_up):
                await ask_bot()
                await ask_echo()
            before = memory(bot.pid), memory(echo.pid)
            for _ in range(times):
                for ask, into in ((ask_bot, measured.bot), (ask_echo, measured.echo)):
                    await asyncio.sleep(random.uniform(*PAUSE))
                    into.append(await ask())
            measured.bot_memory = before[0], memory(bot.pid)
            measured.echo_memory = before[1], memory(echo.pid)
            assert not bot.errors(), bot.errors()
    return measured


async def _ask(asker: Participant, room: str, answerer: str, words: str = SAID) -> float:
    """Say it and hear the answer. Returns the seconds between."""
    came = asyncio.Event()
    at = 0.0

    def hear(where: str, event: Event) -> None:
        nonlocal at
        if where == room and event["sender"] == answerer and event["type"] == "m.room.message":
            at = time.perf_counter()
            came.set()

    asker.watchers.append(hear)
    try:
        begun = time.perf_counter()
        await asker.say(room, words)
        async with asyncio.timeout(30):
            await came.wait()
    finally:
        asker.watchers.remove(hear)
    return at - begun


@asynccontextmanager
async def _bot(stage: Stage) -> AsyncIterator[BotProcess]:
    bot = BotProcess(stage.config, stage.directory / "bot.log")
    await bot.begin()
    try:
        await stage.bot_joined()
        yield bot
    finally:
        await bot.stop()


@asynccontextmanager
async def _echo_bot(
    stage: Stage, folder: Path, rooms: Sequence[str], *, encrypted: bool
) -> AsyncIterator[Child]:
    account = await stage.synapse.register("ekko", PASSWORD)
    asker = stage.people["signe"]
    for room in rooms:
        await asker.invite(stage.rooms[room], account)
    await account.close()
    log = folder / "echo.log"
    arguments = [stage.synapse.url, account.user_id, account.device_id]
    command = [sys.executable, "-m", "benchmarks.echo", *arguments]
    if encrypted:
        (folder / "echo").mkdir()
        command = [sys.executable, "-m", "benchmarks.echo_encrypted", *arguments, str(folder / "echo")]
    echo = Child("the echo bot", command, log, {"ECHO_TOKEN": account.access_token})
    echo.start()
    try:
        for room in rooms:
            await asker.wait_for(_joins(account.user_id), stage.rooms[room], timeout=60)
        async with asyncio.timeout(30):
            while "ready" not in log.read_text():  # noqa: ASYNC110 - a process's log has no event
                await asyncio.sleep(0.05)
        yield echo
    finally:
        await echo.stop()


def _joins(user_id: str) -> Callable[[Event], bool]:
    def joins(event: Event) -> bool:
        is_theirs = event["type"] == "m.room.member" and event.get("state_key") == user_id
        return is_theirs and event["content"].get("membership") == "join"

    return joins


def memory(pid: int) -> float:
    """The resident memory of a process in MiB (Linux, proc(5))."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"process {pid} tells nothing of its memory")


def processor_seconds(pid: int) -> float:
    """What a process has used of the processors so far, in seconds (Linux, proc(5))."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
