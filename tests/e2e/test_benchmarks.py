"""The benchmarks that need a homeserver run, and tell what they saw.

But for one they are of `make long`.
"""

from pathlib import Path

import pytest

from benchmarks import answer, contestants, peers
from benchmarks.contestants import FILLING, LISTENER, OURS, SENDERS
from bot.demo.homeserver import Synapse
from bot.demo.stage import set_up


async def test_both_bots_are_asked_in_turn_and_measured(tmp_path: Path) -> None:
    found = {one.what: one for one in await answer.measure(tmp_path, 2, warm_up=1)}
    ours, theirs = found["answer to !action"], found["answer of a bare nio echo bot"]
    assert ours.times == theirs.times == 2
    assert ours.ratio is not None
    assert 0 < theirs.median < 10_000
    assert found["memory of the bot"].median > 10


@pytest.mark.long
async def test_bots_are_compared_and_ours_and_the_careful_baseline_lose_nothing(tmp_path: Path) -> None:
    sizes = peers.Sizes(
        at_once=30, rounds=1, down=30, kills=2, times=1, backlog=60, starts=1, limited=10, patience=15
    )
    found = await peers.measure(tmp_path, sizes, (OURS, FILLING))
    seen = {(one.of, one.what): one.median for one in found if one.of}
    for bot in (OURS, FILLING):
        assert seen[bot, "of 30 at once"] == 30
        assert seen[bot, "of 30 while down"] == 30
        assert (seen[bot, "kills"], seen[bot, "lost"]) == (2, 0)
        assert seen[bot, "said meanwhile"] > 0
        assert seen[bot, "memory"] > 10
    assert seen[OURS, "doubled"] == 0
    aims = {one.what: one for one in found if one.aim}
    for what, one in aims.items():
        if "ratio" not in one.aim:  # how fast it was, no test asserts
            assert one.verdict == "met", (what, one.median)
    assert aims["60 events of backlog read"].ratio is not None
    assert aims["rate of clearing the burst"].ratio is not None
    assert aims["default rc_*: answers to 10 at once"].median == 10


@pytest.mark.long
async def test_the_baseline_fills_its_gaps(tmp_path: Path) -> None:
    async with Synapse(tmp_path / "synapse") as synapse:
        stage = await set_up(synapse, contestants.programme([OURS, FILLING]), tmp_path / "programme")
        async with stage:
            sender, listener = stage.people[SENDERS[0]], stage.people[LISTENER]
            bot = await contestants.echo(stage, tmp_path, FILLING)
            listener.watchers.append(bot.hear)
            await bot.start()
            assert await bot.settle([await bot.ask(listener, bot.rooms[0])], patience=30) == 1
            await bot.child.stop()
            bot.rooms = bot.rooms[:1]
            missed = await bot.ask_all([sender], 130)  # a sync brings a hundred
            await bot.start()
            try:
                assert await bot.settle(missed, patience=30) == 130
                await listener.caught_up(bot.rooms[0])
                assert bot.surplus() == 0
            finally:
                await bot.child.stop()
