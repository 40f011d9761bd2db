"""The answer benchmark runs: both bots are asked, both answer, and their memory is read."""

from pathlib import Path

from benchmarks import answer


async def test_both_bots_are_asked_in_turn_and_measured(tmp_path: Path) -> None:
    found = {one.what: one for one in await answer.measure(tmp_path, 2, warm_up=1)}
    ours, theirs = found["answer to !action"], found["answer of a bare nio echo bot"]
    assert ours.times == theirs.times == 2
    assert ours.ratio is not None
    assert 0 < theirs.median < 10_000
    assert found["memory of the bot"].median > 10
