"""What one person may see of one case's ressourceskema, where they ask, and how it reads in chat."""

from __future__ import annotations

from collections.abc import Sequence

import structlog
from sqlmodel import Session

from bot import text
from bot.commands import Context, Problem, Reply
from bot.commands.sheet_words import Meant
from bot.documents.lines import case_line, with_agency
from bot.documents.sheet import Entry, entries, grouped, history, lacking, said_by, short_day, titled
from bot.form import FormField
from bot.storage import queries
from bot.storage.cases import Case, SheetValue
from bot.text.excerpt import excerpt

log = structlog.get_logger(__name__)


class SheetView:
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

    def may_read(self, row: SheetValue) -> bool:
        """Whether a value is this person's to read: what others said is not for a caseworker."""
        return not self.only_own or row.agency == self.agency

    def _lacking(self, found: Sequence[Entry]) -> dict[str, tuple[list[Entry], list[Entry]]]:
        """What is missing and what is old by agency; for a caseworker their own."""
        by_agency = lacking(found)
        return {code: some for code, some in by_agency.items() if not self.only_own or code == self.agency}

    def _entries(self) -> list[Entry]:
        found = entries(self.session, self.ctx.access, self.case, self.ctx.at, personal=self.personal)
        return [entry for entry in found if entry.field in self.fields]

    def reply(self, kind: str, lines: Sequence[str]) -> Reply:
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
        self.looked(filled)
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
        return self.reply("case.sheet", [*lines, "", *self._counts(found)])

    def _line(self, entry: Entry) -> str:
        """A value in a line, shortened, with whose it is and from when."""
        row, ctx = entry.row, self.ctx
        if row is None:
            return ""
        if not self.may_read(row):
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
                f"{agency or ctx.say('case-the-group')} {len(some[at])}"
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
            lead = agency or ctx.say("case-the-group")
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
        return self.reply("case.sheet", lines)

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
        if row is None or (known and not self.may_read(row)):
            said = ctx.say("sheet-answered" if known else "sheet-missing")
            return self.reply("case.sheet", [head, "", said, "", *self._options(field)])
        self.looked([Entry(field, row, "standing")])
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
        return self.reply("case.sheet", [*lines, "", *self._options(field)])

    def _options(self, field: FormField) -> list[str]:
        options = ", ".join(field.options(self.ctx.language))
        hinted = field.hint(self.ctx.language)
        return [self.ctx.say("sheet-options", options=options)] if options else [hinted] if hinted else []

    def looked(self, found: Sequence[Entry]) -> None:
        """Note that somebody saw names and the like: who, when, which case; never what it was."""
        seen = [entry for entry in found if entry.field.personal]
        if seen:
            self.ctx.cases(self.session).looked(self.case, "names")
            log.info("case.names", case=self.case.code, person=self.ctx.person.user_id)
