"""`python -m tests.simulation.soak [--minutes N] [--first SEED]`: as many seeds as the time allows.

A line of progress now and then, every failing seed with the way to play it again, and a tally at the end. The exit
status is 1 when a seed failed.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections import Counter

from tests.simulation.run import simulate
from tests.simulation.test_seeds import acts_of

EVERY = 30.0  # seconds between two lines of progress


def main() -> int:
    """Play until the time is over."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--first", type=int, default=1_000_000, help="long stories begin at a million")
    wanted = parser.parse_args()
    begun = time.monotonic()
    told, seed = begun, wanted.first
    failed: list[int] = []
    tally: Counter[str] = Counter()
    days = steps = 0.0
    while time.monotonic() - begun < wanted.minutes * 60:
        outcome = simulate(seed, acts=acts_of(seed))
        tally += outcome.tally
        days, steps = days + outcome.days, steps + outcome.steps
        if outcome.broken:
            failed.append(seed)
            _say(outcome.report())
        seed += 1
        if time.monotonic() - told > EVERY:
            told = time.monotonic()
            _say(_progress(seed - wanted.first, failed, tally, days, told - begun))
    _say(_progress(seed - wanted.first, failed, tally, days, time.monotonic() - begun))
    _say(f"steps {steps:,.0f}; " + ", ".join(f"{what} {n:,}" for what, n in sorted(tally.items())))
    if failed:
        _say("failed: " + ", ".join(map(str, failed)))
    return 1 if failed else 0


def _progress(seeds: int, failed: list[int], tally: Counter[str], days: float, seconds: float) -> str:
    return (
        f"{seconds / 60:5.1f} min: {seeds} seeds, {len(failed)} failed; {days:,.0f} days,"
        f" {tally['commands']:,} commands, {tally['messages']:,} messages, {tally['killed']:,} kills"
    )


def _say(words: str) -> None:
    sys.stdout.write(words + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
