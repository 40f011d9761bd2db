"""The digest's figures, reckoned by queries, are what counting every action one by one gives."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from bot.owed import Message, owe
from bot.storage import queries
from bot.storage.database import Database
from bot.storage.models import Action, Change, Forum, Owner
from bot.storage.queries import Selection

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
ENDS = [NOW - timedelta(weeks=back) for back in range(7, -1, -1)]


def _fill(session: Session, count: int) -> list[str]:
    """Two forums with actions of every age and fate; returns the uids of the forums."""
    chance = random.Random(7)
    forums = [Forum(config_room=f"#{n}:example.dk", kind="fremdriftsgruppe", created_at=NOW) for n in (1, 2)]
    session.add_all(forums)
    session.flush()
    for number in range(1, count + 1):
        created = NOW - timedelta(hours=chance.randrange(0, 24 * 90))
        closed = created + (NOW - created) * chance.random()
        state = chance.choice(("open", "open", "done", "declined", "cancelled"))
        due = created + timedelta(days=chance.randrange(-2, 60)) if chance.random() < 0.8 else None
        action = Action(
            number=number,
            forum_uid=forums[number % 2].uid,
            room_id="!room:example.dk",
            agency=chance.choice(("BUF", "SOF", None)),
            state=state,
            due=due.date().isoformat() if due else None,
            overdue_at=due,
            created_by="@signe:example.dk",
            created_at=created,
            source_event=f"$event{number}",
            closed_at=None if state == "open" else closed,
        )
        session.add(action)
        session.flush()
        if action.agency is not None or chance.random() < 0.5:
            session.add(Owner(action_uid=action.uid, person="@lene:example.dk"))
    return [forum.uid for forum in forums]


def _actions(session: Session, forums: list[str]) -> list[Action]:
    return list(queries.select_actions(session, Selection(frozenset(forums)), limit=10_000))


def test_open_done_and_overdue_by_week_are_those_counted_one_by_one(database: Database) -> None:
    def compare(session: Session) -> None:
        uids = _fill(session, 400)
        for forums in (uids, uids[:1]):
            expected = []
            for at in ENDS:
                stood = [
                    a
                    for a in _actions(session, forums)
                    if a.created_at <= at and (a.closed_at is None or a.closed_at > at)
                ]
                late = [a for a in stood if a.overdue_at is not None and a.overdue_at <= at]
                done = [
                    a
                    for a in _actions(session, forums)
                    if a.state == "done" and a.closed_at and at - timedelta(weeks=1) < a.closed_at <= at
                ]
                expected.append((len(stood), len(done), len(late)))
            assert queries.by_week(session, forums, ENDS) == expected
            assert all(sum(column) > 20 for column in zip(*expected, strict=True)), "too little to compare"

    database.run_sync(compare)


def test_what_lacks_an_owner_or_a_deadline_is_found(database: Database) -> None:
    def compare(session: Session) -> None:
        forums = _fill(session, 200)
        inside = frozenset(forums)
        ownerless = {a.number for a in _actions(session, forums) if not queries.owners(session, a.uid)}
        found = queries.select_actions(session, Selection(inside, without_owner=True), limit=1000)
        assert ownerless
        assert {a.number for a in found} == ownerless
        assert queries.count(session, Selection(inside, without_owner=True)) == len(ownerless)
        dateless = {a.number for a in _actions(session, forums) if a.due is None}
        found = queries.select_actions(session, Selection(inside, without_due=True), limit=1000)
        assert dateless
        assert {a.number for a in found} == dateless

    database.run_sync(compare)


def test_the_overdue_come_in_the_order_of_their_deadlines(database: Database) -> None:
    def compare(session: Session) -> None:
        inside = frozenset(_fill(session, 100))
        late = queries.select_actions(
            session, Selection(inside, states=("open",), overdue_at=NOW), limit=1000
        )
        keys = [(a.overdue_at, a.number) for a in late]
        assert len(keys) > 5
        assert keys == sorted(keys)

    database.run_sync(compare)


def test_a_first_deadline_is_no_move_and_one_taken_back_neither(database: Database) -> None:
    def compare(session: Session) -> None:
        forum = Forum(config_room="#1:example.dk", kind="fremdriftsgruppe", created_at=NOW)
        session.add(forum)
        session.flush()
        action = Action(
            uid="a",
            number=1,
            forum_uid=forum.uid,
            room_id="!room:example.dk",
            created_by="@signe:example.dk",
            created_at=NOW,
            source_event="$1",
        )
        session.add(action)
        session.flush()
        for before, after, undone in (
            (None, "2026-11-27", False),
            ("2026-11-27", "2026-12-01", False),
            ("2026-12-01", "2026-12-24", True),
        ):
            change = Change(
                action_uid="a",
                field="due",
                before_clear=before,
                after_clear=after,
                at=NOW,
                by="@signe:example.dk",
                event_id="$2",
                undone=undone,
            )
            session.add(change)
            session.flush()
        since = NOW - timedelta(days=1)
        assert queries.moved_since(session, [forum.uid], since) == [(forum.uid, "a", "2026-11-27")]
        assert queries.moved_since(session, [forum.uid], NOW) == []
        assert queries.moved_since(session, ["another"], since) == []

    database.run_sync(compare)


def test_the_oldest_message_of_each_target_is_the_one_owed(database: Database) -> None:
    def compare(session: Session) -> None:
        for number, target in enumerate(("forum:a", "forum:b", "forum:a", "forum:c"), 1):
            owe(session, f"reason{number}", target, Message("note", f"Hej {number}"), now=NOW)
        gone = queries.outbox_by_reason(session, "reason1")
        assert gone is not None
        gone.state = "sent"
        session.flush()
        owed = queries.oldest_owed_of_each(session)
        assert {row.target: row.reason for row in owed} == {
            "forum:a": "reason3",
            "forum:b": "reason2",
            "forum:c": "reason4",
        }
        assert set(queries.owed_targets(session)) == {"forum:a", "forum:b", "forum:c"}
        assert queries.owed_count(session) == 3

    database.run_sync(compare)
