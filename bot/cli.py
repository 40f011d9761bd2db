"""The command line. Only `run` talks to the homeserver for long; the other commands read files and the database."""

from __future__ import annotations

import asyncio
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Annotated
from zoneinfo import ZoneInfo

import typer

from bot import answer as answers
from bot import when as whens
from bot.app import App, open_vault
from bot.checks.flows import flow_lines
from bot.cli_audit import audit
from bot.cli_common import Config, keyring_is_there, migrated, no_cpr, told
from bot.cli_erase import erase, subject_access
from bot.cli_export import export
from bot.cli_keys import keys
from bot.cli_media import media
from bot.cli_trust import trust
from bot.clock import ClockError, SystemClock, parse_rehearse
from bot.logs import set_up
from bot.settings import example, load
from bot.storage import backup as backups
from bot.storage.sealing import make_master_key
from bot.text import t

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
app.add_typer(trust, name="trust")
app.add_typer(keys, name="keys")
app.add_typer(audit, name="audit")
app.command()(export)
app.command()(erase)
app.command()(subject_access)
app.command()(media)

File = Annotated[Path, typer.Argument(metavar="FILE")]
Lang = Annotated[str, typer.Option("--lang", help="da or en")]
Now = Annotated[str, typer.Option("--now", help="the moment it is said, ISO 8601; local time unless it says")]


@app.command()
def run(
    config: Config,
    rehearse: Annotated[
        str, typer.Option(metavar="START@RATE", help="a rehearsal clock, e.g. 2026-11-20T08:00@3600")
    ] = "",
) -> None:
    """Run the bot until SIGTERM, then stop cleanly."""
    with told():
        settings = load(config)
        rehearsal = parse_rehearse(rehearse, settings.general.tz) if rehearse else None
        if rehearsal is not None and not settings.matrix.is_loopback:
            raise ClockError(
                "--rehearse is for a homeserver on this machine only (127.0.0.1, ::1, localhost)"
            )
        set_up(settings.general.log_level)
        migrated(settings, partial(open_vault, settings))
        asyncio.run(App(settings, rehearsal).run())


@app.command()
def init(directory: Annotated[Path, typer.Argument(metavar="DIR")]) -> None:
    """Write a commented config, a master key and empty folders; never overwrites anything."""
    config, key = directory / "hotspot.toml", directory / "var" / "master.key"
    taken = [path for path in (config, key) if path.exists()]
    if taken:
        typer.echo(f"already there, left as it is: {', '.join(map(str, taken))}", err=True)
        raise typer.Exit(1)
    (directory / "var" / "store").mkdir(parents=True, exist_ok=True, mode=0o700)
    (directory / "var").chmod(0o700)
    config.write_text(example(), encoding="utf-8")
    make_master_key(key)
    typer.echo(f"wrote {config} and {key}\nNext: edit {config}, then run: hotspotbot check --config {config}")


@app.command()
def check(
    config: Config,
    flows: Annotated[
        bool, typer.Option("--flows", help="only show where information goes, and by which rule")
    ] = False,
) -> None:
    """Check config, keys, database, login and rooms: a line each, and how to mend what is wrong."""
    from bot.checks.run import run_checks  # noqa: PLC0415 - only this command opens connections

    with told():
        settings = load(config)
        if flows:
            typer.echo("\n".join(flow_lines(settings.general.language)))
            raise typer.Exit(0)
        set_up("warning")
        healthy = True
        for line in run_checks(settings):
            typer.echo(str(line))
            healthy = healthy and line.good
    raise typer.Exit(0 if healthy else 1)


@app.command()
def demo() -> None:
    """Play two weeks of a programme on a real homeserver of its own."""
    from bot.demo.story import run_demo  # noqa: PLC0415 - not installed in production

    raise typer.Exit(run_demo())


@app.command()
def migrate(config: Config) -> None:
    """Bring the database to the newest schema."""
    with told():
        settings = load(config)
        now = SystemClock().now()
        done, copy = backups.migrate_with_backup(settings.database.url, now, partial(open_vault, settings))
    if copy is not None:
        typer.echo(f"the database as it was before is kept as {copy}")
    typer.echo("\n".join(f"applied {revision}" for revision in done) or "the schema is up to date")


@app.command()
def backup(file: File, config: Config) -> None:
    """Write the database to a new file, also while the bot runs. Keyring and master key are not in it."""
    with told():
        backups.back_up(load(config).database.url, file, SystemClock().now(), _Percent())
    typer.echo(
        f"wrote {file} ({file.stat().st_size / 1e6:.1f} MB); the keyring and the master key are not in it"
    )


@app.command()
def restore(file: File, config: Config) -> None:
    """Put a backup in the database's place; the present one is kept under a name with the date."""
    with told():
        settings = load(config)
        keyring_is_there(settings)
        done = backups.restore(settings.database.url, file, open_vault(settings), SystemClock().now())
    typer.echo(f"restored {file}, made {done.made_at.astimezone(settings.general.tz):%Y-%m-%d %H:%M:%S}")
    if done.migrated:
        typer.echo(f"migrated it to schema {done.migrated[-1]}")
    if done.aside is not None:
        typer.echo(f"the former database is kept as {done.aside}")
    typer.echo("at its next start the bot catches up with what has happened since, from the homeserver")


class _Percent:
    """Tells how far a long copy has come, in steps that a person can follow."""

    def __init__(self) -> None:
        self.told = 0

    def __call__(self, remaining: int, total: int) -> None:
        """Say it when another tenth is done, of a database of some size."""
        done = 100 * (total - remaining) // max(total, 1)
        if total > 20_000 and done >= self.told + 10:
            self.told = done
            typer.echo(f"copied {done} %", err=True)


def _moment(now: str) -> tuple[datetime, whens.Calendar]:
    tz = ZoneInfo("Europe/Copenhagen")
    if not now:
        return SystemClock().now(), whens.Calendar(tz=tz)
    try:
        said = datetime.fromisoformat(now)
    except ValueError as error:
        typer.echo(f"--now {now!r} is not a date and time; write for example 2026-11-20T10:00", err=True)
        raise typer.Exit(2) from error
    return (said if said.tzinfo else said.replace(tzinfo=tz)), whens.Calendar(tz=tz)


def _language(lang: str) -> str:
    if lang not in ("da", "en"):
        typer.echo(f"--lang {lang!r}: write da or en", err=True)
        raise typer.Exit(2)
    return lang


@app.command()
def when(phrase: str, now: Now = "", lang: Lang = "da") -> None:
    """Print how a deadline is understood, or `ask: REASON` with exit status 1."""
    no_cpr(_language(lang), phrase, now)
    moment, calendar = _moment(now)
    try:
        value = whens.read(phrase, now=moment, lang=lang, calendar=calendar)
    except whens.WhenError as error:
        typer.echo(f"ask: {t(lang, f'when-ask-{error.reason}', **error.params)}")
        raise typer.Exit(1) from error
    if not isinstance(value, whens.Deadline):
        key = "when-ask-repeat" if isinstance(value, whens.Recurring) else "when-ask-meeting"
        typer.echo(f"ask: {t(lang, key)}")
        raise typer.Exit(1)
    typer.echo(value.iso())


@app.command()
def answer(text: str, now: Now = "", lang: Lang = "da") -> None:
    """Print how an owner's free answer to a reminder is understood, or `ask: REASON` with exit status 1."""
    no_cpr(_language(lang), text, now)
    moment, calendar = _moment(now)
    understood = answers.read(text, now=moment, lang=lang, calendar=calendar)
    if understood.kind == "ask":
        typer.echo(f"ask: {t(lang, f'answer-ask-{understood.reason}')}")
        raise typer.Exit(1)
    said = answers.line(understood)
    typer.echo(said)
    if said.startswith("ask:"):  # a meeting's date stands in a forum's calendar, which is not at hand here
        raise typer.Exit(1)


def main() -> None:
    """The entry point of the `hotspotbot` script."""
    app()
