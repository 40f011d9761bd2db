"""`python -m benchmarks [--json] [--quick] [PART ...]`: measure, and print one table."""

from __future__ import annotations

import argparse
import asyncio
import tempfile
from collections.abc import Callable
from pathlib import Path

from rich.console import Console

from benchmarks import answer, storage
from benchmarks.results import Result, show

PARTS: dict[str, Callable[[Path, bool], list[Result]]] = {
    "answer": lambda folder, quick: asyncio.run(answer.measure(folder, 10 if quick else 60)),
    "tick": lambda folder, quick: storage.ticks(
        folder, (1_000, 10_000 if quick else 1_000_000), 5 if quick else 30
    ),
    "digest": lambda folder, quick: storage.digests(folder, 10_000 if quick else 100_000, 3 if quick else 20),
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
            Console(stderr=True).print(f"measuring: {name}")
            results += PARTS[name](Path(folder) / name, arguments.quick)
    show(results, as_json=arguments.json)


if __name__ == "__main__":
    main()
