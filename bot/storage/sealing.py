"""People's words, sealed: AES-256-GCM under data keys that live in a keyring outside the database.

Each room, case and store has a data key of its own. The data keys are wrapped by the master key and kept in
the keyring (`keyring.py`), a small JSON text. Destroying a data key makes everything sealed under it unreadable,
in every backup of the database as well, which is why only the newest copy of the keyring is ever kept.

A sealed value is bound to its place (table, row, column) by additional data: moved, it does not open.
"""

import base64
import hashlib
import hmac
import json
import os
import secrets
import stat
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, overload

import structlog
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from sqlalchemy import event
from sqlalchemy.orm import Mapper, object_session

from bot.storage.keyring import FileKeyring, Keyring, KeyringUnavailable, SealError, fsync_folder

__all__ = [
    "KeyDestroyed",
    "KeyringUnavailable",
    "SealError",
    "SealedText",
    "Vault",
    "WrongMasterKey",
    "cases_in",
    "home_of",
    "joint",
    "load_master_key",
    "make_master_key",
    "sealed",
    "without_case",
]

log = structlog.get_logger(__name__)

KEY_BYTES = 32
NONCE_BYTES = 12
KEY_ID_BYTES = 8
KEPT_NAMES = 5_000  # whose hash is not reckoned again each time
VERSIONS = (1, 2)  # of a keyring; the second has tombstones
FORMAT = b"\x01"  # first byte of every sealed value: lets a later format be told apart


_AND = "+"  # between the names of a joint key
_OF_CASES = ("case:", "names:")


def _parts(key_name: str) -> list[str]:
    """The names of a joint key; a person's is never one of several, and a user id may hold anything."""
    return [key_name] if key_name.startswith("person:") else key_name.split(_AND)


def joint(*names: str) -> str:
    """The name of a key made of several: it opens as long as each of them is there. A name twice counts once."""
    return _AND.join(dict.fromkeys(part for name in names for part in _parts(name) if part))


def home_of(key_name: str) -> str:
    """The first name of a joint key, which says where a text belongs; of any other the name itself."""
    return _parts(key_name)[0]


def cases_in(key_name: str) -> list[str]:
    """The codes of the cases without whose keys nothing opens, in order."""
    parts = (name.partition(":") for name in _parts(key_name) if name.startswith(_OF_CASES))
    return list(dict.fromkeys(code for _, _, code in parts))


def without_case(key_name: str, code: str) -> str:
    """A key's name without a case's; empty where that is all there is."""
    gone = {f"{kind}{code}" for kind in _OF_CASES}
    return _AND.join(name for name in _parts(key_name) if name not in gone)


class WrongMasterKey(SealError):
    """The master key is not the one that this keyring was made with."""


class KeyDestroyed(SealError):
    """The data key of this text no longer exists: the text is gone for good, as intended."""


def make_master_key(path: Path) -> None:
    """Write a new random master key to `path` (64 hexadecimal digits, mode 0600).

    Never overwrites: raises SealError when something is there already.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        raise SealError(f"{path} exists already and is kept as it is") from None
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_hex(KEY_BYTES) + "\n")
        file.flush()
        os.fsync(file.fileno())
    fsync_folder(path.parent)


def load_master_key(path: Path | None, env: str | None) -> bytes:
    """The master key, from the value of HOTSPOTBOT_MASTER_KEY (`env`, first if given) or the file at `path`.

    Raises SealError, with what to do about it, when there is none, when it is not 64 hexadecimal digits, or
    when others than its owner may read the file.
    """
    if env:
        return _parse_master_key(env, "HOTSPOTBOT_MASTER_KEY")
    if path is None:
        raise SealError("no master key: set [keys] master_key_file or HOTSPOTBOT_MASTER_KEY")
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
        text = path.read_text(encoding="ascii")
    except FileNotFoundError:
        raise SealError(
            f"no master key at {path}: restore it from its safe copy; `init` makes a new one"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise SealError(f"the master key at {path} cannot be read: {type(error).__name__}") from None
    if mode & 0o077:
        raise SealError(f"others may read the master key (mode {mode:04o}): chmod 600 {path}")
    return _parse_master_key(text, str(path))


def _parse_master_key(text: str, source: str) -> bytes:
    try:
        key = bytes.fromhex(text.strip())
    except ValueError:
        key = b""
    if len(key) != KEY_BYTES:
        raise SealError(f"the master key in {source} is not {2 * KEY_BYTES} hexadecimal digits")
    return key


class _DataKey:
    """A data key ready for use, with the id by which a sealed value says which key it was sealed under."""

    def __init__(self, key: bytes) -> None:
        self.id = hashlib.sha256(b"hotspotbot key id" + key).digest()[:KEY_ID_BYTES]
        self.cipher = AESGCM(key)
        self.part = hashlib.sha256(b"hotspotbot joint key part" + key).digest()

    @classmethod
    def joined(cls, keys: Iterable["_DataKey"]) -> "_DataKey":
        """The key that is made of several, in their order: without one of them nobody finds it."""
        return cls(hashlib.sha256(b"hotspotbot joint key" + b"".join(key.part for key in keys)).digest())


class Vault:
    """Seals and opens texts. Usable from any thread, and by several processes on one keyring at once.

    The keyring: {"version": 1, "index": WRAPPED, "keys": {HASHED NAME: WRAPPED}}. The index key makes
    the hashed names, so that the keyring tells nobody which rooms and cases exist, and the digests. Unwrapping
    it is also the check that the master key fits. Once a key was destroyed its hashed name stands in "destroyed",
    and the version is 2: a bot that knows nothing of tombstones would drop them at its next change.
    """

    def __init__(
        self,
        master_key: bytes,
        keyring: Path | Keyring,
        others: Callable[[], Iterable[bytes]] = lambda: (),
    ) -> None:
        """Open the keyring (a path: a file there), or make a new one when there is none.

        `others` gives the master keys to try when the keyring was wrapped under another one meanwhile.

        Raises WrongMasterKey when the master key does not fit, SealError when the keyring is damaged,
        KeyringUnavailable when it cannot be reached.
        """
        if len(master_key) != KEY_BYTES:
            raise SealError(f"a master key has {KEY_BYTES} bytes, not {len(master_key)}")
        self._master = AESGCM(master_key)
        self._others = others
        self._ring = FileKeyring(keyring) if isinstance(keyring, Path) else keyring
        self._thread_lock = threading.Lock()
        self._seen: object = None
        self._index = b""
        self._wrapped_index = ""
        self._wrapped: dict[str, str] = {}
        self._destroyed: set[str] = set()
        self._ready: dict[str, _DataKey] = {}
        self._names: dict[str, str] = {}  # hashed
        with self._changing():
            if self._ring.exists():
                self._refresh()
            else:
                self._index = secrets.token_bytes(KEY_BYTES)
                self._save()

    def seal(self, key_name: str, aad: str, clear: str) -> bytes:
        """`clear` sealed under the data key `key_name` and bound to `aad`.

        A new data key is on the disk for good before this returns, so no row can outlive its key. A `joint` name seals
        under all of its keys at once.
        Raises KeyDestroyed when the key of that name was destroyed: a name is never used again.
        """
        with self._thread_lock:
            self._refresh()
            names = [self._hashed(name) for name in _parts(key_name)]
            key = self._found(names)
        if key is None:
            with self._changing():
                self._refresh()
                if not self._destroyed.isdisjoint(names):
                    raise KeyDestroyed(
                        "the key of this text has been destroyed: nothing is sealed under it again"
                    )
                self._add([name for name in names if name not in self._wrapped])
                key = self._found(names)
        if key is None:
            raise SealError("the keyring has lost a key that was just made")
        nonce = secrets.token_bytes(NONCE_BYTES)
        return FORMAT + key.id + nonce + key.cipher.encrypt(nonce, _encode(clear), _encode(aad))

    def open(self, key_name: str, aad: str, blob: bytes) -> str:
        """The text that `seal` was given.

        Raises KeyDestroyed when its data key is gone, SealError when the value was changed or moved.
        """
        with self._thread_lock:
            self._refresh()
            key = self._found([self._hashed(name) for name in _parts(key_name)])
        header, nonce, sealed = blob[:9], blob[9:21], blob[21:]
        if header[:1] != FORMAT or len(nonce) != NONCE_BYTES:
            raise SealError("this is not a sealed text")
        if key is None or header[1:] != key.id:
            raise KeyDestroyed("the key of this text has been destroyed")
        try:
            return key.cipher.decrypt(nonce, sealed, _encode(aad)).decode("utf-8", "surrogatepass")
        except InvalidTag:
            raise SealError("a sealed text was changed or moved from its place") from None

    def digest(self, purpose: str, text: str) -> str:
        """A keyed hash of `text`, 32 hexadecimal digits: the same after a restart and under a new master key.

        For ids that must be repeatable but tell nothing, such as transaction ids and room aliases.
        """
        with self._thread_lock:
            return self._mac("digest", purpose, text)

    def destroy(self, key_name: str) -> None:
        """Destroy a data key: what was sealed under it never opens again. Nothing happens if that was done before.

        Its hashed name stays in the keyring, also where there was no key yet: see `destroyed`.
        """
        with self._changing():
            self._refresh()
            name = self._hashed(key_name)
            standing = name not in self._destroyed
            if standing:
                self._wrapped.pop(name, None)
                self._ready.pop(name, None)
                self._destroyed.add(name)
                self._save()
        if standing:
            with self._thread_lock:
                self._ring.clear()

    def destroyed(self, key_name: str) -> bool:
        """Whether the key of that name was destroyed: how a restored backup is told from what is still to be kept.

        Of a `joint` name: whether one of them was.
        """
        with self._thread_lock:
            self._refresh()
            return any(self._hashed(name) in self._destroyed for name in _parts(key_name))

    def holds(self, key_name: str) -> bool:
        """Whether there is a key of that name: a case has one from its opening until it is erased."""
        with self._thread_lock:
            self._refresh()
            return self._hashed(key_name) in self._wrapped

    def rewrap(
        self, master_key: bytes, progress: Callable[[int, int], None] = lambda done, all_: None
    ) -> None:
        """Wrap every data key anew under another master key; texts and digests stay as they are.

        One write at the end: before it the former master key fits, after it the new one. `progress` is called with the
        number of keys done and of all.
        """
        former = self._master
        try:
            with self._changing():
                self._refresh()
                former = self._master
                keys = {name: self._unwrap(name, wrapped) for name, wrapped in self._wrapped.items()}
                self._master = AESGCM(master_key)
                for done, (name, key) in enumerate(keys.items(), 1):
                    self._wrapped[name] = self._wrap(name, key)
                    progress(done, len(keys))
                self._save()
        except BaseException:
            self._master = former
            raise
        with self._thread_lock:
            self._ring.clear()

    def fits(self, master_key: bytes) -> bool:
        """Whether the keyring, as it is now, is wrapped under this master key."""
        with self._thread_lock:
            self._refresh()
            mine, self._master = self._master, AESGCM(master_key)
            try:
                return self._unwrap("index", self._wrapped_index) == self._index
            except WrongMasterKey:
                return False
            finally:
                self._master = mine

    def counts(self) -> tuple[int, int]:
        """How many data keys there are, and how many were destroyed; never whose."""
        with self._thread_lock:
            self._refresh()
            return len(self._wrapped), len(self._destroyed)

    def close(self) -> None:
        """Let go of the keyring; it is opened again when it is needed."""
        with self._thread_lock:
            self._ring.close()

    # The keyring

    @contextmanager
    def _changing(self) -> Iterator[None]:
        """Hold the keyring against other threads and processes: no change overwrites another's key."""
        with self._thread_lock:
            try:
                with self._ring.changing():
                    yield
            except BaseException:
                self._seen = None  # whether it took or not: what is kept there is read again
                raise

    def _refresh(self) -> None:
        """Read the keyring again if it changed: a key made or destroyed by another process counts at once."""
        found = self._ring.read(self._seen)
        while found is not None:
            try:
                self._take_in(*found)
            except WrongMasterKey:
                # Changed once more before we saw by which key: what fits now may not fit what was read before.
                found = self._ring.read(found[0])
                if found is None:
                    raise
            else:
                return

    def _take_in(self, stamp: object, written: str) -> None:
        self._seen = None
        try:
            content = json.loads(written)
            wrapped_index, wrapped = content["index"], dict(content["keys"])
            destroyed = set(content.get("destroyed", ()))
        except (ValueError, KeyError, TypeError):
            raise KeyringUnavailable(
                f"the keyring {self._ring.where} is damaged or cannot be read: restore its copy"
            ) from None
        if content.get("version") not in VERSIONS:
            raise SealError(f"the keyring {self._ring.where} was made by a newer version of hotspotbot")
        index = self._unwrap_index(wrapped_index)
        if index != self._index:  # another keyring was put in its place
            self._names.clear()
        self._index = index
        self._wrapped_index = wrapped_index
        self._wrapped, self._destroyed, self._ready, self._seen = wrapped, destroyed, {}, stamp

    def _save(self) -> None:
        """Put the keyring into its place, for good once `_changing` is left."""
        self._wrapped_index = self._wrap("index", self._index)
        content: dict[str, object] = {"version": 1, "index": self._wrapped_index, "keys": self._wrapped}
        if self._destroyed:
            content |= {"version": 2, "destroyed": sorted(self._destroyed)}
        self._seen = None  # if anything fails, what is kept there is read again
        self._seen = self._ring.write(json.dumps(content, indent=1))

    # Keys

    def _find(self, name: str) -> _DataKey | None:
        if name not in self._ready and name in self._wrapped:
            self._ready[name] = _DataKey(self._unwrap(name, self._wrapped[name]))
        return self._ready.get(name)

    def _found(self, names: list[str]) -> _DataKey | None:
        """The key of one name, or of several together; None where one is missing."""
        if len(names) == 1:
            return self._find(names[0])
        keys = [key for name in names if (key := self._find(name)) is not None]
        return _DataKey.joined(keys) if len(keys) == len(names) else None

    def _add(self, names: list[str]) -> None:
        for name in names:
            self._wrapped[name] = self._wrap(name, secrets.token_bytes(KEY_BYTES))
        if names:
            self._save()

    def _wrap(self, name: str, key: bytes) -> str:
        nonce = secrets.token_bytes(NONCE_BYTES)
        return base64.b64encode(nonce + self._master.encrypt(nonce, key, name.encode())).decode()

    def _unwrap(self, name: str, wrapped: str) -> bytes:
        try:
            raw = base64.b64decode(wrapped, validate=True)
            return self._master.decrypt(raw[:NONCE_BYTES], raw[NONCE_BYTES:], name.encode())
        except InvalidTag:
            raise WrongMasterKey(f"the master key does not fit the keyring {self._ring.where}") from None
        except (ValueError, TypeError):
            raise SealError(f"the keyring {self._ring.where} is damaged: restore its copy") from None

    def _unwrap_index(self, wrapped: str) -> bytes:
        """The index key; under another master key than ours where that was changed, which is ours from then on."""
        try:
            return self._unwrap("index", wrapped)
        except WrongMasterKey:
            former = self._master
            for other in self._others():
                self._master = AESGCM(other)
                try:
                    index = self._unwrap("index", wrapped)
                except WrongMasterKey:
                    continue
                log.info("keys.master_key_changed")
                return index
            self._master = former
            raise

    def _hashed(self, key_name: str) -> str:
        if key_name not in self._names:
            if len(self._names) >= KEPT_NAMES:
                self._names.clear()
            self._names[key_name] = self._mac("key name", key_name)
        return self._names[key_name]

    def _mac(self, *parts: str) -> str:
        message = b"".join(len(part).to_bytes(8, "big") + part for part in map(_encode, parts))
        return hmac.new(self._index, message, hashlib.sha256).hexdigest()[:32]


class SealedText(property):
    """The type of the attribute that `sealed` makes: `str | None` on a row, itself on the class."""

    def __init__(self, column: str, key: str) -> None:
        super().__init__(
            doc=f"The clear text of `{column}`; readable and writable while its row is in a session."
        )
        self._column = column
        self._key = key

    @overload
    def __get__(self, row: None, owner: type | None = None) -> "SealedText": ...
    @overload
    def __get__(self, row: object, owner: type | None = None) -> str | None: ...
    def __get__(self, row: Any, owner: type | None = None) -> "SealedText | str | None":
        if row is None:
            return self
        blob = getattr(row, self._column)
        return None if blob is None else self._vault(row).open(*self._place(row), blob)

    def __set__(self, row: Any, text: str | None) -> None:
        blob = None if text is None else self._vault(row).seal(*self._place(row), text)
        setattr(row, self._column, blob)

    def _place(self, row: Any) -> tuple[str, str]:
        key_name, uid = getattr(row, self._key), row.uid
        if not key_name or not uid:
            raise SealError(f"{type(row).__name__} needs its uid and its {self._key} before {self._column}")
        return key_name, f"{row.__tablename__}:{uid}:{self._column}"

    def _vault(self, row: Any) -> Vault:
        session = object_session(row)
        if session is None:
            raise SealError(f"{type(row).__name__}: add it to a session before using {self._column}")
        vault = session.info.get("vault")
        if not isinstance(vault, Vault):
            raise SealError("this session was opened without the keys")
        return vault


def sealed(column: str, key: str = "key") -> SealedText:
    """For table classes: `text = sealed("text_sealed")` is the clear text of the binary column `text_sealed`.

    The value is bound to "table:uid:column" and sealed under the data key named by the row's attribute `key`.
    The vault is the session's (`session.info["vault"]`), so a row is added to a session before its text is
    set or read; otherwise SealError.
    """
    return SealedText(column, key)


@event.listens_for(Mapper, "init")
def _refuse_sealed_arguments(row: object, _args: tuple[object, ...], values: dict[str, object]) -> None:
    """A table class ignores arguments it does not know: here that would lose a person's words silently."""
    for name in values:
        if isinstance(getattr(type(row), name, None), property):
            raise SealError(f"{type(row).__name__}: add the row to a session first, then set {name}")


def _encode(text: str) -> bytes:
    """UTF-8 that also carries lone surrogates, which JSON from strangers may hold."""
    return text.encode("utf-8", "surrogatepass")
