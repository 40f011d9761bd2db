"""`hotspotbot audit`: read the log of who saw and did what, take it along, and see whether it was tampered with."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, NoReturn

import typer
from sqlmodel import Session

from bot import audit as log
from bot.access import Access
from bot.app import open_vault
from bot.cli_common import Config, note_done, progress, told
from bot.documents.digest import forum_name
from bot.logs import set_up
from bot.settings import Settings, load
from bot.storage import queries
from bot.storage.database import Database
from bot.storage.keyring import fsync_folder
from bot.storage.privacy import AuditEntry

audit = typer.Typer(no_args_is_help=True, help="The log of who saw and did what.")

_CODE = re.compile(r"([a-z]{1,6})-(\d\d)-(\d{1,5})", re.IGNORECASE)
_LOCAL = re.compile(r"@?([\w.=\-/+]+)")
_COLUMNS = "seq at by act subject recipient detail purpose event_id prev hash".split()
Named = Callable[[str], str]
"""A name of ours as a person reads it: `forum:UID` by the forum's name, a user id with the person's."""
_SUBJECTS = "HS-26-014, action:42, @lene, or KIND:NAME as the log has it"
_WRONG = {
    "changed": "the entry is not as it was written, or was never written by the bot",
    "gap": "what stands before this entry is not what stood there: entries were removed, put in or moved",
    "end": "the newest entries are missing, or older ones were put in their place",
    "head": "the head that was given is not in the log: it was set back since, or that head is older than what is kept",
}


class Form(StrEnum):
    """How the log is shown."""

    text = "text"
    json = "json"


@audit.command()
def show(
    config: Config,
    subject: Annotated[
        str,
        typer.Option(
            "--subject", metavar="WHAT", help="HS-26-014 (and its actions), action:42, @lene, or KIND:NAME"
        ),
    ] = "",
    by: Annotated[str, typer.Option("--by", metavar="WHO", help="@lene, operator:NAME or bot")] = "",
    since: Annotated[str, typer.Option("--since", metavar="DAY", help="2026-11-01, or with a time")] = "",
    act: Annotated[str, typer.Option("--act", help=", ".join(sorted(log.ACTS)))] = "",
    form: Annotated[Form, typer.Option("--format")] = Form.text,
) -> None:
    """Show the entries of the log, oldest first: all of them, or those about something, by somebody, of a kind."""
    if act and act not in log.ACTS:
        typer.echo(f"--act {act!r}: one of {', '.join(sorted(log.ACTS))}", err=True)
        raise typer.Exit(2)
    with told():
        settings = load(config)
        set_up("warning")
        after = _since(since, settings)
        what, who = _subject(subject, settings), _by(by, settings)

        def read(session: Session) -> list[str]:
            entries = queries.audit_entries(
                session,
                subjects=_subjects(session, what),
                by=None if not who else "" if who == "bot" else who,
                since=after,
                act=act or None,
            )
            named = _named(session, settings)
            if form is Form.json:
                return [json.dumps(_row(entry, named), ensure_ascii=False) for entry in entries]
            return [f"{_local(entry.at, settings)}  {_readable(entry, named)}" for entry in entries]

        with _Reading(settings) as db:
            lines = db.run_sync(read)
    for line in lines:
        typer.echo(line)
    if not lines:
        said = (("about", what), ("by", who), ("since", since), ("of the act", act))
        narrowed = "".join(f" {word} {value}" for word, value in said if value)
        typer.echo(f"no entries{narrowed or ' in the log'}", err=True)


@audit.command()
def export(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="a new file: NAME.jsonl or NAME.csv")],
    config: Config,
) -> None:
    """Write the whole log to a new file, readable for its owner alone. Its first line holds the head."""
    if file.suffix not in (".jsonl", ".csv"):
        typer.echo("name the file NAME.jsonl or NAME.csv", err=True)
        raise typer.Exit(2)
    if file.exists():
        typer.echo(f"{file} exists already and is kept as it is", err=True)
        raise typer.Exit(1)
    if not os.access(
        file.absolute().parent, os.W_OK | os.X_OK
    ):  # before the log says that it was taken along
        typer.echo(f"there is no folder {file.absolute().parent} that you may write in", err=True)
        raise typer.Exit(1)
    with told():
        settings = load(config)
        set_up("warning")
        vault = open_vault(settings)
        note_done(settings, vault, "exported", "audit", recipient=file.suffix[1:], purpose="operation")
        with _Reading(settings) as db:
            try:
                count, head = db.run_sync(_write, file, settings)
            except OSError as fault:
                typer.echo(f"{file} cannot be written: {fault.strerror}; try again elsewhere", err=True)
                raise typer.Exit(1) from fault
    typer.echo(f"wrote {file}: {count} entries, head {head}")


@audit.command()
def verify(
    config: Config,
    head: Annotated[
        str, typer.Option("--head", metavar="HASH", help="a head noted down earlier: `audit.head` in the log")
    ] = "",
) -> None:
    """Walk the chain, and say which entry is wrong. Exit status 1 when one is."""
    with told():
        settings = load(config)
        set_up("warning")
        with _Reading(settings) as db, progress() as bar:
            count = db.run_sync(queries.count_audit)
            task = bar.add_task("entries", total=count)

            def walk(session: Session) -> tuple[list[log.Wrong], str]:
                def shown(done: int) -> None:
                    if done % 1000 == 0:
                        bar.update(task, completed=done)

                return list(log.verify(session, head or None, shown)), log.head(session)

            found, now = db.run_sync(walk)
    for wrong in found[:20]:
        at = f"entry {wrong.seq} of {_local(wrong.at, settings)}: " if wrong.at is not None else ""
        typer.echo(f"wrong: {at}{_WRONG[wrong.what]}")
    if len(found) > 20:
        typer.echo(f"and {len(found) - 20} more")
    if found:
        raise typer.Exit(1)
    typer.echo(f"{count} entries, each as it was written; head {now}")


class _Reading:
    """The database, open for reading beside a running bot."""

    def __init__(self, settings: Settings) -> None:
        self.db = Database(settings.database.url, open_vault(settings))

    def __enter__(self) -> Database:
        self.db.open(read_only=True)
        return self.db

    def __exit__(self, *_: object) -> None:
        self.db.close()


def _by(said: str, settings: Settings) -> str:
    """Who is meant by `--by`: "lene" and "@lene" are a person of the config; "bot" and operators are as they are."""
    if said in ("", "bot") or said.startswith("operator:"):
        return said
    return _person(said, settings) or _refused("--by", said, "@lene, operator:NAME or bot")


def _subject(said: str, settings: Settings) -> str:
    """What is meant by `--subject`, as the log has it: "hs-26-014" is a case, "@lene" a person, "42" an action."""
    kind, colon, name = said.partition(":")
    if (code := _code(name if kind == "case" and colon else said)) is not None:
        return f"case:{code}"
    if re.fullmatch(r"#?\d{1,9}", said):
        return f"action:{int(said.lstrip('#'))}"
    if said.startswith("@") or (kind == "person" and name):
        person = _person(said if said.startswith("@") else name, settings)
        return f"person:{person}" if person else _refused("--subject", said, _SUBJECTS)
    if kind == "case" or (colon and not name):
        return _refused("--subject", said, _SUBJECTS)
    if re.fullmatch(r"[a-z_]+:\S+", said) or not said:
        return said
    person = _person(said, settings, known=True)
    if person:
        return f"person:{person}"
    # What stands in the log without a kind: "audit", "keys", "identity".
    return said if re.fullmatch(r"[a-z_]+", said) else _refused("--subject", said, _SUBJECTS)


def _code(said: str) -> str | None:
    """A case's code as it is written: capitals, and three digits at least."""
    found = _CODE.fullmatch(said.strip())
    return f"{found[1].upper()}-{found[2]}-{int(found[3]):03d}" if found else None


def _person(said: str, settings: Settings, *, known: bool = False) -> str | None:
    """Whose user id somebody is called by, with or without the "@" and the server; None: it can be nobody's.

    Who is in the config no more is taken to be of the bot's own server; not so with `known`.
    """
    everybody = [person.user_id for person in settings.people]
    if said.startswith("@") and ":" in said:
        alike = [each for each in everybody if each.casefold() == said.casefold()]
        return said if said in everybody or len(alike) != 1 else alike[0]
    found = _LOCAL.fullmatch(said)
    if found is None:
        return None
    local = found[1].casefold()
    alike = [each for each in everybody if each[1:].partition(":")[0].casefold() == local]
    if len(alike) > 1:
        typer.echo(f"{said!r} may be {' or '.join(alike)}: write the whole user id", err=True)
        raise typer.Exit(2)
    if alike or known:
        return alike[0] if alike else None
    return f"@{local}:{settings.matrix.user_id.partition(':')[2]}"


def _refused(option: str, said: str, example: str) -> NoReturn:
    typer.echo(f"{option} {said!r} names nothing of the log; write {example}", err=True)
    raise typer.Exit(2)


def _subjects(session: Session, subject: str) -> set[str] | None:
    """What is meant by a subject: of a case also its actions, as long as it is there."""
    if not subject:
        return None
    kind, _, name = subject.partition(":")
    if kind != "case":
        return {subject}
    return {subject, *(f"action:{number}" for number in queries.action_numbers_of_case(session, name))}


def _since(since: str, settings: Settings) -> datetime | None:
    if not since:
        return None
    try:
        said = datetime.fromisoformat(since)
    except ValueError as error:
        typer.echo(f"--since {since!r} is no date; write for example 2026-11-01", err=True)
        raise typer.Exit(2) from error
    return said if said.tzinfo else said.replace(tzinfo=settings.general.tz)


def _local(at: datetime, settings: Settings) -> str:
    return f"{at.astimezone(settings.general.tz):%Y-%m-%d %H:%M:%S}"


def _named(session: Session, settings: Settings) -> Named:
    """How forums, rooms and people are called: by the database and the config as they are now."""
    access = Access(settings)
    names = {f"forum:{row.uid}": f"forum:{forum_name(access, row)}" for row in queries.forums(session)}
    for room in queries.rooms(session):
        home = names.get(f"forum:{room.forum_uid}") or (f"dm:{room.person}" if room.person else None)
        names[f"room:{room.room_id}"] = home or f"room:{room.room_id}"

    def named(said: str) -> str:
        person = access.person(said[said.find("@") :]) if "@" in said else None
        return f"{said} ({person.name})" if person is not None else names.get(said, said)

    return named


def _row(entry: AuditEntry, named: Named) -> dict[str, Any]:
    """An entry as it is kept, and readable beside that."""
    kept = {name: getattr(entry, name) for name in _COLUMNS} | {"at": entry.at.isoformat()}
    return kept | {"readable": _readable(entry, named)}


def _readable(entry: AuditEntry, named: Named) -> str:
    parts = [
        named(entry.by) or "bot",
        entry.act,
        named(entry.subject),
        f"-> {named(entry.recipient)}" if entry.recipient else "",
        f"({entry.detail})" if entry.detail else "",
        f"[{entry.purpose}]" if entry.purpose else "",
    ]
    return "  ".join(filter(None, parts))


def _write(session: Session, file: Path, settings: Settings) -> tuple[int, str]:
    """The file gets its name when it is whole; of one transaction, so that its head is that of its last entry."""
    head = log.head(session)
    aside = file.with_name(f".{file.name}.part")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="") as out:
            named = _named(session, settings)
            for line in _lines(file.suffix, head, queries.audit_entries(session), named):
                out.write(line)
            out.flush()
            os.fsync(out.fileno())
        aside.replace(file)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise
    fsync_folder(file.absolute().parent)
    return queries.count_audit(session), head


def _lines(suffix: str, head: str, entries: Iterable[AuditEntry], named: Named) -> Iterator[str]:
    """The head first; a CSV file has the names of its columns below it."""
    if suffix == ".jsonl":
        yield json.dumps({"head": head}) + "\n"
        for entry in entries:
            yield json.dumps(_row(entry, named), ensure_ascii=False) + "\n"
        return
    yield f"# head {head}\r\n"
    yield _cells([*_COLUMNS, "readable"])
    for entry in entries:
        yield _cells(_row(entry, named).values())


def _cells(values: Iterable[Any]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow(values)
    return line.getvalue()
