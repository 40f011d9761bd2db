"""Encryption as the inbox and the outbox see it: what a sync brought, what an event says, what has to be done first.

All of it runs on the storage thread and touches no network: what the homeserver has to be asked or told is handed out
as a `Chore`, one request each, worked out anew from the tables after each answer (bot.matrix.crypto.keeper does them).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlmodel import Session

from bot import text
from bot.access import Access, Place
from bot.matrix.batch import Arrival, Keys, string
from bot.matrix.crypto import devices, megolm, olm
from bot.matrix.crypto.megolm import Refused, Waits
from bot.matrix.crypto.verifying import Verifying, is_verification
from bot.owed import Message, direct, owe
from bot.storage import queries
from bot.storage.crypto import Device, OutboundSession, ToDevice, Unread
from bot.storage.models import Room

log = structlog.get_logger(__name__)

PATIENCE = timedelta(minutes=1)  # before the writer of what cannot be read is told (issue text)
GIVE_UP = timedelta(
    weeks=1
)  # after which nobody is asked any more whether a waiting event's device was signed
RESCUE = timedelta(hours=1)  # between two new sessions for a device whose messages do not open
WITHHELD = "The device is not signed by its owner"


@dataclass(frozen=True)
class Upload:
    """POST /keys/upload."""

    body: Mapping[str, Any]


@dataclass(frozen=True)
class Query:
    """POST /keys/query about people, with the change of theirs that the answer covers."""

    asked: Mapping[str, int]


@dataclass(frozen=True)
class Claim:
    """POST /keys/claim: one-time keys of devices, by user and device."""

    wanted: Mapping[str, Mapping[str, str]]


@dataclass(frozen=True)
class Deliver:
    """PUT /sendToDevice under a fixed transaction id."""

    seq: int
    type: str
    txn_id: str
    messages: Mapping[str, Any]


Chore = Upload | Query | Claim | Deliver


@dataclass(frozen=True)
class News:
    """What may be readable now: room keys that came, people whose devices are known better."""

    sessions: frozenset[str] = frozenset()
    people: frozenset[str] = frozenset()
    owed: int = 0  # messages of verifications that are to be sent at once


class Crypto:
    """The rules over the tables of `bot.storage.crypto`. `user_id` is the bot's own.

    `patience`: how long the writer of what cannot be read is not told yet, on the bot's clock. `real` maps that
    clock's time to real time.
    """

    def __init__(
        self,
        access: Access,
        user_id: str,
        patience: timedelta = PATIENCE,
        real: Callable[[datetime], datetime] = lambda at: at,
    ) -> None:
        self.access = access
        self.user_id = user_id
        self.patience = patience
        self.verifying = Verifying(access, user_id, real)

    # --- what a sync brings

    def take_in(self, session: Session, keys: Keys, now: datetime) -> News:
        """Take in a sync's to-device events, changed devices and key counts; what may be readable now.

        To-device events have no ids. One that was handled before its sync's token was committed is known by its hash.
        """
        if keys.changed:
            queries.devices_changed(session, keys.changed)
        olm.counts(session, keys.one_time_keys, keys.unused_fallback)
        sessions: set[str] = set()
        owed = 0
        for event in keys.to_device:
            digest = hashlib.sha256(json.dumps(event, sort_keys=True).encode()).hexdigest()
            if queries.heard_to_device(session, digest):
                continue
            try:
                with session.begin_nested():
                    found = self._to_device(session, event, now)
                    sessions |= found.sessions
                    owed += found.owed
            except olm.NotForUs as why:
                log.info("to_device.skipped", why=str(why), sender=string(event.get("sender")))
                self._wedged(session, event, now)
        session.flush()
        return News(frozenset(sessions), owed=owed)

    def _to_device(self, session: Session, event: Mapping[str, Any], now: datetime) -> News:
        sender, kind = string(event.get("sender")), string(event.get("type"))
        if not sender or not (self.access.person(sender) or queries.shares_room(session, sender)):
            return News()  # nobody we have anything to do with
        if is_verification(kind, {}):
            return News(owed=self.verifying.heard(session, event, now))
        if kind != "m.room.encrypted":
            return News()
        heard = olm.hear(session, self.user_id, event, now)
        devices.follow(session, [sender])
        found = None
        if heard.type == "m.room_key":
            found = megolm.take_key(session, heard)
        elif heard.type == "m.forwarded_room_key":
            found = self._forwarded(session, heard)
        elif heard.type == "m.dummy":
            queries.share_again(session, heard.curve25519)
        elif is_verification(heard.type, {}):
            said = {"sender": sender, "type": heard.type, "content": heard.content}
            return News(owed=self.verifying.heard(session, said, now))
        return News(frozenset({found} if found else ()))

    @staticmethod
    def _forwarded(session: Session, heard: olm.Heard) -> str | None:
        """A room key handed on: only by a person for a session of their own, that something waits for."""
        content = heard.content
        session_id, curve25519 = string(content.get("session_id")), string(content.get("sender_key"))
        device = queries.device_with(session, heard.sender, curve25519)
        # The writer's own device proves itself; it may answer before we have asked whose devices there are.
        own = curve25519 == heard.curve25519
        ed25519 = heard.ed25519 if own else device.ed25519 if device is not None else ""
        waits = queries.unread_about(session, sessions=[session_id], senders=[])
        if not ed25519 or all(row.sender != heard.sender for row in waits):
            return None
        return megolm.import_key(
            session,
            string(content.get("room_id")),
            session_id,
            string(content.get("session_key")),
            sender=heard.sender,
            curve25519=curve25519,
            ed25519=ed25519,
        )

    @staticmethod
    def _wedged(session: Session, event: Mapping[str, Any], now: datetime) -> None:
        """What a known device sent did not open: it is given a new session, not more than once an hour."""
        content = event.get("content")
        sent_with = string(content.get("sender_key")) if isinstance(content, Mapping) else ""
        device = queries.device_with(session, string(event.get("sender")), sent_with) if sent_with else None
        if device is not None and (device.rescued_at is None or now - device.rescued_at > RESCUE):
            device.wedged, device.rescued_at = True, now

    # --- reading

    def read(self, session: Session, arrival: Arrival, place: Place, now: datetime) -> Arrival | None:
        """An encrypted event as it was written; None when it waits from now on, or will never count."""
        found = self._read(session, arrival, place)
        replaced = _replaces(found) if isinstance(found, Arrival) else ""
        if isinstance(found, Waits):
            self.park(session, arrival, found.why, now)
        elif replaced and queries.unread(session, replaced) is not None:
            self.park(session, arrival, "order", now, about=replaced)
        else:
            return found
        return None

    def _read(self, session: Session, arrival: Arrival, place: Place) -> Arrival | Waits | None:
        try:
            return megolm.read(session, arrival, self.access.devices_for(place))
        except Refused as why:
            log.warning("event.refused", event_id=arrival.event_id, why=str(why))
            return None

    def park(
        self, session: Session, arrival: Arrival, why: str, now: datetime, about: str | None = None
    ) -> None:
        """Keep an event that cannot be handled yet."""
        row = queries.unread(session, arrival.event_id)
        if row is None:
            log.info("event.waits", event_id=arrival.event_id, why=why)
            row = Unread(
                event_id=arrival.event_id,
                room_id=arrival.room_id,
                sender=arrival.sender,
                session_id=string(arrival.content.get("session_id")),
                at=arrival.at,
                why=why,
                event=dict(arrival.event),
                tell_at=None if why == "order" else now + self.patience,
            )
            session.add(row)
        row.why, row.about = why, about
        if why in ("device", "unsigned"):
            devices.ask_again(devices.follow(session, [arrival.sender]).values(), now, devices.SOON)
        session.flush()

    def again(self, session: Session, row: Unread, place: Place | None) -> Arrival | None:
        """An event that waited, if it can be read now; its row is gone then, and when it will never count."""
        if place is None:
            return None
        arrival = Arrival(row.room_id, row.event or {}, row.at)
        found = self._read(session, arrival, place)
        if isinstance(found, Waits):
            row.why = found.why
            return None
        replaced = _replaces(found) if found is not None else ""
        if replaced and queries.unread(session, replaced) is not None:
            row.why, row.about = "order", replaced
            return None
        session.delete(row)
        session.flush()
        return found

    # --- speaking

    def before_speaking(
        self, session: Session, room: Room, now: datetime, *, to_all: bool = False
    ) -> Chore | None:
        """What has to be done before something can be said in an encrypted room; None when it can be.

        `to_all`: a message without content that also reaches devices which are given no other (guard.TO_ALL_DEVICES).
        """
        place = self.access.home(session, room)
        policy: megolm.Devices = "all" if to_all or place is None else self.access.devices_for(place)
        people = self.access.given_keys(session, room) - {self.user_id}
        owners = devices.follow(session, people)
        found = queries.present_devices(session, people)
        left_out = {at for at, (_, signed) in found.items() if policy == "signed" and not signed}
        unknown = people - {user for user, _ in found}
        devices.ask_again([owners[user] for user in unknown | {user for user, _ in left_out}], now)
        if asked := devices.to_ask(owners):
            return Query(asked)
        intended = {at: curve25519 for at, (curve25519, _) in found.items() if at not in left_out}
        row = megolm.speaking(session, room, intended, policy, now)
        shares = queries.shares(session, row.session_id)
        missing = {at for at in intended if shares.get(at, ("", ""))[0] != "shared"}
        told = {at for at in left_out | missing if at in shares}
        if missing or left_out - told:
            claim = self._give(session, row, people, missing, left_out, told, now)
            if claim is not None:
                return claim
        return self.to_deliver(session, row.session_id)

    def _give(
        self,
        session: Session,
        row: OutboundSession,
        people: Collection[str],
        missing: set[tuple[str, str]],
        left_out: set[tuple[str, str]],
        told: set[tuple[str, str]],
        now: datetime,
    ) -> Claim | None:
        """Owe the room key to devices that miss it, and to those left out, once, why; or what to claim before."""
        known = {(d.user_id, d.device_id): d for d in queries.devices_of(session, people)}
        lacking = [known[at] for at in sorted(missing) if not _tried(known[at], now)]
        reached = queries.speaking_to(session, {d.curve25519 for d in lacking})
        if strange := [d for d in lacking if d.curve25519 not in reached]:
            return Claim(olm.claims(strange))
        if lacking:
            megolm.share(session, row, self.user_id, lacking)
        account = olm.our_account(session).curve25519
        if unsigned := [known[at] for at in sorted(left_out - told)]:
            megolm.withhold(session, row, account, "m.unverified", WITHHELD, unsigned)
            self._tell_owners(session, unsigned, now)
        if cut_off := [known[at] for at in sorted(missing - told) if _tried(known[at], now)]:
            megolm.withhold(session, row, account, "m.no_olm", "No one-time key", cut_off)
        return None

    def _tell_owners(self, session: Session, unsigned: Sequence[Device], now: datetime) -> None:
        """Tell people once for each device that it is left out, and what to do: without any content."""
        for device in unsigned:
            if self.access.person(device.user_id) is None:
                continue
            lang = self.access.language(session, device.user_id)
            said = text.t(lang, "device-unsigned", device=text.user_text(device.device_id))
            message = Message("device.unsigned", said, notify=True, language=lang)
            reason = f"device.unsigned:{device.user_id}:{device.device_id}:{device.ed25519}"
            owe(session, reason, direct(device.user_id), message, now=now)

    def encrypt(self, session: Session, room: Room, content: Mapping[str, Any], kind: str) -> dict[str, Any]:
        """A message's content, encrypted with the key that `before_speaking` has brought to everybody."""
        row = queries.outbound(session, room.room_id)
        if row is None:
            raise RuntimeError("no room key: before_speaking was not asked")
        return megolm.encrypt(session, row, kind, content)

    # --- chores

    def next_chore(self, session: Session, now: datetime) -> Chore | None:
        """What the homeserver has to be asked or told next, apart from what a message waits for."""
        if (upload := self.to_publish(session)) is not None:
            return upload
        if (owed := self.to_deliver(session, None)) is not None:
            return owed
        senders = queries.unread_senders(session, now - GIVE_UP)
        waiting = devices.follow(session, {*senders, *self.verifying.people()})
        devices.ask_again(waiting.values(), now)
        if asked := devices.to_ask(waiting):
            return Query(asked)
        if wedged := queries.wedged_devices(session):
            return Claim(olm.claims(wedged))
        if self._ask_for_keys(session):
            return self.to_deliver(session, None)
        return None

    def to_publish(self, session: Session) -> Upload | None:
        """Keys of our own that the homeserver does not have yet."""
        body = olm.keys_to_upload(session, self.user_id)
        return Upload(body) if body else None

    @staticmethod
    def to_deliver(session: Session, session_id: str | None) -> Deliver | None:
        """The next to-device request that is owed for a room key of ours, or for none."""
        row = next(iter(queries.to_device(session, session_id, 1)), None)
        if row is None:
            return None
        return Deliver(row.seq or 0, row.type, row.txn_id, json.loads(row.messages or "{}"))

    def _ask_for_keys(self, session: Session) -> bool:
        """Ask writers' devices for keys that did not come (m.room_key_request), once for each session."""
        rows = queries.unread_without_key(session, looked=True)
        account = queries.olm_account(session)
        asked = set()
        for row in rows:
            row.asked = True
            if account is None or row.session_id in asked:
                continue
            asked.add(row.session_id)
            body = {"algorithm": olm.MEGOLM, "room_id": row.room_id, "session_id": row.session_id}
            content = {
                "action": "request",
                "body": {
                    **body,
                    "sender_key": string((row.event or {}).get("content", {}).get("sender_key")),
                },
                "request_id": row.event_id,
                "requesting_device_id": account.device_id,
            }
            olm.owe(session, "m.room_key_request", {row.sender: {"*": content}})
        session.flush()
        return bool(rows)

    # --- what became of them

    def uploaded(self, session: Session) -> None:
        """Our keys are with the homeserver."""
        olm.keys_uploaded(session)

    def noted(
        self, session: Session, said: Mapping[str, Any], asked: Mapping[str, int], now: datetime
    ) -> News:
        """An answer to a Query."""
        devices.note(session, said, asked, now)
        return News(people=frozenset(asked), owed=self.verifying.keys_came(session, asked, now))

    def claimed(
        self,
        session: Session,
        said: Mapping[str, Any],
        wanted: Mapping[str, Mapping[str, str]],
        now: datetime,
    ) -> None:
        """An answer to a Claim; devices that needed a new session are spoken to on it, so that they use it."""
        olm.claimed(session, said, wanted, now)
        saved = [d for d in queries.wedged_devices(session) if d.device_id in wanted.get(d.user_id, {})]
        for device in saved:
            device.wedged = False
        if rescued := [d for d in saved if d.unreachable_at is None]:
            olm.owe(session, "m.room.encrypted", olm.encrypt(session, self.user_id, rescued, "m.dummy", {}))
        session.flush()

    def delivered(self, session: Session, seq: int) -> None:
        """A to-device request was accepted."""
        queries.forget_to_device(session, seq)

    def undelivered(self, session: Session, seq: int, now: datetime) -> None:
        """A to-device request was refused for good: its devices have nothing, and are tried again after a while."""
        row = session.get(ToDevice, seq)
        if row is None:
            return
        messages = json.loads(row.messages or "{}")
        for device in queries.devices_of(session, set(messages)):
            if device.device_id in messages[device.user_id] and row.type == "m.room.encrypted":
                device.unreachable_at = now
                if row.session_id is not None:
                    queries.not_shared(session, row.session_id, device.user_id, device.device_id)
        queries.forget_to_device(session, seq)
        session.flush()


def _replaces(arrival: Arrival) -> str:
    relation = arrival.content.get("m.relates_to")
    if not isinstance(relation, Mapping) or relation.get("rel_type") != "m.replace":
        return ""
    return string(relation.get("event_id"))


def _tried(device: Device, now: datetime) -> bool:
    return device.unreachable_at is not None and now - device.unreachable_at < olm.UNREACHABLE
