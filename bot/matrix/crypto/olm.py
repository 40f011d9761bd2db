"""Olm: this device's account, its sessions with other devices, and what it tells them (client-server API, "End-to-End
Encryption"; the ratchets are vodozemac's).

Everything here runs on the storage thread, inside the transaction of the sync or message it belongs to. An account or
session is read from its row, used, and written back; when anything fails nothing is written, so a stranger's garbage
leaves no trace.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
import vodozemac as vz
from sqlmodel import Session

from bot.matrix.batch import string
from bot.matrix.crypto.signing import canonical, from_base64, is_signed_by, public_key, unpadded
from bot.storage import queries
from bot.storage.crypto import Device, OlmAccount, OlmSession, ToDevice

log = structlog.get_logger(__name__)

OLM = "m.olm.v1.curve25519-aes-sha2"
MEGOLM = "m.megolm.v1.aes-sha2"
ONE_TIME_KEYS = 50  # as many as Element keeps at the homeserver
SESSIONS = 8  # with one device; older ones are forgotten
A_REQUEST = 100  # messages to devices in one request: about 200 kB
UNREACHABLE = timedelta(hours=1)  # a device without one-time keys is tried again after this


class NotForUs(ValueError):
    """A to-device event that is no proper Olm message to this device; says why, without any content."""


@dataclass(frozen=True)
class Heard:
    """What an Olm message said, and who proved to have said it."""

    sender: str
    curve25519: str
    ed25519: str
    type: str
    content: Mapping[str, Any]


def pickle_key(session: Session) -> bytes:
    """What vodozemac's pickles are closed with, 32 bytes; the vault seals them once more."""
    digest: str = session.info["vault"].digest("pickle", "olm")
    return digest.encode()


# --- our account


def begin(session: Session, device_id: str) -> bool:
    """Have an account for this device. Another device's state is forgotten. Returns whether the account is new."""
    row = queries.olm_account(session)
    if row is not None and row.device_id == device_id:
        return False
    queries.forget_device(session)
    account: Any = vz.Account()
    row = OlmAccount(
        device_id=device_id,
        curve25519=account.curve25519_key.to_base64(),
        ed25519=account.ed25519_key.to_base64(),
    )
    session.add(row)
    account.generate_one_time_keys(ONE_TIME_KEYS)
    account.generate_fallback_key()
    row.pickle = account.pickle(pickle_key(session))
    session.flush()
    return True


def publish_again(session: Session) -> None:
    """After a new login the homeserver may have forgotten this device's keys: it ends a session with its device."""
    row = queries.olm_account(session)
    if row is not None:
        row.shared, row.owes_keys = False, True


def our_account(session: Session) -> OlmAccount:
    """This device's row. RuntimeError before `begin`."""
    row = queries.olm_account(session)
    if row is None:
        raise RuntimeError("this device has no account yet")
    return row


def _account(session: Session, row: OlmAccount) -> Any:  # vodozemac's stubs do not know of fallback keys
    return vz.Account.from_pickle(row.pickle or "", pickle_key(session))


def device_keys(session: Session, user_id: str) -> dict[str, Any]:
    """Our device's public keys, signed by the device itself (as uploaded)."""
    row = our_account(session)
    keys: dict[str, Any] = {
        "user_id": user_id,
        "device_id": row.device_id,
        "algorithms": [OLM, MEGOLM],
        "keys": {f"curve25519:{row.device_id}": row.curve25519, f"ed25519:{row.device_id}": row.ed25519},
    }
    return _signed(_account(session, row), user_id, row.device_id, keys)


def device_signature(session: Session, obj: Mapping[str, Any]) -> tuple[str, str]:
    """The device's own signature on an object: key id and signature."""
    row = our_account(session)
    signature = _account(session, row).sign(canonical(obj)).to_base64()
    return f"ed25519:{row.device_id}", signature


def _signed(account: vz.Account, user_id: str, device_id: str, obj: dict[str, Any]) -> dict[str, Any]:
    signature = account.sign(canonical(obj)).to_base64()
    return {**obj, "signatures": {user_id: {f"ed25519:{device_id}": signature}}}


def counts(session: Session, one_time: object, unused_fallback: object) -> None:
    """What the homeserver has left of our keys, as a sync says: more are made where they run low.

    `one_time` is device_one_time_keys_count (a missing algorithm means none), `unused_fallback`
    device_unused_fallback_key_types; anything but an object and a list says nothing.
    """
    row = queries.olm_account(session)
    if row is None or not row.shared or row.owes_keys:
        return  # what is owed already goes first; the next sync says what is missing then
    left = one_time.get("signed_curve25519", 0) if isinstance(one_time, Mapping) else ONE_TIME_KEYS
    missing = ONE_TIME_KEYS - max(left, 0) if isinstance(left, int) else 0
    fallback = isinstance(unused_fallback, Sequence) and "signed_curve25519" not in unused_fallback
    if missing <= 0 and not fallback:
        return
    account = _account(session, row)
    if missing > 0:
        account.generate_one_time_keys(missing)
    if fallback:
        account.generate_fallback_key()
    row.pickle = account.pickle(pickle_key(session))
    row.owes_keys = True


def keys_to_upload(session: Session, user_id: str) -> dict[str, Any] | None:
    """The body for /keys/upload, the same at every try until it was accepted; None when nothing is owed."""
    row = queries.olm_account(session)
    if row is None or not row.owes_keys:
        return None
    account = _account(session, row)
    body: dict[str, Any] = {}
    if not row.shared:
        body["device_keys"] = device_keys(session, user_id)
    for name, found, more in (
        ("one_time_keys", account.one_time_keys, {}),
        ("fallback_keys", account.fallback_key, {"fallback": True}),
    ):
        signed = {
            f"signed_curve25519:{key_id}": _signed(
                account, user_id, row.device_id, {"key": key.to_base64(), **more}
            )
            for key_id, key in found.items()
        }
        if signed:
            body[name] = signed
    return body


def keys_uploaded(session: Session) -> None:
    """The homeserver has what was to be uploaded."""
    row = our_account(session)
    account = _account(session, row)
    account.mark_keys_as_published()
    row.pickle = account.pickle(pickle_key(session))
    row.shared, row.owes_keys = True, False


# --- hearing


def hear(session: Session, user_id: str, event: Mapping[str, Any], now: datetime) -> Heard:
    """Open an m.room.encrypted to-device event. Raises NotForUs for anything that is none, or not to us.

    The plaintext names its sender, its recipient and both devices' signing keys, and all must be the ones at hand
    ("m.olm.v1.curve25519-aes-sha2"): otherwise somebody could hand on another's message as their own.
    """
    sender, content = string(event.get("sender")), event.get("content")
    if not isinstance(content, Mapping) or content.get("algorithm") != OLM:
        raise NotForUs("not Olm")
    row = our_account(session)
    sent_with = public_key(content.get("sender_key"))
    if sent_with is None:
        raise NotForUs("no sender key")
    texts = content.get("ciphertext")
    text = texts.get(row.curve25519) if isinstance(texts, Mapping) else None
    if not isinstance(text, Mapping):
        raise NotForUs("for another device")
    said = _opened(session, row, sent_with, text, now)
    keys, ours = said.get("keys"), said.get("recipient_keys")
    if said.get("sender") != sender or said.get("recipient") != user_id:
        raise NotForUs("names another sender or recipient")
    if not isinstance(ours, Mapping) or ours.get("ed25519") != row.ed25519:
        raise NotForUs("names another device of ours")
    ed25519 = string(keys.get("ed25519")) if isinstance(keys, Mapping) else ""
    inner = said.get("content")
    if not ed25519 or not isinstance(inner, Mapping):
        raise NotForUs("has no key or content")
    return Heard(sender, sent_with, ed25519, string(said.get("type")), inner)


def _opened(
    session: Session, row: OlmAccount, sent_with: str, text: Mapping[str, Any], now: datetime
) -> Mapping[str, Any]:
    """The plaintext, on a session there is or a new one."""
    kind, body = text.get("type"), text.get("body")
    if not isinstance(kind, int) or kind not in (0, 1) or not isinstance(body, str):
        raise NotForUs("no Olm ciphertext")
    try:
        message = vz.AnyOlmMessage.from_parts(kind, from_base64(body))
        first = message.to_pre_key()
        known = queries.olm_sessions(session, sent_with)
        for one in known:
            if first is not None and one.session_id != first.session_id():
                continue
            olm = vz.Session.from_pickle(one.pickle or "", pickle_key(session))
            try:
                clear = olm.decrypt(message)
            except vz.OlmDecryptionException:
                if first is not None:
                    raise
                continue
            one.pickle, one.used_at = olm.pickle(pickle_key(session)), now
            return _parsed(clear)
        if first is None:
            raise NotForUs("no session opens it")
        account = _account(session, row)
        olm, clear = account.create_inbound_session(vz.Curve25519PublicKey.from_base64(sent_with), first)
    except NotForUs:
        raise
    except ValueError as fault:  # everything of vodozemac's is one
        raise NotForUs(type(fault).__name__) from None
    row.pickle = account.pickle(pickle_key(session))
    _keep(session, olm, sent_with, now)
    for old in known[SESSIONS - 1 :]:
        session.delete(old)
    return _parsed(clear)


def _parsed(clear: bytes) -> Mapping[str, Any]:
    try:
        said = json.loads(clear)
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, Mapping):
        raise NotForUs("no JSON object")
    return said


def _keep(session: Session, olm: vz.Session, curve25519: str, now: datetime) -> OlmSession:
    row = OlmSession(session_id=olm.session_id, curve25519=curve25519, used_at=now)
    session.add(row)
    row.pickle = olm.pickle(pickle_key(session))
    session.flush()
    return row


# --- speaking


def claims(devices: Iterable[Device]) -> dict[str, dict[str, str]]:
    """The one_time_keys of a /keys/claim for devices that we have no session with."""
    wanted: dict[str, dict[str, str]] = {}
    for device in devices:
        wanted.setdefault(device.user_id, {})[device.device_id] = "signed_curve25519"
    return wanted


def claimed(
    session: Session, said: Mapping[str, Any], wanted: Mapping[str, Mapping[str, str]], now: datetime
) -> None:
    """Take in an answer to /keys/claim: a session for each key that its device has signed.

    A device that had none, or a wrong one, is noted as unreachable, so that it holds up nobody.
    """
    found = said.get("one_time_keys")
    found = found if isinstance(found, Mapping) else {}
    row = our_account(session)
    for user_id, ids in wanted.items():
        known = queries.all_devices_of(session, user_id)
        mine = found.get(user_id)
        for device_id in ids:
            device = known.get(device_id)
            if device is None:
                continue
            keys = mine.get(device_id) if isinstance(mine, Mapping) else None
            if not _session_with(session, row, device, keys, now):
                device.unreachable_at = now
                log.warning("device.unreachable", user_id=user_id, device_id=device_id)
            else:
                device.unreachable_at = None


def _session_with(session: Session, row: OlmAccount, device: Device, keys: object, now: datetime) -> bool:
    for key in keys.values() if isinstance(keys, Mapping) else ():
        if not isinstance(key, Mapping) or not isinstance(key.get("key"), str):
            continue
        if not is_signed_by(key, device.user_id, f"ed25519:{device.device_id}", device.ed25519):
            continue
        try:
            olm = _account(session, row).create_outbound_session(
                vz.Curve25519PublicKey.from_base64(device.curve25519),
                vz.Curve25519PublicKey.from_base64(key["key"]),
            )
        except ValueError:
            continue
        _keep(session, olm, device.curve25519, now)
        return True
    return False


def encrypt(
    session: Session,
    user_id: str,
    to: Sequence[Device],
    kind: str,
    content: Mapping[str, Any],
) -> dict[str, dict[str, Any]]:
    """The same event to several devices, each on its session: messages by user and device for /sendToDevice.

    Devices that we have no session with are left out.
    """
    row = our_account(session)
    sessions = queries.speaking_to(session, {device.curve25519 for device in to})
    messages: dict[str, dict[str, Any]] = {}
    for device in to:
        spoken = sessions.get(device.curve25519)
        if spoken is None:
            continue
        said = {
            "type": kind,
            "content": content,
            "sender": user_id,
            "recipient": device.user_id,
            "recipient_keys": {"ed25519": device.ed25519},
            "keys": {"ed25519": row.ed25519},
            "sender_device": row.device_id,
        }
        olm = vz.Session.from_pickle(spoken.pickle or "", pickle_key(session))
        message_type, body = olm.encrypt(json.dumps(said).encode()).to_parts()
        spoken.pickle = olm.pickle(pickle_key(session))
        messages.setdefault(device.user_id, {})[device.device_id] = {
            "algorithm": OLM,
            "sender_key": row.curve25519,
            "ciphertext": {device.curve25519: {"type": message_type, "body": unpadded(body)}},
        }
    session.flush()
    return messages


def owe(
    session: Session,
    kind: str,
    messages: Mapping[str, Mapping[str, Any]],
    *,
    session_id: str | None = None,
) -> None:
    """Owe to-device messages, in requests of a size that every homeserver takes, each with its own fixed id."""
    flat = [(user, device, one) for user, devices in messages.items() for device, one in devices.items()]
    for start in range(0, len(flat), A_REQUEST):
        part: dict[str, dict[str, Any]] = {}
        for user, device, one in flat[start : start + A_REQUEST]:
            part.setdefault(user, {})[device] = one
        row = ToDevice(txn_id="", type=kind, session_id=session_id)
        row.txn_id = session.info["vault"].digest("txn", f"to-device:{row.uid}")
        session.add(row)
        row.messages = json.dumps(part)
    session.flush()
