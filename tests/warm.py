"""Processes of the bot that need not load it: forked from one that has loaded everything and done nothing.

Loading the bot takes two seconds of a core, and the tests start it hundreds of times. A process from here is the real
one in everything else: its own pid, session, environment, files and end, killed and waited for like any other, and
gone when the tests are. `HOTSPOTBOT_COLD=1` in the environment starts each of them from nothing, as people do.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import importlib
import json
import os
import pkgutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import IO, Any

from bot.demo.process import BotProcess, _running

ROOT = Path(__file__).parent.parent
PDEATHSIG, SUBREAPER = 1, 36  # of prctl
POSSIBLE = sys.platform == "linux" and os.environ.get("HOTSPOTBOT_COLD") != "1"


class Adopted(subprocess.Popen[bytes]):
    """A process that somebody else forked and left to us, its parent by then."""

    def __init__(self, pid: int, args: Sequence[str]) -> None:
        self.args = list(args)
        self.pid = pid
        self.returncode = None
        self.stdin = self.stdout = self.stderr = None
        self._child_created = True
        self._waitpid_lock = threading.Lock()
        self._sigint_wait_secs = 0.25


class WarmBot(BotProcess):
    """`BotProcess` without the two seconds. Start it from the main thread."""

    def start(self) -> None:
        """Start the bot; what it inherits is this process's environment with `env` on top."""
        if not POSSIBLE:
            super().start()
            return
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with Path(os.devnull).open("rb") as nothing, self.log.open("ab") as out:
            env = {**self.inherited(), **self.env}
            self._process = _start(self.command[1:], env, (nothing, out, out))
        _running.add(self)


def hotspotbot(
    *arguments: str | Path, env: Mapping[str, str], timeout: float = 60.0
) -> subprocess.CompletedProcess[str]:
    """Run a command of the bot to its end, as a shell would; `env` is all of its environment."""
    words = [str(word) for word in arguments]
    if not POSSIBLE:
        program = str(Path(sys.executable).with_name("hotspotbot"))
        return subprocess.run(  # noqa: S603 - our own program
            [program, *words], capture_output=True, text=True, timeout=timeout, check=False, env=dict(env),
            stdin=subprocess.DEVNULL,
        )  # fmt: skip
    with (
        Path(os.devnull).open("rb") as nothing,
        tempfile.TemporaryFile() as out,
        tempfile.TemporaryFile() as err,
    ):
        process = _start(words, env, (nothing, out, err))
        try:
            status = process.wait(timeout)
        except BaseException:
            process.kill()
            process.wait()
            raise
        said = []
        for file in (out, err):
            file.seek(0)
            said.append(file.read().decode())
    return subprocess.CompletedProcess(["hotspotbot", *words], status, *said)


def _start(words: Sequence[str], env: Mapping[str, str], files: tuple[IO[bytes], ...]) -> Adopted:
    """Have a process forked: `hotspotbot WORDS` with this environment and these three files."""
    asked, lock = _loaded()
    wanted = json.dumps({"words": list(words), "env": dict(env), "cwd": str(Path.cwd())}).encode()
    with lock, _adopting():
        socket.send_fds(asked, [len(wanted).to_bytes(4, "big")], [file.fileno() for file in files])
        asked.sendall(wanted)
        answer = asked.recv(4)
    if len(answer) < 4:
        raise RuntimeError("the process that forks the bots has ended")
    return Adopted(int.from_bytes(answer, "big"), ["hotspotbot", *words])


@contextmanager
def _adopting() -> Iterator[None]:
    """Meanwhile orphans below us become our children; at other times they are the system's, as ever."""
    prctl = ctypes.CDLL(None).prctl
    if prctl(SUBREAPER, 1, 0, 0, 0) != 0:
        raise OSError("prctl refused")
    yield
    prctl(SUBREAPER, 0, 0, 0, 0)


@cache
def _loaded() -> tuple[socket.socket, threading.Lock]:
    """The process that has loaded the bot, once for each process of the tests."""
    ours, theirs = socket.socketpair()
    command = [sys.executable, "-m", "tests.warm", str(theirs.fileno()), str(os.getpid())]
    process = subprocess.Popen(command, cwd=ROOT, pass_fds=[theirs.fileno()], start_new_session=True)  # noqa: S603
    theirs.close()

    @atexit.register
    def end() -> None:
        ours.close()
        process.wait()

    return ours, threading.Lock()


# --- in the process that forks


def _serve(asked: socket.socket, parent: int) -> dict[str, Any] | None:
    """Fork for whoever asks. Returns in each new process what it is to be, and None at the end."""
    while True:
        head, fds, _, _ = socket.recv_fds(asked, 4, 3)
        if len(head) < 4:
            return None
        length, body = int.from_bytes(head, "big"), b""
        while len(body) < length:
            body += asked.recv(length - len(body))
        reading, writing = os.pipe()
        between = os.fork()
        if between == 0:
            pid = os.fork()
            if pid:  # whoever is between ends, and its child is the tests' own
                os.write(writing, pid.to_bytes(4, "big"))
                os._exit(0)
            os.close(reading)
            os.close(writing)
            wanted: dict[str, Any] = json.loads(body)
            _become(wanted, fds, parent)
            asked.close()
            return wanted
        os.close(writing)
        for fd in fds:
            os.close(fd)
        os.waitpid(between, 0)
        asked.sendall(os.read(reading, 4))
        os.close(reading)


def _become(wanted: Mapping[str, Any], fds: Sequence[int], parent: int) -> None:
    while os.getppid() != parent:  # until whoever was between has ended
        os.sched_yield()
    ctypes.CDLL(None).prctl(PDEATHSIG, int(signal.SIGKILL))
    os.setsid()
    for number, fd in enumerate(fds):
        os.dup2(fd, number)
        os.close(fd)
    os.chdir(wanted["cwd"])
    os.environ.clear()
    os.environ.update(wanted["env"])
    sys.argv = [str(Path(sys.executable).with_name("hotspotbot")), *wanted["words"]]


def _main() -> None:
    import bot
    import bot.cli

    # All of it, so that nothing is loaded later from files that somebody has changed meanwhile.
    for module in pkgutil.walk_packages(bot.__path__, "bot."):
        if (
            not module.name.startswith(("bot.demo", "bot.storage.migrations"))
            and "__main__" not in module.name
        ):
            importlib.import_module(module.name)
    asked = socket.socket(fileno=int(sys.argv[1]))
    assert threading.active_count() == 1, "threads do not survive a fork"
    gc.collect()
    gc.freeze()
    if _serve(asked, int(sys.argv[2])) is None:
        return
    status: object = 1
    try:
        bot.cli.main()
        status = 0
    except SystemExit as end:
        status = end.code
    except BaseException:
        traceback.print_exc()
    # As an interpreter ends, but for taking apart all that was loaded: that would copy it first.
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    if isinstance(status, str):
        print(status, file=sys.stderr)  # noqa: T201
    with suppress(OSError, ValueError):
        sys.stdout.flush()
    with suppress(OSError, ValueError):
        sys.stderr.flush()
    os._exit(status if isinstance(status, int) else int(status is not None))


if __name__ == "__main__":
    _main()
