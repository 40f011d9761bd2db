"""The minutes of a meeting (referat): who was there, what was decided, who does what by when.

In the management group they are a beslutningsreferat, with its decisions first. In the progress group what belongs to
a case stands on pages of its own, so that a case's part can be handed on without the others'.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Final, TypeVar

from sqlmodel import Session

from bot import text
from bot.access import Access
from bot.documents.agenda import span, title
from bot.documents.attendance import apologies, missing, present, there
from bot.documents.digest import forum_name
from bot.documents.lines import coded, day, owners_line, when, with_agency
from bot.documents.model import Block, Bullets, Document, Heading, Paragraph, Table
from bot.reminding import deadline
from bot.storage import queries
from bot.storage.meetings import COMES_AGAIN, AgendaItem, Decision, Meeting, Remark
from bot.storage.models import Action, Forum
from bot.when import Deadline

# Items of these kinds that were left open are carried to the next meeting.

_HEAD: Final = ("minutes-head-number", "minutes-head-who", "minutes-head-what", "minutes-head-when")

_Row = TypeVar("_Row", Remark, Decision, Action)


def minutes(
    session: Session,
    access: Access,
    meeting: Meeting,
    language: str,
    now: datetime,
    *,
    case: str | None = None,
) -> Document:
    """The minutes of a meeting as its records stand now, addenda included; words are tokens of `bot.text`.

    `case`: only what belongs to that case, with the agencies that were there but nobody's name.
    """
    return _Minutes(session, access, meeting, language, now).document(case)


def cases(session: Session, access: Access, meeting: Meeting, language: str, now: datetime) -> list[str]:
    """The cases that have a part of their own in a meeting's minutes."""
    return _Minutes(session, access, meeting, language, now).cases()


def with_addenda(
    document: Document,
    session: Session,
    access: Access,
    meeting: Meeting,
    now: datetime,
    *,
    case: str | None = None,
) -> Document:
    """Minutes that were approved, with what was added to them since; a case's addenda begin a page of their own.

    `case`: only the addenda of that case.
    """
    made = _Minutes(session, access, meeting, document.language, now)
    return replace(document, blocks=(*document.blocks, *made.addenda(document, case)))


def addendum(access: Access, row: Remark, language: str, now: datetime) -> str:
    """An addendum in words: when, who, about which decision or action."""
    said: dict[str, object] = {
        "at": when(access, row.at, language, now),
        "who": with_agency(access, row.by),
        "words": text.text_ref(row.text_uid) if row.text_uid else _plain(text.t(language, "line-no-text")),
    }
    if row.about is None:
        return text.t(language, "minutes-addendum", **said)
    about = row.about
    if about.isdigit():
        about = text.t(language, "minutes-about-action", number=about)
    elif about.startswith("item:"):
        about = text.t(language, "minutes-about-item", number=about.removeprefix("item:"))
    return text.t(language, "minutes-addendum-about", about=about, **said)


class _Minutes:
    """A meeting's records, read once, and the parts of a document that are made of them."""

    def __init__(
        self, session: Session, access: Access, meeting: Meeting, language: str, now: datetime
    ) -> None:
        self.session, self.access, self.meeting = session, access, meeting
        self.language, self.now = language, now
        self.forum = session.get(Forum, meeting.forum_uid)
        self.config = access.settings.room(self.forum.config_room) if self.forum else None
        kind = self.forum.kind if self.forum else ""
        self.by_case = kind == "fremdriftsgruppe"
        self.decisions_first = kind == "ledelsesgruppe"
        everything = queries.agenda_of_all_states(session, meeting.uid)
        self.known = {item.uid: item for item in everything}
        standing = [item for item in everything if item.state != "struck"]
        self.numbered = {item.uid: (number, item) for number, item in enumerate(standing, start=1)}
        remarks = queries.remarks(session, meeting.uid)
        self.remarks = [row for row in remarks if not row.addendum]
        self.added = [row for row in remarks if row.addendum]
        began = meeting.began_at or meeting.starts_at
        decisions = queries.decisions_of(session, meeting.uid)
        self.since = [row for row in decisions if row.item_uid is None and row.decided_at < began]
        self.decisions = [row for row in decisions if row not in self.since]
        self.actions = list(queries.actions_of_meeting(session, meeting.uid))
        self.owners = queries.owners_of(session, [row.uid for row in self.actions])

    def say(self, key: str, **values: object) -> str:
        """A text in the document's language."""
        return text.t(self.language, key, **values)

    # --- the whole

    def document(self, case: str | None) -> Document:
        """The whole document, or a case's part as one."""
        meeting = self.meeting
        start, end = meeting.began_at or meeting.starts_at, meeting.ended_at or meeting.ends_at
        name = text.user_text(forum_name(self.access, self.forum)) if self.forum else ""
        subtitle = f"{name} · {span(self.access, start, end, self.language)}"
        heading = self.say("minutes-title-decisions" if self.decisions_first else "minutes-title")
        if case is None:
            made = Document(heading, self.language, subtitle, tuple(self._common()))
            pages = [block for code in self.cases() for block in self._case(code, new_page=True)]
            made = replace(made, blocks=(*made.blocks, *pages))
        else:
            self.by_case = True
            made = Document(heading, self.language, f"{subtitle} · {case}", tuple(self._extract(case)))
        return replace(made, blocks=(*made.blocks, *self.addenda(made, case)))

    def _common(self) -> list[Block]:
        """What concerns everybody, in the order of the meeting."""
        blocks: list[Block] = [*self._facts(), *self._attendance()]
        if self.decisions_first:
            blocks.append(Heading(self.say("minutes-decisions")))
            blocks += self._decisions(self.decisions) or [Paragraph(self.say("minutes-no-decisions"))]
        blocks += self._section("minutes-since", self._since(None))
        for number, item in self.numbered.values():
            blocks += self._item(number, item)
        blocks += self._section("minutes-otherwise", self._content(None, None))
        blocks += self._section("minutes-not-reached", self._not_reached())
        return [*blocks, *self._section("minutes-carried", self._carried(None))]

    def _facts(self) -> list[Block]:
        said: list[tuple[str, str]] = []
        if self.config is not None and self.config.place:
            said.append((self.say("minutes-place"), text.user_text(self.config.place)))
        if self.meeting.chair:
            said.append((self.say("minutes-chair"), with_agency(self.access, self.meeting.chair)))
        facts: list[Block] = (
            [Bullets(tuple(w for _, w in said), tuple(lead for lead, _ in said))] if said else []
        )
        return [*facts, *self._unended()]

    def _unended(self) -> list[Block]:
        return [Paragraph(self.say("minutes-unended"), strong=True)] if self.meeting.unended else []

    def _attendance(self) -> list[Block]:
        rows = queries.attendance(self.session, self.meeting.uid)
        blocks: list[Block] = [Heading(self.say("minutes-present"))]
        here = present(self.access, rows, self.language)
        blocks.append(here or Paragraph(self.say("minutes-nobody")))
        sent = apologies(self.access, rows, self.language)
        blocks += [Heading(self.say("minutes-apologies")), sent] if sent else []
        absent = missing(self.access, self.config, self.meeting, rows)
        blocks += [Heading(self.say("minutes-absent")), Paragraph(", ".join(absent))] if absent else []
        return blocks

    def _section(self, key: str, content: Sequence[Block], *, level: int = 2) -> list[Block]:
        return [Heading(self.say(key), level), *content] if content else []

    # --- items

    def _item(self, number: int, item: AgendaItem) -> list[Block]:
        """An item in the part for everybody. Of a case's own item only its number stands there."""
        cases = [code for code in self.cases() if self._rows(item, code)]
        own = item.case_code if self.by_case else None
        content = self._content(item, None)
        if not (content or cases or self._taken_up(item)):
            return []
        said = (
            self.say("minutes-case", case=own)
            if own
            else title(self.session, self.access, item, self.language)
        )
        blocks: list[Block] = [Heading(f"{number}. {said}"), *content]
        if own or cases:
            pages = ", ".join(dict.fromkeys([*([own] if own else []), *cases]))
            return [*blocks, Paragraph(self.say("minutes-see-case", cases=pages))]
        return blocks if content else [*blocks, Paragraph(self.say("minutes-nothing"))]

    @staticmethod
    def _taken_up(item: AgendaItem) -> bool:
        return item.state == "done" or item.began_at is not None

    def _content(self, item: AgendaItem | None, case: str | None) -> list[Block]:
        """Remarks, decisions and actions under an item (None: under none) about a case (None: about none)."""
        blocks: list[Block] = [Paragraph(self._remark(row)) for row in self._of(self.remarks, item, case)]
        blocks += self._decisions(self._of(self.decisions, item, case), case)
        return [*blocks, *self._actions(self._of(self.actions, item, case), case)]

    def _rows(self, item: AgendaItem | None, case: str | None) -> bool:
        return bool(
            self._of(self.remarks, item, case)
            or self._of(self.decisions, item, case)
            or self._of(self.actions, item, case)
        )

    def _of(self, rows: Iterable[_Row], item: AgendaItem | None, case: str | None) -> list[_Row]:
        uid = item.uid if item else None
        return [
            row
            for row in rows
            if (row.item_uid if row.item_uid in self.numbered else None) == uid and self._case_of(row) == case
        ]

    def _case_of(self, row: Remark | Decision | Action) -> str | None:
        """Whose page something stands on: its own case's, or its item's; a correction's with what it corrects."""
        if not self.by_case:
            return None
        item = self.known.get(row.item_uid or "")
        of_item = item.case_code if item else None
        if not isinstance(row, Remark):
            return row.case_code or of_item
        decision = next((d for d in (*self.decisions, *self.since) if d.label == row.about), None)
        action = next((a for a in self.actions if str(a.number) == row.about), None)
        corrected = decision or action
        return (self._case_of(corrected) if corrected else None) or of_item

    def _carried(self, case: str | None) -> list[Block]:
        """What comes again at the next meeting."""
        left = [
            item
            for _, item in self.numbered.values()
            if item.state == "carried" or (item.state == "open" and item.kind in COMES_AGAIN and self._held)
        ]
        return self._titles([item for item in left if self._page(item) == case], coded=case is None)

    def _not_reached(self) -> list[Block]:
        """What nobody put on the agenda, and nobody came to."""
        left = [item for _, item in self.numbered.values() if item.state == "open" and self._held]
        return self._titles(
            [i for i in left if i.kind not in COMES_AGAIN and not self._taken_up(i)], coded=True
        )

    @property
    def _held(self) -> bool:
        return self.meeting.state == "held"

    def _page(self, item: AgendaItem) -> str | None:
        return item.case_code if self.by_case else None

    def _titles(self, items: Sequence[AgendaItem], *, coded: bool) -> list[Block]:
        said = tuple(title(self.session, self.access, i, self.language, coded=coded) for i in items)
        return [Bullets(said)] if said else []

    # --- decisions, actions, remarks

    def _decisions(self, rows: Sequence[Decision], case: str | None = None) -> list[Block]:
        leads = tuple(self.say("minutes-decision", label=row.label) for row in rows)
        return [Bullets(tuple(self._coded(row, case) for row in rows), leads)] if rows else []

    def _since(self, case: str | None) -> list[Block]:
        """What was decided between the meetings, with who did and when."""
        rows = [row for row in self.since if self._case_of(row) == case]
        said = tuple(
            self.say(
                "minutes-decided-by",
                words=self._coded(row, case),
                who=with_agency(self.access, row.decided_by),
                day=self._day(row.decided_at),
            )
            for row in rows
        )
        leads = tuple(self.say("minutes-decision", label=row.label) for row in rows)
        return [Bullets(said, leads)] if rows else []

    def _coded(self, row: Decision | Action, case: str | None) -> str:
        """Its words, behind the code of its case where that stands neither above it nor in them."""
        if row.text_uid is None or row.case_code == case:
            words = text.text_ref(row.text_uid) if row.text_uid else _plain(self.say("line-no-text"))
            return f"{row.case_code} · {words}" if row.case_code and row.case_code != case else words
        return coded(self.session, row, self.language)

    def _actions(self, rows: Sequence[Action], case: str | None) -> list[Block]:
        """Who does what by when."""
        if not rows:
            return []
        head = tuple(self.say(key) for key in _HEAD)
        cells, said = [], []
        for row in rows:
            owners = owners_line(self.access, self.owners[row.uid], self.language)
            who = _plain(owners or self.say("line-no-owner"))
            what = self._coded(row, case)
            if row.state != "open":
                what += f" ({self.say(f'state-{row.state}')})"
            by = deadline(row)
            due = day(self.access, by, self.language, self.now) if by else ""
            cells.append((str(row.number), who, what, due or _plain(self.say("line-no-due"))))
            behind = self.say("line-due", due=due) if due else self.say("line-no-due")
            said.append(f"{who}: {what} – {_plain(behind)}")
        return [Table(self.say("minutes-actions"), head, tuple(cells), tuple(said))]

    def _remark(self, row: Remark) -> str:
        words = text.text_ref(row.text_uid) if row.text_uid else _plain(self.say("line-no-text"))
        return self.say("minutes-about", about=row.about, words=words) if row.about else words

    def _day(self, instant: datetime) -> str:
        return day(self.access, Deadline(self.access.today(instant)), self.language, self.now)

    # --- cases

    def cases(self) -> list[str]:
        """The cases that have a page: something was said of them, or their item stood on the agenda."""
        if not self.by_case:
            return []
        rows: list[Remark | Decision | Action] = [
            *self.remarks,
            *self.decisions,
            *self.since,
            *self.actions,
        ]
        found = {self._case_of(row) for row in rows} | {item.case_code for _, item in self.numbered.values()}
        return sorted(code for code in found if code)

    def _case(self, case: str, *, new_page: bool) -> list[Block]:
        """A case's page. The words of an item that is not this case's own do not stand on it."""
        blocks: list[Block] = self._section("minutes-since", self._since(case), level=3)
        for number, item in self.numbered.values():
            own = item.case_code == case
            content = self._content(item, case)
            if not content and not (own and self._taken_up(item)):
                continue
            name = title(self.session, self.access, item, self.language, coded=False) if own else ""
            said = f"{number}. {name}" if own else self.say("minutes-from-item", number=number)
            blocks += [Heading(said, 3), *(content or [Paragraph(self.say("minutes-nothing"))])]
        blocks += self._section("minutes-otherwise", self._content(None, case), level=3)
        blocks += self._section("minutes-carried", self._carried(case), level=3)
        return [Heading(self.say("minutes-case", case=case), new_page=new_page), *blocks] if blocks else []

    def _extract(self, case: str) -> list[Block]:
        """A case's part for whoever has nothing to do with the others."""
        agencies = there(self.access, queries.attendance(self.session, self.meeting.uid))
        blocks: list[Block] = [Paragraph(self.say("minutes-extract", case=case)), *self._unended()]
        if agencies:
            blocks.append(Paragraph(self.say("minutes-agencies", agencies=", ".join(agencies))))
        return [
            *blocks,
            *(self._case(case, new_page=False) or [Paragraph(self.say("minutes-no-case", case=case))]),
        ]

    # --- what came later

    def addenda(self, document: Document, case: str | None) -> list[Block]:
        """What was added after the approval, behind the document; those about a case on a page of its own."""
        self.by_case = self.by_case or case is not None
        paged = any(isinstance(block, Heading) and block.new_page for block in document.blocks)
        blocks: list[Block] = []
        found = {self._case_of(row) for row in self.added}
        for code in [case] if case else sorted(found, key=lambda code: code or ""):
            rows = [row for row in self.added if self._case_of(row) == code]
            if rows:
                about = f"{self.say('minutes-case', case=code)}: " if code and case is None else ""
                new_page = case is None and (paged or code is not None)
                blocks.append(Heading(f"{about}{self.say('minutes-addenda')}", new_page=new_page))
                blocks.append(
                    Bullets(tuple(addendum(self.access, row, self.language, self.now) for row in rows))
                )
        return blocks


def _plain(words: str) -> str:
    """Our own line without the stars that make a part of it strong in a message; tokens hold none."""
    return words.replace("*", "")
