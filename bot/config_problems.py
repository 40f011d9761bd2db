"""What is wrong with a config, in words an operator can act on: where, what, what was meant, an example.

Values are quoted in a problem only where they cannot be a secret. The sentences are in Fluent, `config-CODE`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from pydantic import BaseModel
from pydantic_core import ErrorDetails, PydanticCustomError
from rapidfuzz import fuzz, process, utils

from bot import cpr
from bot.text import t

Location = tuple[str | int, ...]

_HEADER: Final = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]")
_KEY: Final = re.compile(r"\s*([\w.\"'-]+)\s*=")
_NAME: Final = re.compile(r'"([^"]*)"|\'([^\']*)\'|([^.\s"\']+)')
_KINDS: Final = {
    "string_type": "string",
    "string_sub_type": "string",
    "bool_type": "bool",
    "bool_parsing": "bool",
    "int_type": "number",
    "int_parsing": "number",
    "int_from_float": "number",
    "float_type": "number",
    "float_parsing": "number",
    "tuple_type": "list",
    "frozen_set_type": "list",
    "dict_type": "table",
    "mapping_type": "table",
    "model_type": "table",
    "model_attributes_type": "table",
}
_SHOWN: Final = 60
_LISTED: Final = 12


class ConfigError(Exception):
    """The config cannot be used. `problems` holds one line for each thing that is wrong; str() shows all."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong: where, a message's code and arguments, and what would be right."""

    location: Location
    code: str
    args: dict[str, str] = field(default_factory=dict)
    nearest: str | None = None
    known: str | None = None
    example: str | None = None

    def text(self, language: str, file: str | None = None, line: int | None = None, who: str = "") -> str:
        """The problem as one line: `file:line: key (who): what. Did you mean …? Example: …`."""
        place = ":".join(str(part) for part in (file, line) if part is not None)
        key = dotted(self.location) + (f" ({who})" if who else "")
        said = [t(language, f"config-{self.code}", **self.args)]
        if self.nearest:
            said.append(t(language, "config-nearest", nearest=self.nearest))
        elif self.known:
            said.append(t(language, "config-known", known=self.known))
        if self.example:
            said.append(t(language, "config-example", example=self.example))
        return ": ".join(part for part in (place, key, " ".join(said)) if part)

    def among(self, value: str, known: Iterable[str]) -> Problem:
        """This problem with the known name that is nearest to a value, or else with all of them."""
        choices = sorted(known)
        listed = ", ".join(choices[:_LISTED]) + (" …" if len(choices) > _LISTED else "")
        return replace(self, nearest=nearest(value, choices), known=listed or None)


def fault(code: str, **args: str | None) -> PydanticCustomError:
    """What a validator raises: a message's code and arguments; `nearest` is what was probably meant."""
    said = {name: value for name, value in args.items() if value is not None}
    said = {name: value if name == "path" else shown(value) for name, value in said.items()}
    return PydanticCustomError("config", "config-{code}", {"code": code, "args": said})


def shown(value: str) -> str:
    """A value as a problem quotes it: printable and not endless, and never with a CPR number in it."""
    if cpr.contains(value):
        return "…"
    clean = "".join(letter if letter.isprintable() else "·" for letter in value)
    return clean if len(clean) <= _SHOWN else clean[: _SHOWN - 1] + "…"


def nearest(value: str, known: Iterable[str]) -> str | None:
    """The known name most like a value, or None when none is like it."""
    found = process.extractOne(
        value, sorted(known), scorer=fuzz.ratio, processor=utils.default_process, score_cutoff=60
    )
    return str(found[0]) if found else None


def dotted(location: Location) -> str:
    """("people", 2, "agency") as people[2].agency."""
    path = ""
    for part in location:
        if isinstance(part, int):
            path += f"[{part}]"
        else:
            name = part if re.fullmatch(r"[\w-]+", part) else f'"{shown(part)}"'
            path += f".{name}" if path else name
    return path


class Explainer:
    """Turns pydantic's findings about a config into problems. `sections` names the model of each section."""

    def __init__(self, sections: Mapping[str, type[BaseModel]]) -> None:
        self._sections = sections

    def __call__(self, detail: ErrorDetails) -> Problem:
        """One finding as a problem; its value is quoted only where the choice is between known words."""
        location = tuple(part for part in detail["loc"] if part != "[key]")
        kind, context = detail["type"], detail.get("ctx", {})
        problem = Problem(location, "invalid", example=self.example(location))
        if kind == "config":
            args = dict(context["args"])
            return replace(problem, code=context["code"], nearest=args.pop("nearest", None), args=args)
        if kind == "extra_forbidden":
            return self._unknown_key(location)
        if kind == "missing":
            return replace(problem, code="missing")
        if kind in ("enum", "literal_error"):
            known, value = re.findall(r"'([^']*)'", context["expected"]), str(detail["input"])
            return replace(problem, code="not-one-of", args={"value": shown(value)}).among(value, known)
        if kind in ("string_too_short", "string_too_long"):
            return replace(problem, code="length")
        if kind in ("greater_than_equal", "less_than_equal"):
            return replace(problem, code="range", args={"bound": str(context.get("ge", context.get("le")))})
        if kind in _KINDS:
            return replace(problem, code="type", args={"kind": _KINDS[kind]})
        return problem

    def _place(self, location: Location) -> tuple[type[BaseModel] | None, str]:
        """The section's model and the key in it; no model where the location is a section itself."""
        names = [part for part in location if isinstance(part, str)]
        depth = 2 if names[0] == "agencies" else 1
        return (self._sections.get(names[0]), names[depth]) if len(names) > depth else (None, names[0])

    def _unknown_key(self, location: Location) -> Problem:
        model, key = self._place(location)
        problem = Problem(location, "unknown-key", {"key": shown(key)})
        known = set(model.model_fields if model else self._sections) - {"password", "master_key"}
        elsewhere = next((name for name, other in self._sections.items() if key in other.model_fields), None)
        if elsewhere is not None and nearest(key, known) is None:
            return replace(problem, nearest=f"[{elsewhere}] {key}")
        return problem.among(key, known)

    def example(self, location: Location) -> str | None:
        """A line to copy for a key, or None where the location is no single key."""
        model, key = self._place(location)
        field = model.model_fields.get(key) if model else None
        if field is None or not field.examples:
            return None
        # JSON's strings, numbers, booleans and lists are TOML's as well.
        return f"{key} = {json.dumps(field.examples[0], ensure_ascii=False)}"


def line_of(text: str, location: Location) -> int | None:
    """The line of a TOML text where a key stands, or else its table; None when neither is found.

    Reads headers and keys only, which is right for configs as people write them; a help, never a proof.
    """
    seen: Counter[Location] = Counter()
    table: Location = ()
    best, found = 0, None
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            table = _names(header[2])
            if header[1] == "[[":
                seen[table] += 1
                table = (*table, seen[table] - 1)
            place = table
        elif key := _KEY.match(line):
            place = (*table, *_names(key[1]))
        else:
            continue
        # The first [[room]] is at ("room", 0), and an unknown key of that name at ("room",).
        within = location[: len(place)] == place or (place[:-1] == location and place[-1] == 0)
        if within and len(place) > best:
            best, found = len(place), number
    return found


def _names(dotted_key: str) -> Location:
    return tuple(
        next(group for group in match.groups() if group is not None) for match in _NAME.finditer(dotted_key)
    )
