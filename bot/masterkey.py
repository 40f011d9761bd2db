"""The master key: where it is read, and how another takes its place while the bot runs (docs/decisions/master-key).

The new key lies on the disk for good, beside the present one, before the keyring is wrapped under it, and takes the
present one's place afterwards. So at every moment the keyring opens with one of two files that both are there. A
running bot notices by itself: the keyring changed, its key no longer fits, the one beside it does.
"""

from __future__ import annotations

import fcntl
import os
import pwd
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import structlog

from bot.faults import passing
from bot.settings import Settings
from bot.storage.keyring import fsync_folder
from bot.storage.sealing import SealError, Vault, load_master_key, make_master_key

log = structlog.get_logger(__name__)
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class MasterKey:
    """Where the master key is: a file, or handed to the process by its environment (`given`, which comes first)."""

    file: Path | None
    given: str | None
    keyring: Path

    @classmethod
    def of(cls, settings: Settings) -> MasterKey:
        """As it is configured."""
        keys = settings.keys
        given = keys.master_key.get_secret_value() if keys.master_key else None
        return cls(keys.master_key_file, given, keys.keyring_file)

    @property
    def next(self) -> Path:
        """Where the key waits that is to come: beside the file, or beside the keyring where that is not ours."""
        ours = self.file if not self.given else None
        beside = ours or self.keyring.with_name("master.key")
        return beside.with_name(beside.name + ".next")

    def load(self) -> bytes:
        """The present key. Raises SealError with the mend."""
        return load_master_key(self.file, self.given)

    def in_place(self) -> bool:
        """Whether the present key is the one that was to come, whose file the next start deletes."""
        with suppress(SealError):
            return load_master_key(self.next, None) == self.load()
        return False

    def others(self) -> Iterator[bytes]:
        """What the key may be by now: first the next one, for it may take its place between two looks."""
        with suppress(SealError):
            yield load_master_key(self.next, None)
        with suppress(SealError):
            yield self.load()

    # --- another one

    def prepare(self, vault: Vault) -> bool:
        """Make the next key, unless it is there already: for a second machine, which gets a copy before `rotate`.

        Returns whether it was made. What a crash left unfinished is made anew: no keyring was ever wrapped under it.
        """
        self._as_the_bot()
        with self._alone():
            return not self._waits(vault) and self._prepare()

    def rotate(self, vault: Vault, progress: Progress = lambda done, all_: None) -> bool:
        """Wrap the keyring under another master key; a rotation that was interrupted is finished instead.

        Returns whether the new key is in its place; where the environment hands the key over, a person has to put it
        there. Raises SealError with the mend.
        """
        self._as_the_bot()
        with self._alone():
            if not self._waits(vault):
                self._prepare()
                passing("rotate.key-written")
                vault.rewrap(load_master_key(self.next, None), progress)
                passing("rotate.ring-changed")
            return self._settle(vault)

    def settle(self, vault: Vault) -> None:
        """Finish a rotation that a crash interrupted after the keyring was changed; for a start. Does not raise.

        One that has not come so far is left alone: the present key fits, and the next may be meant for later.
        """
        if not self.next.exists():
            return
        try:
            with self._alone(wait=False):
                if self._waits(vault):
                    self._settle(vault)
                elif self.given:
                    log.info("keys.next_waits", path=str(self.next))
        except (BlockingIOError, SealError, OSError) as fault:
            log.warning("keys.not_settled", path=str(self.next), why=str(fault))

    def _waits(self, vault: Vault) -> bool:
        """Whether the keyring is wrapped under the next key."""
        try:
            return vault.fits(load_master_key(self.next, None))
        except SealError:
            if self.next.exists() and not vault.fits(self.load()):
                raise
            return False

    def _prepare(self) -> bool:
        try:
            load_master_key(self.next, None)
        except SealError:
            self.next.unlink(missing_ok=True)
            make_master_key(self.next)
            return True
        return False

    def _settle(self, vault: Vault) -> bool:
        """Put the next key into the present one's place, once the keyring is wrapped under it."""
        if self.given:
            if vault.fits(self.load()):
                self.next.unlink()
                fsync_folder(self.next.parent)
                log.info("keys.in_place")
                return True
            log.warning("keys.not_in_place", path=str(self.next))
            return False
        here = self.next.with_suffix("")
        self.next.replace(here)
        passing("rotate.key-in-place")
        fsync_folder(here.parent)
        log.info("keys.in_place", path=str(here))
        return True

    def _as_the_bot(self) -> None:
        """A key or a keyring written by somebody else would be out of the running bot's reach."""
        for path in (self.next.parent, self.keyring):
            if path.exists() and path.stat().st_uid != os.geteuid():
                owner = _name(path.stat().st_uid)
                raise SealError(f"{path} belongs to {owner}: run this as {owner}, as which the bot runs")

    @contextmanager
    def _alone(self, *, wait: bool = True) -> Iterator[None]:
        """No two rotations at once; BlockingIOError if another is under way and `wait` is false."""
        path = self.next.with_suffix(".lock")
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
            yield
        finally:
            os.close(handle)


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
