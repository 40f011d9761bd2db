"""What the bot leaves behind besides messages, for `test_flows`: its log, its folder, and what an operator takes out.

A secret word in clear is looked for in bytes, as UTF-8, UTF-16 and base64. Files that are meant to be read (a document,
an export, a case's folder) are opened instead, and their words held against the rules.
"""

from __future__ import annotations

import base64
import io
import json
import logging
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner, Result

from bot.cli import app
from bot.logs import set_up
from tests.dialogs.wired import read

SECRET = "Hemmelig"
CPR = ("070809-4321", "0708094321", "070809 4321")
"""A number that is one by its date of birth, as people write it."""


def _patterns(word: str) -> Iterator[bytes]:
    """How a word may stand in a file."""
    said = word.encode()
    yield said
    yield word.encode("utf-16-le")
    yield word.encode("utf-16-be")
    for before in range(3):  # base64 of a text in which it stands at any place
        encoded = base64.b64encode(b"x" * before + said)
        yield encoded[4 if before else 0 : (before + len(said)) // 3 * 4]


PATTERNS = {pattern: word for word in (SECRET, *CPR) for pattern in _patterns(word)}


def in_clear(data: bytes) -> set[str]:
    """Which secret words stand in some bytes."""
    return {word for pattern, word in PATTERNS.items() if pattern in data}


def in_folder(folder: Path, meant: Path) -> dict[str, set[str]]:
    """Which files of a folder have secret words in clear, by name; what lies in `meant` is meant to be read."""
    files = [path for path in folder.rglob("*") if path.is_file() and meant not in path.parents]
    assert any(path.name == "bot.db" for path in files)
    found = {str(path.relative_to(folder)): in_clear(path.read_bytes()) for path in files}
    return {name: words for name, words in found.items() if words}


class Journal:
    """The log as production writes it, at its most talkative."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    def text(self) -> str:
        """All of it."""
        return self.stream.getvalue()

    def events(self) -> set[str]:
        """The names of what was logged."""
        lines = [line for line in self.text().splitlines() if line.startswith("{")]
        return {json.loads(line)["event"] for line in lines}


@contextmanager
def journal() -> Iterator[Journal]:
    """The bot's own logging, everything that is written to standard output and standard error kept."""
    made, before = Journal(), structlog.get_config()
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "stderr", made.stream)
        patch.setattr(sys, "stdout", made.stream)
        root.handlers[:] = []
        set_up("debug")
        # Loggers are bound for good otherwise, and the tests after this one could not listen to them.
        structlog.configure(cache_logger_on_first_use=False)
        for module in ("cli", "cli_audit"):
            patch.setattr(f"bot.{module}.set_up", lambda level: None)
        try:
            yield made
        finally:
            root.handlers[:], root.level = handlers, level
            structlog.configure(**before)


class Operator:
    """Whoever has the machine: the command line beside the running bot, and a folder for what is taken out."""

    def __init__(self, folder: Path, config: str) -> None:
        self.out = folder / "taken out"
        self.config = folder / "operator.toml"
        key, ring = folder / "master.key", folder / "keyring.json"
        self.config.write_text(
            f'{config}[database]\nurl = "sqlite:///{folder / "bot.db"}"\n'
            f'[keys]\nmaster_key_file = "{key}"\nkeyring_file = "{ring}"\n'
            f'[retention]\nfolder = "{self.out / "records"}"\n',
            encoding="utf-8",
        )
        self.out.mkdir(exist_ok=True)
        key.write_text((b"k" * 32).hex() + "\n", encoding="ascii")
        key.chmod(0o600)

    def runs(self, *words: str) -> str:
        """A command; what it writes to standard output."""
        done: Result = CliRunner().invoke(app, [*words, "--config", str(self.config)])
        assert done.exit_code == 0, f"{words}: {done.output}"
        assert not in_clear(done.stderr.encode()), f"{words}: {done.stderr}"
        return done.stdout

    def actions(self) -> list[dict[str, object]]:
        """`export actions`."""
        found: list[dict[str, object]] = json.loads(self.runs("export", "actions"))
        return found

    def minutes(self) -> list[dict[str, object]]:
        """`export minutes`."""
        found: list[dict[str, object]] = json.loads(self.runs("export", "minutes"))
        return found

    def folders(self) -> Mapping[str, str]:
        """What the folders of cases that were taken out say, by code; all those of one case as one."""
        root = self.out / "records"
        lying = sorted(path for path in root.iterdir() if path.is_dir()) if root.exists() else []
        return {
            code: "\n".join(
                read(path.read_bytes()) for folder in some for path in folder.rglob("*") if path.is_file()
            )
            for code, some in groupby(lying, key=lambda folder: folder.name[:9])
        }

    def nothing_readable(self) -> dict[str, set[str]]:
        """A backup and the log of who saw what, taken out: which of them have secret words in clear."""
        log, copy = self.out / "log.csv", self.out / "copy.db"
        for file in (log, copy):
            file.unlink(missing_ok=True)
        self.runs("audit", "export", str(log))
        self.runs("backup", str(copy))
        shown = self.runs("audit", "show").encode()
        taken = {"log": log.read_bytes(), "copy": copy.read_bytes(), "shown": shown}
        return {name: words for name, data in taken.items() if (words := in_clear(data))}
