"""The tables of the config that say how the bot works: where it connects, what it keeps, when it speaks up.

Each key has a default or is required, and an example to copy. `config/hotspot.example.toml` explains them.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, time
from pathlib import Path
from typing import Annotated, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, Field, PlainValidator, SecretStr, StringConstraints

from bot import config_values as values
from bot.config_times import (
    DateRange,
    Dates,
    Period,
    PeriodOrNever,
    PeriodText,
    PositiveSpan,
    Slot,
    SlotText,
    Span,
    SpanOrNever,
    SpanText,
    TimeOfDay,
)
from bot.config_values import (
    ConfigPath,
    ExistingFile,
    Language,
    ServerName,
    Table,
    UserId,
    Words,
    is_loopback,
)


class Matrix(Table):
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
    ca_file: ExistingFile | None = Field(default=None, examples=["/etc/ssl/kommune-ca.pem"])
    request_timeout: float = Field(default=30.0, ge=1, le=600, examples=[30])

    @property
    def is_loopback(self) -> bool:
        """Whether the homeserver runs on this machine: where rehearsals and cleartext are allowed."""
        return is_loopback(self.homeserver)


class Database(Table):
    """Where the records are. The URL may hold a password and is therefore never shown."""

    url: Annotated[str, PlainValidator(values.database_url)] = Field(
        default="sqlite:///var/hotspotbot.db", repr=False, examples=["sqlite:///var/hotspotbot.db"]
    )


class Keys(Table):
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


class General(Table):
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


class Privacy(Table):
    """What the law asks for (docs/domain, Law). Without encryption only loopback is served."""

    require_encryption: bool = Field(default=True, strict=True, examples=[True])
    devices: Literal["all", "signed"] = Field(default="signed", examples=["signed"])
    purpose: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)] = Field(
        default="Formål: kriminalitetsforebyggende samarbejde om børn og unge efter retsplejelovens § 115. "
        "Oplysninger herfra må ikke bruges til efterforskning, og ingen har pligt til at dele.",
        examples=["Formål: SSP-samarbejde efter retsplejelovens § 115."],
    )
    servers: tuple[ServerName, ...] = Field(default=(), examples=[["politi.example.dk"]])


class Retention(Table):
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


class Limits(Table):
    """How much one person may ask of the bot: far more than a meeting needs, far less than a flood."""

    messages: int = Field(default=120, strict=True, ge=10, le=100_000, examples=[120])
    minutes: int = Field(default=5, strict=True, ge=1, le=60, examples=[5])


class Reminders(Table):
    """When owners are reminded (docs/domain, Time)."""

    at: TimeOfDay = Field(default=time(8, 0), examples=["08:00"])
    before: tuple[SpanText, ...] = Field(
        default=(Span(2, "workdays"), Span(0, "days")), examples=[["2 workdays", "0 days"]]
    )
    overdue_every: PositiveSpan = Field(default=Span(2, "workdays"), examples=["2 workdays"])
    raise_after: PositiveSpan = Field(default=Span(5, "workdays"), examples=["5 workdays"])
    hour_before: bool = Field(default=True, strict=True, examples=[True])


class ClosedDays(Table):
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


class Meetings(Table):
    """What the bot does around meetings. Turned off with "never" or false, where a forum wants to do it itself."""

    agenda_before: SpanOrNever = Field(default=Span(2, "workdays"), examples=["2 workdays"])
    ask_to_start: bool = Field(default=True, strict=True, examples=[True])
    approve_after: SpanOrNever = Field(default=Span(2, "workdays"), examples=["2 workdays"])


class Cases(Table):
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
    form_file: ExistingFile | None = Field(default=None, examples=["ressourceskema.toml"])
