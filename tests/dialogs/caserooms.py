"""A programme for tests of cases: two progress groups, a management group, a caseworker outside every room."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.dialogs.chat import CONFIG, ROOMS, Chat

PROGRAMME = (
    CONFIG.replace(
        "[[partners]]",
        """[[people]]
user_id = "@kirsten:example.dk"
name = "Kirsten Lind"
agency = "BIF"
[[people]]
user_id = "@jens:example.dk"
name = "Jens Krog"
agency = "BUF"
[[people]]
user_id = "@mona:example.dk"
name = "Mona Skytte"
agency = "SOF"
roles = ["coordinator"]
[[partners]]""",
    )
    + """
[[rooms]]
room = "#nord:example.dk"
forum = "fremdriftsgruppe"
name = "Fremdriftsgruppe Nord"
meeting = "FREQ=WEEKLY;BYDAY=TH;BYHOUR=13;BYMINUTE=0"
"""
)


@contextmanager
def open_rooms(folder: Path, config: str = PROGRAMME) -> Iterator[Chat]:
    """The chat of that programme: Jens and Mona in the other group, Kirsten in none."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(ROOMS, "nord", ("!nord:example.dk", ["anna", "mona", "jens"]))
        chat = Chat(folder, config)
        try:
            yield chat
        finally:
            chat.close()


def english(config: str = PROGRAMME) -> str:
    """The same with English in the progress group."""
    return config.replace('digest = "mon 08:30"', 'digest = "mon 08:30"\nlanguage = "en"')
