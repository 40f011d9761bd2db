"""`hotspotbot keys`: master key and keyring; another master key while the bot runs (docs/drift, Hovednøglen)."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from bot.app import open_vault
from bot.cli_common import Config, keyring_is_there, note_done, progress, told
from bot.logs import set_up
from bot.masterkey import MasterKey
from bot.settings import Settings, load
from bot.storage.sealing import SealError

keys = typer.Typer(no_args_is_help=True, help="The master key and the keyring.")


@keys.command()
def status(config: Config) -> None:
    """Show whether the master key fits, and how many data keys there are: a line each, never whose they are."""
    with told():
        settings = load(config)
        set_up("warning")
        keyring_is_there(settings)
        key = MasterKey.of(settings)
        present = key.load()
        vault = open_vault(settings)
        there, gone = vault.counts()
        fits = vault.fits(present)
        vault.close()
    where = "the environment or a credential" if key.given else f"{key.file}{_day(key.file, settings)}"
    typer.echo(f"master key: {where}; it {'fits' if fits else 'does NOT fit'} the keyring")
    ring = "in PostgreSQL" if settings.keys.keyring_url else f"{key.keyring}{_day(key.keyring, settings)}"
    typer.echo(f"keyring: {ring}; {there} data keys, {gone} destroyed")
    if not fits:
        typer.echo(f"the keyring is wrapped under {key.next}: {_mend(key, config)}")
    elif key.in_place():
        typer.echo(
            f"{key.next} is this same key, from a change that is done: the bot's next start deletes it"
        )
    elif key.next.exists():
        typer.echo(f"a next master key is ready at {key.next}: `hotspotbot keys rotate` takes it")
    raise typer.Exit(0 if fits else 1)


@keys.command()
def rotate(
    config: Config,
    new_key_file: Annotated[
        Path | None,
        typer.Option(
            "--new-key-file", metavar="FILE", help="where the environment hands the key over: the new one"
        ),
    ] = None,
    prepare: Annotated[
        bool, typer.Option("--prepare", help="only make the next key, to copy it to the other machine first")
    ] = False,
) -> None:
    """Wrap the keyring under a new master key, also while the bot runs; finishes one that was interrupted."""
    with told():
        settings = load(config)
        set_up("warning")
        keyring_is_there(settings)
        key = MasterKey.of(settings)
        _where_it_goes(key, new_key_file)
        vault = open_vault(settings)
        if prepare:
            made = key.prepare(vault)
            typer.echo(
                f"{'wrote' if made else 'there is already'} {key.next}: copy it to the same place on every"
            )
            typer.echo(
                "other machine, readable for its bot alone; then run `hotspotbot keys rotate` on one of them"
            )
            return
        note_done(settings, vault, "changed", "keys", detail="rotate", purpose="security")
        with progress() as bar:
            task = bar.add_task("wrapping data keys")
            in_place = key.rotate(vault, lambda done, total: bar.update(task, completed=done, total=total))
        there, _ = vault.counts()
        vault.close()
    typer.echo(f"the keyring is wrapped under the new master key ({there} data keys)")
    if in_place:
        typer.echo(
            "the new key has taken the former one's place; make a safe copy of it, and destroy the former's"
        )
    else:
        typer.echo(f"the running bot has it from {key.next}. {_mend(key, config)}")


def _where_it_goes(key: MasterKey, new_key_file: Path | None) -> None:
    """The bot knows one place only in which a new key is: another would stop it, and lose the key perhaps."""
    if not key.given:
        if new_key_file is not None and new_key_file.absolute() != key.next.absolute():
            raise SealError(f"the master key is the file {key.file}: leave out --new-key-file")
        return
    if new_key_file is None:
        raise SealError(
            "the master key comes from HOTSPOTBOT_MASTER_KEY or a systemd credential, which only you can change: run"
            f" again with --new-key-file {key.next}; the new key is written there, and the running bot goes on with it"
        )
    if new_key_file.absolute() != key.next.absolute():
        raise SealError(
            f"the running bot looks for a new key in one place only: say --new-key-file {key.next}"
        )


def _mend(key: MasterKey, config: Path) -> str:
    if key.given:
        return (
            "Before the next start put its content in the place of the former key (the file behind LoadCredential, or"
            f" HOTSPOTBOT_MASTER_KEY); the start after that deletes {key.next}"
        )
    return f"run `hotspotbot keys rotate --config {config}` again to finish"


def _day(path: Path | None, settings: Settings) -> str:
    if path is None or not path.exists():
        return ""
    changed = datetime.fromtimestamp(path.stat().st_mtime, UTC).astimezone(settings.general.tz)
    return f" of {changed:%Y-%m-%d %H:%M}"
