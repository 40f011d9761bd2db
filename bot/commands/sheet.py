"""The ressourceskema in chat: look at it, fill a field, see what is missing, have it as a file."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from sqlmodel import Session

from bot import text
from bot.cases import Cases
from bot.commands import Context, Problem, Reply, Rest, command
from bot.commands.case_hints import hint
from bot.commands.case_places import the_case
from bot.commands.sheet_words import Meant, NotMeant, meant
from bot.documents.lines import case_line, with_agency
from bot.documents.sheet import Entry, entries, grouped, history, lacking, said_by, sheet, short_day, titled
from bot.form import LONGEST, FormField, fold
from bot.owed import direct, owe_file
from bot.storage import queries
from bot.storage.cases import Case, SheetValue
from bot.text.excerpt import excerpt

log = structlog.get_logger(__name__)

_LACKING = frozenset("mangler mangel hvad mangler missing what is missing".split())
_FILE = frozenset("fil file docx word dokument document".split())
_STEPS = frozenset("historik historie history".split())


@command("sheet", da=("skema", "ressourceskema"), family="cases")
def sheet_(session: Session, ctx: Context, words: Rest) -> Reply:
    """Look at a case's sheet, see what is missing, fill or empty a field, or have the sheet as a file.

    da: Se en sags ressourceskema, hvad der mangler, udfyld eller tøm et felt, eller få skemaet som fil.
        !skema HS-26-014
        !skema HS-26-014 mangler
        !skema HS-26-014 skole: starter i 5. klasse efter jul
        !skema HS-26-014 nøgleperson 2 fritidsjob: søger i Netto
        !skema HS-26-014 skole
        !skema HS-26-014 skole slet
        !skema HS-26-014 fil
    en: Look at a case's sheet, see what is missing, fill or empty a field, or have the sheet as a file.
        !sheet HS-26-014
        !sheet HS-26-014 missing
        !sheet HS-26-014 school: begins in year 5 after Christmas
        !sheet HS-26-014 key person 2 spare-time job: applying at a shop
        !sheet HS-26-014 school
        !sheet HS-26-014 school clear
        !sheet HS-26-014 file
    """
    verb = "skema" if ctx.language == "da" else "sheet"
    case, rest = the_case(session, ctx, words, f"{ctx.prefix}{verb} HS-26-014")
    reader = _Reader(session, ctx, case)
    asked = set(fold(rest).split())
    if not asked:
        return reader.whole()
    if asked <= _LACKING:
        return reader.lacking()
    if asked & _FILE and asked <= _FILE | _STEPS:
        return reader.file(steps=bool(asked & _STEPS))
    found = reader.meant(rest)
    if found.section is not None:
        return reader.whole(found)
    if found.field is None:  # words name one of the two
        raise Problem("problem-sheet-no-field", word=text.user_text(rest[:40]), **reader.example)
    if found.value is None and not found.clear:
        return reader.one(found.field)
    return reader.fill(found.field, found.value or "")


class _Reader:
    """What one person may see and fill of one case's sheet, where they ask.

    Who knows the case sees the sheet; a caseworker only what their own agency answers and has said; a follower none.
    """

    def __init__(self, session: Session, ctx: Context, case: Case) -> None:
        self.session, self.ctx, self.case = session, ctx, case
        self.form = ctx.access.settings.form
        self.agency = ctx.person.agency
        self.only_own = not ctx.access.knows_case(session, ctx.person, case)
        if self.only_own:
            row = queries.follower(session, case.uid, ctx.person.user_id)
            if row is None or row.state != "standing" or row.role != "caseworker":
                raise Problem("problem-sheet-follower", code=case.code, prefix=ctx.prefix)
            self.agency = row.agency or self.agency
        leads = ctx.access.may_lead_case(session, ctx.person, case)
        self.personal = self.form.personal and ctx.place.direct and leads and not self.only_own
        self.fields = tuple(each for each in self.form.fields() if self._may_see(each))
        self.example: dict[str, object] = {"code": case.code, "prefix": ctx.prefix}

    def _may_see(self, field: FormField) -> bool:
        if self.only_own:
            return not field.personal and self.agency in field.agencies
        return self.personal or not field.personal

    def _may_read(self, row: SheetValue) -> bool:
        """Whether a value is this person's to read: what others said is not for a caseworker."""
        return not self.only_own or row.agency == self.agency

    def _lacking(self, found: Sequence[Entry]) -> dict[str, tuple[list[Entry], list[Entry]]]:
        """What is missing and what is old by agency; for a caseworker their own."""
        by_agency = lacking(found)
        return {code: some for code, some in by_agency.items() if not self.only_own or code == self.agency}

    def _entries(self) -> list[Entry]:
        found = entries(self.session, self.ctx.access, self.case, self.ctx.at, personal=self.personal)
        return [entry for entry in found if entry.field in self.fields]

    def _reply(self, kind: str, lines: Sequence[str]) -> Reply:
        return Reply(kind, "\n".join(lines), case=self.case.uid)

    # --- looking

    def whole(self, only: Meant | None = None) -> Reply:
        """The sheet, or one section of it: what is known, by section, and how much is missing."""
        found = self._entries()
        if only is not None and only.section is not None:
            key, person = only.section.key, only.person
            found = [e for e in found if e.field.section == key and e.field.person == person]
        ctx = self.ctx
        filled = [entry for entry in found if entry.row is not None]
        self._looked(filled)
        line = case_line(self.case, ctx.language)
        lines = [ctx.say("sheet-head", case=line, filled=len(filled), count=len(found))]
        for section, number, inside in grouped(ctx.access, filled, ctx.language):
            if inside:
                lines += ["", f"**{section.title(ctx.language, number)}**", ""]
                lines += [self._line(entry) for entry in inside]
        if only is not None and not found and only.section is not None:
            lines += [
                "",
                ctx.say("sheet-section-empty", section=only.section.title(ctx.language, only.person)),
            ]
        return self._reply("case.sheet", [*lines, "", *self._counts(found)])

    def _line(self, entry: Entry) -> str:
        """A value in a line, shortened, with whose it is and from when."""
        row, ctx = entry.row, self.ctx
        if row is None:
            return ""
        if not self._may_read(row):
            return f"- {entry.field.label(ctx.language)}: {ctx.say('sheet-answered')}"
        words = excerpt(entry.words()) if entry.field.kind == "text" else entry.words()
        who = said_by(ctx.access, row.agency, row.by)
        said = ctx.say("sheet-by", who=who, day=short_day(ctx.access, row.said_at, ctx.language, ctx.at))
        old = f" · **{ctx.say('sheet-old')}**" if entry.state == "old" else ""
        return f"- {entry.field.label(ctx.language)}: {words} ({said}){old}"

    def _counts(self, found: Sequence[Entry]) -> list[str]:
        """How much is missing and how much is old, by agency, in a line."""
        ctx = self.ctx
        by_agency = self._lacking(found)
        if not by_agency:
            return [ctx.say("sheet-nothing-lacks")]
        parts = []
        for key, at in (("sheet-count-missing", 0), ("sheet-count-old", 1)):
            counts = [
                f"{agency or ctx.say('sheet-nobody')} {len(some[at])}"
                for agency, some in by_agency.items()
                if some[at]
            ]
            parts += [ctx.say(key, counts=", ".join(counts))] if counts else []
        return [f"{' '.join(parts)} {ctx.say('sheet-see-missing', **self.example)}"]

    def lacking(self) -> Reply:
        """What is missing or old, by agency."""
        ctx = self.ctx
        lines = [f"**{ctx.say('sheet-lacking-head', case=case_line(self.case, ctx.language))}**", ""]
        by_agency = self._lacking(self._entries())
        for agency, (missing, old) in by_agency.items():
            lead = agency or ctx.say("sheet-nobody")
            if missing:
                titles = titled(ctx.access, missing, ctx.language)
                lines.append(f"- **{lead}** {ctx.say('sheet-lacks', fields=titles)}")
            if old:
                titles = titled(ctx.access, old, ctx.language, self._dated)
                lines.append(f"- **{lead}** {ctx.say('sheet-is-old', fields=titles)}")
        if not by_agency:
            lines.append(ctx.say("sheet-nothing-lacks"))
        else:
            lines += ["", ctx.say("sheet-how", **self.example)]
        return self._reply("case.sheet", lines)

    def _dated(self, entry: Entry) -> str:
        at = entry.row.said_at if entry.row is not None else self.ctx.at
        day = short_day(self.ctx.access, at, self.ctx.language, self.ctx.at)
        return f"{entry.field.label(self.ctx.language)} ({day})"

    def one(self, field: FormField) -> Reply:
        """One field with its whole history."""
        ctx = self.ctx
        row = queries.sheet_value(self.session, self.case.uid, field.name)
        asked = ", ".join(field.agencies)
        head = f"**{self.case.code} · {field.title(ctx.language)}**" + (f" ({asked})" if asked else "")
        known = row is not None and row.text_uid is not None
        if row is None or (known and not self._may_read(row)):
            said = ctx.say("sheet-answered" if known else "sheet-missing")
            return self._reply("case.sheet", [head, "", said, "", *self._options(field)])
        if known:
            self._looked([Entry(field, row, "standing")])
        steps = [
            (change.after or {}, change.by, change.at)
            for change in history(self.session, self.case, row)
            if not self.only_own or (change.after or {}).get("agency") == self.agency
        ]
        lines = [head, ""]
        lines += [] if known else [ctx.say("sheet-missing"), ""]
        for after, by, at in steps:
            words = (
                text.text_ref(after["text_uid"]) if after.get("text_uid") else f"*{ctx.say('sheet-emptied')}*"
            )
            who = with_agency(ctx.access, by, after.get("agency"))
            day = short_day(ctx.access, at, ctx.language, ctx.at)
            lines.append(f"- {ctx.say('sheet-step', who=who, day=day)}: {words}")
        return self._reply("case.sheet", [*lines, "", *self._options(field)])

    def _options(self, field: FormField) -> list[str]:
        options = ", ".join(field.options(self.ctx.language))
        hinted = field.hint(self.ctx.language)
        return [self.ctx.say("sheet-options", options=options)] if options else [hinted] if hinted else []

    def _looked(self, found: Sequence[Entry]) -> None:
        """Note that somebody saw names and the like: who, when, which case; never what it was."""
        seen = [entry for entry in found if entry.field.personal]
        if seen:
            self._cases().looked(self.case, "names")
            log.info("case.names", case=self.case.code, person=self.ctx.person.user_id)

    # --- filling

    def meant(self, rest: str) -> Meant:
        """What the words after the code mean. Raises Problem with what could have been meant."""
        try:
            return meant(self.form, rest, self.fields)
        except NotMeant as trouble:
            raise self._unclear(rest, trouble) from None

    def _unclear(self, rest: str, trouble: NotMeant) -> Problem:
        """Why no field is meant: a number too high, several that fit, one that is kept from here, or none."""
        language, shown = self.ctx.language, text.user_text(trouble.said[:40])
        if trouble.section is not None:
            name, count = trouble.section.title(language), trouble.section.count
            return Problem("problem-sheet-number", section=name, number=trouble.number, count=count)
        hidden = self._hidden(rest)
        if hidden is not None:
            return hidden
        if trouble.fitting:
            listed = ", ".join(field.title(language) for field in trouble.fitting[:8])
            return Problem(
                "problem-sheet-which",
                word=shown,
                fields=listed,
                field=self._name(trouble.fitting[0]),
                **self.example,
            )
        if trouble.nearest is not None:
            title = trouble.nearest.title(language)
            name = self._name(trouble.nearest)
            return Problem("problem-sheet-near-field", word=shown, nearest=title, field=name, **self.example)
        return Problem("problem-sheet-no-field", word=shown, **self.example)

    def _name(self, field: FormField) -> str:
        """What to type for a field."""
        return field.title(self.ctx.language).replace(":", "")

    def _hidden(self, rest: str) -> Problem | None:
        """Why a field that there is cannot be seen or filled by this person here."""
        try:
            found = meant(self.form, rest, self.form.everything).field
        except NotMeant as trouble:
            found = trouble.fitting[0] if trouble.fitting else None
        if found is None or found in self.fields:
            return None
        title = found.title(self.ctx.language)
        if self.only_own:
            yours = ", ".join(
                field.title(self.ctx.language) for field in self.fields if field.person in (None, 1)
            )
            return Problem("problem-sheet-not-yours", field=title, yours=yours or self.ctx.say("nobody"))
        if not self.form.personal:
            return Problem("problem-sheet-personal-off", field=title)
        if not self.ctx.access.may_lead_case(self.session, self.ctx.person, self.case):
            return Problem("problem-sheet-personal-whose", field=title)
        return Problem("problem-sheet-personal-room", field=title)

    def fill(self, field: FormField, words: str) -> Reply:
        """Give a field a value, or with no words empty it."""
        ctx = self.ctx
        value = self._value(field, words) if words else ""
        before = self._before(field)
        self._cases().fill(self.case, field.name, value, self.agency, personal=field.personal)
        row = queries.sheet_value(self.session, self.case.uid, field.name)
        title = field.title(ctx.language)
        lines = [self._filled(field, row, title), *before]
        if field.agencies and self.agency not in field.agencies:
            lines.append(ctx.say("sheet-whose", agencies=", ".join(field.agencies)))
        named = (
            hint(self.session, ctx, value, self.case) if field.kind == "text" and not field.personal else None
        )
        return self._reply("case.changed", [*lines, *([named] if named else [])])

    def _before(self, field: FormField) -> list[str]:
        """That a value of another agency gave way, so that nobody overwrites one unseen."""
        row, ctx = queries.sheet_value(self.session, self.case.uid, field.name), self.ctx
        if row is None or row.text_uid is None or row.agency == self.agency:
            return []
        if not self._may_read(row):
            return [ctx.say("sheet-replaced-other")]
        words = excerpt(text.text_ref(row.text_uid))
        who = said_by(ctx.access, row.agency, row.by)
        day = short_day(ctx.access, row.said_at, ctx.language, ctx.at)
        return [ctx.say("sheet-replaced", words=words, who=who, day=day)]

    def _filled(self, field: FormField, row: SheetValue | None, title: str) -> str:
        """The receipt: which field, and what it says now."""
        if row is None or row.text_uid is None:
            return self.ctx.say("sheet-cleared", code=self.case.code, field=title)
        words = text.text_ref(row.text_uid)
        words = excerpt(words) if field.kind == "text" else words
        return self.ctx.say("sheet-filled", code=self.case.code, field=title, words=words)

    def _value(self, field: FormField, words: str) -> str:
        ctx = self.ctx
        title = field.title(ctx.language)
        if len(words) > LONGEST:
            raise Problem("problem-sheet-long", field=title, count=len(words), limit=LONGEST)
        value = field.read(words, ctx.language, ctx.at, ctx.access.calendar)
        if value is None:
            options = ", ".join(field.options(ctx.language))
            key = "problem-sheet-date" if field.kind == "date" else "problem-sheet-options"
            shown = text.user_text(words[:40])
            raise Problem(
                key, field=title, name=self._name(field), word=shown, options=options, **self.example
            )
        return value

    def _cases(self) -> Cases:
        return self.ctx.cases(self.session)

    # --- the file

    def file(self, *, steps: bool) -> Reply:
        """The sheet as a file for Word, only ever in direct messages."""
        ctx = self.ctx
        if self.only_own:
            raise Problem("problem-sheet-file", **self.example)
        leads = ctx.access.may_lead_case(self.session, ctx.person, self.case)
        personal = self.form.personal and leads
        language = ctx.access.language(self.session, ctx.person.user_id)
        document = sheet(
            self.session, ctx.access, self.case, ctx.person, language, ctx.at, personal=personal, steps=steps
        )
        if personal:
            self._looked(entries(self.session, ctx.access, self.case, ctx.at, personal=True))
        word = text.t(language, "sheet-file-name")
        owe_file(
            self.session,
            f"file:{ctx.event_id}:{ctx.line}",
            direct(ctx.person.user_id),
            "case.sheet.file",
            name=f"{word}-{self.case.code}.docx",
            format="docx",
            alt=text.t(language, "sheet-file-alt", code=self.case.code),
            content=document,
            language=language,
            now=ctx.at,
            case=self.case.uid,
            room_id=ctx.place.room_id if ctx.place.direct else None,
        )
        key = "sheet-file-comes" if ctx.place.direct else "sheet-file-direct"
        return self._reply("case.sheet", [ctx.say(key, code=self.case.code)])
