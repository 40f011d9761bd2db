"""What grows with the tables, and what must not: the tick, the start, the digest.

Measured is the processor time of this process, the database's work in it included: what others do on the machine
meanwhile counts little. With PostgreSQL it is real time, for the server's work is done elsewhere.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlmodel import Session

from benchmarks.results import Result, result
from benchmarks.tables import Programme, fall_due
from bot.documents.chart import AgencyCount, WeekCount, chart
from bot.documents.digest import Digest, Request, build
from bot.duties import tick
from bot.matrix.markup import render
from bot.storage import queries

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)  # a Wednesday, with no digest due
DUE = 20  # reminders that fall due in the busy tick
SAME_ORDER = 10.0


def milliseconds(work: Callable[[], object], url: str | None = None) -> float:
    """How long something takes: processor time, or with a database server real time."""
    clock = time.perf_counter if url else time.process_time
    begun = clock()
    work()
    return (clock() - begun) * 1000


def ticks(
    folder: Path, sizes: tuple[int, int], times: int, urls: tuple[str | None, str | None] = (None, None)
) -> list[Result]:
    """Ticks and starts with few and with many pending reminders: `sizes`, each in a database of its own."""
    quiet, busy, start = [], [], []
    for size, url in zip(sizes, urls, strict=True):
        programme = Programme(folder / f"reminders-{size}", url)
        programme.fill(size, NOW, reminders_only=True)
        programme.db.close()
        access = programme.access
        starts = [milliseconds(lambda p=programme: _start(p), url) for _ in range(times)]  # type: ignore[misc]
        programme.db = programme.opened()
        run = programme.db.run_sync
        run(tick, access, NOW)
        quiets = [milliseconds(lambda: run(tick, access, NOW), url) for _ in range(times)]  # noqa: B023
        busies = []
        for round_ in range(times):
            now = NOW + timedelta(minutes=round_)
            run(fall_due, DUE, now)
            busies.append(milliseconds(lambda: run(tick, access, now), url))  # noqa: B023
        programme.db.close()
        start.append(starts)
        quiet.append(quiets)
        busy.append(busies)
    few, many = (f"{size:,}" for size in sizes)
    found: list[Result] = []
    for what, values in (
        ("tick with nothing due", quiet),
        (f"tick with {DUE} reminders due", busy),
        ("open the database and tick", start),
    ):
        found.append(result(f"{what}, {few} pending", values[0], "ms"))
        found.append(
            result(
                f"{what}, {many} pending",
                values[1],
                "ms",
                against=(f"{few} pending", values[0]),
                ratio_at_most=SAME_ORDER,
            )
        )
    return found


def _start(programme: Programme) -> None:
    db = programme.opened()
    db.run_sync(tick, programme.access, NOW)
    db.close()


def digests(folder: Path, actions: int, times: int, url: str | None = None) -> list[Result]:
    """A digest over many actions: of everything for the lead, and of one forum; then as a message, and its picture."""
    programme = Programme(folder / f"actions-{actions}", url)
    programme.fill(actions, NOW, reminders_only=False)
    access, run = programme.access, programme.db.run_sync

    def make(session: Session, *, across: bool) -> Digest:
        forums = tuple(queries.forums(session))
        request = Request(
            forums=forums if across else forums[:1],
            since=NOW - timedelta(days=7),
            until=NOW + timedelta(days=7),
            now=NOW,
            language="da",
            across=across,
        )
        return build(session, access, request)

    def rendered(session: Session) -> None:
        render(made.template, lambda uid: queries.words(session, uid), lang="da")

    made = run(make, across=True)
    assert made.figures is not None
    agencies = [AgencyCount(*row) for row in made.figures.agencies]
    weeks = [WeekCount(*row) for row in made.figures.weeks]
    found = [
        result(
            f"digest over {actions:,} actions, all forums",
            [milliseconds(lambda: run(make, across=True), url) for _ in range(times)],
            "ms",
            most=100,
        ),
        result(
            f"digest of one forum with {actions // 4:,} actions",
            [milliseconds(lambda: run(make, across=False), url) for _ in range(times)],
            "ms",
            most=100,
        ),
        result("that digest as a message", [milliseconds(lambda: run(rendered)) for _ in range(times)], "ms"),
        result(
            "its picture (off the event loop)",
            [milliseconds(lambda: chart(agencies, weeks, "da")) for _ in range(times)],
            "ms",
        ),
    ]
    programme.db.close()
    return found
