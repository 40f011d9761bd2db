"""A homeserver that tells the bot garbage, a hundred thousand times: it stays up, answers, and keeps none of it.

In the clear, and a hundred thousand times, in `make long`.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from bot.demo.homeserver import Synapse
from bot.demo.process import RunBot
from bot.demo.stage import SetUp, Stage
from tests.faults.hostile import AT_ONCE, SECRET, Garbage, HostileProxy
from tests.faults.judge import answers
from tests.faults.programmes import NOON, behind
from tests.faults.test_at_rest import forms_of

SEED = int(os.environ.get("HOTSPOTBOT_FUZZ_SEED", "7"))


@pytest.fixture
async def proxy(synapse: Synapse) -> AsyncIterator[HostileProxy]:
    """The homeserver as somebody has it who has taken it over."""
    async with HostileProxy(synapse) as between:
        yield between


async def _fuzz(programme: SetUp, run_bot: RunBot, proxy: HostileProxy, events: int, encrypted: bool) -> None:
    """So many hostile events, a good command by somebody else after every tenth of them, and a look at what is left.

    In the clear they reach the commands; in encrypted rooms they reach the keys.
    """
    plan = behind(proxy, rooms={"offer": ("lene",), "fremdrift": ("mads",)})
    if not encrypted:
        plan = replace(plan, encrypted=False)
    stage = await programme(plan)
    bot = await run_bot(stage.config, rehearse=NOON)
    await stage.bot_joined()
    garbage = Garbage(SEED, stage.rooms["offer"], stage.bot, stage.user_id("lene"), encrypts=encrypted)
    proxy.garbage = garbage
    pid = bot.pid
    for tenth in range(10):
        proxy.left = events // 10
        while proxy.left > 0:
            assert bot.running, bot.tail()
            await asyncio.sleep(0.05)
        await _answered(stage, f"ringe til skole nr. {tenth}")
    assert garbage.made >= events * (AT_ONCE - 12) // AT_ONCE
    assert proxy.spoilt > 0 or events < 20_000, "other answers than syncs were spoilt as well"
    assert bot.pid == pid
    await _answered(stage, "ringe til klubben")
    assert await bot.stop() == 0
    faults = [line for line in bot.json_lines() if line.get("event") in ("tick.fault", "send.not_ready")]
    assert not faults, faults[:3]
    _nothing_of_it_is_left(stage.directory)


async def _answered(stage: Stage, words: str) -> None:
    mads, room = stage.people["mads"], stage.rooms["fremdrift"]
    said = await mads.say(room, f"!aftale mig {words} inden fredag")
    answer = await mads.wait_for(lambda event: answers(event) == said, room, timeout=180)
    assert words in answer["content"]["body"]


def _nothing_of_it_is_left(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            for form in forms_of(SECRET):
                assert form not in data, f"{path.name} holds {form!r}"


@pytest.mark.parametrize(
    "encrypted", [pytest.param(False, marks=pytest.mark.long), True], ids=["clear", "encrypted"]
)
async def test_garbage_from_the_homeserver_neither_stops_the_bot_nor_is_it_kept(
    programme: SetUp, run_bot: RunBot, proxy: HostileProxy, encrypted: bool
) -> None:
    await _fuzz(programme, run_bot, proxy, int(os.environ.get("HOTSPOTBOT_FUZZ", "2500")), encrypted)


@pytest.mark.long
@pytest.mark.parametrize("encrypted", [False, True], ids=["clear", "encrypted"])
async def test_a_hundred_thousand_times(
    programme: SetUp, run_bot: RunBot, proxy: HostileProxy, encrypted: bool
) -> None:
    await _fuzz(programme, run_bot, proxy, 100_000, encrypted)
