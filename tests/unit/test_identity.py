"""Our identity is one that others can check, theirs is checked, and ours survives on paper."""

import copy
import json
import os
import re
import resource
import stat
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import vodozemac as vz
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matrix.crypto.identity import Identity, PublicIdentity, is_cross_signed, read_devices, read_identity
from bot.matrix.crypto.recovery_file import RecoveryError, read_recovery, write_recovery
from bot.matrix.crypto.signing import SigningKey, canonical, unpadded

LENE, BOT = "@lene:example.dk", "@bot:example.dk"
Change = Callable[[dict[str, Any]], object]


class Person:
    """Somebody with an identity and one device, as `/keys/query` shows them."""

    def __init__(self, user_id: str = LENE, device_id: str = "LAPTOP") -> None:
        self.user_id, self.device_id = user_id, device_id
        self.identity, self.account = Identity.new(user_id), vz.Account()
        keys = {
            f"curve25519:{device_id}": self.account.curve25519_key.to_base64(),
            f"ed25519:{device_id}": self.account.ed25519_key.to_base64(),
        }
        algorithms = ["m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2"]
        bare = {"user_id": user_id, "device_id": device_id, "algorithms": algorithms, "keys": keys}
        key_id, signature = self.sign(bare)
        self.device: dict[str, Any] = {
            **bare,
            "signatures": {user_id: {key_id: signature}},
            "unsigned": {"device_display_name": "Lenes bærbare"},
        }

    def sign(self, obj: Mapping[str, Any]) -> tuple[str, str]:
        return f"ed25519:{self.device_id}", self.account.sign(canonical(obj)).to_base64()

    def said(self) -> dict[str, Any]:
        """The answer of /keys/query after the uploads, put together as a homeserver does."""
        body, device = self.identity.upload_body(self.sign), copy.deepcopy(self.device)
        added = self.identity.sign_device(device)[self.user_id][self.device_id]
        device["signatures"][self.user_id] |= added["signatures"][self.user_id]
        return {
            "device_keys": {self.user_id: {self.device_id: device}},
            "master_keys": {self.user_id: body["master_key"]},
            "self_signing_keys": {self.user_id: body["self_signing_key"]},
            "user_signing_keys": {self.user_id: body["user_signing_key"]},
        }


def checked(said: dict[str, Any]) -> tuple[PublicIdentity | None, bool]:
    """Lene's identity, and whether she has a device that is cross-signed."""
    identity = read_identity(said, LENE)
    return identity, any(is_cross_signed(each, identity) for each in read_devices(said, LENE).values())


def test_what_we_upload_holds_together_for_others() -> None:
    lene = Person()
    identity, trusted = checked(lene.said())
    assert identity is not None
    assert trusted
    assert identity.master == lene.identity.master.public
    assert identity.self_signing == lene.identity.self_signing.public
    assert identity.user_signing == lene.identity.user_signing.public
    device = read_devices(lene.said(), LENE)["LAPTOP"]
    assert device.curve25519 == lene.account.curve25519_key.to_base64()
    assert device.ed25519 == lene.account.ed25519_key.to_base64()
    assert device.algorithms == ("m.olm.v1.curve25519-aes-sha2", "m.megolm.v1.aes-sha2")


def test_vodozemac_takes_every_signature_that_we_upload() -> None:
    lene = Person()
    body, identity = lene.identity.upload_body(lene.sign), lene.identity
    signed_device = identity.sign_device(lene.device)[LENE]["LAPTOP"]
    for obj, key_id, public in (
        (body["master_key"], "ed25519:LAPTOP", lene.account.ed25519_key.to_base64()),
        (body["self_signing_key"], identity.master.key_id, identity.master.public),
        (body["user_signing_key"], identity.master.key_id, identity.master.public),
        (signed_device, identity.self_signing.key_id, identity.self_signing.public),
    ):
        signature = vz.Ed25519Signature.from_base64(obj["signatures"][LENE][key_id])
        vz.Ed25519PublicKey.from_base64(public).verify_signature(canonical(obj), signature)
    assert "unsigned" not in signed_device
    assert "signatures" not in identity.upload_body()["master_key"]


def test_others_do_not_see_the_user_signing_key() -> None:
    said = Person().said()
    del said["user_signing_keys"]
    identity, trusted = checked(said)
    assert identity is not None
    assert identity.user_signing is None
    assert trusted


def swap(name: str, value: object) -> Change:
    return lambda obj: obj.update({name: value})


def drop(name: str) -> Change:
    return lambda obj: obj.pop(name)


def another_master(said: dict[str, Any]) -> None:
    said["master_keys"] = Person().said()["master_keys"]


def other_name(obj: dict[str, Any]) -> None:
    obj["keys"] = {"ed25519:other": next(iter(obj["keys"].values()))}


def two_keys(obj: dict[str, Any]) -> None:
    other = SigningKey.new()
    obj["keys"][other.key_id] = other.public


@pytest.mark.parametrize("which", ["master_keys", "self_signing_keys", "user_signing_keys"])
@pytest.mark.parametrize(
    "change",
    [
        swap("user_id", BOT),
        swap("usage", ["another"]),
        swap("usage", "master self_signing user_signing"),
        swap("keys", {}),
        swap("keys", ["ed25519:a"]),
        other_name,
        two_keys,
    ],
)
def test_an_identity_with_one_bad_key_is_none(which: str, change: Change) -> None:
    said = Person().said()
    change(said[which][LENE])
    assert checked(said) == (None, False)


@pytest.mark.parametrize(
    "change",
    [
        another_master,
        drop("master_keys"),
        drop("self_signing_keys"),
        lambda said: said["self_signing_keys"][LENE].pop("signatures"),
        lambda said: said["user_signing_keys"][LENE].pop("signatures"),
        lambda said: said["self_signing_keys"].update({LENE: said["user_signing_keys"][LENE]}),
    ],
)
def test_an_identity_that_does_not_hang_together_is_none(change: Change) -> None:
    said = Person().said()
    change(said)
    assert checked(said) == (None, False)


@pytest.mark.parametrize(
    "change",
    [
        swap("user_id", BOT),
        swap("device_id", "PHONE"),
        swap("algorithms", ["m.megolm.v1.aes-sha2"]),
        swap("algorithms", "m.megolm.v1.aes-sha2"),
        swap("keys", {}),
        swap("keys", None),
        drop("signatures"),
        lambda obj: obj["signatures"][LENE].pop("ed25519:LAPTOP"),
        lambda obj: obj["keys"].update({"curve25519:LAPTOP": vz.Account().curve25519_key.to_base64()}),
        lambda obj: obj["keys"].update({"ed25519:LAPTOP": vz.Account().ed25519_key.to_base64()}),
        lambda obj: obj["keys"].update({"ed25519:LAPTOP": "A" * 44}),
    ],
)
def test_a_device_that_is_not_what_it_says_is_left_out_and_no_other(change: Change) -> None:
    said, phone = Person().said(), Person(device_id="PHONE")
    said["device_keys"][LENE]["PHONE"] = phone.device
    change(said["device_keys"][LENE]["LAPTOP"])
    assert list(read_devices(said, LENE)) == ["PHONE"]


@pytest.mark.parametrize(("user_id", "device_id"), [(BOT, "LAPTOP"), (LENE, "PHONE")])
def test_a_device_cannot_stand_under_another_name_even_if_it_signs_that(user_id: str, device_id: str) -> None:
    lene = Person()
    keys = lene.device["keys"] | {
        key.replace("LAPTOP", "PHONE"): said for key, said in lene.device["keys"].items()
    }
    bare = {**lene.device, "user_id": user_id, "device_id": device_id, "keys": keys}
    key_id, signature = lene.sign(bare)
    device = {**bare, "signatures": {LENE: {key_id: signature}}}
    assert read_devices({"device_keys": {LENE: {"LAPTOP": device}}}, LENE) == {}


def test_a_device_of_another_identity_is_not_cross_signed() -> None:
    lene, thief = Person(), Person(device_id="THIEF")
    said, theirs = lene.said(), thief.said()
    said["device_keys"][LENE] |= theirs["device_keys"][LENE]
    identity, devices = read_identity(said, LENE), read_devices(said, LENE)
    assert is_cross_signed(devices["LAPTOP"], identity)
    assert not is_cross_signed(devices["THIEF"], identity)
    assert not is_cross_signed(devices["LAPTOP"], None)
    bot = Person(BOT)
    key = bot.identity.self_signing
    laptop = said["device_keys"][LENE]["LAPTOP"]
    laptop["signatures"][LENE][key.key_id] = key.sign(laptop)
    assert not is_cross_signed(devices["LAPTOP"], read_identity(bot.said(), BOT)), "signed by somebody else"


def test_a_device_signed_by_the_master_key_alone_is_not_cross_signed() -> None:
    lene = Person()
    said, master = lene.said(), lene.identity.master
    device = said["device_keys"][LENE]["LAPTOP"]
    device["signatures"][LENE] = dict([lene.sign(device), (master.key_id, master.sign(device))])
    assert "LAPTOP" in read_devices(said, LENE)
    assert not checked(said)[1]


scraps: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.just([]) | st.just({})
)


@settings(deadline=None, max_examples=300)
@given(st.data())
def test_nothing_in_the_answer_raises_and_what_was_changed_is_not_trusted(data: st.DataObject) -> None:
    """Any one value anywhere in the answer becomes something else."""
    said = Person().said()
    place: Any = said
    path: list[str] = []
    while isinstance(place, dict) and place and (not path or data.draw(st.booleans(), label="deeper")):
        path.append(data.draw(st.sampled_from(sorted(place)), label="key"))
        parent, place = place, place[path[-1]]
    parent[path[-1]] = data.draw(scraps, label="scrap")
    identity, trusted = checked(said)
    harmless = "unsigned" in path or path[0] == "user_signing_keys"
    # The device's signature of the master key is for those who trust the device; nothing here rests on it.
    harmless = harmless or (path[0] == "master_keys" and "signatures" in path)
    assert trusted == harmless or (identity is None and not trusted)


@settings(deadline=None)
@given(
    st.recursive(
        scraps, lambda inner: st.lists(inner) | st.dictionaries(st.sampled_from([LENE, "keys"]), inner)
    )
)
def test_no_answer_raises(said: Any) -> None:
    whole = dict.fromkeys(("device_keys", "master_keys", "self_signing_keys", "user_signing_keys"), said)
    assert read_identity(said, LENE) is None
    assert read_identity(whole, LENE) is None
    assert read_devices(said, LENE) == {}
    assert read_devices(whole, LENE) == {}


def test_a_person_is_signed_by_our_user_signing_key() -> None:
    bot, lene = Identity.new(BOT), Person()
    master = lene.said()["master_keys"][LENE]
    body = bot.sign_user(master)
    ((public, obj),) = body[LENE].items()
    assert public == lene.identity.master.public
    assert set(obj["signatures"]) == {BOT}
    vz.Ed25519PublicKey.from_base64(bot.user_signing.public).verify_signature(
        canonical(master), vz.Ed25519Signature.from_base64(obj["signatures"][BOT][bot.user_signing.key_id])
    )


def test_only_other_peoples_master_keys_and_our_own_devices_are_signed() -> None:
    bot, lene = Identity.new(BOT), Person()
    said = lene.said()
    for wrong in (said["self_signing_keys"][LENE], bot.upload_body()["master_key"], {}, {"user_id": LENE}):
        with pytest.raises(ValueError, match="master key"):
            bot.sign_user(wrong)
    with pytest.raises(ValueError, match="device"):
        bot.sign_device(lene.device)


def test_an_identity_survives_being_sealed() -> None:
    identity = Identity.new(BOT)
    assert Identity.from_json(identity.as_json()) == identity
    for wrong in (
        "",
        "[]",
        "{}",
        "7",
        identity.as_json().replace("master", "mister"),
        '{"user_id": 1, "master": 2}',
    ):
        with pytest.raises(ValueError, match="not an identity") as caught:
            Identity.from_json(wrong)
        assert caught.value.__suppress_context__
    assert unpadded(identity.master.seed) not in repr(identity)


# The recovery file

IDENTITY = Identity(BOT, *(SigningKey(bytes([number]) * 32) for number in (1, 2, 3)))
# The example of recovery keys in Matrix' own libraries.
BACKUP = bytes.fromhex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a")
SPELLED = "EsTc LW2K PGiF wKEA 3As5 g5c4 BXwk qeeJ ZJV8 Q9fu gUMN UE4d"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "recovery.txt"


@pytest.mark.parametrize("backup_key", [BACKUP, None])
def test_the_recovery_file_holds_everything(path: Path, backup_key: bytes | None) -> None:
    write_recovery(path, IDENTITY, backup_key)
    recovery = read_recovery(path)
    assert recovery.user_id == BOT
    assert recovery.identity == IDENTITY
    assert recovery.backup_key == backup_key


def test_the_recovery_file_is_for_its_owner_only_and_says_what_it_is(path: Path) -> None:
    before = os.umask(0)
    try:
        write_recovery(path, IDENTITY, BACKUP)
    finally:
        os.umask(before)
    text = path.read_text()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "Gendannelsesfil" in text
    assert "Recovery file" in text
    assert text.count("hotspotbot trust recover") == 2
    assert f"backup: {SPELLED}" in text, "Element takes this line as a recovery key"
    assert all(len(line) <= 80 for line in text.splitlines())


def test_a_recovery_file_is_never_overwritten(path: Path) -> None:
    write_recovery(path, IDENTITY, None)
    with pytest.raises(FileExistsError):
        write_recovery(path, Identity.new(BOT), None)
    assert read_recovery(path).identity == IDENTITY
    link = path.with_name("link.txt")
    link.symlink_to(path.with_name("elsewhere.txt"))
    with pytest.raises(FileExistsError):
        write_recovery(link, IDENTITY, None)


def test_a_file_that_could_not_be_written_is_not_left_half(path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, hard))  # a disk that is full after 100 bytes
    try:
        with pytest.raises(OSError, match="large"):
            write_recovery(path, IDENTITY, None)
        assert not path.exists()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    with pytest.raises(ValueError, match="32 bytes"):
        write_recovery(path, IDENTITY, b"short")
    assert not path.exists()


def test_the_recovery_file_may_be_typed_again(path: Path) -> None:
    write_recovery(path, IDENTITY, BACKUP)
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    typed = [
        re.sub(r"(?<=\w\w) (?=\w)", "", line).replace(": ", " :\t").upper()[:4] + line[4:] for line in lines
    ]
    path.write_bytes("\ufeff".encode() + "\r\n\r\n".join(reversed(typed)).encode())
    assert read_recovery(path).identity == IDENTITY
    path.write_text("\n".join(line.replace(" ", "") for line in lines))
    assert read_recovery(path).backup_key == BACKUP


def test_every_mistyped_letter_is_told_with_its_line(path: Path) -> None:
    write_recovery(path, IDENTITY, BACKUP)
    lines = path.read_text().splitlines()
    last = len(lines)
    named = mistakes = 0
    for number, line in enumerate(lines, 1):
        if not line or line.startswith("#"):
            continue
        start = line.index(":") + 2
        for place in range(start, len(line)):
            if line[place] == " ":
                continue
            wrong = line[:place] + ("w" if line[place] != "w" else "x") + line[place + 1 :]
            path.write_text("\n".join([*lines[: number - 1], wrong, *lines[number:]]))
            with pytest.raises(RecoveryError) as caught:
                read_recovery(path)
            assert caught.value.line in {number, last}
            assert str(caught.value).startswith(f"line {caught.value.line}: ")
            mistakes += 1
            named += caught.value.line == number
    assert mistakes > 190
    assert named > 0.9 * mistakes, "in the keys, a mistake is told where it is"


def edited(path: Path, *changes: tuple[str, str]) -> RecoveryError:
    """What is said of a recovery file in which something was changed."""
    write_recovery(path, IDENTITY, BACKUP)
    text = path.read_text()
    for pattern, new in changes:
        text, found = re.subn(pattern, new, text, flags=re.MULTILINE)
        assert found
    path.write_text(text)
    with pytest.raises(RecoveryError) as caught:
        read_recovery(path)
    return caught.value


def test_letters_that_look_alike_are_explained(path: Path) -> None:
    error = edited(path, (r"EsTc LW2K", "EsTc LW2l"))
    assert "'l'" in str(error)
    assert "never used" in str(error)


def test_lines_that_do_not_belong_together_are_told(path: Path) -> None:
    swapped = edited(path, (r"^master:", "x:"), (r"^user-signing:", "master:"), (r"^x:", "user-signing:"))
    path.unlink()
    renamed = edited(path, (r"^user: @bot", "user: @bob"))
    path.unlink()
    shortened = edited(path, (r"^backup: .*\n", ""))
    for error in (swapped, renamed, shortened):
        assert "belong together" in str(error)


@pytest.mark.parametrize(
    ("pattern", "new", "said"),
    [
        (r"^check: .*\n", "", "missing: check"),
        (r"^self-signing: .*\n", "", "missing: self-signing"),
        (r"^(master: .*\n)", r"\1\1", "stands twice"),
        (r"^master", "mester", "not from a recovery file"),
        (r"^master: .*", "master: 1111 " + "z" * 5000, "too long"),
        (r"^master: .*", "master:", "typing mistake"),
        (r"^user: @bot", "user: bot", "not a Matrix user id"),
    ],
)
def test_a_damaged_file_is_told(path: Path, pattern: str, new: str, said: str) -> None:
    assert said in str(edited(path, (pattern, new)))


@pytest.mark.parametrize(
    "content", [b"", b"\x00\xff\xfe", b"[matrix]\n", json.dumps({"a": 1}).encode(), b"user: @a:b"]
)
def test_a_foreign_file_is_told(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(RecoveryError):
        read_recovery(path)


def test_a_missing_file_is_told(path: Path) -> None:
    with pytest.raises(RecoveryError, match="cannot be read"):
        read_recovery(path)


def test_an_error_never_shows_a_key(path: Path) -> None:
    error = edited(path, (r"^backup: EsTc", "backup: EsTd"))
    assert not any(group in str(error) for group in ["EsTd", *SPELLED.split()])
