"""Reading the form of the ressourceskema from a file, or saying everything that is wrong with it, with its line.

Ours is `config/ressourceskema.toml`, annex 1 of the programme's method, which explains every key; a municipality's own
is `[cases] form_file` (docs/decisions/sheet-form.md).
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

from bot.config_problems import Location, Problem, line_of, shown
from bot.form import KINDS, SHOWS, Form, FormField, Section, fold

MOST_REPEATS: Final = 20
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
