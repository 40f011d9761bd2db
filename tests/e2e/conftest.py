"""End-to-end tests: a real homeserver for each test worker, and the bot as a real process."""

from pathlib import Path

import pytest

from tests.homeserver import mark, programme, pytest_runtest_makereport, run_bot, suffix, synapse

__all__ = ["programme", "pytest_runtest_makereport", "run_bot", "suffix", "synapse"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs the homeserver."""
    mark(items, Path(__file__).parent)
