"""One seed from beginning to end."""

from __future__ import annotations

import gc
import hashlib
import json
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine
from sqlmodel import Session

from bot.app import open_vault
from bot.login import LoginFailed
from tests.simulation.bot import BOT, UNEXPECTED, Process, now, virtual
from tests.simulation.gatherings import Gatherings
from tests.simulation.history import History
from tests.simulation.homeserver import Content, World
from tests.simulation.loop import Endless, Standstill, VirtualLoop
from tests.simulation.people import CONFIG, IN_THE_CLEAR
from tests.simulation.phones import Phones
from tests.simulation.wire import Faults, Wire

SETTLING = 6 * 3600.0  # seconds of quiet at the end: longer than any pause between tries
MOST_STEPS = 100_000  # a long story of 24 acts takes about 10,000


@dataclass
class Outcome:
    """What came of a seed. `broken` is empty when all held; `digest` names the whole history."""

    seed: int
    broken: list[str]
    tally: Counter[str]
    steps: int
    days: float
    digest: str
    logged: list[dict[str, Any]]

    def report(self, lines: int = 40) -> str:
        """For whoever has to find out why."""
        last = [
            f"  {line.pop('at')} {line.pop('level')} {line.pop('event')} {line}"
            for line in map(dict, self.logged[-lines:])
        ]
        broken = "\n".join(f"- {line}" for line in self.broken[:20])
        return (
            f"seed {self.seed}: {len(self.broken)} broken after {self.steps} steps, {self.days:.1f} days\n{broken}\n"
            f"again: HOTSPOTBOT_SEED={self.seed} pytest tests/simulation/test_seeds.py\n"
            f"the bot's last log lines:\n" + "\n".join(last)
        )


def simulate(seed: int, *, acts: int = 24) -> Outcome:
    """Play a seed: people and blows, then a quiet time in which everything must come right.

    Every second seed plays in encrypted rooms.
    """
    encrypted = seed % 2 == 1
    rng = random.Random(seed)
    loop = VirtualLoop(MOST_STEPS)
    world = World(lambda: now(loop).timestamp(), page=rng.choice((4, 8, 20, 100)))
    wire = Wire(loop, random.Random(f"wire {seed}"), world, _faults(rng))
    with _folder() as folder:
        config = CONFIG if encrypted else IN_THE_CLEAR
        process = Process(loop, random.Random(f"desk {seed}"), world, wire, config, folder)
        phones = Phones(loop, random.Random(f"phones {seed}"), world, BOT, world.now) if encrypted else None
        life = Gatherings(loop, rng, world, wire, process, phones)
        broken: list[str] = []
        with virtual(loop, seed, process):
            try:
                _play(loop, process, life, acts)
            except Standstill:
                broken.append("nobody has anything left to do, and the history is not over")
            except Endless:
                broken.append(f"no end after {loop.steps} steps")
            loop.most += MOST_STEPS  # for the end
            broken += _deaths(process, life)
            broken += _judge(process, life)
            process.crash()
            loop.call_later(1.0, loop.stop)
            loop.run_forever()
            gc.collect()  # so that tasks whose end nobody looked at say so now, and not in the next seed
        broken += [f"nobody looked at: {fault}" for task, fault in loop.faults if task > process.killed]
    loop.close()
    _make_room()
    tally = life.tally + wire.tally + (phones.tally if phones else Counter())
    tally["commands"] = len(life.said)
    tally["messages"] = sum(1 for e in world.events.values() if "dk.hotspotbot" in e.said)
    kinds = Counter(
        e.said["dk.hotspotbot"]["kind"] for e in world.events.values() if "dk.hotspotbot" in e.said
    )
    for what in ("meeting.agenda", "meeting.ended", "decision.recorded", "minutes", "minutes.own", "noted"):
        tally[f"said {what}"] = kinds[what]
    tally["encrypted"] = sum(1 for e in world.events.values() if e.inside)
    return Outcome(
        seed, broken, tally, loop.steps, loop.time() / 86400, _digest(world, process), process.logged
    )


@cache
def _make_room() -> None:
    """What there is after a first seed stays: looking through it for garbage costs a third of the time."""
    gc.collect()
    gc.freeze()


def _faults(rng: random.Random) -> Faults:
    """Which faults this seed knows: some seeds few, some many, so that none hides behind another."""

    def rate(most: float) -> float:
        return rng.choice((0.0, 0.0, most / 4, most))

    return Faults(
        lost_there=rate(0.2),
        lost_back=rate(0.25),
        throttled=rate(0.15),
        slow=rate(0.1),
        late=rate(0.08),
        repeated=rate(0.2),
    )


def _play(loop: VirtualLoop, process: Process, life: Gatherings, acts: int) -> None:
    end = life.plan(acts)

    def settle() -> None:
        life.over = True
        if life.phones is not None:
            life.phones.settle()
        process.wire.heal()
        process.start()
        # A poll that hears nothing for days is this world's own: somebody speaks, so that the bot is up to date.
        loop.call_later(SETTLING / 2, life.stir)
        loop.call_later(SETTLING, loop.stop)

    loop.call_at(end + 60.0, settle)
    loop.run_forever()


def _deaths(process: Process, life: Gatherings) -> list[str]:
    """Ends that nobody asked for; the bot may end only when its session was ended."""
    found = [
        f"the bot ended: {type(fault).__name__}: {fault}"
        for fault in process.deaths
        if not (isinstance(fault, LoginFailed) and life.revoked)
    ]
    found += [f"logged: {line}" for line in process.logged if line["event"] in UNEXPECTED]
    return found


def _judge(process: Process, life: Gatherings) -> list[str]:
    engine = create_engine(process.settings.database.url)
    try:
        with Session(engine, info={"vault": open_vault(process.settings)}) as session:
            return History(session, life).broken()
    finally:
        engine.dispose()


def _digest(world: World, process: Process) -> str:
    """A hash over everything the homeserver accepted, as people read it, and everything the bot logged.

    Keys and ciphertexts come from the system's randomness, and with them an outbox id that is made from a key: they
    are other ones each time, and nothing hangs on them. The folder's name is another one too.
    """
    events = [
        [e.pos, e.room_id, e.event_id, e.sender, e.kind, _without_id(e.said), e.ts]
        for e in world.events.values()
    ]
    logged = [{name: value for name, value in line.items() if name != "path"} for line in process.logged]
    whole = json.dumps([events, logged], default=str, sort_keys=True)
    return hashlib.sha256(whole.encode()).hexdigest()


def _without_id(content: Content) -> dict[str, Any]:
    said = {name: value for name, value in content.items() if name != "file"}  # a file's own key
    mark = said.get("dk.hotspotbot")
    return {**said, "dk.hotspotbot": {**mark, "id": ""}} if isinstance(mark, dict) else said


@contextmanager
def _folder() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="seed-"))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
