"""The frame of the demo's story: steps at times on the rehearsal clock, and what is expected to come true.

Everything expected is looked for through the participants' own clients. What does not come ends its scene, is
shown there and again at the end, and makes the demo fail; the story goes on with the next scene.
"""

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.clock import Clock
from bot.demo.account import Event
from bot.demo.participant import PATIENCE, NeverCameError, Participant, UnexpectedError, relation
from bot.demo.process import BotProcess
from bot.demo.screen import Screen
from bot.demo.stage import Stage
from bot.demo.winding import wind

# A homeserver's times are whole milliseconds, and a rehearsal's minutes are shorter than that.
_SLACK = timedelta(minutes=15)
GIVE_UP = 5  # so many missing things, and the rest is not worth waiting for

Scene = Callable[["Play"], Awaitable[None]]


@dataclass(frozen=True)
class Step:
    """Something that happens at a moment (local time, naive) under a title in Danish."""

    at: datetime
    title: str
    scene: Scene


class Script:
    """The steps of a story in their order. Decorate each scene with `@script.at("2026-11-24T10:00", "title")`."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def at(self, moment: str, title: str) -> Callable[[Scene], Scene]:
        """Put a scene at a moment (ISO 8601, local time). Raises ValueError when it lies before the last one."""
        when = datetime.fromisoformat(moment)
        if self.steps and when < self.steps[-1].at:
            raise ValueError(f"{title!r} at {moment} lies before the step above it")

        def add(scene: Scene) -> Scene:
            self.steps.append(Step(when, title, scene))
            return scene

        return add


class SceneBrokenError(Exception):
    """Something expected did not come, so that the rest of its scene makes no sense."""


class Play:
    """One performance: the people, the bot's process, the clock they live by, and what did not come true.

    `patience` is how many real seconds an expectation may take.
    """

    def __init__(
        self, stage: Stage, bot: BotProcess, clock: Clock, screen: Screen, *, patience: float = PATIENCE
    ) -> None:
        self.stage = stage
        self.bot = bot
        self.clock = clock
        self.screen = screen
        self.patience = patience
        self.details = bot.log.with_name("missing.txt")
        self._since = datetime.min.replace(tzinfo=UTC)
        self.met: list[str] = []
        self.missing: list[str] = []

    async def perform(self, steps: Sequence[Step]) -> None:
        """Play the steps, each at its time or, when the one before took longer, as soon as possible."""
        for step in steps:
            at = step.at.replace(tzinfo=self.stage.timezone)
            await self.clock.sleep((at - self.clock.now()).total_seconds())
            self.screen.chapter(step.title)
            self._since = at - _SLACK
            try:
                await step.scene(self)
            except NeverCameError as failed:
                self.fail(step.title, str(failed))
            except SceneBrokenError:
                if len(self.missing) >= GIVE_UP:
                    self.screen.note("For meget mangler. Historien slutter her.")
                    return

    async def wind(self, at: datetime | str, rate: float) -> None:
        """Let the bot, stopped before or now, go on at another moment (as text: local time) and another pace."""
        if self.bot.running:
            await self.bot.stop()
        if isinstance(at, str):
            at = datetime.fromisoformat(at).replace(tzinfo=self.stage.timezone)
        self.set_clock(await wind(self.bot, at, rate))
        await self.bot.begin()

    def set_clock(self, clock: Clock) -> None:
        """Live by another clock from now on."""
        self.clock = clock
        self.screen.set_clock(clock)

    # -- what people do

    def person(self, key: str) -> Participant:
        """A participant by key."""
        return self.stage.people[key]

    def room(self, key: str) -> str:
        """A room's id by key."""
        return self.stage.rooms[key]

    async def say(self, key: str, room: str, text: str) -> str:
        """Let somebody say something in a room; returns the event's id."""
        return await self.person(key).say(self.room(room), text)

    async def meet(self, room: str, *lines: tuple[str, str, Sequence[str]]) -> None:
        """Let people type commands one after the other, as in a meeting, without waiting for the bot between.

        Each line is who, what, and the parts that the bot's confirmation is expected to hold.
        """
        said = [await self.say(key, room, text) for key, text, _ in lines]
        for event, (key, text, parts) in zip(said, lines, strict=True):
            await self.answer(key, self.room(room), event, text, *parts, kind="action.recorded")

    async def command(
        self, key: str, room: str, text: str, *parts: str, kind: str = "action.recorded"
    ) -> Event:
        """Let somebody type a command and expect the bot's answer of that kind, holding all `parts`."""
        said = await self.say(key, room, text)
        return await self.answer(key, self.room(room), said, text, *parts, kind=kind)

    async def tell_bot(
        self, key: str, text: str, *parts: str, kind: str, reply_to: str | None = None
    ) -> Event:
        """Let somebody write in their direct messages and expect the bot's answer there."""
        person, room = self.person(key), self.stage.known_direct_room(key)
        if room is None:
            self.fail(f"direkte beskeder mellem {person.displayname} og botten")
            raise SceneBrokenError(key)
        said = await person.say(room, text, reply_to=reply_to)
        return await self.answer(key, room, said, text, *parts, kind=kind)

    async def in_thread(self, key: str, root: Event, text: str, *parts: str, kind: str) -> Event:
        """Let somebody answer in the thread of a message of the bot, or under it, and expect its answer there."""
        relates = root["content"].get("m.relates_to", {})
        thread = relates["event_id"] if relates.get("rel_type") == "m.thread" else root["event_id"]
        said = await self.person(key).say(root["room_id"], text, thread=thread)
        return await self.answer(key, root["room_id"], said, text, *parts, kind=kind)

    async def answer(self, key: str, room: str, said: str, text: str, *parts: str, kind: str) -> Event:
        """Expect exactly the bot's answer of that kind to one event."""

        def fits(event: Event) -> bool:
            return answers(event, said) and is_kind(event, kind) and holds(event, parts)

        what = f"svar på „{text}“" + "".join(f" med „{part}“" for part in parts)
        return await self.expect(what, self.person(key).wait_for(fits, room, timeout=self.patience))

    # -- what people expect

    async def reminder(
        self, key: str, *parts: str, kind: str = "reminder", after: str | None = None
    ) -> Event:
        """Expect a message of that kind, holding all `parts`, in somebody's direct messages, in this scene."""
        person, own = self.person(key), set(self.stage.rooms.values())

        def fits(event: Event) -> bool:
            return event["room_id"] not in own and self._new_from_bot(event, kind, parts)

        what = f"besked til {person.displayname}" + "".join(f" med „{part}“" for part in parts)
        return await self.expect(what, person.wait_for(fits, after=after, timeout=self.patience))

    async def message(self, key: str, room: str, kind: str, *parts: str) -> Event:
        """Expect a message of the bot of that kind, holding all `parts`, in a room as somebody sees it."""
        what = f"i #{room}: {kind}" + "".join(f" med „{part}“" for part in parts)
        coming = self.person(key).wait_for(
            lambda event: self._new_from_bot(event, kind, parts), self.room(room), timeout=self.patience
        )
        return await self.expect(what, coming)

    async def reaction(self, key: str, room: str, event: str, sign: str) -> None:
        """Expect the bot's reaction with that sign to an event of a room, once."""
        person, where = self.person(key), self.room(room)
        wanted = [(self.stage.bot, sign)]
        coming = person.wait_for(
            lambda _: [one for one in person.reactions(where, event) if one[0] == self.stage.bot] == wanted,
            where,
            timeout=self.patience,
        )
        await self.expect(f"{sign} på en besked i #{room}", coming)

    async def pinned(self, key: str, room: str, event: str) -> None:
        """Expect the bot to pin that message in a room, last, beside the room's purpose and nothing else."""
        coming = self.person(key).wait_for(
            lambda heard: (
                heard["type"] == "m.room.pinned_events"
                and [event] == heard["content"].get("pinned", [])[-1:]
                and len(heard["content"]["pinned"]) <= 2
            ),
            self.room(room),
            timeout=self.patience,
        )
        await self.expect(f"dagsordenen er fastgjort i #{room}", coming)

    async def expect(self, what: str, coming: Awaitable[Event]) -> Event:
        """Wait for something and note whether it came. Raises SceneBrokenError when it did not."""
        try:
            event = await coming
        except (NeverCameError, UnexpectedError) as failed:
            self.fail(what, str(failed))
            raise SceneBrokenError(what) from failed
        self.met.append(what)
        return event

    def check(self, what: str, holds_true: bool, instead: str = "") -> None:
        """Note something expected that can be seen at once."""
        if holds_true:
            self.met.append(what)
        else:
            self.fail(what, instead)

    def fail(self, what: str, instead: str = "") -> None:
        """Note what did not come true, and show it; what was heard instead goes to a file beside the logs."""
        self.missing.append(what)
        with self.details.open("a", encoding="utf-8") as file:
            file.write(f"{what}\n{instead}\n\n")
        self.screen.note(f"MANGLER: {what}", style="bold red")

    async def check_promises(self, secrets: Iterable[str]) -> None:
        """Expect, over everything heard: nothing twice, no answer missing its mark, no leak to the citizens.

        `secrets` are words said in other forums that the citizens' room may never see.
        """
        for key, room in self.stage.rooms.items():
            await self.person(self._first(key)).caught_up(room)
        ids = Counter(message_id(event) for event in self._everything() if relation(event) != "m.replace")
        twice = [name for name, times in ids.items() if name and times > 1]
        self.check("intet er sendt to gange", not twice)
        unmarked = [e for e in self._everything() if e["sender"] == self.stage.bot and not message_id(e)]
        self.check("alt fra botten bærer sit mærke", not unmarked)
        if self.stage.programme.encrypted:
            unreadable = self._unreadable()
            self.check("alle kan læse, hvad der bliver sagt", not unreadable, "\n".join(unreadable))
        for key, spec in ((spec.key, spec) for spec in self.stage.programme.rooms):
            if spec.forum == "hotspotraad":
                heard = " ".join(
                    str(event["content"].get("body", ""))
                    for event in self.person(spec.people[-1]).timeline(self.room(key))
                )
                self.check("rådet hører intet fra de andre rum", not any(word in heard for word in secrets))

    def _unreadable(self) -> list[str]:
        """What somebody heard in a room without being able to read it: who, where, whose, which.

        Who is not configured is not to read anything.
        """
        known = [self.person(spec.key) for spec in self.stage.programme.people if spec.configured]
        return [
            f"{person.user_id} {room} {event['sender']} {event['event_id']}"
            for person in known
            for room in person.rooms
            for event in person.timeline(room)
            if event["type"] == "m.room.encrypted" and event["content"]
        ]

    def _new_from_bot(self, event: Event, kind: str, parts: Iterable[str]) -> bool:
        """Whether this is the bot's, of that kind, with these parts, and not from before this scene's time."""
        when = self.clock.at_event(event["origin_server_ts"])
        from_bot = event["sender"] == self.stage.bot and is_kind(event, kind) and holds(event, parts)
        return from_bot and when >= self._since

    def _first(self, room: str) -> str:
        return next(spec.people[0] for spec in self.stage.programme.rooms if spec.key == room)

    def _everything(self) -> Iterable[Event]:
        """Every message that anybody heard, each once."""
        seen: set[str] = set()
        for person in self.stage.people.values():
            for room in person.rooms:
                for event in person.timeline(room):
                    if event["type"] == "m.room.message" and event["event_id"] not in seen:
                        seen.add(event["event_id"])
                        yield event


def is_kind(event: Event, kind: str) -> bool:
    """Whether an event is a message of the bot of that kind (or of a kind below it: "reminder" and "reminder.now")."""
    mark = event["content"].get("dk.hotspotbot")
    own = str(mark.get("kind", "")) if isinstance(mark, dict) else ""
    return own == kind or own.startswith(f"{kind}.")


def message_id(event: Event) -> str:
    """The id that the bot gave the message it owed."""
    mark = event["content"].get("dk.hotspotbot")
    return str(mark.get("id", "")) if isinstance(mark, dict) else ""


def holds(event: Event, parts: Iterable[str]) -> bool:
    """Whether the plain text holds all of these, in any order; case does not matter."""
    body = str(event["content"].get("body", "")).casefold()
    return all(part.casefold() in body for part in parts)


def answers(event: Event, said: str) -> bool:
    """Whether an event replies to another."""
    return answered(event) == said


def answered(event: Event) -> str:
    """The id of the event that an event replies to; empty for none."""
    relates = event["content"].get("m.relates_to")
    return str(relates.get("m.in_reply_to", {}).get("event_id", "")) if isinstance(relates, dict) else ""
