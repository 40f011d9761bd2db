"""The config as an operator meets it: what it means, and what is said when something is wrong with it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

import pytest
from pydantic import ValidationError

from bot.config_problems import ConfigError
from bot.config_times import DateRange, Slot, Span
from bot.config_values import ForumKind, Role
from bot.programme import Room, StandingItem
from bot.settings import Settings, example, load

# The keys that the guide shows as sufficient, and a second person and room to point at.
SUFFICIENT = """
[matrix]
homeserver = "http://127.0.0.1:8008"
user_id = "@hotspotbot:example.dk"
store_path = "var/store"
[database]
url = "sqlite:///var/hotspotbot.db"
[keys]
master_key_file = "var/master.key"
[general]
language = "da"
timezone = "Europe/Copenhagen"
prefix = "!"
[privacy]
require_encryption = true
[reminders]
at = "08:00"
before = ["2 workdays", "0 days"]
overdue_every = "2 workdays"
[agencies.BUF]
name = "Børne- og Ungdomsforvaltningen"
[[people]]
user_id = "@lene:example.dk"
name = "Lene Holm"
agency = "BUF"
roles = ["member"]
[[rooms]]
room = "#fremdrift:example.dk"
forum = "fremdriftsgruppe"
digest = "mon 08:30"
meeting = "FREQ=WEEKLY;BYDAY=TU;BYHOUR=10;BYMINUTE=0"
"""
Write = Callable[[str], Path]


@pytest.fixture(autouse=True)
def _no_secrets_from_outside(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HOTSPOTBOT_PASSWORD", "HOTSPOTBOT_MASTER_KEY", "CREDENTIALS_DIRECTORY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def _write(text: str) -> Path:
        path = tmp_path / "hotspot.toml"
        path.write_text(text, "utf-8")
        return path

    return _write


def problems(path: Path) -> list[str]:
    with pytest.raises(ConfigError) as caught:
        load(path)
    return [problem.removeprefix(f"{path}:").strip() for problem in caught.value.problems]


# --- what a right config means


def test_the_keys_shown_suffice(write: Write, tmp_path: Path) -> None:
    settings = load(write(SUFFICIENT))
    assert settings.matrix.homeserver == "http://127.0.0.1:8008"
    assert settings.matrix.is_loopback
    assert settings.matrix.store_path == tmp_path / "var/store"
    assert settings.keys.master_key_file == tmp_path / "var/master.key"
    assert settings.database.url == f"sqlite:///{tmp_path}/var/hotspotbot.db"
    assert str(settings.general.tz) == "Europe/Copenhagen"
    assert settings.general.lead_digest == Slot((0,), time(8, 0))
    assert settings.general.case_prefix == "HS"
    assert settings.reminders.at == time(8, 0)
    assert settings.reminders.before == (Span(2, "workdays"), Span(0, "days"))
    assert settings.reminders.raise_after == Span(5, "workdays")
    assert settings.reminders.hour_before is True
    assert "§ 115" in settings.privacy.purpose
    (room,) = settings.rooms
    assert (room.forum, room.digest, room.duration) == (
        ForumKind.FREMDRIFTSGRUPPE,
        Slot((0,), time(8, 30)),
        60,
    )
    (lene,) = settings.people
    assert (lene.agency, lene.roles, lene.workdays) == (
        "BUF",
        frozenset({Role.MEMBER}),
        frozenset({0, 1, 2, 3, 4}),
    )


def test_two_keys_are_enough_to_begin(write: Write, tmp_path: Path) -> None:
    settings = load(write('[matrix]\nhomeserver = "https://m.example.dk/"\nuser_id = "@bot:example.dk"\n'))
    assert settings.matrix.homeserver == "https://m.example.dk"
    assert not settings.matrix.is_loopback
    assert settings.matrix.store_path == tmp_path / "var/store"
    assert settings.keys.keyring_file == tmp_path / "var/keyring.json"
    assert settings.keys.recovery_file == tmp_path / "var/recovery.txt"


def test_the_example_loads_as_it_is_written(write: Write) -> None:
    settings = load(write(example()))
    assert {room.forum for room in settings.rooms} == {"fremdriftsgruppe", "ledelsesgruppe"}
    assert [person.name for person in settings.leads] == ["Mette Krogh"]
    assert [person.name for person in settings.coordinators] == ["Ali Demir"]


def test_the_example_loads_with_every_optional_key_switched_on(write: Write, tmp_path: Path) -> None:
    (tmp_path / "ca.pem").write_text("certificate")
    (tmp_path / "ressourceskema.toml").write_text(
        '[family]\nda = "Familien"\n[family.work]\nda = "Arbejde"\n'
    )
    # An optional key or table is a comment that would be TOML without its mark.
    optional = re.compile(r'^# (?=\[\[?[\w.]+\]\]?$|"?[#:.\w]+"? = )', re.MULTILINE)
    text = optional.sub("", example()).replace("/etc/ssl/kommune-ca.pem", "ca.pem")
    switched_on = load(write(text))
    written = tomllib.loads(text)
    room = written["rooms"][0]
    assert room.keys() == Room.model_fields.keys(), "every key of a room stands in the example"
    assert room["standing"][0].keys() == StandingItem.model_fields.keys()
    assert switched_on.rooms[0].joins == {"POLITI": 2}
    assert switched_on.rooms[0].breaks == (DateRange(date(2026, 12, 21), date(2027, 1, 3)),)
    assert [each.item for each in switched_on.rooms[0].standing] == ["Fritidsjob"]
    assert switched_on.calendar.school_holidays["vinterferie"] == ((date(2027, 2, 15), date(2027, 2, 19)),)
    unused = {
        (section, key)
        for section, model in Settings.model_fields.items()
        for key in getattr(model.annotation, "model_fields", {})
        if key not in tomllib.loads(text).get(section, {})
    }
    assert unused == {("matrix", "password"), ("keys", "master_key")}, "every key stands in the example"
    assert switched_on.partners[0].contact == "@mette:example.dk"
    assert [each.title("da") for each in switched_on.form.fields()] == ["Arbejde"]
    assert switched_on.people[2].nicknames == ("LH", "Lene fra klubben")


def test_relative_paths_count_from_the_config_and_not_from_the_shell(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write(SUFFICIENT)
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    assert load(Path("../hotspot.toml")).matrix.store_path.resolve() == tmp_path / "var/store"
    assert load(path).database.url == f"sqlite:///{tmp_path}/var/hotspotbot.db"
    assert load(path).retention.folder == tmp_path / "var/records", "also where [retention] is not written"


def test_a_database_that_is_not_named_lies_beside_the_config_as_all_else_does(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    unnamed = SUFFICIENT.replace('[database]\nurl = "sqlite:///var/hotspotbot.db"\n', "")
    assert unnamed != SUFFICIENT
    path = write(unnamed)
    elsewhere = tmp_path / "elsewhere"
    (elsewhere / "var").mkdir(parents=True)
    monkeypatch.chdir(elsewhere)
    assert load(path).database.url == f"sqlite:///{tmp_path}/var/hotspotbot.db"
    assert load(write(unnamed + "[database]\n")).database.url == f"sqlite:///{tmp_path}/var/hotspotbot.db"
    # A programme that began where it was started, as it used to be, keeps its records.
    (elsewhere / "var/hotspotbot.db").touch()
    assert load(path).database.url == f"sqlite:///{elsewhere}/var/hotspotbot.db"
    (tmp_path / "var").mkdir(exist_ok=True)
    (tmp_path / "var/hotspotbot.db").touch()
    assert load(path).database.url == f"sqlite:///{tmp_path}/var/hotspotbot.db"


def test_absolute_paths_and_postgresql_stay(write: Write) -> None:
    text = SUFFICIENT.replace('"var/store"', '"/srv/bot/store"')
    url = "postgresql+psycopg://bot:sesame@db/hotspot"
    settings = load(write(text.replace("sqlite:///var/hotspotbot.db", url)))
    assert settings.matrix.store_path == Path("/srv/bot/store")
    assert settings.keys.keyring_file == Path("/srv/bot/keyring.json"), "beside the store"
    assert settings.keys.recovery_file == Path("/srv/bot/recovery.txt"), "beside the keyring"
    assert settings.database.url == url


@pytest.mark.parametrize(
    "same",
    [
        "postgresql+psycopg://bot:sesame@db/hotspot",
        "postgresql+psycopg://keys@DB:5432/hotspot",
        "postgresql+psycopg:///hotspot?host=db",
    ],
)
def test_the_keyring_never_lies_in_the_database_that_it_locks(write: Write, same: str) -> None:
    text = SUFFICIENT.replace("sqlite:///var/hotspotbot.db", "postgresql+psycopg://bot:sesame@db/hotspot")
    (said,) = problems(write(text.replace("[keys]", f'[keys]\nkeyring_url = "{same}"')))
    assert "keyring_url" in said
    assert "database for sig selv" in said
    assert "sesame" not in said
    other = text.replace("[keys]", '[keys]\nkeyring_url = "postgresql+psycopg://bot@db/keys"')
    assert load(write(other)).keys.keyring_url == "postgresql+psycopg://bot@db/keys"


def test_here_is_here_by_whatever_name(write: Write) -> None:
    here = (
        "/hotspot",
        "localhost/hotspot",
        "127.0.0.1:5432/hotspot",
        "[::1]/hotspot",
        "/hotspot?host=/run/pg",
    )
    for one in here:
        text = SUFFICIENT.replace("sqlite:///var/hotspotbot.db", f"postgresql+psycopg://{one}")
        for other in here:
            keys = f'[keys]\nkeyring_url = "postgresql+psycopg://{other}"'
            assert len(problems(write(text.replace("[keys]", keys)))) == 1, (one, other)


def test_a_keyring_url_is_postgresql(write: Write) -> None:
    (said,) = problems(write(SUFFICIENT.replace("[keys]", '[keys]\nkeyring_url = "sqlite:///keys.db"')))
    assert "PostgreSQL-database for sig selv" in said


def test_everything_can_be_said(write: Write) -> None:
    settings = load(
        write(
            SUFFICIENT.replace(
                'name = "Lene Holm"', 'name = " Lene Holm "\noversees = ["#fremdrift:example.dk"]'
            )
            + """
place = "Rådhuset"
agencies = ["BUF"]
language = "en"
[[rooms]]
room = "!opaque"
forum = "hotspotraad"
digest = "man, tor 9.15"
meeting = "RRULE:freq=monthly; interval=3; byday=2WE"
meeting_start = 2026-12-09T17:00:00
[agencies.BUF.representatives]
hotspotraad = "@bo:example.dk"
[[people]]
user_id = "@bo:example.dk"
name = "Bo Lund"
roles = ["citizen"]
workdays = ["lørdag", "sun"]
at = 07:30:00
manager = "@lene:example.dk"
[calendar]
closed_days = [2026-12-28, "2027-05-06..2027-05-07"]
[calendar.school_holidays]
vinterferie = ["2027-02-15..2027-02-19"]
"""
        )
    )
    fremdrift, council = settings.rooms
    assert (fremdrift.place, fremdrift.language, fremdrift.personal_data) == ("Rådhuset", "en", True)
    assert council.digest == Slot((0, 3), time(9, 15))
    assert council.meeting == "FREQ=MONTHLY;INTERVAL=3;BYDAY=2WE"
    assert council.meeting_start == datetime.fromisoformat("2026-12-09T17:00")
    assert not council.personal_data
    agency = settings.agency("buf")
    assert agency is not None
    assert agency.representative_in(council) == "@bo:example.dk"
    assert agency.representative_in(fremdrift) is None
    bo = settings.person("@bo:example.dk")
    assert bo is not None
    assert (bo.workdays, bo.at) == (frozenset({5, 6}), time(7, 30))
    assert settings.people[0].name == "Lene Holm"
    assert settings.calendar.closed == {date(2026, 12, 28), date(2027, 5, 6), date(2027, 5, 7)}
    assert settings.calendar.holidays == {"vinterferie": (DateRange(date(2027, 2, 15), date(2027, 2, 19)),)}
    assert settings.room("!opaque") is council
    assert settings.room("#nowhere:example.dk") is None
    assert settings.agency("TMF") is None
    assert settings.person("@ali:example.dk") is None


def test_a_room_goes_before_its_kind_when_an_agency_is_represented(write: Write) -> None:
    settings = load(
        write(
            SUFFICIENT
            + """
[agencies.SOF]
name = "Socialforvaltningen"
representative = "@lene:example.dk"
[agencies.SOF.representatives]
fremdriftsgruppe = "@ali:example.dk"
"#fremdrift:example.dk" = "@bo:example.dk"
[[rooms]]
room = "#valby:example.dk"
forum = "fremdriftsgruppe"
[[rooms]]
room = "#plads:example.dk"
forum = "byudvikling"
[[people]]
user_id = "@ali:example.dk"
name = "Ali Demir"
[[people]]
user_id = "@bo:example.dk"
name = "Bo Lund"
"""
        )
    )
    agency = settings.agencies["SOF"]
    said = [agency.representative_in(room) for room in settings.rooms]
    assert said == ["@bo:example.dk", "@ali:example.dk", "@lene:example.dk"]


def test_which_forums_may_speak_of_persons() -> None:
    speaking = {kind for kind in ForumKind if kind.personal_data}
    assert speaking == {"fremdriftsgruppe", "ledelsesgruppe", "politi", "gadeteam"}
    assert len(ForumKind) == 9


@pytest.mark.parametrize(
    ("text", "span"),
    [
        ("1 workday", Span(1, "workdays")),
        ("2 arbejdsdage", Span(2, "workdays")),
        ("1 day", Span(1, "days")),
        ("10 dage", Span(10, "days")),
        ("1 week", Span(7, "days")),
        ("2 uger", Span(14, "days")),
    ],
)
def test_spans_are_working_days_or_calendar_days(write: Write, text: str, span: Span) -> None:
    settings = load(write(SUFFICIENT.replace('overdue_every = "2 workdays"', f'overdue_every = "{text}"')))
    assert settings.reminders.overdue_every == span


def test_meetings_are_prepared_unless_the_config_says_otherwise(write: Write) -> None:
    meetings = load(write(SUFFICIENT)).meetings
    assert meetings.agenda_before == Span(2, "workdays")
    assert meetings.approve_after == Span(2, "workdays")
    assert meetings.ask_to_start
    (room,) = load(write(SUFFICIENT)).rooms
    assert (room.on_closed, room.breaks, room.school_break, room.joins) == ("skip", (), False, {})
    assert room.standing == ()


@pytest.mark.parametrize(
    ("text", "span"),
    [("never", None), ("aldrig", None), (" Never ", None), ("1 uge", Span(7, "days"))],
)
def test_what_the_bot_does_around_meetings_can_be_turned_off(
    write: Write, text: str, span: Span | None
) -> None:
    said = f'[meetings]\nagenda_before = "{text}"\napprove_after = "{text}"\nask_to_start = false\n'
    meetings = load(write(said + SUFFICIENT)).meetings
    assert (meetings.agenda_before, meetings.approve_after, meetings.ask_to_start) == (span, span, False)


def test_the_rules_of_meetings_can_wait_for_a_rhythm(write: Write) -> None:
    """An operator may write them down before it is decided when the forum meets."""
    text = swap(
        'meeting = "FREQ=WEEKLY;BYDAY=TU;BYHOUR=10;BYMINUTE=0"',
        'on_closed = "week"\nbreaks = ["2026-12-24"]\nschool_break = true\njoins = { BUF = 3 }\n'
        '[[rooms.standing]]\nitem = "Nyt fra gaden"',
    )
    (room,) = load(write(text)).rooms
    assert room.meeting is None
    assert (room.on_closed, room.school_break, room.joins) == ("week", True, {"BUF": 3})
    (standing,) = room.standing
    assert (standing.item, standing.minutes, standing.every) == ("Nyt fra gaden", None, "meeting")


def test_nothing_can_be_changed_afterwards(write: Write) -> None:
    settings = load(write(SUFFICIENT))
    with pytest.raises(ValidationError):
        settings.people[0].name = "Mette Krogh"  # type: ignore[misc]


# --- secrets


def test_secrets_come_from_the_environment(write: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOTSPOTBOT_PASSWORD", "open sesame")
    monkeypatch.setenv("HOTSPOTBOT_MASTER_KEY", "skeleton key")
    settings = load(write(SUFFICIENT))
    password = settings.read_password()
    assert password is not None
    assert password.get_secret_value() == "open sesame"
    assert settings.read_master_key().get_secret_value() == "skeleton key"
    assert "sesame" not in f"{settings!r} {settings}"
    assert "skeleton" not in f"{settings!r} {settings}"


def test_secrets_come_from_files(write: Write, tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    for name in ("password", "token", "master.key"):
        (tmp_path / "var" / name).write_text(f"{name} in a file\n")
    files = 'password_file = "var/password"\naccess_token_file = "var/token"\n[database]'
    settings = load(write(SUFFICIENT.replace("[database]", files)))
    password, token = settings.read_password(), settings.read_access_token()
    assert password is not None
    assert token is not None
    assert password.get_secret_value() == "password in a file"
    assert token.get_secret_value() == "token in a file"
    assert settings.read_master_key().get_secret_value() == "master.key in a file"


def test_secrets_come_from_systemd_credentials(
    write: Write, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    credentials = tmp_path / "credentials"
    credentials.mkdir()
    (credentials / "hotspotbot_password").write_text("open sesame\n")
    monkeypatch.setenv("CREDENTIALS_DIRECTORY", str(credentials))
    password = load(write(SUFFICIENT)).read_password()
    assert password is not None
    assert password.get_secret_value() == "open sesame"


def test_a_config_without_secrets_still_loads_for_commands_that_need_none(write: Write) -> None:
    settings = load(write(SUFFICIENT))
    assert settings.read_password() is None
    assert settings.read_access_token() is None


def test_a_missing_key_file_is_named(write: Write, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=rf"keys\.master_key_file.*{tmp_path}/var/master\.key findes ikke"):
        load(write(SUFFICIENT)).read_master_key()


def test_an_empty_key_file_is_no_key(write: Write, tmp_path: Path) -> None:
    (tmp_path / "var").mkdir()
    (tmp_path / "var/master.key").write_text("\n")
    with pytest.raises(ConfigError, match="er tom"):
        load(write(SUFFICIENT)).read_master_key()


def test_no_master_key_at_all_says_where_to_put_one(write: Write) -> None:
    with pytest.raises(ConfigError, match="HOTSPOTBOT_MASTER_KEY"):
        load(write(SUFFICIENT.replace('master_key_file = "var/master.key"', ""))).read_master_key()


@pytest.mark.parametrize(
    "wrong",
    [
        SUFFICIENT.replace('"var/store"', '"var/store"\npassword = "hunter2"'),
        SUFFICIENT.replace('"var/store"', '"var/store"\npasword = "hunter2"'),
        SUFFICIENT.replace("http://127.0.0.1", "https://bot:hunter2@matrix.example.dk"),
        SUFFICIENT.replace("sqlite:///var/hotspotbot.db", "postgresql://bot:hunter2@db/hotspot"),
        SUFFICIENT.replace("[keys]", '[keys]\nmaster_key = "hunter2"'),
        SUFFICIENT.replace('store_path = "var/store"', 'store_path = ["hunter2"]'),
    ],
)
def test_a_secret_in_the_config_is_refused_and_not_repeated(write: Write, wrong: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(write(wrong))
    told: BaseException | None = caught.value
    assert str(told)
    while told is not None:
        assert "hunter2" not in str(told)
        told = told.__cause__


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ('name = "Lene Holm"', 'name = "Lene 120512-4321"', "people[0].name"),
        ('name = "Børne- og Ungdomsforvaltningen"', 'name = "cpr 1205124321"', "agencies.BUF.name"),
        ("require_encryption = true", 'purpose = "om 120512 4321"', "privacy.purpose"),
        ('digest = "mon 08:30"', 'place = "hos 12.05.12-4321"', "rooms[0].place"),
        ('agency = "BUF"', 'agency = "120512-4321"', "people[0].agency"),
        ('forum = "fremdriftsgruppe"', 'forum = "120512-4321"', "rooms[0].forum"),
    ],
)
def test_a_cpr_number_in_the_config_is_refused_by_its_key_and_not_repeated(
    write: Write, old: str, new: str, where: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        load(write(swap(old, new)))
    said = str(caught.value)
    assert f"{where}" in said
    assert "CPR-nummer" in said
    assert "4321" not in said


# --- what is said when something is wrong


def swap(old: str, new: str) -> str:
    assert old in SUFFICIENT
    return SUFFICIENT.replace(old, new, 1)


ONE_ERROR = {
    "unknown key": (swap("store_path", "store_pat"), "matrix.store_pat:", "Mente du store_path?"),
    "unknown section": (swap("[[rooms]]", "[[room]]"), "27: room:", "Mente du rooms?"),
    "key in another section": (
        swap("[matrix]", '[matrix]\ntimezone = "UTC"'),
        "matrix.timezone:",
        "[general] timezone",
    ),
    "missing": (swap('name = "Lene Holm"', ""), "people[0].name (@lene:example.dk):", 'name = "Lene Holm"'),
    "list": (swap('["member"]', '"member"'), "26: people[0].roles (Lene Holm):", "liste"),
    "text": (swap('"!"', "1"), "general.prefix:", "tekst"),
    "bool": (swap("= true", '= "true"'), "privacy.require_encryption:", "true eller false"),
    "number": (swap('"mon 08:30"', '"mon 08:30"\nduration = "en time"'), "rooms[0].duration", "et tal"),
    "range": (swap('"mon 08:30"', '"mon 08:30"\nduration = 0'), "rooms[0].duration", "Grænsen er 1"),
    "table": (swap("[agencies.BUF]\nname", "[agencies]\nBUF"), "agencies.BUF:", "en tabel"),
    "empty": (swap("Lene Holm", " "), "people[0].name", "tom"),
    "role": (swap('["member"]', '["medlem"]'), "people[0].roles[0] (Lene Holm):", "member"),
    "no role": (swap('["member"]', "[]"), "people[0].roles", "Mindst én rolle"),
    "citizen": (swap('["member"]', '["citizen", "lead"]'), "people[0].roles", "citizen"),
    "language": (swap('"da"', '"dk"'), "general.language:", "da, en"),
    "time zone": (
        swap("Europe/Copenhagen", "Europe/Kopenhagen"),
        "general.timezone:",
        "Mente du Europe/Copenhagen?",
    ),
    "time zone folder": (swap("Europe/Copenhagen", "Europe"), "general.timezone:", "kendes ikke"),
    "prefix": (swap('"!"', '"#"'), "general.prefix:", "„#“"),
    "case prefix": (swap('prefix = "!"', 'prefix = "!"\ncase_prefix = "hs-"'), "general.case_prefix:", "HS"),
    "homeserver": (swap("http://127.0.0.1:8008", "matrix.example.dk"), "matrix.homeserver:", "https://"),
    "homeserver port": (swap("127.0.0.1:8008", "127.0.0.1:port"), "matrix.homeserver:", "https://"),
    "user id": (swap("@lene:example.dk", "lene"), "people[0].user_id (Lene Holm):", "@lene:example.dk"),
    "user id case": (
        swap("@lene:example.dk", "@Lene:example.dk"),
        "people[0].user_id",
        "Mente du @lene:example.dk?",
    ),
    "room": (swap("#fremdrift:example.dk", "fremdrift"), "rooms[0].room (fremdrift):", "rum-alias"),
    "forum": (swap("fremdriftsgruppe", "fremdriftgruppe"), "rooms[0].forum", "Mente du fremdriftsgruppe?"),
    "database": (swap("sqlite:///var/hotspotbot.db", "mysql://db"), "database.url:", "postgresql+psycopg"),
    "database in memory": (swap("var/hotspotbot.db", ":memory:"), "database.url:", "SQLite-fil"),
    "path": (swap('"var/store"', '""'), "matrix.store_path:", 'store_path = "var/store"'),
    "ca file": (
        swap('"var/store"', '"var/store"\nca_file = "ca.pem"'),
        "matrix.ca_file:",
        "ca.pem findes ikke",
    ),
    "time": (swap('at = "08:00"', 'at = "24:00"'), "reminders.at:", "„24:00“"),
    "seconds": (swap('at = "08:00"', "at = 08:00:30"), "reminders.at:", "08:00:30"),
    "span": (swap('"0 days"', '"snart"'), "reminders.before[1]:", "„snart“"),
    "span for ever": (
        swap('every = "2 workdays"', 'every = "0 days"'),
        "reminders.overdue_every:",
        "mindst én dag",
    ),
    "slot": (swap("mon 08:30", "08:30"), "rooms[0].digest", 'digest = "mon 08:30"'),
    "slot day": (swap("mon 08:30", "mo 08:30"), "rooms[0].digest", "„mo“ er ikke en ugedag"),
    "workday": (
        swap('["member"]', '["member"]\nworkdays = ["mon", "Ferie"]'),
        "people[0].workdays",
        "„Ferie“",
    ),
    "no workday": (swap('["member"]', '["member"]\nworkdays = []'), "people[0].workdays", "mindst én ugedag"),
    "date": ("[calendar]\nclosed_days = ['1/2']" + SUFFICIENT, "calendar.closed_days[0]:", "„1/2“"),
    "backwards": (
        "[calendar]\nclosed_days = ['2026-12-30..2026-12-28']" + SUFFICIENT,
        "calendar.closed_days[0]:",
        "slutter, før den begynder",
    ),
    "long": (
        "[calendar.school_holidays]\nsommer = ['2026-06-27..2036-08-09']" + SUFFICIENT,
        "calendar.school_holidays.sommer[0]:",
        "længere end et år",
    ),
    "agency code": (
        swap("[agencies.BUF]", '[agencies."B U"]\nname = "x"\n[agencies.BUF]'),
        'agencies."B U":',
        "kode",
    ),
    "rule": (swap("BYDAY=TU", "BYDAY=XX"), "rooms[0].meeting ", "RRULE"),
    "rule key": (swap("BYDAY=TU", "BYDAGE=TU"), "rooms[0].meeting ", "Mente du BYDAY?"),
    "rule interval": (swap("FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=0"), "rooms[0].meeting ", "RRULE"),
    "rule frequency": (swap("FREQ=WEEKLY", "FREQ=UGENTLIGT"), "rooms[0].meeting ", "WEEKLY"),
    "rule without hour": (swap(";BYHOUR=10;BYMINUTE=0", ""), "rooms[0].meeting_start", "BYHOUR"),
    "rule never": (
        swap("FREQ=WEEKLY;BYDAY=TU", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
        "rooms[0].meeting_start",
        "aldrig et møde",
    ),
    "every second week": (
        swap("FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2"),
        "rooms[0].meeting_start",
        "første møde",
    ),
    "so many times": (
        swap("FREQ=WEEKLY", "FREQ=WEEKLY;COUNT=5"),
        "rooms[0].meeting_start",
        "første møde",
    ),
    "start": (
        swap('"mon 08:30"', '"mon 08:30"\nmeeting_start = "24/11"'),
        "rooms[0].meeting_start",
        "„24/11“",
    ),
    "start abroad": (
        swap('"mon 08:30"', '"mon 08:30"\nmeeting_start = 2026-11-24T10:00:00Z'),
        "rooms[0].meeting_start",
        "lokal tid",
    ),
    "start alone": (
        swap('meeting = "FREQ=WEEKLY;BYDAY=TU;BYHOUR=10;BYMINUTE=0"', "meeting_start = 2026-11-24"),
        "rooms[0].meeting_start",
        "ingen møderytme",
    ),
    "a week without a day": (
        swap(";BYDAY=TU", ""),
        "rooms[0].meeting_start",
        "Mødets dag mangler",
    ),
    "a year without a month": (
        swap("FREQ=WEEKLY;BYDAY=TU", "FREQ=YEARLY;BYDAY=TU"),
        "rooms[0].meeting_start",
        "BYMONTH",
    ),
    "rule twice": (swap("BYDAY=TU", "BYDAY=TU;BYDAY=WE"), "rooms[0].meeting ", "RRULE"),
    "rule until": (swap("BYDAY=TU", "BYDAY=TU;UNTIL=2027"), "rooms[0].meeting ", "RRULE"),
    "start in another century": (
        swap('"mon 08:30"', '"mon 08:30"\nmeeting_start = 0206-11-24'),
        "rooms[0].meeting_start",
        "for langt væk",
    ),
    "near agenda_before": (
        "[meetings]\nagenda_befor = '1 day'" + SUFFICIENT,
        "2: meetings.agenda_befor:",
        "Mente du agenda_before?",
    ),
    "not never": (
        "[meetings]\nagenda_before = 'nej'" + SUFFICIENT,
        "2: meetings.agenda_before:",
        "„nej“ er ikke et antal dage. Skriv et tal og workdays, days eller weeks, eller skriv never. "
        'Eksempel: agenda_before = "2 workdays"',
    ),
    "off by false": (
        "[meetings]\napprove_after = false" + SUFFICIENT,
        "meetings.approve_after:",
        "„false“ er ikke et antal dage. Skriv et tal og workdays, days eller weeks, eller skriv never.",
    ),
    "ask by never": (
        "[meetings]\nask_to_start = 'never'" + SUFFICIENT,
        "meetings.ask_to_start:",
        "true eller false",
    ),
    "closed": (
        swap('"mon 08:30"', '"mon 08:30"\non_closed = "efter"'),
        "31: rooms[0].on_closed",
        'Mente du after? Eksempel: on_closed = "after"',
    ),
    "break": (
        swap('"mon 08:30"', '"mon 08:30"\nbreaks = ["juleferie"]'),
        "rooms[0].breaks[0]",
        "„juleferie“ er hverken en dato (2026-12-28) eller en periode",
    ),
    "break backwards": (
        swap('"mon 08:30"', '"mon 08:30"\nbreaks = ["2027-01-03..2026-12-21"]'),
        "rooms[0].breaks[0]",
        "slutter, før den begynder",
    ),
    "break alone": (
        swap('"mon 08:30"', '"mon 08:30"\nbreaks = "2026-12-21..2027-01-03"'),
        "rooms[0].breaks",
        'Skal være en liste i kantede parenteser. Eksempel: breaks = ["2026-12-21..2027-01-03"]',
    ),
    "school break": (
        swap('"mon 08:30"', '"mon 08:30"\nschool_break = "vinterferie"'),
        "rooms[0].school_break",
        "true eller false",
    ),
    "joins from when": (
        swap('"mon 08:30"', '"mon 08:30"\njoins = { BUF = 2 }'),
        "rooms[0].meeting_start",
        "eller rummet har joins, skal datoen for det første møde stå her",
    ),
    "joins whom": (
        swap('"mon 08:30"', '"mon 08:30"\nmeeting_start = 2026-11-24\njoins = { BUFF = 2 }'),
        "32: rooms[0].joins.BUFF",
        "Mente du BUF? Eksempel: joins = { POLITI = 2 }",
    ),
    "joins always": (
        swap('"mon 08:30"', '"mon 08:30"\nmeeting_start = 2026-11-24\njoins = { BUF = 1 }'),
        "rooms[0].joins.BUF",
        "Grænsen er 2",
    ),
    "joins in words": (
        swap('"mon 08:30"', '"mon 08:30"\nmeeting_start = 2026-11-24\njoins = { BUF = "hver anden" }'),
        "rooms[0].joins.BUF",
        "et tal uden anførselstegn",
    ),
    "joins without a number": (
        swap('"mon 08:30"', '"mon 08:30"\nmeeting_start = 2026-11-24\njoins = "BUF"'),
        "rooms[0].joins",
        "en tabel med egne nøgler. Eksempel: joins = { POLITI = 2 }",
    ),
    "standing key": (
        SUFFICIENT + '[[rooms.standing]]\nitem = "Fritidsjob"\nminuter = 10',
        "34: rooms[0].standing[0].minuter (#fremdrift:example.dk):",
        "Mente du minutes?",
    ),
    "a room's key below its standing items": (
        SUFFICIENT + '[[rooms.standing]]\nitem = "Fritidsjob"\nplace = "Rådhuset"',
        "34: rooms[0].standing[0].place",
        "Mente du [rooms] place?",
    ),
    "standing every": (
        SUFFICIENT + '[[rooms.standing]]\nitem = "Fritidsjob"\nevery = "week"',
        "34: rooms[0].standing[0].every",
        'Kendte er: meeting, month, quarter. Eksempel: every = "month"',
    ),
    "standing minutes": (
        SUFFICIENT + '[[rooms.standing]]\nitem = "Fritidsjob"\nminutes = "ti"',
        "34: rooms[0].standing[0].minutes",
        "et tal uden anførselstegn. Eksempel: minutes = 10",
    ),
    "standing without end": (
        SUFFICIENT + '[[rooms.standing]]\nitem = "Fritidsjob"\nminutes = 481',
        "34: rooms[0].standing[0].minutes",
        "Grænsen er 480",
    ),
    "standing without words": (
        SUFFICIENT + '[[rooms.standing]]\nitem = "A"\n[[rooms.standing]]\nminutes = 10',
        "34: rooms[0].standing[1].item",
        'Mangler og skal udfyldes. Eksempel: item = "Fritidsjob"',
    ),
    "standing in the second room": (
        SUFFICIENT
        + '[[rooms.standing]]\nitem = "A"\n[[rooms]]\nroom = "!b"\nforum = "politi"\n'
        + '[[rooms.standing]]\nitem = "B"\n[[rooms.standing]]\nitem = ""',
        "40: rooms[1].standing[1].item (!b):",
        "tom",
    ),
    "standing on one line": (
        swap('"mon 08:30"', '"mon 08:30"\nstanding = [{ item = "A", every = "dag" }]'),
        "31: rooms[0].standing[0].every",
        "Kendte er",
    ),
    "standing as one table": (
        SUFFICIENT + '[rooms.standing]\nitem = "Fritidsjob"',
        "27: rooms[0].standing ",
        'standing = [{ item = "Fritidsjob", minutes = 10, every = "month" }]',
    ),
    "unknown agency": (
        swap('agency = "BUF"', 'agency = "BUFF"'),
        "25: people[0].agency (Lene Holm):",
        "Mente du BUF?",
    ),
    "agency in a room": (
        swap('"mon 08:30"', '"mon 08:30"\nagencies = ["SOF"]'),
        "rooms[0].agencies[0]",
        "Kendte er: BUF",
    ),
    "representative": (
        swap("[[people]]", 'representative = "@lena:example.dk"\n[[people]]'),
        "agencies.BUF.representative:",
        "Mente du @lene:example.dk?",
    ),
    "representative's place": (
        swap("[[people]]", 'representatives.politiet = "@lene:example.dk"\n[[people]]'),
        "agencies.BUF.representatives.politiet:",
        "Mente du politi?",
    ),
    "manager of an agency": (
        swap("[[people]]", 'managers = ["@jo:x"]\n[[people]]'),
        "agencies.BUF.managers[0]:",
        "@jo:x",
    ),
    "manager of a person": (
        swap('["member"]', '["member"]\nmanager = "@jo:x"'),
        "people[0].manager",
        "[[people]]",
    ),
    "oversees": (
        swap('["member"]', '["lead"]\noversees = ["#fremdrif:example.dk"]'),
        "people[0].oversees[0]",
        "#fremdrift:",
    ),
    "contact": (
        SUFFICIENT + '[[partners]]\nkey = "DSB"\nname = "DSB"\ncontact = "@jo:x"',
        "partners[0].contact (DSB):",
        "[[people]]",
    ),
    "person twice": (
        SUFFICIENT + '[[people]]\nuser_id = "@lene:example.dk"\nname = "Lene H"',
        "people[1].user_id (Lene H):",
        "anden gang",
    ),
    "room twice": (
        SUFFICIENT + '[[rooms]]\nroom = "#fremdrift:example.dk"\nforum = "politi"',
        "rooms[1].room",
        "anden gang",
    ),
    "code twice": (SUFFICIENT + '[agencies.buf]\nname = "x"', "agencies.buf:", "bruges allerede"),
    "bot as person": (swap("@lene:example.dk", "@hotspotbot:example.dk"), "people[0].user_id", "botten selv"),
    "cleartext": (
        SUFFICIENT.replace("127.0.0.1", "matrix.example.dk").replace(
            "encryption = true", "encryption = false"
        ),
        "privacy.require_encryption:",
        "kryptering",
    ),
}


@pytest.mark.parametrize(("text", "where", "what"), ONE_ERROR.values(), ids=ONE_ERROR.keys())
def test_each_error_is_named_alone_with_its_place_and_its_mend(
    write: Write, text: str, where: str, what: str
) -> None:
    (said,) = problems(write(text))
    line, _, rest = said.partition(": ")
    assert line.isdigit(), "the line in the file"
    assert where in said
    assert what in rest


def test_cleartext_is_allowed_on_this_machine(write: Write) -> None:
    for host in ("127.0.0.1", "localhost", "[::1]"):
        text = SUFFICIENT.replace("127.0.0.1", host).replace("encryption = true", "encryption = false")
        assert load(write(text)).privacy.require_encryption is False


def test_all_errors_come_at_once_in_the_order_of_the_file(write: Write) -> None:
    text = (
        SUFFICIENT.replace("homeserver =", "homserver =").replace('"BUF"', '"BUFF"').replace("mon 0", "mo 0")
    )
    said = problems(write(text.replace('"08:00"', '"8"')))
    keys = [problem.split(": ")[1] for problem in said]
    assert keys == [
        "matrix.homeserver",
        "matrix.homserver",
        "reminders.at",
        "people[0].agency (Lene Holm)",
        "rooms[0].digest (#fremdrift:example.dk)",
    ]


def test_the_errors_speak_the_config_s_language(write: Write) -> None:
    (said,) = problems(write(SUFFICIENT.replace('"da"', '"en"').replace("store_path", "store_pat")))
    assert said == '5: matrix.store_pat: The key "store_pat" is not known here. Did you mean store_path?'


def test_the_errors_about_meetings_speak_english_too(write: Write) -> None:
    text = SUFFICIENT.replace('"da"', '"en"') + '[[rooms.standing]]\nitem = "Jobs"\nevery = "weekly"'
    text = text.replace("[agencies.BUF]", '[meetings]\nagenda_before = "no"\n[agencies.BUF]')
    text = text.replace('"mon 08:30"', '"mon 08:30"\njoins = { POLICE = 2 }')
    assert [said.partition(": ")[2] for said in problems(write(text))] == [
        'meetings.agenda_before: "no" is not a number of days. Write a number and workdays, days or weeks, '
        'or write never. Example: agenda_before = "2 workdays"',
        "rooms[0].meeting_start (#fremdrift:example.dk): Is missing. When the recurrence has INTERVAL or COUNT, "
        "or the room has joins, the date of the first meeting must stand here: the bot counts from it. "
        'Example: meeting_start = "2026-11-24"',
        'rooms[0].joins.POLICE (#fremdrift:example.dk): The agency "POLICE" does not stand under [agencies]. '
        "Known: BUF. Example: joins = { POLITI = 2 }",
        'rooms[0].standing[0].every (#fremdrift:example.dk): "weekly" is not one of the choices. '
        'Known: meeting, month, quarter. Example: every = "month"',
    ]


def test_broken_toml_says_where(write: Write) -> None:
    (said,) = problems(write('[matrix]\nhomeserver = http://127.0.0.1\nuser_id = "@bot:example.dk"'))
    assert "line 2" in said
    assert "anførselstegn" in said


def test_a_missing_config_says_how_to_get_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nothing\.toml findes ikke\. „hotspotbot init"):
        load(tmp_path / "nothing.toml")


def test_a_config_in_another_encoding_or_a_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "latin.toml").write_bytes("[general] # på dansk".encode("latin-1"))
    for path in (tmp_path, tmp_path / "latin.toml"):
        with pytest.raises(ConfigError, match="kan ikke læses"):
            load(path)


def test_a_byte_order_mark_from_a_windows_editor_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "hotspot.toml"
    path.write_text(SUFFICIENT, "utf-8-sig")
    assert load(path).people


@pytest.mark.parametrize("section", Settings.model_fields)
@pytest.mark.parametrize(
    "value",
    ["1", '"x"', "true", "[]", "[1]", "{}", "{x = 1}", "[[]]", "[{x = {}}]", "1.5", "2026-01-01", "[nan]"],
)
def test_a_section_of_any_shape_is_read_or_named(write: Write, section: str, value: str) -> None:
    rest = (
        "" if section == "matrix" else '\n[matrix]\nhomeserver = "http://[::1]"\nuser_id = "@bot:example.dk"'
    )
    try:
        load(write(f"{section} = {value}{rest}"))
        said = section
    except ConfigError as error:
        said = str(error)
    assert f"{section}" in said
