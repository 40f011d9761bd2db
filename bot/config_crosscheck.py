"""What must agree across the config: names that point to one another, and what may stand there only once.

It reads the parsed TOML and not the models, so that it speaks up beside errors in single values; whatever has
the wrong type is left to the models.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from bot import cpr
from bot.config_problems import Location, Problem, shown
from bot.config_values import ForumKind, is_loopback, same_database

Document = Mapping[str, Any]

_SECRETS = {("matrix", "password"): "HOTSPOTBOT_PASSWORD", ("keys", "master_key"): "HOTSPOTBOT_MASTER_KEY"}
_FILES = {("matrix", "password"): "password_file", ("keys", "master_key"): "master_key_file"}


def secrets_in_file(document: Document) -> Iterator[Problem]:
    """A secret that stands in the config itself, where copies and backups would carry it along."""
    for (section, key), variable in _SECRETS.items():
        if key in _table(document.get(section)):
            instead = _FILES[section, key]
            yield Problem(
                (section, key),
                "secret-in-file",
                {"variable": variable, "file": instead},
                example=f'{instead} = "var/{key}"',
            )


_NO_WORDS = ("url", "homeserver", "path", "file", "folder", "password", "master_key")


def cpr_numbers(document: object, where: Location = ()) -> Iterator[Problem]:
    """A CPR number in a name, a purpose or anything else that people read: the key is named, never the value."""
    if isinstance(document, str):
        if not str(where[-1] if where else "").endswith(_NO_WORDS) and cpr.contains(document):
            yield Problem(where, "cpr")
    elif isinstance(document, Mapping):
        for key, value in document.items():
            if cpr.contains(str(key)):
                yield Problem(where, "cpr")
            else:
                yield from cpr_numbers(value, (*where, str(key)))
    elif isinstance(document, list):
        for number, value in enumerate(document):
            yield from cpr_numbers(value, (*where, number))


def references(document: Document) -> Iterator[Problem]:
    """Every name that points nowhere, everything that stands twice, and cleartext beyond this machine."""
    people = {person.get("user_id") for _, person in _rows(document, "people")} - {None}
    rooms = {room.get("room") for _, room in _rows(document, "rooms")} - {None}
    known = {
        "agency": _strings(_table(document.get("agencies"))),
        "person": _strings(people),
        "room": _strings(rooms) | {kind.value for kind in ForumKind},
    }
    for location, name, kind in _pointers(document):
        if isinstance(name, str) and name not in known[kind]:
            problem = Problem(location, f"unknown-{kind}", {"name": shown(name)})
            yield problem.among(name, known[kind])
    yield from _twice(document)
    yield from _bot_itself(document)
    yield from _cleartext(document)
    yield from _keyring(document)


def who(document: Document, location: Location) -> str:
    """The name of the person, partner or room that a problem is about, as the config calls it."""
    if len(location) < 2 or not isinstance(location[1], int):
        return ""
    rows = document.get(str(location[0]))
    row = _table(rows[location[1]]) if isinstance(rows, list) else {}
    name = row.get("name") or row.get("user_id") or row.get("room")
    return shown(name) if isinstance(name, str) else ""


def as_written(document: Document, location: Location) -> Location:
    """A location as the file's headers count it: the first [[rooms.standing]] of the second room may be the third."""
    if len(location) < 4 or location[0] != "rooms" or location[2] != "standing":
        return location
    before = [row.get("standing") for number, row in _rows(document, "rooms") if number < int(location[1])]
    earlier = sum(len(standing) for standing in before if isinstance(standing, list))
    return ("rooms", "standing", earlier + int(location[3]), *location[4:])


def _pointers(document: Document) -> Iterator[tuple[Location, object, str]]:
    """Each place where one part of the config names another: (where, the name, what it should be)."""
    for code, agency in _table(document.get("agencies")).items():
        row = _table(agency)
        yield ("agencies", code, "representative"), row.get("representative"), "person"
        for place, person in _table(row.get("representatives")).items():
            where = ("agencies", code, "representatives", place)
            yield where, place, "room"
            yield where, person, "person"
        for index, manager in _list(row.get("managers")):
            yield ("agencies", code, "managers", index), manager, "person"
    for number, row in _rows(document, "people"):
        yield ("people", number, "agency"), row.get("agency"), "agency"
        yield ("people", number, "manager"), row.get("manager"), "person"
        for index, overseen in _list(row.get("oversees")):
            yield ("people", number, "oversees", index), overseen, "room"
    for number, row in _rows(document, "partners"):
        yield ("partners", number, "agency"), row.get("agency"), "agency"
        yield ("partners", number, "contact"), row.get("contact"), "person"
    for number, row in _rows(document, "rooms"):
        for index, allowed in _list(row.get("agencies")):
            yield ("rooms", number, "agencies", index), allowed, "agency"
        yield ("rooms", number, "escalates_to"), row.get("escalates_to"), "room"
        for joining in _table(row.get("joins")):
            yield ("rooms", number, "joins", joining), joining, "agency"


def _twice(document: Document) -> Iterator[Problem]:
    """User ids and rooms that stand twice, and codes that a person typing could not tell apart."""
    names = [(("people", number, "user_id"), row.get("user_id")) for number, row in _rows(document, "people")]
    names += [(("rooms", number, "room"), row.get("room")) for number, row in _rows(document, "rooms")]
    codes: list[tuple[Location, object]] = [(("agencies", c), c) for c in _table(document.get("agencies"))]
    codes += [(("partners", number, "key"), row.get("key")) for number, row in _rows(document, "partners")]
    folded = [(where, name.casefold() if isinstance(name, str) else name) for where, name in codes]
    for kind, group in (("name", names), ("code", folded)):
        seen: set[str] = set()
        for location, name in group:
            if isinstance(name, str) and name in seen:
                yield Problem(location, f"twice-{kind}", {"name": shown(name)})
            elif isinstance(name, str):
                seen.add(name)


def _bot_itself(document: Document) -> Iterator[Problem]:
    bot = _table(document.get("matrix")).get("user_id")
    for number, row in _rows(document, "people"):
        if bot is not None and row.get("user_id") == bot:
            yield Problem(("people", number, "user_id"), "bot-itself", {"name": shown(str(bot))})


def _cleartext(document: Document) -> Iterator[Problem]:
    homeserver = _table(document.get("matrix")).get("homeserver")
    required = _table(document.get("privacy")).get("require_encryption")
    if required is False and not (isinstance(homeserver, str) and is_loopback(homeserver)):
        yield Problem(
            ("privacy", "require_encryption"), "cleartext-abroad", example="require_encryption = true"
        )


def _keyring(document: Document) -> Iterator[Problem]:
    """Backups of the database must not hold the keys to it."""
    keyring = _table(document.get("keys")).get("keyring_url")
    database = _table(document.get("database")).get("url")
    postgresql = isinstance(database, str) and database.startswith("postgresql")
    if postgresql and isinstance(keyring, str) and same_database(keyring, str(database)):
        yield Problem(("keys", "keyring_url"), "keyring-same")


def _table(value: object) -> Document:
    return value if isinstance(value, dict) else {}


def _list(value: object) -> Iterator[tuple[int, object]]:
    return enumerate(value) if isinstance(value, list) else enumerate(())


def _rows(document: Document, section: str) -> Iterator[tuple[int, Document]]:
    for number, row in _list(document.get(section)):
        yield number, _table(row)


def _strings(values: object) -> set[str]:
    return {value for value in values if isinstance(value, str)} if isinstance(values, dict | set) else set()
