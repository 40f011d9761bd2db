"""A year that might have been: people who promise, deliver, forget, move and go on leave; a bot that falls over."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

from tests.simulation.oracle import CLOSED, CPH, Action, Digest, Due, Gathering, Oracle, Person, gatherings
from tests.simulation.programme import ROOMS, Programme, Said

TASKS = (
    "tale med skolen",
    "søge friplads i klubben",
    "ringe til moren",
    "skrive et notat",
    "finde en mentor",
)
FIRST = date(2026, 9, 1)

# Who works when, written out a second time: the bot reads it from its config.
WORKDAYS: dict[str, tuple[frozenset[int], time]] = {
    "anna": (frozenset({0, 1, 2, 3, 4}), time(8)),
    "karla": (frozenset({0, 1, 2, 3, 4}), time(8)),
    "gerda": (frozenset({1, 2, 3, 4, 5}), time(14)),
    "lene": (frozenset({0, 1, 2, 3, 4}), time(8)),
    "ali": (frozenset({0, 1, 2, 3, 4}), time(7, 30)),
    "mette": (frozenset({0, 1, 2, 3}), time(8)),
    "bo": (frozenset({0, 1, 2, 3, 4}), time(8)),
    "ida": (frozenset({0, 1, 2, 3, 4}), time(9, 15)),
    "jonas": (frozenset({1, 2, 3, 4, 5}), time(15)),
    "sara": (frozenset({2, 3, 4, 5, 6}), time(15)),
    "omar": (frozenset({6, 0, 1, 2, 3}), time(2, 30)),
    "tove": (frozenset({0, 1, 2, 3, 4}), time(8)),
}
COORDINATORS = {
    "fremdrift": ["karla"],
    "ledelse": ["karla"],
    "politi": ["karla"],
    "gade": ["gerda"],
    "by": ["anna"],
}
SLOTS = {
    "fremdrift": ({0}, time(8, 30)),
    "ledelse": ({3}, time(9)),
    "politi": ({1, 2, 4}, time(13)),
    "gade": ({5}, time(16, 30)),
    "anna": ({0}, time(8)),
}


@dataclass
class Year:
    """Plays `weeks` from a day on with a seed, on the bot and on the oracle side by side."""

    folder: Path
    seed: int
    weeks: int
    first: date = FIRST
    now: datetime = field(init=False)
    up: bool = True
    missed: list[Said] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.random = random.Random(self.seed)
        self.now = datetime.combine(self.first, time(6), CPH).astimezone(UTC)
        self.end = self.now + timedelta(weeks=self.weeks)
        self.bot = Programme(self.folder, self.now)
        self.oracle = Oracle(
            people={name: Person(days, hour) for name, (days, hour) in WORKDAYS.items()},
            coordinators=COORDINATORS,
            digests={to: Digest(frozenset(days), at, self.first) for to, (days, at) in SLOTS.items()},
            contacts={"KAB": "tove"},
            start=self.now,
            meetings=self._meetings(),
        )
        self.alarm = self.bot.tick(self.now)

    def _meetings(self) -> list[Gathering]:
        """What the config says of them, written out a second time."""
        last = self.end.astimezone(CPH).date() + timedelta(days=30)
        first = datetime(2026, 9, 3)  # noqa: DTZ001 - on the wall
        weekly = gatherings("fremdrift", first.replace(hour=10), last, weeks=1, after=True, police=2)
        second = gatherings("by", first.replace(hour=14, minute=30), last, weeks=2)
        return [meeting for meeting in (*weekly, *second) if meeting.start > self.now]

    # --- time

    def play(self) -> None:
        """Play to the end."""
        for at, what in self._timeline():
            self._pass(at)
            what()
        self._pass(self.end)
        if not self.up:
            self._back_up()
        self.bot.db.close()

    def _timeline(self) -> list[tuple[datetime, Callable[[], None]]]:
        found: list[tuple[datetime, Callable[[], None]]] = []
        for n in range(self.weeks * 7):
            day = self.first + timedelta(days=n)
            busy = 6 if day.weekday() < 5 and day not in CLOSED else 1
            for _ in range(self.random.randint(busy // 2, busy)):
                late = self.random.random() < 0.15
                clock = time(
                    self.random.randrange(24) if late else self.random.randint(7, 16),
                    self.random.randrange(60),
                    self.random.randrange(1, 60),
                )
                found.append((datetime.combine(day, clock, CPH).astimezone(UTC), self._somebody_speaks))
        at = self.now
        while at < self.end:
            at += timedelta(hours=self.random.uniform(1, 24 * 8))
            if self.random.random() < 0.4:
                found.append((at, self._restart))
                continue
            found.append((at, self._down))
            hours = self.random.choice((0.1, 0.5, 2, 5, 12, 26, 50, 80, 120))
            at += timedelta(hours=hours * self.random.uniform(0.8, 1))
            found.append((at, self._back_up))
        return sorted(
            ((at, what) for at, what in found if self.now < at < self.end), key=lambda pair: pair[0]
        )

    def _pass(self, until: datetime) -> None:
        """Let time go by: the bot wakes at its own alarms, the oracle looks at every moment of its own."""
        if self.up:
            while self.alarm is not None and self.alarm <= until:
                at = max(self.alarm, self.now)
                self.alarm = self.bot.tick(at)
                assert self.alarm is None or self.alarm > at, f"the bot's alarm rings for ever at {at}"
            for moment in self.oracle.moments(self.now, until):
                self.oracle.act(moment)
        self.now = until

    def _restart(self) -> None:
        if self.up:
            self.bot.restart()
            self._awake()

    def _down(self) -> None:
        self.up = False

    def _back_up(self) -> None:
        self.bot.restart()
        self.up = True
        self.bot.hear(self.missed, self.now)
        self.missed = []
        self._awake()

    def _awake(self) -> None:
        self.alarm = self.bot.tick(self.now)
        self.oracle.act(self.now)

    # --- people

    def _say(self, who: str, room: str, words: str) -> None:
        said = Said(self.now, who, room, words)
        if self.up:
            self.bot.hear([said], self.now)
            self._awake()
        else:
            self.missed.append(said)

    def _somebody_speaks(self) -> None:
        unfinished = [a for a in self.oracle.actions.values() if a.state == "open"]
        closed = [a for a in self.oracle.actions.values() if a.state != "open"][-40:]
        pool: list[tuple[float, Callable[[], None]]] = [
            (30 if len(unfinished) < 30 else 12, self._record),
            (2.0, self._leave),
            (2.5, self._return),
            (1.5, self._hour),
        ]
        if unfinished:
            action = self.random.choice(unfinished)
            for weight, step in (
                (24.0, self._finish),
                (3.0, self._decline),
                (3.0, self._cancel),
                (9.0, self._move),
                (6.0, self._give),
                (4.0, self._planb),
            ):
                pool.append((weight, lambda step=step: step(action)))  # type: ignore[misc]
        if closed:
            pool.append((2, lambda: self._move(self.random.choice(closed))))
            pool.append((1, lambda: self._give(self.random.choice(closed))))
        self.random.choices([step for _, step in pool], [weight for weight, _ in pool])[0]()

    def _due(self) -> tuple[Due, str]:
        local = self.now.astimezone(CPH)
        ahead = self.random.choice((0, 0, 1, 1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14, 20, 30, 60))
        day = local.date() + timedelta(days=ahead)
        if self.random.random() < 0.1:
            day = min(
                (d for d in CLOSED if d > local.date() and d.year < 2028), key=lambda d: (d - day).days ** 2
            )
            day = day if (day - local.date()).days < 250 else local.date()
        clock = None
        if self.random.random() < 0.35:
            clock = time(self.random.randint(6, 22), self.random.choice((0, 15, 30)))
            if datetime.combine(day, clock, CPH) <= local + timedelta(minutes=2):
                clock = None
        words = day.isoformat()
        if clock is None and self.random.random() < 0.5 and (day - local.date()).days in (0, 1):
            words = ("i dag", "i morgen")[(day - local.date()).days]
        return Due(day, clock), words + (f" kl. {clock:%H.%M}" if clock else "")

    def _owners(self, room: str) -> list[str]:
        people = list(ROOMS[room]) + (["KAB"] if room in ("fremdrift", "by") else [])
        return self.random.sample(people, self.random.choice((1, 1, 1, 1, 2, 2, 3)))

    @staticmethod
    def _named(owners: list[str]) -> str:
        return ", ".join(o if o == "KAB" else f"@{o}:example.dk" for o in owners)

    def _record(self) -> None:
        room = self.random.choice(list(ROOMS))
        who = self.random.choice(ROOMS[room])
        owners = self._owners(room)
        due, words = self._due()
        number = len(self.oracle.actions) + 1
        self.oracle.record(number, room, who, owners, due, self.now)
        task = self.random.choice(TASKS)
        self._say(who, room, f"!aftale {self._named(owners)} {task} inden {words}")

    def _somebody(self, action: Action) -> str:
        """An owner, mostly; else the writer or a coordinator."""
        owners = [p.person for p in action.parts.values()]
        if owners and self.random.random() < 0.6:
            return self.random.choice(owners)
        return self.random.choice([action.by, *COORDINATORS[action.room]])

    def _where(self, action: Action, who: str) -> str:
        owner = who in action.parts or who == self.oracle.contacts.get(next(iter(action.parts), ""))
        return "dm" if owner and who in action.parts and self.random.random() < 0.5 else action.room

    def _finish(self, action: Action) -> None:
        who = self._somebody(action)
        room = self._where(action, who)
        self.oracle.finish(action.number, who, self.now)
        self._say(who, room, f"!færdig {action.number} nået")

    def _decline(self, action: Action) -> None:
        who = self._somebody(action)
        room = self._where(action, who)
        self.oracle.decline(action.number, who, self.now)
        self._say(who, room, f"!afvis {action.number} vi har ikke hjemmel")

    def _cancel(self, action: Action) -> None:
        who = self._somebody(action)
        room = self._where(action, who)
        self.oracle.cancel(action.number, self.now)
        self._say(who, room, f"!annuller {action.number}")

    def _move(self, action: Action) -> None:
        who = self._somebody(action)
        room = self._where(action, who)
        due, words = self._due()
        self.oracle.move(action.number, due, who, self.now)
        self._say(who, room, f"!frist {action.number} {words}")

    def _give(self, action: Action) -> None:
        who = self._somebody(action)
        owners = self._owners(action.room)
        if self.random.random() < 0.4:
            kept = self.random.choice(list(action.parts))
            owners = [kept, *(o for o in owners if o != kept)]
        self.oracle.give(action.number, owners, who, self.now)
        self._say(who, action.room, f"!giv {action.number} {self._named(owners)}")

    def _planb(self, action: Action) -> None:
        self._say(action.by, action.room, f"!planb {action.number} spørge ungdomsskolen")

    def _leave(self) -> None:
        who = self.random.choice(list(WORKDAYS))
        today = self.now.astimezone(CPH).date()
        first = today + timedelta(days=self.random.choice((0, 0, 1, 2, 5, 9)))
        last = first + timedelta(days=self.random.choice((0, 1, 2, 4, 6, 9, 16)))
        self.oracle.leave(who, (first, last), self.now)
        self._say(who, "dm", f"!mig fri fra {first} til {last}")

    def _return(self) -> None:
        today = self.now.astimezone(CPH).date()
        away = [name for name, person in self.oracle.people.items() if person.on_leave(today)]
        if away:
            who = self.random.choice(away)
            self.oracle.leave(who, None, self.now)
            self._say(who, "dm", "!mig tilbage")

    def _hour(self) -> None:
        who = self.random.choice(
            [name for name in WORKDAYS if name not in ("omar", "karla", "gerda", "anna")]
        )
        hour = time(self.random.randint(6, 15), self.random.choice((0, 30)))
        self.oracle.hour(who, hour, self.now)
        self._say(who, "dm", f"!mig kl. {hour:%H.%M}")
