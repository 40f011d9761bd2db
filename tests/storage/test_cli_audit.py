"""The command line on keys and the log, as an operator uses it: what it says, what it refuses, what it exits with."""

from __future__ import annotations

import csv
import json
import stat
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import Session
from typer.testing import CliRunner, Result

from bot import audit
from bot.app import open_vault
from bot.cli import app
from bot.settings import load
from bot.storage import migrations, queries
from bot.storage.database import Database
from bot.storage.models import Forum, Room
from bot.storage.sealing import make_master_key

NOON = datetime(2026, 11, 24, 11, tzinfo=UTC)
CONFIG = """
[matrix]
homeserver = "http://127.0.0.1:8008"
user_id = "@hotspotbot:example.dk"
[database]
url = "sqlite:///var/hotspotbot.db"
[keys]
master_key_file = "var/master.key"
[general]
language = "en"
[[people]]
user_id = "@lene:example.dk"
name = "Lene Holm"
[[rooms]]
room = "#fremdrift:example.dk"
forum = "fremdriftsgruppe"
"""


class Home:
    """A bot's folder, with a database in which something was noted, and its command line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.config = folder / "hotspot.toml"
        self.config.write_text(CONFIG, encoding="utf-8")
        self.key, self.ring = folder / "var/master.key", folder / "var/keyring.json"
        make_master_key(self.key)
        migrations.migrate(load(self.config).database.url)
        self.job(
            lambda session: [
                audit.note(session, act, subject, by=by, at=NOON, detail="case.shown", purpose="prevention")  # type: ignore[arg-type, func-returns-value]
                for act, subject, by in (
                    ("saw", "case:HS-26-014", "@lene:example.dk"),
                    ("changed", "case:HS-26-014", "@karla:example.dk"),
                    ("saw", "case:HS-26-015", "@lene:example.dk"),
                )
            ]
        )

    def job(self, fn: object) -> object:
        settings = load(self.config)
        database = Database(settings.database.url, open_vault(settings))
        database.open()
        try:
            return database.run_sync(fn)  # type: ignore[arg-type]
        finally:
            database.close()

    def head(self) -> str:
        return str(self.job(audit.head))

    def execute(self, statement: str) -> None:
        self.job(lambda session: session.execute(text(statement)))

    def run(self, *arguments: str) -> Result:
        return CliRunner().invoke(app, [*arguments, "--config", str(self.config)])

    def said(self, *arguments: str, code: int = 0) -> str:
        result = self.run(*arguments)
        assert result.exit_code == code, result.output
        return result.output


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    for name in ("HOTSPOTBOT_MASTER_KEY", "CREDENTIALS_DIRECTORY", "SUDO_USER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("LOGNAME", "drift")
    for module in ("cli", "cli_keys", "cli_audit"):
        # Loggers are bound for good once they are set up: the tests after these could not listen to them.
        monkeypatch.setattr(f"bot.{module}.set_up", lambda level: None)
    return Home(tmp_path)


class TestKeys:
    def test_rotate_changes_the_key_and_says_what_to_do_with_the_former(self, home: Home) -> None:
        former = home.key.read_text()
        said = home.said("keys", "rotate")
        assert "made" not in said
        assert "destroy the former" in said
        assert home.key.read_text() != former
        assert stat.S_IMODE(home.key.stat().st_mode) == 0o600
        assert not home.key.with_name("master.key.next").exists()
        assert "fits the keyring" in home.said("keys", "status")

        def last(session: Session) -> tuple[str, str, str, str | None]:
            entry = [*queries.audit_entries(session)][-1]
            return entry.act, entry.subject, entry.by, entry.purpose

        assert home.job(last) == ("changed", "keys", "operator:drift", "security")

    def test_status_counts_and_names_nobody(self, home: Home) -> None:
        vault = open_vault(load(home.config))
        vault.seal("case:HS-26-014", "text:1:words", "x")
        vault.destroy("case:HS-26-014")
        said = home.said("keys", "status")
        assert "1 destroyed" in said
        assert "HS-26" not in said

    def test_the_wrong_master_key_is_said_and_nothing_starts(self, home: Home) -> None:
        home.key.unlink()
        make_master_key(home.key)
        for command in (("keys", "status"), ("keys", "rotate"), ("audit", "verify"), ("run",)):
            assert "does not fit the keyring" in home.said(*command, code=78)

    def test_a_missing_master_key_is_said_and_nothing_starts(self, home: Home) -> None:
        home.key.unlink()
        for command in (("keys", "status"), ("keys", "rotate"), ("audit", "verify"), ("run",)):
            assert "no master key" in home.said(*command, code=78)
        assert not home.key.exists()

    def test_a_missing_keyring_is_not_made_anew(self, home: Home) -> None:
        """An empty one would be copied over the last good copy, by the unit that docs/drift describes."""
        home.ring.unlink()
        for command in (
            ("keys", "status"),
            ("keys", "rotate"),
            ("run",),
            ("audit", "verify"),
            ("audit", "show"),
            ("audit", "export", str(home.folder / "log.csv")),
            ("export", "actions"),
            ("erase", "HS-26-014"),
            ("subject-access", "HS-26-014"),
        ):
            assert "keyring is missing" in home.said(*command, code=78)
            assert not home.ring.exists()

    def test_a_key_of_the_environment_asks_for_a_place_for_the_new_one(
        self, home: Home, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("HOTSPOTBOT_MASTER_KEY", home.key.read_text().strip())
        next_ = home.folder / "var/master.key.next"
        assert f"--new-key-file {next_}" in home.said("keys", "rotate", code=78)
        assert "one place only" in home.said(
            "keys", "rotate", "--new-key-file", str(home.folder / "x"), code=78
        )
        said = home.said("keys", "rotate", "--new-key-file", str(next_))
        assert "LoadCredential" in said
        assert "does NOT fit" in home.said("keys", "status", code=1)
        monkeypatch.setenv("HOTSPOTBOT_MASTER_KEY", next_.read_text().strip())
        said = home.said("keys", "status")
        assert "; it fits" in said
        assert "`hotspotbot keys rotate`" not in said, "the change is done"
        assert "next start deletes it" in said

    def test_a_key_file_needs_no_other_place(self, home: Home) -> None:
        said = home.said("keys", "rotate", "--new-key-file", str(home.folder / "x"), code=78)
        assert "leave out --new-key-file" in said

    def test_a_next_key_can_be_prepared_for_another_machine(self, home: Home) -> None:
        former = home.key.read_text()
        assert "copy it" in home.said("keys", "rotate", "--prepare")
        prepared = home.key.with_name("master.key.next").read_text()
        assert home.key.read_text() == former
        assert "a next master key is ready" in home.said("keys", "status")
        home.said("keys", "rotate")
        assert home.key.read_text() == prepared


class TestAudit:
    def test_show_narrows_down(self, home: Home) -> None:
        assert len(home.said("audit", "show").splitlines()) == 3
        lines = home.said("audit", "show", "--subject", "case:HS-26-014").splitlines()
        assert ["saw" in lines[0], "changed" in lines[1], len(lines)] == [True, True, 2]
        assert "2026-11-24 12:00:00" in lines[0]
        assert len(home.said("audit", "show", "--by", "@lene:example.dk", "--act", "saw").splitlines()) == 2
        assert home.said("audit", "show", "--since", "2026-11-25") == "no entries since 2026-11-25\n"
        rows = [json.loads(line) for line in home.said("audit", "show", "--format", "json").splitlines()]
        assert [row["subject"] for row in rows] == ["case:HS-26-014", "case:HS-26-014", "case:HS-26-015"]

    def test_forums_and_people_are_shown_by_name_and_kept_by_id(self, home: Home) -> None:
        def note(session: Session) -> None:
            forum = Forum(kind="fremdriftsgruppe", config_room="#fremdrift:example.dk", created_at=NOON)
            session.add(forum)
            session.add(Room(room_id="!abc:example.dk", forum_uid=forum.uid, state="joined", since=NOON))
            session.flush()
            for subject, recipient in (
                (f"forum:{forum.uid}", "dm:@lene:example.dk"),
                ("person:@lene:example.dk", f"forum:{forum.uid}"),
                ("room:!abc:example.dk", None),
            ):
                audit.note(session, "told", subject, by="", at=NOON, recipient=recipient)

        home.job(note)
        said = home.said("audit", "show", "--act", "told").splitlines()
        assert [line.split("  ", 1)[1] for line in said] == [
            "bot  told  forum:Fremdriftsgruppe  -> dm:@lene:example.dk (Lene Holm)",
            "bot  told  person:@lene:example.dk (Lene Holm)  -> forum:Fremdriftsgruppe",
            "bot  told  forum:Fremdriftsgruppe",
        ]
        assert "@karla:example.dk  changed" in home.said("audit", "show"), "who is not known has their id"
        for file in (home.folder / "log.jsonl", home.folder / "log.csv"):
            home.said("audit", "export", str(file))
            whole = file.read_text()
            if file.suffix == ".csv":
                rows = list(csv.DictReader(whole.splitlines()[1:]))
            else:
                rows = [json.loads(line) for line in whole.splitlines()[1:]]
            assert rows[5]["subject"] == "room:!abc:example.dk"
            assert rows[5]["readable"] == "bot  told  forum:Fremdriftsgruppe"
        home.said("audit", "verify")

    def test_what_it_does_not_know_is_said(self, home: Home) -> None:
        assert "one of asked" in home.said("audit", "show", "--act", "peeked", code=2)
        assert "is no date" in home.said("audit", "show", "--since", "i går", code=2)

    @pytest.mark.parametrize(
        ("option", "value", "count"),
        [
            *(
                ("--by", value, 2)
                for value in ("lene", "@lene", "Lene", "@lene:example.dk", "@Lene:example.dk")
            ),
            ("--by", "@karla", 1),  # in the config no more
            *(("--subject", value, 2) for value in ("HS-26-014", "hs-26-014", "hs-26-14", "case:hs-26-014")),
            *(
                ("--subject", value, 1)
                for value in ("@lene", "lene", "person:lene", "person:@lene:example.dk")
            ),
            *(("--subject", value, 1) for value in ("keys", "42", "#42", "action:42")),
        ],
    )
    def test_who_and_what_are_found_as_people_write_them(
        self, home: Home, option: str, value: str, count: int
    ) -> None:
        def note(session: Session) -> None:
            for subject in ("person:@lene:example.dk", "keys", "action:42"):
                audit.note(session, "changed", subject, by="", at=NOON)

        home.job(note)
        assert len(home.said("audit", "show", option, value).splitlines()) == count

    def test_where_there_is_nothing_it_says_so_beside_the_output(self, home: Home) -> None:
        done = home.run("audit", "show", "--by", "bo", "--subject", "hs-26-99", "--format", "json")
        assert (done.exit_code, done.stdout) == (0, "")
        assert done.stderr == "no entries about case:HS-26-099 by @bo:example.dk\n"
        assert home.run("audit", "show", "--by", "bot").stderr == "no entries by bot\n"
        assert home.run("audit", "show", "--by", "lene").stderr == ""

    @pytest.mark.parametrize(
        ("option", "value"),
        [
            *(("--by", value) for value in ("Lene Holm", "!abc:example.dk", "case:HS-26-014", "@")),
            *(("--subject", value) for value in ("Lene Holm", "HS26", "case:", "case:x", "person:", "@a b")),
        ],
    )
    def test_what_can_be_neither_is_refused(self, home: Home, option: str, value: str) -> None:
        done = home.run("audit", "show", option, value)
        assert (done.exit_code, done.stdout) == (2, "")
        assert f"{option} {value!r} names nothing of the log" in done.stderr

    def test_a_name_of_two_is_asked_about(self, home: Home) -> None:
        more = '[[people]]\nuser_id = "@lene:example.org"\nname = "Lene Skov"\n'
        home.config.write_text(CONFIG + more, encoding="utf-8")
        said = home.said("audit", "show", "--by", "lene", code=2)
        assert "@lene:example.dk or @lene:example.org" in said

    def test_verify_tells_a_good_log_from_a_changed_one(self, home: Home) -> None:
        said = home.said("audit", "verify")
        assert said.startswith("3 entries, each as it was written"), "no empty line where nothing draws a bar"
        assert home.head() in said
        home.said("audit", "verify", "--head", home.head())
        assert "the head that was given" in home.said("audit", "verify", "--head", "0" * 31 + "1", code=1)
        home.execute("UPDATE audit SET by = '@ali:example.dk' WHERE seq = 2")
        said = home.said("audit", "verify", code=1)
        assert "entry 2 of 2026-11-24 12:00:00" in said
        assert "not as it was written" in said

    def test_export_has_the_head_first_and_all_of_it(self, home: Home) -> None:
        file = home.folder / "log.jsonl"
        home.said("audit", "export", str(file))
        head, *rows = [json.loads(line) for line in file.read_text().splitlines()]
        assert head == {"head": home.head()}
        assert rows[-1]["hash"] == head["head"]
        assert [row["act"] for row in rows] == ["saw", "changed", "saw", "exported"]
        assert rows[-1]["by"] == "operator:drift"
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
        home.said("audit", "verify", "--head", head["head"])
        assert "exists already" in home.said("audit", "export", str(file), code=1)

    def test_an_export_that_cannot_be_written_is_said_and_not_noted(self, home: Home) -> None:
        said = home.said("audit", "export", str(home.folder / "væk" / "log.jsonl"), code=1)
        assert "no folder" in said
        assert "exported" not in home.said("audit", "show")

    def test_export_as_a_table(self, home: Home) -> None:
        file = home.folder / "log.csv"
        home.said("audit", "export", str(file))
        first, *lines = file.read_text().splitlines()
        assert first == f"# head {home.head()}"
        rows = list(csv.DictReader(lines))
        assert [row["subject"] for row in rows][-1] == "audit"
        assert "name the file" in home.said("audit", "export", str(home.folder / "log.txt"), code=2)

    def test_records_that_are_exported_are_in_it(self, home: Home) -> None:
        home.said("export", "actions")
        home.said("export", "minutes", "--format", "md")
        lines = home.said("audit", "show", "--act", "exported").splitlines()
        assert ["actions  -> json" in lines[0], "minutes  -> md" in lines[1]] == [True, True]
