"""Verifications in the running bot: events in, answers owed, and the table over which the operator answers.

All of it runs on the storage thread. The flows themselves live in memory (`verification.Verifications`) and end with
the process; the table shows `hotspotbot trust verify` how they stand and takes what the operator says.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlmodel import Session

from bot import audit
from bot.access import Access
from bot.matrix.batch import string
from bot.matrix.crypto import devices, olm
from bot.matrix.crypto.emoji import emoji
from bot.matrix.crypto.verification import LASTS, Flow, Message, Verifications
from bot.matrix.crypto.verification_events import PREFIX
from bot.owed import Message as Owed
from bot.owed import direct, forum, owe
from bot.storage import queries
from bot.storage.crypto import Device, KeyOwner, Verification

log = structlog.get_logger(__name__)

KEPT = timedelta(days=1)  # what has ended is kept so long in the table
MOST = 50  # such rows, however often somebody asks
CANCELS = 20  # cancellations owed at a time
_MAC, _CANCEL = PREFIX + "mac", PREFIX + "cancel"
_OVER = ("done", "cancelled")


@dataclass(frozen=True)
class Vouch:
    """Somebody whose master key the operator has compared: it is to be signed if it is theirs today."""

    user_id: str
    room_id: str
    transaction_id: str
    master: str


@dataclass(frozen=True)
class Tick:
    """What `Verifying.tick` found: whether something is owed now, and whom to sign."""

    owed: bool
    vouches: Sequence[Vouch]


def is_verification(kind: str, content: Mapping[str, Any]) -> bool:
    """Whether an event of this type and content belongs to a verification."""
    asked = kind == "m.room.message" and content.get("msgtype") == PREFIX + "request"
    return asked or kind.startswith(PREFIX)


class Verifying:
    """People verifying this device, once `begin` has said which keys we prove; before that nobody is answered.

    `real` maps the bot's time to real time, which is what a verification's timestamps are held against. `on_awaited`
    is called, on the storage thread, whenever `tick` has something to wait for; `awaited` says so.
    """

    def __init__(self, access: Access, user_id: str, real: Callable[[datetime], datetime]) -> None:
        self.access = access
        self.user_id = user_id
        self.awaited = False
        self.on_awaited: Callable[[], None] = lambda: None
        self._real = real
        self._flows: Verifications | None = None
        self._session: Session | None = None
        self._held: list[tuple[Mapping[str, Any], str | None]] = []

    def begin(self, session: Session, master: str, now: datetime) -> None:
        """Answer from now on, proving this device and our master key. What ran in another process is over."""
        account = olm.our_account(session)
        self._flows = Verifications(self.user_id, account.device_id, account.ed25519, master, self._keys_of)
        for row in queries.verifications(session):
            if row.since < self._real(now) - KEPT:
                session.delete(row)
            elif row.state not in _OVER:
                row.state, row.code = "cancelled", "restart"
        self._write(session, now)

    # --- events

    def heard(
        self, session: Session, event: Mapping[str, Any], now: datetime, room_id: str | None = None
    ) -> int:
        """Take in a verification event, decrypted; returns how many messages are owed for it.

        A proof waits until the person's keys are known as they are now: it is held against them.
        """
        if self._flows is None:
            return 0
        sender, kind = string(event.get("sender")), string(event.get("type"))
        owner = devices.follow(session, [sender])[sender]
        if kind == _MAC and owner.known < owner.changes:
            if sender in self.people():  # nobody else's keys are asked for
                self._held.append((event, room_id))
            return 0
        before = len(self._under_way())
        self._session = session
        try:
            said = self._flows.handle(event, now=self._real(now), room_id=room_id)
        finally:
            self._session = None
        if len(self._under_way()) > before:
            devices.ask_again([owner], now, timedelta(0))  # a new signature shows in no list of changes
        self._owe(session, said, now)
        self._write(session, now)
        return len(said)

    def keys_came(self, session: Session, people: Collection[str], now: datetime) -> int:
        """These people's keys are known: take in the proofs that waited for them; how many messages are owed."""
        held, self._held = self._held, []
        owed = 0
        for event, room_id in held:
            if event.get("sender") in people:
                owed += self.heard(session, event, now, room_id)
            else:
                self._held.append((event, room_id))
        return owed

    def people(self) -> set[str]:
        """Whose keys have to be known."""
        return {flow.user_id for flow in self._under_way()}

    # --- time, and the operator

    def tick(self, session: Session, now: datetime) -> Tick:
        """End what has lasted too long, and take in what the operator has said."""
        if self._flows is None:
            return Tick(owed=False, vouches=())
        said = self._flows.expire(self._real(now))
        vouches = []
        for row in queries.verifications(session):
            if row.answer is None or row.outcome is not None:
                continue
            if row.answer == "no":
                said += self._flows.mismatched(row.user_id, row.room_id or None, row.transaction_id)
                row.outcome = "no"
            elif row.state == "cancelled":
                row.outcome = "cancelled"
            elif row.state == "done" and row.master is None:
                row.outcome = "none"
            elif row.state == "done" and not self.may_be_vouched_for(row.user_id):
                row.outcome = "refused"
            elif row.state == "done" and row.master is not None:
                vouches.append(Vouch(row.user_id, row.room_id, row.transaction_id, row.master))
        self._owe(session, said, now)
        self._write(session, now)
        return Tick(owed=bool(said), vouches=vouches)

    def may_be_vouched_for(self, user_id: str) -> bool:
        """Whether the bot signs this person at all: configured leads (issue text)."""
        person = self.access.person(user_id)
        return person is not None and "lead" in person.roles

    def vouched(self, session: Session, vouch: Vouch, outcome: str, now: datetime) -> None:
        """Note what came of signing somebody: signed, changed (another master key today) or refused."""
        row = queries.verification(session, vouch.user_id, vouch.room_id, vouch.transaction_id)
        if row is not None:
            row.outcome = outcome
        owner = session.get(KeyOwner, vouch.user_id)
        if owner is not None and outcome == "signed":
            owner.vouched = vouch.master
            owner.changes += 1  # their devices are looked at anew
            who = f"person:{vouch.user_id}"
            audit.note(session, "verified", who, by="", at=now, detail="signed", purpose="security")
        log.info("verification.outcome", user_id=vouch.user_id, outcome=outcome)
        self._write(session, now)

    # --- the inside

    def _under_way(self) -> list[Flow]:
        flows = self._flows.flows() if self._flows is not None else ()
        return [flow for flow in flows if flow.state not in _OVER]

    def _keys_of(self, user_id: str, device_id: str) -> tuple[str | None, str | None]:
        assert self._session is not None  # noqa: S101 - asked from `heard` alone
        device = self._session.get(Device, (user_id, device_id))
        owner = self._session.get(KeyOwner, user_id)
        known = device is not None and not device.gone
        return (device.ed25519 if device and known else None), (owner.master if owner else None)

    def _owe(self, session: Session, messages: Sequence[Message], now: datetime) -> None:
        for message in messages:
            if message.room_id is None:
                if message.kind == _CANCEL and queries.owes_many(session, message.kind, CANCELS):
                    continue  # a flood of messages of no verification is not answered by another
                olm.owe(session, message.kind, {message.to_user: {message.to_device or "*": message.content}})
                continue
            room = queries.room(session, message.room_id)
            place = self.access.home(session, room) if room is not None else None
            if place is None:
                continue
            target = forum(place.forum.uid) if place.forum is not None else direct(place.person or "")
            about = message.content["m.relates_to"]["event_id"]
            whole = json.dumps({"type": message.kind, "content": message.content})
            owe(
                session,
                f"verification:{about}:{message.kind}",
                target,
                Owed("verification", whole),
                now=now,
                what="event",
                room_id=message.room_id,
            )

    def _write(self, session: Session, now: datetime) -> None:
        """Bring the table to where the flows are."""
        flows = {} if self._flows is None else {_key(flow): flow for flow in self._flows.flows()}
        for flow in flows.values():
            self._noted(session, flow)
        session.flush()
        rows = queries.verifications(session)
        for row in [row for row in rows if _key(row) not in flows][MOST:]:
            session.delete(row)
        self.awaited = any(_is_open(row, self._real(now)) for row in rows)
        if self.awaited:
            self.on_awaited()

    @staticmethod
    def _noted(session: Session, flow: Flow) -> None:
        row = queries.verification(session, flow.user_id, flow.room_id, flow.transaction_id)
        if row is None:
            row = Verification(
                user_id=flow.user_id,
                room_id=flow.room_id or "",
                transaction_id=flow.transaction_id,
                device_id=flow.device_id,
                state="",
                since=flow.since,
            )
            session.add(row)
        if row.state != flow.state:
            row.state, row.code, row.master = flow.state, flow.code, flow.master
            if flow.state == "keys":
                row.emoji = list(flow.emoji)
                shown = [f"{one.symbol} {one.da} ({one.en})" for one in emoji(flow.emoji)]
                log.info("verification.emoji", user_id=flow.user_id, emoji=shown)
            elif flow.state in _OVER:
                log.info("verification.ended", user_id=flow.user_id, state=flow.state, code=flow.code)


def _key(one: Flow | Verification) -> tuple[str, str, str]:
    return one.user_id, one.room_id or "", one.transaction_id


def _is_open(row: Verification, real: datetime) -> bool:
    """Whether something can still come of it: it goes on, or waits for the operator, or for us."""
    if row.state != "done":
        return row.state != "cancelled"
    asks = row.master is not None and real < row.since + 2 * LASTS
    return row.outcome is None and (asks or row.answer is not None)
