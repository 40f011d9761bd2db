"""matrix-reminder-bot from PyPI, the nearest public peer: installed beside us, configured and understood.

It lives in a virtual environment of its own, made once below `var/` by pip from whatever index pip is set to.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bot.demo.account import Event

REQUIREMENT = "matrix-reminder-bot==0.4.0"
CACHE = Path(__file__).resolve().parent.parent / "var" / "peers"
READY = "Startup complete"
FIRST = datetime(2031, 1, 1, tzinfo=UTC)  # its confirmations name the minute, so each question gets its own
_CONFIRMED = re.compile(r"OK, I will remind you on (\w+ \d+ \d+, \d+:\d+)!")


class NotInstalledError(Exception):
    """It could not be installed; the message is pip's last line."""


def installed(requirement: str = REQUIREMENT, cache: Path = CACHE) -> Path:
    """The program, installed if it was not yet. Raises NotInstalledError."""
    folder = cache / "matrix-reminder-bot"
    program, stamp = folder / "bin" / "matrix-reminder-bot", folder / "installed"
    if stamp.exists() and stamp.read_text() == requirement and program.exists():
        return program
    cache.mkdir(parents=True, exist_ok=True)
    _run(sys.executable, "-m", "venv", "--clear", str(folder))
    python = str(folder / "bin" / "python")
    _run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", requirement)
    if not program.exists():
        raise NotInstalledError(f"{requirement} brings no program")
    stamp.write_text(requirement)
    return program


def _run(*command: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)  # noqa: S603
    except (OSError, subprocess.TimeoutExpired) as fault:
        raise NotInstalledError(str(fault)) from fault
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        raise NotInstalledError(lines[-1] if lines else f"{command[2]} ended with {done.returncode}")


def configured(folder: Path, homeserver: str, user_id: str, password: str) -> Path:
    """Write its config (JSON is YAML) into a folder; returns the file."""
    folder.mkdir(parents=True, exist_ok=True)
    config = {
        "command_prefix": "!",
        "logging": {
            "level": "INFO",
            "file_logging": {"enabled": False, "filepath": str(folder / "bot.log")},
            "console_logging": {"enabled": True},
        },
        "matrix": {
            "user_id": user_id,
            "user_password": password,
            "homeserver_url": homeserver,
            "device_id": "REMINDER",
        },
        "reminders": {"timezone": "Etc/UTC"},
        "storage": {"database": f"sqlite://{folder / 'bot.db'}", "store_path": str(folder / "store")},
        "allowlist": {"enabled": False, "regexes": []},
        "blocklist": {"enabled": False, "regexes": []},
    }
    path = folder / "config.yaml"
    path.write_text(json.dumps(config, indent=1), encoding="utf-8")
    return path


def question(number: int, words: str) -> str:
    """A reminder whose minute no other has."""
    return f"!remind {FIRST + timedelta(minutes=number):%Y-%m-%d %H:%M}; {words}"


def key(said: str, _event_id: str) -> str:
    """What its confirmation of a question will name."""
    at = datetime.strptime(said[8:24], "%Y-%m-%d %H:%M").replace(tzinfo=UTC)
    return f"{at:%b %d %Y, %H:%M}"


def answers(event: Event) -> str:
    """Which question a message of its confirms; empty for an answer that confirms nothing."""
    confirmed = _CONFIRMED.search(event["content"].get("body", ""))
    return confirmed[1] if confirmed else ""
