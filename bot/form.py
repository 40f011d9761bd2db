"""The form of the ressourceskema (case sheet): its sections and fields, read from a file.

The form is data, so that a municipality has its own without code ([cases] form_file); ours is annex 1 of the
programme's method, `config/ressourceskema.toml`, which also explains every key (docs/domain, Records). `read` makes a
`Form` of a file or says everything that is wrong with it, each with its line.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final, Literal

from babel.dates import format_date
from rapidfuzz import fuzz

from bot.config_problems import Location, Problem, line_of, shown
from bot.when import Calendar, Deadline, WhenError
from bot.when import read as read_when

Kind = Literal["text", "yesno", "date", "choice"]
Shows = Literal["related", "updates", "plan"]
KINDS: Final = ("choice", "date", "text", "yesno")
SHOWS: Final = ("plan", "related", "updates")
LONGEST: Final = 2_000
"""Characters of a value; more belongs in the records system."""
MOST_REPEATS: Final = 20

_YESNO: Final = {"da": ("ja", "nej"), "en": ("yes", "no")}
_YES: Final = frozenset("ja jo jep ja_tak ja_det_er x kryds yes yep yeah y j true".split())
_NO: Final = frozenset("nej nej_tak niks nope no n ingen false".split())
_SECTION_KEYS: Final = frozenset({"da", "en", "count", "shows"})
_FIELD_KEYS: Final = frozenset(
    {"da", "en", "hint", "hint_en", "agencies", "kind", "choices", "choices_en", "personal"}
)
_KEY: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
# A name stands before a colon in what people type, and in our Markdown: none of its marks may be in it.
_TITLE: Final = re.compile(
    r"[^\W_](?:[^\n\r:=*_`\[\]<>|\\#~&\ue000-\ue003]*[^\s:=*_`\[\]<>|\\#~&\ue000-\ue003])?"
)
_LONGEST_TITLE: Final = 80
_LONGEST_HINT: Final = 200
_AT_LINE: Final = re.compile(r"at line (\d+)")
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

    def fields(self) -> tuple[FormField, ...]:
        """The fields in use, in the form's order."""
        return tuple(each for each in self.everything if self.personal or not each.personal)

    def field(self, name: str) -> FormField | None:
        """The field in use with a name ("person.2.school")."""
        return next((each for each in self.fields() if each.name == name), None)

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
    pattern = "d. MMMM y" if language == "da" else "d MMMM y"
    return str(format_date(found, pattern, locale="da" if language == "da" else "en_GB"))


def _read_day(said: str, language: str, now: datetime, calendar: Calendar) -> date | str:
    """The day that words say from a moment on, or the reason why they say none."""
    try:
        meant = read_when(said, now=now, lang=language, calendar=calendar)
    except WhenError as trouble:
        return trouble.reason
    return meant.day if isinstance(meant, Deadline) and meant.time is None else "none"


# --- reading a file


def example() -> str:
    """The text of `config/ressourceskema.toml`, which is the form where a config names no other."""
    return files("bot").joinpath("config/ressourceskema.toml").read_text("utf-8")


@cache
def standard(agencies: frozenset[str], *, personal: bool = False) -> Form:
    """The form of annex 1, for a programme with these agencies: those it does not have are asked nothing."""
    form, problems = parse(example(), agencies, personal=personal, own=False)
    if form is None:  # pragma: no cover - the tests read it
        raise ValueError(str(problems))
    return form


def read(
    path: Path, agencies: Iterable[str], *, personal: bool, language: str
) -> tuple[Form | None, list[str]]:
    """The form of a file, and a line for each thing that is wrong with it: then there is no form.

    `agencies` are the codes that the config knows; `language` is the one the lines are in.
    """
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        return None, [_unreadable(path, error.strerror or type(error).__name__).text(language, str(path))]
    except UnicodeDecodeError:
        return None, [_unreadable(path, "UTF-8").text(language, str(path))]
    form, problems = parse(text, agencies, personal=personal, own=True)
    found = [(_line(text, problem), problem) for problem in problems]
    found.sort(key=lambda pair: pair[0] or 0)
    return form, [problem.text(language, str(path), line) for line, problem in found]


def _unreadable(path: Path, why: str) -> Problem:
    return Problem((), "unreadable", {"path": str(path), "why": why})


def _line(text: str, problem: Problem) -> int | None:
    if not problem.location and (named := _AT_LINE.search(problem.args.get("why", ""))):
        return int(named[1])
    return line_of(text, problem.location)


def parse(
    text: str, agencies: Iterable[str], *, personal: bool, own: bool
) -> tuple[Form | None, list[Problem]]:
    """A form from the text of its file, or everything that is wrong with it.

    `own`: it was written for this programme, so that an agency it does not have is a mistake.
    """
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        code = "form-twice" if re.search(r"twice|overwrite", str(error)) else "toml"
        return None, [Problem((), code, {"why": str(error)})]
    reader = _Reader({code.casefold(): code for code in agencies}, own=own)
    form = reader.form(document, personal=personal)
    return (None if reader.problems else form), reader.problems


class _Reader:
    """Makes a form of a parsed file and gathers what is wrong with it."""

    def __init__(self, agencies: Mapping[str, str], *, own: bool) -> None:
        self.agencies = agencies
        self.own = own
        self.problems: list[Problem] = []

    def form(self, document: Mapping[str, Any], *, personal: bool) -> Form:
        sections: list[Section] = []
        found: list[FormField] = []
        for key, value in document.items():
            if not self._is_key(key, (key,)):
                continue
            if not isinstance(value, dict):
                self._wrong((key,), "form-not-a-section")
                continue
            section = self._section(key, value)
            if section is not None:
                sections.append(section)
                found += self._fields(section, value)
        if not found and not self.problems:
            self._wrong((), "form-empty", example='[family.work]  da = "Arbejde"')
        return Form(tuple(sections), tuple(_titled(sections, found)), personal, self.own)

    def _section(self, key: str, table: Mapping[str, Any]) -> Section | None:
        names = self._names((key,), table)
        count = table.get("count", 1)
        if isinstance(count, dict):  # a field by that name, which `_fields` speaks of
            count = 1
        if isinstance(count, bool) or not isinstance(count, int):
            self._wrong((key, "count"), "type", kind="number", example="count = 4")
            count = 1
        elif not 1 <= count <= MOST_REPEATS:
            self._wrong((key, "count"), "range", bound=str(1 if count < 1 else MOST_REPEATS))
        said = table.get("shows")
        shows = None if isinstance(said, dict) else self._one_of((key, "shows"), said, SHOWS)
        for name, value in table.items():
            if name not in _SECTION_KEYS and not isinstance(value, dict):
                self._unknown((key, name), _SECTION_KEYS)
        if shows is not None and any(isinstance(value, dict) for value in table.values()):
            self._wrong((key, "shows"), "form-shows-and-fields")
        elif "shows" not in table and not any(isinstance(value, dict) for value in table.values()):
            self._wrong((key,), "form-no-fields", example=f'[{key}.work]  da = "Arbejde"')
        return None if names is None else Section(key, names, max(1, count), shows)  # type: ignore[arg-type]

    def _fields(self, section: Section, table: Mapping[str, Any]) -> Iterator[FormField]:
        seen: dict[tuple[str, str], str] = {}
        made: list[FormField] = []
        for key, value in table.items():
            where = (section.key, key)
            if not isinstance(value, dict) or key in _SECTION_KEYS:
                if isinstance(value, dict):
                    self._wrong(where, "form-key", key=shown(key), example=f"[{section.key}.work]")
                continue
            one = self._field(section, key, value) if self._is_key(key, where) else None
            if one is None:
                continue
            for language, name in one.labels.items():
                other = seen.setdefault((language, fold(name)), key)
                if other != key:
                    self._wrong((*where, language), "form-twice-name", name=shown(name), other=other)
                    break
            made.append(one)
        for number in range(1, section.count + 1) if section.count > 1 else (None,):
            for one in made:
                name = one.name if number is None else one.name.replace(".", f".{number}.", 1)
                yield replace(one, name=name, person=number)

    def _field(self, section: Section, key: str, table: Mapping[str, Any]) -> FormField | None:
        where = (section.key, key)
        names = self._names(where, table)
        for name in table:
            if name not in _FIELD_KEYS:
                self._unknown((*where, name), _FIELD_KEYS)
        kind = self._one_of((*where, "kind"), table.get("kind", "text"), KINDS) or "text"
        personal = table.get("personal", False)
        if not isinstance(personal, bool):
            self._wrong((*where, "personal"), "type", kind="bool", example="personal = true")
        offered = self._offered(where, table, kind)
        hints = self._hints(where, table)
        agencies = self._agencies(where, table.get("agencies", []))
        if names is None:
            return None
        return FormField(
            name=f"{section.key}.{key}",
            section=section.key,
            person=None,
            agencies=agencies,
            kind=kind,  # type: ignore[arg-type]
            choices=offered["da"],
            personal=bool(personal),
            labels=names,
            titles=names,
            hints=hints,
            offered=offered,
        )

    def _names(self, where: Location, table: Mapping[str, Any]) -> dict[str, str] | None:
        """The names of a section or field; without an English one the Danish one serves."""
        if "da" not in table:
            self._wrong((*where, "da"), "missing", example='da = "Arbejde"')
            return None
        found: dict[str, str] = {}
        for language in ("da", "en"):
            name = table.get(language, table["da"])
            if not isinstance(name, str):
                self._wrong((*where, language), "type", kind="string", example=f'{language} = "Arbejde"')
                return None
            clean = " ".join(name.split())
            if len(clean) > _LONGEST_TITLE or not _TITLE.fullmatch(clean):
                self._wrong((*where, language), "form-name", name=shown(name), most=str(_LONGEST_TITLE))
                return None
            found[language] = clean
        return found

    def _hints(self, where: Location, table: Mapping[str, Any]) -> dict[str, str]:
        found: dict[str, str] = {}
        for key, language in (("hint", "da"), ("hint_en", "en")):
            if key not in table:
                found[language] = found.get("da", "")
                continue
            said = table[key]
            if not isinstance(said, str):
                self._wrong((*where, key), "type", kind="string", example=f'{key} = "sagstype og periode"')
            elif len(said) > _LONGEST_HINT or re.search(r"[\n*_`\[\]<>|\\#~&\ue000-\ue003]", said):
                self._wrong((*where, key), "form-name", name=shown(said), most=str(_LONGEST_HINT))
            else:
                found[language] = " ".join(said.split())
        return found

    def _offered(self, where: Location, table: Mapping[str, Any], kind: str) -> dict[str, tuple[str, ...]]:
        """The options of a choice by language, of one length."""
        if kind != "choice":
            for key in ("choices", "choices_en"):
                if key in table and kind in KINDS:
                    self._wrong((*where, key), "form-choices-idle", kind=kind, example='kind = "choice"')
            return {"da": (), "en": ()}
        if not table.get("choices"):
            at = (*where, "choices" if "choices" in table else "kind")
            self._wrong(at, "form-no-choices", example='choices = ["Barn", "Ung"]')
            return {"da": (), "en": ()}
        danish = self._options((*where, "choices"), table["choices"])
        english = danish
        if "choices_en" in table:
            english = self._options((*where, "choices_en"), table["choices_en"])
            if danish and english and len(english) != len(danish):
                self._wrong((*where, "choices_en"), "form-choices-many", count=str(len(danish)))
        return {"da": danish, "en": english}

    def _options(self, where: Location, value: object) -> tuple[str, ...]:
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self._wrong(where, "type", kind="list", example='choices = ["Barn", "Ung"]')
            return ()
        options = tuple(" ".join(each.split()) for each in value)
        for option in options:
            if len(option) > _LONGEST_TITLE or not _TITLE.fullmatch(option):
                self._wrong(where, "form-name", name=shown(option), most=str(_LONGEST_TITLE))
                return ()
        folded = [fold(option) for option in options]
        twice = next((option for at, option in enumerate(options) if folded[at] in folded[:at]), None)
        if twice is not None:
            self._wrong(where, "twice-name", name=shown(twice))
            return ()
        return options

    def _agencies(self, where: Location, value: object) -> tuple[str, ...]:
        """Agencies as the config spells them; of our own form those that there are."""
        if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
            self._wrong((*where, "agencies"), "type", kind="list", example='agencies = ["BUF"]')
            return ()
        found = []
        for code in value:
            known = self.agencies.get(code.casefold())
            if known is not None:
                found.append(known)
            elif self.own:
                problem = Problem((*where, "agencies"), "unknown-agency", {"name": shown(code)})
                self.problems.append(problem.among(code, self.agencies.values()))
        return tuple(dict.fromkeys(found))

    def _is_key(self, key: str, where: Location) -> bool:
        if _KEY.fullmatch(key):
            return True
        self._wrong(where, "form-key", key=shown(key), example="[family.work]")
        return False

    def _one_of(self, where: Location, value: object, known: tuple[str, ...]) -> str | None:
        if value is None or value in known:
            return value if isinstance(value, str) else None
        problem = Problem(where, "not-one-of", {"value": shown(str(value))})
        self.problems.append(problem.among(str(value), known))
        return None

    def _unknown(self, where: Location, known: Iterable[str]) -> None:
        key = str(where[-1])
        self.problems.append(Problem(where, "unknown-key", {"key": shown(key)}).among(key, known))

    def _wrong(self, where: Location, code: str, *, example: str | None = None, **args: str) -> None:
        self.problems.append(Problem(where, code, args, example=example))


def _titled(sections: Iterable[Section], found: list[FormField]) -> Iterator[FormField]:
    """The fields with titles that say which they are: their section stands in front where their name does not."""
    by_key = {section.key: section for section in sections}
    for one in found:
        titles = {}
        for language, label in one.labels.items():
            alike = [other for other in found if fold(other.label(language)) == fold(label)]
            section = by_key[one.section].title(language, one.person)
            titles[language] = f"{section}: {label}" if one.person is not None or len(alike) > 1 else label
        yield replace(one, titles=titles)
