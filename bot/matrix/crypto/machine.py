"""Encryption as the inbox sees it: what a sync brought, what an event says, what waits, what has to be asked.

All of it runs on the storage thread and touches no network: what the homeserver has to be asked or told is handed out
as a `Chore`, worked out anew from the tables after each answer.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from bot.access import Access, Place
from bot.matrix.batch import Arrival, Keys, short, string
from bot.matrix.crypto import devices, megolm, olm
from bot.matrix.crypto.chores import Chore, Claim, Query, Upload, to_deliver
from bot.matrix.crypto.megolm import Refused, Waits
from bot.matrix.crypto.verifying import Verifying, is_verification
from bot.storage import queries
from bot.storage.crypto import ToDevice, Unread
from bot.storage.sealing import KeyringUnavailable

log = structlog.get_logger(__name__)

PATIENCE = timedelta(minutes=1)  # before the writer of what cannot be read is told (issue text)
GIVE_UP = timedelta(weeks=1)  # a waiting event's device was not signed for so long: nobody is asked any more
RESCUE = timedelta(hours=1)  # between two new sessions for a device whose messages do not open


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
            try:
                digest = hashlib.sha256(json.dumps(event, sort_keys=True).encode()).hexdigest()
                if queries.heard_to_device(session, digest):
                    continue
                with session.begin_nested():
                    found = self._to_device(session, event, now)
                    sessions |= found.sessions
                    owed += found.owed
            except olm.NotForUs as why:
                log.info("to_device.skipped", why=str(why), sender=string(event.get("sender")))
                self._wedged(session, event, now)
            except (SQLAlchemyError, KeyringUnavailable):
                raise  # the disk or the database: nothing of this sync may count as handled
            except Exception as fault:
                # The homeserver would give it again for ever: a fault in one event must not end the sync.
                log.exception("to_device.fault", fault=type(fault).__name__)
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
        if self.access.person(sender) is None and heard.type in ("m.room_key", "m.forwarded_room_key"):
            return News()  # nothing that they say is read, so their keys are not kept either
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
        """A room key handed on: only by a person for a session of their own, that something waits for.

        Whose key it is, is the word of who hands it on. An unsigned device is believed about itself alone: else a
        login with a stolen password could say of its own key that it is a signed device's.
        """
        content = heard.content
        session_id, curve25519 = string(content.get("session_id")), string(content.get("sender_key"))
        # The writer's own device proves itself; it may answer before we have asked whose devices there are.
        ed25519 = heard.ed25519 if curve25519 == heard.curve25519 else ""
        giver = queries.device_with(session, heard.sender, heard.curve25519)
        if giver is not None and giver.signed and giver.ed25519 == heard.ed25519 and not giver.gone:
            device = queries.device_with(session, heard.sender, curve25519)
            ed25519 = device.ed25519 if device is not None else ed25519
        waits = queries.unread_about(session, sessions=[session_id], senders=[])
        if not ed25519 or all(row.sender != heard.sender for row in waits):
            return None
        return megolm.import_key(
            session,
            short(content.get("room_id")),
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

    # --- chores

    def next_chore(self, session: Session, now: datetime) -> Chore | None:
        """What the homeserver has to be asked or told next, apart from what a message waits for."""
        if (upload := self.to_publish(session)) is not None:
            return upload
        if (owed := to_deliver(session, None)) is not None:
            return owed
        senders, verified = queries.unread_senders(session), self.verifying.people()
        waiting = devices.follow(session, {*senders, *verified})
        hopeful = verified | {user for user, newest in senders.items() if newest >= now - GIVE_UP}
        # Who has just written waits for an answer: one bad answer of the homeserver costs them no minutes.
        fresh = {user for user, newest in senders.items() if abs(now - newest) < devices.AGAIN}
        devices.ask_again([waiting[user] for user in sorted(fresh)], now, devices.SOON)
        devices.ask_again([waiting[user] for user in sorted(hopeful - fresh)], now)
        if asked := devices.to_ask(waiting, now, fresh):
            return Query(asked)
        # Whether those whom an operator has verified are still themselves is asked at once.
        if asked := devices.to_ask(queries.key_owners(session, queries.vouched_people(session)), now):
            return Query(asked)
        if wedged := queries.wedged_devices(session):
            return Claim(olm.claims(wedged))
        if self._ask_for_keys(session):
            return to_deliver(session, None)
        return None

    def to_publish(self, session: Session) -> Upload | None:
        """Keys of our own that the homeserver does not have yet."""
        body = olm.keys_to_upload(session, self.user_id)
        return Upload(body) if body else None

    def _ask_for_keys(self, session: Session) -> bool:
        """Ask writers' devices for keys that did not come (m.room_key_request), once for each session."""
        rows = queries.unread_without_key(session, looked=True)
        account = queries.olm_account(session)
        for row in rows:
            again, row.asked = queries.key_was_asked_for(session, row), True
            if account is None or again:
                continue
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
