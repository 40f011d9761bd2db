"""An account on a device that has keys: it speaks encrypted where the room is, and says whose device it is."""

from collections.abc import Mapping
from typing import Any, Self

from bot.demo.account import Account, Event, MatrixError, quoted
from bot.demo.encryption import Encryption, Identity, open_file, seal_file

# The homeserver has to see what a reaction belongs to, and clients read it there; the last is sealed already.
_CLEAR = ("m.reaction", "m.room.encrypted")


class Device(Account):
    """A person on a device with keys: after `login`, or `set_up_keys` for one that was registered.

    Before that others cannot encrypt for it, and it speaks in the clear. `encryption` is None until then,
    `identity` as long as the person has not signed this device.
    """

    def __init__(self, homeserver: str, user_id: str, displayname: str, password: str) -> None:
        super().__init__(homeserver, user_id, displayname, password)
        self.encryption: Encryption | None = None
        self.identity: Identity | None = None
        self._encrypted: dict[str, bool] = {}
        self._members: dict[str, set[str]] = {}
        self._changes = 0

    async def login(self) -> None:
        """Log in by password on a new device (5.4), with keys of its own, unsigned until `sign_device`."""
        await super().login()
        self.encryption = self.identity = None
        await self.set_up_keys()

    async def set_up_keys(self) -> Encryption:
        """Let others encrypt for this device; done once."""
        if self.encryption is None:
            encryption = Encryption(self)
            await encryption.upload_keys()
            self.encryption = self.encryption or encryption
        return self.encryption

    async def sign_device(self, identity: Identity | None = None) -> None:
        """Say that this device is its person's, with the identity of another of their devices or a first one.

        Raises MatrixError when the account already has another identity.
        """
        encryption = await self.set_up_keys()
        identity = identity or Identity(self.user_id)
        await encryption.sign(identity)
        self.identity = identity

    async def another_device(self, *, signed: bool = True) -> Self:
        """The same person logged in once more, signed by this device's identity if both are; the caller closes it."""
        second = type(self)(self.homeserver, self.user_id, self.displayname, self.password)
        try:
            await second.login()
            if signed and self.identity is not None:
                await second.sign_device(self.identity)
        except BaseException:
            await second.close()
            raise
        return second

    async def signed_devices(self, who: Account | str) -> set[str]:
        """The ids of somebody's devices that their own identity has signed, as this person's client sees it."""
        user = who if isinstance(who, str) else who.user_id
        return await (await self.set_up_keys()).signed_devices(user)

    # -- saying

    async def send(
        self, room: str, kind: str, content: Mapping[str, Any], *, transaction: str | None = None
    ) -> str:
        """Send one event of any type, encrypted where the room is, and return its id.

        The same `transaction` twice is one event (11.6). Raises MatrixError also when a key did not reach everybody.
        """
        if self.encryption is not None and kind not in _CLEAR and await self._is_encrypted(room):
            content = await self.encryption.encrypt(room, await self._present(room), kind, content)
            kind = "m.room.encrypted"
        return await super().send(room, kind, content, transaction=transaction)

    async def send_in_clear(self, room: str, kind: str, content: Mapping[str, Any]) -> str:
        """Send one event for the homeserver to read, whatever the room is; returns its id."""
        return await super().send(room, kind, content)

    async def send_file(
        self, room: str, name: str, data: bytes, mime: str, *, msgtype: str = "m.file"
    ) -> str:
        """Send an attachment, encrypted where the room is ("Sending encrypted attachments"); returns the event's id."""
        content: dict[str, Any] = {"msgtype": msgtype, "body": name}
        content["info"] = {"mimetype": mime, "size": len(data)}
        if self.encryption is not None and await self._is_encrypted(room):
            sealed, file = seal_file(data)
            content["file"] = file | {"url": await self.upload(sealed)}
        else:
            content["url"] = await self.upload(data, mime)
        return await self.send(room, "m.room.message", content)

    async def download(self, what: Event | str, media: str = "") -> bytes:
        """The bytes of a message's attachment, decrypted; or what lies at `mxc://what/media`.

        Raises KeyError when the message has none, nio's EncryptionError when it is not what was sent.
        """
        if isinstance(what, str):
            return await self.stored(f"mxc://{what}/{media}")
        content = what["content"]
        if "file" not in content:
            return await self.stored(content["url"])
        return open_file(await self.stored(content["file"]["url"]), content["file"])

    async def invite(self, room: str, who: Account | str) -> None:
        """Invite somebody."""
        await super().invite(room, who)
        self._forget_members(room)

    async def kick(self, room: str, who: Account | str, reason: str = "") -> None:
        """Put somebody out of the room, or take an invitation back."""
        await super().kick(room, who, reason)
        self._forget_members(room)

    async def _is_encrypted(self, room: str) -> bool:
        """Whether the room is encrypted, as heard; asked where nothing was heard yet."""
        if not self._hears_of(room) and room not in self._encrypted:
            try:
                await self.state(room, "m.room.encryption")
                self._encrypted[room] = True
            except MatrixError as refused:
                if refused.status != 404:
                    return False  # not in the room: sending will say so
                self._encrypted.setdefault(room, False)
        return self._encrypted.get(room, False)

    async def _present(self, room: str) -> set[str]:
        """Everybody who is in the room or invited. Asked again after each change that was heard."""
        if room in self._members:
            return self._members[room]
        before = self._changes
        answer = await self.call("GET", f"/_matrix/client/v3/rooms/{quoted(room)}/members")
        present = {
            event["state_key"]
            for event in answer["chunk"]
            if event["content"].get("membership") in ("join", "invite")
        }
        if before == self._changes and self._hears_of(room):
            self._members[room] = present
        return present

    def _forget_members(self, room: str) -> None:
        self._changes += 1
        self._members.pop(room, None)

    def _hears_of(self, room: str) -> bool:
        """Whether everything that changes in the room comes to `_learn`; otherwise it is asked for."""
        return False

    def _learn(self, room: str, event: Event) -> None:
        """Take note of what an event of the room changes: who is in it, and encryption, which nothing turns off."""
        if event["type"] == "m.room.member":
            self._forget_members(room)
        elif event["type"] == "m.room.encryption" and event.get("state_key") == "":
            self._encrypted[room] = True
