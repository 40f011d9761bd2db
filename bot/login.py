"""Logging in: with a stored token, a configured one, or the password, as the device there was or a new one."""

from __future__ import annotations

import asyncio

import structlog

from bot.matrix.api import Homeserver, LoggedOut, ProofNeeded, Refused, Unavailable
from bot.matrix.crypto import olm
from bot.settings import Settings
from bot.storage import queries
from bot.storage.database import Database

log = structlog.get_logger(__name__)


class LoginFailed(Exception):
    """The homeserver does not let the bot in; the message says what to do."""


class Login:
    """The bot's session with the homeserver, and the device that it is."""

    def __init__(self, settings: Settings, db: Database) -> None:
        self.settings = settings
        self.db = db

    async def log_in(self, homeserver: Homeserver) -> None:
        """Use the stored token, a configured one, or the password: once, and the token is kept."""
        given = self.settings.read_access_token()
        stored = await self.db.run(queries.meta, "access_token")
        homeserver.token = given.get_secret_value() if given else stored or ""
        awaited = Awaited()
        while True:
            try:
                if not homeserver.token:
                    await self._with_password(homeserver)
                said = await homeserver.whoami()
            except LoggedOut as fault:
                if stored and not given and self.settings.read_password() is not None:
                    log.warning("login.again", why=str(fault))
                    homeserver.token = stored = ""
                    continue
                raise LoginFailed(
                    "the access token is no longer valid: give the bot its password again or a new token"
                ) from fault
            except Refused as fault:
                raise LoginFailed(f"the homeserver refuses the login: {fault}") from fault
            except Exception as fault:
                if not await awaited.wait(fault):
                    raise
                continue
            break
        if said.get("user_id") != self.settings.matrix.user_id:
            raise LoginFailed(
                f"the token belongs to {said.get('user_id')}, not to {self.settings.matrix.user_id}"
            )
        device = str(said.get("device_id"))
        if device == await self.db.run(queries.meta, "lost_device"):
            raise LoginFailed(
                f"the access token is that of the device {device}, whose keys were lost with its database:"
                " give the bot a new token, or its password instead"
            )
        if await self.db.run(olm.begin, device):
            await self.db.run(queries.set_meta, "renewed", "yes")  # what is this new was not set back

    async def _with_password(self, homeserver: Homeserver) -> None:
        password = self.settings.read_password()
        if password is None:
            raise LoginFailed("no password and no token: set HOTSPOTBOT_PASSWORD or matrix.password_file")
        matrix = self.settings.matrix
        # The device there was, if there was one: the people in the rooms know it.
        known = await self.db.run(queries.meta, "device_id")
        token, device = await homeserver.login(
            matrix.user_id, password.get_secret_value(), matrix.device_name, known
        )
        await self.db.run(olm.publish_again)
        await self.db.run(queries.set_meta, "access_token", token)
        await self.db.run(queries.set_meta, "device_id", device)
        homeserver.token = token

    async def log_lost_out(self, homeserver: Homeserver) -> None:
        """End the session of the device that was lost: who has its machine can read nothing more."""
        lost = await self.db.run(queries.meta, "lost_device")
        if lost is None:
            return
        password, user_id = self.settings.read_password(), self.settings.matrix.user_id
        try:
            if password is None:
                raise Refused("no password", 401)
            auth = {
                "type": "m.login.password",
                "identifier": {"type": "m.id.user", "user": user_id},
                "password": password.get_secret_value(),
            }
            try:
                await homeserver.delete_device(lost, auth)
            except ProofNeeded as asked:
                await homeserver.delete_device(lost, {**auth, "session": asked.session})
        except (Refused, Unavailable) as fault:
            log.warning("device.not_logged_out", device_id=lost, why=str(fault))
            return
        await self.db.run(queries.set_meta, "lost_device", None)
        log.info("device.logged_out", device_id=lost)

    async def renew(self) -> None:
        """The database was set back: be another device, or at least never speak on with what is old."""
        if self.settings.read_access_token() is None and self.settings.read_password() is not None:
            await self.db.persist(queries.lose_device)
            return
        log.error(
            "device.set_back",
            why="the database was set back and the bot has no password to log in anew: it keeps its device,"
            " with new keys for all rooms. Give it a new token, or its password",
        )
        await self.db.persist(queries.forget_ratchets)


class Awaited:
    """Waits for a homeserver that is away at start, for as long as it takes."""

    def __init__(self) -> None:
        self.pause = 0.5

    async def wait(self, fault: Exception) -> bool:
        """Sleep a growing while if the fault is the homeserver's absence; False if it is something else."""
        if not isinstance(fault, Unavailable):
            return False
        log.warning("homeserver.away", what="login", why=str(fault), pause=self.pause)
        await asyncio.sleep(max(self.pause, fault.after))
        self.pause = min(30.0, self.pause * 2)
        return True
