"""What `hotspotbot check` and `hotspotbot trust status` find: a line each, graded, in the config's language."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from bot.config_problems import shown
from bot.settings import Settings
from bot.text import t

_NAMES = 8  # so many people are named in one line

Grade = Literal["ok", "warning", "error"]


@dataclass(frozen=True)
class Line:
    """One finding. `str()` is the line to print: a word for how it stands, what was found, and the mend."""

    grade: Grade
    text: str
    language: str

    @property
    def good(self) -> bool:
        """Whether the bot can work with it; a warning is something to look at, an error something to mend."""
        return self.grade != "error"

    def __str__(self) -> str:
        return f"{t(self.language, 'check-grade', grade=self.grade):<9}{self.text}"


class Findings:
    """Words findings: in the config's language, people as the config calls them."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.language = settings.general.language

    def ok(self, key: str, **args: str | int) -> Line:
        """What stands ready."""
        return Line("ok", t(self.language, key, **args), self.language)

    def warning(self, key: str, **args: str | int) -> Line:
        """What somebody should look at."""
        return Line("warning", t(self.language, key, **args), self.language)

    def error(self, key: str, **args: str | int) -> Line:
        """What the bot cannot work with; the text ends with the mend."""
        return Line("error", t(self.language, key, **args), self.language)

    def names(self, user_ids: Iterable[str]) -> str:
        """People as the config calls them, with their user ids; strangers by user id alone."""
        ids = list(user_ids)
        named: list[str] = []
        for user_id in ids[:_NAMES]:
            person = self.settings.person(user_id)
            named.append(f"{shown(person.name)} ({user_id})" if person else shown(user_id))
        if len(ids) > _NAMES:
            named.append(t(self.language, "check-more", count=len(ids) - _NAMES))
        return ", ".join(named)
