"""Another master key while the bot works: killed at every point, and with others sealing at full speed meanwhile."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from signal import SIGKILL

import pytest

from bot.faults import OF_ROTATION
from bot.masterkey import MasterKey
from bot.storage.keyring import Keyring, keyring_at
from bot.storage.sealing import (
    KeyDestroyed,
    SealError,
    Vault,
    WrongMasterKey,
    load_master_key,
    make_master_key,
)

ROOT = Path(__file__).parents[2]
WORDS = "Lene søger friplads i klubben"
Place = tuple[MasterKey, str | None]

ROTATE = """
import sys
from pathlib import Path
from bot.faults import arm
from bot.masterkey import MasterKey
from bot.storage.keyring import keyring_at
from bot.storage.sealing import Vault
file, given, keyring, url, point, times = (each or None for each in sys.argv[1:])
if point:
    arm(point)
key = MasterKey(Path(file) if file else None, given, Path(keyring))
vault = Vault(key.load(), keyring_at(url, key.keyring), key.others)
for _ in range(int(times)):
    key.rotate(vault)
vault.close()
"""


@pytest.fixture(params=["file", "postgresql"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    """A master key and a keyring, in both kinds of place."""
    url = None if request.param == "file" else request.getfixturevalue("keyring_url")
    make_master_key(tmp_path / "master.key")
    return MasterKey(tmp_path / "master.key", None, tmp_path / "keyring.json"), url


def ring(place: Place) -> Keyring:
    return keyring_at(place[1], place[0].keyring)


@pytest.fixture
def opened(place: Place) -> Iterator[Callable[[], Vault]]:
    """Opens vaults as a start of the bot does."""
    vaults: list[Vault] = []

    def one() -> Vault:
        vaults.append(Vault(place[0].load(), ring(place), place[0].others))
        return vaults[-1]

    yield one
    for vault in vaults:
        vault.close()


def rotate(place: Place, point: str = "", times: int = 1) -> int:
    """A process that rotates, and dies at a point. Returns how it ended."""
    key, url = place
    arguments = [str(key.file or ""), key.given or "", str(key.keyring), url or "", point, str(times)]
    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-c", ROTATE, *arguments],
        env=os.environ | {"PYTHONPATH": os.environ.get("PYTHONPATH", str(ROOT))},
        check=False,
    )
    return done.returncode


@pytest.mark.parametrize("point", OF_ROTATION)
def test_killed_at_any_point_everything_opens_and_the_next_one_finishes(
    place: Place, opened: Callable[[], Vault], point: str
) -> None:
    key, _ = place
    running = opened()
    former = key.load()
    known = running.seal("room:1", "text:1:words", WORDS)
    running.seal("case:HS-26-014", "text:1:words", WORDS)
    running.destroy("case:HS-26-014")
    assert rotate(place, point) == -SIGKILL
    # The running bot and one that starts: both open what there was and seal something new.
    for number, vault in enumerate((running, opened())):
        assert vault.open("room:1", "text:1:words", known) == WORDS
        assert vault.seal(f"late:{number}", "text:1:words", WORDS)
        assert vault.destroyed("case:HS-26-014")
    started = opened()
    key.settle(started)
    assert (key.load() == former) == (point == "rotate.key-written")
    assert key.next.exists() == (point == "rotate.key-written")
    assert key.rotate(started)
    assert not key.next.exists()
    assert key.load() != former
    again = ring(place)
    with pytest.raises(WrongMasterKey):
        Vault(former, again)
    again.close()
    for vault in (running, started, opened()):
        assert vault.open("room:1", "text:1:words", known) == WORDS
        assert vault.fits(key.load())
        with pytest.raises(KeyDestroyed):
            vault.seal("case:HS-26-014", "text:1:words", WORDS)


def test_what_was_cut_off_while_the_key_was_written_is_made_anew(
    place: Place, opened: Callable[[], Vault]
) -> None:
    key, _ = place
    blob = opened().seal("room:1", "text:1:words", WORDS)
    key.next.write_text("ab" * 20)
    key.settle(opened())
    assert key.rotate(opened())
    assert load_master_key(key.file, None)
    assert opened().open("room:1", "text:1:words", blob) == WORDS


def test_another_rotation_while_the_key_of_the_last_is_looked_for(
    place: Place, opened: Callable[[], Vault]
) -> None:
    key, _ = place
    blob = opened().seal("room:1", "text:1:words", WORDS)
    asked: list[str] = []

    def others() -> Iterator[bytes]:
        if not asked:
            asked.append("rotated")
            assert key.rotate(opened())
        yield from key.others()

    running = Vault(key.load(), ring(place), others)
    assert running.open("room:1", "text:1:words", blob) == WORDS
    assert key.rotate(opened())
    assert running.open("room:1", "text:1:words", blob) == WORDS
    assert asked, "what it had read was out of date already"
    running.close()


def test_who_seals_at_full_speed_meanwhile_loses_nothing(place: Place, opened: Callable[[], Vault]) -> None:
    """Threads of the running bot make keys, seal and open, while another process rotates over and over."""
    vault, key = opened(), place[0]
    sealed: list[tuple[str, bytes]] = []
    failed: list[BaseException] = []
    over = threading.Event()

    def work(prefix: str) -> None:
        number = 0
        try:
            while not over.is_set():
                name = f"{prefix}:{number % 25}"
                blob = vault.seal(name, "text:1:words", name)
                assert vault.open(name, "text:1:words", blob) == name
                sealed.append((name, blob))
                number += 1
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(prefix,)) for prefix in "ab"]
    for thread in threads:
        thread.start()
    former = key.load()
    assert rotate(place, times=5) == 0
    over.set()
    for thread in threads:
        thread.join()
    assert failed == []
    assert key.load() != former
    fresh = opened()
    assert len(sealed) > 100
    for name, blob in sealed:
        assert fresh.open(name, "text:1:words", blob) == name


def test_a_key_from_the_environment_is_handed_over_by_a_person(tmp_path: Path) -> None:
    """The running bot goes on with the file beside the keyring; the start after the change deletes that."""
    former = bytes(range(32)).hex()
    key = MasterKey(None, former, tmp_path / "keyring.json")
    running = Vault(key.load(), key.keyring, key.others)
    blob = running.seal("room:1", "text:1:words", WORDS)
    other = Vault(key.load(), key.keyring, key.others)
    assert not key.rotate(other)
    assert running.open("room:1", "text:1:words", blob) == WORDS
    new = key.next.read_text().strip()
    # A second one before a person has acted changes nothing; a start with the former key still works.
    assert not key.rotate(other)
    assert key.next.read_text().strip() == new
    started = Vault(key.load(), key.keyring, key.others)
    key.settle(started)
    assert key.next.exists()
    assert started.open("room:1", "text:1:words", blob) == WORDS
    after = MasterKey(None, new, tmp_path / "keyring.json")
    at_last = Vault(after.load(), after.keyring, after.others)
    after.settle(at_last)
    assert not after.next.exists()
    assert at_last.open("room:1", "text:1:words", blob) == WORDS


def test_two_machines_get_the_next_key_first(tmp_path: Path, keyring_url: str) -> None:
    """Prepared on one, copied to the other, rotated on one: both go on, and each puts its own copy in place."""
    places: list[Place] = []
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        places.append(
            (MasterKey(tmp_path / name / "master.key", None, tmp_path / name / "keyring.json"), keyring_url)
        )
    (one, _), (two, _) = places
    make_master_key(tmp_path / "one" / "master.key")
    copy(one.file, two.file)
    first, second = (
        Vault(key.load(), ring(each), key.others) for key, *_ in places for each in [(key, keyring_url)]
    )
    blob = first.seal("room:1", "text:1:words", WORDS)
    assert one.prepare(first)
    assert not one.prepare(first)
    copy(one.next, two.next)
    assert first.fits(two.load()), "nothing is wrapped anew before `rotate`"
    assert one.rotate(first)
    assert second.open("room:1", "text:1:words", blob) == WORDS
    two.settle(second)
    assert two.load() == one.load()
    assert not two.next.exists()
    for vault in (first, second):
        vault.close()


def copy(source: Path | None, target: Path | None) -> None:
    assert source is not None
    assert target is not None
    target.write_bytes(source.read_bytes())
    target.chmod(0o600)


def test_a_full_disk_leaves_the_former_key_in_force(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_master_key(tmp_path / "master.key")
    key = MasterKey(tmp_path / "master.key", None, tmp_path / "keyring.json")
    vault = Vault(key.load(), key.keyring, key.others)
    blob = vault.seal("room:1", "text:1:words", WORDS)
    real, left = os.fsync, [2]  # the key and its folder; the ring is too much

    def full(handle: int) -> None:
        left[0] -= 1
        if left[0] < 0:
            raise OSError(28, "No space left on device")
        real(handle)

    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(SealError, match="No space left"):
            key.rotate(vault)
    assert vault.open("room:1", "text:1:words", blob) == WORDS
    assert vault.fits(key.load())
    assert key.rotate(vault)
    assert vault.open("room:1", "text:1:words", blob) == WORDS


def test_another_user_than_the_bots_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make_master_key(tmp_path / "master.key")
    key = MasterKey(tmp_path / "master.key", None, tmp_path / "keyring.json")
    vault = Vault(key.load(), key.keyring, key.others)
    monkeypatch.setattr(os, "geteuid", lambda: 4711)
    with pytest.raises(SealError, match="as which the bot runs"):
        key.rotate(vault)
    assert not key.next.exists()
