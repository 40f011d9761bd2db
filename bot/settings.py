"""The config file and the environment as frozen settings; what is wrong with them, all at once.

`load` reads one TOML file. Secrets never stand in it: the bot's password and the master key come from
`HOTSPOTBOT_PASSWORD` and `HOTSPOTBOT_MASTER_KEY`, from systemd credentials named `hotspotbot_password` and
`hotspotbot_master_key`, or from files that the config points to. Relative paths, the SQLite database's too,
count from the folder the config file lies in. `config/hotspot.example.toml` explains every key.
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any, Literal, cast
from zoneinfo import ZoneInfo

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    PlainValidator,
    PrivateAttr,
    SecretStr,
    StringConstraints,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot import config_crosscheck as crosscheck
from bot import config_values as values
from bot.config_problems import ConfigError, Explainer, Location, Problem, fault, line_of
from bot.config_values import DateRange, ForumKind, Period, Role, Slot, Span, is_loopback
from bot.form import Form
from bot.form_file import read as read_form
from bot.form_file import standard
from bot.when import Rhythm

__all__ = ["ConfigError", "DateRange", "ForumKind", "Role", "Settings", "Slot", "Span", "example", "load"]

Language = Literal["da", "en"]
Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200)]
UserId = Annotated[str, AfterValidator(values.user_id)]
RoomKey = Annotated[str, AfterValidator(values.room_key)]
Code = Annotated[str, AfterValidator(values.code)]
ConfigPath = Annotated[Path, PlainValidator(values.path)]
TimeOfDay = Annotated[time, PlainValidator(values.time_of_day)]
SlotText = Annotated[Slot, PlainValidator(values.slot)]
SpanOrNever = Annotated[Span | None, PlainValidator(values.span_or_never)]
SpanText = Annotated[Span, PlainValidator(values.span)]
PositiveSpan = Annotated[Span, PlainValidator(values.span), AfterValidator(values.positive)]
PeriodText = Annotated[Period, PlainValidator(values.period)]
PeriodOrNever = Annotated[Period | None, PlainValidator(values.period_or_never)]
ServerName = Annotated[str, AfterValidator(values.server)]
Dates = Annotated[DateRange, PlainValidator(values.date_range)]
Workdays = Annotated[frozenset[int], PlainValidator(values.weekdays)]


class _Frozen(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, validate_default=True, hide_input_in_errors=True)


class Matrix(_Frozen):
    """How the bot reaches its homeserver. Times are in real seconds."""

    homeserver: Annotated[str, AfterValidator(values.homeserver)] = Field(
        examples=["https://matrix.example.dk"]
    )
    user_id: UserId = Field(examples=["@hotspotbot:example.dk"])
    store_path: ConfigPath = Field(default=Path("var/store"), examples=["var/store"])
    password: SecretStr | None = None
    password_file: ConfigPath | None = Field(default=None, examples=["var/password"])
    access_token_file: ConfigPath | None = Field(default=None, examples=["var/access_token"])
    device_name: Words = Field(default="hotspotbot", examples=["hotspotbot"])
    ca_file: Annotated[ConfigPath, AfterValidator(values.existing)] | None = Field(
        default=None, examples=["/etc/ssl/kommune-ca.pem"]
    )
    request_timeout: float = Field(default=30.0, ge=1, le=600, examples=[30])

    @property
    def is_loopback(self) -> bool:
        """Whether the homeserver runs on this machine: where rehearsals and cleartext are allowed."""
        return is_loopback(self.homeserver)


class Database(_Frozen):
    """Where the records are. The URL may hold a password and is therefore never shown."""

    url: Annotated[str, PlainValidator(values.database_url)] = Field(
        default="sqlite:///var/hotspotbot.db", repr=False, examples=["sqlite:///var/hotspotbot.db"]
    )


class Keys(_Frozen):
    """The master key, and the keyring that it wraps: a file, or the database of `keyring_url` if it is given.

    `Settings.read_master_key` gives the key itself.
    """

    master_key: SecretStr | None = None
    master_key_file: ConfigPath | None = Field(default=None, examples=["var/master.key"])
    keyring_file: ConfigPath = Field(default=Path("var/keyring.json"), examples=["var/keyring.json"])
    keyring_url: Annotated[str, PlainValidator(values.keyring_url)] | None = Field(
        default=None, repr=False, examples=["postgresql+psycopg://hotspotbot@db.example.dk/hotspotbot_keys"]
    )
    recovery_file: ConfigPath = Field(default=Path("var/recovery.txt"), examples=["var/recovery.txt"])


class General(_Frozen):
    """Language, time zone and the marks people type."""

    language: Language = Field(default="da", examples=["da"])
    timezone: Annotated[str, AfterValidator(values.timezone)] = Field(
        default="Europe/Copenhagen", examples=["Europe/Copenhagen"]
    )
    prefix: Annotated[str, AfterValidator(values.prefix)] = Field(default="!", examples=["!"])
    lead_digest: SlotText = Field(default=Slot((0,), time(8, 0)), examples=["mon 08:00"])
    case_prefix: Annotated[str, AfterValidator(values.case_prefix)] = Field(default="HS", examples=["HS"])
    log_level: Literal["debug", "info", "warning", "error"] = Field(default="info", examples=["info"])

    @property
    def tz(self) -> ZoneInfo:
        """The programme's time zone."""
        return ZoneInfo(self.timezone)


class Privacy(_Frozen):
    """What the law asks for (docs/domain, Law). Without encryption only loopback is served."""

    require_encryption: bool = Field(default=True, strict=True, examples=[True])
    devices: Literal["all", "signed"] = Field(default="signed", examples=["signed"])
    purpose: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)] = Field(
        default="Formål: kriminalitetsforebyggende samarbejde om børn og unge efter retsplejelovens § 115. "
        "Oplysninger herfra må ikke bruges til efterforskning, og ingen har pligt til at dele.",
        examples=["Formål: SSP-samarbejde efter retsplejelovens § 115."],
    )
    servers: tuple[ServerName, ...] = Field(default=(), examples=[["politi.example.dk"]])


class Retention(_Frozen):
    """How long each kind of record is kept, counted from when it was closed; never: until somebody erases it.

    The defaults and what they rest on stand in docs/databeskyttelse.md; a municipality's own DPO decides.
    """

    cases: PeriodOrNever = Field(default=Period(12, "months"), examples=["12 months"])
    notice: PeriodText = Field(default=Period(14, "days"), examples=["14 days"])
    actions: PeriodOrNever = Field(default=Period(24, "months"), examples=["24 months"])
    meetings: PeriodOrNever = Field(default=Period(60, "months"), examples=["5 years"])
    messages: PeriodOrNever = Field(default=Period(12, "months"), examples=["12 months"])
    audit: PeriodOrNever = Field(default=Period(60, "months"), examples=["5 years"])
    folder: ConfigPath = Field(default=Path("var/records"), examples=["var/records"])


class Limits(_Frozen):
    """How much one person may ask of the bot: far more than a meeting needs, far less than a flood."""

    messages: int = Field(default=120, strict=True, ge=10, le=100_000, examples=[120])
    minutes: int = Field(default=5, strict=True, ge=1, le=60, examples=[5])


class Reminders(_Frozen):
    """When owners are reminded (docs/domain, Time)."""

    at: TimeOfDay = Field(default=time(8, 0), examples=["08:00"])
    before: tuple[SpanText, ...] = Field(
        default=(Span(2, "workdays"), Span(0, "days")), examples=[["2 workdays", "0 days"]]
    )
    overdue_every: PositiveSpan = Field(default=Span(2, "workdays"), examples=["2 workdays"])
    raise_after: PositiveSpan = Field(default=Span(5, "workdays"), examples=["5 workdays"])
    hour_before: bool = Field(default=True, strict=True, examples=[True])


class ClosedDays(_Frozen):
    """Days beyond the public holidays on which nobody works, and the school's holidays by name."""

    closed_days: tuple[Dates, ...] = Field(default=(), examples=[["2026-12-28..2026-12-30", "2027-05-07"]])
    school_holidays: Mapping[str, tuple[Dates, ...]] = Field(
        default={}, examples=[["2027-02-15..2027-02-19"]]
    )

    @property
    def closed(self) -> frozenset[date]:
        """Every single closed day."""
        return frozenset(day for dates in self.closed_days for day in dates.days())

    @property
    def holidays(self) -> Mapping[str, tuple[DateRange, ...]]:
        """School holidays by name, each with the years' first and last days."""
        return self.school_holidays


class StandingItem(_Frozen):
    """An agenda item that comes by itself: at every meeting, or at the first of each month or quarter."""

    item: Words = Field(examples=["Fritidsjob"])
    minutes: int | None = Field(default=None, strict=True, ge=1, le=480, examples=[10])
    every: Literal["meeting", "month", "quarter"] = Field(default="meeting", examples=["month"])


class Meetings(_Frozen):
    """What the bot does around meetings. Turned off with "never" or false, where a forum wants to do it itself."""

    agenda_before: SpanOrNever = Field(default=Span(2, "workdays"), examples=["2 workdays"])
    ask_to_start: bool = Field(default=True, strict=True, examples=[True])
    approve_after: SpanOrNever = Field(default=Span(2, "workdays"), examples=["2 workdays"])


class Cases(_Frozen):
    """What the bot does about cases: what it asks before meetings, how often each is followed up, when it speaks up."""

    ask_before: SpanOrNever = Field(default=Span(4, "workdays"), examples=["4 workdays"])
    remind_before: SpanOrNever = Field(default=Span(2, "workdays"), examples=["2 workdays"])
    summary_before: SpanOrNever = Field(default=Span(1, "workdays"), examples=["1 workdays"])
    follow_up: PositiveSpan = Field(default=Span(28, "days"), examples=["4 weeks"])
    most: int = Field(default=7, strict=True, ge=1, le=30, examples=[7])
    still: PositiveSpan = Field(default=Span(42, "days"), examples=["6 weeks"])
    overdue: PositiveSpan = Field(default=Span(7, "days"), examples=["1 weeks"])
    old: PositiveSpan = Field(default=Span(30, "days"), examples=["30 days"])
    names: bool = Field(default=False, strict=True, examples=[False])
    form_file: Annotated[ConfigPath, AfterValidator(values.existing)] | None = Field(
        default=None, examples=["ressourceskema.toml"]
    )


class Room(_Frozen):
    """A Matrix room and the forum that meets in it. A naive `meeting_start` is local time."""

    room: RoomKey = Field(examples=["#fremdrift:example.dk"])
    forum: ForumKind = Field(examples=["fremdriftsgruppe"])
    name: Words | None = Field(default=None, examples=["Fremdriftsgruppen"])
    digest: SlotText | None = Field(default=None, examples=["mon 08:30"])
    meeting: Annotated[str, AfterValidator(values.recurrence)] | None = Field(
        default=None, examples=["FREQ=WEEKLY;BYDAY=TU;BYHOUR=10;BYMINUTE=0"]
    )
    joins: Mapping[str, Annotated[int, Field(strict=True, ge=2, le=52)]] = Field(
        default={}, examples=[{"POLITI": 2}]
    )
    meeting_start: Annotated[date | datetime, PlainValidator(values.meeting_start)] | None = Field(
        default=None, examples=["2026-11-24"]
    )
    duration: int = Field(default=60, strict=True, ge=1, le=1440, examples=[60])
    place: Words | None = Field(default=None, examples=["Rådhuset, lokale 2"])
    on_closed: Literal["skip", "before", "after", "week"] = Field(default="skip", examples=["after"])
    breaks: tuple[Dates, ...] = Field(default=(), examples=[["2026-12-21..2027-01-03"]])
    school_break: bool = Field(default=False, strict=True, examples=[True])
    standing: tuple[StandingItem, ...] = Field(
        default=(), examples=[[{"item": "Fritidsjob", "minutes": 10, "every": "month"}]]
    )
    language: Language | None = Field(default=None, examples=["en"])
    agencies: tuple[str, ...] = Field(default=(), examples=[["SOF", "BUF"]])
    escalates_to: RoomKey | None = Field(default=None, examples=["#ledelse:example.dk"])
    federated: bool = Field(default=False, strict=True, examples=[True])

    @field_validator("meeting_start")
    @classmethod
    def _anchored(cls, start: date | datetime | None, info: ValidationInfo) -> date | datetime | None:
        rule = info.data.get("meeting")
        if rule is None:
            if start is not None and "meeting" in info.data:
                raise fault("start-without-meeting")
            return start
        # Without a first meeting "every second Tuesday" has two meanings, and the wrong one empties a room. So
        # has "the police come every second time".
        recurrence = values.recurrence_parts(rule)
        counted = recurrence.get("INTERVAL", "1") != "1" or "COUNT" in recurrence or info.data.get("joins")
        if start is None and counted:
            raise fault("meeting-start-needed")
        if "BYHOUR" not in recurrence and not isinstance(start, datetime):
            raise fault("meeting-hour-needed")
        try:
            rhythm = Rhythm(rule, tz=ZoneInfo("UTC"), start=start)
        except ValueError:
            raise fault("meeting-day-needed") from None
        if rhythm.next_after(_day_before(start or date(2026, 1, 1))) is None:
            raise fault("meeting-never")
        return start

    @property
    def personal_data(self) -> bool:
        """Whether this forum may speak of persons at all (docs/domain, Forums)."""
        return self.forum.personal_data


class Agency(_Frozen):
    """An agency (forvaltning or myndighed): who speaks for it, and who manages its people."""

    name: Words = Field(examples=["Børne- og Ungdomsforvaltningen"])
    representative: UserId | None = Field(default=None, examples=["@lene:example.dk"])
    representatives: Mapping[str, UserId] = Field(default={}, examples=["@lene:example.dk"])
    managers: tuple[UserId, ...] = Field(default=(), examples=[["@jonas:example.dk"]])

    def representative_in(self, room: Room) -> str | None:
        """Who the agency's code stands for in a room: as said for the room, its kind, or at all."""
        in_kind = self.representatives.get(room.forum, self.representative)
        return self.representatives.get(room.room, in_kind)


class Person(_Frozen):
    """Somebody with a Matrix account. `workdays` count from Monday = 0; `at` overrides the reminder hour."""

    user_id: UserId = Field(examples=["@lene:example.dk"])
    name: Words = Field(examples=["Lene Holm"])
    agency: str | None = Field(default=None, examples=["BUF"])
    roles: Annotated[frozenset[Role], AfterValidator(values.roles)] = Field(
        default=frozenset({Role.MEMBER}), examples=[["member"]]
    )
    nicknames: tuple[Words, ...] = Field(default=(), examples=[["Lene", "LH"]])
    language: Language | None = Field(default=None, examples=["en"])
    workdays: Workdays = Field(default=frozenset(range(5)), examples=[["mon", "tue", "wed", "thu", "fri"]])
    at: TimeOfDay | None = Field(default=None, examples=["07:30"])
    oversees: tuple[str, ...] = Field(default=(), examples=[["fremdriftsgruppe", "#politi:example.dk"]])
    manager: UserId | None = Field(default=None, examples=["@jonas:example.dk"])


class Partner(_Frozen):
    """An outside partner without an account: a name, and the contact person who is reminded in its place."""

    key: Code = Field(examples=["KAB"])
    name: Words = Field(examples=["Boligforeningen"])
    agency: str | None = Field(default=None, examples=["BUF"])
    contact: UserId = Field(examples=["@lene:example.dk"])
    nicknames: tuple[Words, ...] = Field(default=(), examples=[["boligforeningen"]])


class Settings(_Frozen):
    """Everything that is configured. Build it with `load`."""

    matrix: Matrix
    database: Database = Database()
    keys: Keys = Keys()
    general: General = General()
    privacy: Privacy = Privacy()
    reminders: Reminders = Reminders()
    calendar: ClosedDays = ClosedDays()
    meetings: Meetings = Meetings()
    cases: Cases = Cases()
    # From a table and not an object, so that its folder counts from the config's as well where nothing is said.
    retention: Retention = Field(default_factory=lambda: cast(Retention, {}))
    limits: Limits = Limits()
    agencies: Mapping[Code, Agency] = {}
    people: tuple[Person, ...] = ()
    partners: tuple[Partner, ...] = ()
    rooms: tuple[Room, ...] = ()
    _form: Form | None = PrivateAttr(default=None)

    @property
    def form(self) -> Form:
        """The form of the ressourceskema: the programme's own ([cases] form_file), or that of annex 1."""
        return self._form or standard(frozenset(self.agencies), personal=self.cases.names)

    def person(self, user_id: str) -> Person | None:
        """The configured person with this user id."""
        return next((person for person in self.people if person.user_id == user_id), None)

    def room(self, key: str) -> Room | None:
        """The configured room with this alias or room id, as the config names it."""
        return next((room for room in self.rooms if room.room == key), None)

    def agency(self, code: str) -> Agency | None:
        """The agency with this code; case does not matter."""
        wanted = code.casefold()
        return next((agency for key, agency in self.agencies.items() if key.casefold() == wanted), None)

    @property
    def leads(self) -> tuple[Person, ...]:
        """The Hotspotchef, or several."""
        return tuple(person for person in self.people if Role.LEAD in person.roles)

    @property
    def coordinators(self) -> tuple[Person, ...]:
        """Everyone who coordinates a forum."""
        return tuple(person for person in self.people if Role.COORDINATOR in person.roles)

    def read_password(self) -> SecretStr | None:
        """The bot's password, from the environment or its file; None when none is configured.

        Raises ConfigError when the file cannot be read or is empty.
        """
        return self.matrix.password or self._secret("matrix", "password_file", self.matrix.password_file)

    def read_access_token(self) -> SecretStr | None:
        """The access token for a login without password, or None. Raises ConfigError as `read_password`."""
        return self._secret("matrix", "access_token_file", self.matrix.access_token_file)

    def read_master_key(self) -> SecretStr:
        """The master key as text, from the environment or its file. Raises ConfigError when there is none."""
        key = self.keys.master_key or self._secret("keys", "master_key_file", self.keys.master_key_file)
        if key is None:
            raise self._error(Problem(("keys", "master_key_file"), "no-master-key"))
        return key

    def _secret(self, section: str, key: str, path: Path | None) -> SecretStr | None:
        if path is None:
            return None
        try:
            secret = path.read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise self._error(_unreadable((section, key), path, error)) from None
        if not secret:
            raise self._error(Problem((section, key), "empty-file", {"path": str(path)}))
        return SecretStr(secret)

    def _error(self, problem: Problem) -> ConfigError:
        return ConfigError([problem.text(self.general.language)])


class _Environment(BaseSettings):
    """The secrets, from the environment or from systemd's credentials folder."""

    model_config = SettingsConfigDict(env_prefix="HOTSPOTBOT_", env_ignore_empty=True, extra="ignore")
    password: SecretStr | None = None
    master_key: SecretStr | None = None


def load(path: Path) -> Settings:
    """Read a config file and the environment.

    Raises ConfigError with everything that is wrong, each with its line, key, nearest right thing and an
    example, in the config's own language (Danish unless `general.language` says otherwise).
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([_unreadable((), path, error).text("da", str(path))]) from None
    try:
        document = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError([Problem((), "toml", {"why": str(error)}).text("da", str(path))]) from None
    problems = [*crosscheck.secrets_in_file(document), *crosscheck.cpr_numbers(document)]
    _add_secrets(document)
    explain = _Explainer(_SECTIONS)
    settings = None
    try:
        settings = Settings.model_validate(document, context={"folder": path.absolute().parent})
    except ValidationError as error:
        problems += (explain(detail) for detail in error.errors(include_url=False))
    problems += (
        replace(problem, example=problem.example or explain.example(problem.location))
        for problem in crosscheck.references(document)
    )
    own, wrong = _own_form(document, path.absolute().parent)
    if problems or wrong or settings is None:
        raise ConfigError([*_sentences(problems, document, str(path), text), *wrong])
    settings._form = own
    return settings


def _own_form(document: dict[str, Any], folder: Path) -> tuple[Form | None, list[str]]:
    """The form that a config names, and what is wrong with it. That there is no such file is said by the models."""
    cases, agencies = document.get("cases"), document.get("agencies")
    named = cases.get("form_file") if isinstance(cases, dict) else None
    if not isinstance(cases, dict) or not isinstance(named, str) or not named.strip() or "\0" in named:
        return None, []
    file = folder / Path(named).expanduser()
    if not file.is_file():
        return None, []
    codes = list(agencies) if isinstance(agencies, dict) else []
    personal = cases.get("names") is True
    return read_form(file, codes, personal=personal, language=_language(document))


def example() -> str:
    """The text of `config/hotspot.example.toml`, for `hotspotbot init`."""
    return files("bot").joinpath("config/hotspot.example.toml").read_text("utf-8")


def _sentences(problems: list[Problem], document: dict[str, Any], path: str, text: str) -> list[str]:
    """The problems in the order of the file, in the config's language."""
    language = _language(document)
    found = [(_line(text, document, problem.location), problem) for problem in problems]
    found.sort(key=lambda pair: pair[0] or 0)
    return [p.text(language, path, line, crosscheck.who(document, p.location)) for line, p in found]


def _language(document: dict[str, Any]) -> str:
    general = document.get("general")
    return "en" if isinstance(general, dict) and general.get("language") == "en" else "da"


def _line(text: str, document: dict[str, Any], location: Location) -> int | None:
    return line_of(text, crosscheck.as_written(document, location)) or line_of(text, location)


def _day_before(start: date) -> datetime:
    return datetime.combine(start, time(), UTC) - timedelta(days=1)


class _Explainer(Explainer):
    """Knows the tables within a room as well, and writes its examples as TOML."""

    def _place(self, location: Location) -> tuple[type[BaseModel] | None, str]:
        names = [part for part in location if isinstance(part, str)]
        if len(names) > 2 and names[:2] == ["rooms", "standing"]:
            return StandingItem, names[2]
        return super()._place(location)

    def example(self, location: Location) -> str | None:
        model, key = self._place(location)
        field = model.model_fields.get(key) if model else None
        return f"{key} = {_toml(field.examples[0])}" if field and field.examples else None


def _toml(value: object) -> str:
    """A value as it stands in a config. JSON's strings, numbers and booleans are TOML's as well."""
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{key} = {_toml(each)}' for key, each in value.items())} }}"
    if isinstance(value, list):
        return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, ensure_ascii=False)


def _add_secrets(document: dict[str, Any]) -> None:
    """Put what the environment holds where the models expect it; keyring and recovery file beside the store."""
    credentials = os.environ.get("CREDENTIALS_DIRECTORY")
    folder = credentials if credentials and Path(credentials).is_dir() else None
    secrets = _Environment(_secrets_dir=folder)
    matrix, keys = document.get("matrix"), document.setdefault("keys", {})
    if isinstance(matrix, dict):
        matrix["password"] = secrets.password
    if isinstance(keys, dict):
        keys["master_key"] = secrets.master_key
        store = matrix.get("store_path") if isinstance(matrix, dict) else None
        if isinstance(store, str):
            keys.setdefault("keyring_file", str(Path(store).parent / "keyring.json"))
        ring = keys.get("keyring_file")
        if isinstance(ring, str):
            keys.setdefault("recovery_file", str(Path(ring).with_name("recovery.txt")))


def _unreadable(location: Location, path: Path, error: OSError | UnicodeDecodeError) -> Problem:
    if isinstance(error, FileNotFoundError):
        return Problem(location, "no-such-file" if location else "no-config", {"path": str(path)})
    why = error.strerror if isinstance(error, OSError) else "UTF-8"
    return Problem(location, "unreadable", {"path": str(path), "why": why or type(error).__name__})


_SECTIONS: Mapping[str, type[BaseModel]] = {
    "matrix": Matrix,
    "database": Database,
    "keys": Keys,
    "general": General,
    "privacy": Privacy,
    "reminders": Reminders,
    "calendar": ClosedDays,
    "meetings": Meetings,
    "cases": Cases,
    "retention": Retention,
    "limits": Limits,
    "agencies": Agency,
    "people": Person,
    "partners": Partner,
    "rooms": Room,
}
