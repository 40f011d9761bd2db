"""The bot's own cross-signing identity: made at the first start, kept, published, and used to vouch for people.

Order is everything here. The private keys are committed to the database before anybody sees the public ones, and each
step can be taken again after a crash at any place: the same keys are uploaded once more, never others. What an
operator decides with (`hotspotbot trust`) is here too. Specification: client-server API, "Cross-signing".
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any

import structlog
from sqlmodel import Session

from bot.clock import Clock
from bot.faults import passing
from bot.matrix.api import Homeserver, ProofNeeded, Refused, Unavailable
from bot.matrix.crypto import olm
from bot.matrix.crypto.identity import Identity, is_cross_signed, read_devices, read_identity
from bot.matrix.crypto.keybackup import backup_key, keep_key
from bot.matrix.crypto.recovery_file import Recovery, RecoveryError, read_recovery, write_recovery
from bot.matrix.crypto.verifying import Verifying, Vouch
from bot.storage import queries
from bot.storage.database import Database

log = structlog.get_logger(__name__)

LOOK = 1.0  # seconds between two looks at what the operator has said, while a verification is under way
# Facts in the table `meta`, sealed.
_IDENTITY, _COMING, _FILE = "identity", "identity_coming", "recovery_file"


class TrustError(Exception):
    """The bot cannot say who it is; the message says what an operator can do about it."""


# --- what the database keeps


def identity(session: Session) -> Identity | None:
    """Our identity with its private keys; None before the first start."""
    kept = queries.meta(session, _IDENTITY)
    return Identity.from_json(kept) if kept else None


def recovery_file(session: Session) -> Path | None:
    """Where the recovery file was written, or read from."""
    kept = queries.meta(session, _FILE)
    return Path(kept) if kept else None


def settle(session: Session, user_id: str, published: str | None) -> Identity:
    """Our identity, made now if there is none anywhere; `published` is the account's public master key.

    TrustError when the account has an identity whose private keys are not ours.
    """
    coming = queries.meta(session, _COMING)
    if coming and published == Identity.from_json(coming).master.public:
        _adopt(session)  # a reset was interrupted when the homeserver had taken it
    kept = identity(session)
    if published is not None and (kept is None or kept.master.public != published):
        raise TrustError(_foreign(user_id))
    if kept is None:
        kept = Identity.new(user_id)
        queries.set_meta(session, _IDENTITY, kept.as_json())
        session.flush()
    return kept


def coming(session: Session, user_id: str) -> Identity:
    """The identity that a reset is about to publish, the same at every try."""
    kept = queries.meta(session, _COMING)
    found = Identity.from_json(kept) if kept else Identity.new(user_id)
    queries.set_meta(session, _COMING, found.as_json())
    return found


def _adopt(session: Session) -> None:
    """The new identity is published: from now on it is ours, with a new key for the backup. It has signed nobody."""
    queries.set_meta(session, _IDENTITY, queries.meta(session, _COMING))
    queries.set_meta(session, _COMING, None)
    queries.set_meta(session, _FILE, None)
    keep_key(session, None)
    queries.forget_signatures(session)
    session.flush()


def _take(session: Session, recovery: Recovery, path: Path) -> None:
    """Keep what a recovery file holds. One without the backup's key is followed by one that has it."""
    queries.set_meta(session, _IDENTITY, recovery.identity.as_json())
    queries.set_meta(session, _COMING, None)
    if recovery.backup_key is not None:
        keep_key(session, recovery.backup_key)
    queries.set_meta(session, _FILE, str(path) if recovery.backup_key is not None else None)


def _written(session: Session, path: Path) -> None:
    queries.set_meta(session, _FILE, str(path))


def _upload_body(session: Session, ours: Identity) -> dict[str, Any]:
    """What is published. Our device signs the master key, so that who trusts the device finds the identity."""
    if queries.olm_account(session) is None:
        return ours.upload_body()
    return ours.upload_body(lambda obj: olm.device_signature(session, obj))


# --- what the homeserver has


def published_master(said: Mapping[str, Any], user_id: str) -> str | None:
    """The account's public master key in an answer to /keys/query; an empty text for one that makes no sense."""
    keys = said.get("master_keys")
    key = keys.get(user_id) if isinstance(keys, Mapping) else None
    if not isinstance(key, Mapping):
        return None
    names = key.get("keys")
    found = next(iter(names.values()), "") if isinstance(names, Mapping) else ""
    return found if isinstance(found, str) else ""


class Trust:
    """The identity in the running bot. `path`: where the recovery file is to be written, if nothing is there."""

    def __init__(
        self,
        homeserver: Homeserver,
        db: Database,
        clock: Clock,
        verifying: Verifying,
        *,
        user_id: str,
        password: str | None,
        path: Path,
    ) -> None:
        self.homeserver = homeserver
        self.db = db
        self.clock = clock
        self.verifying = verifying
        self.user_id = user_id
        self.password = password
        self.path = path
        self._on_owed: Callable[[], None] = lambda: None
        self._awaited = asyncio.Event()

    async def ensure(self) -> None:
        """See to it that this device is signed by our identity, for as long as it takes. Raises TrustError."""
        pause = 0.5
        while True:
            try:
                ours = await self._ensure()
                break
            except Unavailable as fault:
                log.warning("homeserver.away", what="trust", why=str(fault), pause=pause)
                await asyncio.sleep(max(pause, fault.after))
                pause = min(30.0, pause * 2)
            except Refused as refusal:
                raise TrustError(f"the homeserver refuses the bot's signatures: {refusal}") from refusal
        loop = asyncio.get_running_loop()
        self.verifying.on_awaited = lambda: _set_in(loop, self._awaited)
        await self.db.persist(self.verifying.begin, ours.master.public, self.clock.now())

    async def _ensure(self) -> Identity:
        said = await self.homeserver.query_keys([self.user_id])
        published, devices = published_master(said, self.user_id), said.get("device_keys")
        if published is None and not (isinstance(devices, Mapping) and self.user_id in devices):
            # No answer about us: taken for "no identity", it would replace the account's by a new one in silence.
            raise Unavailable("an answer to /keys/query that does not speak of us")
        ours = await self.db.persist(settle, self.user_id, published)
        passing("trust.sealed")
        await keep_file(self.db, ours, self.path, self.clock.now().date())
        theirs = read_identity(said, self.user_id)
        if theirs is None or (theirs.self_signing, theirs.user_signing) != (
            ours.self_signing.public,
            ours.user_signing.public,
        ):
            await publish(self.homeserver, self.db, ours, self.password)
            said = await self.homeserver.query_keys([self.user_id])
        passing("trust.uploaded")
        if not await self._is_signed(said):
            device_id = (await self.db.persist(olm.our_account)).device_id
            raw = read_devices(said, self.user_id)[device_id].raw
            await self.homeserver.upload_signatures(ours.sign_device(raw))
            if not await self._is_signed(await self.homeserver.query_keys([self.user_id])):
                raise TrustError("the homeserver has taken the signature on this device and does not show it")
            log.info("trust.signed", device_id=device_id)
        return ours

    async def _is_signed(self, said: Mapping[str, Any]) -> bool:
        """Whether our identity has signed this device, whose keys must be those that we have."""
        account = await self.db.persist(olm.our_account)
        device = read_devices(said, self.user_id).get(account.device_id)
        if device is None or (device.curve25519, device.ed25519) != (account.curve25519, account.ed25519):
            raise TrustError(
                f"the homeserver shows other keys for this device ({account.device_id}) than it has: end the bot's "
                "sessions on the homeserver, so that it logs in as a new device"
            )
        return is_cross_signed(device, read_identity(said, self.user_id))

    # --- people

    async def run(self) -> None:
        """Follow verifications for ever: end what lasts too long, sign whom the operator has confirmed."""
        while True:
            await self._awaited.wait()
            await asyncio.sleep(LOOK)
            self._awaited.clear()
            found = await self.db.persist(self.verifying.tick, self.clock.now())
            if found.owed:
                self._on_owed()
            for vouch in found.vouches:
                await self._vouch(vouch)

    def tell(self, on_owed: Callable[[], None]) -> None:
        """Who hears that something is owed."""
        self._on_owed = on_owed

    async def _vouch(self, vouch: Vouch) -> None:
        """Sign somebody's master key, if it is today the one that they have proven."""
        try:
            said = await self.homeserver.query_keys([vouch.user_id])
            theirs = read_identity(said, vouch.user_id)
            ours = await self.db.persist(identity)
            outcome = "changed"
            if theirs is not None and theirs.master == vouch.master and ours is not None:
                await self.homeserver.upload_signatures(ours.sign_user(theirs.master_key))
                outcome = "signed"
        except Unavailable as fault:
            log.warning("keys.waits", what="verification", why=str(fault), pause=LOOK)
            self._awaited.set()
            return
        except Refused as refusal:
            log.warning("keys.refused", what="verification", why=str(refusal))
            outcome = "refused"
        await self.db.persist(self.verifying.vouched, vouch, outcome, self.clock.now())


# --- steps that the commands share


async def publish(homeserver: Homeserver, db: Database, ours: Identity, password: str | None) -> None:
    """Upload our public keys; with the password where the homeserver asks for it. Raises TrustError, Unavailable."""
    body = await db.persist(_upload_body, ours)
    try:
        await homeserver.upload_identity(body)
    except ProofNeeded as asked:
        if password is None:
            raise TrustError(
                "the homeserver wants the bot's password before it takes new keys: "
                "set HOTSPOTBOT_PASSWORD or matrix.password_file"
            ) from asked
        auth = {
            "type": "m.login.password",
            "identifier": {"type": "m.id.user", "user": ours.user_id},
            "password": password,
            "session": asked.session,
        }
        try:
            await homeserver.upload_identity(body, auth)
        except Refused as refusal:
            raise TrustError(
                f"the homeserver does not take the keys with this password: {refusal}"
            ) from refusal
    except Refused as refusal:
        raise TrustError(f"the homeserver does not take the bot's keys: {refusal}") from refusal


async def keep_file(db: Database, ours: Identity, path: Path, today: date) -> Path | None:
    """Write the recovery file unless that was done; where it is now. Nothing is ever overwritten.

    Raises TrustError when it cannot be written.
    """
    if await db.persist(recovery_file) is not None:
        return None
    key = await db.persist(backup_key)
    try:
        written = _write_once(path, ours, key, today)  # nothing else runs yet
    except OSError as fault:
        raise TrustError(
            f"the recovery file {path} cannot be written ({fault.strerror}): mend it, or name another place in "
            "[keys] recovery_file"
        ) from fault
    await db.persist(_written, written)
    log.warning("trust.recovery_file", path=str(written), do="put it in a safe place, then delete it here")
    return written


async def recover(homeserver: Homeserver, db: Database, user_id: str, path: Path) -> bool:
    """Take our identity from a recovery file into the database; whether the account has it published.

    Raises RecoveryError for the file, TrustError when it is not this account's.
    """
    found = read_recovery(path)
    if found.user_id != user_id:
        raise TrustError(f"{path} is the recovery file of {found.user_id}, and this bot is {user_id}")
    published = published_master(await homeserver.query_keys([user_id]), user_id)
    if published not in (None, found.identity.master.public):
        raise TrustError(
            f"{path} holds an older identity than the one {user_id} has now: find the newest file, or, if there "
            "is none, `hotspotbot trust reset`"
        )
    await db.persist(_take, found, path)
    return published is not None


async def reset(
    homeserver: Homeserver, db: Database, user_id: str, password: str, path: Path, today: date
) -> Path | None:
    """Give the account a new identity; the path of its recovery file. Raises TrustError, Unavailable.

    The old one stays ours until the homeserver has taken the new one.
    """
    new = await db.persist(coming, user_id)
    await publish(homeserver, db, new, password)
    await db.persist(_adopt)
    return await keep_file(db, new, path, today)


def _write_once(path: Path, ours: Identity, key: bytes | None, today: date) -> Path:
    """Write the recovery file under the first name that is free, or find it from a try before."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    names = [path.name, f"{path.stem}-{today}{path.suffix}"]
    names += [f"{path.stem}-{today}-{number}{path.suffix}" for number in range(2, 1000)]
    for name in names:
        place = path.with_name(name)
        try:
            write_recovery(place, ours, key)
        except FileExistsError:
            if not _is_ours(place, ours, key):
                continue
        return place
    raise FileExistsError(17, "too many recovery files", str(path))


def _is_ours(path: Path, ours: Identity, key: bytes | None) -> bool:
    try:
        return read_recovery(path) == Recovery(ours.user_id, ours, key)
    except RecoveryError:
        return False


def _set_in(loop: asyncio.AbstractEventLoop, event: asyncio.Event) -> None:
    if not loop.is_closed():
        loop.call_soon_threadsafe(event.set)


def _foreign(user_id: str) -> str:
    return (
        f"{user_id} already has a cross-signing identity, and this database does not have its keys. Two ways out: "
        "with the recovery file, `hotspotbot trust recover FILE`; without it, `hotspotbot trust reset` makes a new "
        "identity, and everybody who has verified the bot must do it again"
    )
