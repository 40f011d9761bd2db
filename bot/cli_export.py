"""`hotspotbot export`: records as plain data for other systems, also while the bot runs (docs/architecture, Export)."""

from __future__ import annotations

import csv
import json
import sys
from collections.abc import Sequence
from enum import StrEnum
from functools import partial
from typing import Annotated, Any

import typer
from sqlmodel import Session

from bot.access import Access
from bot.app import open_vault
from bot.cli_common import Config, note_done, told
from bot.clock import SystemClock
from bot.documents import plain
from bot.documents.model import resolved
from bot.proceedings import minutes_of, name, room_language
from bot.settings import Settings, load
from bot.storage import queries
from bot.storage.database import Database
from bot.storage.exports import export_actions, export_minutes
from bot.storage.meetings import Meeting

_COLUMNS = "number state forum room owners agency due text case created_by source_event".split()


class What(StrEnum):
    """What can be exported."""

    actions = "actions"
    minutes = "minutes"


class Format(StrEnum):
    """Export formats."""

    json = "json"
    csv = "csv"
    md = "md"


def export(
    what: What,
    config: Config,
    format: Annotated[Format, typer.Option("--format", help="md: minutes only")] = Format.json,
) -> None:
    """Export every action, or the minutes of every meeting that was held, to standard output."""
    if what is What.actions and format is Format.md:
        typer.echo("actions come as json or csv; md is for minutes", err=True)
        raise typer.Exit(2)
    with told():
        settings = load(config)
        vault = open_vault(settings)
        note_done(settings, vault, "exported", what.value, recipient=format.value, purpose="operation")
        db = Database(settings.database.url, vault)
        db.open(read_only=True)
        try:
            rows = (
                db.run_sync(export_actions)
                if what is What.actions
                else db.run_sync(_minutes, settings, format)
            )
        finally:
            db.close()
    if format is Format.json:
        json.dump(rows, sys.stdout, ensure_ascii=False, indent=2)
        sys.stdout.write("\n")
    elif format is Format.md:
        sys.stdout.write("\n---\n\n".join(row["text"] for row in rows))
    elif what is What.actions:
        _write_csv(_COLUMNS, [{**row, "owners": ", ".join(row["owners"])} for row in rows], guarded={"text"})
    else:
        _write_csv(_MINUTES_COLUMNS, [_flat(row) for row in rows], guarded=_WORDS)


def _write_csv(columns: Sequence[str], rows: Sequence[dict[str, Any]], guarded: set[str]) -> None:
    writer = csv.DictWriter(sys.stdout, columns)
    writer.writeheader()
    for row in rows:
        # A cell that starts with = + - @ is a formula to a spreadsheet.
        writer.writerow(
            {
                key: f"'{value}"
                if key in guarded and isinstance(value, str) and value[:1] in "=+-@\t"
                else value
                for key, value in row.items()
            }
        )


# --- minutes

_MINUTES_COLUMNS = (
    "label forum room state start end planned_start chair present apologies agenda decisions actions addenda "
    "approved_at approved_by text"
).split()
_WORDS = {"chair", "present", "apologies", "approved_by", "agenda", "decisions", "actions", "addenda", "text"}


def _minutes(session: Session, settings: Settings, format: Format) -> list[dict[str, Any]]:
    access, now = Access(settings), SystemClock().now()

    def text(meeting: Meeting) -> str:
        language = room_language(session, access, meeting.forum_uid)
        shown = minutes_of(session, access, meeting, language, now)
        document = resolved(shown, partial(queries.words, session))
        return plain.markdown_file(document) if format is Format.md else plain.text(document)

    return export_minutes(session, settings.general.tz, lambda meeting: name(meeting, access), text)


def _flat(row: dict[str, Any]) -> dict[str, Any]:
    """A meeting's row as cells: people joined by semicolon, everything else a line each."""

    def lines(key: str, *parts: str) -> str:
        return "\n".join(
            " ".join(str(each[part]) for part in parts if each[part] not in (None, "")) for each in row[key]
        )

    return {
        **row,
        "present": _people(row["present"]),
        "apologies": _people(row["apologies"]),
        "agenda": "\n".join(
            f"{item['number']}. {item['text'] or item['kind']} ({item['state']})" for item in row["agenda"]
        ),
        "decisions": lines("decisions", "label", "case", "text"),
        "actions": "\n".join(
            f"{action['number']} {', '.join(action['owners'])}: {action['text'] or ''} {action['due'] or ''}".rstrip()
            for action in row["actions"]
        ),
        "addenda": lines("addenda", "at", "by", "about", "text"),
    }


def _people(rows: Sequence[dict[str, Any]]) -> str:
    return "; ".join(
        " ".join(
            part for part in (row["who"], row["name"], f"({row['agency']})" if row["agency"] else "") if part
        )
        for row in rows
    )
