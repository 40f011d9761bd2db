"""The rooms of the demo as they happen: when on the programme's clock, where, who, what.

Lines fit 80 columns and stand without colour. What people wrote is printed as text only: nothing in it can
steer the terminal.
"""

import unicodedata
from datetime import date
from functools import partial

from babel.dates import format_date
from rich.console import Console
from rich.rule import Rule
from rich.text import Text

from bot.clock import Clock
from bot.demo.account import Event
from bot.demo.participant import Participant, relation
from bot.demo.stage import Stage

_MOST_LINES = 40
_QUOTE = 40
_INDENT = 6
# Marks that turn the direction of the rest of the line (Unicode, Bidirectional Algorithm, 2.1–2.5).
_DIRECTIONS = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F])


class Screen:
    """Prints what the people of a stage hear, each event once, however many of them hear it."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._seen: set[str] = set()
        self._edits: dict[str, str] = {}  # what an edited message said last
        self._day: date | None = None
        self._bot = ""
        self._names: dict[str, str] = {}
        self._rooms: dict[str, str] = {}

    def watch(self, stage: Stage, clock: Clock) -> None:
        """Show everything heard from now on; what was heard before (the rooms being made) is left out."""
        self._bot = stage.bot
        self._clock, self._timezone = clock, stage.timezone
        self._names = {person.user_id: person.displayname for person in stage.people.values()}
        self._names[stage.bot] = "hotspotbot"
        self._rooms = {room: f"#{key}" for key, room in stage.rooms.items()}
        for person in stage.people.values():
            for room in person.rooms:
                self._seen.update(event["event_id"] for event in person.timeline(room))
            person.watchers.append(partial(self._hear, person))

    def set_clock(self, clock: Clock) -> None:
        """Show the time of what comes from now on by another clock."""
        self._clock = clock

    def chapter(self, title: str) -> None:
        """A line above what happens next."""
        self._console.print(Text(f"\n▸ {title}", style="bold"))

    def note(self, text: str, *, style: str = "dim") -> None:
        """A remark of the demo itself."""
        width = max(self._console.width - _INDENT, 20)
        for line in Text(text, style=style).wrap(self._console, width):
            line.rstrip()
            self._console.print(Text(" " * _INDENT) + line, soft_wrap=True)

    def _hear(self, person: Participant, room: str, event: Event) -> None:
        if event["event_id"] in self._seen:
            return
        self._seen.add(event["event_id"])
        said = self._what(person, event)
        if said is None:
            return
        when = self._clock.at_event(event["origin_server_ts"]).astimezone(self._timezone)
        if when.date() != self._day:
            self._day = when.date()
            self._console.print()
            self._console.print(
                Rule(Text(format_date(self._day, "EEEE d. MMMM y", "da")), style="dim", align="left")
            )
        line = Text.assemble((f"{when:%H:%M} ", "dim"))
        line.append(f"{self._rooms.get(room) or f'@{person.localpart}'} ", style="cyan")
        line.append(self._name(event["sender"]), style="bold magenta" if self._is_bot(event) else "bold")
        line.append_text(said)
        self._hanging(line)

    def _what(self, person: Participant, event: Event) -> Text | None:
        content = event["content"]
        if event["type"] == "m.room.message":
            if relation(event) == "m.replace":
                return self._edited(person, event)
            body = readable(str(content.get("body", "")))
            if content.get("msgtype") == "m.image":
                # Its body is the whole alternative text; the numbers stand in the message above it.
                title = body.partition("\n")[0].rstrip(":")
                return Text(f": [billede: {_short(title, 2 * _QUOTE)}]")
            if content.get("msgtype") == "m.file":
                name = readable(str(content.get("filename") or body))
                return Text(f": [fil: {_short(name, 2 * _QUOTE)}]", style="green")
            return Text(f": {body}")
        if event["type"] == "m.room.encrypted" and content:
            return Text(": (kan ikke læses)", style="italic")
        if event["type"] == "m.reaction":
            relates = content.get("m.relates_to", {})
            about = self._quote(person, relates.get("event_id", ""))
            return Text(f" reagerer {readable(str(relates.get('key', '')))} på {about}", style="italic")
        if event["type"] == "m.room.pinned_events":
            newest = next(iter(reversed(content.get("pinned") or [])), "")
            return Text(f" fastgør {self._quote(person, str(newest))}", style="italic") if newest else None
        if event["type"] == "m.room.redaction":
            target = content.get("redacts") or event.get("redacts", "")
            return Text(f" {self._taken_back(person, target)}", style="italic")
        if event["type"] == "m.room.member" and self._is_bot(event) and content.get("membership") == "join":
            return Text(" er kommet ind i rummet", style="italic")
        return None

    def _edited(self, person: Participant, event: Event) -> Text:
        new = event["content"].get("m.new_content")
        body = readable(str(new.get("body", "")) if isinstance(new, dict) else "")
        of = event["content"]["m.relates_to"].get("event_id", "")
        lines, before = body.splitlines(), (self._edits.get(of) or self._body(person, of)).splitlines()
        self._edits[of] = body
        changed = next((line for line in lines if line.strip() and line not in before), "") or "(samme ord)"
        return Text(f" retter til: {_short(changed, 2 * _QUOTE)}", style="italic")

    def _taken_back(self, person: Participant, target: str) -> str:
        try:
            event = person.heard(target)
        except KeyError:
            return "sletter noget"
        if event["type"] == "m.reaction":
            return f"tager sin reaktion {readable(event['content']['m.relates_to']['key'])} tilbage"
        return f"sletter {self._quote(person, target)}"

    def _quote(self, person: Participant, event_id: str) -> str:
        first = next((line for line in self._body(person, event_id).splitlines() if line.strip()), "")
        return f"„{_short(first, _QUOTE)}“" if first else "en besked"

    @staticmethod
    def _body(person: Participant, event_id: str) -> str:
        try:
            return readable(str(person.heard(event_id)["content"].get("body", "")))
        except KeyError:
            return ""

    def _name(self, user_id: str) -> str:
        return readable(self._names.get(user_id, user_id))

    def _is_bot(self, event: Event) -> bool:
        return bool(event["sender"] == self._bot)

    def _hanging(self, line: Text) -> None:
        """Print with the second and further lines indented, so that the clock stands alone at the edge."""
        width = max(self._console.width - _INDENT, 20)
        first, *rest = line.split("\n", allow_blank=True) if "\n" in line.plain else [line]
        head, *tail = first.wrap(self._console, width + _INDENT)
        for part in tail:
            part.rstrip()  # wrapping leaves the space it broke at
        overflow = Text(" ").join(tail)
        lines = [head, *(overflow.wrap(self._console, width) if tail else [])]
        for paragraph in rest:
            lines += paragraph.wrap(self._console, width) if paragraph.plain.strip() else []
        for number, part in enumerate(lines[:_MOST_LINES]):
            part.rstrip()
            self._console.print(part if number == 0 else Text(" " * _INDENT) + part, soft_wrap=True)
        if len(lines) > _MOST_LINES:
            self.note(f"(og {len(lines) - _MOST_LINES} linjer til)")


def readable(text: str) -> str:
    """Text without what could steer a terminal: control characters (line breaks stay) and direction marks."""
    kept = (
        sign for sign in text.translate(_DIRECTIONS) if sign == "\n" or unicodedata.category(sign) != "Cc"
    )
    return "".join(kept).strip()


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"
