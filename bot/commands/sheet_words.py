"""Which field of the ressourceskema is meant, and what is said of it: "nøgleperson 2 skole: Vigerslev Skole".

Pure over the form. A field is known by its name in either language, whole, by its beginning, or by one of its words
where only one field has that; in a section that repeats the first is meant unless a number says otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Final

from rapidfuzz import fuzz, process

from bot.form import Form, FormField, Section, fold

CLEAR: Final = frozenset("slet slettes tøm toem tom ryd fjern delete clear empty remove - –".split())
_MARK: Final = re.compile(r"[:=]")
_FRONT: Final = 160  # characters in which a field's name is looked for
_MOST_WORDS: Final = 14
_NEAR: Final = 65
_PERSON: Final = frozenset(
    {"person", "p"}
)  # what people write for a section that repeats, whatever it is called


@dataclass(frozen=True)
class Meant:
    """What words mean: a field or a whole section; a value for the field (None: it is asked for), or to empty it.

    `marked`: the field's name ends in a colon or "=".
    """

    field: FormField | None = None
    section: Section | None = None
    person: int | None = None
    value: str | None = None
    clear: bool = False
    marked: bool = False


class NotMeant(Exception):
    """No field, or not one: what was `said`; the likeliest field; the several that fit; a number that is too high."""

    def __init__(
        self,
        said: str,
        *,
        nearest: FormField | None = None,
        fitting: Iterable[FormField] = (),
        section: Section | None = None,
        number: int = 0,
    ) -> None:
        super().__init__()
        self.said = said
        self.nearest = nearest
        self.fitting = tuple(fitting)
        self.section = section
        self.number = number


def meant(form: Form, words: str, fields: tuple[FormField, ...] | None = None) -> Meant:
    """What words after the case's code mean; `fields` are those to choose from, by default all in use.

    Raises NotMeant.
    """
    choice = _Choice(form, form.fields() if fields is None else fields)
    marks = [found.start() for found in _MARK.finditer(words[:_FRONT])]
    for at in marks:
        found = choice.find(words[:at], whole=False)
        if found is not None and (found.field is not None or not words[at + 1 :].strip()):
            return replace(_said(found, words[at + 1 :]), marked=True)
    fronts = [found.end() for found in re.finditer(r"\S+", words[:_FRONT])][:_MOST_WORDS]
    for end in reversed(fronts):
        found = choice.find(words[:end], whole=end < len(words.rstrip()))
        if found is not None and (found.field is not None or not words[end:].strip(" .:=")):
            return _said(found, words[end:])
    raise choice.nearest(words[: marks[0]] if marks else words, only_front=not marks)


def _said(found: Meant, rest: str) -> Meant:
    value = rest.strip().lstrip(":=").strip()
    if found.field is None or not value:
        return found
    if value.casefold().rstrip(".!") in CLEAR:
        return Meant(found.field, person=found.person, clear=True)
    return Meant(found.field, person=found.person, value=value)


class _Choice:
    def __init__(self, form: Form, fields: tuple[FormField, ...]) -> None:
        self.form = form
        self.fields = fields

    def find(self, words: str, *, whole: bool) -> Meant | None:
        """The field or section that all of the words name; with `whole`, by whole words of its name only.

        None where they name none. Raises NotMeant where they name several, or a repeat that there is none of.
        """
        exact = next((field for field in self.fields if field.name == words.strip().casefold()), None)
        if exact is not None:
            return Meant(exact, person=exact.person)
        section, number, rest = self._person(words)
        if section is not None and not rest:
            return Meant(section=section, person=number)
        said = fold(rest)
        if not said:
            return None
        at = self._within(section, number)
        for fits in _ways(said, whole=whole):
            found = [field for field in at if any(fits(name) for name in _names(field))]
            if len(found) == 1:
                return Meant(found[0], person=found[0].person)
            if found:
                several = None if whole or section is not None else self._section(said)
                if several is None:
                    raise NotMeant(words.strip(), fitting=found)
                return several
        if section is None and not whole:
            return self._section(said)
        return None

    def _within(self, section: Section | None, number: int | None) -> list[FormField]:
        """The fields of a repeat, or without one all that are there once and those of the first."""
        if section is not None:
            return [f for f in self.fields if f.section == section.key and f.person == number]
        return [f for f in self.fields if f.person in (None, 1)]

    def _person(self, words: str) -> tuple[Section | None, int | None, str]:
        """The repeat that words begin with ("nøgleperson 2", "p2"), and the rest."""
        match = re.match(r"\s*([^\W\d]+(?:\s+[^\W\d]+){0,3})\s*(\d{1,2})(?!\w)[\s:.,)–-]*", words)
        if match is None:
            return None, None, words
        said, number = fold(match[1]), int(match[2])
        repeats = [section for section in self.form.sections if section.count > 1]
        for section in repeats:
            names = {fold(name) for name in section.names.values()} | {section.key}
            if (
                said in names
                or any(n.startswith(said) for n in names)
                or (len(repeats) == 1 and said in _PERSON)
            ):
                if not 1 <= number <= section.count:
                    raise NotMeant(words.strip(), section=section, number=number)
                return section, number, words[match.end() :]
        return None, None, words

    def _section(self, said: str) -> Meant | None:
        names = {s.key: {fold(name) for name in s.names.values()} | {s.key} for s in self.form.sections}
        for fits in _ways(said, whole=False):
            found = [s for s in self.form.sections if any(fits(name) for name in names[s.key])]
            if len(found) == 1 and found[0].shows is None:
                return Meant(section=found[0], person=1 if found[0].count > 1 else None)
        return None

    def nearest(self, words: str, *, only_front: bool) -> NotMeant:
        """The field that words most likely meant; without a mark behind them their beginning may be it."""
        section, number, rest = self._person(words)
        fields = self._within(section, number)
        known = {word: field for field in reversed(fields) for name in _names(field) for word in name.split()}
        known = {word: field for word, field in known.items() if len(word) > 3}
        known |= {name: field for field in reversed(fields) for name in _names(field)}
        said = fold(rest)
        fronts = [" ".join(said.split()[:count]) for count in (1, 2, 3, 4)] if only_front else [said]
        best: tuple[float, str] = (0, "")
        for front in fronts:
            found = process.extractOne(front, list(known), scorer=fuzz.ratio, score_cutoff=_NEAR)
            if found is not None:
                best = max(best, (found[1], found[0]))
        return NotMeant(words.strip(), nearest=known.get(best[1]))


def _names(field: FormField) -> set[str]:
    """What a field is called, folded: its name and title in both languages, also without "evt."."""
    names = {fold(said) for said in field.labels.values()}
    names |= {fold(said) for said in field.titles.values()} if field.person is None else set()
    return names | {name.removeprefix("evt ").removesuffix(" if any") for name in names}


def _ways(said: str, *, whole: bool) -> list[Callable[[str], bool]]:
    """How words can name a field, the surest first."""
    ways: list[Callable[[str], bool]] = [
        lambda name: name == said,
        lambda name: name.startswith(f"{said} "),
    ]
    if not whole and len(said) > 2:
        ways.append(lambda name: name.startswith(said))
        ways.append(lambda name: said in name.split())
    return ways
