"""A case on paper: everything that is known of it, for the records system, and for who asks what is known of them.

Made of the records as plain data (`bot.erasing.collecting`), so that the file and the data beside it say the same.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from bot import text
from bot.documents.model import Block, Bullets, Document, Heading, Paragraph, Table, resolved
from bot.when import full_day, full_moment

Data = Mapping[str, Any]
_STATES: Final = frozenset(
    "open resting escalated closed withdrawn done declined cancelled standing waiting returned lifted answered "
    "nothing withheld missed dropped struck carried gone draft approved none better same worse news observation "
    "follower caseworker work social education".split()
)
_FIELDS: Final = frozenset(
    "case follower relation goal trend value update escalation question look item decision remark created text owners "
    "due state note planb parameter case_code done".split()
)
_ACTS: Final = frozenset(
    "saw told changed disclosed exported asked held released erased verified set refused pruned".split()
)
_ASKED: Final = frozenset("erasure consent archived erase stopped".split())
_PURPOSES: Final = frozenset("prevention coordination rights retention operation security".split())
_PEOPLE: Final = frozenset({"person", "by", "decided_by", "returned_by"})
_WORDS: Final = frozenset({"text", "closing", "agency"})
_KINDS: Final = frozenset({"state", "role", "kind", "trend"})
_INTERNAL: Final = re.compile(r"[0-9a-f]{24,}")
"""The id of a row, where words stood that are gone."""


def casefile(data: Data, language: str, tz: ZoneInfo) -> Document:
    """The whole case as a document in a language; times in `tz`. Words of people stand in it as they were said."""
    return _File(data, language, tz).document()


def cover(data: Data, language: str, tz: ZoneInfo) -> Document:
    """What lies on top where somebody asked what is known of them: that a human reviews it, and who else is in it."""
    made = _File(data, language, tz)
    say = made.say
    people = sorted({made.who(each) for each in _people(data) if each["id"]})
    agencies = sorted(_agencies(data))
    related = sorted({row["code"] for row in data["related"]})
    blocks: list[Block] = [
        Paragraph(say("casefile-cover-review"), strong=True),
        Paragraph(say("casefile-cover-law")),
        Heading(say("casefile-cover-check")),
        Bullets(tuple(say(f"casefile-cover-check-{n}") for n in range(1, 5))),
    ]
    for key, found in (("people", people), ("agencies", agencies), ("related", related)):
        blocks.append(Heading(say(f"casefile-cover-{key}")))
        blocks.append(Bullets(tuple(found)) if found else Paragraph(say("casefile-none")))
    title = say("casefile-cover-title", code=data["code"])
    return resolved(Document(title, language, _name(data["forum"]), tuple(blocks)), lambda _: None)


def _people(data: Any) -> Iterable[Mapping[str, Any]]:
    """Everybody who is named anywhere in some data."""
    if isinstance(data, Mapping):
        if set(data) == {"id", "name", "agency"}:
            yield data
            return
        data = list(data.values())
    if isinstance(data, Sequence) and not isinstance(data, str):
        for each in data:
            yield from _people(each)


def _agencies(data: Any) -> set[str]:
    if isinstance(data, Mapping):
        own = {data["agency"]} if isinstance(data.get("agency"), str) else set()
        return own.union(*(_agencies(each) for each in data.values()))
    if isinstance(data, Sequence) and not isinstance(data, str):
        return set().union(*(_agencies(each) for each in data))
    return set()


def _name(words: str | None) -> str:
    """Words of people, or of the config, as they are."""
    return text.user_text(words) if words else ""


class _File:
    def __init__(self, data: Data, language: str, tz: ZoneInfo) -> None:
        self.data, self.language, self.tz = data, language, tz
        self.empty: list[str] = []
        self.people = {each["id"]: each for each in _people(data)}

    def say(self, key: str, **values: object) -> str:
        """A text in the document's language."""
        return text.t(self.language, key, **values)

    def when(self, moment: str | None) -> str:
        """A moment in words: "20. november 2026 kl. 10.00"."""
        if not moment:
            return ""
        return full_moment(datetime.fromisoformat(moment).astimezone(self.tz), self.language)

    def by(self, moment: str | None) -> str:
        """The last day before a moment."""
        if not moment:
            return ""
        last = datetime.fromisoformat(moment).astimezone(self.tz) - timedelta(seconds=1)
        return self.due(last.date().isoformat())

    def due(self, due: str | None) -> str:
        """A deadline in words; one without a time of day is a day."""
        if not due or len(due) > 10:
            return self.when(due and datetime.fromisoformat(due).replace(tzinfo=self.tz).isoformat())
        return full_day(date.fromisoformat(due), self.language)

    def who(self, person: Mapping[str, Any] | None) -> str:
        """Somebody by name, with their agency."""
        if person is None:
            return ""
        if not person["id"]:
            return self.say("casefile-bot")
        if person["id"].startswith("operator:"):
            return self.say("casefile-operator", name=_name(person["id"].removeprefix("operator:")))
        name = _name(person["name"])
        return f"{name} ({person['agency']})" if person["agency"] else name

    def state(self, value: str | None) -> str:
        """A state, a kind or a trend in words."""
        if not value:
            return ""
        return self.say(f"casefile-state-{value}") if value in _STATES else _name(value)

    # --- the whole

    def document(self) -> Document:
        """The document, with what there is nothing of named at its end."""
        data = self.data
        blocks: list[Block] = [self._facts()]
        blocks += self._goals()
        blocks += self._actions()
        blocks += self._table(
            "sheet",
            ("field", "what", "who", "when"),
            [
                (_name(row["label"]), _name(row["text"]), self._by(row), self.when(row["at"]))
                for row in data["sheet"]
                if row["text"]
            ],
        )
        blocks += self._table(
            "decisions",
            ("number", "what", "forum", "who", "when", "state"),
            [
                (row["label"], _name(row["text"]), _name(row["forum"]), self.who(row["by"]), self.when(row["at"]),
                 self.state(row["state"]))
                for row in data["decisions"]
            ],
        )  # fmt: skip
        for key, observed in (("updates", False), ("observations", True)):
            blocks += self._table(
                key,
                ("when", "who", "what", "state"),
                [
                    (self.when(row["at"]), self._by(row), _name(row["text"]) or self.state(row["kind"]),
                     self.state(row["state"]))
                    for row in data["updates"]
                    if (row["kind"] == "observation") == observed
                ],
            )  # fmt: skip
        blocks += self._table(
            "questions",
            ("who", "asked", "meeting", "state", "answered"),
            [
                (f"{_name(row['agency'])}: {self.who(row['person'])}", self.when(row["asked_at"]),
                 self.when(row["meeting"]), self.state(row["state"]), self.when(row["answered_at"]))
                for row in data["questions"]
            ],
        )  # fmt: skip
        blocks += self._table(
            "escalations",
            ("when", "who", "forum", "what", "state", "returned"),
            [
                (self.when(row["at"]), self.who(row["by"]), _name(row["to"]), _name(row["reason"]),
                 self.state(row["state"]), self.when(row["returned_at"]))
                for row in data["escalations"]
            ],
        )  # fmt: skip
        blocks += self._table(
            "agenda",
            ("meeting", "forum", "what", "state"),
            [
                (self.when(row["meeting"]), _name(row["forum"]), _name(row["text"]), self.state(row["state"]))
                for row in data["agenda"]
            ],
        )
        blocks += self._table(
            "remarks",
            ("when", "who", "what", "state"),
            [
                (self.when(row["at"]), self.who(row["by"]), _name(row["text"]), self.state(row["state"]))
                for row in data["remarks"]
            ],
        )
        blocks += self._table(
            "followers",
            ("who", "state", "when"),
            [
                (self.who(row["person"]), self._both(row["role"], row["state"]), self.when(row["at"]))
                for row in data["followers"]
            ],
        )
        blocks += self._table(
            "related",
            ("case", "state", "when"),
            [(row["code"], self.state(row["state"]), self.when(row["at"])) for row in data["related"]],
        )
        blocks += self._table(
            "holds",
            ("when", "who", "what", "state"),
            [
                (self.when(row["at"]), self.who(row["by"]), _name(row["reason"]), self.state(row["state"]))
                for row in data["holds"]
            ],
        )
        blocks += self._table(
            "meetings",
            ("meeting", "forum", "file"),
            [(self.when(row["start"]), _name(row["forum"]), _name(row["file"])) for row in data["meetings"]],
        )
        blocks += self._table(
            "history",
            ("when", "who", "what"),
            [(self.when(row["at"]), self.who(row["by"]), self._step(row)) for row in data["history"]],
        )
        blocks += self._table(
            "texts",
            ("when", "who", "what"),
            [(self.when(row["at"]), self.who(row["by"]), _name(row["text"])) for row in data["texts"]],
        )
        blocks += self._table(
            "messages",
            ("when", "who", "link"),
            [
                (self.when(row["at"]), self.who(row["by"]), _name(row["link"]))
                for row in (*data["messages"], *({**each, "by": None} for each in data["files"]))
            ],
        )
        blocks += self._table(
            "log",
            ("when", "who", "what", "receiver", "purpose"),
            [
                (self.when(row["at"]), self.who(row["by"]), self._entry(row), self._receiver(row),
                 self.say(f"casefile-purpose-{row['purpose']}") if row["purpose"] in _PURPOSES else "")
                for row in data["log"]
            ],
        )  # fmt: skip
        if self.empty:
            blocks.append(Paragraph(self.say("casefile-empty", sections=", ".join(self.empty))))
        title = self.say("casefile-title", code=data["code"])
        opened = self.say("casefile-opened", at=self.when(data["opened_at"]))
        subtitle = " · ".join(part for part in (_name(data["forum"]), opened) if part)
        return resolved(Document(title, self.language, subtitle, tuple(blocks)), lambda _: None)

    def _table(self, key: str, columns: Sequence[str], rows: Sequence[tuple[str, ...]]) -> list[Block]:
        name = self.say(f"casefile-{key}")
        if not rows:
            self.empty.append(name.lower())
            return []
        head = tuple(self.say(f"casefile-column-{column}") for column in columns)
        return [
            Heading(name),
            Table(self.say("casefile-caption", name=name, count=len(rows)), head, tuple(rows)),
        ]

    def _facts(self) -> Block:
        data = self.data
        said = [
            ("subject", _name(data["subject"])),
            ("state", self.state(data["state"])),
            ("urgent", self.say("casefile-yes") if data["urgent"] else ""),
            ("opened", self._both_words(self.when(data["opened_at"]), self.who(data["opened_by"]))),
            ("closed", self.when(data["closed_at"])),
            ("closing", _name(data["closing"])),
            ("followed", self.when(data["followed_at"])),
            ("follow-up", self.by(data["follow_up_at"])),
        ]
        there = [(self.say(f"casefile-fact-{key}"), words) for key, words in said if words]
        return Bullets(tuple(words for _, words in there), tuple(lead for lead, _ in there))

    def _goals(self) -> list[Block]:
        rows = [
            (self.state(row["parameter"]), _name(row["text"]), "", self.who(row["by"]), self.when(row["at"]))
            for row in self.data["goals"]
        ]
        rows += [
            (self.state(row["parameter"]), "", self._both_words(_name(row["agency"]), self.state(row["trend"])),
             self.who(row["by"]), self.when(row["at"]))
            for row in self.data["trends"]
            if row["trend"]
        ]  # fmt: skip
        return self._table("goals", ("parameter", "goal", "trend", "who", "when"), rows)

    def _actions(self) -> list[Block]:
        rows = self.data["actions"]
        cells = [
            (str(row["number"]), _name(row["text"]) or self.say("casefile-no-text"), self._owners(row),
             self.due(row["due"]), self.state(row["state"]))
            for row in rows
        ]  # fmt: skip
        blocks = self._table("actions", ("number", "what", "who", "due", "state"), cells)
        for row in rows:
            blocks.append(Heading(self.say("casefile-action", number=row["number"]), 3))
            said = [("agreed", self._both_words(self.when(row["created_at"]), self.who(row["created_by"])))]
            said += [("forum", _name(row["forum"])), ("planb", _name(row["planb"]))]
            said += [("closed", self.when(row["closed_at"]))]
            said += [
                ("note", self._both_words(_name(note["text"]), self.who(note["by"]), self.when(note["at"])))
                for note in row["notes"]
            ]
            said += [
                ("step", self._both_words(self._step(step), self.who(step["by"]), self.when(step["at"])))
                for step in row["history"]
                if step["field"] not in ("created", "note") and not step["field"].startswith("seen:")
            ]
            there = [(self.say(f"casefile-fact-{key}"), words) for key, words in said if words]
            blocks.append(Bullets(tuple(words for _, words in there), tuple(lead for lead, _ in there)))
        return blocks

    def _owners(self, row: Data) -> str:
        return ", ".join(
            self.who(each["person"]) if each["person"] else self._unnamed(each["agency"])
            for each in row["owners"]
        )

    def _unnamed(self, agency: str | None) -> str:
        """An owner who is still to be named."""
        return self.say("casefile-unnamed", agency=agency or "none")

    def _entry(self, row: Data) -> str:
        """What an entry of the log says was done, and to what."""
        kind, _, number = row["subject"].partition(":")
        about = self.say("casefile-log-action", number=number) if kind == "action" else row["subject"]
        about = self.say("casefile-log-case") if kind == "case" else about
        act, detail = row["act"], row["detail"] or ""
        if act == "asked" and detail in _ASKED:
            return self.say(f"casefile-asked-{detail}", about=about)
        said = self.say(f"casefile-act-{act}", about=about) if act in _ACTS else about
        if act != "changed":
            return said
        field = detail.removeprefix("undo:").partition(":")[0]
        if field in _FIELDS and field != kind:
            said += f" ({self.say(f'casefile-field-{field}').lower()})"
        return f"{said} ({self.say('casefile-undone')})" if detail.startswith("undo:") else said

    def _receiver(self, row: Data) -> str:
        """Who was told, or where something went, by name."""
        receiver = row["receiver"]
        if receiver["person"] is not None:
            return self.who(receiver["person"])
        if row["recipient"] == "folder":
            return self.say("casefile-folder")
        return _name(receiver["forum"])

    def _by(self, row: Data) -> str:
        return self.who(row["by"]) or _name(row["agency"])

    def _both(self, *states: str | None) -> str:
        return self._both_words(*(self.state(each) for each in states))

    @staticmethod
    def _both_words(*words: str) -> str:
        return ", ".join(each for each in words if each)

    def _step(self, row: Data) -> str:
        """What a step of the history changed, and to what. No ids, and none of the bot's own marks."""
        field, _, rest = row["field"].partition(":")
        name = self.say(f"casefile-field-{field}") if field in _FIELDS else _name(field)
        before, after = row["before"], row["after"]
        if isinstance(after, Mapping):
            was = before if isinstance(before, Mapping) else {}
            parts = [self._part(key, value) for key, value in after.items() if was.get(key, None) != value]
            words = self._both_words(*parts)
        elif field == "owners":
            words = ", ".join(self._owner(each) for each in after or ())
        elif field == "done":
            words = (
                self.named(rest) if after else self._both_words(self.named(rest), self.say("casefile-undone"))
            )
        elif field == "due":
            words = self.due(after)
        elif field in ("state", "parameter"):
            words = self.state(after)
        else:
            words = self._said(after)
        gone = f" ({self.say('casefile-undone')})" if row["undone"] else ""
        return (f"{name}: {words}" if words else name) + gone

    def _part(self, key: str, value: Any) -> str:
        """One field of a row as it became; of what only the bot needs, nothing."""
        if key == "urgent" and value:
            return self.say("casefile-fact-urgent").lower()
        if key == "follow_up_at":
            return self.by(value)
        if key == "followed_at":
            return self.when(value)
        if not isinstance(value, str):
            return ""
        if key in _PEOPLE:
            return self.named(value)
        if key in _KINDS:
            return self.state(value)
        return self._said(value) if key in _WORDS else ""

    def _owner(self, value: Sequence[str | None]) -> str:
        """An owner as the history keeps it (`bot.ownership`): person, agency, and who is asked for."""
        person, agency, *mark = value
        if mark and mark[0] in self.people:
            return self.say("casefile-asked-for", name=self.named(mark[0]))
        return self.named(person) if person and person in self.people else self._unnamed(agency)

    def named(self, user_id: str | None) -> str:
        """Somebody of whom a step has only the id."""
        return self.who(self.people.get(user_id or "") if user_id else None)

    def _said(self, value: Any) -> str:
        """People's words, or nothing where only their id is left."""
        return "" if not isinstance(value, str) or _INTERNAL.fullmatch(value) else _name(value)
