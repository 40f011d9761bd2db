"""Make the pictures of README.md and docs/guide.md from the real product.

    .venv/bin/python -m docs.pictures.make

People write; the real inbox and duties answer; the HTML of the answers and the PNG of the chart are laid out as a
plain chat and photographed. Needs Chromium and, to look the same everywhere, the fonts Inter and Noto Color Emoji
(Debian: chromium, fonts-inter, fonts-noto-color-emoji). Not a part of `make test`.

The layout is our own and belongs to no client. Every name is invented.
"""

from __future__ import annotations

import base64
import html
import io
import json
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from babel.dates import format_date
from PIL import Image, ImageChops
from sqlmodel import Session

from bot.documents.chart import AgencyCount, WeekCount, chart
from bot.documents.digest import Figures
from bot.storage import queries
from tests.dialogs.chat import CONFIG, CPH, Chat, pill

HERE = Path(__file__).parent
NAMES = {
    "karla": "Karla Bech",
    "lene": "Lene Holm",
    "ali": "Ali Demir",
    "bo": "Bo Lund",
    "jonas": "Jonas Friis",
}
PROGRAMME = (
    CONFIG.replace("@lene2:", "@jonas:")
    .replace("Lene Skov", NAMES["jonas"])
    .replace('forum = "fremdriftsgruppe"', 'forum = "fremdriftsgruppe"\nname = "Fremdriftsgruppen"')
)
ROOM = "!fremdrift:example.dk"
TALLEST = 4000  # pixels of paper; what stays empty is cut off


@dataclass
class Said:
    """One message as a client shows it."""

    who: str
    at: datetime
    markup: str
    event_id: str
    reply_to: str = ""
    edited: bool = False
    reactions: list[tuple[str, str]] = field(default_factory=list)


class Conversation:
    """The fremdriftsgruppe, or somebody's direct messages, as they are seen while a story is told there."""

    def __init__(self, folder: Path, begins: str, alone_with: str = "") -> None:
        self.chat = Chat(folder, PROGRAMME)
        self.chat.now = datetime.fromisoformat(begins).replace(tzinfo=CPH)
        self.chat.state(ROOM, "m.room.member", "@jonas:example.dk", {"membership": "join"})
        self.said: list[Said] = []
        self._target = self.chat.target("dm" if alone_with else "fremdrift", alone_with)
        self._room = "dm" if alone_with else "fremdrift"
        self._by_id: dict[str, Said] = {}
        self._seq = 0

    def say(self, at: str, who: str, words: str, *, reply_to: str = "", mention: str = "") -> str:
        """Somebody writes at a local moment, and the bot answers. Returns the message's event id."""
        self.wait(at)
        extra = pill(mention, NAMES[mention], words) if mention else {}
        event_id = self.chat.send(who, words, self._room, reply_to=reply_to or None, **extra)
        markup = extra.get("formatted_body") or html.escape(words)
        self.said.append(Said(who, self.chat.now, f"<p>{markup}</p>", event_id, reply_to))
        self._hear()
        return event_id

    def edit(self, who: str, event_id: str, words: str) -> None:
        """Somebody edits a message of theirs."""
        self.chat.edit(who, event_id, words, self._room)
        said = self.find(event_id)
        said.markup, said.edited = f"<p>{html.escape(words)}</p>", True
        self._hear()

    def react(self, at: str, who: str, key: str, event_id: str) -> None:
        """Somebody reacts to a message."""
        self.wait(at)
        self.find(event_id).reactions.append((key, who))
        self.chat.react(who, event_id, key, self._room)
        self._hear()

    def live(self, history: Iterable[tuple[str, str, str]]) -> None:
        """Let people have written in the fremdriftsgruppe: at a local moment, who, what."""
        for at, who, words in history:
            self.wait(at)
            self.chat.send(who, words)
            self._hear()

    def wait(self, until: str) -> None:
        """Let time pass, and hear what it brings."""
        self.chat.at(until)
        self._hear()

    def find(self, event_id: str) -> Said:
        """A message by its event id."""
        return next(said for said in self.said if said.event_id == event_id)

    def newest(self) -> str:
        """The event id of the bot's newest message."""
        return next(said.event_id for said in reversed(self.said) if said.who == "bot")

    def since(self, moment: str) -> list[Said]:
        """The messages from a local moment on."""
        return [said for said in self.said if said.at >= datetime.fromisoformat(moment).replace(tzinfo=CPH)]

    def _hear(self) -> None:
        """Take in what the bot has said here since the last time."""
        for row in self.chat.messages(self._seq, self._target):
            if row["what"] == "edit":
                original = self._by_id[row["about"]]
                original.markup, original.edited = row["html"], True
            elif row["what"] in ("message", "picture"):
                markup = self._picture(row["id"]) if row["what"] == "picture" else row["html"]
                answered = re.match(r"reply:(\$\d+:[^:]+)", row["reason"])
                said = Said("bot", self.chat.now, markup, row["event_id"], answered[1] if answered else "")
                self._by_id[row["id"]] = said
                self.said.append(said)
            elif row["what"] == "reaction":
                sign = json.loads(self._template(row["id"]))
                for said in self.said:
                    if said.event_id == sign["event_id"]:
                        said.reactions.append((sign["key"], "bot"))
        self._seq = self.chat.last_seq()

    def _picture(self, outbox_id: str) -> str:
        """The chart, drawn from the same figures and by the same function as the outbox does."""
        figures = Figures.from_json(self._template(outbox_id))
        drawn = chart(
            [AgencyCount(*agency) for agency in figures.agencies],
            [WeekCount(*week) for week in figures.weeks],
            "da",
        )
        return f'<img alt="" src="data:image/png;base64,{base64.b64encode(drawn.png).decode()}">'

    def _template(self, outbox_id: str) -> str:
        """What stands in a row of the outbox, before it is rendered."""

        def template(session: Session) -> str:
            row = queries.outbox(session, outbox_id)
            return row.template or "" if row else ""

        return self.chat.ask(template)


# --- the stories


def meeting(folder: Path) -> str:
    """A meeting of the fremdriftsgruppe from its first minute to its last, and one word on the day after."""
    room = Conversation(folder, "2026-11-20T09:00")
    room.live(
        (
            ("2026-11-20T13:00", "karla", "!dagsorden HS-26-014 friplads 20 min"),
            ("2026-11-20T13:01", "karla", "!dagsorden fritidsjob i december 20 min"),
        )
    )
    room.wait("2026-11-24T09:59")
    room.wait("2026-11-24T10:00")
    room.react("2026-11-24T10:01", "karla", "✅", room.newest())
    club = "!aftale Lene Holm søge friplads i klubben inden fredag"
    room.say("2026-11-24T10:06", "karla", club, mention="lene")
    school = room.say("2026-11-24T10:09", "bo", "!aftale mig ringe til skolen på fredag")
    call = room.newest()
    room.edit("bo", school, "!aftale mig ringe til skolen på torsdag")
    room.say("2026-11-24T10:14", "karla", "!beslutning familien tilbydes en kontaktperson")
    room.say("2026-11-24T10:15", "karla", "!aftale skrive til familien inden 2. december")
    room.say("2026-11-24T10:16", "ali", "mig", reply_to=room.newest())
    room.say("2026-11-24T10:20", "karla", "!næste")
    room.say("2026-11-24T10:21", "jonas", "!afatle mig finde et fritidsjob senest 4/12")
    room.say("2026-11-24T10:22", "jonas", "!aftale mig finde et fritidsjob senest 4/12")
    room.say("2026-11-24T10:38", "karla", "!møde slut")
    room.react("2026-11-25T14:30", "bo", "✅", call)
    return _page("meeting", [_screen("Fremdriftsgruppen", room.since("2026-11-24T10:00"))])


def phones(folder: Path) -> str:
    """Two telephones: Monday's digest with its chart, and the next morning of somebody who owns a promise."""
    room = Conversation(folder / "room", "2026-10-06T09:00")
    room.live(_HISTORY)
    room.wait("2026-11-30T08:29")
    room.wait("2026-11-30T08:30")
    lene = Conversation(folder / "lene", "2026-10-06T09:00", alone_with="lene")
    lene.live(_HISTORY)
    lene.wait("2026-11-30T12:00")
    lene.wait("2026-12-01T08:00")
    lene.say("2026-12-01T08:12", "lene", "11 er i gang, mangler svar fra klubben")
    lene.say("2026-12-01T13:40", "lene", "11 færdig, han begynder på mandag")
    lene.wait("2026-12-02T08:00")
    lene.say("2026-12-02T08:05", "lene", "næste uge")
    screens = [("Fremdriftsgruppen", room, "2026-11-30T08:30"), ("hotspotbot", lene, "2026-12-01T08:00")]
    return _page("phones", [_screen(title, told.since(moment)) for title, told, moment in screens])


# Eight weeks of a room, as they stand in the chart of the last Monday.
_HISTORY = (
    ("2026-10-06T10:10", "karla", "!aftale Ali indkalde forældrene til møde inden fredag"),
    ("2026-10-06T10:12", "karla", "!aftale Lene få referat fra skolen om 14 dage"),
    ("2026-10-08T09:00", "ali", "!færdig 1"),
    ("2026-10-13T10:10", "karla", "!aftale Jonas finde en virksomhed til praktik senest 30/10"),
    ("2026-10-13T10:14", "karla", "!aftale @bo gå forbi klubben fredag aften"),
    ("2026-10-20T11:00", "lene", "!færdig 2"),
    ("2026-10-20T11:05", "karla", "!aftale Ali afklare bolig senest 6/11"),
    ("2026-10-21T09:00", "bo", "!færdig 4"),
    ("2026-10-27T10:20", "karla", "!aftale Lene tale med lektiecaféen om en plads senest 13/11"),
    ("2026-10-27T10:24", "karla", "!aftale Ali ansøge om kontaktperson senest 20/11"),
    ("2026-11-03T10:20", "karla", "!aftale BIF samtale om uddannelse senest 27/11"),
    ("2026-11-05T12:00", "ali", "!færdig 5"),
    ("2026-11-10T10:12", "karla", "!aftale Lene afklare skoleplads senest 4/12"),
    ("2026-11-12T10:12", "lene", "!færdig 6"),
    ("2026-11-17T10:06", "karla", "!aftale Bo: dialogmøde med klubben senest 24/11"),
    ("2026-11-23T15:00", "jonas", "!afbud"),
    ("2026-11-24T10:01", "karla", "!møde start"),
    ("2026-11-24T10:02", "lene", "godmorgen"),
    ("2026-11-24T10:03", "bo", "godmorgen"),
    ("2026-11-24T10:06", "karla", "!aftale @lene HS-26-014 søge friplads i klubben inden fredag"),
    ("2026-11-24T10:15", "karla", "!aftale Ali HS-26-014 afklare støtte til familien inden 2. december"),
    ("2026-11-24T10:20", "karla", "!beslutning familien tilbydes en kontaktperson"),
    ("2026-11-24T10:40", "karla", "!møde slut"),
    ("2026-11-24T15:00", "bo", "!færdig 10"),
    ("2026-11-25T09:00", "jonas", "!færdig 8"),
    ("2026-11-26T09:00", "jonas", "!frist 3 11/12"),
)


# --- the layout


def _screen(title: str, said: list[Said]) -> str:
    """One window or telephone."""
    body = "".join(_days(said))
    return f'<section class="screen"><header>{html.escape(title)}</header>{body}</section>'


def _days(said: Iterable[Said]) -> Iterator[str]:
    """The messages, with a line above each new day."""
    known: dict[str, Said] = {}
    day, before = None, ""
    for message in said:
        if message.at.date() != day:
            day, before = message.at.date(), ""
            yield f'<div class="day">{format_date(day, "EEEE d. MMMM", "da")}</div>'
        known[message.event_id] = message
        yield _message(message, known.get(message.reply_to), follows=before == message.who)
        before = message.who


def _message(message: Said, answered: Said | None, *, follows: bool) -> str:
    """A message: who, when, what it answers, what it says, who reacted. `follows`: the same person goes on."""
    name = NAMES.get(message.who, "hotspotbot")
    letters = "".join(part[0] for part in name.split()).upper()[:2] if message.who != "bot" else "hb"
    kind = "bot" if message.who == "bot" else "person"
    head = "" if follows else f"<b>{name}</b><time>{message.at:%H.%M}</time>"
    quote = ""
    if answered is not None:
        words = html.escape(html.unescape(re.sub(r"<[^>]+>", "", answered.markup)))
        quote = f'<div class="quote">{NAMES.get(answered.who, "hotspotbot")}: {words}</div>'
    edited = ' <small class="edited">(redigeret)</small>' if message.edited else ""
    marks = "".join(f"<span>{key} {NAMES.get(who, 'hotspotbot')}</span>" for key, who in message.reactions)
    return (
        f'<article class="{kind}{" follows" if follows else ""}"><i class="{message.who}">{letters}</i>'
        f"<div><h6>{head}</h6>{quote}<div class=said>{message.markup}</div>{edited}"
        f"{f'<div class=reactions>{marks}</div>' if marks else ''}</div></article>"
    )


def _page(name: str, screens: list[str]) -> str:
    style = (HERE / "style.css").read_text("utf-8")
    return (
        f'<!doctype html><meta charset="utf-8"><style>{style}</style><body class="{name}">{"".join(screens)}'
    )


def photograph(page: str, target: Path, width: int, colours: int = 256) -> None:
    """Let Chromium show a page and keep what it shows, at two pixels a point, cut to what is there."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if chromium is None:
        sys.exit("Chromium is missing (Debian: apt-get install chromium)")
    with tempfile.TemporaryDirectory() as folder:
        source, shot = Path(folder, "page.html"), Path(folder, "shot.png")
        source.write_text(page, "utf-8")
        subprocess.run(  # noqa: S603 - a program from the PATH, our own page
            [
                chromium, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
                "--force-device-scale-factor=2", f"--window-size={width},{TALLEST}",
                f"--user-data-dir={folder}/profile", f"--screenshot={shot}", source.as_uri(),
            ],
            check=True, capture_output=True, timeout=120,
        )  # fmt: skip
        image = Image.open(io.BytesIO(shot.read_bytes())).convert("RGB")
    paper = Image.new("RGB", image.size, image.getpixel((0, 0)))
    box = ImageChops.difference(image, paper).getbbox()
    if box is None:
        sys.exit(f"{target.name} would be empty")
    margin = 24
    cut = image.crop((0, 0, image.width, min(image.height, box[3] + margin)))
    cut.quantize(colours, dither=Image.Dither.NONE).save(target, optimize=True)
    sys.stdout.write(f"{target.name}: {cut.width} x {cut.height}, {target.stat().st_size // 1024} KB\n")


def main() -> None:
    """Write all pictures beside this file."""
    for name, story, width in (("meeting", meeting, 800), ("phones", phones, 860)):
        with tempfile.TemporaryDirectory() as folder:
            for part in ("room", "lene"):
                Path(folder, part).mkdir()
            photograph(story(Path(folder)), HERE / f"{name}.png", width)


if __name__ == "__main__":
    main()
