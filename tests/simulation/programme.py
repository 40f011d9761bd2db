"""A programme on the real inbox, tables and duties, without a network: words go in, what is owed comes out."""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from sqlmodel import Session, col, select

from bot.access import Access
from bot.duties import tick
from bot.inbox import Inbox
from bot.matrix.batch import Arrival, Batch, Joined
from bot.settings import load
from bot.storage import migrations, queries
from bot.storage.database import Database
from bot.storage.exports import export_actions
from bot.storage.models import Action as ActionRow
from bot.storage.models import Forum, Member, Outbox, OutboxAction, Room
from bot.storage.sealing import Vault
from tests.simulation.oracle import CPH, Sent

BOT = "@hotspotbot:example.dk"
WATCHED = ("reminder", "reminder.now", "overdue.raised", "digest", "meeting.agenda", "meeting.ask_start")
# What is said of a meeting is about no action in particular; an agenda says who comes.
MEETING = ("meeting.agenda", "meeting.ask_start")

CONFIG = """
[matrix]
homeserver = "http://127.0.0.1:8008"
user_id = "@hotspotbot:example.dk"
[privacy]
require_encryption = false
[agencies.BUF]
name = "Børne- og Ungdomsforvaltningen"
[agencies.SOF]
name = "Socialforvaltningen"
[agencies.politi]
name = "Politiet"
[[people]]
user_id = "@anna:example.dk"
name = "Anna Vind"
roles = ["lead"]
[[people]]
user_id = "@karla:example.dk"
name = "Karla Bech"
agency = "SOF"
roles = ["coordinator"]
[[people]]
user_id = "@gerda:example.dk"
name = "Gerda Friis"
agency = "BUF"
roles = ["coordinator"]
workdays = ["tue", "wed", "thu", "fri", "sat"]
at = "14:00"
[[people]]
user_id = "@lene:example.dk"
name = "Lene Holm"
agency = "BUF"
[[people]]
user_id = "@ali:example.dk"
name = "Ali Demir"
agency = "SOF"
at = "07:30"
[[people]]
user_id = "@mette:example.dk"
name = "Mette Krogh"
agency = "SOF"
workdays = ["mon", "tue", "wed", "thu"]
[[people]]
user_id = "@bo:example.dk"
name = "Bo Lund"
agency = "politi"
[[people]]
user_id = "@ida:example.dk"
name = "Ida Storm"
agency = "politi"
at = "09:15"
[[people]]
user_id = "@jonas:example.dk"
name = "Jonas Friis"
workdays = ["tue", "wed", "thu", "fri", "sat"]
at = "15:00"
[[people]]
user_id = "@sara:example.dk"
name = "Sara Dahl"
workdays = ["wed", "thu", "fri", "sat", "sun"]
at = "15:00"
[[people]]
user_id = "@omar:example.dk"
name = "Omar Nasser"
workdays = ["sun", "mon", "tue", "wed", "thu"]
at = "02:30"
[[people]]
user_id = "@tove:example.dk"
name = "Tove Lind"
agency = "BUF"
[[partners]]
key = "KAB"
name = "Boligforeningen"
contact = "@tove:example.dk"
[[rooms]]
room = "#fremdrift:example.dk"
forum = "fremdriftsgruppe"
digest = "mon 08:30"
meeting = "FREQ=WEEKLY;BYDAY=TH;BYHOUR=10;BYMINUTE=0"
meeting_start = "2026-09-03"
on_closed = "after"
[rooms.joins]
politi = 2
[[rooms]]
room = "#ledelse:example.dk"
forum = "ledelsesgruppe"
digest = "thu 09:00"
[[rooms]]
room = "#politi:example.dk"
forum = "politi"
digest = "tue,wed,fri 13:00"
[[rooms]]
room = "#gade:example.dk"
forum = "gadeteam"
digest = "sat 16:30"
[[rooms]]
room = "#by:example.dk"
forum = "byudvikling"
meeting = "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH;BYHOUR=14;BYMINUTE=30"
meeting_start = "2026-09-03"
"""

ROOMS: dict[str, tuple[str, ...]] = {
    "fremdrift": ("anna", "karla", "lene", "ali", "mette", "bo", "tove"),
    "ledelse": ("anna", "karla", "bo", "ida", "lene"),
    "politi": ("anna", "karla", "ida", "bo", "jonas"),
    "gade": ("anna", "gerda", "jonas", "sara", "omar"),
    "by": ("anna", "tove", "mette", "ida", "omar"),
}


class Said(NamedTuple):
    """A message somebody wrote: when, who, in which room ("dm": their own with the bot), and the words."""

    at: datetime
    who: str
    room: str
    words: str


class Programme:
    """The bot on a database in a folder. Times come from the caller, aware."""

    def __init__(self, folder: Path, start: datetime) -> None:
        self.folder = folder
        self.config = folder / "hotspot.toml"
        self.config.write_text(CONFIG, encoding="utf-8")
        self.url = f"sqlite:///{folder / 'bot.db'}"
        self.ids = itertools.count(1)
        migrations.migrate(self.url)
        self.open()
        self.db.run_sync(self._furnish, start - timedelta(days=1))

    def open(self) -> None:
        """Start: read the config, open the database."""
        self.access = Access(load(self.config))
        self.inbox = Inbox(self.access, BOT)
        self.db = Database(self.url, Vault(b"k" * 32, self.folder / "keyring.json"))
        self.db.open()

    def restart(self) -> None:
        """Another process on the same files."""
        self.db.close()
        self.open()

    def _furnish(self, session: Session, since: datetime) -> None:
        aliases = {room.room: f"!{room.room[1:]}" for room in self.access.settings.rooms}
        self.inbox.resolved(session, aliases, since)
        for room, people in ROOMS.items():
            self.inbox.rooms.joined(session, f"!{room}:example.dk", since)
            for name in people:
                session.add(_member(f"!{room}:example.dk", name, since))
        for person in self.access.settings.people:
            name = person.user_id[1:].split(":")[0]
            room_id = f"!dm-{name}:example.dk"
            session.add(Room(room_id=room_id, person=person.user_id, state="joined", since=since))
            session.add(_member(room_id, name, since))

    def hear(self, said: Sequence[Said], now: datetime) -> None:
        """The messages arrive in one sync."""
        runs: list[Joined] = []
        for room, messages in groupby(said, key=lambda m: f"!dm-{m.who}" if m.room == "dm" else f"!{m.room}"):
            room_id = f"{room}:example.dk"
            runs.append(Joined(room_id, (), tuple(self._arrival(room_id, message) for message in messages)))
        self.db.run_sync(self.inbox.sync, Batch(f"t{next(self.ids)}", now, {}, tuple(runs), ()))

    def _arrival(self, room_id: str, said: Said) -> Arrival:
        event = {
            "event_id": f"${next(self.ids)}:example.dk",
            "sender": f"@{said.who}:example.dk",
            "type": "m.room.message",
            "content": {"msgtype": "m.text", "body": said.words},
        }
        return Arrival(room_id, event, said.at.astimezone(UTC))

    def tick(self, now: datetime) -> datetime | None:
        """What time makes due, as the alarm does it; when to ask next."""
        return self.db.run_sync(tick, self.access, now)

    def refusals(self) -> list[str]:
        """Answers by which the bot did not do what was said: kind and words."""
        kinds = ("problem", "fault", "action.asked", "unreadable")

        def ask(session: Session) -> list[str]:
            rows = session.exec(select(Outbox).where(col(Outbox.kind).in_(kinds)).limit(5))
            return [f"{row.kind} {row.created_at} {row.target}: {row.template}" for row in rows]

        return self.db.run_sync(ask)

    def sent(self) -> Counter[Sent]:
        """Every reminder, raised action and digest that was owed, as the oracle tells them."""

        def ask(session: Session) -> Counter[Sent]:
            numbers: dict[str, list[int]] = {}
            pairs = select(OutboxAction.outbox_id, ActionRow.number).join(
                ActionRow, col(ActionRow.uid) == OutboxAction.action_uid
            )
            for outbox_id, number in session.exec(pairs):
                numbers.setdefault(outbox_id, []).append(number)
            forums = {f"forum:{f.uid}": f.config_room[1:].split(":")[0] for f in session.exec(select(Forum))}
            found: Counter[Sent] = Counter()
            for row in session.exec(
                select(Outbox).where(col(Outbox.kind).in_(WATCHED), Outbox.what == "message")
            ):
                to = forums.get(row.target) or row.target.removeprefix("dm:@").split(":")[0]
                about = tuple(sorted(numbers.get(row.id, [])))
                kind = row.kind
                if kind == "digest" or kind in MEETING:
                    about = ()
                if kind == "meeting.agenda":
                    kind = f"{kind} {_agenda(row.template or '')}"
                found[Sent(f"{row.created_at.astimezone(CPH):%Y-%m-%d %H:%M}", to, kind, about)] += 1
            return found

        return self.db.run_sync(ask)

    def actions(self) -> dict[int, tuple[str, str | None, frozenset[str]]]:
        """Number → state, deadline as ISO, owners: what `export actions` says."""
        rows = self.db.run_sync(export_actions)
        return {
            row["number"]: (row["state"], row["due"], frozenset(map(_short, row["owners"]))) for row in rows
        }

    def waiting(self, now: datetime) -> int:
        """How many owners' reminders are due and not handled."""
        return self.db.run_sync(lambda session: len(queries.owners_to_remind(session, now)))


def _agenda(template: str) -> str:
    """Of which meeting an agenda is, and whether it says that the police come."""
    day = re.search(r"(\d+)\. \w+\.? \d{4} kl\. [\d.]+", template)
    comes = re.search(r"· (med|uden) \S", template)  # only the police come to some meetings and not to others
    return f"{day and day[0]} {comes[1] if comes else ''}".strip()


def _short(owner: str) -> str:
    return owner.removeprefix("@").split(":")[0] if owner.startswith("@") else owner.removeprefix("partner:")


def _member(room_id: str, name: str, since: datetime) -> Member:
    return Member(
        room_id=room_id, user_id=f"@{name}:example.dk", membership="join", ever_joined=True, since=since
    )
