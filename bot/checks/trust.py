"""What `hotspotbot check` and `hotspotbot trust status` say about identities and devices: a line for each finding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sqlmodel import Session

from bot.checks.findings import Line
from bot.matrix import trust as own
from bot.matrix.api import Homeserver
from bot.matrix.crypto.identity import Identity, is_cross_signed, read_devices, read_identity
from bot.matrix.crypto.signing import is_signed_by
from bot.settings import Settings
from bot.storage import queries
from bot.text import t

Kept = tuple[Identity | None, str | None, Path | None]


def kept(session: Session) -> Kept:
    """Our identity, this device's id, and where the recovery file was written."""
    account = queries.olm_account(session)
    return own.identity(session), account.device_id if account else None, own.recovery_file(session)


async def trust_lines(server: Homeserver, settings: Settings, known: Kept) -> list[Line]:
    """The bot's identity, its device, the recovery file, and whom it can be sure of: a line each.

    Raises as `Homeserver` does.
    """
    lang, user_id = settings.general.language, settings.matrix.user_id
    ours, device_id, path = known
    said = await server.query_keys([user_id, *(person.user_id for person in settings.people)])
    published = own.published_master(said, user_id)
    lines = [_identity(lang, user_id, None if ours is None else ours.master.public, published)]
    lines += _devices(lang, said, user_id, device_id)
    if path is not None and path.exists():
        lines.append(Line("warning", t(lang, "trust-file-lies", path=str(path)), lang))
    unsigned = []
    for person in settings.people:
        identity = read_identity(said, person.user_id)
        who = f"{person.name} ({person.user_id})"
        if not any(is_cross_signed(one, identity) for one in read_devices(said, person.user_id).values()):
            unsigned.append(who)
        elif identity is not None and ours is not None:
            key = ours.user_signing
            if is_signed_by(identity.master_key, user_id, key.key_id, key.public):
                lines.append(Line("ok", t(lang, "trust-person-verified", who=who), lang))
    if unsigned and settings.privacy.devices == "signed":
        lines.append(Line("warning", t(lang, "trust-people-unsigned", who=", ".join(unsigned)), lang))
    return lines


def _identity(lang: str, user_id: str, kept: str | None, published: str | None) -> Line:
    if kept is None and published is None:
        return Line("warning", t(lang, "trust-identity-none"), lang)
    if kept is None or published not in (None, kept):
        return Line("error", t(lang, "trust-identity-foreign", user=user_id), lang)
    if published is None:
        return Line("warning", t(lang, "trust-identity-unpublished"), lang)
    return Line("ok", t(lang, "trust-identity", key=kept), lang)


def _devices(lang: str, said: Mapping[str, Any], user_id: str, device_id: str | None) -> Iterator[Line]:
    identity = read_identity(said, user_id)
    found = read_devices(said, user_id)
    device = found.pop(device_id or "", None)
    if device is None:
        yield Line("warning", t(lang, "trust-device-none"), lang)
    elif is_cross_signed(device, identity):
        yield Line("ok", t(lang, "trust-device", device=device.device_id), lang)
    else:
        yield Line("error", t(lang, "trust-device-unsigned", device=device.device_id), lang)
    if found:
        yield Line("warning", t(lang, "trust-device-others", devices=", ".join(sorted(found))), lang)
