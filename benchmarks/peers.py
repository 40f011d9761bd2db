"""hotspotbot beside other bots on the same Synapse: what each answers when much comes at once, while down, and killed.

Every bot has ten rooms of its own and a process of its own, and is measured alone; the answer times are asked in turn
with all of them running. What counts is what a participant sees in the rooms.
"""

from __future__ import annotations

import asyncio
import json
import random
import sys
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from benchmarks import backlog, contestants, reminder_bot
from benchmarks.answer import PAUSE, memory, processor_seconds
from benchmarks.contestants import BARE, FILLING, LISTENER, OURS, REMINDER, SENDERS, Contestant
from benchmarks.results import Result, noted, result, tell
from bot.demo.account import Event
from bot.demo.homeserver import Synapse
from bot.demo.participant import NeverCameError, Participant
from bot.demo.process import BotProcess, StartFailedError
from bot.demo.stage import Stage, set_up

EVERYONE = (OURS, FILLING, BARE, REMINDER)
SEED = 2026
WARM_UP = 3
SETTLED = 2.0  # seconds in which a bot gets back into its long poll, and writes down what it has done


@dataclass(frozen=True)
class Sizes:
    """How much of everything. `rounds`: how often the burst of the two bots that are compared is repeated."""

    at_once: int = 1_000
    rounds: int = 3
    down: int = 200
    kills: int = 50
    times: int = 50
    backlog: int = 10_000
    starts: int = 3  # with nothing to read, and as many readings of the backlog by bare paging
    limited: int = 40
    patience: float = 20.0  # seconds without an answer after which a bot is taken to have said all it will


QUICK = Sizes(
    at_once=200, rounds=1, down=50, kills=4, times=5, backlog=1_500, starts=1, limited=12, patience=8.0
)


@dataclass
class Score:
    """What was seen of one bot. Seconds, MiB; `note` is why there is no more."""

    bot: Contestant
    at_once: list[int] = field(default_factory=list)
    cleared: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    work: list[float] = field(default_factory=list)  # processor seconds of the bot for each answer
    server_work: list[float] = field(default_factory=list)  # the homeserver's, for command and answer
    memory: float = 0.0
    down: int | None = None
    kills: int = 0
    killed_asked: int = 0
    lost: int = 0
    doubled: int = 0
    answers: list[float] = field(default_factory=list)
    note: str = ""


async def measure(folder: Path, sizes: Sizes, bots: Sequence[str] = EVERYONE) -> list[Result]:
    """Measure these bots; hotspotbot and the echo bot that fills gaps must be among them.

    Returns a figure for each bot and column, then what is measured of hotspotbot alone and against its aims.
    """
    async with Synapse(folder / "synapse") as synapse:
        stage = await set_up(synapse, contestants.programme(bots), folder / "programme")
        async with stage:
            return await _all(stage, folder, sizes, bots)


async def _all(stage: Stage, folder: Path, sizes: Sizes, bots: Sequence[str]) -> list[Result]:
    people = stage.people
    for sender in SENDERS:
        await people[sender].stop_listening()  # one listens, the others only write
    scores = [Score(contestants.ours(stage))]
    scores += [Score(await contestants.echo(stage, folder, name)) for name in (FILLING, BARE) if name in bots]
    note: list[Result] = []
    if REMINDER in bots:
        tell("installing matrix-reminder-bot")
        try:
            scores.append(Score(await contestants.reminder(stage, folder)))
        except reminder_bot.NotInstalledError as fault:
            note = [noted(REMINDER, f"could not be installed: {fault}")]
    for score in scores:
        people[LISTENER].watchers.append(score.bot.hear)
    run = Run(stage, people[LISTENER], [people[key] for key in SENDERS], sizes)
    await run.everything(scores)
    ours = scores[0].bot
    found = [one for score in scores for one in _figures(score, sizes)] + note
    found += _aims(scores[0], scores[1], sizes)
    found += await backlog.read(stage, ours, run.senders, run.listener, sizes.backlog, times=sizes.starts)
    found += await backlog.limited(stage, ours, run.senders, sizes.limited)
    return [*found, *await _records(stage, ours)]


class Run:
    """One after the other, each bot through every trial."""

    def __init__(self, stage: Stage, listener: Participant, senders: list[Participant], sizes: Sizes) -> None:
        self.stage = stage
        self.listener = listener
        self.senders = senders
        self.sizes = sizes
        self.chance = random.Random(SEED)

    async def everything(self, scores: list[Score]) -> None:
        """Fill the scores."""
        for score in scores:
            await self._tried(score, self._join)
        await self._answer_times([score for score in scores if not score.note])
        for turn in range(self.sizes.rounds):
            in_turn = scores[1::-1] if turn % 2 else scores[:2]  # A B, B A, A B
            for score in in_turn if turn else scores:
                await self._tried(score, self._burst)
        for trial in (self._down, self._kills):
            for score in scores:
                await self._tried(score, trial)

    async def _tried(self, score: Score, trial: Callable[[Score], Awaitable[None]]) -> None:
        """Somebody else's bot that does not work gets a note; ours and the baselines have to."""
        if score.note:
            return
        try:
            await trial(score)
        except (StartFailedError, NeverCameError, TimeoutError) as fault:
            if not score.bot.foreign:
                raise
            score.note = f"gave up: {str(fault).splitlines()[0]}"
            tell(f"{score.bot.name}: {score.note}")
        finally:
            if score.bot.child.running:
                await score.bot.child.stop()

    async def _join(self, score: Score) -> None:
        tell(f"{score.bot.name}: starts and joins")
        await score.bot.start()
        for room in score.bot.rooms:
            await self.listener.wait_for(partial(_joins, score.bot.user_id), room, timeout=30)

    async def _answer_times(self, scores: list[Score]) -> None:
        """All run; each is asked in turn, and its answer awaited in the listener's timeline."""
        tell(f"asking each {self.sizes.times} times in turn")
        for score in scores:
            await score.bot.start()
        try:
            for turn in range(WARM_UP + self.sizes.times):
                for score in scores:
                    await asyncio.sleep(self.chance.uniform(*PAUSE))
                    begun = time.perf_counter()
                    key = await score.bot.ask(self.listener, score.bot.rooms[0])
                    answered = await score.bot.settle([key], patience=self.sizes.patience)
                    if answered and turn >= WARM_UP:
                        score.answers.append(score.bot.last - begun)
        finally:
            for score in scores:
                await score.bot.child.stop()

    async def _burst(self, score: Score) -> None:
        """It waits in its long poll; then everybody writes at once."""
        bot, count = score.bot, self.sizes.at_once
        tell(f"{bot.name}: {count:,} at once")
        await bot.start()
        await asyncio.sleep(SETTLED)
        pids = bot.child.pid, self.stage.synapse.pid
        worked, served = map(processor_seconds, pids)
        begun = time.time()
        keys = await bot.ask_all(self.senders, count)
        sent = time.time() - begun
        answered = await bot.settle(keys, patience=self.sizes.patience)
        took = bot.last_at - begun
        if not answered:
            score.at_once.append(0)
            return
        score.work.append((processor_seconds(pids[0]) - worked) / answered)
        score.server_work.append((processor_seconds(pids[1]) - served) / answered)
        score.memory = memory(bot.child.pid)
        score.at_once.append(answered)
        score.cleared.append(took)
        score.rates.append(answered / took)
        tell(f"  {answered:,} answered in {took:.1f} s; to send them took {sent:.1f} s")
        await asyncio.sleep(SETTLED)

    async def _down(self, score: Score) -> None:
        """It is not running while they write, and then started."""
        bot, count = score.bot, self.sizes.down
        tell(f"{bot.name}: {count:,} while down")
        keys = await bot.ask_all(self.senders, count)
        await bot.start()
        score.down = await bot.settle(keys, patience=self.sizes.patience)
        tell(f"  {score.down:,} answered")
        await asyncio.sleep(SETTLED)

    async def _kills(self, score: Score) -> None:
        """People write all the time; the bot is killed at moments of its start and its work, and started again."""
        bot = score.bot
        tell(f"{bot.name}: {self.sizes.kills} kills under traffic")
        seconds = await bot.start()
        surplus, begun = bot.surplus(), len(bot.asked)
        traffic = asyncio.gather(
            *(self._chat(bot, sender, room) for sender, room in zip(self.senders, bot.rooms, strict=True))
        )
        try:
            for _ in range(self.sizes.kills):
                await asyncio.sleep(self.chance.uniform(0.5 * seconds, seconds + 1.0))
                if not bot.child.running:
                    raise StartFailedError(f"ended by itself with status {bot.child.returncode}")
                await bot.child.kill()
                score.kills += 1
                bot.child.start()
        finally:
            traffic.cancel()
            await asyncio.gather(traffic, return_exceptions=True)
        await bot.child.kill()
        await bot.start()
        keys = bot.asked[begun:]
        answered = await bot.settle(keys, patience=2 * self.sizes.patience)
        await bot.child.stop()
        for room in bot.rooms:
            await self.listener.caught_up(room)
        score.killed_asked = len(keys)
        score.lost = len(keys) - bot.answered(keys)
        score.doubled = bot.surplus() - surplus
        tell(f"  {answered:,} of {len(keys):,} answered, {score.doubled} answers too many")

    async def _chat(self, bot: Contestant, sender: Participant, room: str) -> None:
        while True:
            await asyncio.sleep(self.chance.uniform(1.0, 3.0))
            await asyncio.shield(asyncio.ensure_future(bot.ask(sender, room)))


def _joins(user_id: str, event: Event) -> bool:
    is_theirs = event["type"] == "m.room.member" and event.get("state_key") == user_id
    return is_theirs and event["content"].get("membership") == "join"


# --- the figures


def _figures(score: Score, sizes: Sizes) -> list[Result]:
    """A row of the comparison; what was not measured is left out."""
    killed = [score.kills, score.killed_asked, score.lost, score.doubled] if score.killed_asked else []
    cells: list[tuple[str, Sequence[float], str]] = [
        (f"of {sizes.at_once:,} at once", [min(score.at_once)] if score.at_once else [], ""),
        ("cleared in", score.cleared, "s"),
        ("rate", score.rates, "/s"),
        (f"of {sizes.down:,} while down", [] if score.down is None else [score.down], ""),
        ("kills", killed[:1], ""),
        ("said meanwhile", killed[1:2], ""),
        ("lost", killed[2:3], ""),
        ("doubled", killed[3:], ""),
        ("answer", [1000 * seconds for seconds in score.answers], "ms"),
        ("own work", [1000 * seconds for seconds in score.work], "ms"),
        ("Synapse's", [1000 * seconds for seconds in score.server_work], "ms"),
        ("memory", [score.memory] if score.memory else [], "MiB"),
    ]
    of = score.bot.name
    found = [result(what, values, unit, of=of) for what, values, unit in cells if values]
    return [*found, noted(of, score.note)] if score.note else found


def _aims(ours: Score, filling: Score, sizes: Sizes) -> list[Result]:
    return [
        result(
            f"answers to {sizes.at_once:,} at once", [float(n) for n in ours.at_once], "", least=sizes.at_once
        ),
        result(f"answers to {sizes.down:,} while down", [float(ours.down or 0)], "", least=sizes.down),
        result(f"lost or doubled over {ours.kills} kills", [float(ours.lost + ours.doubled)], "", most=0),
        result(f"rate of {FILLING}", filling.rates, "/s"),
        result(
            "rate of clearing the burst",
            ours.rates,
            "/s",
            against=("filling echo bot", filling.rates),
            ratio_at_least=0.9,
        ),
    ]


async def _records(stage: Stage, ours: Contestant) -> list[Result]:
    """Every command ever said to hotspotbot is one action: its export against what was said."""
    program = Path(sys.executable).with_name("hotspotbot")
    exporting = await asyncio.create_subprocess_exec(
        program, "export", "actions", "--config", stage.config, stdout=asyncio.subprocess.PIPE
    )
    said, _ = await exporting.communicate()
    recorded = Counter(action["source_event"] for action in json.loads(said))
    asked = set(ours.asked)
    lost = len(asked - set(recorded))
    doubled = recorded.total() - len(recorded) + len(set(recorded) - asked)
    return [
        result(
            f"of all {len(asked):,} commands: actions lost or doubled", [float(lost + doubled)], "", most=0
        ),
        result("of all answers: lost or doubled", [float(_wrong(ours))], "", most=0),
        result("errors in the log of hotspotbot", [float(_errors(stage))], "", most=0),
    ]


def _wrong(bot: Contestant) -> int:
    return len(bot.asked) - bot.answered(bot.asked) + bot.surplus()


def _errors(stage: Stage) -> int:
    return len(BotProcess(stage.config, stage.directory / "bot.log").errors())
