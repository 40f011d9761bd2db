"""Being verified by a person: short authentication strings, as the side that is asked (client-server, "Key
verification framework" and "Short Authentication String (SAS) verification").

A pure state machine: events in, messages out. It reads raw JSON, since nio parses no requests. What it knows lives in
memory: after a restart the other side is told that the transaction is unknown, and begins again.

**Who compares.** A bot cannot look at a screen. So it accepts every request and sends its MAC as soon as both keys
are known, and the comparing is the person's: they hold their emoji against those that the operator reads out of the
log, and their app sends its MAC only when they say that both are the same. For the person that is a full
verification. For the bot it is not: a MAC proves that the other end of *this* exchange holds the keys, but a
homeserver that plays both ends could send one without any person. So `Flow.master` says which master key was proven,
and it is to be trusted (signed with the user-signing key) only after the operator, too, has said that the emoji
were the same.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Literal

import vodozemac as vz

from bot.matrix.crypto.signing import encode, from_base64, public_key, unpadded
from bot.matrix.crypto.verification_events import PREFIX, Heard, integer, name

State = Literal["ready", "started", "keys", "done", "cancelled"]
# (user id, device id) -> that device's Ed25519 key and that person's master key, as /keys/query has them.
KeysOf = Callable[[str, str], tuple[str | None, str | None]]

LASTS = timedelta(minutes=10)
AHEAD = timedelta(minutes=5)  # by how much the asker's clock may be ahead
_MS = timedelta(milliseconds=1)
MOST, MOST_EACH, MOST_ENDED = 20, 3, 20  # flows under way, of one person, kept after their end

_METHOD = "m.sas.v1"
_AGREEMENT, _HASH, _MAC = "curve25519-hkdf-sha256", "sha256", "hkdf-hmac-sha256.v2"
_STRINGS = ("decimal", "emoji")
_REASONS = {
    "m.timeout": "Not finished within ten minutes",
    "m.unknown_transaction": "No such verification is under way: please begin again",
    "m.unknown_method": "No method in common",
    "m.unexpected_message": "Not the message that was due",
    "m.invalid_message": "The message is not as it should be",
    "m.key_mismatch": "The keys are not those that the homeserver has",
    "m.mismatched_sas": "The emoji were not the same on both sides",
    "m.user": "Newer verifications took its place",
}


@dataclass(frozen=True)
class Message:
    """What is to be sent: an event of this kind (type) with this content.

    Into the room when `room_id` is set, encrypted if the room is. Otherwise to the device, or to all devices of the
    person when `to_device` is None.
    """

    to_user: str
    to_device: str | None
    room_id: str | None
    kind: str
    content: dict[str, Any]


@dataclass(frozen=True)
class Flow:
    """One verification as it stands.

    `emoji` (seven numbers for `emoji.emoji`) and `decimals` (three numbers of four digits) are known from state
    "keys" on; `master` is the person's proven master key (see above) when "done", if they proved one; `code` says why
    it was "cancelled".
    """

    user_id: str
    device_id: str
    transaction_id: str
    room_id: str | None
    since: datetime
    state: State
    emoji: tuple[int, ...] = ()
    decimals: tuple[int, ...] = ()
    master: str | None = None
    code: str | None = None


@dataclass
class _Run:
    """A flow with its secrets, and what was answered to which message."""

    flow: Flow
    sas: vz.Sas | None = None
    shared: vz.EstablishedSas | None = None
    answered: dict[bytes, list[Message]] = field(default_factory=dict)

    @property
    def under_way(self) -> bool:
        return self.flow.state not in {"done", "cancelled"}


class _Cancel(Exception):
    """The flow ends with this code."""


_Key = tuple[str, str | None, str]  # a transaction id is the asker's to choose, so it is theirs alone


class Verifications:
    """All verifications that people have begun with this device.

    `device_ed25519` and `master_public` are what we prove: our device's key and our master key, unpadded base64.
    """

    def __init__(
        self, user_id: str, device_id: str, device_ed25519: str, master_public: str, keys_of: KeysOf
    ) -> None:
        self._user_id = user_id
        self._device_id = device_id
        self._proves = {f"ed25519:{device_id}": device_ed25519, f"ed25519:{master_public}": master_public}
        self._keys_of = keys_of
        self._runs: dict[_Key, _Run] = {}  # oldest first

    def flows(self) -> tuple[Flow, ...]:
        """Every flow under way and the last ended ones, oldest first."""
        return tuple(run.flow for run in self._runs.values())

    def expire(self, now: datetime) -> list[Message]:
        """End what has lasted ten minutes; what to tell the others."""
        late = [run for run in self._runs.values() if run.under_way and run.flow.since + LASTS <= now]
        return [message for run in late for message in self._end(run, "m.timeout")]

    def mismatched(self, user_id: str, room_id: str | None, transaction_id: str) -> list[Message]:
        """End a flow because the operator saw other emoji than the person; what to tell the other side."""
        run = self._runs.get((user_id, room_id, transaction_id))
        return self._end(run, "m.mismatched_sas") if run is not None and run.under_way else []

    def handle(self, event: Mapping[str, Any], *, now: datetime, room_id: str | None = None) -> list[Message]:
        """What to send in answer to an event, to-device or (with `room_id`) from a room, decrypted.

        `content` must be as the sender wrote it, with its `m.relates_to`: a hash goes over it. `now` is compared
        with the senders' timestamps, so it is real time, also while a rehearsal's clock runs. The same message once
        more gets the same answer once more. Any event may be handed in; what is no verification, or malformed, or
        other people's, is left alone. Raises only what `keys_of` raises.
        """
        messages = self.expire(now)
        heard = Heard.of(event, room_id)
        if heard is None:
            return messages
        run = self._runs.get((heard.sender, room_id, heard.transaction_id))
        if run is not None and heard.digest in run.answered:
            return messages + run.answered[heard.digest]
        if run is None:
            return messages + (self._asked(heard, now) if heard.kind == "request" else self._unknown(heard))
        if run.under_way:
            try:
                answer = self._step(run, heard)
            except _Cancel as reason:
                answer = self._end(run, str(reason))
            run.answered[heard.digest] = answer
            messages += answer
            self._forget()
        return messages

    def _asked(self, heard: Heard, now: datetime) -> list[Message]:
        """A request: a new flow, ready at once. Old ones, such as history read back, are nobody's any more."""
        content = heard.content
        stamp = integer(content.get("timestamp")) if heard.room_id is None else heard.at
        age = now.timestamp() * 1000 - stamp if stamp is not None else 0.0
        if not -AHEAD / _MS <= age < LASTS / _MS:
            return []
        if heard.room_id is not None and content.get("to") != self._user_id:
            return []
        device_id, methods = name(content.get("from_device")), content.get("methods")
        if device_id is None or (heard.sender, device_id) == (self._user_id, self._device_id):
            return []
        # Without a method in common another device of ours may still have one, so nothing is cancelled (the spec).
        if not isinstance(methods, list) or _METHOD not in methods:
            return []
        since = now - timedelta(milliseconds=max(age, 0.0))
        flow = Flow(heard.sender, device_id, heard.transaction_id, heard.room_id, since, "ready")
        run = _Run(flow)
        told = self._make_room(heard.sender)
        self._runs[heard.sender, heard.room_id, heard.transaction_id] = run
        ready = self._say(run, "ready", {"from_device": self._device_id, "methods": [_METHOD]})
        run.answered[heard.digest] = [ready]
        return [*told, ready]

    def _unknown(self, heard: Heard) -> list[Message]:
        """A message of a flow that we do not have. In a room it may be between others there, so nothing is said.

        Our own messages, too, come back from the room, as those of a flow of our own that we do not have.
        """
        if heard.room_id is not None or heard.kind in {"cancel", "done"}:
            return []
        device_id = name(heard.content.get("from_device"))
        content = _cancelling("m.unknown_transaction", {"transaction_id": heard.transaction_id})
        return [Message(heard.sender, device_id, None, PREFIX + "cancel", content)]

    def _step(self, run: _Run, heard: Heard) -> list[Message]:
        """The answer to the next message of a flow under way. _Cancel when it is not the one that was due."""
        if heard.kind == "cancel":
            self._close(run, name(heard.content.get("code")) or "m.user")
            return []
        steps = {("ready", "start"): self._start, ("started", "key"): self._key, ("keys", "mac"): self._mac}
        step = steps.get((run.flow.state, heard.kind))
        if step is None:
            raise _Cancel("m.unexpected_message")
        return step(run, heard.content)

    def _start(self, run: _Run, content: Mapping[str, Any]) -> list[Message]:
        """start -> accept: we choose, and commit to our key before we know theirs."""
        if content.get("from_device") != run.flow.device_id:
            raise _Cancel("m.invalid_message")
        if content.get("method") != _METHOD:
            raise _Cancel("m.unknown_method")
        offers = {
            offer: content.get(offer)
            for offer in ("key_agreement_protocols", "hashes", "message_authentication_codes")
        }
        strings = content.get("short_authentication_string")
        if not isinstance(strings, list) or not all(isinstance(each, list) for each in offers.values()):
            raise _Cancel("m.invalid_message")
        chosen = [each for each in _STRINGS if each in strings]
        wanted = zip(offers.values(), (_AGREEMENT, _HASH, _MAC), strict=True)
        if not chosen or not all(each in (offered or ()) for offered, each in wanted):
            raise _Cancel("m.unknown_method")
        try:
            theirs = encode(content)
        except ValueError:
            raise _Cancel("m.invalid_message") from None
        run.sas = vz.Sas()
        run.flow = replace(run.flow, state="started")
        ours = run.sas.public_key.to_base64().encode()
        accept = {
            "method": _METHOD,
            "key_agreement_protocol": _AGREEMENT,
            "hash": _HASH,
            "message_authentication_code": _MAC,
            "short_authentication_string": chosen,
            "commitment": unpadded(hashlib.sha256(ours + theirs).digest()),
        }
        return [self._say(run, "accept", accept)]

    def _key(self, run: _Run, content: Mapping[str, Any]) -> list[Message]:
        """key -> our key, and our MACs at once. Now the emoji are known."""
        theirs = public_key(content.get("key"))
        if theirs is None or run.sas is None:
            raise _Cancel("m.invalid_message")
        ours = run.sas.public_key.to_base64()
        try:
            run.shared = run.sas.diffie_hellman(vz.Curve25519PublicKey.from_bytes(from_base64(theirs)))
        except ValueError:  # a key with which every secret would be the same
            raise _Cancel("m.invalid_message") from None
        run.sas = None
        flow = run.flow
        starter, us = (flow.user_id, flow.device_id, theirs), (self._user_id, self._device_id, ours)
        shown = run.shared.bytes(
            "|".join(("MATRIX_KEY_VERIFICATION_SAS", *starter, *us, flow.transaction_id))
        )
        run.flow = replace(
            flow, state="keys", emoji=tuple(shown.emoji_indices), decimals=tuple(shown.decimals)
        )
        base = _mac_info((self._user_id, self._device_id), (flow.user_id, flow.device_id), flow)
        proofs = {
            key_id: run.shared.calculate_mac(key, base + key_id) for key_id, key in self._proves.items()
        }
        listed = run.shared.calculate_mac(",".join(sorted(proofs)), base + "KEY_IDS")
        mac = {"mac": proofs, "keys": listed}
        return [self._say(run, "key", {"key": ours}), self._say(run, "mac", mac)]

    def _mac(self, run: _Run, content: Mapping[str, Any]) -> list[Message]:
        """Their MACs -> done, when they are over the keys that the homeserver gave us for them."""
        flow, shared = run.flow, run.shared
        proofs, listed = content.get("mac"), content.get("keys")
        if shared is None or not isinstance(proofs, Mapping) or not isinstance(listed, str):
            raise _Cancel("m.invalid_message")
        base = _mac_info((flow.user_id, flow.device_id), (self._user_id, self._device_id), flow)
        ed25519, master = self._keys_of(flow.user_id, flow.device_id)
        # A device named like the master key would make one proof count for both.
        if ed25519 is None or flow.device_id == master:
            raise _Cancel("m.key_mismatch")
        known = {f"ed25519:{flow.device_id}": ed25519}
        if master is not None and f"ed25519:{master}" in proofs:
            known[f"ed25519:{master}"] = master
        expected = {key_id: (key, base + key_id) for key_id, key in known.items()}
        whole = shared.calculate_mac(",".join(sorted(proofs)), base + "KEY_IDS")
        right = _same(listed, whole) and all(
            _same(proofs.get(key_id), shared.calculate_mac(*said)) for key_id, said in expected.items()
        )
        if not right:
            raise _Cancel("m.key_mismatch")
        proven = master if master is not None and f"ed25519:{master}" in known else None
        run.flow = replace(flow, state="done", master=proven)
        run.shared = None
        return [self._say(run, "done", {})]

    def _end(self, run: _Run, code: str) -> list[Message]:
        """Cancel a flow on our side."""
        self._close(run, code)
        return [self._say(run, "cancel", _cancelling(code, {}))]

    def _close(self, run: _Run, code: str) -> None:
        run.flow = replace(run.flow, state="cancelled", code=code)
        run.sas = run.shared = None

    def _make_room(self, user_id: str) -> list[Message]:
        """Cancel the oldest flows so that one more of this person may begin."""
        told: list[Message] = []
        for most, whose in ((MOST_EACH, user_id), (MOST, None)):
            running = [run for run in self._runs.values() if run.under_way]
            theirs = [run for run in running if whose is None or run.flow.user_id == whose]
            for run in theirs[: max(len(theirs) - most + 1, 0)]:
                told += self._end(run, "m.user")
        self._forget()
        return told

    def _forget(self) -> None:
        """Keep the last ended flows only, the cancelled ones least."""
        ended = [(run.flow.state == "done", key) for key, run in self._runs.items() if not run.under_way]
        ended.sort(key=lambda each: each[0])  # stable: oldest first among each
        for _, key in ended[: max(len(ended) - MOST_ENDED, 0)]:
            del self._runs[key]

    def _say(self, run: _Run, kind: str, content: Mapping[str, Any]) -> Message:
        flow = run.flow
        if flow.room_id is not None:
            relation = {"m.relates_to": {"rel_type": "m.reference", "event_id": flow.transaction_id}}
            return Message(flow.user_id, None, flow.room_id, PREFIX + kind, {**content, **relation})
        whole = {**content, "transaction_id": flow.transaction_id}
        return Message(flow.user_id, flow.device_id, None, PREFIX + kind, whole)


def _mac_info(sender: tuple[str, str], receiver: tuple[str, str], flow: Flow) -> str:
    """What every MAC is bound to, but for the key's id ("MAC calculation")."""
    return "".join(("MATRIX_KEY_VERIFICATION_MAC", *sender, *receiver, flow.transaction_id))


def _same(said: object, expected: str) -> bool:
    try:
        return hmac.compare_digest(from_base64(said), from_base64(expected))
    except ValueError:
        return False


def _cancelling(code: str, content: Mapping[str, Any]) -> dict[str, Any]:
    return {**content, "code": code, "reason": _REASONS[code]}
