"""Sealed text: opens in its own place with its own key, and nowhere else."""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import stat
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.storage.sealing import (
    KeyDestroyed,
    SealError,
    Vault,
    WrongMasterKey,
    cases_in,
    home_of,
    joint,
    load_master_key,
    make_master_key,
    without_case,
)

MASTER_KEY = bytes(range(32))
ROOM = "room:!abc:example.dk"
WORDS = "Lene søger friplads i klubben"


@pytest.fixture
def master_key() -> bytes:
    return MASTER_KEY


def test_what_is_sealed_opens_again_after_a_restart(vault: Vault, keyring: Path) -> None:
    blob = vault.seal(ROOM, "text:1:words", WORDS)
    assert vault.open(ROOM, "text:1:words", blob) == WORDS
    assert Vault(MASTER_KEY, keyring).open(ROOM, "text:1:words", blob) == WORDS


@given(st.text(st.characters()))  # every character there is, lone surrogates and NUL among them
def test_any_text_survives(tmp_path_factory: pytest.TempPathFactory, words: str) -> None:
    vault = Vault(MASTER_KEY, tmp_path_factory.getbasetemp() / "any-text.json")
    assert vault.open(ROOM, "text:1:words", vault.seal(ROOM, "text:1:words", words)) == words


def test_the_same_words_never_look_the_same(vault: Vault) -> None:
    assert vault.seal(ROOM, "text:1:words", WORDS) != vault.seal(ROOM, "text:1:words", WORDS)


def test_a_changed_byte_is_noticed_wherever_it_is(vault: Vault) -> None:
    blob = vault.seal(ROOM, "text:1:words", WORDS)
    for position in range(len(blob)):
        changed = bytearray(blob)
        changed[position] ^= 1
        with pytest.raises(SealError):
            vault.open(ROOM, "text:1:words", bytes(changed))
    for length in range(len(blob)):
        with pytest.raises(SealError):
            vault.open(ROOM, "text:1:words", blob[:length])


def test_a_text_opens_neither_in_another_place_nor_under_another_key(vault: Vault) -> None:
    blob = vault.seal(ROOM, "text:1:words", WORDS)
    vault.seal("room:!other:example.dk", "text:1:words", "andet")
    for key_name, aad in [
        (ROOM, "text:2:words"),
        (ROOM, "text:1:other"),
        (ROOM, "action:1:words"),
        ("room:!other:example.dk", "text:1:words"),
        ("room:!unheard:example.dk", "text:1:words"),
    ]:
        with pytest.raises(SealError):
            vault.open(key_name, aad, blob)


def test_the_wrong_master_key_is_refused_at_once(vault: Vault, keyring: Path) -> None:
    vault.seal(ROOM, "text:1:words", WORDS)
    with pytest.raises(WrongMasterKey, match="does not fit"):
        Vault(bytes(32), keyring)
    assert Vault(MASTER_KEY, keyring)


def test_a_destroyed_key_takes_its_texts_with_it_and_no_others(vault: Vault) -> None:
    case = vault.seal("case:HS-26-014", "text:1:words", WORDS)
    other = vault.seal(ROOM, "text:2:words", WORDS)
    vault.destroy("case:HS-26-014")
    vault.destroy("case:HS-26-014")
    with pytest.raises(KeyDestroyed):
        vault.open("case:HS-26-014", "text:1:words", case)
    assert vault.open(ROOM, "text:2:words", other) == WORDS


def test_what_is_sealed_under_several_keys_goes_with_each_of_them(vault: Vault, keyring: Path) -> None:
    both = joint("forum:1", "case:HS-26-001", "forum:1")
    assert (home_of(both), cases_in(both)) == ("forum:1", ["HS-26-001"])
    assert without_case(both, "HS-26-001") == "forum:1"
    blob = vault.seal(both, "a", WORDS)
    assert Vault(MASTER_KEY, keyring).open(both, "a", blob) == WORDS
    for other in ("forum:1", "case:HS-26-001", joint("case:HS-26-001", "forum:1")):
        vault.seal(other, "a", "there is such a key")
        with pytest.raises(KeyDestroyed):
            vault.open(other, "a", blob)
    assert vault.holds("case:HS-26-001")
    assert not vault.holds("case:HS-26-002")
    vault.destroy("case:HS-26-001")
    assert vault.destroyed(both)
    for one in (vault, Vault(MASTER_KEY, keyring)):
        with pytest.raises(KeyDestroyed):
            one.open(both, "a", blob)
        with pytest.raises(KeyDestroyed):
            one.seal(both, "a", "again")
    assert vault.open("forum:1", "a", vault.seal("forum:1", "a", WORDS)) == WORDS


def test_a_persons_name_may_hold_what_parts_the_others(vault: Vault) -> None:
    person = "person:@a+case:HS-26-001"
    assert (home_of(person), cases_in(person)) == (person, [])
    blob = vault.seal(person, "a", WORDS)
    vault.destroy("case:HS-26-001")
    assert vault.open(person, "a", blob) == WORDS


def test_under_a_destroyed_name_nothing_is_sealed_again(vault: Vault, keyring: Path) -> None:
    """A restored database may still have the rows: nothing new may gather under the name of what was erased."""
    vault.seal("case:HS-26-014", "text:1:words", WORDS)
    assert not vault.destroyed("case:HS-26-014")
    vault.destroy("case:HS-26-014")
    vault.destroy("case:never-used")
    for one in (vault, Vault(MASTER_KEY, keyring)):
        for name in ("case:HS-26-014", "case:never-used"):
            assert one.destroyed(name)
            with pytest.raises(KeyDestroyed):
                one.seal(name, "text:1:words", "nyt")
        assert not one.destroyed(ROOM)
    assert "HS-26-014" not in keyring.read_text()
    vault.rewrap(bytes(32))
    assert Vault(bytes(32), keyring).destroyed("case:HS-26-014")


def test_a_keyring_from_before_there_were_tombstones_goes_on(vault: Vault, keyring: Path) -> None:
    """It stays readable for the bot that made it until the first key is destroyed; then that bot refuses."""
    blob = vault.seal(ROOM, "text:1:words", WORDS)
    vault.seal("case:HS-26-014", "text:1:words", WORDS)
    assert json.loads(keyring.read_text()).keys() == {"version", "index", "keys"}
    assert json.loads(keyring.read_text())["version"] == 1
    vault.destroy("case:HS-26-014")
    content = json.loads(keyring.read_text())
    assert content["version"] == 2
    assert len(content["destroyed"]) == 1
    assert Vault(MASTER_KEY, keyring).open(ROOM, "text:1:words", blob) == WORDS
    keyring.write_text(json.dumps(content | {"version": 3}))
    with pytest.raises(SealError, match="newer version"):
        vault.open(ROOM, "text:1:words", blob)


def test_of_a_destroyed_key_no_copy_stays_beside_the_keyring(vault: Vault, keyring: Path) -> None:
    blob = vault.seal("case:HS-26-014", "text:1:words", WORDS)
    # A crash while writing leaves the unfinished file, with the key in it.
    shutil.copy(keyring, keyring.with_name(keyring.name + ".new"))
    restarted = Vault(MASTER_KEY, keyring)
    assert not keyring.with_name(keyring.name + ".new").exists()
    restarted.destroy("case:HS-26-014")
    for file in keyring.parent.iterdir():
        if file.stat().st_size:
            with pytest.raises(KeyDestroyed):
                Vault(MASTER_KEY, file).open("case:HS-26-014", "text:1:words", blob)
    assert sorted(file.name for file in keyring.parent.iterdir()) == ["keyring.json", "keyring.json.lock"]


def test_what_one_process_does_to_a_key_counts_for_the_other_at_once(vault: Vault, keyring: Path) -> None:
    other = Vault(MASTER_KEY, keyring)
    case = vault.seal("case:HS-26-014", "text:1:words", WORDS)
    room = vault.seal(ROOM, "text:2:words", WORDS)
    assert other.open(ROOM, "text:2:words", room) == WORDS
    third = Vault(MASTER_KEY, keyring)
    late = vault.seal("store", "text:3:words", WORDS)
    third.destroy("case:HS-26-014")
    for one in (vault, other):
        with pytest.raises(KeyDestroyed):
            one.open("case:HS-26-014", "text:1:words", case)
        assert one.open("store", "text:3:words", late) == WORDS


def test_a_backup_of_the_keyring_put_back_counts_at_once(vault: Vault, keyring: Path, tmp_path: Path) -> None:
    blob = vault.seal(ROOM, "text:1:words", WORDS)
    shutil.copy(keyring, tmp_path / "copy")
    vault.destroy(ROOM)
    shutil.copy(tmp_path / "copy", keyring)
    assert vault.open(ROOM, "text:1:words", blob) == WORDS


def test_the_keyring_tells_nobody_which_rooms_and_cases_there_are(vault: Vault, keyring: Path) -> None:
    for name in (ROOM, "person:@lene:example.dk", "case:HS-26-014", "store"):
        vault.seal(name, "text:1:words", WORDS)
    content = keyring.read_text()
    for part in ("abc", "example", "lene", "HS-26", "room", "case", "person", "store"):
        assert part not in content
    assert stat.S_IMODE(keyring.stat().st_mode) == 0o600


def test_a_new_key_is_on_the_disk_before_its_text_is_handed_out(
    vault: Vault, keyring: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps: list[str] = []
    fsync, replace = os.fsync, Path.replace

    def watched_fsync(handle: int) -> None:
        steps.append("folder" if stat.S_ISDIR(os.fstat(handle).st_mode) else "file")
        fsync(handle)

    def watched_replace(self: Path, target: Path) -> Path:
        steps.append("rename")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", watched_fsync)
    monkeypatch.setattr(Path, "replace", watched_replace)
    blob = vault.seal(ROOM, "text:1:words", WORDS)
    assert steps == ["file", "rename", "folder"]
    vault.seal(ROOM, "text:2:words", WORDS)
    assert steps == ["file", "rename", "folder"]  # a known key costs no writing
    assert Vault(MASTER_KEY, keyring).open(ROOM, "text:1:words", blob) == WORDS


def test_a_full_disk_seals_nothing_and_breaks_nothing(
    vault: Vault, keyring: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = vault.seal(ROOM, "text:1:words", WORDS)

    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(SealError, match="No space left"):
            vault.seal("case:HS-26-014", "text:2:words", WORDS)
        with pytest.raises(SealError, match="No space left"):
            vault.destroy(ROOM)
        with pytest.raises(SealError, match="No space left"):
            vault.rewrap(bytes(32))
    # The disk fails after the new file is written but before it counts: the old one is still in force.
    assert vault.open(ROOM, "text:1:words", known) == WORDS
    new = vault.seal("case:HS-26-014", "text:2:words", WORDS)
    assert Vault(MASTER_KEY, keyring).open("case:HS-26-014", "text:2:words", new) == WORDS


def _seal_many(keyring: Path, prefix: str, blobs: multiprocessing.Queue[tuple[str, bytes]]) -> None:
    vault = Vault(MASTER_KEY, keyring)
    for number in range(30):
        name = f"{prefix}:{number}"
        blobs.put((name, vault.seal(name, "text:1:words", name)))


def test_processes_that_add_keys_at_the_same_time_lose_none(vault: Vault, keyring: Path) -> None:
    start = multiprocessing.get_context("spawn")
    blobs = start.Queue()
    processes = [start.Process(target=_seal_many, args=(keyring, prefix, blobs)) for prefix in ("a", "b")]
    for process in processes:
        process.start()
    sealed = [blobs.get(timeout=60) for _ in range(60)]
    for process in processes:
        process.join()
    blobs.close()
    blobs.join_thread()
    assert [vault.open(name, "text:1:words", blob) for name, blob in sealed] == [name for name, _ in sealed]


def test_threads_share_one_vault(vault: Vault) -> None:
    opened: list[str] = []

    def work(number: int) -> None:
        for turn in range(20):
            name = f"room:{number}:{turn}"
            opened.append(vault.open(name, "text:1:words", vault.seal(name, "text:1:words", name)))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(opened)) == 80


def test_digests_stay_the_same_over_restarts_and_a_new_master_key(vault: Vault, keyring: Path) -> None:
    digest = vault.digest("outbox", "reply:$event:1")
    blob = vault.seal(ROOM, "text:1:words", WORDS)
    assert len(digest) == 32
    assert int(digest, 16) >= 0
    assert Vault(MASTER_KEY, keyring).digest("outbox", "reply:$event:1") == digest
    new_master = bytes(32)
    vault.rewrap(new_master)
    with pytest.raises(WrongMasterKey):
        Vault(MASTER_KEY, keyring)
    rewrapped = Vault(new_master, keyring)
    assert rewrapped.digest("outbox", "reply:$event:1") == digest
    assert rewrapped.open(ROOM, "text:1:words", blob) == WORDS


def test_digests_differ_by_purpose_by_text_and_by_bot(vault: Vault, tmp_path: Path) -> None:
    other = Vault(MASTER_KEY, tmp_path / "other.json")
    digests = {
        vault.digest("outbox", "ab"),
        vault.digest("alias", "ab"),
        vault.digest("outboxa", "b"),
        vault.digest("outbox", "b"),
        other.digest("outbox", "ab"),
    }
    assert len(digests) == 5


def test_a_keyring_that_disappears_or_is_damaged_stops_the_work(vault: Vault, keyring: Path) -> None:
    blob = vault.seal(ROOM, "text:1:words", WORDS)
    content = keyring.read_text()
    keyring.unlink()
    with pytest.raises(SealError, match="put it back"):
        vault.seal(ROOM, "text:2:words", WORDS)
    for damaged in (
        "",
        "{}",
        "[]",
        '{"version": 1, "index": 5, "keys": {}}',
        '{"version": 2, "index": "", "keys": {}, "destroyed": 5}',
        content[: len(content) // 2],
    ):
        keyring.write_text(damaged)
        with pytest.raises(SealError, match="damaged"):
            vault.open(ROOM, "text:1:words", blob)
        with pytest.raises(SealError, match="damaged"):
            Vault(MASTER_KEY, keyring)
    keyring.write_text(content)
    assert vault.open(ROOM, "text:1:words", blob) == WORDS


def test_a_master_key_is_made_once_and_only_for_its_owner(tmp_path: Path) -> None:
    path = tmp_path / "var" / "master.key"
    make_master_key(path)
    key = load_master_key(path, None)
    assert len(key) == 32
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with pytest.raises(SealError, match="exists already"):
        make_master_key(path)
    assert load_master_key(path, None) == key
    make_master_key(tmp_path / "second.key")
    assert load_master_key(tmp_path / "second.key", None) != key


def test_a_master_key_from_the_environment_comes_first(tmp_path: Path) -> None:
    make_master_key(tmp_path / "master.key")
    assert load_master_key(tmp_path / "master.key", f"{MASTER_KEY.hex()}\n") == MASTER_KEY
    with pytest.raises(SealError, match="HOTSPOTBOT_MASTER_KEY is not 64"):
        load_master_key(tmp_path / "master.key", "kort")


@pytest.mark.parametrize(
    ("content", "mode", "said"),
    [
        (None, 0o600, "restore it"),
        ("", 0o600, "not 64 hexadecimal digits"),
        ("ab" * 31, 0o600, "not 64 hexadecimal digits"),
        ("zz" * 32, 0o600, "not 64 hexadecimal digits"),
        ("æ" * 64, 0o600, "cannot be read"),
        ("ab" * 32, 0o640, "chmod 600"),
        ("ab" * 32, 0o604, "chmod 600"),
    ],
)
def test_a_master_key_that_cannot_be_used_says_why_and_never_shows_itself(
    tmp_path: Path, content: str | None, mode: int, said: str
) -> None:
    path = tmp_path / "master.key"
    if content is not None:
        path.write_text(content)
        path.chmod(mode)
    with pytest.raises(SealError, match=said) as caught:
        load_master_key(path, None)
    assert not content or content not in str(caught.value)


def test_no_master_key_at_all_says_where_to_put_one() -> None:
    with pytest.raises(SealError, match=r"\[keys\] master_key_file or HOTSPOTBOT_MASTER_KEY"):
        load_master_key(None, None)
