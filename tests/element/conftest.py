"""Tests with Element's own engine: people who use matrix-js-sdk with Rust crypto in a Node process each.

They need Node 20 with npm, and the network once, for `npm ci`. Without them they are skipped and say so; with
HOTSPOTBOT_REQUIRE_ELEMENT=1 in the environment that is an error.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import AsyncIterator, Awaitable, Generator
from pathlib import Path
from typing import Protocol

import pytest

from bot.demo.account import Account
from tests import homeserver
from tests.element.driver import ElementPerson, Isolation
from tests.homeserver import mark, programme, run_bot, suffix, synapse

__all__ = ["programme", "run_bot", "suffix", "synapse"]

HERE = Path(__file__).parent
_people = pytest.StashKey[list[ElementPerson]]()


class MakePerson(Protocol):
    """Log somebody in on a new device of Element's engine; the keywords are those of `ElementPerson.log_in`.

    Element takes the account's place: the device it was logged in on is logged out, unless `second_of` is given.
    """

    def __call__(
        self,
        account: Account,
        *,
        device: str = "Element",
        cross_signing: bool = True,
        second_of: ElementPerson | None = None,
        isolation: Isolation = "signed",
        auto_join: bool = True,
    ) -> Awaitable[ElementPerson]: ...


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder needs the homeserver."""
    mark(items, HERE)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A failed test shows what its bots and its people's engines had to say."""
    report = yield from homeserver.pytest_runtest_makereport(item, call)
    if report.failed:
        for person in item.stash.get(_people, []):
            report.sections.append((f"Element of {person.user_id} ({person.log.name})", person.tail()))
    return report


@pytest.fixture(scope="session")
def node() -> str:
    """The path of Node, with the engine installed beside this file; skips where that cannot be."""
    program, npm = shutil.which("node"), shutil.which("npm")
    if program is None or npm is None:
        _without("Node and npm are not installed")
        raise AssertionError
    version = subprocess.run(  # noqa: S603 - found above
        [program, "--version"], capture_output=True, text=True, check=True
    ).stdout.strip()
    if int(version.removeprefix("v").partition(".")[0]) < 20:
        _without(f"Node is {version}, 20 or newer is needed")
    lock = HERE / "package-lock.json"
    with lock.open("rb") as wanted:
        fcntl.flock(wanted, fcntl.LOCK_EX)  # the test processes beside us wait, and find it done
        digest = hashlib.sha256(wanted.read()).hexdigest()
        stamp = HERE / "node_modules" / ".installed"
        if not stamp.exists() or stamp.read_text() != digest:
            _say(f"npm ci in {HERE} (once: Element's engine, 30 MB)")
            command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
            done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)  # noqa: S603
            if done.returncode != 0:
                said = [line for line in done.stderr.splitlines() if line.startswith("npm error")]
                _without(f"npm ci failed: {' '.join(said)[:300]}")
            stamp.write_text(digest)
    return program


@pytest.fixture
async def person(request: pytest.FixtureRequest, node: str, tmp_path: Path) -> AsyncIterator[MakePerson]:
    """Await `person(account)`: that person on Element. A stage's people are accounts, `stage.people["lene"]`."""
    people = request.node.stash.setdefault(_people, [])

    async def make(
        account: Account,
        *,
        device: str = "Element",
        cross_signing: bool = True,
        second_of: ElementPerson | None = None,
        isolation: Isolation = "signed",
        auto_join: bool = True,
    ) -> ElementPerson:
        one = ElementPerson(account, node, tmp_path / f"element-{account.localpart}-{len(people)}.log")
        people.append(one)
        if second_of is None and account.access_token:
            await account.close()
            await account.call("POST", "/_matrix/client/v3/logout")
            await account.close()
            account.access_token = ""
        await one.log_in(
            device=device,
            cross_signing=cross_signing,
            second_of=second_of,
            isolation=isolation,
            auto_join=auto_join,
        )
        return one

    yield make
    for one in people:
        await one.close()


def _without(reason: str) -> None:
    if os.environ.get("HOTSPOTBOT_REQUIRE_ELEMENT") == "1":
        pytest.fail(f"Element is required here (HOTSPOTBOT_REQUIRE_ELEMENT=1): {reason}", pytrace=False)
    _say(f"SKIPPED, nothing is shown about Element: {reason}")
    pytest.skip(f"without Element's engine: {reason}")


def _say(what: str) -> None:
    """Past pytest's capture: somebody waits for it, or should know."""
    stream = sys.__stderr__
    if stream is not None:
        stream.write(f"\ntests/element: {what}\n")
        stream.flush()
