"""The ressourceskema in chat: look at it, fill a field, see what is missing, have it as a file."""

from __future__ import annotations

from collections.abc import Sequence

from sqlmodel import Session

from bot import audit, text
from bot.commands import Context, Problem, Reply, Rest, command
from bot.commands.case_hints import hint
from bot.commands.case_places import implied, the_case
from bot.commands.heard import NotMine, on_reply
from bot.commands.sheet_view import SheetView
from bot.commands.sheet_words import Meant, NotMeant, meant
from bot.documents.sheet import entries, said_by, sheet, short_day
from bot.form import LONGEST, FormField, fold
from bot.owed import direct, owe_file
from bot.storage import queries
from bot.storage.cases import SheetValue
from bot.storage.models import Outbox
from bot.text.excerpt import excerpt

_LACKING = frozenset("mangler mangel hvad mangler missing what is missing".split())
_FILE = frozenset("fil file docx word dokument document".split())
_MOST_LINES = 40  # of a message that fills several fields; more is a text that somebody pasted
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
    # Where a case is spoken of, "1 …" may be a field's own words.
    bare = implied(session, ctx) is None
    case, rest = the_case(session, ctx, words, f"{ctx.typed('sheet')} HS-26-014", number=bare)
    reader = _Sheet(session, ctx, case)
    asked = set(fold(rest).split())
    if not asked:
        return reader.whole()
    if asked <= _LACKING:
        return reader.lacking()
    if asked & _FILE and asked <= _FILE | _STEPS:
        return reader.file(steps=bool(asked & _STEPS))
    first, *more = reader.lines(rest)
    found = reader.meant(first)
    if found.section is not None:
        return reader.whole(found)
    if found.field is not None and found.value is None and not found.clear and not more:
        return reader.one(found.field)
    return reader.fill([found, *map(reader.meant, more)])


@on_reply("case.sheet")
def replied(session: Session, ctx: Context, words: str, about: Outbox) -> Reply | None:
    """A plain answer to a sheet that names a field with a colon ("skole: begynder efter jul") fills it; others do not.

    Raises NotMine for any other words.
    """
    case = queries.case(session, about.case_uid)
    if case is None or not ctx.access.may_see_case(session, ctx.person, ctx.place, case):
        raise NotMine
    if not ctx.access.may_use(ctx.person, "sheet", ctx.place):
        raise NotMine
    reader = _Sheet(session, ctx, case)
    said = reader.lines(words)
    if not reader.names_a_field(said[0]):
        raise NotMine
    return reader.fill([reader.meant(line) for line in said])


class _Sheet(SheetView):
    """The same, and what that person may fill in."""

    def lines(self, words: str) -> list[str]:
        """Words cut where a line names another field with a colon: several fields may be filled by one message."""
        found: list[str] = []
        said = words.split("\n")
        for line in said if len(said) <= _MOST_LINES else [words]:
            if found and not self.names_a_field(line):
                found[-1] += f"\n{line}"
            else:
                found.append(line)
        return found

    def names_a_field(self, line: str) -> bool:
        """Whether a line begins with the name of a field and a colon, or "="."""
        try:
            found = meant(self.form, line, self.fields)
        except NotMeant:
            return False
        return found.marked and (found.value is not None or found.clear)

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

    def fill(self, said: Sequence[Meant]) -> Reply:
        """Give fields their values, or empty them. Raises Problem before anything is changed."""
        todo = [(each.field, self._value(each.field, each.value or "", each)) for each in said if each.field]
        lines: list[str] = []
        for field, value in todo:
            lines += self._fill(field, value)
        return self.reply("case.changed", lines)

    def _fill(self, field: FormField, value: str) -> list[str]:
        """Give a field a value, or with none empty it; what is said of it."""
        ctx = self.ctx
        before = self._before(field)
        row = ctx.cases(self.session).fill(self.case, field.name, value, self.agency, personal=field.personal)
        lines = [self._filled(field, row), *before]
        if field.agencies and self.agency not in field.agencies:
            lines.append(ctx.say("sheet-whose", agencies=", ".join(field.agencies)))
        named = (
            hint(self.session, ctx, value, self.case) if field.kind == "text" and not field.personal else None
        )
        return [*lines, *([named] if named else [])]

    def _before(self, field: FormField) -> list[str]:
        """That a value of another agency gave way, so that nobody overwrites one unseen."""
        row, ctx = queries.sheet_value(self.session, self.case.uid, field.name), self.ctx
        if row is None or row.text_uid is None or row.agency == self.agency:
            return []
        if not self.may_read(row):
            return [ctx.say("sheet-replaced-other")]
        words = excerpt(text.text_ref(row.text_uid))
        who = said_by(ctx.access, row.agency, row.by)
        day = short_day(ctx.access, row.said_at, ctx.language, ctx.at)
        return [ctx.say("sheet-replaced", words=words, who=who, day=day)]

    def _filled(self, field: FormField, row: SheetValue) -> str:
        """The receipt: which field, and what it says now."""
        title = field.title(self.ctx.language)
        if row.text_uid is None:
            return self.ctx.say("sheet-cleared", code=self.case.code, field=title)
        words = text.text_ref(row.text_uid)
        words = excerpt(words) if field.kind == "text" else words
        return self.ctx.say("sheet-filled", code=self.case.code, field=title, words=words)

    def _value(self, field: FormField, words: str, said: Meant) -> str:
        """A value in its normal form; "" to empty the field. Raises Problem where it is none of the field's kind."""
        ctx = self.ctx
        if said.clear:
            return ""
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
            self.looked(entries(self.session, ctx.access, self.case, ctx.at, personal=True))
        word = text.t(language, "sheet-file-name")
        owe_file(
            self.session,
            f"file:{ctx.saying}",
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
        audit.note(
            self.session,
            "exported",
            f"case:{self.case.code}",
            by=ctx.person.user_id,
            at=ctx.at,
            recipient=direct(ctx.person.user_id),
            detail="case.sheet.file",
            purpose="prevention",
            event_id=ctx.event_id,
        )
        key = "sheet-file-comes" if ctx.place.direct else "sheet-file-direct"
        return self.reply("case.sheet", [ctx.say(key, code=self.case.code)])
