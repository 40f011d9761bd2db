"""One row that cannot leave holds up none behind it, and none behind it pays for it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.owed import MEDIA, Message, direct, owe, owe_file
from bot.steps import NeedsFile, Ready, Step
from bot.storage.models import Outbox
from tests.dialogs.caserooms import PROGRAMME
from tests.dialogs.wired import Wired

CODE = "HS-26-001"
KARLA = direct("@karla:example.dk")


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Wired]:
    """Karla has opened a case; from now on nothing leaves by itself."""
    made = Wired(tmp_path, PROGRAMME)
    made.say("karla", "!sag ny bliver væk fra skolen")
    made.mute = True
    yield made
    made.close()


def two_owed(chat: Wired) -> None:
    """A message about the case and one about nothing."""

    def work(session: Session) -> None:
        case = str(session.exec(select(Outbox.case_uid).where(Outbox.kind == "case.opened")).one())
        owe(session, "first", KARLA, Message("fault", f"{CODE} er et ord", case=case), now=chat.now)
        owe(session, "second", KARLA, Message("fault", "Det andet."), now=chat.now)

    chat.ask(work)


def prepared(chat: Wired) -> Step:
    return chat.db.run_sync(chat.outgoing.prepare, KARLA)


def states(chat: Wired) -> dict[str, tuple[str, str | None]]:
    rows = chat.ask(lambda s: s.exec(select(Outbox)).all())
    return {row.reason: (row.state, row.error) for row in rows if row.reason in ("first", "second")}


def is_second(step: Step) -> bool:
    return isinstance(step, Ready) and step.content["body"] == "Det andet."


def test_what_a_backup_brings_back_of_an_erased_case_is_passed_by(chat: Wired) -> None:
    two_owed(chat)
    chat.db.vault.destroy(f"case:{CODE}")  # erased after the backup was made; its rows stand again
    assert is_second(prepared(chat))
    assert states(chat) == {"first": ("dropped", "erased"), "second": ("owed", None)}


def test_a_refusal_of_what_was_settled_meanwhile_costs_the_next_nothing(chat: Wired) -> None:
    two_owed(chat)
    assert isinstance(prepared(chat), Ready)
    seq = chat.outgoing.tried(KARLA)

    def settle(session: Session) -> None:
        session.exec(select(Outbox).where(Outbox.reason == "first")).one().state = "dropped"

    chat.ask(settle)  # as an erasure does while the request is under way
    assert is_second(chat.db.run_sync(chat.outgoing.refused, KARLA, seq, "M_FORBIDDEN"))
    assert states(chat) == {"first": ("dropped", None), "second": ("owed", None)}
    assert not chat.ask(lambda s: s.exec(select(Outbox).where(Outbox.kind == "refused")).all())


class DiskFullError(Exception):
    """What a commit may fail for."""


def test_a_refusal_that_is_noted_anew_costs_the_next_nothing(chat: Wired) -> None:
    two_owed(chat)
    assert isinstance(prepared(chat), Ready)
    seq = chat.outgoing.tried(KARLA)

    def fails(session: Session) -> None:
        chat.outgoing.refused(session, KARLA, seq, "M_TOO_LARGE")
        raise DiskFullError

    with pytest.raises(DiskFullError):
        chat.db.run_sync(fails)
    assert is_second(chat.db.run_sync(chat.outgoing.refused, KARLA, seq, "M_TOO_LARGE"))
    assert states(chat) == {"first": ("refused", "M_TOO_LARGE"), "second": ("owed", None)}


def test_an_address_that_is_noted_anew_is_not_deleted(chat: Wired) -> None:
    """The connection broke in a commit that took."""

    def work(session: Session) -> None:
        owe_file(
            session,
            "file",
            KARLA,
            "me.data.file",
            name="a.json",
            format="json",
            alt="a",
            content="{}",
            now=chat.now,
        )

    chat.ask(work)
    step = prepared(chat)
    assert isinstance(step, NeedsFile)
    for _ in range(2):
        assert chat.db.run_sync(chat.outgoing.uploads.keep, step.seq, "mxc://example.dk/one")
    assert not chat.ask(lambda s: s.exec(select(Outbox).where(Outbox.what == MEDIA)).all())
