"""Lists of actions, one action with its history, and how an action reads in one line."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from rapidfuzz import fuzz, process
from sqlmodel import Session

from bot import text
from bot.commands import Context, Numbers, Problem, Reply, Rest, command, fold
from bot.commands.people import People
from bot.documents.lines import action_line, day, listed, mark
from bot.storage import queries
from bot.storage.models import Action, Change
from bot.storage.queries import Selection
from bot.when import Deadline

PAGE = 12

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
}
_FILLERS = frozenset("over frist fristen sag case for fra of from the side page aftaler uden without".split())


def line(session: Session, ctx: Context, row: Action, language: str | None = None) -> str:
    """An action in one line, in the language of this conversation or another."""
    return action_line(session, ctx.access, row, language or ctx.language, ctx.at)


def selection(session: Session, ctx: Context, **fields: object) -> Selection:
    """A selection within what the person sees here."""
    scope = ctx.access.scope(session, ctx.person, ctx.place)
    return Selection(forums=scope.forums, or_owner=scope.owner, **fields)  # type: ignore[arg-type]


def visible(session: Session, ctx: Context, limit: int) -> Sequence[Action]:
    """Some open actions that the person sees here, the most urgent first."""
    return queries.select_actions(session, selection(session, ctx, states=("open",)), limit=limit)


@command("actions", da=("aftaler",), en=("todos",), family="actions")
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
    for word in words.replace(",", " ").split():
        page = _filter(session, ctx, word, fields, page)
    chosen = selection(session, ctx, **fields)
    total = queries.count(session, chosen)
    newest = "open" not in chosen.states
    rows = queries.select_actions(session, chosen, limit=PAGE, offset=(page - 1) * PAGE, newest_closed=newest)
    if not rows:
        return Reply("actions.list", ctx.say("actions-none"))
    head = ctx.say("actions-head", count=total)
    shown = [f"- **{row.number}** {line(session, ctx, row)}{mark(row, ctx.language, ctx.at)}" for row in rows]
    rest = total - (page - 1) * PAGE - len(rows)
    again = f"{ctx.prefix}{'aftaler' if ctx.language == 'da' else 'actions'} {words}".strip()
    again = again if page == 1 else again.rsplit(" ", 2)[0]
    word = "side" if ctx.language == "da" else "page"
    tail = (
        [ctx.say("actions-more", count=rest, next=text.user_text(f"{again} {word} {page + 1}"))]
        if rest > 0
        else []
    )
    body = head + "\n\n" + "\n".join(shown) + ("\n\n" + tail[0] if tail else "")
    return Reply("actions.list", body, tuple(r.uid for r in rows))


def _filter(session: Session, ctx: Context, word: str, fields: dict[str, object], page: int) -> int:
    """Let one word narrow the list; returns the page asked for."""
    folded = fold(word.strip("#.:"))
    if folded in _FILLERS or not folded:
        return page
    if folded.isdigit():
        return max(1, min(int(folded), 10_000))
    for name, words in _FILTERS.items():
        if folded in words:
            _apply(ctx, name, fields)
            return page
    agency = next((c for c in ctx.access.settings.agencies if fold(c) == folded), None)
    if agency:
        fields["agency"] = agency
        return page
    if folded.startswith(fold(ctx.access.settings.general.case_prefix) + "-"):
        fields["case"] = word.strip("#.:").upper()
        fields["states"] = ()
        return page
    if ctx.place.forum is not None:
        named = People(session, ctx, ctx.place.forum).whole(word)
        if named is not None and named.owners:
            fields["owner"] = named.owners[0].person
            return page
    known = [w for words in _FILTERS.values() for w in words] + list(ctx.access.settings.agencies)
    best = process.extractOne(folded, known, processor=fold, scorer=fuzz.ratio, score_cutoff=60)
    raise Problem(
        "problem-filter", word=text.user_text(word[:40]), near=best[0] if best else "BUF", prefix=ctx.prefix
    )


def _apply(ctx: Context, name: str, fields: dict[str, object]) -> None:
    if name == "mine":
        fields["owner"] = ctx.person.user_id
    elif name == "overdue":
        fields["overdue_at"] = ctx.at
    elif name == "done":
        fields["states"] = ("done",)
    elif name == "closed":
        fields["states"] = ("done", "declined", "cancelled")
    elif name == "ownerless":
        fields["without_owner"] = True
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
    rows: list[Action] = []
    for number in numbers[:5]:
        row = queries.action(session, number)
        if row is None or not ctx.access.may_see(session, ctx.person, ctx.place, row):
            raise Problem("problem-no-such-action", number=number, prefix=ctx.prefix)
        rows.append(row)
    return Reply(
        "action.shown", "\n\n".join(_whole(session, ctx, r) for r in rows), tuple(r.uid for r in rows)
    )


def _whole(session: Session, ctx: Context, row: Action) -> str:
    head = f"**{ctx.say('action-head', number=row.number)}** {line(session, ctx, row)}{mark(row, ctx.language, ctx.at)}"
    said = [head]
    if row.planb_uid:
        said.append(ctx.say("show-planb", words=text.text_ref(row.planb_uid)))
    steps = [_step(ctx, change) for change in queries.history(session, row.uid) if not change.undone]
    return "\n".join(said) + "\n\n" + "\n".join(f"- {step}" for step in steps if step)


def _step(ctx: Context, change: Change) -> str:
    """One line of an action's history; the parts of its recording are one step."""
    at = _stamp(ctx, change.at)
    who = text.user_text(ctx.access.name(change.by))
    field = change.field
    if field in ("text", "owners", "due") and change.before in (None, []):
        return ""
    if field == "created":
        return ctx.say("step-created", at=at, who=who)
    if field == "note":
        return ctx.say("step-note", at=at, who=who, words=text.text_ref(change.after))
    if field == "owners":
        people = listed(ctx.access, [person for person, _ in change.after or []])
        return ctx.say("step-owners", at=at, who=who, owners=people or ctx.say("nobody"))
    if field == "due":
        return ctx.say("step-due", at=at, who=who, due=_day(ctx, change.after))
    if field == "text":
        return ctx.say("step-text", at=at, who=who, words=text.text_ref(change.before))
    if field == "planb":
        return ctx.say("step-planb", at=at, who=who)
    if field.startswith("seen:"):
        return ctx.say("step-seen", at=at, who=who)
    if field.startswith("done:"):
        key = "step-done" if change.after else "step-undone"
        return ctx.say(key, at=at, who=who)
    if field == "state":
        return ctx.say("step-state", at=at, who=who, state=ctx.say(f"state-{change.after}"))
    return ""


def _day(ctx: Context, iso: str | None) -> str:
    if iso is None:
        return ctx.say("line-no-due")
    return day(ctx.access, Deadline.from_iso(iso), ctx.language, ctx.at)


def _stamp(ctx: Context, at: datetime) -> str:
    local = at.astimezone(ctx.access.settings.general.tz)
    return f"{local.day}/{local.month} {local.hour}.{local.minute:02d}"
