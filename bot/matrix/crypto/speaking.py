"""Before speaking in an encrypted room: everybody who is meant to is given the room key.

Runs on the storage thread, in the transaction of the message (bot.outgoing).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import Session

from bot import text
from bot.access import Access
from bot.matrix.crypto import devices, megolm, olm
from bot.matrix.crypto.chores import Chore, Claim, Query, to_deliver
from bot.owed import Message, direct, owe
from bot.storage import queries
from bot.storage.crypto import Device, OutboundSession
from bot.storage.models import Room

TOLD = 3  # of a person's unsigned devices at once
WITHHELD = "The device is not signed by its owner"


class Speaking:
    """Who is given keys, and who is told why not. `user_id` is the bot's own."""

    def __init__(self, access: Access, user_id: str) -> None:
        self.access = access
        self.user_id = user_id

    def before(
        self, session: Session, room: Room, now: datetime, *, to_all: bool = False
    ) -> Chore | OutboundSession:
        """What has to be done before something can be said in an encrypted room; when nothing has, its room key.

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
        if asked := devices.to_ask(owners, now):
            return Query(asked)
        intended = {at: curve25519 for at, (curve25519, _) in found.items() if at not in left_out}
        row, shares = megolm.speaking(session, room, intended, policy, now)
        missing = {at for at in intended if shares.get(at, ("", ""))[0] != "shared"}
        told = {at for at in left_out | missing if at in shares}
        if missing or left_out - told:
            claim = self._give(session, row, people, missing, left_out, told, now)
            if claim is not None:
                return claim
        return to_deliver(session, row.session_id) or row

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
        """Tell people once for each device that it is left out, and what to do: without any content.

        Of a great many the first few: whoever has a thousand must not have us send a thousand messages.
        """
        told: Counter[str] = Counter()
        for device in unsigned:
            if self.access.person(device.user_id) is None or told[device.user_id] >= TOLD:
                continue
            told[device.user_id] += 1
            lang = self.access.language(session, device.user_id)
            said = text.t(lang, "device-unsigned", device=text.user_text(device.device_id))
            message = Message("device.unsigned", said, notify=True, language=lang)
            reason = f"device.unsigned:{device.user_id}:{device.device_id}:{device.ed25519}"
            owe(session, reason, direct(device.user_id), message, now=now)


def _tried(device: Device, now: datetime) -> bool:
    return device.unreachable_at is not None and now - device.unreachable_at < olm.UNREACHABLE
