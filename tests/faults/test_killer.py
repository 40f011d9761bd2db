"""A few deaths at random moments under traffic; `python -m tests.faults.soak` dies hundreds of times.

Of `make long`: `make test` dies at every point of `test_kill_points.py` instead.
"""

import secrets

import pytest

from bot.demo.process import RunBot
from bot.demo.stage import SetUp
from tests.faults.killer import START, Killer
from tests.faults.killer import programme as three_rooms
from tests.faults.proxy import Proxy


@pytest.mark.long
async def test_killed_at_random_moments_nothing_is_lost_or_doubled(
    programme: SetUp, run_bot: RunBot, proxy: Proxy
) -> None:
    seed = secrets.randbelow(1_000_000)
    stage = await programme(three_rooms(proxy))
    bot = await run_bot(stage.config, rehearse=f"{START}@14400")  # a day is six seconds
    await stage.bot_joined()
    tally = await Killer(stage, bot, proxy, seed).run(3, noise=0.03)
    again = f"python -m tests.faults.soak --kills 3 --seed {seed}"
    assert tally.right, f"{again}\n{tally.details()}"
    assert tally.sent == tally.handled == tally.answered, f"{again}\n{tally.details()}"
