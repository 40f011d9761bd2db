"""The digest (ugestatus): what a forum, or somebody who oversees several, should know since the last one.

In this order (docs/domain, Time): overdue by agency and owner, due before the next one, done, moved, declined and
decided since the last, cases that lack their follow-up, came or went, and answers still missing, what lacks an owner or
a deadline, who is away, meetings held and meetings to come. Nothing to say is one line.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from bot import text
from bot.access import Access
from bot.documents import coarse, digest_cases
from bot.documents.digest_meetings import coming, decided, decided_count, held, held_count
from bot.documents.lines import action_line, day, listed
from bot.storage import queries
from bot.storage.models import Action, Forum, Owner
from bot.storage.queries import Selection
from bot.when import Deadline

SHOWN = 15  # lines of one section; the rest is counted and can be listed
WEEKS = 8
# What is put right while `!undo` still works belongs to the recording and is no move.
SETTLED = timedelta(minutes=10)


@dataclass(frozen=True)
class Request:
    """What a digest covers: forums, the span back and ahead, one agency or all, and in which language."""

    forums: tuple[Forum, ...]
    since: datetime
    until: datetime
    now: datetime
    language: str
    agency: str | None = None
    across: bool = False


@dataclass(frozen=True)
class Figures:
    """The numbers of the picture: open and overdue by agency; open, done and overdue by week."""

    agencies: tuple[tuple[str, int, int], ...]
    weeks: tuple[tuple[str, int, int, int], ...]

    def to_json(self) -> str:
        """The figures as text, for the outbox."""
        return json.dumps([self.agencies, self.weeks])

    @classmethod
    def from_json(cls, said: str) -> Figures:
        """The figures from their text."""
        agencies, weeks = json.loads(said)
        return cls(tuple(tuple(a) for a in agencies), tuple(tuple(w) for w in weeks))


@dataclass(frozen=True)
class Digest:
    """A digest as Markdown with tokens, the actions it speaks of, and its picture's numbers if it has any."""

    template: str
    actions: tuple[str, ...]
    figures: Figures | None


@dataclass(frozen=True)
class _Section:
    key: str
    selection: Selection
    closed: bool = False


def build(session: Session, access: Access, request: Request) -> Digest:
    """Write the digest. One forum is headed by its name; several each have a part of their own."""
    parts: list[str] = []
    actions: list[str] = []
    news = False
    moved: dict[str, dict[str, str]] = {forum.uid: {} for forum in request.forums}
    for forum_uid, uid, before in queries.moved_since(session, moved, request.since, SETTLED):
        moved[forum_uid].setdefault(uid, before)
    for forum in request.forums:
        body, uids, new = _forum(session, access, request, forum, moved[forum.uid])
        actions += uids
        news = news or new
        name = text.user_text(forum_name(access, forum))
        if body:
            parts.append(f"### {name}\n\n{body}" if request.across else body)
        elif request.across:
            parts.append(f"### {name}\n\n{text.t(request.language, 'digest-quiet-part')}")
    stands = digest_cases.still(session, access, request, forum_name) if request.across else ""
    parts += [stands] if stands else []
    news = news or bool(stands)
    head = _head(access, request)
    if not news:
        return Digest(f"{head}\n\n{text.t(request.language, 'digest-quiet')}", (), None)
    return Digest("\n\n".join([head, *parts]), tuple(dict.fromkeys(actions)), _figures(session, request))


_KINDS = {"hotspotraad": "Hotspot-råd"}


def forum_name(access: Access, forum: Forum) -> str:
    """What a forum is called: its configured name, or its kind with a capital."""
    config = access.settings.room(forum.config_room)
    return (config.name if config else None) or _KINDS.get(forum.kind, forum.kind.capitalize())


def _head(access: Access, request: Request) -> str:
    today = day(access, Deadline(access.today(request.now)), request.language, request.now)
    if request.across or len(request.forums) != 1:
        return f"## {text.t(request.language, 'digest-head-across', day=today)}"
    name = text.user_text(forum_name(access, request.forums[0]))
    return f"## {text.t(request.language, 'digest-head', forum=name, day=today)}"


def _forum(
    session: Session, access: Access, request: Request, forum: Forum, moved: Mapping[str, str]
) -> tuple[str, list[str], bool]:
    """The sections of one forum that have something to say, the actions they speak of, and whether any is news.

    That a meeting comes as it always does is none.
    """
    inside = frozenset({forum.uid})
    agency = request.agency
    now, since, until = request.now, request.since, request.until
    sections = [
        _Section("digest-overdue", Selection(inside, states=("open",), overdue_at=now, agency=agency)),
        _Section(
            "digest-due", Selection(inside, states=("open",), due_after=now, due_until=until, agency=agency)
        ),
        _Section(
            "digest-done", Selection(inside, states=("done",), closed_after=since, agency=agency), closed=True
        ),
        _Section(
            "digest-declined",
            Selection(inside, states=("declined",), closed_after=since, agency=agency),
            closed=True,
        ),
    ]
    # What is late or due soon stands above, where its line says that the owner is missing: each action once.
    sections.append(
        _Section(
            "digest-no-owner",
            Selection(inside, states=("open",), without_owner=True, not_due_until=until, agency=agency),
        )
    )
    sections.append(
        _Section(
            "digest-no-due",
            Selection(inside, states=("open",), without_due=True, with_owner=True, agency=agency),
        )
    )
    said: list[str] = []
    uids: list[str] = []
    for section in sections:
        body, shown = _section(session, access, request, section)
        said += [body] if body else []
        uids += shown
        if section.key == "digest-done":
            body, shown = _moved(session, access, request, moved)
            said += [body] if body else []
            uids += shown
        if section.key == "digest-declined":
            body = decided(session, access, request, forum, SHOWN)
            said += [body] if body else []
            said += digest_cases.cases(session, access, request, forum, SHOWN)
    for part in (_away(session, access, request, forum), held(session, access, request, forum)):
        said += [part] if part else []
    meets = coming(session, access, request, forum)
    news = bool(said) or meets.news
    return "\n\n".join([*said, meets.said] if meets.said else said), uids, news


def _section(session: Session, access: Access, request: Request, section: _Section) -> tuple[str, list[str]]:
    rows = queries.select_actions(session, section.selection, limit=SHOWN, newest_closed=section.closed)
    if not rows:
        return "", []
    total = len(rows) if len(rows) < SHOWN else queries.count(session, section.selection)
    owners = queries.owners_of(session, [row.uid for row in rows])
    if section.key == "digest-overdue":
        rows = sorted(
            rows, key=lambda r: (r.agency or "~", _first_owner(access, owners[r.uid]), r.overdue_at)
        )
    lines = [f"**{text.t(request.language, section.key, count=total)}**", ""]
    lines += [_line(session, access, request, row, owners[row.uid]) for row in rows]
    if total > len(rows):
        lines.append(f"- {text.t(request.language, 'digest-more', count=total - len(rows))}")
    return "\n".join(lines), [row.uid for row in rows]


def _first_owner(access: Access, owners: Sequence[Owner]) -> str:
    return access.name(owners[0].person) if owners else ""


def _line(session: Session, access: Access, request: Request, row: Action, owners: list[Owner]) -> str:
    said = action_line(session, access, row, request.language, request.now, owners=owners)
    return f"- **{row.number}** {said}"


def _moved(
    session: Session, access: Access, request: Request, moved: Mapping[str, str]
) -> tuple[str, list[str]]:
    """Deadlines moved since the last digest: each action once, from its deadline then to its present one."""
    lines: list[str] = []
    uids: list[str] = []
    some = list(moved.items())[:SHOWN]
    rows = queries.actions_by_uid(session, [uid for uid, _ in some])
    owners = queries.owners_of(session, list(rows))
    for uid, before in some:
        row = rows[uid]
        agencies = {row.agency, *(owner.agency for owner in owners[uid])}
        if row.due == before or (request.agency and request.agency not in agencies):
            continue
        was = day(access, Deadline.from_iso(before), request.language, request.now)
        said = _line(session, access, request, row, owners[uid])
        lines.append(f"{said} {text.t(request.language, 'digest-was', before=was)}")
        uids.append(uid)
    if not lines:
        return "", []
    return "\n".join([f"**{text.t(request.language, 'digest-moved', count=len(lines))}**", "", *lines]), uids


def _away(session: Session, access: Access, request: Request, forum: Forum) -> str:
    """Members on leave with open actions here: their reminders wait."""
    inside = queries.forum_members(session, forum.uid)
    lines: list[str] = []
    for state in queries.people_away(session, access.today(request.now)):
        waiting = [a for a in queries.open_of_owner(session, state.user_id) if a.forum_uid == forum.uid]
        if state.user_id in inside and waiting and state.away_until is not None:
            until = day(access, Deadline(state.away_until), request.language, request.now)
            name = listed(access, [state.user_id])
            lines.append(
                f"- {text.t(request.language, 'digest-away', name=name, until=until, count=len(waiting))}"
            )
    return "\n".join([f"**{text.t(request.language, 'digest-away-head')}**", "", *lines]) if lines else ""


def _figures(session: Session, request: Request) -> Figures | None:
    """The numbers of the picture; None where there is no action to draw, and to whom exact figures do not go."""
    if not request.across and any(forum.kind in coarse.ONLY_COARSE for forum in request.forums):
        return None
    forums = [forum.uid for forum in request.forums]
    agencies = tuple(
        (code or "–", total, overdue)
        for code, total, overdue in queries.agency_counts(session, forums, request.now)
    )
    ends = [request.now - timedelta(weeks=back) for back in range(WEEKS - 1, -1, -1)]
    counted = queries.by_week(session, forums, ends)
    weeks = [(str(at.isocalendar().week), *row) for at, row in zip(ends, counted, strict=True)]
    while len(weeks) > 1 and not any(weeks[0][1:]):
        weeks.pop(0)  # weeks before the forum's first action say nothing
    if not agencies and not any(weeks[0][1:]):
        return None
    return Figures(agencies, tuple(weeks))


def coarse_digest(session: Session, access: Access, request: Request) -> Digest:
    """Figures that may be passed on: no names, no texts, nothing under five, nothing exact to subtract from."""
    language = request.language
    forums = [forum.uid for forum in request.forums]
    at, found = coarse.frozen(
        session, " ".join(sorted(forums)), request.now, lambda: _counts(session, access, request, forums)
    )

    def say(number: int) -> str:
        return coarse.shown(language, number)

    today = day(access, Deadline(access.today(at)), language, request.now)
    lines = [f"## {text.t(language, 'digest-head-coarse', day=today)}", ""]
    for code, (total, overdue) in found["agencies"].items():
        name = code or text.t(language, "digest-no-agency")
        said = text.t(language, "digest-coarse-line", agency=name, open=say(total), overdue=say(overdue))
        lines.append(f"- {said}")
    held, decisions, done = found["held"], found["decisions"], found["done"]
    lines += ["", text.t(language, "digest-coarse-meetings", held=say(held), decisions=say(decisions))]
    if found["cases"] is not None:
        open_, late, closed = map(say, found["cases"])
        lines += ["", text.t(language, "digest-coarse-cases", open=open_, late=late, closed=closed)]
    lines += ["", text.t(language, "digest-coarse-done", done=say(done))]
    return Digest("\n".join(lines), (), None)


def _counts(session: Session, access: Access, request: Request, forums: list[str]) -> dict[str, Any]:
    """What is counted: every agency of the config has a line, for a missing one would say that it has nothing."""
    agencies = {code: [0, 0] for code in (*access.settings.agencies, "")}
    for code, total, overdue in queries.agency_counts(session, forums, request.now):
        row = agencies[code if code in agencies else ""]
        row[0], row[1] = row[0] + total, row[1] + overdue
    return {
        "agencies": agencies,
        "held": sum(held_count(session, access, request, forum) for forum in request.forums),
        "decisions": sum(decided_count(session, request, forum) for forum in request.forums),
        "cases": digest_cases.figures(session, request),
        "done": queries.done_between(session, forums, request.since, request.now),
    }
