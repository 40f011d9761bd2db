"""A Matrix account as its owner uses it: log in, make and join rooms, say things.

Straight over the client-server API, in cleartext. It shares no library with the bot, so a misunderstanding that bot
and library have in common shows here. Section numbers are those of the client-server API, v1.11 and later.
"""

import asyncio
import html as html_module
import itertools
import json
import secrets
from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import quote

import aiohttp

Event = dict[str, Any]


class MatrixError(Exception):
    """The homeserver said no: `status` (HTTP), `errcode` (M_…) and its own words."""

    def __init__(self, status: int, body: Mapping[str, Any]) -> None:
        self.status = status
        self.body = body
        self.errcode = str(body.get("errcode", ""))
        super().__init__(f"{status} {self.errcode}: {body.get('error', '')}")


class Account:
    """One person on one device. Close it in the loop that used it."""

    def __init__(self, homeserver: str, user_id: str, displayname: str, password: str) -> None:
        self.homeserver = homeserver.rstrip("/")
        self.user_id = user_id
        self.displayname = displayname
        self.password = password
        self.access_token = ""
        self.device_id = ""
        self._http: aiohttp.ClientSession | None = None
        self._numbers = itertools.count(1)
        self._transactions = secrets.token_hex(4)

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.user_id}>"

    @property
    def localpart(self) -> str:
        """`lene` of `@lene:example.dk`."""
        return self.user_id[1:].partition(":")[0]

    @property
    def pill(self) -> str:
        """HTML that mentions this person, as Element writes it."""
        name = html_module.escape(self.displayname)
        return f'<a href="https://matrix.to/#/{html_module.escape(self.user_id)}">{name}</a>'

    # -- talking to the homeserver

    async def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Mapping[str, str] | None = None,
        wait: float = 30.0,
    ) -> dict[str, Any]:
        """One request; returns the JSON answer.

        Too many requests (429) are repeated when the server says so, as every decent client does.
        Raises MatrixError when the server refuses, aiohttp.ClientError or TimeoutError when it is not there.
        """
        if self._http is None:
            self._http = aiohttp.ClientSession()
        headers = {"Authorization": f"Bearer {self.access_token}"} if self.access_token else {}
        data = None if body is None and method in ("GET", "DELETE") else json.dumps(body or {})
        while True:
            async with self._http.request(
                method,
                self.homeserver + path,
                data=data,
                params=query,
                headers={**headers, "Content-Type": "application/json"},
                timeout=aiohttp.ClientTimeout(total=wait),
            ) as answer:
                content = await answer.json(content_type=None)
                if answer.status == 429:
                    pause = content.get("retry_after_ms", 1000) / 1000
                elif answer.status >= 400:
                    raise MatrixError(answer.status, content if isinstance(content, dict) else {})
                else:
                    return content if isinstance(content, dict) else {"": content}
            await asyncio.sleep(pause)

    def new_transaction(self) -> str:
        """A transaction id (11.6) that this device has not used yet, for any endpoint."""
        return f"{self._transactions}.{next(self._numbers)}"

    async def login(self) -> None:
        """Log in by password on a new device (5.4)."""
        answer = await self.call(
            "POST",
            "/_matrix/client/v3/login",
            {
                "type": "m.login.password",
                "identifier": {"type": "m.id.user", "user": self.user_id},
                "password": self.password,
            },
        )
        self.access_token, self.device_id = answer["access_token"], answer["device_id"]

    async def set_displayname(self, name: str) -> None:
        """Change what others see as this person's name."""
        path = f"/_matrix/client/v3/profile/{quoted(self.user_id)}/displayname"
        await self.call("PUT", path, {"displayname": name})
        self.displayname = name

    # -- rooms

    async def create_room(
        self,
        *,
        alias: str | None = None,
        name: str | None = None,
        invite: Iterable["Account | str"] = (),
        encrypted: bool = False,
        version: str | None = None,
        is_direct: bool = False,
        preset: str = "private_chat",
        power: Mapping[str, Any] | None = None,
        federate: bool = True,
        state: Iterable[tuple[str, Mapping[str, Any]]] = (),
    ) -> str:
        """Make a room (`alias` is a localpart) and return its id.

        `power` overrides power levels; `federate` False keeps other homeservers out for good; `state` is further
        state: types and contents.
        """
        body: dict[str, Any] = {
            "preset": preset,
            "is_direct": is_direct,
            "invite": [_mxid(who) for who in invite],
        }
        if alias is not None:
            body["room_alias_name"] = alias
        if name is not None:
            body["name"] = name
        if version is not None:
            body["room_version"] = version
        if power is not None:
            body["power_level_content_override"] = dict(power)
        if not federate:
            body["creation_content"] = {"m.federate": False}
        encryption = {"algorithm": "m.megolm.v1.aes-sha2"}
        kinds = [*state, *([("m.room.encryption", encryption)] if encrypted else [])]
        body["initial_state"] = [
            {"type": kind, "state_key": "", "content": dict(what)} for kind, what in kinds
        ]
        room: str = (await self.call("POST", "/_matrix/client/v3/createRoom", body))["room_id"]
        return room

    async def join(self, room: str) -> str:
        """Join by room id or alias; returns the room id."""
        joined: str = (await self.call("POST", f"/_matrix/client/v3/join/{quoted(room)}"))["room_id"]
        return joined

    async def leave(self, room: str) -> None:
        """Leave the room, or turn an invitation down."""
        await self.call("POST", f"/_matrix/client/v3/rooms/{quoted(room)}/leave")

    async def invite(self, room: str, who: "Account | str") -> None:
        """Invite somebody."""
        await self.call("POST", f"/_matrix/client/v3/rooms/{quoted(room)}/invite", {"user_id": _mxid(who)})

    async def kick(self, room: str, who: "Account | str", reason: str = "") -> None:
        """Put somebody out of the room, or take an invitation back."""
        body = {"user_id": _mxid(who), "reason": reason}
        await self.call("POST", f"/_matrix/client/v3/rooms/{quoted(room)}/kick", body)

    async def upgrade_room(self, room: str, version: str = "11") -> str:
        """Replace the room by a new one (tombstone, same alias); returns the new room's id."""
        answer = await self.call(
            "POST", f"/_matrix/client/v3/rooms/{quoted(room)}/upgrade", {"new_version": version}
        )
        replacement: str = answer["replacement_room"]
        return replacement

    async def state(self, room: str, kind: str, key: str = "") -> dict[str, Any]:
        """The content of one state event. Raises MatrixError (M_NOT_FOUND) when there is none."""
        return await self.call(
            "GET", f"/_matrix/client/v3/rooms/{quoted(room)}/state/{quoted(kind)}/{quoted(key)}"
        )

    async def set_state(self, room: str, kind: str, content: Mapping[str, Any], key: str = "") -> str:
        """Set one state event (a power level, a name, a topic); returns its id."""
        path = f"/_matrix/client/v3/rooms/{quoted(room)}/state/{quoted(kind)}/{quoted(key)}"
        event: str = (await self.call("PUT", path, content))["event_id"]
        return event

    async def members(self, room: str, membership: str = "join") -> set[str]:
        """The user ids with that membership (join, invite, leave, ban)."""
        query = {"membership": membership}
        answer = await self.call("GET", f"/_matrix/client/v3/rooms/{quoted(room)}/members", query=query)
        return {event["state_key"] for event in answer["chunk"]}

    async def resolve(self, alias: str) -> str:
        """The room id behind `#alias:server`."""
        room: str = (await self.call("GET", f"/_matrix/client/v3/directory/room/{quoted(alias)}"))["room_id"]
        return room

    # -- saying

    async def send(
        self, room: str, kind: str, content: Mapping[str, Any], *, transaction: str | None = None
    ) -> str:
        """Send one event of any type; returns its id. The same `transaction` twice is one event (11.6)."""
        transaction = transaction or self.new_transaction()
        path = f"/_matrix/client/v3/rooms/{quoted(room)}/send/{quoted(kind)}/{quoted(transaction)}"
        event: str = (await self.call("PUT", path, content))["event_id"]
        return event

    async def say(
        self,
        room: str,
        text: str,
        *,
        html: str | None = None,
        mentions: Iterable["Account | str"] | None = None,
        reply_to: str | None = None,
        thread: str | None = None,
        replace: str | None = None,
        msgtype: str = "m.text",
    ) -> str:
        """Say something and return the event's id.

        `mentions` None leaves `m.mentions` out (an old client), an empty one sets it empty. `thread` is the
        thread's root. `replace` edits that event; as clients do, it sends the `* ` fallback for old ones.
        """
        content: dict[str, Any] = {"msgtype": msgtype, "body": text}
        if html is not None:
            content |= {"format": "org.matrix.custom.html", "formatted_body": html}
        if mentions is not None:
            users = [_mxid(who) for who in mentions]
            content["m.mentions"] = {"user_ids": users} if users else {}
        if replace is not None:
            fallback = content | {"body": f"* {text}"}
            if html is not None:
                fallback["formatted_body"] = f"* {html}"
            relation = {"rel_type": "m.replace", "event_id": replace}
            content = fallback | {"m.new_content": content, "m.relates_to": relation}
        elif thread is not None:
            content["m.relates_to"] = {
                "rel_type": "m.thread",
                "event_id": thread,
                "is_falling_back": reply_to is None,
                "m.in_reply_to": {"event_id": reply_to or thread},
            }
        elif reply_to is not None:
            content["m.relates_to"] = {"m.in_reply_to": {"event_id": reply_to}}
        return await self.send(room, "m.room.message", content)

    async def say_many(self, room: str, texts: Sequence[str], *, at_once: int = 20) -> list[str]:
        """Say many things as fast as the server takes them, `at_once` at a time, in no certain order.

        Returns the event ids in the order of `texts`.
        """
        gate = asyncio.Semaphore(at_once)

        async def one(text: str) -> str:
            async with gate:
                return await self.say(room, text)

        return list(await asyncio.gather(*(one(text) for text in texts)))

    async def react(self, room: str, event: str, key: str) -> str:
        """React to an event (11.9.1); returns the reaction's id, to be redacted to take it back."""
        relation = {"rel_type": "m.annotation", "event_id": event, "key": key}
        return await self.send(room, "m.reaction", {"m.relates_to": relation})

    async def redact(self, room: str, event: str, reason: str = "") -> str:
        """Delete an event's content, or take a reaction back."""
        path = f"/_matrix/client/v3/rooms/{quoted(room)}/redact/{quoted(event)}/{self.new_transaction()}"
        redaction: str = (await self.call("PUT", path, {"reason": reason} if reason else {}))["event_id"]
        return redaction

    async def upload(self, data: bytes, mimetype: str = "application/octet-stream") -> str:
        """Store a file on the homeserver (10.8.1); returns its `mxc://server/media`."""
        async with self._media("POST", "/_matrix/media/v3/upload", data, mimetype) as response:
            uri: str = (await response.json())["content_uri"]
            return uri

    async def stored(self, uri: str) -> bytes:
        """A file's bytes as they lie on the homeserver (10.8.1), by its `mxc://server/media`."""
        server, _, media = uri.removeprefix("mxc://").partition("/")
        path = f"/_matrix/client/v1/media/download/{quoted(server)}/{quoted(media)}"
        async with self._media("GET", path) as response:
            return await response.read()

    @asynccontextmanager
    async def _media(
        self, method: str, path: str, data: bytes | None = None, mimetype: str = ""
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        if self._http is None:
            raise RuntimeError("not logged in")
        headers = {"Authorization": f"Bearer {self.access_token}"}
        if mimetype:
            headers["Content-Type"] = mimetype
        async with self._http.request(method, self.homeserver + path, data=data, headers=headers) as response:
            response.raise_for_status()
            yield response

    async def close(self) -> None:
        """Close the connections; the person stays logged in on the server."""
        if self._http is not None:
            await self._http.close()
            self._http = None


def quoted(part: str) -> str:
    """A room id, alias, event id or type as one part of a path."""
    return quote(part, safe="")


def _mxid(who: Account | str) -> str:
    return who if isinstance(who, str) else who.user_id
