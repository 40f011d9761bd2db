"""The benchmarks' parts run and say what they measured; how fast anything is, no test asserts."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from rich.console import Console

from benchmarks import results, storage
from benchmarks.tables import SEEDS, Programme
from bot.storage import queries
from bot.storage.queries import Selection


def test_ticks_and_starts_are_measured_with_few_and_many_reminders(tmp_path: Path) -> None:
    found = storage.ticks(tmp_path, (40, 2 * SEEDS), 2)
    assert [one.what for one in found if one.ratio is not None] == [
        "tick with nothing due, 2,000 pending",
        "tick with 20 reminders due, 2,000 pending",
        "open the database and tick, 2,000 pending",
    ]
    assert all(one.median > 0 and one.times == 2 for one in found)


def test_digests_are_measured_over_as_many_actions_as_asked_for(tmp_path: Path) -> None:
    found = storage.digests(tmp_path, 200, 1)
    assert [one.what for one in found][:2] == [
        "digest over 200 actions, all forums",
        "digest of one forum with 50 actions",
    ]
    assert {one.aim for one in found[:2]} == {"≤ 100 ms"}
    assert all(one.met is not None for one in found[:2])


def test_multiplied_tables_are_as_big_as_asked_for_and_whole(tmp_path: Path) -> None:
    programme = Programme(tmp_path)
    programme.fill(2 * SEEDS, storage.NOW, reminders_only=True)
    run = programme.db.run_sync
    forums = frozenset(run(lambda s: [forum.uid for forum in queries.forums(s)]))
    actions = run(lambda s: queries.select_actions(s, Selection(forums), limit=10_000))
    assert sorted(action.number for action in actions) == list(range(1, 2 * SEEDS + 1))
    owners = run(lambda s: queries.owners_of(s, [action.uid for action in actions[:500]]))
    assert all(len(of) == 1 and of[0].remind_at for of in owners.values())
    assert run(lambda s: queries.owners_to_remind(s, storage.NOW)) == []
    with pytest.raises(ValueError, match="multiple"):
        programme.fill(SEEDS + 1, storage.NOW, reminders_only=True)
    programme.db.close()


def test_a_figure_is_judged_by_its_median_or_its_ratio_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    base = [10.0, 10.0, 40.0]
    close = results.result("ours", [11.0, 11.5, 90.0], "ms", against=("theirs", base), ratio_at_most=1.15)
    far = results.result("slow", [12.0], "ms", against=("theirs", base), ratio_at_most=1.15)
    over = results.result("digest", [101.0], "ms", most=100)
    assert (close.ratio, close.verdict) == (1.15, "met")
    assert (far.verdict, over.verdict, results.result("theirs", base, "ms").verdict) == (
        "missed",
        "missed",
        "",
    )
    Console(width=140).print(results.table([close, over]))
    shown = capsys.readouterr().out
    assert "1.15" in shown
    assert "≤ 100 ms" in shown
    results.show([far], as_json=True)
    assert json.loads(capsys.readouterr().out)[0] == {
        "what": "slow",
        "median": 12.0,
        "unit": "ms",
        "low": 12.0,
        "high": 12.0,
        "times": 1,
        "baseline": "theirs",
        "ratio": 1.2,
        "aim": "ratio ≤ 1.15",
        "met": False,
        "verdict": "missed",
    }
