"""Write a revision from the models as they are now: `python -m bot.storage.migrations "what changes"`.

`--first` writes revision 0001 anew instead, for as long as nothing has been released. Read what was written
before committing it: a renamed column looks like one dropped and one added, and data is moved by hand.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.script import ScriptDirectory

from bot.storage import migrations
from bot.storage.engine import build_engine

VERSIONS = Path(migrations.__file__).parent / "versions"


def write(message: str, *, first: bool) -> None:
    """Compare a database at the newest revision with the models and write the difference to `versions/`."""
    if first:
        for old in VERSIONS.glob("*.py"):
            old.unlink()
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/new.db"
        migrations.migrate(url)
        engine = build_engine(url, foreign_keys=False)
        with engine.connect() as connection:
            configuration = migrations.configuration(connection)
            configuration.attributes["first"] = first
            number = 1 + len(list(ScriptDirectory.from_config(configuration).walk_revisions()))
            command.revision(configuration, message, autogenerate=True, rev_id=f"{number:04d}")
        engine.dispose()
    for path in VERSIONS.glob(f"{number:04d}_*.py"):
        path.write_text(re.sub(r"\n *# ### .* ###(?=\n)", "", path.read_text()))
        for step in (["check", "--select", "I", "--fix"], ["format"]):
            subprocess.run([sys.executable, "-m", "ruff", *step, str(path)], check=True)  # noqa: S603


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bot.storage.migrations", description=__doc__)
    parser.add_argument("message", nargs="?", default="the first schema")
    parser.add_argument("--first", action="store_true", help="write revision 0001 anew")
    arguments = parser.parse_args()
    write(arguments.message, first=arguments.first)
