"""The folder of a case on the disk: its files, a receipt with their hashes, and what could not be deleted afterwards.

It appears whole or not at all: written beside its place, flushed to the disk, then renamed. Doing it again puts the
same case's folder in the place of the former one. Only its owner may read it. No database here: a worker thread does
this.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final, Literal

from bot import text
from bot.documents.docx import docx
from bot.erasing.collecting import Collected
from bot.when import full_moment

FORMAT: Final = "hotspotbot-receipt/1"
RECEIPT: Final = "receipt.json"
PRINTED: Final = "receipt.txt"
_LETTERS: Final = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is taken for another
_MOST: Final = 100  # folders of one case on one day

Why = Literal["retention", "asked", "review"]


@dataclass(frozen=True)
class Written:
    """A folder as it lies there: its name below the configured one, the hash over all of it, and where it is."""

    name: str
    sha256: str
    path: Path


def number_of(sha256: str) -> str:
    """The number of a receipt, as people type it: two groups of four signs of the hash over everything."""
    value = int(sha256[:10], 16)
    signs = "".join(_LETTERS[(value >> (5 * place)) & 31] for place in range(7, -1, -1))
    return f"{signs[:4]}-{signs[4:]}"


def same_number(said: str, sha256: str) -> bool:
    """Whether somebody typed the number of a receipt: small letters, no or another dash are it too."""
    typed = "".join(sign for sign in said.upper() if sign.isalnum())
    return typed == number_of(sha256).replace("-", "")


def write(
    collected: Collected, root: Path, mark: str, why: Why, made_at: datetime, *, example: str = ""
) -> Written:
    """Write a case's folder below `root`. `mark` says whose it is: a former one with it is replaced, others are not.

    `made_at` is aware, in the programme's time zone. `example` is what to type with the number of the receipt in the
    place of NUMBER. Raises OSError: a full disk, no right to write, a file where the folder has to be.
    """
    root.mkdir(mode=0o700, parents=True, exist_ok=True)
    name, replaced = _place(root, f"{collected.code}-{made_at:%Y-%m-%d}", mark)
    beside = root / f".{name}.new"
    old = root / f".{name}.old"
    for left in (beside, old):
        shutil.rmtree(left, ignore_errors=True)
    try:
        beside.mkdir(mode=0o700)
        files: dict[str, bytes] = {"case.json": collected.record().encode()}
        for path, document in collected.documents.items():
            files[path] = docx(document, at=made_at)
        for path, content in sorted(files.items()):
            _put(beside / path, content)
        receipt = _receipt(collected, files, mark, why, made_at)
        _put(beside / RECEIPT, (json.dumps(receipt, ensure_ascii=False, indent=2) + "\n").encode())
        _put(beside / PRINTED, printed(receipt, collected.language, example).encode())
        for folder in sorted({path.parent for path in beside.rglob("*")} | {beside}):
            _sync(folder)
        if replaced:
            (root / name).rename(old)
        beside.rename(root / name)
        _sync(root)
    except OSError:
        shutil.rmtree(beside, ignore_errors=True)
        raise
    shutil.rmtree(old, ignore_errors=True)
    return Written(name, receipt["sha256"], root / name)


def _place(root: Path, wanted: str, mark: str) -> tuple[str, bool]:
    """The name of the folder, and whether a former one of ours is there: another's is left alone."""
    for number in range(1, _MOST):
        name = wanted if number == 1 else f"{wanted}-{number}"
        there = root / name
        if not os.path.lexists(there):
            return name, False
        if _mark(there) == mark:
            return name, True
    raise FileExistsError(f"{wanted}: too many folders of that name")


def _mark(folder: Path) -> str | None:
    try:
        found = json.loads((folder / RECEIPT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return found.get("mark") if isinstance(found, dict) else None


def _receipt(
    collected: Collected, files: Mapping[str, bytes], mark: str, why: Why, made_at: datetime
) -> dict[str, Any]:
    listed = [
        {"path": path, "bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        for path, content in sorted(files.items())
    ]
    whole = hashlib.sha256("".join(f"{row['sha256']}  {row['path']}\n" for row in listed).encode())
    return {
        "format": FORMAT,
        "case": collected.code,
        "number": number_of(whole.hexdigest()),
        "sha256": whole.hexdigest(),
        "made_at": made_at.isoformat(),
        "why": why,
        "mark": mark,
        "records": collected.counts,
        "files": listed,
        "also_named_in": collected.mentions,
    }


def printed(receipt: Mapping[str, Any], language: str, example: str) -> str:
    """The receipt on a page of plain text."""

    def say(key: str, **values: object) -> str:
        return text.t(language, f"receipt-{key}", **values)

    number = str(receipt["number"])
    then = {
        "retention": say("then", example=example.replace("NUMBER", number)),
        "asked": say("then-asked"),
        "review": say("then-review"),
    }[str(receipt["why"])]
    lines = [
        say("title", code=receipt["case"]),
        "",
        say("number", number=number),
        say("made", at=full_moment(datetime.fromisoformat(receipt["made_at"]), language)),
        "",
        say("what"),
        then,
        "",
        f"{say('records')}:",
        *(f"  {count:>6}  {say(f'record-{kind}')}" for kind, count in receipt["records"].items() if count),
        "",
        f"{say('files')}:",
        *(f"  {row['sha256']}  {row['path']}" for row in receipt["files"]),
        "",
        f"{say('whole')}: {receipt['sha256']}",
    ]
    if receipt["also_named_in"]:
        lines += ["", say("mentions", numbers=", ".join(receipt["also_named_in"]))]
    return "\n".join(lines) + "\n"


def write_after(
    folder: Path,
    code: str,
    language: str,
    *,
    erased_at: datetime,
    deleted: int,
    left: Sequence[str],
) -> None:
    """The receipt's later part: how many messages were deleted, and which were not.

    Written as `after.json` and `after.txt`. Raises OSError; a folder that somebody has moved away is left alone.
    """
    if not folder.is_dir():
        return
    said = {
        "format": FORMAT,
        "case": code,
        "erased_at": erased_at.isoformat(),
        "deleted": deleted,
        "left": list(left),
    }
    lines = [
        text.t(language, "receipt-after-title", code=code),
        "",
        text.t(language, "receipt-after-erased", at=full_moment(erased_at, language)),
        text.t(language, "receipt-after-deleted", count=deleted),
        "",
    ]
    lines += (
        [text.t(language, "receipt-after-left"), *(f"  {each}" for each in left)]
        if left
        else [text.t(language, "receipt-after-none")]
    )
    for name, content in (
        ("after.json", json.dumps(said, ensure_ascii=False, indent=2)),
        ("after.txt", "\n".join(lines)),
    ):
        beside = folder / f".{name}.new"
        beside.unlink(missing_ok=True)
        _put(beside, (content + "\n").encode())
        beside.rename(folder / name)
    _sync(folder)


def _put(path: Path, content: bytes) -> None:
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
