"""Places where a test may kill the process, to see that nothing is lost there (docs/promises).

`HOTSPOTBOT_KILL=point:n` makes the n-th passing of a point the process's last act, by a real SIGKILL: no handler,
no flush. `point:n:stop` freezes it there by SIGSTOP, until somebody sends SIGCONT. Armed by a rehearsal only;
otherwise a point costs one comparison and does nothing.
"""

from __future__ import annotations

import os
import signal

POINTS = (
    "inbox.before-commit",  # events handled, nothing written for good
    "inbox.committed",  # events handled for good, nothing sent
    "tick.committed",  # what time made due is owed, nothing sent
    "outbox.before-send",  # content made and committed, the request not begun
    "outbox.sent",  # the homeserver has it, we have not written that down
    "outbox.retry",  # after a try that failed, before the next
    "direct.created",  # a direct-message room is made, and not written down
    "keys.uploaded",  # our keys are with the homeserver, we have not written that down
    "keys.queried",  # the homeserver has said whose devices there are, nothing of it written down
    "keys.claimed",  # one-time keys were taken, no session with them written down
    "backup.before-put",  # room keys are about to be put into their backup
    "backup.put",  # they lie there, we have not written that down
    "keys.before-deliver",  # a room key is encrypted and committed, its request not begun
    "keys.delivered",  # devices have it, we have not written that down
    "trust.sealed",  # our identity is in the database, and perhaps nowhere else
    "trust.uploaded",  # the homeserver has it, this device is perhaps not signed
)
# Passed by what is not said every day: where a digest is drawn, a file is sent or a message is pinned.
OF_FILES_AND_PINS = (
    "file.made",  # its bytes are made, nothing of them is with the homeserver
    "file.reserved",  # where they are to lie is written down, and nothing lies there
    "file.uploaded",  # the homeserver has them, we have not written down where
    "pin.before-put",  # what is pinned was read, nothing changed
    "pin.put",  # it is pinned, we have not written that down
)
# Passed where an uploaded file is to be deleted.
OF_DELETION = (
    "media.before-delete",  # its message is redacted, the file lies there still
    "media.deleted",  # it is gone, we have not written that down
)
# Passed by `keys rotate` alone.
OF_ROTATION = (
    "rotate.key-written",  # the new master key lies beside the present one, the keyring is as it was
    "rotate.ring-changed",  # the keyring is wrapped under it, and it is not in its place
    "rotate.key-in-place",  # it is, and perhaps not yet for good
)
# Passed only where a case is erased.
OF_ERASURE = (
    "erasure.written",  # its folder lies there, nothing of it is written down
    "erasure.exported",  # the folder is written down, nothing is destroyed
    "erasure.rows",  # its rows are gone and its messages' deletions owed, its keys stand
    "erasure.keys",  # its keys are destroyed
)

_left: dict[str, int] = {}
_signals: dict[str, signal.Signals] = {}


def arm(wanted: str) -> None:
    """Read `point:n` or `point:n:stop` (n counts from 1). Raises ValueError for a point that does not exist."""
    point, count, how = [*wanted.split(":"), "", ""][:3]
    known = (*POINTS, *OF_FILES_AND_PINS, *OF_DELETION, *OF_ROTATION, *OF_ERASURE)
    if point not in known:
        raise ValueError(f"no such point: {point!r}; there are {', '.join(known)}")
    _left[point] = int(count or 1)
    _signals[point] = signal.SIGSTOP if how == "stop" else signal.SIGKILL


def passing(point: str) -> None:
    """Die, or stand still, here if a test wants it."""
    if not _left or point not in _left:
        return
    _left[point] -= 1
    if _left[point] == 0:
        os.kill(os.getpid(), _signals[point])
