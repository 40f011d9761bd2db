"""What revision 0006 seals: steps and trends of cases, which an older version kept in clear, and whatever names a case.

Words and messages were sealed under their forum's or person's key alone. They get the keys of the cases that they are
about or name as well, so that a case's erasure reaches them in every backup that is made from now on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from bot.storage.engine import DatabaseError
from bot.storage.sealing import KeyDestroyed, Vault, cases_in, joint

_CODE = re.compile(r"(?<![\w-])[A-Z]{1,6}-\d\d-\d{1,5}(?!\d)", re.IGNORECASE)
_SPOKEN = re.compile("\ue000x((?:[0-9a-f]{2})*)\ue001")  # people's words in a message, as hexadecimal digits
_ENDED, _LIVE = ("closed", "resting"), ("open", "escalated")


def seal_what_is_of_cases(connection: sa.Connection, vault: Callable[[], Vault] | None) -> None:
    """Seal it, in the revision's transaction. DatabaseError where there are cases and no keys."""
    if connection.execute(sa.text("SELECT 1 FROM case_file LIMIT 1")).first() is None:
        return
    if vault is None:
        raise DatabaseError("the database holds cases: this migration seals their history and needs the keys")
    _Sealing(connection, vault()).all()


class _Sealing:
    def __init__(self, connection: sa.Connection, vault: Vault) -> None:
        self.connection, self.vault = connection, vault
        found = sa.MetaData()
        names = (
            "case_file",
            "case_relation",
            "case_trend",
            "action",
            "change",
            "text",
            "outbox",
            "agenda_item",
        )
        self.tables = {name: sa.Table(name, found, autoload_with=connection) for name in names}
        links = ("outbox_action", "outbox_text", "remark")
        self.tables |= {name: sa.Table(name, found, autoload_with=connection) for name in links}
        self.cases = {row["uid"]: row["code"] for row in self._rows("case_file")}
        self.codes = set(self.cases.values())
        self.actions = {row["uid"]: row["case_code"] for row in self._rows("action") if row["case_code"]}

    def all(self) -> None:
        self._trends()
        self._changes()
        self._texts()
        self._messages()

    def _rows(self, name: str) -> Sequence[sa.RowMapping]:
        return self.connection.execute(self.tables[name].select()).mappings().all()

    def _set(self, name: str, by: str, row: sa.RowMapping, **values: Any) -> None:
        table = self.tables[name]
        self.connection.execute(table.update().where(table.c[by] == row[by]).values(**values))

    def _under(self, home: str, codes: Iterable[str | None]) -> str:
        return joint(home, *(f"case:{code}" for code in codes if code in self.codes))

    def _trends(self) -> None:
        for row in self._rows("case_trend"):
            key = f"case:{self.cases[row['case_uid']]}"
            place = f"case_trend:{row['uid']}:trend_sealed"
            blob = self.vault.seal(key, place, row["trend"]) if row["trend"] is not None else None
            self._set("case_trend", "uid", row, key=key, trend_sealed=blob)

    def _changes(self) -> None:
        pairs = {row["uid"]: (row["case_uid"], row["other_uid"]) for row in self._rows("case_relation")}
        table = self.tables["change"]
        for row in self.connection.execute(table.select().order_by(table.c.seq)).mappings().all():
            kind, _, uid = row["field"].partition(":")
            values = (row["before"], row["after"])
            codes = [self.cases.get(each) for each in (row["case_uid"], *pairs.get(uid, ())) if each]
            codes += [self.actions.get(row["action_uid"] or "")]
            codes += [each for each in values if kind == "case" and isinstance(each, str)]
            codes += [each.get("case_code") for each in values if isinstance(each, dict)]
            key = self._under("", codes)
            if not key:
                continue
            self._reopened(row)
            place = (
                f"{row['action_uid'] or row['case_uid'] or ''}:{row['field']}:{row['event_id']}:{row['line']}"
            )
            blob = self.vault.seal(key, f"change:{place}:step_sealed", json.dumps(values, ensure_ascii=False))
            nothing = {"before": sa.null(), "after": sa.null()}
            self._set("change", "seq", row, seal_key=key, step_sealed=blob, **nothing)

    def _reopened(self, row: sa.RowMapping) -> None:
        before, after = row["before"] or {}, row["after"] or {}
        if row["field"] != f"case:{row['case_uid']}" or row["undone"]:
            return
        if before.get("state") in _ENDED and after.get("state") in _LIVE:
            table = self.tables["case_file"]
            # As it stands in the one column it goes into the other.
            self.connection.execute(
                table.update().where(table.c.uid == row["case_uid"]).values(reopened_at=row["at"])
            )

    def _texts(self) -> None:
        about: dict[str, list[str | None]] = {}
        for name in ("action", "agenda_item"):
            for row in self._rows(name):
                for column in ("text_uid", "planb_uid"):
                    about.setdefault(row.get(column) or "", []).append(row["case_code"])
        items = {row["uid"]: row["case_code"] for row in self._rows("agenda_item")}
        for row in self._rows("remark"):
            about.setdefault(row["text_uid"] or "", []).append(items.get(row["item_uid"] or ""))
        for row in self._rows("text"):
            words = self._opened("text", row, "sealed_text")
            if words is not None:
                key = self._under(row["key"], [*about.get(row["uid"], ()), *self._named(words, row["key"])])
                self._put("text", "uid", row, key, {"sealed_text": words})

    def _messages(self) -> None:
        keys = {row["uid"]: row["key"] for row in self._rows("text")}
        codes: dict[str, list[str | None]] = {}
        for row in self._rows("outbox_action"):
            codes.setdefault(row["outbox_id"], []).append(self.actions.get(row["action_uid"]))
        for row in self._rows("outbox_text"):
            codes.setdefault(row["outbox_id"], []).extend(cases_in(keys.get(row["text_uid"], "")))
        for row in self._rows("outbox"):
            held = {name: self._opened("outbox", row, name) for name in ("template_sealed", "content_sealed")}
            if not any(held.values()):
                continue
            said = held["template_sealed"] or ""
            spoken = " ".join(bytes.fromhex(each).decode("utf-8", "ignore") for each in _SPOKEN.findall(said))
            named = [self.cases.get(row["case_uid"] or ""), *codes.get(row["id"], ())]
            key = self._under("", [*named, *self._named(f"{said} {spoken}", "")])
            self._put("outbox", "seq", row, key or row["key"], held)

    def _named(self, words: str, key: str) -> list[str]:
        return [code.upper() for code in _CODE.findall(words) if code.upper() not in cases_in(key)]

    def _opened(self, name: str, row: sa.RowMapping, column: str) -> str | None:
        try:
            blob = row[column]
            return (
                None if blob is None else self.vault.open(row["key"], f"{name}:{row['uid']}:{column}", blob)
            )
        except KeyDestroyed:
            return None  # nothing is left to be sealed

    def _put(self, name: str, by: str, row: sa.RowMapping, key: str, held: Mapping[str, str | None]) -> None:
        if key == row["key"]:
            return
        blobs = {
            column: None if said is None else self.vault.seal(key, f"{name}:{row['uid']}:{column}", said)
            for column, said in held.items()
        }
        self._set(name, by, row, key=key, **blobs)
