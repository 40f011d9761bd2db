"""One measured figure, and how figures are told to people and machines."""

from __future__ import annotations

import json
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Result:
    """A median in `unit` with its quartiles over so many `times`; `ratio` is to the median of the `baseline`.

    `met` says whether the aim was met; None where there is none.
    """

    what: str
    median: float
    unit: str
    low: float
    high: float
    times: int
    baseline: str = ""
    ratio: float | None = None
    aim: str = ""
    met: bool | None = None

    @property
    def verdict(self) -> str:
        """Whether the aim was met, in words; empty where there is none."""
        return {None: "", True: "met", False: "missed"}[self.met]


def result(
    what: str,
    values: Sequence[float],
    unit: str,
    *,
    against: tuple[str, Sequence[float]] | None = None,
    most: float | None = None,
    ratio_at_most: float | None = None,
) -> Result:
    """The median of some values (with the quartiles), its ratio to a baseline's median, and the verdict.

    `most` is an aim for the median in `unit`, `ratio_at_most` one for the ratio.
    """
    median = statistics.median(values)
    ordered = sorted(values)
    ratio = median / statistics.median(against[1]) if against else None
    aim, met = "", None
    if ratio_at_most is not None and ratio is not None:
        aim, met = f"ratio ≤ {ratio_at_most:g}", ratio <= ratio_at_most
    elif most is not None:
        aim, met = f"≤ {most:g} {unit}", median <= most
    return Result(
        what,
        median,
        unit,
        ordered[len(ordered) // 4],
        ordered[(3 * len(ordered)) // 4],
        len(values),
        against[0] if against else "",
        ratio,
        aim,
        met,
    )


def table(results: Sequence[Result]) -> Table:
    """The figures as a table: what, median, half of all values, ratio to its baseline, aim, verdict."""
    made = Table(title="hotspotbot: benchmarks", title_justify="left")
    for name in ("what", "median", "middle half", "ratio", "to", "aim", "verdict"):
        made.add_column(
            name, no_wrap=True, justify="right" if name in ("median", "middle half", "ratio") else "left"
        )
    for one in results:
        made.add_row(
            one.what,
            f"{one.median:.3g} {one.unit}" if one.median < 1000 else f"{one.median:.0f} {one.unit}",
            f"{one.low:.3g}–{one.high:.3g}" if one.high < 1000 else f"{one.low:.0f}–{one.high:.0f}",
            "" if one.ratio is None else f"{one.ratio:.2f}",
            one.baseline,
            one.aim,
            one.verdict,
        )
    return made


def show(results: Sequence[Result], *, as_json: bool) -> None:
    """Print the figures: a table for people, or JSON."""
    if as_json:
        said = [asdict(one) | {"verdict": one.verdict} for one in results]
        print(json.dumps(said, ensure_ascii=False, indent=1))
    else:
        console = Console()
        if not console.is_terminal:
            console.width = 140  # a file is as wide as the table
        console.print(table(results))
