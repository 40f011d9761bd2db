"""Who plays what when several processes run the tests, and in which order.

`--dist loadgroup` of pytest-xdist 3.8 does nothing under pytest 9, which derives a test's id anew where the group was
written; so the shares are ours. A file that plays a common beginning stays in one process, and so does a long table of
quick cases; of the others each test is taken by whoever has time.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from xdist.scheduler import LoadScopeScheduling

TOGETHER: Final = ("dialogs", "unit")
# Where in the work the tests of a folder stand, from, to: what waits for a homeserver evenly between what computes, for
# it leaves its core to others; what is long before the end, and the quickest last, so that all end together.
ORDER: Final = {"faults": (0.0, 0.7), "storage": (0.0, 0.8), "unit": (1.0, 1.1)}


class Shares(LoadScopeScheduling):  # type: ignore[misc]
    """Hands out whole files of some folders, and single tests of the others."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        self.config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return share_of(nodeid)


def share_of(nodeid: str) -> str:
    """What a test is handed out with: its file, or itself alone."""
    file = nodeid.partition("::")[0]
    return file if _folder(file) in TOGETHER else nodeid


def in_order(nodeids: Iterable[str]) -> list[int]:
    """The places of the tests in the order in which they are to be played."""
    folders: dict[str, dict[str, list[int]]] = {}
    for place, nodeid in enumerate(nodeids):
        shares = folders.setdefault(_folder(nodeid.partition("::")[0]), {})
        shares.setdefault(share_of(nodeid), []).append(place)
    placed: list[tuple[float, list[int]]] = []
    for folder, shares in folders.items():
        begin, end = ORDER.get(folder, (0.0, 1.0))
        for number, places in enumerate(shares.values()):
            placed.append((begin + (end - begin) * number / len(shares), places))
    return [place for _, places in sorted(placed, key=lambda one: one[0]) for place in places]


def _folder(file: str) -> str:
    return file.removeprefix("tests/").partition("/")[0]
