"""One measured figure, and how figures are told to people and machines."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from rich.console import Console
from rich.table import Table

_BEGUN = time.monotonic()


@dataclass(frozen=True)
class Result:
    """A median in `unit` with its quartiles over so many `times`; `ratio` is to the median of the `baseline`.

    `met` says whether the aim was met; None where there is none. `of` names one of several bots that were measured
    alike: such figures are shown as a table with a row for each bot. `note` says why there is no more to tell.
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
    of: str = ""
    note: str = ""

    @property
    def line(self) -> str:
        """The figure in one line, for who waits for the others."""
        ratio = f", {self.ratio:.2f} of {self.baseline}" if self.ratio is not None else ""
        said = self.note or f"{self.what}: {_short(self.median)} {self.unit}{ratio}"
        return f"{self.of}: {said}" if self.of else said

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
    least: float | None = None,
    ratio_at_most: float | None = None,
    ratio_at_least: float | None = None,
    of: str = "",
) -> Result:
    """The median of some values (with the quartiles), its ratio to a baseline's median, and the verdict.

    `most` or `least` is an aim for the median in `unit`, `ratio_at_most` or `ratio_at_least` one for the ratio.
    """
    median = statistics.median(values)
    ordered = sorted(values)
    ratio = median / statistics.median(against[1]) if against else None
    aim, met = "", None
    if ratio_at_most is not None and ratio is not None:
        aim, met = f"ratio ≤ {ratio_at_most:g}", ratio <= ratio_at_most
    elif ratio_at_least is not None and ratio is not None:
        aim, met = f"ratio ≥ {ratio_at_least:g}", ratio >= ratio_at_least
    elif most is not None:
        aim, met = f"≤ {most:g} {unit}".strip(), median <= most
    elif least is not None:
        aim, met = f"≥ {least:g} {unit}".strip(), median >= least
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
        of,
    )


def noted(of: str, note: str) -> Result:
    """No figure, but why there is none, of one of several bots."""
    return Result("note", 0.0, "", 0.0, 0.0, 0, of=of, note=note)


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
            f"{_short(one.median)} {one.unit}",
            f"{_short(one.low)}–{_short(one.high)}",
            "" if one.ratio is None else f"{one.ratio:.2f}",
            one.baseline,
            one.aim,
            one.verdict,
        )
    return made


def comparison(results: Sequence[Result]) -> Table:
    """Figures of several bots measured alike: a row for each bot, a column for each figure."""
    made = Table(title="side by side", title_justify="left")
    made.add_column("bot", no_wrap=True)
    columns = {one.what: one.unit for one in results if not one.note}
    for what, unit in columns.items():
        made.add_column(f"{what}, {unit}" if unit else what, justify="right")
    for bot in dict.fromkeys(one.of for one in results):
        cells = {one.what: _short(one.median) for one in results if one.of == bot and not one.note}
        made.add_row(bot, *(cells.get(what, "–") for what in columns))
    notes = [f"{one.of}: {one.note}" for one in results if one.note]
    made.caption, made.caption_justify = "\n".join(notes) or None, "left"
    return made


def _short(value: float) -> str:
    return f"{value:.3g}" if value < 1000 else f"{value:.0f}"


def show(results: Sequence[Result], *, as_json: bool) -> None:
    """Print the figures: tables for people, or JSON."""
    if as_json:
        said = [asdict(one) | {"verdict": one.verdict} for one in results]
        print(json.dumps(said, ensure_ascii=False, indent=1))
        return
    console = Console()
    if not console.is_terminal:
        console.width = 140  # a file is as wide as the table
    alike = [one for one in results if one.of]
    if rest := [one for one in results if not one.of]:
        console.print(table(rest))
    if alike:
        console.print(comparison(alike))


def tell(text: str) -> None:
    """Say on stderr how far a measurement is, and after how many seconds."""
    Console(stderr=True).print(f"{time.monotonic() - _BEGUN:6.0f} s  {text}", highlight=False, soft_wrap=True)
