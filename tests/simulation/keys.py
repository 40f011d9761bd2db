"""The key side of a homeserver in memory: device keys, one-time keys, events to devices, identities, a key backup.

It knows nothing of cryptography: like the real one it stores what it is given and gives each one-time key away once.
Requests come as they stand in the specification, by method and path.
"""

from __future__ import annotations

import itertools
import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

from bot.matrix.api import Refused

TO_DEVICE_ONCE = 30 * 60.0  # seconds until Synapse forgets a transaction id of /sendToDevice
ONE_TIME = "signed_curve25519"
PURPOSES = ("master", "self_signing", "user_signing")

Json = dict[str, Any]
Place = tuple[str, str]  # user, device


@dataclass
class Locker:
    """What the homeserver keeps for one device. `mail` are events to it with their places in the stream."""

    keys: Json | None = None
    one_time: Json = field(default_factory=dict)
    fallback: Json = field(default_factory=dict)
    fallback_used: bool = False
    mail: list[tuple[int, Json]] = field(default_factory=list)


class KeyStore:
    """All devices' keys. `step` gives the next place in the homeserver's stream, `now` the time in seconds."""

    def __init__(self, step: Callable[[], int], now: Callable[[], float]) -> None:
        self.step = step
        self.now = now
        self.lockers: dict[Place, Locker] = {}
        self.identities: dict[str, dict[str, Json]] = defaultdict(dict)
        self.changes: list[tuple[int, str]] = []  # whose devices changed, and when in the stream
        self.watchers: list[Callable[[], None]] = []  # told when a sync may have news of keys
        # Told of each event to a device: whose, which, its place in the stream, and what it is.
        self.told: list[Callable[[str, str, int, Json], None]] = []
        self.backups: dict[str, list[Json]] = defaultdict(list)
        self._sent: dict[tuple[Place, str], float] = {}
        self._versions = itertools.count(1)

    # --- requests

    def handle(self, user: str, device: str, method: str, path: str, body: Any) -> Json | None:
        """The answer to a request that concerns keys; None for one that does not. Raises Refused."""
        for wanted, pattern, answer in (
            ("POST", r"keys/upload", self._upload),
            ("POST", r"keys/query", self._query),
            ("POST", r"keys/claim", self._claim),
            ("PUT", r"sendToDevice/([^/]+)/([^/]+)", self._send),
            ("POST", r"keys/device_signing/upload", self._identity),
            ("POST", r"keys/signatures/upload", self._signatures),
            ("POST", r"room_keys/version", self._new_backup),
            ("GET", r"room_keys/version(?:/([^/]+))?", self._backup),
            ("DELETE", r"room_keys/version/([^/]+)", self._no_backup),
            ("PUT", r"room_keys/keys(?:/([^/]+)(?:/([^/]+))?)?", self._back_up),
            ("GET", r"room_keys/keys(?:/([^/]+)(?:/([^/]+))?)?", self._look_up),
        ):
            found = re.fullmatch(f"/_matrix/client/v3/{pattern}", path)
            if found and method == wanted:
                return answer((user, device), body, *(part and unquote(part) for part in found.groups()))
        return None

    def _upload(self, place: Place, body: Any) -> Json:
        locker = self.lockers.setdefault(place, Locker())
        new: Json = body.get("one_time_keys", {})
        if any(locker.one_time.get(key_id, key) != key for key_id, key in new.items()):
            raise Refused("M_UNKNOWN", 400)  # Synapse: "One time key … already exists"
        keys = body.get("device_keys")
        if keys is not None and keys != locker.keys:
            locker.keys = dict(keys)
            self.changed(place[0])
        locker.one_time |= new
        if body.get("fallback_keys"):
            locker.fallback, locker.fallback_used = dict(body["fallback_keys"]), False
        return {"one_time_key_counts": {ONE_TIME: len(locker.one_time)}}

    def _query(self, place: Place, body: Any) -> Json:
        users: Iterable[str] = body["device_keys"]
        said: Json = {"device_keys": {user: self.devices(user) for user in users}, "failures": {}}
        for purpose in PURPOSES[: 3 if place[0] in users else 2]:
            said[f"{purpose}_keys"] = {
                user: self.identities[user][purpose] for user in users if purpose in self.identities[user]
            }
        found: Json = json.loads(json.dumps(said))
        return found

    def _claim(self, _: Place, body: Any) -> Json:
        given: Json = {}
        for user, devices in body["one_time_keys"].items():
            for device in devices:
                if key := self.claim(user, device):
                    given.setdefault(user, {})[device] = key
        return {"one_time_keys": given, "failures": {}}

    def _send(self, place: Place, body: Any, kind: str, txn: str) -> Json:
        sent = self._sent.get((place, txn))
        if sent is None or self.now() - sent >= TO_DEVICE_ONCE:
            self._sent[place, txn] = self.now()
            for user, devices in body["messages"].items():
                for device, content in devices.items():
                    for one in self.devices(user) if device == "*" else [device]:
                        self.put(place[0], user, one, kind, content)
        return {}

    def _identity(self, place: Place, body: Any) -> Json:
        new = {purpose: body[f"{purpose}_key"] for purpose in PURPOSES if f"{purpose}_key" in body}
        master = self.identities[place[0]].get("master")
        if master is not None and new.get("master", master) != master and "auth" not in body:
            raise Refused("M_UNKNOWN", 401)
        self.identities[place[0]] |= new
        self.changed(place[0])
        return {}

    def _signatures(self, _: Place, body: Any) -> Json:
        for user, objects in body.items():
            for name, signed in objects.items():
                known = [key for key in self.identities[user].values() if f"ed25519:{name}" in key["keys"]]
                known += [keys for device, keys in self.devices(user).items() if device == name]
                for target in known:
                    for signer, signatures in signed.get("signatures", {}).items():
                        target.setdefault("signatures", {}).setdefault(signer, {}).update(signatures)
        return {"failures": {}}

    # --- the backup

    def _newest(self, place: Place, version: str | None = None) -> Json:
        for backup in reversed(self.backups[place[0]]):
            if version in (None, backup["version"]):
                return backup
        raise Refused("M_NOT_FOUND", 404)

    def _new_backup(self, place: Place, body: Any) -> Json:
        version = str(next(self._versions))
        self.backups[place[0]].append({**body, "version": version, "rooms": {}})
        return {"version": version}

    def _backup(self, place: Place, _: Any, version: str | None = None) -> Json:
        backup = self._newest(place, version)
        count = sum(len(sessions) for sessions in backup["rooms"].values())
        return {name: value for name, value in backup.items() if name != "rooms"} | {
            "count": count,
            "etag": str(count),
        }

    def _no_backup(self, place: Place, _: Any, version: str) -> Json:
        self.backups[place[0]] = [one for one in self.backups[place[0]] if one["version"] != version]
        return {}

    def _back_up(self, place: Place, body: Any, room: str | None = None, session: str | None = None) -> Json:
        rooms = self._newest(place)["rooms"]
        if session is not None:
            body = {"rooms": {room: {"sessions": {session: body}}}}
        elif room is not None:
            body = {"rooms": {room: body}}
        for room_id, part in body["rooms"].items():
            rooms.setdefault(room_id, {}).update(part["sessions"])
        count = sum(map(len, rooms.values()))
        return {"count": count, "etag": str(count)}

    def _look_up(self, place: Place, _: Any, room: str | None = None, session: str | None = None) -> Json:
        rooms = self._newest(place)["rooms"]
        if room is None:
            return {"rooms": {room_id: {"sessions": sessions} for room_id, sessions in rooms.items()}}
        if session is None:
            return {"sessions": rooms.get(room, {})}
        if session not in rooms.get(room, {}):
            raise Refused("M_NOT_FOUND", 404)
        found: Json = rooms[room][session]
        return found

    # --- what it holds

    def devices(self, user: str) -> dict[str, Json]:
        """The devices of a user that have keys, by id."""
        return {
            device: locker.keys
            for (owner, device), locker in self.lockers.items()
            if owner == user and locker.keys
        }

    def claim(self, user: str, device: str) -> Json:
        """A one-time key that nobody else gets; the fallback key when there is none; empty without either."""
        locker = self.lockers.get((user, device), Locker())
        if locker.one_time:
            key_id = next(iter(locker.one_time))
            return {key_id: locker.one_time.pop(key_id)}
        locker.fallback_used = locker.fallback_used or bool(locker.fallback)
        return dict(locker.fallback)

    def put(self, sender: str, user: str, device: str, kind: str, content: Mapping[str, Any]) -> None:
        """An event for a device; what is sent to one without keys waits as well."""
        event: Json = {"sender": sender, "type": kind, "content": json.loads(json.dumps(content))}
        self.lockers.setdefault((user, device), Locker()).mail.append((pos := self.step(), event))
        for tell in self.told:
            tell(user, device, pos, event)
        self._stirred()

    def forget(self, user: str, device: str) -> None:
        """A device that was logged out: its keys and its mail are gone."""
        if self.lockers.pop((user, device), None) is not None:
            self.changed(user)

    def changed(self, user: str) -> None:
        """Somebody's devices or identity are other than before."""
        self.changes.append((self.step(), user))
        self._stirred()

    def _stirred(self) -> None:
        for watcher in tuple(self.watchers):
            watcher()

    # --- a sync's part

    def part(self, user: str, device: str, after: int, shared: Iterable[str], *, first: bool) -> Json:
        """What a sync from a place in the stream says of keys; mail up to that place has arrived and is deleted.

        `shared`: whose changes the user is told of; first they have to ask about everybody anyway.
        """
        locker = self.lockers.setdefault((user, device), Locker())
        locker.mail = [(pos, event) for pos, event in locker.mail if pos > after]
        said: Json = {
            "device_one_time_keys_count": {ONE_TIME: len(locker.one_time)},
            "device_unused_fallback_key_types": [ONE_TIME]
            if locker.fallback and not locker.fallback_used
            else [],
        }
        if locker.mail:
            said["to_device"] = {"events": [event for _, event in locker.mail[:100]]}
        if not first and (changed := sorted(set(shared))):
            said["device_lists"] = {"changed": changed, "left": []}
        return said

    def changed_since(self, after: int) -> set[str]:
        """Whose devices have changed after a place in the stream."""
        return {user for pos, user in reversed(self.changes) if pos > after}
