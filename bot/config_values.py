"""The small languages inside the config: what each value may look like and what it becomes.

Every function takes what stands in the file and returns the value, or raises `fault(CODE, …)`, which
`bot.config_problems` turns into a sentence. None of them ever puts a possible secret into its fault.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Final, Literal, NamedTuple
from urllib.parse import parse_qsl, urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from dateutil.relativedelta import relativedelta
from pydantic import ValidationInfo

from bot.config_problems import fault, nearest
from bot.when import Rhythm

_TIME: Final = re.compile(r"([01]?\d|2[0-3])[:.]([0-5]\d)")
_SPAN: Final = re.compile(
    r"(\d{1,3}) *(?:(workdays?|arbejdsdage?)|(days?|dage?)|(?:weeks?|uger?))", re.IGNORECASE
)
_PERIOD: Final = re.compile(
    r"(\d{1,4}) *(days?|dage?|weeks?|uger?|months?|måned(?:er)?|years?|år)", re.IGNORECASE
)
# By the first letter of the unit, in both languages.
_PERIODS: Final[dict[str, tuple[int, Literal["days", "months"]]]] = {
    "d": (1, "days"),
    "w": (7, "days"),
    "u": (7, "days"),
    "m": (1, "months"),
    "y": (12, "months"),
    "å": (12, "months"),
}
# Matrix specification, appendices, "Identifier Grammar". A room id of room version 12 names no server.
_SERVER: Final = r"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9.-]+)(?::\d{1,5})?"
_USER_ID: Final = re.compile(rf"@[a-z0-9._=/+-]+:{_SERVER}")
_ROOM: Final = re.compile(rf"#[^\s:]+:{_SERVER}|![^\s:]+(?::{_SERVER})?")
_WEEKDAYS: Final = (
    ("monday", "mandag"),
    ("tuesday", "tirsdag"),
    ("wednesday", "onsdag"),
    ("thursday", "torsdag"),
    ("friday", "fredag"),
    ("saturday", "lørdag", "loerdag"),
    ("sunday", "søndag", "soendag"),
)
_PREFIX_MARKS: Final = frozenset("!.?$%&=;")
_RULE_PARTS: Final = ("FREQ", "INTERVAL", "BYDAY", "BYHOUR", "BYMINUTE", "BYMONTHDAY", "BYMONTH", "BYSETPOS")
_FREQUENCIES: Final = ("DAILY", "WEEKLY", "MONTHLY", "YEARLY")
_LONGEST_RANGE: Final = timedelta(days=366)


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


@dataclass(frozen=True)
class Span:
    """A length of time in whole days: working days or calendar days. A week is seven calendar days."""

    count: int
    unit: Literal["workdays", "days"]

    @property
    def days(self) -> int:
        """The count, where calendar days are meant."""
        return self.count


@dataclass(frozen=True)
class Period:
    """How long something is kept: whole days, or calendar months (a year is twelve)."""

    count: int
    unit: Literal["days", "months"]

    def after(self, moment: datetime) -> datetime:
        """The moment so much later; a day that the month lacks becomes its last."""
        return moment + (relativedelta(months=self.count) if self.unit == "months" else timedelta(self.count))

    def before(self, moment: datetime) -> datetime:
        """The moment so much earlier."""
        return moment - (relativedelta(months=self.count) if self.unit == "months" else timedelta(self.count))


@dataclass(frozen=True)
class Slot:
    """A weekly hour in local time, on one or more weekdays (Monday = 0, ascending)."""

    weekdays: tuple[int, ...]
    at: time


class DateRange(NamedTuple):
    """Days from the first to the last, both included."""

    first: date
    last: date

    def days(self) -> Iterator[date]:
        """Every day of the range."""
        for offset in range((self.last - self.first).days + 1):
            yield self.first + timedelta(days=offset)


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


def time_of_day(value: object) -> time:
    """08:00, 8:00 or 8.00."""
    if isinstance(value, time) and value == time(value.hour, value.minute):
        return value
    if isinstance(value, str) and (match := _TIME.fullmatch(value.strip())):
        return time(int(match[1]), int(match[2]))
    raise fault("time", value=str(value))


def span(value: object) -> Span:
    """2 workdays, 0 days, 1 week; also in Danish."""
    if isinstance(value, Span):
        return value
    match = _SPAN.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None:
        raise fault("span", value=str(value))
    count = int(match[1])
    if match[2]:
        return Span(count, "workdays")
    return Span(count if match[3] else 7 * count, "days")


def period(value: object) -> Period:
    """30 days, 4 weeks, 6 months, 5 years; also in Danish."""
    if isinstance(value, Period):
        return value
    match = _PERIOD.fullmatch(value.strip()) if isinstance(value, str) else None
    if match is None or int(match[1]) == 0:
        raise fault("period", value=str(value))
    factor, unit = _PERIODS[match[2].casefold()[0]]
    return Period(int(match[1]) * factor, unit)


def positive(value: Span) -> Span:
    """A span that gets one anywhere: repeating every 0 days would never end."""
    if value.count == 0:
        raise fault("span-zero")
    return value


def span_or_never(value: object) -> Span | None:
    """A span as above, or "never" (aldrig): then None."""
    if value is None or (isinstance(value, str) and value.strip().casefold() in ("never", "aldrig")):
        return None
    if not isinstance(value, Span) and not (isinstance(value, str) and _SPAN.fullmatch(value.strip())):
        raise fault("span-or-never", value=str(value).lower() if isinstance(value, bool) else str(value))
    return span(value)


def period_or_never(value: object) -> Period | None:
    """A period as above, or "never" (aldrig): then None."""
    if value is None or (isinstance(value, str) and value.strip().casefold() in ("never", "aldrig")):
        return None
    return period(value)


def server(value: str) -> str:
    """The name of a homeserver, as it stands behind the colon of a user id."""
    if len(value) > 230 or not re.fullmatch(_SERVER, value):
        raise fault("server", value=value)
    return value.lower()


def _weekday(word: str) -> int | None:
    word = word.casefold().rstrip(".")
    if len(word) < 3:
        return None
    return next(
        (day for day, names in enumerate(_WEEKDAYS) if any(name.startswith(word) for name in names)), None
    )


def weekdays(value: object) -> frozenset[int]:
    """A list of weekdays: names or their first three letters, English or Danish."""
    if isinstance(value, frozenset):
        return value
    if not isinstance(value, list | tuple) or not value:
        raise fault("weekdays")
    return frozenset(_known_weekdays(value))


def _known_weekdays(words: Iterable[object]) -> Iterator[int]:
    for word in words:
        day = _weekday(word) if isinstance(word, str) else None
        if day is None:
            raise fault("weekday", value=str(word))
        yield day


def slot(value: object) -> Slot:
    """mon 08:30, or mon,thu 08:30."""
    if isinstance(value, Slot):
        return value
    words = re.split(r"[,\s]+", value.strip()) if isinstance(value, str) else []
    if len(words) < 2 or not _TIME.fullmatch(words[-1]):
        raise fault("slot", value=str(value))
    return Slot(tuple(sorted(set(_known_weekdays(words[:-1])))), time_of_day(words[-1]))


def date_range(value: object) -> DateRange:
    """2026-12-28, or 2026-12-28..2026-12-30."""
    if isinstance(value, DateRange):
        return value
    first, dots, last = (part.strip() for part in str(value).partition(".."))
    try:
        days = DateRange(date.fromisoformat(first), date.fromisoformat(last if dots else first))
    except ValueError:
        raise fault("date-range", value=str(value)) from None
    if days.last < days.first:
        raise fault("date-range-backwards", value=str(value))
    if days.last - days.first > _LONGEST_RANGE:
        raise fault("date-range-long", value=str(value))
    return days


def recurrence_parts(rule: str) -> dict[str, str]:
    """FREQ=WEEKLY;BYDAY=TU as a dictionary with keys in upper case."""
    pairs = (part.partition("=") for part in rule.split(";"))
    return {name.strip().upper(): content.strip().upper() for name, _, content in pairs}


def recurrence(value: str) -> str:
    """A meeting's recurrence: an RRULE of RFC 5545 by days or longer, in local time."""
    rule = re.sub(r"\s+", "", value).upper().removeprefix("RRULE:").rstrip(";")
    parts = recurrence_parts(rule)
    unknown = next((name for name in parts if name not in (*_RULE_PARTS, "COUNT", "UNTIL", "WKST")), None)
    if unknown is not None:
        raise fault("meeting", value=value, nearest=nearest(unknown, _RULE_PARTS))
    if parts.get("FREQ") not in _FREQUENCIES:
        said = parts.get("FREQ", "")
        raise fault("meeting-frequency", known=", ".join(_FREQUENCIES), nearest=nearest(said, _FREQUENCIES))
    try:
        # With some start: whether the rule needs one of its own is asked when that is known.
        Rhythm(rule, tz=ZoneInfo("UTC"), start=datetime(2026, 1, 1))  # noqa: DTZ001  (a rule is local time)
    except (ValueError, TypeError, IndexError, KeyError, AttributeError):
        raise fault("meeting", value=value) from None
    return rule


def meeting_start(value: object) -> date | datetime:
    """The day, or day and local time, of the first meeting."""
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value) if len(value) > 10 else date.fromisoformat(value)
        except ValueError:
            raise fault("meeting-start", value=str(value)) from None
    if not isinstance(value, date) or (isinstance(value, datetime) and value.tzinfo is not None):
        raise fault("meeting-start", value=str(value))
    # Meetings are counted from here on, so a slip in the century would be counted for long.
    if not 1990 <= value.year < 2200:
        raise fault("meeting-start-year", value=str(value))
    return value


def roles(value: frozenset[Role]) -> frozenset[Role]:
    """At least one role; a citizen has no other, for the two see different things."""
    if not value:
        raise fault("roles-empty")
    if Role.CITIZEN in value and len(value) > 1:
        raise fault("citizen-alone")
    return value
