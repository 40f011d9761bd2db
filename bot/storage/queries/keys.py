"""The keys of end-to-end encryption: our sessions, other people's devices, what waits for a key."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import bindparam, delete, func, insert, or_, update
from sqlmodel import Session, SQLModel, col, select

from bot.storage.crypto import (
    Device,
    HeardIndex,
    HeardToDevice,
    InboundSession,
    KeyOwner,
    KeyShare,
    OlmAccount,
    OlmSession,
    OutboundSession,
    ToDevice,
    Unread,
    Verification,
)
from bot.storage.models import Member, Outbox
from bot.storage.queries.places import meta, set_meta

__all__ = [
    "all_devices_of",
    "asked_in_vain",
    "asked_until",
    "back_up_anew",
    "device_with",
    "devices_changed",
    "devices_of",
    "forget_device",
    "forget_heard",
    "forget_ratchets",
    "forget_shares",
    "forget_signatures",
    "forget_to_device",
    "heard_to_device",
    "inbound",
    "index_heard",
    "key_owners",
    "key_was_asked_for",
    "lose_device",
    "next_unread_to_tell",
    "not_backed_up",
    "not_shared",
    "note_looked",
    "olm_account",
    "olm_sessions",
    "outbound",
    "owes_many",
    "present_devices",
    "share_again",
    "shares",
    "shares_room",
    "speaking_to",
    "to_device",
    "unread",
    "unread_about",
    "unread_after",
    "unread_senders",
    "unread_to_tell",
    "unread_without_key",
    "verification",
    "verifications",
    "vouched_people",
    "wedged_devices",
]

# --- our own device


def olm_account(session: Session) -> OlmAccount | None:
    """This device's account."""
    return session.exec(select(OlmAccount)).first()


def forget_device(session: Session) -> None:
    """Forget everything that belonged to our former device: its Olm state must never be used again.

    Room keys that others shared stay, since they open what was said; so do others' devices and what waits.
    """
    tables: tuple[type[SQLModel], ...] = (
        OlmAccount,
        OlmSession,
        OutboundSession,
        KeyShare,
        ToDevice,
        HeardToDevice,
    )
    for table in tables:
        session.exec(delete(table))
    session.exec(update(Unread).values(asked=False, looked=False))
    session.flush()


def lose_device(session: Session) -> None:
    """This database was set back, and our device's Olm state with it: the next login makes a new device.

    Its id is kept (fact "lost_device") until it is logged out. What was encrypted on it is encrypted anew.
    """
    account = olm_account(session)
    lost = account.device_id if account is not None else meta(session, "device_id")
    if lost is not None:
        set_meta(session, "lost_device", lost)
    for fact in ("device_id", "access_token"):
        set_meta(session, fact, None)
    forget_device(session)
    _encrypt_anew(session)


def forget_ratchets(session: Session) -> None:
    """As `lose_device`, where no other device can be had: the account stays, what it spoke on is never used again."""
    for table in (OlmSession, OutboundSession, KeyShare, ToDevice, HeardToDevice):
        session.exec(delete(table))
    session.exec(update(Unread).values(asked=False, looked=False))
    _encrypt_anew(session)


def _encrypt_anew(session: Session) -> None:
    session.exec(update(Outbox).where(col(Outbox.state) == "owed").values(ciphertext=None))
    devices_changed(session, None)
    set_meta(session, "renewed", "yes")
    session.flush()


def olm_sessions(session: Session, curve25519: str) -> Sequence[OlmSession]:
    """Our sessions with a device, the one to speak on first."""
    query = select(OlmSession).where(OlmSession.curve25519 == curve25519)
    return session.exec(query.order_by(col(OlmSession.used_at).desc(), OlmSession.session_id)).all()


def speaking_to(session: Session, curves: Collection[str]) -> dict[str, OlmSession]:
    """For each of these devices that we have a session with, the one to speak on."""
    query = select(OlmSession).where(col(OlmSession.curve25519).in_(curves))
    rows = session.exec(query.order_by(col(OlmSession.used_at), OlmSession.session_id)).all()
    return {row.curve25519: row for row in rows}


def heard_to_device(session: Session, digest: str) -> bool:
    """Whether a to-device event was handled already; from now on it was."""
    if session.get(HeardToDevice, digest) is not None:
        return True
    session.add(HeardToDevice(digest=digest))
    return False


def forget_heard(session: Session) -> None:
    """The token that covers them is about to be committed: no to-device event of before comes again."""
    session.exec(delete(HeardToDevice))


# --- others' devices


_PRESENT = select(Device.user_id, Device.device_id, Device.curve25519, Device.signed).where(
    col(Device.user_id).in_(bindparam("users", expanding=True)), col(Device.gone).is_(False)
)


def present_devices(session: Session, users: Collection[str]) -> dict[tuple[str, str], tuple[str, bool]]:
    """The devices that people are logged in on: identity key and whether signed, by user id and device id."""
    rows = session.connection().execute(_PRESENT, {"users": list(users)})
    return {(user_id, device_id): (curve, signed) for user_id, device_id, curve, signed in rows}


def devices_of(session: Session, users: Collection[str]) -> Sequence[Device]:
    """The devices that these people are logged in on."""
    query = select(Device).where(col(Device.user_id).in_(users), col(Device.gone).is_(False))
    return session.exec(query.order_by(Device.user_id, Device.device_id)).all()


def all_devices_of(session: Session, user_id: str) -> dict[str, Device]:
    """Every device a person was ever seen on, by id."""
    rows = session.exec(select(Device).where(Device.user_id == user_id))
    return {row.device_id: row for row in rows}


_DEVICE = select(Device).where(
    Device.user_id == bindparam("user_id"), Device.curve25519 == bindparam("curve25519")
)


def device_with(session: Session, user_id: str, curve25519: str) -> Device | None:
    """A person's device by its identity key, also one that is gone."""
    return session.exec(_DEVICE, params={"user_id": user_id, "curve25519": curve25519}).first()


def wedged_devices(session: Session) -> Sequence[Device]:
    """Devices whose Olm messages do not open."""
    query = select(Device).where(col(Device.wedged).is_(True), col(Device.gone).is_(False))
    return session.exec(query.order_by(Device.user_id, Device.device_id)).all()


def key_owners(session: Session, users: Collection[str]) -> dict[str, KeyOwner]:
    """Those of the people whose devices we follow."""
    return {
        row.user_id: row for row in session.exec(select(KeyOwner).where(col(KeyOwner.user_id).in_(users)))
    }


def devices_changed(session: Session, users: Iterable[str] | None) -> None:
    """The devices of these people changed; None: of anybody."""
    query = update(KeyOwner).values(changes=KeyOwner.changes + 1)
    session.exec(query if users is None else query.where(col(KeyOwner.user_id).in_(list(users))))


def shares_room(session: Session, user_id: str) -> bool:
    """Whether somebody is, or is invited, in a room that the bot knows."""
    query = select(Member.user_id).where(
        Member.user_id == user_id, col(Member.membership).in_(("join", "invite"))
    )
    return session.exec(query.limit(1)).first() is not None


# --- room keys


_INBOUND = select(InboundSession).where(
    InboundSession.room_id == bindparam("room_id"), InboundSession.session_id == bindparam("session_id")
)


def inbound(session: Session, room_id: str, session_id: str) -> Sequence[InboundSession]:
    """A room key as it was shared with us, by each device that says it is its own."""
    return session.exec(_INBOUND, params={"room_id": room_id, "session_id": session_id}).all()


def not_backed_up(session: Session, limit: int) -> Sequence[InboundSession]:
    """Room keys that the backup on the homeserver does not have yet."""
    query = select(InboundSession).where(col(InboundSession.backed_up).is_(False))
    return session.exec(query.order_by(InboundSession.room_id, InboundSession.session_id).limit(limit)).all()


def back_up_anew(session: Session) -> None:
    """There is a new backup: it has none of the room keys."""
    session.exec(update(InboundSession).values(backed_up=False))


def outbound(session: Session, room_id: str) -> OutboundSession | None:
    """The room key we speak with in a room."""
    return session.get(OutboundSession, room_id)


_SHARES = select(KeyShare.user_id, KeyShare.device_id, KeyShare.state, KeyShare.curve25519).where(
    KeyShare.session_id == bindparam("session_id")
)


def shares(session: Session, session_id: str) -> dict[tuple[str, str], tuple[str, str]]:
    """Who was given a room key of ours or deliberately was not: state and identity key, by user id and device id."""
    # Past the ORM: asked before each message, and a large room has hundreds.
    rows = session.connection().execute(_SHARES, {"session_id": session_id})
    return {(user_id, device_id): (state, curve) for user_id, device_id, state, curve in rows}


def not_shared(session: Session, session_id: str, user_id: str, device_id: str) -> None:
    """A device did not get a room key of ours after all."""
    row = session.get(KeyShare, (session_id, user_id, device_id))
    if row is not None:
        row.state = "withheld"


def forget_shares(session: Session, session_id: str) -> None:
    """A room key of ours serves no longer: who had it, and what of it is still owed, matters no more."""
    session.exec(delete(KeyShare).where(col(KeyShare.session_id) == session_id))
    session.exec(delete(ToDevice).where(col(ToDevice.session_id) == session_id))


def share_again(session: Session, curve25519: str) -> None:
    """A device has lost what it was given: it is given our present room keys once more.

    That it was given them is remembered: it may only say so, and a room key is left when such a device is.
    """
    mine = col(KeyShare.curve25519) == curve25519, col(KeyShare.state) == "shared"
    session.exec(update(KeyShare).where(*mine).values(state="lost"))


_HEARD = select(HeardIndex.event_id).where(
    HeardIndex.session_id == bindparam("session_id"),
    HeardIndex.curve25519 == bindparam("curve25519"),
    HeardIndex.index == bindparam("index"),
)
_HEAR = insert(SQLModel.metadata.tables["heard_index"])


def index_heard(session: Session, key: InboundSession, index: int, event_id: str) -> str:
    """The event that used a message index first; from now on this one, if none had."""
    place = {"session_id": key.session_id, "curve25519": key.curve25519, "index": index}
    first = session.exec(_HEARD, params=place).first()
    if first is None:
        session.execute(_HEAR, [{**place, "event_id": event_id}])
    return first or event_id


# --- what is owed to devices


def to_device(session: Session, session_id: str | None, limit: int = 20) -> Sequence[ToDevice]:
    """To-device requests that are owed: for a room key of ours, or those of no room key."""
    mine = ToDevice.session_id == session_id if session_id else col(ToDevice.session_id).is_(None)
    return session.exec(select(ToDevice).where(mine).order_by(col(ToDevice.seq)).limit(limit)).all()


def owes_many(session: Session, kind: str, most: int) -> bool:
    """Whether at least so many to-device requests of a type are owed."""
    return len(session.exec(select(ToDevice.seq).where(ToDevice.type == kind).limit(most)).all()) >= most


# --- what cannot be read yet


def unread(session: Session, event_id: str) -> Unread | None:
    """An event that waits, by its id."""
    return session.exec(select(Unread).where(Unread.event_id == event_id)).first()


def unread_about(
    session: Session, *, sessions: Collection[str], senders: Collection[str]
) -> Sequence[Unread]:
    """Events that may be readable now: a key came for these sessions, or news of these senders' devices."""
    query = select(Unread).where(
        or_(
            col(Unread.session_id).in_(sessions),
            col(Unread.sender).in_(senders) & col(Unread.why).in_(("device", "unsigned")),
        )
    )
    return session.exec(query.order_by(col(Unread.seq))).all()


def unread_after(session: Session, event_id: str) -> Sequence[Unread]:
    """Events that wait for another one to be read first."""
    return session.exec(select(Unread).where(Unread.about == event_id).order_by(col(Unread.seq))).all()


def unread_without_key(session: Session, *, looked: bool, limit: int = 20) -> Sequence[Unread]:
    """Events without their room key that was not asked for yet, after the backup was looked into or before."""
    query = select(Unread).where(
        Unread.why == "key", col(Unread.asked).is_(False), col(Unread.looked).is_(looked)
    )
    return session.exec(query.order_by(col(Unread.seq)).limit(limit)).all()


def unread_senders(session: Session) -> dict[str, datetime]:
    """Whose devices decide whether something can be read, and when the newest of it was sent."""
    query = (
        select(Unread.sender, func.max(Unread.at))
        .where(col(Unread.why).in_(("device", "unsigned")))
        .group_by(Unread.sender)
    )
    return dict(session.exec(query.order_by(Unread.sender)).all())


def key_was_asked_for(session: Session, row: Unread) -> bool:
    """Whether a room key was asked for, of the same person, because of another event."""
    query = select(Unread.seq).where(
        Unread.session_id == row.session_id,
        Unread.room_id == row.room_id,
        Unread.sender == row.sender,
        col(Unread.asked).is_(True),
    )
    return session.exec(query.limit(1)).first() is not None


def unread_to_tell(session: Session, now: datetime) -> Sequence[Unread]:
    """Events that have waited long enough for their writers to be told."""
    query = select(Unread).where(col(Unread.tell_at) <= now)
    return session.exec(query.order_by(col(Unread.seq))).all()


def next_unread_to_tell(session: Session) -> datetime | None:
    """When the next such event will have."""
    return session.exec(select(func.min(Unread.tell_at))).first()


def note_looked(session: Session, rows: Iterable[tuple[str, str]]) -> None:
    """The backup was looked into for these room keys: (room id, session id)."""
    for room_id, session_id in rows:
        session.exec(
            update(Unread)
            .where(col(Unread.room_id) == room_id, col(Unread.session_id) == session_id)
            .values(looked=True)
        )


def asked_until(session: Session, asked: Mapping[str, int], now: datetime) -> None:
    """People's devices are known as of the change that was the newest when we asked."""
    for user_id, changes in asked.items():
        owner = session.get(KeyOwner, user_id)
        if owner is not None:
            owner.known, owner.asked_at = max(owner.known, changes), now


def asked_in_vain(session: Session, user_id: str, changes: int, now: datetime) -> None:
    """The homeserver could not say what a person's devices are as of this change."""
    owner = session.get(KeyOwner, user_id)
    if owner is not None and owner.known < changes:
        owner.known, owner.asked_at = -changes, now


def forget_to_device(session: Session, seq: int) -> None:
    """A to-device request is no longer owed."""
    session.exec(delete(ToDevice).where(col(ToDevice.seq) == seq))


# --- being verified


def verification(
    session: Session, user_id: str, room_id: str | None, transaction_id: str
) -> Verification | None:
    """A verification by who asked for it, where (None: to-device) and under which id."""
    return session.get(Verification, (user_id, room_id or "", transaction_id))


def verifications(session: Session, user_id: str | None = None) -> Sequence[Verification]:
    """All verifications, or one person's; the newest first."""
    query = select(Verification).order_by(
        col(Verification.since).desc(), Verification.user_id, Verification.transaction_id
    )
    return session.exec(query if user_id is None else query.where(Verification.user_id == user_id)).all()


def vouched_people(session: Session) -> Sequence[str]:
    """Whom an operator has verified."""
    return session.exec(select(KeyOwner.user_id).where(col(KeyOwner.vouched).is_not(None))).all()


def forget_signatures(session: Session) -> None:
    """We have a new identity: it has signed nobody."""
    session.exec(update(KeyOwner).values(vouched=None))
