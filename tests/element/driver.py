"""A person who uses Element: matrix-js-sdk with Element's own crypto in a Node process, as an asyncio object.

What the person hears and how to wait for it is in `hearing.py`; the other side of the pipe is `participant.mjs`.
"""

import asyncio
import base64
import hashlib
import itertools
import json
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from bot.demo.account import Account
from tests.element.hearing import Hearing

Isolation = Literal["signed", "all"]

SCRIPT = Path(__file__).with_name("participant.mjs")
_LONGEST_LINE = 64 * 1024 * 1024  # an attachment travels in one


class ElementError(RuntimeError):
    """Element's engine refused a command, in its own words, or is gone."""


@dataclass(frozen=True)
class Attachment:
    """A file as it came out: decrypted, its hash checked."""

    data: bytes
    sha256: str
    mime: str | None
    encrypted: bool


@dataclass(frozen=True)
class Trust:
    """What one person's Element thinks of somebody: `verified` is `isVerified` of its user verification status."""

    cross_signing: bool
    verified: bool
    was_verified: bool
    needs_approval: bool


@dataclass(frozen=True)
class Device:
    """Somebody's device as this person's Element knows it. `signed` by its owner; `verified` by this person's keys."""

    device_id: str
    name: str | None
    ed25519: str
    curve25519: str
    signed: bool
    verified: bool


@dataclass(frozen=True)
class Flow:
    """A verification as one side sees it. Phases: requested, ready, started, done, cancelled.

    `mine` says who began, `emoji` is empty until they are shown, `cancelled` is a code such as m.mismatched_sas.
    """

    transaction: str
    room: str | None
    other: str
    other_device: str | None
    mine: bool
    phase: str
    emoji: list[str]
    cancelled: str | None
    failure: str | None


class ElementPerson(Hearing):
    """One person on one device. Make one with `log_in` and close it in the same event loop.

    What the engine has to say goes to `log`. Rooms are made, joined and left, and things deleted, over plain
    HTTP as everybody does; what is said and read goes through the engine.
    """

    def __init__(self, account: Account, node: str, log: Path) -> None:
        super().__init__(account.homeserver, account.user_id, account.displayname, account.password)
        self.log = log
        self._node = node
        self._process: asyncio.subprocess.Process | None = None
        self._reader: asyncio.Task[None] | None = None
        self._commands = itertools.count(1)
        self._answers: dict[int, asyncio.Future[Any]] = {}
        self._flows: dict[str, Flow] = {}

    # -- coming and going

    async def log_in(
        self,
        *,
        device: str = "Element",
        cross_signing: bool = True,
        second_of: "ElementPerson | None" = None,
        isolation: Isolation = "signed",
        auto_join: bool = True,
        timeout: float = 60.0,
    ) -> None:
        """Start the process and log in on a new device, its keys on the homeserver, its first sync done.

        With `cross_signing` the person's identity is made, or that of `second_of`, the same person elsewhere,
        is used; without it the device stays unsigned. Raises ElementError.
        """
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                self._node,
                str(SCRIPT),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=log,
                limit=_LONGEST_LINE,
                start_new_session=True,  # Ctrl-C is for pytest, which ends us in order
            )
        self._reader = asyncio.create_task(self._follow(self._process), name=f"Element of {self.user_id}")
        secrets = await second_of.ask("secrets") if second_of is not None else None
        session = await self.ask(
            "login",
            timeout=timeout,
            homeserver=self.homeserver,
            user=self.user_id,
            password=self.password,
            device=device,
            cross_signing="first" if cross_signing and second_of is None else "none",
            secrets=secrets,
            isolation=isolation,
            auto_join=auto_join,
        )
        self.access_token, self.device_id = session["access_token"], session["device_id"]

    async def stop_listening(self) -> None:
        """Be offline: Element neither hears nor sends until `listen`."""
        await self.ask("stop")

    async def listen(self) -> None:
        """Be online again; what was missed comes now."""
        await self.ask("start")

    async def close(self) -> None:
        """End the process: by closing its input, by its process id when that does not help."""
        await Account.close(self)
        if (process := self._process) is None or process.stdin is None:
            return
        self._process = None
        process.stdin.close()
        try:
            await asyncio.wait_for(process.wait(), 5.0)
        except TimeoutError:
            process.kill()
            await process.wait()
        if self._reader is not None:
            with suppress(ElementError):
                await self._reader
            self._reader = None

    # -- the engine

    async def ask(self, command: str, *, timeout: float = 30.0, **given: Any) -> Any:
        """One of the commands of participant.mjs and its answer. Raises ElementError, also after `timeout` seconds."""
        answer = self._command(command, **given)
        try:
            return await asyncio.wait_for(answer, timeout)
        except TimeoutError:
            raise ElementError(f"{self.user_id}: no answer to {command} within {timeout:g} s") from None

    def tail(self, lines: int = 60) -> str:
        """The end of what the engine had to say."""
        said = self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""
        return "\n".join(said.splitlines()[-lines:])

    def _command(self, name: str, **given: Any) -> asyncio.Future[Any]:
        if self._process is None or self._process.stdin is None:
            raise ElementError(f"{self.user_id} is not logged in")
        number = next(self._commands)
        answer = self._answers[number] = asyncio.get_running_loop().create_future()
        line = json.dumps({"id": number, "do": name, **given})
        self._process.stdin.write(line.encode() + b"\n")
        return answer

    async def _follow(self, process: asyncio.subprocess.Process) -> None:
        assert process.stdout is not None
        async for line in process.stdout:
            said = json.loads(line)
            if "id" in said:
                self._answered(said)
                continue
            async with self._news:
                if "flow" in said:
                    self._flows[said["flow"]["transaction"]] = Flow(**said["flow"])
                else:
                    self.see(said["event"])
                self._news.notify_all()
        gone = ElementError(f"the engine of {self.user_id} ended ({await process.wait()}):\n{self.tail(20)}")
        for answer in self._answers.values():
            if not answer.done():
                answer.set_exception(gone)
                answer.exception()  # asked or not, it counts as heard
        async with self._news:
            self._news.notify_all()
        if self._process is process:
            raise gone

    def _answered(self, said: Mapping[str, Any]) -> None:
        answer = self._answers.pop(said["id"])
        if answer.done():  # given up
            return
        if "error" in said:
            answer.set_exception(ElementError(f"{self.user_id}: {said['error']}"))
            answer.exception()
        else:
            answer.set_result(said["ok"])

    # -- reading

    async def attachment(self, room: str, event_id: str) -> Attachment:
        """Download and decrypt what a message carries. Raises ElementError, also when its hash does not match."""
        got = await self.ask("download", room=room, event=event_id)
        data = base64.b64decode(got["data"])
        assert hashlib.sha256(data).hexdigest() == got["sha256"]
        return Attachment(data, got["sha256"], got["mime"], got["encrypted"])

    # -- saying

    async def send(
        self, room: str, kind: str, content: Mapping[str, Any], *, transaction: str | None = None
    ) -> str:
        """Send one event, encrypted as Element does it in that room (reactions never are); returns its id."""
        number = transaction or f"element.{next(self._commands)}"
        event: str = await self.ask("send", room=room, type=kind, content=content, transaction=number)
        return event

    async def send_in_clear(self, room: str, kind: str, content: Mapping[str, Any]) -> str:
        """Send one event past the engine, unencrypted whatever the room is; returns its id."""
        return await super().send(room, kind, content)

    async def send_file(
        self, room: str, name: str, data: bytes, mime: str, *, msgtype: str = "m.file"
    ) -> str:
        """Send an encrypted attachment; returns the message's id."""
        file = await self.ask("upload", data=base64.b64encode(data).decode(), mime=mime)
        info = {"mimetype": mime, "size": len(data)}
        return await self.send(
            room, "m.room.message", {"msgtype": msgtype, "body": name, "file": file, "info": info}
        )

    # -- keys and trust

    async def isolate(self, isolation: Isolation) -> None:
        """Read and send to "signed" devices only, or to "all"; counts for what comes from now on."""
        await self.ask("isolate", isolation=isolation)

    async def discard_session(self, room: str) -> None:
        """Take a new room key for the next message."""
        await self.ask("discard", room=room)

    async def sign_own_device(self) -> None:
        """Do what the bot asks of somebody unsigned: make the identity that signs this device."""
        await self.ask("sign", user=self.user_id, password=self.password)

    async def trust(self, user_id: str) -> Trust:
        """What this person thinks of somebody now."""
        return Trust(**await self.ask("trust", user=user_id))

    async def verified(self, user_id: str, *, timeout: float = 20.0) -> None:
        """Wait until somebody counts as verified here: a moment after both have confirmed. Raises ElementError."""
        await self.ask("verified", timeout=timeout, user=user_id)

    async def knows_device(self, user_id: str, device_id: str, *, timeout: float = 20.0) -> None:
        """Wait until a device is known here as signed by its owner. Raises ElementError."""
        await self.ask("knows_device", timeout=timeout, user=user_id, device=device_id)

    async def devices(self, user_id: str) -> list[Device]:
        """Somebody's devices."""
        return [Device(**one) for one in await self.ask("devices", user=user_id)]

    async def request_verification(
        self, user_id: str, *, room: str | None = None, device: str | None = None
    ) -> str:
        """Ask somebody for a verification, in a room or to a device; returns the transaction id of both sides."""
        transaction: str = await self.ask("request_verification", user=user_id, room=room, device=device)
        return transaction

    async def flow(self, transaction: str, *phases: str, timeout: float = 20.0) -> Flow:
        """The verification as soon as it is in one of the phases (no matter which if none is given)."""

        def found() -> Flow | None:
            flow = self._flows.get(transaction)
            return flow if flow and (not phases or flow.phase in phases) else None

        return await self.until(found, f"verification {transaction} in {phases}", timeout)

    async def emoji(self, transaction: str, *, timeout: float = 20.0) -> list[str]:
        """The seven emoji, as soon as they are shown. The verification may have been cancelled instead."""

        def found() -> Flow | None:
            flow = self._flows.get(transaction)
            return flow if flow and (flow.emoji or flow.phase == "cancelled") else None

        flow = await self.until(found, f"emoji of {transaction}", timeout)
        if not flow.emoji:
            raise ElementError(f"{self.user_id}: cancelled: {flow.cancelled} {flow.failure}")
        return flow.emoji

    async def accept_verification(self, transaction: str, *, timeout: float = 20.0) -> None:
        """Say yes to somebody's request, as soon as it is here."""
        await self.flow(transaction, timeout=timeout)
        await self.ask("accept_verification", transaction=transaction)

    async def start_verification(self, transaction: str, *, timeout: float = 20.0) -> None:
        """Choose emoji, as soon as the other side is ready."""
        await self.flow(transaction, "ready", timeout=timeout)
        await self.ask("start_verification", transaction=transaction)

    async def confirm_verification(self, transaction: str) -> None:
        """Say that the emoji are the same."""
        await self.ask("confirm_verification", transaction=transaction)

    async def mismatch_verification(self, transaction: str) -> None:
        """Say that the emoji differ."""
        await self.ask("mismatch_verification", transaction=transaction)

    async def cancel_verification(self, transaction: str) -> None:
        """Break off."""
        await self.ask("cancel_verification", transaction=transaction)
