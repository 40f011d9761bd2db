"""The master key changes while the bot works: it answers before, meanwhile and after, and so does the next process."""

import asyncio
import subprocess
import sys
from pathlib import Path

from bot.demo.process import RunBot
from bot.demo.stage import SetUp
from tests.e2e.programmes import ONE_ROOM
from tests.faults.judge import answered

COMMAND = Path(sys.executable).with_name("hotspotbot")


def _rotate(config: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(  # noqa: S603 - our own command
        [COMMAND, "keys", "rotate", "--config", config],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


async def test_the_master_key_changes_beside_the_running_bot(programme: SetUp, run_bot: RunBot) -> None:
    stage = await programme(ONE_ROOM)
    bot = await run_bot(stage.config)
    await stage.bot_joined()
    karla, room = stage.people["karla"], stage.rooms["fremdrift"]
    key = stage.config.with_name("master.key")
    said = [await karla.say(room, "!aftale Lene søge friplads inden fredag")]
    await karla.wait_for_bot(room, "action.recorded")
    pid, before = bot.pid, key.read_text()
    said += await karla.say_many(
        room, [f"!aftale mig ringe til nummer {n} fredag" for n in range(20)], at_once=1
    )
    done = await asyncio.to_thread(_rotate, stage.config)
    assert done.returncode == 0, done.stderr
    assert key.read_text() != before
    said.append(await karla.say(room, "!vis 1"))  # sealed under the old master key, read under the new one
    given = await answered(stage, "karla", room, said, timeout=60)
    assert "søge friplads" in given[-1]["content"]["body"]
    assert bot.pid == pid, "it was never restarted"
    await bot.restart()
    said.append(await karla.say(room, "!vis 1"))
    given = await answered(stage, "karla", room, said, timeout=60)
    assert "søge friplads" in given[-1]["content"]["body"]
