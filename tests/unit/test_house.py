"""The rules of the house: who may know whom, who reads the clock, and what no file may name."""

from __future__ import annotations

import ast
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
BIN = Path(sys.executable).parent
UNWATCHED = {"var", "node_modules", "__pycache__", "build", "dist"}

WALL_CLOCK = re.compile(
    r"time\.(time|time_ns|localtime|gmtime|ctime|monotonic|monotonic_ns|perf_counter|perf_counter_ns)"
    r"|datetime\.datetime\.(now|utcnow|today)|datetime\.date\.today"
    r"|(sqlalchemy|sqlmodel)\.func\.(now|current_timestamp|current_date)"
)


def lint_imports(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603  (our own tool, our own arguments)
        [BIN / "lint-imports", "--no-cache"],
        cwd=folder,
        env={**os.environ, "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
    )


def project_files() -> Iterator[tuple[Path, str]]:
    """Every text file of the project that could be committed, with its text."""
    for folder, names, files in os.walk(ROOT):
        names[:] = [
            name
            for name in names
            if name == ".ci" or not (name in UNWATCHED or name.startswith(".") or name.endswith(".egg-info"))
        ]
        for name in files:
            path = Path(folder, name)
            try:
                yield path.relative_to(ROOT), path.read_text("utf-8")
            except (UnicodeDecodeError, FileNotFoundError):
                continue


def clock_readings(source: str) -> Iterator[tuple[int, str]]:
    """Each place where Python source names a function that reads a clock: (line, function)."""
    tree = ast.parse(source)
    imported: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for name in node.names:
                top = name.name.partition(".")[0]
                imported[name.asname or top] = name.name if name.asname else top
        elif isinstance(node, ast.ImportFrom) and node.module:
            imported.update({name.asname or name.name: f"{node.module}.{name.name}" for name in node.names})
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name):
            first, dot, rest = ast.unparse(node).partition(".")
            dotted = imported.get(first, "") + dot + rest
            if WALL_CLOCK.fullmatch(dotted):
                yield node.lineno, dotted


def test_the_import_rules_hold() -> None:
    done = lint_imports(ROOT)
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_import_rules_notice_who_breaks_them(tmp_path: Path) -> None:
    shutil.copytree(ROOT / "bot", tmp_path / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / ".importlinter", tmp_path)
    breaches = {
        "commands/breach.py": "import nio\nimport apscheduler\nimport bot.duties",
        "text/breach.py": "import bot.storage",
        "newcomer.py": "import bot.text",
    }
    for name, text in breaches.items():
        (tmp_path / "bot" / name).write_text(text)
    done = lint_imports(tmp_path)
    assert done.returncode != 0
    verdicts = {line.split(" BROKEN")[0].strip() for line in done.stdout.splitlines() if " BROKEN" in line}
    assert len(verdicts) == 4, done.stdout
    for told in ("bot.commands.breach -> bot.duties", "bot.text.breach -> bot.storage", "newcomer"):
        assert told in done.stdout


def test_the_clock_is_read_in_one_place() -> None:
    # The demo is no part of the bot: it times the processes that it starts.
    modules = [path for path in (ROOT / "bot").rglob("*.py") if "demo" not in path.parts]
    readers = {
        f"{path.relative_to(ROOT)}:{line} {name}"
        for path in modules
        for line, name in clock_readings(path.read_text("utf-8"))
    }
    outside = sorted(reader for reader in readers if not reader.startswith("bot/clock.py:"))
    assert not outside
    assert readers, "bot/clock.py itself must be recognised"


@pytest.mark.parametrize(
    "source",
    [
        "import time\ntime.time()",
        "from time import monotonic as m\nm()",
        "import datetime as dt\ndt.datetime.now(dt.UTC)",
        "from datetime import datetime, UTC\nread = datetime.now\nread(UTC)",
        "from datetime import date\ndate.today()",
        "from sqlmodel import func\nfunc.now()",
    ],
)
def test_reading_the_clock_is_noticed_however_it_is_written(source: str) -> None:
    assert list(clock_readings(source))


@pytest.mark.parametrize(
    "source",
    [
        "def f(now): return now.time()",
        "from datetime import time\ntime(8, 0)",
        "clock.now()",
        "x.monotonic()",
    ],
)
def test_taking_the_time_as_an_argument_is_not(source: str) -> None:
    assert not list(clock_readings(source))


def test_no_file_names_a_package_registry_or_a_place_on_one_machine() -> None:
    # Put together here, for otherwise this file would be the first to break its rule.
    registries = [
        "pypi_org",
        "pythonhosted_org",
        "npmjs_org",
        "npmjs_com",
        "yarnpkg_com",
        "golang_org",
        "crates_io",
    ]
    forbidden = [name.replace("_", ".") for name in registries]
    forbidden += [str(Path("/work") / folder) for folder in ("main", "shared")] + [str(Path("..") / "shared")]
    found = [
        f"{path}: {word}" for path, text in project_files() for word in forbidden if word in text.casefold()
    ]
    assert not found


def test_the_service_unit_is_one_that_systemd_takes(tmp_path: Path) -> None:
    analyze = shutil.which("systemd-analyze")
    if analyze is None:
        pytest.skip("no systemd-analyze on this machine: config/hotspotbot.service was NOT checked")
    text = (ROOT / "config/hotspotbot.service").read_text("utf-8")
    unit = tmp_path / "hotspotbot.service"
    # Only the path of the program differs here: systemd insists that it exists.
    unit.write_text(re.sub(r"(?m)^ExecStart=\S+", f"ExecStart={sys.executable}", text))
    verified = subprocess.run(  # noqa: S603
        [analyze, "verify", unit], capture_output=True, text=True, check=False
    )
    assert verified.returncode == 0, verified.stderr
    assert unit.name not in verified.stderr, verified.stderr


def test_the_service_unit_gives_up_only_where_trying_again_is_no_help() -> None:
    text = (ROOT / "config/hotspotbot.service").read_text("utf-8")
    assert re.search(r"(?m)^Restart=on-failure$", text)
    assert re.search(r"(?m)^RestartPreventExitStatus=77 78$", text)


def test_the_licence_is_the_one_that_the_package_declares() -> None:
    text = (ROOT / "LICENSE").read_text("utf-8")
    assert "Apache License" in text
    assert "END OF TERMS AND CONDITIONS" in text
    assert 'license = "Apache-2.0"' in (ROOT / "pyproject.toml").read_text("utf-8")
