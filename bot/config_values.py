"""What the values inside the config may look like and what they become; those about time are in `bot.config_times`.

Every function takes what stands in the file and returns the value, or raises `fault(CODE, …)`, which
`bot.config_problems` turns into a sentence. None of them ever puts a possible secret into its fault.
The types at the end are for the fields of the config's tables.
"""

from __future__ import annotations

import ipaddress
import re
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Final, Literal
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    PlainValidator,
    StringConstraints,
    ValidationInfo,
)

from bot.config_problems import fault, nearest

# Matrix specification, appendices, "Identifier Grammar". A room id of room version 12 names no server.
_SERVER: Final = r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::\d{1,5})?"
_USER_ID: Final = re.compile(rf"@[a-z0-9._=/+-]+:{_SERVER}")
_ROOM: Final = re.compile(rf"#[^\s:]+:{_SERVER}|![^\s:]+(?::{_SERVER})?")
_PREFIX_MARKS: Final = frozenset("!.?$%&=;")


class Role(StrEnum):
    """What a person is in the programme. `LEAD` is the Hotspotchef."""

    LEAD = "lead"
    COORDINATOR = "coordinator"
    MANAGER = "manager"
    MEMBER = "member"
    CITIZEN = "citizen"


class ForumKind(StrEnum):
    """The kinds of forum (docs/domain, Forums); they keep their Danish names."""

    FREMDRIFTSGRUPPE = "fremdriftsgruppe"
    LEDELSESGRUPPE = "ledelsesgruppe"
    POLITI = "politi"
    GADETEAM = "gadeteam"
    HOTSPOTRAAD = "hotspotraad"
    BYUDVIKLING = "byudvikling"
    PROGRAMGRUPPE = "programgruppe"
    SAMARBEJDE = "samarbejde"
    STYREGRUPPE = "styregruppe"

    @property
    def personal_data(self) -> bool:
        """Whether this kind of forum may speak of persons at all."""
        return self in (self.FREMDRIFTSGRUPPE, self.LEDELSESGRUPPE, self.POLITI, self.GADETEAM)


def user_id(value: str) -> str:
    """A Matrix user id, as homeservers make them today: lower case, with its server."""
    if len(value) > 255 or not _USER_ID.fullmatch(value):
        raise fault("user-id", value=value, nearest=_USER_ID.fullmatch(value.lower()) and value.lower())
    return value


def room_key(value: str) -> str:
    """A room alias or a room id."""
    if len(value) > 255 or not _ROOM.fullmatch(value):
        raise fault("room", value=value)
    return value


def code(value: str) -> str:
    """The short code of an agency or partner: a word that can be typed as an owner."""
    if not re.fullmatch(r"[^\W_][\w-]{0,19}", value):
        raise fault("code", value=value)
    return value


def homeserver(value: str) -> str:
    """The homeserver's base URL without a slash at its end."""
    try:
        url = urlsplit(value)
        right = url.scheme in ("http", "https") and url.hostname and url.port != 0
    except ValueError:
        right = False
    if not right or url.username or url.password or url.query or url.fragment:
        raise fault("homeserver")
    return value.rstrip("/")


def is_loopback(url: str) -> bool:
    """Whether a URL points to this machine."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _folder(info: ValidationInfo) -> Path:
    return Path((info.context or {}).get("folder", "."))


def path(value: object, info: ValidationInfo) -> Path:
    """A path; a relative one counts from the config file's folder."""
    if not isinstance(value, str | Path) or not str(value).strip() or "\0" in str(value):
        raise fault("path")
    return _folder(info) / Path(value).expanduser()


def existing(value: Path) -> Path:
    """A file that must be there already."""
    if not value.is_file():
        raise fault("no-such-file", path=str(value))
    return value


def database_url(value: object, info: ValidationInfo) -> str:
    """A SQLite file, made absolute, or PostgreSQL. It may hold a password: never quoted in a fault."""
    if isinstance(value, str) and re.match(r"postgresql\+psycopg://.", value):
        return value
    match = re.fullmatch(r"sqlite:///([^?]+)(\?.*)?", value) if isinstance(value, str) else None
    if match is None or match[1] == ":memory:":
        raise fault("database")
    return f"sqlite:///{(_folder(info) / match[1]).absolute()}{match[2] or ''}"


def keyring_url(value: object) -> str:
    """A PostgreSQL database. It may hold a password: never quoted in a fault."""
    if isinstance(value, str) and re.match(r"postgresql\+psycopg://.", value):
        return value
    raise fault("keyring-url")


def same_database(one: str, other: str) -> bool:
    """Whether two PostgreSQL URLs lead to the same database, whoever logs in and however the machine is called."""
    return _database_of(one) == _database_of(other)


def _database_of(url: str) -> tuple[str, str, str] | None:
    try:
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query))
        host = (query.get("host") or parts.hostname or "").lower()
        local = (
            host in ("", "localhost")
            or host.startswith("/")
            or is_loopback(f"//{host}" if ":" not in host else f"//[{host}]")
        )
        return "" if local else host, str(query.get("port") or parts.port or 5432), parts.path.strip("/")
    except ValueError:
        return None


def timezone(value: str) -> str:
    """An IANA time zone."""
    try:
        ZoneInfo(value)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise fault("timezone", value=value, nearest=nearest(value, available_timezones())) from None
    return value


def prefix(value: str) -> str:
    """What stands before a command: one mark that Markdown, mentions and Matrix clients leave alone."""
    if len(value) != 1 or value not in _PREFIX_MARKS:
        raise fault("prefix", value=value, marks=" ".join(sorted(_PREFIX_MARKS)))
    return value


def case_prefix(value: str) -> str:
    """The letters before a case's year and number."""
    if not re.fullmatch(r"[A-Z]{1,6}", value):
        raise fault("case-prefix", value=value)
    return value


def server(value: str) -> str:
    """The name of a homeserver, as it stands behind the colon of a user id."""
    if len(value) > 230 or not re.fullmatch(_SERVER, value):
        raise fault("server", value=value)
    return value.lower()


def roles(value: frozenset[Role]) -> frozenset[Role]:
    """At least one role; a citizen has no other, for the two see different things."""
    if not value:
        raise fault("roles-empty")
    if Role.CITIZEN in value and len(value) > 1:
        raise fault("citizen-alone")
    return value


class Table(BaseModel):
    """A table of the config: frozen, and a key that it does not know is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True, hide_input_in_errors=True)


Language = Literal["da", "en"]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
UserId = Annotated[str, AfterValidator(user_id)]
RoomKey = Annotated[str, AfterValidator(room_key)]
Code = Annotated[str, AfterValidator(code)]
ServerName = Annotated[str, AfterValidator(server)]
ConfigPath = Annotated[Path, PlainValidator(path)]
ExistingFile = Annotated[ConfigPath, AfterValidator(existing)]
