"""A lift that is over: what belongs to the case, what may still be put right, and how rest and close end it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.dialogs.caseload import opened
from tests.dialogs.chat import Chat
from tests.dialogs.test_escalation import QUIET, state, told

SUMMED = QUIET.replace('summary_before = "never"', 'summary_before = "1 workday"')


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    """The programme with a case; summaries come the working day before."""
    made = Chat(tmp_path, SUMMED)
    opened(made, "Skolevægring")
    yield made
    made.close()


def shown(chat: Chat, *views: str) -> str:
    """What the case's own room reads of it, one view after the other."""
    return "\n".join(chat.say("karla", f"!sag HS-26-001 {view}") for view in views)


VIEWS = ("", "plan", "historik")


class TestWhatBelongsToTheCase:
    def test_only_what_the_other_forum_said_while_it_had_the_case(self, chat: Chat) -> None:
        chat.say("bo", "!beslutning HS-26-001 hemmelighed før", "ledelse")
        chat.say("bo", "!aftale @bo HS-26-001 hemmelig aftale før inden fredag", "ledelse")
        chat.at("2026-11-20 11:00")
        chat.say("karla", "!eskaler HS-26-001 ingen vil betale")
        assert "hemmelig" not in shown(chat, *VIEWS)
        chat.say("bo", "!aftale @bo HS-26-001 skrive til kommunen inden fredag", "ledelse")
        chat.at("2026-11-20 12:00")
        chat.say("bo", "!beslutning HS-26-001 centeret betaler", "ledelse")
        assert state(chat) == "open"
        chat.at("2026-11-20 13:00")
        chat.say("bo", "!beslutning HS-26-001 hemmelighed efter", "ledelse")
        chat.say("bo", "!aftale @bo HS-26-001 hemmelig aftale efter inden fredag", "ledelse")
        read = shown(chat, *VIEWS)
        assert "centeret betaler" in read
        assert "skrive til kommunen" in read
        assert "hemmelig" not in read
        chat.at("2026-11-23 08:00")
        summary = told(chat, "case.summary", "fremdrift")[-1]
        assert "centeret betaler" in summary
        assert "hemmelig" not in summary
        assert "hemmelig" not in "\n".join(told(chat, "case.returned", "fremdrift"))
