"""The prompt after the story: write as any participant in any room, with the rooms scrolling by above it."""

import unicodedata
from difflib import get_close_matches

import aiohttp
from prompt_toolkit import PromptSession
from prompt_toolkit.completion import NestedCompleter
from prompt_toolkit.patch_stdout import patch_stdout

from bot.demo.account import Event, MatrixError
from bot.demo.participant import NeverCameError, Participant, relation
from bot.demo.recovery import RecoveryKey
from bot.demo.screen import Screen
from bot.demo.stage import Stage

HELP = """\
Skriv, og det bliver sagt i rummet. Prøv: !hjælp eller !aftaler eller
!aftale mig ringe til skolen i morgen eller !møde start
/som lene       skriv som Lene (uden navn: hvem der er)
/rum fremdrift  skriv i det rum (uden navn: hvilke rum du er i)
/dm             skriv til botten alene
/svar TEKST     svar på bottens seneste besked i rummet
/svar 4 TEKST   svar på dens seneste om aftale 4
/✅ 4           reagér på dens seneste om aftale 4; også /⏰ /👀 /❌
/hjælp          dette
/slut           slut"""

_COMMANDS = {"som": "som", "rum": "rum", "dm": "dm", "svar": "svar", "hjælp": "hjælp", "slut": "slut"} | {
    "as": "som", "room": "rum", "reply": "svar", "help": "hjælp", "quit": "slut", "exit": "slut",
}  # fmt: skip


class SaidWrongError(Exception):
    """What was typed cannot be done; the message says what can."""


class Prompt:
    """Who is writing where. `handle` takes one line; `run` reads them from the terminal until /slut."""

    def __init__(self, stage: Stage, screen: Screen, *, person: str = "", room: str = "") -> None:
        self._stage = stage
        self._screen = screen
        self._room_key: str | None = room or stage.programme.rooms[0].key
        self._person_key = person or self._people_in(self._room_key)[0]
        self.ended = False

    @property
    def label(self) -> str:
        """What stands before the cursor: `lene@fremdrift> `."""
        return f"{self._person_key}@{self._room_key or 'dm'}> "

    async def run(self) -> None:
        """Read lines until /slut, end of input or Ctrl-C; what happens meanwhile appears above the prompt."""
        session: PromptSession[str] = PromptSession(complete_while_typing=False, reserve_space_for_menu=3)
        people = dict.fromkeys(self._stage.people)
        rooms = dict.fromkeys(self._stage.rooms)
        completer = NestedCompleter.from_nested_dict(
            {f"/{name}": None for name in ("dm", "svar", "hjælp", "slut", "✅", "⏰", "👀", "❌")}
            | {"/som": people, "/rum": rooms}
        )
        with patch_stdout(raw=True):
            while not self.ended:
                try:
                    line = await session.prompt_async(lambda: self.label, completer=completer)
                except (EOFError, KeyboardInterrupt):
                    return
                try:
                    await self.handle(line)
                except SaidWrongError as wrong:
                    self._screen.note(str(wrong), style="yellow")
                except (MatrixError, NeverCameError, aiohttp.ClientError, TimeoutError) as failed:
                    self._screen.note(f"Det lykkedes ikke: {failed}", style="red")

    async def handle(self, line: str) -> None:
        """Do what one line says: a command of the prompt's own (/…), or words said in the room.

        Raises SaidWrongError for what cannot be done, MatrixError for what the homeserver refuses.
        """
        line = line.strip()
        if not line:
            return
        if not line.startswith("/"):
            await self._person.say(await self._room(), line)
            return
        word, _, rest = line[1:].partition(" ")
        name = _COMMANDS.get(word.casefold())
        if name is not None:
            await self._command(name, rest.strip())
        elif word and not any(sign.isalnum() for sign in word):
            await self._react(word, rest.strip())
        else:
            near = get_close_matches(word.casefold(), _COMMANDS, 1)
            hint = f"Mente du /{near[0]}?" if near else "Skriv /hjælp."
            raise SaidWrongError(f"„/{word}“ findes ikke her. {hint}")

    async def _command(self, name: str, rest: str) -> None:
        if name == "som":
            self._become(rest)
        elif name == "rum":
            self._enter(rest)
        elif name == "dm":
            self._room_key = None
            await self._room()
        elif name == "svar":
            await self._reply(rest)
        elif name == "hjælp":
            self._screen.note(HELP, style="")
        else:
            self.ended = True

    @property
    def _person(self) -> Participant:
        return self._stage.people[self._person_key]

    def _people_in(self, room: str) -> list[str]:
        return next(list(spec.people) for spec in self._stage.programme.rooms if spec.key == room)

    def _rooms_of(self, person: str) -> list[str]:
        return [spec.key for spec in self._stage.programme.rooms if person in spec.people]

    def _become(self, wanted: str) -> None:
        if not wanted:
            lines = [f"{key:10} {person.displayname}" for key, person in self._stage.people.items()]
            self._screen.note("\n".join(lines), style="")
            return
        names = {key: (key, person.displayname) for key, person in self._stage.people.items()}
        self._person_key = _pick(wanted, names, "Her er")
        if self._room_key is not None and self._room_key not in self._rooms_of(self._person_key):
            self._room_key = self._rooms_of(self._person_key)[0]

    def _enter(self, wanted: str) -> None:
        own = self._rooms_of(self._person_key)
        if not wanted:
            self._screen.note("\n".join(own), style="")
            return
        rooms = {
            spec.key: (spec.key, spec.name or "") for spec in self._stage.programme.rooms if spec.key in own
        }
        self._room_key = _pick(wanted.removeprefix("#"), rooms, f"{self._person.displayname} er i")

    async def _room(self) -> str:
        """The room written in: the chosen one, or direct messages with the bot, opened if there are none yet."""
        if self._room_key is not None:
            return self._stage.rooms[self._room_key]
        known = self._stage.known_direct_room(self._person_key)
        return known or await self._stage.open_direct_room(self._person_key)

    async def _reply(self, rest: str) -> None:
        number, text = _leading_number(rest)
        if not text:
            raise SaidWrongError("Skriv /svar og dit svar, fx: /svar næste uge")
        room = await self._room()
        about = self._bot_message(room, number)
        await self._person.say(room, text, reply_to=about["event_id"])

    async def _react(self, key: str, rest: str) -> None:
        number, more = _leading_number(rest)
        if more:
            raise SaidWrongError(f"Skriv /{key} og aftalens nummer, fx: /{key} 4")
        room = await self._room()
        await self._person.react(room, self._bot_message(room, number)["event_id"], key)

    def _bot_message(self, room: str, number: int | None) -> Event:
        """The bot's newest message here, or its newest about an action: one about that action alone comes first."""
        sent = [
            event
            for event in reversed(self._person.bot_messages(room))
            if event["type"] == "m.room.message" and relation(event) != "m.replace" and self._stands(event)
        ]
        if number is not None:
            about = [event for event in sent if number in numbers(event)]
            sent = sorted(about, key=lambda event: len(numbers(event)) > 1)
        if not sent:
            what = f" om aftale {number}" if number is not None else ""
            raise SaidWrongError(f"Botten har ikke skrevet noget{what} her endnu.")
        return sent[0]

    def _stands(self, event: Event) -> bool:
        return bool(self._person.latest(event["event_id"])["content"])


def numbers(event: Event) -> list[int]:
    """The numbers of the actions that a message of the bot says it speaks of."""
    mark = event["content"].get("dk.hotspotbot", {})
    return [number for number in mark.get("numbers", []) if isinstance(number, int)]


def how_to_log_in(stage: Stage, key: RecoveryKey) -> str:
    """How to look at the same rooms with an ordinary Matrix client, with a key that opens everybody's identity."""
    person = next(iter(stage.people.values()))
    lines = [
        "Du kan også logge ind med en Matrix-klient på denne maskine (fx Element Desktop):",
        f"  server    {stage.synapse.url}",
        f"  bruger    {person.user_id}  (eller en af de andre: /som)",
        f"  kodeord   {person.password}  (det samme for alle)",
        f"  nøgle     {key.words}",
        "Rummene er krypterede. Vil klienten bekræfte, at det er dig, så vælg",
        "gendannelsesnøgle (recovery key) og giv den nøglen. Så kan den læse, hvad der er",
        "sagt, og botten svarer den. Springer du det over, siger botten, hvad der mangler.",
        "Nulstil ikke identiteten: så svarer botten ikke længere det, du skriver her.",
    ]
    return "\n".join(lines)


def _leading_number(text: str) -> tuple[int | None, str]:
    word, _, rest = text.partition(" ")
    digits = word.removeprefix("#")
    return (int(digits), rest.strip()) if digits.isascii() and digits.isdecimal() else (None, text)


def _pick(wanted: str, known: dict[str, tuple[str, str]], among: str) -> str:
    """The key whose key or name begins with what was typed. Raises SaidWrongError naming them all otherwise."""
    sought = _folded(wanted.removeprefix("@"))
    exact = [key for key in known if _folded(key) == sought]
    fits = exact or [key for key, names in known.items() if any(_folded(n).startswith(sought) for n in names)]
    if len(fits) != 1:
        raise SaidWrongError(f"„{wanted}“ passer ikke på præcis én. {among}: {', '.join(known)}.")
    return fits[0]


def _folded(name: str) -> str:
    plain = unicodedata.normalize(
        "NFKD", name.casefold().replace("ø", "oe").replace("æ", "ae").replace("å", "aa")
    )
    return "".join(sign for sign in plain if not unicodedata.combining(sign))
