"""Write a revision from the models as they are now: `python -m bot.storage.migrations "what changes"`.

`--first` writes revision 0001 anew instead, for as long as nothing has been released. Read what was written
before committing it: a renamed column looks like one dropped and one added, and data is moved by hand.
"""

import argparse
import os
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


def write(message: str, *, first: bool) -> Path:
    """Compare a database at the newest revision with the models and write the difference to `versions/`.

    The file appears there when it is complete: tests that run meanwhile find the old one or the new one.
    """
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/new.db"
        if not first:
            migrations.migrate(url)
        engine = build_engine(url, foreign_keys=False)
        with engine.connect() as connection:
            configuration = migrations.configuration(connection)
            places = [folder] if first else [str(VERSIONS), folder]
            configuration.set_main_option("version_locations", os.pathsep.join(places).replace("%", "%%"))
            configuration.attributes["first"] = first
            number = 1 + len(list(ScriptDirectory.from_config(configuration).walk_revisions()))
            revision = f"{number:04d}"
            command.revision(configuration, message, autogenerate=True, rev_id=revision, version_path=folder)
        engine.dispose()
        draft = next(Path(folder).glob(f"{revision}_*.py"))
        target = VERSIONS / draft.name
        source = _tidied(re.sub(r"\n *# ### .* ###(?=\n)", "", draft.read_text()), target)
    new = target.with_suffix(".new")
    new.write_text(source)
    new.replace(target)
    if first:
        for old in set(VERSIONS.glob("*.py")) - {target}:
            old.unlink()
    return target


def _tidied(source: str, target: Path) -> str:
    for step in (["check", "--select", "I", "--fix"], ["format"]):
        arguments = [sys.executable, "-m", "ruff", *step, "--stdin-filename", str(target), "-"]
        source = subprocess.run(arguments, input=source, text=True, check=True, stdout=subprocess.PIPE).stdout  # noqa: S603
    return source


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bot.storage.migrations", description=__doc__)
    parser.add_argument("message", nargs="?", default="the first schema")
    parser.add_argument("--first", action="store_true", help="write revision 0001 anew")
    arguments = parser.parse_args()
    sys.stdout.write(f"{write(arguments.message, first=arguments.first)}\n")
