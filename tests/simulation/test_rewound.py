"""What a restored homeserver has forgotten is said again, whatever was said since it is back."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlmodel import Session, select

from bot.clock import SystemClock
from bot.matrix.crypto.speaking import Speaking
from bot.outgoing import Outgoing
from bot.owed import Message, forum, owe
from bot.steps import Ready
from bot.storage import queries
from bot.storage.models import Outbox
from tests.dialogs.chat import BOT
from tests.simulation.scene import Scene


async def test_what_was_said_since_it_is_back_hides_nothing_it_has_forgotten(scene: Scene) -> None:
    chat = scene.chat
    link = await scene.process()
    outgoing = Outgoing(chat.access, Speaking(chat.access, BOT), SystemClock(), lambda: "login")

    def uid(session: Session) -> str:
        room = queries.room(session, scene.room.room_id)
        assert room is not None
        return str(room.forum_uid)

    target = forum(chat.db.run_sync(uid))

    async def say(reason: str) -> None:
        def owed(session: Session) -> None:
            owe(session, reason, target, Message("fault", reason), now=datetime.now(UTC))

        chat.db.run_sync(owed)
        step = chat.db.run_sync(outgoing.prepare, target)
        assert isinstance(step, Ready)
        event_id = await scene.homeserver.send(step.room_id, step.type, step.txn_id, step.content)
        chat.db.run_sync(outgoing.sent, step.seq, event_id, step.room_id, target)

    await say("kept")
    await link._round(timeout=0)
    kept = len(scene.room.events)
    await say("forgotten")
    await link._round(timeout=0)
    link.patience.away_since = datetime.now(UTC)  # the link has noticed that it is away
    # Restored from the backup; a message that had waited for it leaves before the link has looked.
    scene.forget(kept)
    await say("since")
    assert await link.history.was_rewound()
    states = {row.reason: row.state for row in chat.db.run_sync(lambda s: s.exec(select(Outbox)).all())}
    assert states["forgotten"] == "owed"
    assert states["kept"] == states["since"] == "sent"
