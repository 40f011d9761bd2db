"""The config file and the environment as frozen settings; what is wrong with them, all at once.

`load` reads one TOML file. Secrets never stand in it: the bot's password and the master key come from
`HOTSPOTBOT_PASSWORD` and `HOTSPOTBOT_MASTER_KEY`, from systemd credentials named `hotspotbot_password` and
`hotspotbot_master_key`, or from files that the config points to. Relative paths, the SQLite database's too,
count from the folder the config file lies in. `config/hotspot.example.toml` explains every key.

The tables are in `bot.config_sections` (how the bot works) and `bot.programme` (for whom).
"""

from __future__ import annotations

import json
import os
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any, cast

from pydantic import BaseModel, Field, PrivateAttr, SecretStr, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot import config_crosscheck as crosscheck
from bot.config_problems import ConfigError, Explainer, Location, Problem, line_of
from bot.config_sections import (
    Cases,
    ClosedDays,
    Database,
    General,
    Keys,
    Limits,
    Matrix,
    Meetings,
    Privacy,
    Reminders,
    Retention,
)
from bot.config_values import Code, Role, Table
from bot.form import Form
from bot.form_file import read as read_form
from bot.form_file import standard
from bot.programme import Agency, Partner, Person, Room, StandingItem


class Settings(Table):
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
    _add_database(document, path.absolute().parent)
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


def _add_database(document: dict[str, Any], folder: Path) -> None:
    """Where no database is named it lies beside the config file, as all that is relative does.

    It used to be sought in the working directory: one that lies there, and none beside the config file, goes on.
    """
    table = document.setdefault("database", {})
    if not isinstance(table, dict) or "url" in table:
        return
    file = Path("var/hotspotbot.db")
    former = file.absolute()
    stays = former.is_file() and not (folder / file).exists()
    table["url"] = f"sqlite:///{former if stays else file}"


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
