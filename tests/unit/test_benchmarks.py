"""The benchmarks' parts run and say what they measured; how fast anything is, no test asserts."""

from __future__ import annotations

import json
from collections.abc import Callable
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console

from benchmarks import contestants, reminder_bot, results, storage
from benchmarks.contestants import Contestant
from benchmarks.tables import SEEDS, Programme
from bot.demo.account import Event
from bot.demo.process import Child
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
        "of": "",
        "note": "",
        "verdict": "missed",
    }


def test_figures_of_several_bots_stand_side_by_side_and_say_what_is_missing() -> None:
    found = [
        results.result("of 20 at once", [20.0], "", of="ours"),
        results.result("answer", [90.0, 110.0, 100.0], "ms", of="ours"),
        results.result("of 20 at once", [7.0], "", of="theirs"),
        results.noted("theirs", "gave up: it ended by itself"),
    ]
    console = Console(width=100, record=True, file=StringIO())
    console.print(results.comparison(found))
    said = console.export_text()
    lines = said.splitlines()
    assert any("bot" in line and "of 20 at once" in line and "answer, ms" in line for line in lines)
    assert any("ours" in line and " 20 " in line and " 100 " in line for line in lines)
    assert any("theirs" in line and " 7 " in line and " – " in line for line in lines)
    assert "theirs: gave up: it ended by itself" in said


def test_aims_may_be_a_floor() -> None:
    base = ("theirs", [10.0])
    rates = [results.result("rate", [n], "/s", against=base, ratio_at_least=0.9) for n in (8.9, 9.0)]
    counts = [results.result("answers", [n], "", least=200) for n in (199.0, 200.0)]
    assert [one.verdict for one in rates + counts] == ["missed", "met", "missed", "met"]
    assert (rates[0].aim, counts[0].aim) == ("ratio ≥ 0.9", "≥ 200")


# --- the judge of the comparison


def heard(contestant: Contestant, body: str, **content: Any) -> None:
    """A message of the bot's in its room."""
    event = {
        "sender": "@bot:example.dk",
        "type": "m.room.message",
        "event_id": f"$answer{contestant.heard.total()}",
        "origin_server_ts": 1_000,
        "content": {"body": body, **content},
    }
    contestant.hear("!room:example.dk", event)


def judged(key: Callable[[str, str], str], answers: Callable[[Event], str | None]) -> Contestant:
    child = Child("a bot", ["/bin/true"], Path("none.log"))
    rooms = ["!room:example.dk"]
    return Contestant("a bot", "@bot:example.dk", rooms, child, "ready", lambda _, said: said, key, answers)


def test_hotspotbot_is_judged_by_replies_that_record() -> None:
    bot = judged(lambda _, event_id: event_id, contestants.replied)
    bot.asked += ["$one", "$two"]

    def reply(to: str, kind: str) -> None:
        heard(
            bot, "…", **{"m.relates_to": {"m.in_reply_to": {"event_id": to}}, "dk.hotspotbot": {"kind": kind}}
        )

    heard(bot, "Ugestatus", **{"dk.hotspotbot": {"kind": "digest"}})
    assert (bot.answered(bot.asked), bot.surplus()) == (0, 0)
    reply("$one", "action.recorded")
    assert (bot.answered(bot.asked), bot.surplus()) == (1, 0)
    reply("$two", "problem")
    assert (bot.answered(bot.asked), bot.surplus()) == (1, 1)
    reply("$one", "action.recorded")
    assert (bot.answered(bot.asked), bot.surplus()) == (1, 2)


def test_matrix_reminder_bot_is_judged_by_the_minute_that_it_names() -> None:
    bot = judged(reminder_bot.key, reminder_bot.answers)
    questions = [reminder_bot.question(number, "svare på brev") for number in (0, 61)]
    assert questions == ["!remind 2031-01-01 00:00; svare på brev", "!remind 2031-01-01 01:01; svare på brev"]
    bot.asked += [bot.key(said, "$any") for said in questions]
    heard(bot, "OK, I will remind you on Jan 01 2031, 01:01!")
    assert (bot.answered(bot.asked), bot.surplus()) == (1, 0)
    heard(bot, "A similar reminder already exists. Please delete that one first.")
    assert (bot.answered(bot.asked), bot.surplus()) == (1, 1)


def test_what_others_say_or_is_said_elsewhere_is_no_answer() -> None:
    bot = judged(lambda said, _: said, lambda event: str(event["content"]["body"]))
    bot.asked.append("svare på brev")
    event = {"sender": "@person:example.dk", "type": "m.room.message", "content": {"body": "svare på brev"}}
    bot.hear("!room:example.dk", event)
    bot.hear("!other:example.dk", {**event, "sender": "@bot:example.dk"})
    assert bot.heard.total() == 0
    heard(bot, "svare på brev")
    assert bot.answered(bot.asked) == 1


def test_a_peer_that_cannot_be_installed_says_why(tmp_path: Path) -> None:
    with pytest.raises(reminder_bot.NotInstalledError, match=r"ERROR.*no-such\.whl"):
        reminder_bot.installed(str(tmp_path / "no-such.whl"), tmp_path / "peers")
