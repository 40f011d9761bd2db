"""Fault tests: the bot as a real process, on a real homeserver behind a network that breaks."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.demo.homeserver import Synapse
from tests.faults.proxy import Proxy
from tests.homeserver import mark, programme, pytest_runtest_makereport, run_bot, suffix, synapse

__all__ = ["programme", "pytest_runtest_makereport", "run_bot", "suffix", "synapse"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs the homeserver."""
    mark(items, Path(__file__).parent)


@pytest.fixture
async def proxy(synapse: Synapse) -> AsyncIterator[Proxy]:
    """The network between bot and homeserver."""
    async with Proxy(synapse) as between:
        yield between
