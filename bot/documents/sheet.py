"""The ressourceskema of a case: what it says, what is missing or old, and the whole as a document.

`entries` is what a reader may see of it, field by field; `sheet` the document (docs/domain, Records: annex 1).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby
from typing import Literal

from sqlmodel import Session

from bot import text, when
from bot.access import Access
from bot.documents.case import plan, update_words
from bot.documents.lines import case_line
from bot.documents.model import Block, Bullets, Document, Heading, Paragraph, Table
from bot.form import FormField, Section
from bot.programme import Person
from bot.storage import queries
from bot.storage.cases import Case, CaseUpdate, SheetValue
from bot.storage.models import Change

State = Literal["missing", "old", "standing"]


@dataclass(frozen=True)
class Entry:
    """A field of a case's sheet with its value, if it has one, and whether that is old ([cases] old)."""

    field: FormField
    row: SheetValue | None
    state: State

    def words(self) -> str:
        """Its value as a token; "" without one."""
        return text.text_ref(self.row.text_uid) if self.row is not None and self.row.text_uid else ""


def entries(
    session: Session, access: Access, case: Case, now: datetime, *, personal: bool = False
) -> list[Entry]:
    """The fields of a case's sheet in the form's order; of a repeating section the first, and those with a value.

    Personal fields only with `personal`. A value whose words were erased is missing.
    """
    values = queries.sheet_values(session, case.uid)
    fields = [each for each in access.settings.form.fields() if personal or not each.personal]
    used = {(each.section, each.person) for each in fields if each.name in values}
    before = _old_before(access, now)
    found = []
    for each in fields:
        if each.person not in (None, 1) and (each.section, each.person) not in used:
            continue
        row = values.get(each.name)
        if row is None or queries.words(session, row.text_uid) is None:
            found.append(Entry(each, None, "missing"))
        else:
            old = row.said_at < before and not each.personal
            found.append(Entry(each, row, "old" if old else "standing"))
    return found


def _old_before(access: Access, now: datetime) -> datetime:
    span = access.settings.cases.old
    if span.unit != "workdays":
        return now - timedelta(days=span.days)
    today = access.today(now)
    return now - (today - access.calendar.shift(today, -span.count))


def lacking(found: Iterable[Entry]) -> dict[str, tuple[list[Entry], list[Entry]]]:
    """What is missing and what is old, by the agency that answers it; "" has what nobody is asked.

    Names and the like are never missing: nobody has to say them.
    """
    by_agency: dict[str, tuple[list[Entry], list[Entry]]] = {}
    for entry in found:
        if entry.state == "standing" or entry.field.personal:
            continue
        for agency in entry.field.agencies or ("",):
            missing, old = by_agency.setdefault(agency, ([], []))
            (missing if entry.state == "missing" else old).append(entry)
    return {agency: by_agency[agency] for agency in sorted(by_agency, key=lambda code: (not code, code))}


def titled(
    access: Access, found: Iterable[Entry], language: str, say: Callable[[Entry], str] | None = None
) -> str:
    """Fields in a line; those of a repeat behind its title: "Nøgleperson 1: Fremmøde, Fritidsjob; Helbred".

    `say` says each within its repeat, by default its label.
    """
    parts: list[str] = []
    for (key, person), inside in groupby(found, key=_repeat):
        names = [say(entry) if say is not None else entry.field.label(language) for entry in inside]
        section = access.settings.form.section(key)
        head = f"{section.title(language, person)}: " if section is not None else ""
        parts.append(head + ", ".join(names))
    return "; ".join(parts)


def _repeat(entry: Entry) -> tuple[str, int | None]:
    """The repeat of a section that a field stands in; no section where it is there once."""
    return ("", None) if entry.field.person is None else (entry.field.section, entry.field.person)


def grouped(
    access: Access, found: Iterable[Entry], language: str
) -> list[tuple[Section, int | None, list[Entry]]]:
    """The entries by section and repeat, in the form's order; sections that the bot fills itself have none."""
    listed = list(found)
    made: list[tuple[Section, int | None, list[Entry]]] = []
    for section in access.settings.form.sections:
        for number in range(1, section.count + 1) if section.count > 1 else (None,):
            inside = [e for e in listed if e.field.section == section.key and e.field.person == number]
            if inside or section.shows is not None:
                made.append((section, number, inside))
    return made


def history(session: Session, case: Case, row: SheetValue) -> list[Change]:
    """What became of a value, the newest first; what was taken back is left out."""
    steps = queries.history_of_case(session, case.uid)
    return [change for change in reversed(steps) if change.field == f"value:{row.uid}"]


def short_day(access: Access, at: datetime, language: str, now: datetime) -> str:
    """A day in a list: "3. nov.", with its year if that is another one."""
    local = at.astimezone(access.settings.general.tz).date()
    return when.short_day(local, language, year=local.year != access.today(now).year)


def said_by(access: Access, agency: str | None, by: str) -> str:
    """Whose word a value is: the agency's, of somebody without one their name."""
    return agency or text.user_text(access.name(by))


# --- the document


def sheet(
    session: Session,
    access: Access,
    case: Case,
    reader: Person,
    language: str,
    now: datetime,
    *,
    personal: bool = False,
    steps: bool = False,
) -> Document:
    """The sheet as a document like the annex, for a `reader` who knows the case.

    `personal`: with name, address and the like, which only who leads the case may have; `steps`: with every earlier
    value in a table at the end.
    """
    found = entries(session, access, case, now, personal=personal)
    newest = max((e.row.said_at for e in found if e.row is not None), default=None)
    blocks: list[Block] = []
    if case.text_uid:
        blocks.append(Paragraph(text.text_ref(case.text_uid)))
    blocks.append(Paragraph(access.settings.privacy.purpose))
    last_section = ""
    for section, number, inside in grouped(access, found, language):
        if section.shows is not None:
            blocks += _shown(session, access, case, section, reader, language, now)
        elif inside:
            if section.key != last_section:
                blocks.append(Heading(section.title(language)))
            blocks.append(_table(access, section.title(language, number), inside, language))
        last_section = section.key
    blocks += _lacking(access, found, language)
    if steps:
        blocks += _steps(session, access, case, found, language)
    subtitle = (
        text.t(language, "sheet-doc-updated", day=when.full_day(access.today(newest), language))
        if newest is not None
        else text.t(language, "sheet-doc-empty")
    )
    title = text.t(language, "sheet-doc-title", code=case.code)
    return Document(title, language, subtitle, tuple(blocks))


def _table(access: Access, caption: str, inside: Sequence[Entry], language: str) -> Table:
    """A section as a table: the field with who answers it, the value, whose it is and from when."""
    head = tuple(text.t(language, f"sheet-doc-{column}") for column in ("field", "value", "source"))
    rows = []
    for entry in inside:
        label = entry.field.label(language)
        empty = "" if entry.field.personal else text.t(language, "sheet-missing")
        asked = ", ".join(entry.field.agencies)
        name = f"{label} ({asked})" if asked else label
        rows.append((name, entry.words() or empty, _source(access, entry, language)))
    return Table(text.t(language, "sheet-doc-answers", section=caption), head, tuple(rows))


def _source(access: Access, entry: Entry, language: str) -> str:
    if entry.row is None:
        return ""
    day = when.full_day(access.today(entry.row.said_at), language)
    said = f"{said_by(access, entry.row.agency, entry.row.by)}, {day}"
    return f"{said} – {text.t(language, 'sheet-old')}" if entry.state == "old" else said


def _shown(
    session: Session,
    access: Access,
    case: Case,
    section: Section,
    reader: Person,
    language: str,
    now: datetime,
) -> list[Block]:
    """What the bot itself knows for a section: related cases, updates, the plan."""
    head = Heading(section.title(language))
    if section.shows == "related":
        others = [
            case_line(other, language)
            for other in queries.related(session, case.uid)
            if access.may_hear_of_case(session, reader.user_id, other)
        ]
        return [head, Bullets(tuple(others)) if others else Paragraph(text.t(language, "sheet-doc-none"))]
    if section.shows == "updates":
        return [head, _updates(session, access, case, language)]
    return [head, *plan(session, access, case, language, now)]


def _updates(session: Session, access: Access, case: Case, language: str) -> Block:
    """The newest word of each agency, and the observations that the coordinator let in."""
    said = queries.updates(session, case.uid)
    newest: dict[str, CaseUpdate] = {}
    for row in said:
        if row.kind != "observation":
            newest.setdefault(row.agency or row.by, row)
    rows = [*newest.values(), *(row for row in said if row.kind == "observation")]
    if not rows:
        return Paragraph(text.t(language, "sheet-doc-none"))
    head = tuple(text.t(language, f"sheet-doc-{column}") for column in ("who", "day", "update"))
    return Table(
        text.t(language, "sheet-doc-newest"),
        head,
        tuple(
            (
                said_by(access, row.agency, row.by),
                when.full_day(access.today(row.said_at), language),
                update_words(row, language),
            )
            for row in rows
        ),
    )


def _lacking(access: Access, found: Sequence[Entry], language: str) -> list[Block]:
    """What is missing or old at the end, by agency."""
    items: list[str] = []
    leads: list[str] = []
    for agency, (missing, old) in lacking(found).items():
        for key, some in (("sheet-doc-lacks", missing), ("sheet-doc-is-old", old)):
            if some:
                items.append(text.t(language, key, fields=titled(access, some, language)))
                leads.append(agency or text.t(language, "case-the-group"))
    head = Heading(text.t(language, "sheet-doc-lacking"))
    if not items:
        return [head, Paragraph(text.t(language, "sheet-nothing-lacks"))]
    return [head, Bullets(tuple(items), tuple(leads))]


def _steps(
    session: Session, access: Access, case: Case, found: Sequence[Entry], language: str
) -> list[Block]:
    """Every value there ever was, the newest of each field first."""
    rows = []
    for entry in found:
        row = queries.sheet_value(session, case.uid, entry.field.name)
        for change in history(session, case, row) if row is not None else ():
            after = change.after or {}
            words = (
                text.text_ref(after["text_uid"])
                if after.get("text_uid")
                else text.t(language, "sheet-emptied")
            )
            who = said_by(access, after.get("agency"), change.by)
            rows.append(
                (
                    entry.field.title(language),
                    words,
                    f"{who}, {when.full_day(access.today(change.at), language)}",
                )
            )
    head = Heading(text.t(language, "sheet-doc-history"), new_page=True)
    if not rows:
        return [head, Paragraph(text.t(language, "sheet-doc-none"))]
    columns = tuple(text.t(language, f"sheet-doc-{column}") for column in ("field", "value", "source"))
    return [head, Table(text.t(language, "sheet-doc-steps"), columns, tuple(rows))]
