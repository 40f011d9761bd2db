"""What `check` reads beside a running bot, on SQLite and PostgreSQL: who runs, what waits, who is not reached."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlmodel import Session

from bot.storage import health
from bot.storage.database import Database
from bot.storage.models import Meta, Outbox, PersonState

NOW = datetime(2026, 11, 27, 8, 0, tzinfo=UTC)


def fill(session: Session) -> None:
    """Messages in all states, a token, and somebody who refuses direct messages."""
    for number, (state, error) in enumerate(
        [
            ("owed", None),
            ("sent", None),
            ("refused", "no room"),
            ("refused", "no room"),
            ("refused", "M_FORBIDDEN"),
        ]
    ):
        session.add(
            Outbox(
                id=str(number),
                key="forum:1",
                reason=f"reply:{number}",
                kind="digest",
                target="forum:1",
                txn_id=str(number),
                state=state,
                error=error,
                created_at=NOW + timedelta(days=number),
            )
        )
    session.add(PersonState(user_id="@lene:example.dk", unreachable_since=NOW))
    session.add(PersonState(user_id="@ali:example.dk"))
    token = Meta(key="access_token")
    session.add(token)
    token.value = "hemmelig"


def test_a_running_bot_is_seen_and_one_that_ended_is_not(
    url: str, open_database: Callable[..., Database]
) -> None:
    beside = open_database(read_only=True)
    assert beside.run_sync(health.who_runs, url) is None
    bot = open_database(exclusive=True)
    found = beside.run_sync(health.who_runs, url)
    assert found is not None
    assert found.isdigit() or found.startswith("hotspotbot process")
    bot.close()
    assert beside.run_sync(health.who_runs, url) is None


def test_looking_does_not_stand_in_a_bots_way(url: str, open_database: Callable[..., Database]) -> None:
    beside = open_database(read_only=True)
    beside.run_sync(health.who_runs, url)
    open_database(exclusive=True)
    assert beside.run_sync(health.who_runs, url) is not None


def test_what_waits_and_what_was_refused_is_counted_by_reason(database: Database) -> None:
    database.run_sync(fill)
    assert database.run_sync(health.waiting) == [
        health.Waiting("owed", "", 1, NOW),
        health.Waiting("refused", "M_FORBIDDEN", 1, NOW + timedelta(days=4)),
        health.Waiting("refused", "no room", 2, NOW + timedelta(days=3)),
    ]
    assert database.run_sync(health.unreachable) == ["@lene:example.dk"]


def test_a_stored_token_is_known_of_without_the_keys(
    url: str, open_database: Callable[..., Database]
) -> None:
    with_keys = open_database()
    assert with_keys.run_sync(health.has_token) is False
    with_keys.run_sync(fill)
    keyless = Database(url, None)
    keyless.open(read_only=True)
    assert keyless.run_sync(health.has_token) is True
    keyless.close()
