"""The whole bot except nio against a model of a homeserver, from seeds: nothing lost, nothing twice.

A seed that fails is printed with the way to play it again: `HOTSPOTBOT_SEED=1234 pytest tests/simulation`.
`python -m tests.simulation.soak --minutes 60` plays as many as the time allows.
"""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections import Counter

import pytest

from tests.simulation.loop import Standstill, VirtualLoop
from tests.simulation.run import simulate

FIRST = range(15)  # played at each run, the others in `make long`
OTHERS = (range(15, 50), range(50, 85), range(85, 120))
ACTS = (3, 4, 5, 6, 12)  # how much happens in a seed: mostly little, for a short story is soon read

_asked_for = os.environ.get("HOTSPOTBOT_SEED")


def _play(seeds: range | list[int]) -> Counter[str]:
    tally: Counter[str] = Counter()
    for seed in seeds:
        outcome = simulate(seed, acts=acts_of(seed))
        if outcome.broken:
            pytest.fail(outcome.report(), pytrace=False)
        tally += outcome.tally
    return tally


def acts_of(seed: int) -> int:
    """How much happens in a seed: part of the seed, so that its number alone is enough to play it again."""
    return ACTS[seed % len(ACTS)] if seed < 1_000_000 else 24


@pytest.mark.skipif(_asked_for is not None, reason="one seed was asked for")
@pytest.mark.parametrize(
    "seeds", [FIRST, *(pytest.param(seeds, marks=pytest.mark.long) for seeds in OTHERS)], ids=repr
)
def test_each_command_once_and_each_debt_once(seeds: range) -> None:
    """People, faults, crashes and months: every promise answered once, every message once, in order, in its place."""
    tally = _play(seeds)
    # A simulation in which nothing happens would hold as well.
    for what in (
        "commands",
        "messages",
        "killed",
        "outage",
        "lost_there",
        "lost_back",
        "throttled",
        "repeated",
        "said meeting.agenda",
        "said meeting.ended",
        "said decision.recorded",
        "said minutes",
        "said noted",
    ):
        assert tally[what] > 0, f"no {what} in {seeds}: {tally}"


@pytest.mark.skipif(_asked_for is None, reason="HOTSPOTBOT_SEED=1234 plays one seed again")
def test_the_seed_that_was_asked_for() -> None:
    """One seed, as it failed."""
    assert _asked_for is not None
    _play([int(_asked_for)])


def test_a_seed_is_the_same_history_in_every_process() -> None:
    """The same events, words, ids and log lines, whatever the process's own hashing and addresses are."""
    code = (
        "from tests.simulation.run import simulate\nfor seed in (3, 14): print(simulate(seed, acts=3).digest)"
    )
    environment = os.environ | {"PYTHONHASHSEED": "1" if os.environ.get("PYTHONHASHSEED") != "1" else "2"}
    run = subprocess.run(  # noqa: S603
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    there, here = run.stdout.split(), [simulate(seed, acts=3).digest for seed in (3, 14)]
    assert there == here
    assert len(set(here)) == 2


def test_nothing_waits_on_a_virtual_loop() -> None:
    """A year passes between two steps, timers ring in order, and threads are steps of the loop."""
    loop = VirtualLoop()
    heard: list[str] = []

    async def year() -> None:
        loop.call_later(40.0, heard.append, "second")
        loop.call_later(20.0, heard.append, "first")
        heard.append(await asyncio.to_thread(str.upper, "thread"))
        await asyncio.sleep(365 * 86400)
        heard.append("last")

    loop.run_until_complete(year())
    assert heard == ["THREAD", "first", "second", "last"]
    assert loop.time() == 365 * 86400
    with pytest.raises(Standstill):
        loop.run_until_complete(loop.create_future())
    loop.close()


def test_a_loop_is_interrupted_between_two_steps() -> None:
    """Where a crash comes in: after exactly so many steps, never within one."""
    loop = VirtualLoop()
    heard: list[int] = []
    for number in range(5):
        loop.call_soon(heard.append, number)
    loop.interrupt_after(3, lambda: heard.append(-1))
    loop.call_soon(loop.stop)
    loop.run_forever()
    assert heard == [0, 1, 2, -1, 3, 4]
    loop.close()
