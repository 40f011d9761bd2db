"""The form of the ressourceskema (case sheet): its sections and fields, read from a file.

The form is data, so that a municipality has its own without code ([cases] form_file); ours is annex 1 of the
programme's method, `config/ressourceskema.toml` (docs/domain, Records). `bot.form_file` reads it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property
from typing import Final, Literal

from rapidfuzz import fuzz

from bot.when import Calendar, Deadline, WhenError, full_day
from bot.when import read as read_when

Kind = Literal["text", "yesno", "date", "choice"]
Shows = Literal["related", "updates", "plan"]
KINDS: Final = ("choice", "date", "text", "yesno")
SHOWS: Final = ("plan", "related", "updates")
LONGEST: Final = 2_000
"""Characters of a value; more belongs in the records system."""

_YESNO: Final = {"da": ("ja", "nej"), "en": ("yes", "no")}
_YES: Final = frozenset("ja jo jep ja_tak ja_det_er x kryds yes yep yeah y j true".split())
_NO: Final = frozenset("nej nej_tak niks nope no n ingen false".split())
_DAY_AND_MONTH: Final = re.compile(
    r"\D*\d{1,2}\s?[./-]\s?(?:\d{1,2}|[^\W\d_]{3,})\.?\D*|\D*\d{1,2}\.?\s[^\W\d_]{3,}"
)


@dataclass(frozen=True)
class Section:
    """A part of the form. `count`: how often it is filled in (1: once); `shows`: what the bot puts there itself."""

    key: str
    names: Mapping[str, str] = field(hash=False)
    count: int = 1
    shows: Shows | None = None

    def title(self, language: str, person: int | None = None) -> str:
        """Its name, with its number where it repeats: "Nøgleperson 2"."""
        name = self.names[language]
        return name if person is None else f"{name} {person}"


@dataclass(frozen=True)
class FormField:
    """One thing that a case's sheet can say. `name` is how the database calls it: "family.work", "person.2.school"."""

    name: str
    section: str
    person: int | None
    agencies: tuple[str, ...]
    kind: Kind
    choices: tuple[str, ...]
    personal: bool
    labels: Mapping[str, str] = field(hash=False, repr=False)
    titles: Mapping[str, str] = field(hash=False, repr=False)
    hints: Mapping[str, str] = field(hash=False, repr=False)
    offered: Mapping[str, tuple[str, ...]] = field(hash=False, repr=False)

    def label(self, language: str) -> str:
        """Its name within its section: "Skole eller institution"."""
        return self.labels[language]

    def title(self, language: str) -> str:
        """Its name where nothing else says which it is: "Nøgleperson 2: Skole eller institution"."""
        return self.titles[language]

    def hint(self, language: str) -> str:
        """What it asks for in more words, or ""."""
        return self.hints.get(language, "")

    def options(self, language: str) -> tuple[str, ...]:
        """What can be answered, of yes or no and of a choice; empty for the others."""
        return _YESNO[language] if self.kind == "yesno" else self.offered.get(language, ())

    def read(self, words: str, language: str, now: datetime, calendar: Calendar) -> str | None:
        """A value as people write it in its normal form; None when it is empty or not one of this kind.

        Of yes or no and of a choice the normal form is the option in this language, of a date the day in full ("12.
        august 2026"). A day without a year is the nearest. The length is not looked at (`LONGEST`).
        """
        said = words.strip()
        if not said:
            return None
        match self.kind:
            case "yesno":
                return _yes_or_no(said, language)
            case "date":
                return _day(said, language, now, calendar)
            case "choice":
                return _choice(said, language, self.offered)
        return said


@dataclass(frozen=True)
class Form:
    """A form in use: its sections in their order, and its fields. Personal ones are left out unless they are on."""

    sections: tuple[Section, ...]
    everything: tuple[FormField, ...]
    personal: bool
    own: bool

    @cached_property
    def _in_use(self) -> Mapping[str, FormField]:
        return {each.name: each for each in self.everything if self.personal or not each.personal}

    def fields(self) -> tuple[FormField, ...]:
        """The fields in use, in the form's order."""
        return tuple(self._in_use.values())

    def field(self, name: str) -> FormField | None:
        """The field in use with a name ("person.2.school")."""
        return self._in_use.get(name)

    def asked_of(self, agency: str) -> tuple[FormField, ...]:
        """What an agency is asked about. Personal fields are nobody's to be asked: who may, writes them."""
        return tuple(each for each in self.fields() if agency in each.agencies and not each.personal)

    def section(self, key: str) -> Section | None:
        """The section with a key."""
        return next((each for each in self.sections if each.key == key), None)


# --- values


def fold(words: str) -> str:
    """Words without case, accents and marks; æ, ø, å as ae, oe, aa."""
    spelled = words.casefold().replace("æ", "ae").replace("ø", "oe").replace("å", "aa")
    plain = "".join(c for c in unicodedata.normalize("NFKD", spelled) if not unicodedata.combining(c))
    return " ".join(re.sub(r"[^\w]+|_+", " ", plain).split())


def _yes_or_no(said: str, language: str) -> str | None:
    word = fold(said).replace(" ", "_")
    return _YESNO[language][0] if word in _YES else _YESNO[language][1] if word in _NO else None


def _choice(said: str, language: str, offered: Mapping[str, tuple[str, ...]]) -> str | None:
    """The option that words say, in either language: exactly, by its beginning, nearly; or by its number."""
    mine = offered[language]
    word = fold(said)
    if word.isdecimal() and not any(fold(option) == word for option in mine):
        return mine[int(word) - 1] if 1 <= int(word[:4]) <= len(mine) and len(word) < 4 else None
    spelled = [{fold(options[at]) for options in offered.values()} for at in range(len(mine))]
    exact = [at for at, names in enumerate(spelled) if word in names]
    begun = [
        at for at, names in enumerate(spelled) if len(word) > 1 and any(n.startswith(word) for n in names)
    ]
    near = [at for at, names in enumerate(spelled) if any(fuzz.ratio(word, n) >= 80 for n in names)]
    for found in (exact, begun, near):
        if len(found) == 1:
            return mine[found[0]]
    return None


def _day(said: str, language: str, now: datetime, calendar: Calendar) -> str | None:
    """A day, past or coming. What people write about time is made for deadlines: the past is read from before it."""
    found = _read_day(said, language, now, calendar)
    if _DAY_AND_MONTH.fullmatch(said):
        earlier = _read_day(said, language, now - timedelta(days=270), calendar)
        today = now.astimezone(calendar.tz).date()
        both = [day for day in (found, earlier) if isinstance(day, date)]
        found = min(both, key=lambda day: abs(day - today), default=found)
    for years in (9, 18, 27, 36):
        if found != "past":
            break
        found = _read_day(said, language, now - timedelta(days=365 * years), calendar)
    if not isinstance(found, date):
        return None
    return full_day(found, language)


def _read_day(said: str, language: str, now: datetime, calendar: Calendar) -> date | str:
    """The day that words say from a moment on, or the reason why they say none."""
    try:
        meant = read_when(said, now=now, lang=language, calendar=calendar)
    except WhenError as trouble:
        return trouble.reason
    return meant.day if isinstance(meant, Deadline) and meant.time is None else "none"
