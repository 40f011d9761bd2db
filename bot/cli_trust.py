"""`hotspotbot trust`: who the bot is to others, and how that is got back, made anew, or vouched for.

These commands ask the homeserver over plain HTTP and work on the database, also beside a running bot. None opens the
Olm state or syncs: signing this device and people is the running bot's.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated

import typer
from sqlmodel import Session

from bot import audit
from bot.app import open_vault
from bot.checks.findings import Line
from bot.checks.trust import kept, trust_lines
from bot.cli_common import BAD_CONFIG, Config, migrated, note_done, operator, told
from bot.clock import SystemClock
from bot.login import LoginFailed
from bot.logs import set_up
from bot.matrix import trust as own
from bot.matrix.api import LoggedOut, Refused
from bot.matrix.crypto.emoji import emoji
from bot.matrix.crypto.recovery_file import RecoveryError
from bot.matrix.crypto.verification import LASTS
from bot.matrix.inspection import Inspector
from bot.programme import Person
from bot.settings import Settings, load
from bot.storage import health, queries
from bot.storage.crypto import Verification
from bot.storage.database import Database
from bot.text import t

trust = typer.Typer(
    no_args_is_help=True, help="Who the bot is to others: its identity, and whom it vouches for."
)

LOOK = 0.3  # seconds between two looks at what the running bot has done
_Key = tuple[str, str, str]


@trust.command()
def status(config: Config) -> None:
    """Show the bot's identity, this device, the recovery file, and whom the bot can be sure of: a line each."""
    with told():
        settings = load(config)
        set_up("warning")
        with _database(settings, read_only=True) as db:
            lines = asyncio.run(_status(settings, db))
    for line in lines:
        typer.echo(str(line))
    raise typer.Exit(0 if all(line.good for line in lines) else 1)


@trust.command()
def recover(file: Annotated[Path, typer.Argument(metavar="FILE")], config: Config) -> None:
    """Take the bot's identity from its recovery file, after a loss. Start the bot again afterwards."""
    with told():
        settings = load(config)
        set_up("warning")
        migrated(settings, partial(open_vault, settings))
        try:
            note_done(
                settings, open_vault(settings), "changed", "identity", detail="recover", purpose="security"
            )
            with _database(settings) as db:
                published = asyncio.run(_recover(settings, db, file.absolute()))
        except RecoveryError as fault:
            typer.echo(str(fault), err=True)
            raise typer.Exit(BAD_CONFIG) from fault
    lang = settings.general.language
    typer.echo(t(lang, "trust-recovered" if published else "trust-recovered-unpublished", path=str(file)))


@trust.command()
def reset(
    config: Config,
    yes: Annotated[bool, typer.Option("--yes", help="do not ask whether it is meant")] = False,
) -> None:
    """Give the bot a new identity, with a new recovery file. Everybody has to verify the bot again."""
    with told():
        settings = load(config)
        set_up("warning")
        lang = settings.general.language
        password = settings.read_password()
        if password is None:
            raise LoginFailed(t(lang, "trust-reset-password"))
        if not yes and not _agreed(t(lang, "trust-reset-ask"), lang):
            raise typer.Abort
        migrated(settings, partial(open_vault, settings))
        note_done(settings, open_vault(settings), "changed", "identity", detail="reset", purpose="security")
        with _database(settings) as db:
            path = asyncio.run(_reset(settings, db, password.get_secret_value()))
    typer.echo(t(lang, "trust-reset-done", path=str(path)))


@trust.command()
def verify(
    who: Annotated[str, typer.Argument(metavar="@USER")],
    config: Config,
    wait: Annotated[float, typer.Option("--wait", metavar="SECONDS", help="how long to wait")] = 300.0,
) -> None:
    """Compare emoji with a lead who verifies the bot in their app, and let the running bot vouch for them."""
    with told():
        settings = load(config)
        set_up("warning")
        lang = settings.general.language
        person = _person(settings, who)
        if person is None or "lead" not in person.roles:
            typer.echo(
                t(lang, "trust-verify-unknown" if person is None else "trust-verify-lead", who=who), err=True
            )
            raise typer.Exit(1)
        with _database(settings) as db:
            if db.run_sync(health.who_runs, settings.database.url) is None:
                typer.echo(t(lang, "trust-verify-not-running"), err=True)
                raise typer.Exit(1)
            outcome = asyncio.run(_verify(settings, db, person, wait))
    typer.echo(t(lang, "trust-verify-outcome", outcome=outcome, who=person.user_id))
    raise typer.Exit(0 if outcome == "signed" else 1)


async def _status(settings: Settings, db: Database) -> list[Line]:
    async with _connected(settings, db) as server:
        return await trust_lines(server, settings, await db.run(kept))


# --- recover and reset


async def _recover(settings: Settings, db: Database, file: Path) -> bool:
    async with _connected(settings, db) as server:
        return await own.recover(server, db, settings.matrix.user_id, file)


async def _reset(settings: Settings, db: Database, password: str) -> Path | None:
    today = SystemClock().now().astimezone(settings.general.tz).date()
    async with _connected(settings, db) as server:
        return await own.reset(
            server, db, settings.matrix.user_id, password, settings.keys.recovery_file, today
        )


# --- verify


async def _verify(settings: Settings, db: Database, person: Person, wait: float) -> str:
    """What came of it: signed, no, cancelled, changed, none, refused, late (nobody asked, or no answer in time)."""
    lang, clock = settings.general.language, SystemClock()
    until = clock.monotonic() + wait
    typer.echo(t(lang, "trust-verify-waits", who=person.user_id))
    asked: _Key | None = None
    told_to_finish = False
    while clock.monotonic() < until:
        row = await db.run(_newest, person.user_id, asked, clock)
        if row is not None and row.outcome is not None and asked is not None:
            return row.outcome
        if row is not None and row.state == "cancelled" and asked is not None:
            return "cancelled"
        if row is not None and row.emoji and asked is None:
            asked = (row.user_id, row.room_id, row.transaction_id)
            for number, one in enumerate(emoji(row.emoji), 1):
                typer.echo(f"  {number}. {one.symbol}  {one.da} / {one.en}")
            same = await asyncio.to_thread(_agreed, t(lang, "trust-verify-ask", who=person.name), lang)
            await db.run(_answer, asked, "yes" if same else "no", clock.now())
            if not same:
                return "no"
        elif row is not None and asked is not None and row.state == "keys" and not told_to_finish:
            told_to_finish = True
            typer.echo(t(lang, "trust-verify-theirs", who=person.name))
        await asyncio.sleep(LOOK)
    return "late"


def _newest(session: Session, user_id: str, asked: _Key | None, clock: SystemClock) -> Verification | None:
    """The verification that was shown; before, the person's newest that is open."""
    if asked is not None:
        return queries.verification(session, *asked)
    rows: Sequence[Verification] = queries.verifications(session, user_id)
    open_ = (row for row in rows if row.state in ("keys", "done") and row.answer is None)
    return next((row for row in open_ if row.since > clock.now() - 2 * LASTS), None)


def _answer(session: Session, key: _Key, said: str, at: datetime) -> None:
    row = queries.verification(session, *key)
    if row is not None:
        row.answer = said
        who, by = f"person:{row.user_id}", operator()
        audit.note(session, "verified", who, by=by, at=at, detail=f"emoji:{said}", purpose="security")


def _agreed(question: str, lang: str) -> bool:
    """Ask until the answer is yes or no, in Danish or English. Aborts where nobody can answer."""
    choice = "j/n" if lang == "da" else "y/n"
    while True:
        said = str(typer.prompt(f"{question} [{choice}]", prompt_suffix=" ")).strip().casefold()
        if said in ("j", "ja", "y", "yes"):
            return True
        if said in ("n", "nej", "no"):
            return False


def _person(settings: Settings, who: str) -> Person | None:
    """The person with this user id, or with this beginning of one, if there is only one such."""
    exact = settings.person(who)
    named = [p for p in settings.people if p.user_id.partition(":")[0].lstrip("@") == who.lstrip("@")]
    return exact or (named[0] if len(named) == 1 else None)


# --- the homeserver and the database


@contextmanager
def _database(settings: Settings, *, read_only: bool = False) -> Iterator[Database]:
    vault = open_vault(settings)
    db = Database(settings.database.url, vault)
    db.open(read_only=read_only)
    try:
        yield db
    finally:
        db.close()
        vault.close()


@asynccontextmanager
async def _connected(settings: Settings, db: Database) -> AsyncIterator[Inspector]:
    """The account's connection, on the token there is or by password; a login of our own is ended again."""
    matrix = settings.matrix
    given = settings.read_access_token()
    async with Inspector(matrix.homeserver, timeout=matrix.request_timeout, ca_file=matrix.ca_file) as server:
        stored = await db.run(queries.meta, "access_token")
        server.token = given.get_secret_value() if given else stored or ""
        leave = not await _is_in(server, matrix.user_id)
        if leave:
            await _log_in(server, settings)
        try:
            yield server
        finally:
            if leave:
                await server.logout()


async def _is_in(server: Inspector, user_id: str) -> bool:
    if not server.token:
        return False
    try:
        who = (await server.whoami()).get("user_id")
    except LoggedOut:
        return False
    if who != user_id:
        raise LoginFailed(f"the token belongs to {who}, not to {user_id}")
    return True


async def _log_in(server: Inspector, settings: Settings) -> None:
    password, matrix = settings.read_password(), settings.matrix
    if password is None:
        raise LoginFailed("no password and no valid token: set HOTSPOTBOT_PASSWORD or matrix.password_file")
    try:
        server.token, _ = await server.login(
            matrix.user_id, password.get_secret_value(), f"{matrix.device_name} trust"
        )
    except Refused as refusal:
        raise LoginFailed(f"the homeserver refuses the login: {refusal}") from refusal
