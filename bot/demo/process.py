"""Child processes that never outlive us: the homeserver and the bot of the demo and the end-to-end tests.

A child writes its output to a file, so that no pipe fills up and the last lines can be shown when it fails.
It gets its own session: Ctrl-C on the terminal reaches us alone, and we stop the children in order.
"""

import asyncio
import atexit
import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

# Linux tells the child when its parent is gone, even by SIGKILL. The order survives exec, so the child is
# exactly the program asked for, with the pid we know. 1 is PR_SET_PDEATHSIG.
_DIE_WITH_PARENT = """
import ctypes, os, sys
ctypes.CDLL(None).prctl(1, int(sys.argv[1]))
if os.getppid() != int(sys.argv[2]):
    sys.exit("the parent is gone")
os.execv(sys.argv[3], sys.argv[3:])
"""

_SECRETS = ("HOTSPOTBOT_PASSWORD", "HOTSPOTBOT_MASTER_KEY")
_running: set["Child"] = set()


class StartFailedError(RuntimeError):
    """A child did not become ready; the message ends with the last lines of its log."""


class Child:
    """One program run as a child of this process.

    `command` starts with the absolute path of the program. `log` is appended to. Start it from the main
    thread: the kernel counts the death of the starting thread as the death of the parent.
    """

    def __init__(self, name: str, command: Sequence[str], log: Path, env: Mapping[str, str] | None = None):
        self.name = name
        self.command = list(command)
        self.log = log
        self.env = dict(env or {})
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start the program; what it inherits is this process's environment with `env` on top."""
        command = self.command
        if sys.platform == "linux":
            guard = [sys.executable, "-c", _DIE_WITH_PARENT, str(int(signal.SIGKILL)), str(os.getpid())]
            command = guard + command
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as out:
            self._process = subprocess.Popen(  # noqa: S603 - our own command line
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**self.inherited(), **self.env},
                start_new_session=True,
            )
        _running.add(self)

    def inherited(self) -> dict[str, str]:
        """The environment the program gets before `env` is put on top."""
        return dict(os.environ)

    @property
    def running(self) -> bool:
        """True while the program lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """The program's process id. Raises RuntimeError before `start`."""
        return self._started().pid

    @property
    def returncode(self) -> int | None:
        """Exit status, negative for a signal, None while it lives."""
        return None if self._process is None else self._process.poll()

    async def stop(self, grace: float = 10.0) -> int:
        """SIGTERM, then SIGKILL after `grace` seconds. Returns the exit status (-9: it had to be killed)."""
        return await self._end(signal.SIGTERM, grace)

    async def kill(self) -> int:
        """SIGKILL: no chance to tidy up. Returns the exit status."""
        return await self._end(signal.SIGKILL, 10.0)

    async def wait(self, timeout: float) -> int:
        """Wait until the program ends by itself. Raises TimeoutError after `timeout` seconds."""
        try:
            return await asyncio.to_thread(self._started().wait, timeout)
        except subprocess.TimeoutExpired as late:
            raise TimeoutError(f"{self.name} still runs after {timeout:g} s") from late

    def tail(self, lines: int = 30) -> str:
        """The last lines of its log, for a person to read."""
        if not self.log.exists():
            return "(no log)"
        return "\n".join(self.log.read_text(encoding="utf-8", errors="replace").splitlines()[-lines:])

    def json_lines(self, start: int = 0) -> Iterator[dict[str, Any]]:
        """Structured lines of its log from byte `start` on; others and a half-written one left out."""
        if not self.log.exists():
            return
        with self.log.open("rb") as log:
            log.seek(start)
            for line in log:
                if line.startswith(b"{") and line.endswith(b"\n"):
                    try:
                        yield json.loads(line)
                    except ValueError:
                        continue

    def _started(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError(f"{self.name} was not started")
        return self._process

    async def _end(self, sign: signal.Signals, grace: float) -> int:
        process = self._started()
        if process.poll() is None:
            process.send_signal(sign)
            try:
                await asyncio.to_thread(process.wait, grace)
            except subprocess.TimeoutExpired:
                process.kill()
                await asyncio.to_thread(process.wait)
        _running.discard(self)
        return process.returncode


@atexit.register
def _end_all() -> None:
    """Where the kernel does not do it for us, and when an exception left somebody running."""
    for child in list(_running):
        if child.running:
            os.kill(child.pid, signal.SIGKILL)


class BotProcess(Child):
    """The bot as people run it, `hotspotbot run --config FILE`, ready when its log says so.

    `rehearse` is what `--rehearse` takes (`2026-11-20T08:00@3600`). A restart keeps the command line.
    """

    def __init__(
        self, config: Path, log: Path, *, rehearse: str | None = None, env: Mapping[str, str] | None = None
    ) -> None:
        # Beside the interpreter, not through PATH: the bot of this very environment.
        program = Path(sys.executable).with_name("hotspotbot")
        self._run = [str(program), "run", "--config", str(config)]
        super().__init__("the bot", self._run, log, env)
        self.config = config
        self.ready: dict[str, Any] = {}
        self.expected_errors: list[str] = []
        if rehearse is not None:
            self.rehearse(rehearse)

    def rehearse(self, clock: str) -> None:
        """Start from now on with that `--rehearse`; its database has to say the same (bot.demo.winding)."""
        self.command = [*self._run, "--rehearse", clock]

    def inherited(self) -> dict[str, str]:
        """Our environment without the secrets of some other bot that may stand in it."""
        return {name: value for name, value in os.environ.items() if name not in _SECRETS}

    async def begin(self, timeout: float = 30.0) -> dict[str, Any]:
        """Start and wait for the log line whose event is "ready"; returns that line.

        Raises StartFailedError with the end of the log when the bot ends first or is not ready in time.
        """
        seen = self.log.stat().st_size if self.log.exists() else 0
        self.start()
        loop = asyncio.get_running_loop()
        deadline = loop.time() + timeout
        while True:
            ended = not self.running
            for line in self.json_lines(seen):
                if line.get("event") == "ready":
                    self.ready = line
                    return line
            if ended:
                raise StartFailedError(f"the bot ended with status {self.returncode}:\n{self.tail()}")
            if loop.time() > deadline:
                await self.kill()
                raise StartFailedError(f"the bot was not ready after {timeout:g} s:\n{self.tail()}")
            await asyncio.sleep(0.05)

    def errors(self) -> list[str]:
        """Log lines of level error or critical and tracebacks, without those named in `expected_errors`."""
        if not self.log.exists():
            return []
        found = []
        for line in self.log.read_text(encoding="utf-8", errors="replace").splitlines():
            level = re.search(r'"level": ?"(\w+)"', line) if line.startswith("{") else None
            if (level and level[1] in ("error", "critical")) or line.startswith("Traceback"):
                found.append(line)
        return [line for line in found if not any(text in line for text in self.expected_errors)]

    async def restart(self, *, sudden: bool = False) -> dict[str, Any]:
        """Stop (or, if `sudden`, kill) and start again on the same command line; returns the ready line."""
        await (self.kill() if sudden else self.stop())
        return await self.begin()


class RunBot(Protocol):
    """Starts a bot on a config file and waits until it is ready."""

    def __call__(
        self, config: Path, rehearse: str | None = None, env: Mapping[str, str] | None = None
    ) -> Awaitable[BotProcess]: ...
