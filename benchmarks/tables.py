"""Big tables, quickly: a thousand different actions written by the models, then multiplied inside the database."""

from __future__ import annotations

import random
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import String, cast, create_engine, delete, insert, literal, select, text, true, update
from sqlmodel import Session, SQLModel, col

from bot.access import Access
from bot.settings import load
from bot.storage import migrations
from bot.storage.database import Database
from bot.storage.models import (
    Action,
    Change,
    DigestSent,
    Forum,
    Member,
    Outbox,
    OutboxAction,
    OutboxText,
    Owner,
    Room,
    Text,
)
from bot.storage.sealing import Vault

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
[agencies.POLITI]
name = "Lokalpolitiet"
[[people]]
user_id = "@mette:example.dk"
name = "Mette Krogh"
roles = ["lead"]
[[people]]
user_id = "@signe:example.dk"
name = "Signe Bak"
agency = "SOF"
roles = ["coordinator"]
[[people]]
user_id = "@lene:example.dk"
name = "Lene Holm"
agency = "BUF"
[[people]]
user_id = "@ali:example.dk"
name = "Ali Demir"
agency = "SOF"
[[people]]
user_id = "@bo:example.dk"
name = "Bo Lund"
agency = "POLITI"
"""
FORUMS = ("fremdrift", "ledelse", "politi", "gade")
OWNERS = {"@lene:example.dk": "BUF", "@ali:example.dk": "SOF", "@bo:example.dk": "POLITI"}
WORDS = ("søge friplads i klubben", "holde netværksmøde", "ringe til skolen", "finde en voksenven")
SEEDS = 1000


class Programme:
    """A programme's config and an open database in a folder.

    `url` is another database than SQLite; `meeting` the rhythm of every forum's meetings, which have none otherwise.
    """

    def __init__(self, folder: Path, url: str | None = None, *, meeting: str | None = None) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        rooms = (
            f'[[rooms]]\nroom = "#{key}:example.dk"\nforum = "fremdriftsgruppe"\ndigest = "mon 08:30"\n'
            + (f'meeting = "{meeting}"\n' if meeting else "")
            for key in FORUMS
        )
        config = folder / "hotspot.toml"
        config.write_text(CONFIG + "".join(rooms), encoding="utf-8")
        self.access = Access(load(config))
        self.vault = Vault(bytes(range(32)), folder / "keyring.json")
        self.url = url or f"sqlite:///{folder / 'hotspotbot.db'}"
        migrations.migrate(self.url)
        self.db = self.opened()

    def opened(self) -> Database:
        """Another connection to the same database, as a start of the bot makes it."""
        db = Database(self.url, self.vault)
        db.open()
        return db

    def fill(self, actions: int, now: datetime, *, reminders_only: bool) -> None:
        """Write that many actions (a multiple of a thousand, or fewer than that) with their owners.

        `reminders_only`: all open, each with a reminder in the future. Otherwise three years of a programme: four
        in ten open, of which half are overdue, the others closed; each with the history that such an action has.
        """
        if actions > SEEDS and actions % SEEDS:
            raise ValueError(f"{actions} is no multiple of {SEEDS}")
        self.db.run_sync(_seed, min(actions, SEEDS), now, reminders_only)
        if actions > SEEDS:
            self.db.run_sync(_multiply, actions // SEEDS)
        _settle(self.url)


def _seed(session: Session, actions: int, now: datetime, reminders_only: bool) -> None:
    chance = random.Random(42)
    forums = [
        Forum(config_room=f"#{key}:example.dk", kind="fremdriftsgruppe", created_at=now) for key in FORUMS
    ]
    session.add_all(forums)
    session.flush()
    for forum, key in zip(forums, FORUMS, strict=True):
        room = f"!{key}:example.dk"
        session.add(Room(room_id=room, forum_uid=forum.uid, state="joined", since=now))
        for person in ("@mette:example.dk", "@signe:example.dk", *OWNERS):
            session.add(Member(room_id=room, user_id=person, membership="join", ever_joined=True, since=now))
        session.add(DigestSent(target=f"forum:{forum.uid}", at=now))
    session.add(DigestSent(target="dm:@mette:example.dk", at=now))
    texts: dict[tuple[str, str], str] = {}
    for forum in forums:
        for words in WORDS:
            row = Text(key=f"forum:{forum.uid}", event_id="$said", author="@signe:example.dk", at=now)
            session.add(row)
            row.words = words
            texts[forum.uid, words] = row.uid
    session.flush()
    for number in range(1, actions + 1):
        forum = forums[number % len(forums)]
        _one(session, chance, number, forum.uid, texts[forum.uid, chance.choice(WORDS)], now, reminders_only)


def _one(
    session: Session,
    chance: random.Random,
    number: int,
    forum: str,
    said: str,
    now: datetime,
    reminders_only: bool,
) -> None:
    is_open = reminders_only or chance.random() < 0.4
    created = now - timedelta(minutes=chance.randrange(60, 3 * 365 * 24 * 60))
    ahead = chance.randrange(2, 300) if reminders_only else chance.randrange(-300, 300)
    due = now.date() + timedelta(days=ahead if is_open else -chance.randrange(0, 1000))
    midnight = datetime.combine(due + timedelta(days=1), time(), now.tzinfo)
    person = chance.choice(list(OWNERS))
    action = Action(
        number=number,
        forum_uid=forum,
        room_id="!room:example.dk",
        agency=OWNERS[person],
        state="open" if is_open else chance.choice(("done", "done", "done", "declined", "cancelled")),
        text_uid=said,
        due=due.isoformat(),
        overdue_at=midnight,
        created_by="@signe:example.dk",
        created_at=created,
        source_event=f"$event{number}",
        closed_at=None if is_open else created + (now - created) * chance.random(),
        raise_at=midnight + timedelta(days=1) if reminders_only else None,
    )
    session.add(action)
    session.flush()
    remind_at = max(now + timedelta(hours=1), midnight - timedelta(days=3)) if reminders_only else None
    session.add(Owner(action_uid=action.uid, person=person, told=True, remind_at=remind_at))
    if reminders_only:
        return
    history: list[tuple[str, object, object]] = [
        ("created", None, number),
        ("text", None, said),
        ("owners", [], [[person, None]]),
        ("due", None, due.isoformat()),
        ("due", due.isoformat(), due.isoformat()),
    ]
    for index, (field, before, after) in enumerate(history):
        at = created + (now - created) * (index / 6)
        session.add(
            Change(
                action_uid=action.uid,
                field=field,
                before_clear=before,
                after_clear=after,
                at=at,
                by="@signe:example.dk",
                event_id=f"$event{number}",
            )
        )


def _multiply(session: Session, times: int) -> None:
    """Every action, with owners and history, `times` times in all; numbers and ids stay unique."""
    n = select(literal(1).label("i")).cte("n", recursive=True)
    n = n.union_all(select(n.c.i + 1).where(n.c.i < times - 1))
    mark = literal("-") + cast(n.c.i, String)
    changed: dict[str, dict[str, Any]] = {
        "action": {"uid": mark, "source_event": mark, "number": n.c.i * SEEDS},
        "owner": {"action_uid": mark},
        "change": {"action_uid": mark},
    }
    for name, added in changed.items():
        table = SQLModel.metadata.tables[name]
        columns = [column for column in table.columns if column.name != "seq"]
        values: list[Any] = [c + added[c.name] if c.name in added else c for c in columns]
        rows = select(*values).select_from(table.join(n, true()))
        session.execute(insert(table).from_select([c.name for c in columns], rows))


def _settle(url: str) -> None:
    """What PostgreSQL does by itself a minute later. SQLite does not look at its tables unless it is told."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("VACUUM ANALYZE"))
    engine.dispose()


def fall_due(session: Session, count: int, now: datetime) -> None:
    """Let some owners' reminders fall due now, on a day on which nobody was reminded yet."""
    for table in (OutboxAction, OutboxText, Outbox):
        session.execute(delete(table))
    some = select(col(Owner.action_uid)).order_by(col(Owner.action_uid)).limit(count)
    session.execute(update(Owner).where(col(Owner.action_uid).in_(some)).values(remind_at=now))
