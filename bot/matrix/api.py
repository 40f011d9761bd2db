"""The homeserver over HTTP: nio builds the requests, this module sends them and judges what comes back.

Every call returns raw JSON or raises one of three errors, because only three things can be done about a failure:
try again later, tell somebody, or stop. Nothing here retries; who calls knows what may wait.
"""

from __future__ import annotations

import hashlib
import json
import ssl
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, cast
from urllib.parse import quote

import aiohttp
from nio import Api

from bot.matrix import batch

PREFIX = "/_matrix/client/v3"
_ANSWERED = (401, 403, 404, 405, 410, 501)  # what is said of a path that is not there for us
LONGEST_WAIT = 600.0  # seconds: whoever asks us to wait longer is asked again after this


class HomeserverError(Exception):
    """A call failed. The message never holds what people wrote."""


class Unavailable(HomeserverError):
    """Nobody can say whether it worked: try again, not before `after` seconds (0: as one likes).

    `status` is the answer's, 0 where there was none.
    """

    def __init__(self, why: str, after: float = 0.0, status: int = 0) -> None:
        super().__init__(why)
        self.after = after
        self.status = status


class Refused(HomeserverError):
    """The homeserver said no, and will say no again."""

    def __init__(self, errcode: str, status: int) -> None:
        super().__init__(f"{errcode} ({status})")
        self.errcode = errcode
        self.status = status


class ProofNeeded(Refused):
    """The homeserver wants to know once more who this is ("User-Interactive Authentication"), for this `session`."""

    def __init__(self, errcode: str, status: int, session: str) -> None:
        super().__init__(errcode, status)
        self.session = session


class LoggedOut(HomeserverError):
    """The access token is not valid (any more)."""


class Homeserver:
    """One account's connection. Use as an async context manager."""

    def __init__(self, url: str, *, timeout: float = 30.0, ca_file: Path | None = None) -> None:
        self.url = url.rstrip("/")
        self.token = ""
        self.timeout = timeout
        # Awaited before each request that changes something: whoever has lost the turn raises there.
        self.before_change: Callable[[], Awaitable[None]] | None = None
        self._ssl = ssl.create_default_context(cafile=str(ca_file)) if ca_file else None
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Homeserver:
        connector = aiohttp.TCPConnector(limit=32, ssl=self._ssl if self._ssl else True)
        self._session = aiohttp.ClientSession(connector=connector)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._session is not None:
            await self._session.close()
            self._session = None

    # --- the account

    @property
    def login_id(self) -> str:
        """A short name for this login: transaction ids are known to the homeserver under it, and no other."""
        return hashlib.sha256(self.token.encode()).hexdigest()[:12]

    async def login(
        self, user_id: str, password: str, device_name: str, device_id: str | None = None
    ) -> tuple[str, str]:
        """Log in with a password, as a device there was before if `device_id` names one.

        Returns (access token, device id).
        """
        request = Api.login(user_id, password=password, device_name=device_name, device_id=device_id or "")
        said = await self._nio(request, token=False)
        return str(said["access_token"]), str(said["device_id"])

    async def whoami(self) -> dict[str, Any]:
        """Whose token this is."""
        return await self._call("GET", f"{PREFIX}/account/whoami")

    # --- receiving

    async def sync(self, since: str | None, *, timeout: float, full_state: bool = False) -> dict[str, Any]:
        """One /sync; waits up to `timeout` seconds for news."""
        request = Api.sync(
            self.token,
            since=since,
            timeout=int(timeout * 1000),
            filter=SYNC_FILTER,
            full_state=full_state or None,
        )
        said = await self._nio(request, seconds=timeout + self.timeout)
        if batch.token(said.get("next_batch")) is None:
            raise Unavailable("a sync without a next_batch")
        return said

    async def messages(
        self,
        room_id: str,
        start: str | None,
        end: str | None,
        *,
        back: bool = False,
        sender: str | None = None,
        limit: int = 500,
    ) -> dict[str, Any]:
        """A page of a room's events, forward from a token to another, or `back` from one (None: from the newest).

        With `sender` only what that person sent.
        """
        path = f"{PREFIX}/rooms/{quote(room_id, safe='')}/messages"
        query = {"dir": "b" if back else "f", "limit": str(limit)}
        query |= {name: token for name, token in (("from", start), ("to", end)) if token is not None}
        if sender is not None:
            query["filter"] = json.dumps({"senders": [sender]})
        return await self._call("GET", path, query=query)

    async def event(self, room_id: str, event_id: str) -> dict[str, Any] | None:
        """One event; None when the homeserver does not have it."""
        path = f"{PREFIX}/rooms/{quote(room_id, safe='')}/event/{quote(event_id, safe='')}"
        try:
            return await self._call("GET", path)
        except Refused as refusal:
            if refusal.status == 404:
                return None
            raise

    async def edits(self, room_id: str, event_id: str) -> list[str]:
        """The event ids of the edits of a message, the newest hundred at most; none where it is not there."""
        path = f"/_matrix/client/v1/rooms/{quote(room_id, safe='')}/relations/{quote(event_id, safe='')}/m.replace"
        try:
            said = await self._call("GET", path, query={"limit": "100"})
        except Refused as refusal:
            if refusal.status == 404:
                return []
            raise
        chunk = said.get("chunk")
        found = (
            [each.get("event_id") for each in chunk if isinstance(each, dict)]
            if isinstance(chunk, list)
            else []
        )
        return [each for each in found if isinstance(each, str)]

    async def state(self, room_id: str, kind: str, key: str = "") -> dict[str, Any]:
        """The content of one state event."""
        path = f"{PREFIX}/rooms/{quote(room_id, safe='')}/state/{quote(kind, safe='')}/{quote(key, safe='')}"
        return await self._call("GET", path)

    async def put_state(self, room_id: str, kind: str, content: Mapping[str, Any], key: str = "") -> str:
        """PUT a state event; putting the same twice changes nothing. Returns the event id."""
        path = f"{PREFIX}/rooms/{quote(room_id, safe='')}/state/{quote(kind, safe='')}/{quote(key, safe='')}"
        return _event_id(await self._call("PUT", path, content))

    async def members(self, room_id: str) -> list[dict[str, Any]]:
        """The member events of a room."""
        path = f"{PREFIX}/rooms/{quote(room_id, safe='')}/members"
        chunk = (await self._call("GET", path)).get("chunk")
        return [event for event in chunk if isinstance(event, dict)] if isinstance(chunk, list) else []

    # --- sending

    async def send(self, room_id: str, kind: str, txn_id: str, content: Mapping[str, Any]) -> str:
        """PUT an event under a transaction id; the same id sends it once. Returns the event id."""
        path = (
            f"{PREFIX}/rooms/{quote(room_id, safe='')}/send/{quote(kind, safe='')}/{quote(txn_id, safe='')}"
        )
        return _event_id(await self._call("PUT", path, content))

    async def redact(self, room_id: str, event_id: str, txn_id: str) -> str:
        """Redact an event under a transaction id. Returns the redaction's event id."""
        room, event, txn = (quote(part, safe="") for part in (room_id, event_id, txn_id))
        return _event_id(await self._call("PUT", f"{PREFIX}/rooms/{room}/redact/{event}/{txn}", {}))

    async def upload(self, data: bytes, mime: str, name: str) -> str:
        """Upload a file. Returns its mxc URI."""
        query = {"filename": name} if name else {}
        return _address(await self._call("POST", "/_matrix/media/v3/upload", data, query=query, mime=mime))

    async def reserve_upload(self) -> str | None:
        """An mxc URI at which a file can be put afterwards; None where the homeserver gives none (just now)."""
        try:
            return _address(await self._call("POST", "/_matrix/media/v1/create"))
        except Refused:
            return None
        except Unavailable as fault:
            # A proxy that does not know this path, or as many addresses without a file as one may have.
            if fault.status in _ANSWERED or fault.status == 429:
                return None
            raise

    async def put_upload(self, uri: str, data: bytes, mime: str, name: str) -> None:
        """Put a file at an address of `reserve_upload`. Refused where something lies there, or it has expired."""
        query = {"filename": name} if name else {}
        await self._call("PUT", f"/_matrix/media/v3/upload/{_media_path(uri)}", data, query=query, mime=mime)

    async def delete_upload(self, uri: str) -> None:
        """Delete a file at the homeserver for good, by Synapse's admin API; one that is gone is gone.

        Refused with M_FORBIDDEN where this account may not, or the homeserver has no such thing: the client-server API
        has none.
        """
        try:
            await self._call("DELETE", f"/_synapse/admin/v1/media/{_media_path(uri)}")
        except Refused as refusal:
            if refusal.status == 404 and refusal.errcode != "M_UNRECOGNIZED":
                return
            if refusal.errcode == "M_UNRECOGNIZED" or refusal.status in (401, 403):
                raise Refused("M_FORBIDDEN", refusal.status) from refusal
            raise
        except Unavailable as fault:
            if fault.status in _ANSWERED:  # a proxy's page: it keeps the admin API from the outside
                raise Refused("M_FORBIDDEN", fault.status) from fault
            raise

    # --- keys

    async def upload_keys(self, body: Mapping[str, Any]) -> dict[str, Any]:
        """Publish keys of this device."""
        return await self._call("POST", f"{PREFIX}/keys/upload", body)

    async def query_keys(self, users: Iterable[str]) -> dict[str, Any]:
        """The raw answer of /keys/query for people: devices and cross-signing identities."""
        return await self._call("POST", f"{PREFIX}/keys/query", {"device_keys": {user: [] for user in users}})

    async def claim_keys(self, wanted: Mapping[str, Mapping[str, str]]) -> dict[str, Any]:
        """One-time keys of devices: user → device → algorithm. The raw answer."""
        said = await self._call("POST", f"{PREFIX}/keys/claim", {"one_time_keys": wanted})
        if not isinstance(said.get("one_time_keys"), dict):
            raise Unavailable("a claim without one_time_keys")  # says of nobody that they have none
        return said

    async def send_to_device(self, kind: str, txn_id: str, messages: Mapping[str, Any]) -> None:
        """PUT events to devices under a transaction id; the same id sends them once."""
        path = f"{PREFIX}/sendToDevice/{quote(kind, safe='')}/{quote(txn_id, safe='')}"
        await self._call("PUT", path, {"messages": messages})

    async def upload_identity(
        self, body: Mapping[str, Any], auth: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        """Publish the account's cross-signing keys. ProofNeeded, without `auth`, when they replace others."""
        whole = {**body, "auth": auth} if auth else body
        return await self._call("POST", f"{PREFIX}/keys/device_signing/upload", whole)

    async def upload_signatures(self, body: Mapping[str, Any]) -> None:
        """Publish signatures on keys. Refused when the homeserver did not take one of them."""
        said = await self._call("POST", f"{PREFIX}/keys/signatures/upload", body)
        for failed in _objects(said.get("failures")):
            for why in _objects(failed):
                errcode = why.get("errcode")
                raise Refused(errcode if isinstance(errcode, str) else "M_UNKNOWN", 200)

    async def backup_version(self) -> dict[str, Any] | None:
        """The present backup of room keys, as the homeserver describes it; None when there is none."""
        try:
            return await self._call("GET", f"{PREFIX}/room_keys/version")
        except Refused as refusal:
            if refusal.errcode == "M_NOT_FOUND":
                return None
            raise

    async def make_backup(self, body: Mapping[str, Any]) -> str:
        """Begin a backup of room keys. Returns its version."""
        version = (await self._call("POST", f"{PREFIX}/room_keys/version", body)).get("version")
        if not isinstance(version, str):
            raise Unavailable("a backup without a version")
        return version

    async def put_room_keys(self, version: str, body: Mapping[str, Any]) -> None:
        """Put room keys into a backup. Refused with M_WRONG_ROOM_KEYS_VERSION when it is no longer the present one."""
        await self._call("PUT", f"{PREFIX}/room_keys/keys", body, query={"version": version})

    async def room_key(self, version: str, room_id: str, session_id: str) -> dict[str, Any] | None:
        """What a backup has for a session; None when it has nothing."""
        path = f"{PREFIX}/room_keys/keys/{quote(room_id, safe='')}/{quote(session_id, safe='')}"
        try:
            return await self._call("GET", path, query={"version": version})
        except Refused as refusal:
            if refusal.errcode == "M_NOT_FOUND":
                return None
            raise

    async def delete_device(self, device_id: str, auth: Mapping[str, Any] | None = None) -> None:
        """Log one of our devices out; one that is gone is gone. Refused without `auth` that the homeserver takes."""
        path = f"{PREFIX}/devices/{quote(device_id, safe='')}"
        try:
            await self._call("DELETE", path, {"auth": auth} if auth else {})
        except Refused as refusal:
            if refusal.status != 404:
                raise

    # --- rooms

    async def join(self, room_id: str) -> str:
        """Join a room; joining twice is joining once. Returns the room id."""
        said = await self._call("POST", f"{PREFIX}/join/{quote(room_id, safe='')}", {})
        return str(said.get("room_id") or room_id)

    async def resolve_alias(self, alias: str) -> str | None:
        """The room an alias points to; None when there is no such alias."""
        try:
            said = await self._call("GET", f"{PREFIX}/directory/room/{quote(alias, safe='')}")
        except Refused as refusal:
            if refusal.errcode == "M_NOT_FOUND":
                return None
            raise
        found = said.get("room_id")
        return found if isinstance(found, str) else None

    async def create_room(self, body: Mapping[str, Any]) -> str:
        """Create a room. Returns its id; an alias that is taken is Refused with M_ROOM_IN_USE."""
        return str((await self._call("POST", f"{PREFIX}/createRoom", body))["room_id"])

    async def invite(self, room_id: str, user_id: str) -> None:
        """Invite somebody; inviting twice adds nothing."""
        path = f"{PREFIX}/rooms/{quote(room_id, safe='')}/invite"
        await self._call("POST", path, {"user_id": user_id})

    # --- the inside

    async def _nio(
        self, request: tuple[Any, ...], *, token: bool = True, seconds: float | None = None
    ) -> dict[str, Any]:
        method, path, *body = request
        # nio puts the token into the query of some requests; it belongs into the header, out of every log.
        path = path.split("access_token=")[0].rstrip("?&") + _after_token(path)
        data = body[0] if body else None
        return await self._call(method, path, data, seconds=seconds, token=token)

    async def _call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Mapping[str, str] | None = None,
        mime: str = "application/json",
        seconds: float | None = None,
        token: bool = True,
    ) -> dict[str, Any]:
        if self._session is None:
            raise RuntimeError("the connection is not open")
        if method != "GET" and self.before_change is not None:
            await self.before_change()
        data = json.dumps(body) if isinstance(body, Mapping) else body
        headers = {"Content-Type": mime} if data is not None else {}
        if token:
            headers["Authorization"] = f"Bearer {self.token}"
        limit = aiohttp.ClientTimeout(total=seconds or self.timeout, sock_connect=min(10.0, self.timeout))
        try:
            async with self._session.request(
                method, self.url + path, data=data, params=query, headers=headers, timeout=limit
            ) as response:
                status, raw = response.status, await response.read()
                wait = response.headers.get("Retry-After", "")
        except (TimeoutError, aiohttp.ClientError, OSError) as fault:
            raise Unavailable(type(fault).__name__) from fault
        return _judge(status, raw, float(wait) if wait.isdecimal() else 0.0)


SYNC_FILTER: dict[str, Any] = {
    "presence": {"not_types": ["*"]},
    "account_data": {"not_types": ["*"]},
    "room": {
        "timeline": {"limit": 100},
        "ephemeral": {"not_types": ["*"]},
        "account_data": {"not_types": ["*"]},
    },
}


def _after_token(path: str) -> str:
    """The part of a query behind nio's access token."""
    found = path.split("access_token=", 1)
    if len(found) == 1 or "&" not in found[1]:
        return ""
    glue = "&" if "?" in found[0].rstrip("?&") else "?"
    return glue + found[1].split("&", 1)[1]


def _judge(status: int, raw: bytes, after: float) -> dict[str, Any]:
    """A response as JSON, or the error that it means. A page that is no JSON is a proxy's: try again.

    `after` is the header Retry-After in seconds, 0 when there is none.
    """
    after = min(after, LONGEST_WAIT)
    try:
        said = json.loads(raw)
    except ValueError:
        said = None
    if not isinstance(said, dict):
        raise Unavailable(f"no JSON object in an answer with status {status}", after, status)
    if 200 <= status < 300:
        return cast(dict[str, Any], said)
    errcode = said.get("errcode")
    errcode = errcode if isinstance(errcode, str) else "M_UNKNOWN"
    if status == 401 and isinstance(said.get("flows"), list):
        raise ProofNeeded(errcode, status, str(said.get("session") or ""))
    if errcode in ("M_UNKNOWN_TOKEN", "M_MISSING_TOKEN", "M_USER_DEACTIVATED"):
        raise LoggedOut(errcode)
    if status == 429 or errcode == "M_LIMIT_EXCEEDED":
        wait = said.get("retry_after_ms")
        asked = wait / 1000 if isinstance(wait, int | float) and wait > 0 else after or 1.0
        raise Unavailable(errcode, min(asked, LONGEST_WAIT), 429)
    if status >= 500 or status in (408, 425) or "errcode" not in said:
        raise Unavailable(f"{errcode} ({status})", after, status)
    raise Refused(errcode, status)


def _objects(value: object) -> list[Mapping[str, Any]]:
    """The objects in an object."""
    return [one for one in value.values() if isinstance(one, Mapping)] if isinstance(value, Mapping) else []


def _address(said: dict[str, Any]) -> str:
    uri = said.get("content_uri")
    if not isinstance(uri, str):
        raise Unavailable("the upload was answered without an address")
    return uri


def _media_path(uri: str) -> str:
    """The server and the id of an mxc URI, as they stand in a path."""
    server, _, media_id = uri.removeprefix("mxc://").partition("/")
    return f"{quote(server, safe='')}/{quote(media_id, safe='')}"


def _event_id(said: dict[str, Any]) -> str:
    found = said.get("event_id")
    if not isinstance(found, str):
        raise Unavailable("an answer without an event id")
    return found
