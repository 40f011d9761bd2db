"""Lists of actions, one action with its history, and how an action reads in one line."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, timedelta

from rapidfuzz import fuzz, process
from rapidfuzz.distance import OSA
from sqlmodel import Session

from bot import text
from bot.commands import Context, Numbers, Problem, Reply, Rest, command, fold
from bot.commands.asking import mine
from bot.commands.people import People
from bot.documents.case import counts
from bot.documents.digest import forum_name
from bot.documents.lines import action_line, day, mark, owners_line
from bot.ownership import Ownership
from bot.reminding import deadline
from bot.storage import queries
from bot.storage.models import Action, Change
from bot.storage.queries import Selection
from bot.when import Deadline

PAGE = 12
_MOST_FILTERS = 20  # words; nobody narrows a list by more

_FILTERS = {
    "mine": ("mine", "mit", "min", "mig", "my"),
    "overdue": (
        "overdue",
        "overskredet",
        "overskredne",
        "forfalden",
        "forfaldne",
        "forsinket",
        "forsinkede",
        "late",
    ),
    "done": ("done", "faerdig", "faerdige", "gjort", "finished"),
    "all": ("all", "alle", "alt"),
    "closed": ("closed", "lukkede", "afsluttede"),
    "ownerless": ("ejerloese", "uejet", "unowned"),
    "dateless": ("fristloese", "undated"),
}
# Filters of two words, as the one word each that stands for them.
_PHRASES = (
    (r"\b(?:uden|mangler|without|no)\s+(?:en |an )?(?:ejere?|owners?)\b", "ejerløse"),
    (r"\b(?:uden|mangler|without|no)\s+(?:en |a )?(?:frist|deadline|date|dato)\b", "fristløse"),
    (r"\b(?:over|efter|past)\s+(?:the\s+)?(?:frist(?:en)?|deadline)\b", "overskredne"),
)
_FILLERS = frozenset("sag case for fra of from the side page aftaler actions".split())


def line(session: Session, ctx: Context, row: Action, language: str | None = None) -> str:
    """An action in one line, in the language of this conversation or another."""
    return action_line(session, ctx.access, row, language or ctx.language, ctx.at)


def selection(session: Session, ctx: Context, **fields: object) -> Selection:
    """A selection within what the person sees here."""
    scope = ctx.access.scope(session, ctx.person, ctx.place)
    return Selection(forums=scope.forums, or_parts=scope.parts, **fields)  # type: ignore[arg-type]


def find_all(session: Session, ctx: Context, numbers: Sequence[int]) -> list[Action]:
    """The actions with these numbers that the person sees here; one that is not gives the same answer as none."""
    found: list[Action] = []
    # Asked before it is known whether there is such an action: a forbidden one takes no longer than none.
    scope = ctx.access.scope(session, ctx.person, ctx.place)
    for number in numbers:
        row = queries.action(session, number)
        if row is None or not scope.covers(row, queries.owners(session, row.uid)):
            cases = ctx.access.case_scope(session, ctx.person, ctx.place)
            if row is not None and (where := _where_agreed(session, ctx, row, cases)) is not None:
                raise Problem("problem-action-elsewhere", number=number, forum=where, code=row.case_code)
            near = _meant(session, ctx, number)
            key = "problem-no-such-action" if near is None else "problem-no-such-action-near"
            raise Problem(key, number=number, **({} if near is None else {"near": near}), prefix=ctx.prefix)
        found.append(row)
    return found


def _where_agreed(
    session: Session, ctx: Context, row: Action, scope: tuple[frozenset[str], str | None]
) -> str | None:
    """What the forum is called in which an action was agreed that the person reads on a case here; else None."""
    case = queries.case_by_code(session, row.case_code) if row.case_code else None
    if case is None or not ctx.access.case_within(session, scope, case):
        return None
    if not counts(case, queries.escalations(session, case.uid), row.forum_uid, row.created_at):
        return None
    return text.user_text(forum_name(ctx.access, queries.forum(session, row.forum_uid)))


def _meant(session: Session, ctx: Context, number: int) -> int | None:
    """The only one of the person's own open actions whose number is one slip of the finger away.

    Of a single digit another digit would be a guess and no slip.
    """
    typed = str(number)
    near = [
        row.number
        for row in mine(session, ctx)
        if OSA.distance(typed, str(row.number)) == 1 and max(len(typed), len(str(row.number))) > 1
    ]
    return near[0] if len(near) == 1 else None


@command("actions", da=("aftaler", "liste"), en=("todos", "list"), family="actions")
def actions(session: Session, ctx: Context, words: Rest) -> Reply:
    """List open actions, or those that a filter names.

    da: Vis aftaler: alle åbne, eller kun nogle af dem.
        !aftaler
        !aftaler mine
        !aftaler overskredne
        !aftaler BUF
        !aftaler HS-26-014
        !aftaler færdige
    en: List actions: all open ones, or only some.
        !actions
        !actions mine
        !actions overdue
        !actions BUF
        !actions HS-26-014
        !actions done
    """
    fields: dict[str, object] = {"states": ("open",)}
    page = 1
    asked = words
    for pattern, word in _PHRASES:
        asked = re.sub(pattern, word, asked, flags=re.IGNORECASE)
    for word in dict.fromkeys(asked.replace(",", " ").split()[:_MOST_FILTERS]):
        page = _filter(session, ctx, word, fields, page)
    chosen = selection(session, ctx, **fields)
    total = queries.count(session, chosen)
    newest = chosen.states != ("open",)
    if not total:
        return Reply("actions.list", ctx.say("actions-none"))
    page = min(page, -(-total // PAGE))
    rows = queries.select_actions(session, chosen, limit=PAGE, offset=(page - 1) * PAGE, newest_closed=newest)
    head = ctx.say("actions-head", count=total)
    shown = _grouped(session, ctx, rows)
    rest = total - (page - 1) * PAGE - len(rows)
    again = f"{ctx.typed('actions')} {words}".strip()
    again = re.sub(r"\s+(?:side|page)?\s*\d+$", "", again)
    word = "side" if ctx.language == "da" else "page"
    tail = (
        [ctx.say("actions-more", count=rest, next=text.user_text(f"{again} {word} {page + 1}"))]
        if rest > 0
        else []
    )
    body = "\n\n".join([head, *shown, *tail])
    return Reply("actions.list", body, tuple(r.uid for r in rows))


def _grouped(session: Session, ctx: Context, rows: Sequence[Action]) -> list[str]:
    """The lines under a heading for each time: what is late first, so that a phone's first screen says it all."""
    groups: dict[str, list[str]] = {}
    for row in rows:
        said = f"- **{row.number}** {line(session, ctx, row)}"
        key = _when(ctx, row)
        groups.setdefault(key, []).append(
            said if row.state == "open" else said + mark(row, ctx.language, ctx.at)
        )
    return [f"**{ctx.say(key)}**\n\n" + "\n".join(lines) for key, lines in groups.items()]


def _when(ctx: Context, row: Action) -> str:
    """Under which heading an action stands in a list."""
    due = deadline(row)
    if row.state != "open":
        return "list-closed"
    if due is None or row.overdue_at is None:
        return "list-no-due"
    if row.overdue_at <= ctx.at:
        return "list-overdue"
    today = ctx.access.today(ctx.at)
    weeks = (due.day - (today - timedelta(days=today.weekday()))).days // 7
    return ("list-this-week", "list-next-week")[weeks] if weeks < 2 else "list-later"


def _filter(session: Session, ctx: Context, word: str, fields: dict[str, object], page: int) -> int:
    """Let one word narrow the list; returns the page asked for."""
    folded = fold(word.strip("#.:"))
    if folded in _FILLERS or not folded:
        return page
    if folded.isdigit():
        return max(1, min(int(folded), 10_000))
    for name, words in _FILTERS.items():
        if folded in words:
            _apply(session, ctx, name, fields)
            return page
    agency = next((c for c in ctx.access.settings.agencies if fold(c) == folded), None)
    if agency:
        fields["agency"] = agency
        return page
    if folded.startswith(fold(ctx.access.settings.general.case_prefix) + "-"):
        fields["case"] = word.strip("#.:").upper()
        fields["states"] = ()
        return page
    forums = [ctx.place.forum] if ctx.place.forum else ctx.access.own_forums(session, ctx.person)
    named = [People(session, ctx, forum).whole(word) for forum in forums]
    people = frozenset(o.person for one in named if one for o in one.owners if o.named)
    if people:
        fields["owners"] = people
        return page
    known = [w for words in _FILTERS.values() for w in words] + list(ctx.access.settings.agencies)
    best = process.extractOne(folded, known, processor=fold, scorer=fuzz.ratio, score_cutoff=60)
    shown = text.user_text(word[:40])
    if best is None:
        raise Problem("problem-filter-unknown", word=shown, prefix=ctx.prefix)
    raise Problem("problem-filter", word=shown, near=best[0], prefix=ctx.prefix)


def _apply(session: Session, ctx: Context, name: str, fields: dict[str, object]) -> None:
    if name == "mine":
        parts = ctx.access.parts(session, ctx.person.user_id)
        fields["owners"] = frozenset(part.owner for part in parts)
    elif name == "overdue":
        fields["overdue_at"] = ctx.at
    elif name == "done":
        fields["states"] = ("done",)
    elif name == "closed":
        fields["states"] = ("done", "declined", "cancelled")
    elif name == "ownerless":
        fields["without_owner"] = True
    elif name == "dateless":
        fields["without_due"] = True
    else:
        fields["states"] = ()


@command("show", da=("vis",), family="actions")
def show(session: Session, ctx: Context, numbers: Numbers) -> Reply:
    """Show actions with their whole history.

    da: Vis en aftale med alt, hvad der er sket med den.
        !vis 42
    en: Show an action with everything that has happened to it.
        !show 42
    """
    rows = find_all(session, ctx, numbers[:5])
    return Reply(
        "action.shown", "\n\n".join(_whole(session, ctx, r) for r in rows), tuple(r.uid for r in rows)
    )


def _whole(session: Session, ctx: Context, row: Action) -> str:
    head = f"**{ctx.say('action-head', number=row.number)}** {line(session, ctx, row)}{mark(row, ctx.language, ctx.at)}"
    said = [head]
    if ctx.access.only_the_action(session, ctx.person, row):
        own = [c for c in queries.history(session, row.uid) if not c.undone and c.by == ctx.person.user_id]
        steps = [_step(ctx, row, change) for change in own]
        return "\n".join(
            [*said, *(["", *(f"- {s}" for s in dict.fromkeys(steps) if s)] if any(steps) else [])]
        )
    if row.planb_uid:
        said.append(ctx.say("show-planb", words=text.text_ref(row.planb_uid)))
    switched = queries.switched_to(session, row.uid)
    if switched is not None:
        said.append(ctx.say("show-switched", number=switched.number))
    before = queries.action_by_uid(session, row.instead_of or "")
    if before is not None:
        said.append(ctx.say("planb-used", number=before.number))
    steps = [_step(ctx, row, change) for change in queries.history(session, row.uid) if not change.undone]
    # Done for several owners by one word is one line.
    return "\n".join(said) + "\n\n" + "\n".join(f"- {step}" for step in dict.fromkeys(steps) if step)


def _step(ctx: Context, row: Action, change: Change) -> str:
    """One line of an action's history; the parts of its recording are one step."""
    at = _stamp(ctx, change.at)
    who = text.user_text(ctx.access.name(change.by))
    field = change.field
    recording = (change.event_id, change.line) == (row.source_event, row.source_line)
    if field in ("text", "owners", "due") and recording and change.before in (None, []):
        return ""
    if field == "created":
        return ctx.say("step-created", at=at, who=who)
    if field == "note":
        return ctx.say("step-note", at=at, who=who, words=text.text_ref(change.after))
    if field == "owners":
        owners = [Ownership.from_value(each).row(row.uid) for each in change.after or []]
        people = owners_line(ctx.access, owners, ctx.language)
        return ctx.say("step-owners", at=at, who=who, owners=people or ctx.say("nobody"))
    if field == "due":
        key = "step-due" if change.before else "step-due-set"
        return ctx.say(key, at=at, who=who, due=_day(ctx, change.after))
    if field == "text" and change.before is None:
        return ctx.say("step-worded", at=at, who=who)
    if field == "text":
        return ctx.say("step-text", at=at, who=who, words=text.text_ref(change.before))
    if field == "planb":
        return ctx.say("step-planb" if change.after else "step-planb-gone", at=at, who=who)
    if field.startswith("seen:"):
        return ctx.say("step-seen", at=at, who=who)
    if field.startswith("done:"):
        key = "step-done" if change.after else "step-undone"
        return ctx.say(key, at=at, who=who)
    if field.startswith("seen:"):
        return ctx.say("step-seen", at=at, who=who)
    if field == "state":
        return ctx.say("step-state", at=at, who=who, state=ctx.say(f"state-{change.after}"))
    return ""


def _day(ctx: Context, iso: str | None) -> str:
    if iso is None:
        return ctx.say("line-no-due")
    return day(ctx.access, Deadline.from_iso(iso), ctx.language, ctx.at)


def _stamp(ctx: Context, at: datetime) -> str:
    local = at.astimezone(ctx.access.settings.general.tz)
    if ctx.language == "da":
        return f"{local.day}/{local.month} {local.hour}.{local.minute:02d}"
    return f"{local.day} {local:%b} {local.hour}:{local.minute:02d}"
