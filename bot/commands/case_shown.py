"""What people see of cases: the list, one case, its plan, and the way it went."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from bot import text
from bot.casework.occasions import reason_shown
from bot.commands import Context, Reply
from bot.commands.case_changes import may_say
from bot.documents.case import actions_of, by_day, card, decisions_of, plan_document, row_line, short_day
from bot.documents.digest import forum_name
from bot.documents.lines import with_agency
from bot.documents.model import markdown
from bot.erasing import steps
from bot.storage import queries
from bot.storage.cases import Case, CaseFollower, CaseGoal, CaseTrend, CaseUpdate, Escalation
from bot.storage.models import Change

KIND = "fremdriftsgruppe"
"""The kind of forum in which cases are opened (docs/domain, Forums)."""
PAGE = 12
_MOST = 30  # actions of a plan in a message
_STEPS = 30  # of a history in a message
_STATES = {
    "open": ("open", "escalated", "resting"),
    "closed": ("closed",),
    "all": ("open", "escalated", "resting", "closed"),
}


def listed_cases(session: Session, ctx: Context, which: str, page: int) -> Reply:
    """The cases that the person sees here, the longest not followed up first: a page of them, the others counted."""
    forums, follower = ctx.access.case_scope(session, ctx.person, ctx.place)
    states = _STATES[which]
    total = queries.count_cases_within(session, forums, follower, states=states)
    if not total:
        opens = any(f.kind == KIND for f in ctx.access.forums_inside(session, ctx.person.user_id))
        key = "cases-none-closed" if which == "closed" else "cases-none" if opens else "cases-none-here"
        return Reply("cases.list", ctx.say(key, prefix=ctx.prefix))
    page = min(page, -(-total // PAGE))
    rows = queries.cases_within(session, forums, follower, states=states, limit=page * PAGE)[
        (page - 1) * PAGE :
    ]
    several = len({row.forum_uid for row in rows}) > 1
    lines = [
        "- "
        + row_line(ctx.access, row, ctx.language, ctx.at)
        + (f" · {text.user_text(_forum(session, ctx, row.forum_uid))}" if several else "")
        for row in rows
    ]
    head = ctx.say(_HEADS[which], count=total)
    rest = total - (page - 1) * PAGE - len(rows)
    words = {"open": "", "closed": " lukkede", "all": " alle"} if ctx.language == "da" else _ENGLISH
    side = "side" if ctx.language == "da" else "page"
    again = f"{ctx.typed('case')}{words[which]} {side} {page + 1}"
    more = ["", ctx.say("cases-more", count=rest, again=again)] if rest > 0 else []
    return Reply("cases.list", "\n".join([head, "", *lines, *more]))


_HEADS = {"open": "cases-head", "closed": "cases-head-closed", "all": "cases-head-all"}
_ENGLISH = {"open": "", "closed": " closed", "all": " all"}


def _forum(session: Session, ctx: Context, uid: str) -> str:
    return forum_name(ctx.access, queries.forum(session, uid))


def show(session: Session, ctx: Context, row: Case, words: str) -> Reply:
    """A case as a whole; followers and caseworkers see no other agency's words."""
    lifted = queries.escalation(session, row.uid)
    made = card(
        session,
        ctx.access,
        row,
        ctx.language,
        ctx.at,
        whole=ctx.access.knows_case(session, ctx.person, row),
        related=[
            other.code
            for other in queries.related(session, row.uid)
            if ctx.access.may_see_case(session, ctx.person, ctx.place, other)
        ],
        lifted_to=text.user_text(_forum(session, ctx, lifted.to_uid)) if lifted else None,
    )
    whole = ctx.access.knows_case(session, ctx.person, row)
    going = steps.shown(session, ctx.access, row, ctx.language, ctx.at) if whole else []
    said = "\n\n".join([made.template, *going])
    return Reply("case.shown", said, made.actions, case=row.uid)


def plan(session: Session, ctx: Context, row: Case, words: str) -> Reply:
    """The case's handleplan: who does what, agency by agency."""
    document = plan_document(session, ctx.access, row, ctx.language, ctx.at, most=_MOST)
    uids = tuple(each.uid for each in actions_of(session, row)[:_MOST])
    return Reply("case.plan", markdown(document), uids, case=row.uid)


# --- the way it went


@dataclass(frozen=True)
class _Step:
    at: datetime
    words: str


def history(session: Session, ctx: Context, row: Case, words: str) -> Reply:
    """Who did what with the case, and when: the newest last, at most as many steps as one reads."""
    may_say(session, ctx, row, "problem-case-read")
    steps = sorted([*_steps(session, ctx, row), *_agreed(session, ctx, row)], key=lambda step: step.at)
    lines = [f"- {line}" for line in dict.fromkeys(step.words for step in steps)]
    left = len(lines) - _STEPS
    head = f"**{ctx.say('case-history', code=row.code)}**"
    earlier = [ctx.say("case-history-earlier", count=left), ""] if left > 0 else []
    return Reply("case.shown", "\n".join([head, "", *earlier, *lines[-_STEPS:]]), case=row.uid)


def _steps(session: Session, ctx: Context, row: Case) -> Iterable[_Step]:
    for change in queries.history_of_case(session, row.uid):
        for words in _said(session, ctx, change):
            by = _speaker(session, change)
            who = with_agency(ctx.access, by) if by else ctx.say("case-step-bot")
            day = short_day(ctx.access, change.at, ctx.language)
            yield _Step(change.at, ctx.say("case-step", day=day, who=who, what=words))


def _speaker(session: Session, change: Change) -> str:
    """Whose step it is: word about a case is said by who sent it, also where a coordinator let it in."""
    kind, _, uid = change.field.partition(":")
    said = session.get(CaseUpdate, uid) if kind == "update" else None
    return said.by if said is not None else change.by


def _agreed(session: Session, ctx: Context, row: Case) -> Iterable[_Step]:
    """What was agreed and decided about it."""
    for action in actions_of(session, row):
        day = short_day(ctx.access, action.created_at, ctx.language)
        words = text.text_ref(action.text_uid) if action.text_uid else ctx.say("line-no-text")
        yield _Step(
            action.created_at, ctx.say("case-step-action", day=day, number=action.number, words=words)
        )
    for decision in decisions_of(session, row):
        day = short_day(ctx.access, decision.decided_at, ctx.language)
        words = text.text_ref(decision.text_uid) if decision.text_uid else ctx.say("line-no-text")
        yield _Step(decision.decided_at, ctx.say("case-step-decision", day=day, words=words))


def _said(session: Session, ctx: Context, change: Change) -> list[str]:
    """What a change of a case's rows did, in a few words each; nothing for what only the bot keeps count of."""
    kind, _, uid = change.field.partition(":")
    before, after = change.before, change.after or {}
    match kind:
        case "case":
            return _of_case(ctx, before, after)
        case "follower":
            person = session.get(CaseFollower, uid)
            name = with_agency(ctx.access, person.person, person.agency) if person else ""
            if after.get("state") != "standing":
                return [ctx.say("case-step-unfollow", name=name)]
            return [
                ctx.say(
                    f"case-step-{'caseworker' if after.get('role') == 'caseworker' else 'follower'}",
                    name=name,
                )
            ]
        case "goal":
            row = session.get(CaseGoal, uid)
            name = ctx.say(f"case-parameter-{row.parameter}") if row else ""
            if not after.get("text_uid"):
                return [ctx.say("case-step-goal-gone", parameter=name)]
            return [ctx.say("case-step-goal", parameter=name, words=text.text_ref(after["text_uid"]))]
        case "trend":
            said = session.get(CaseTrend, uid)
            if said is None or not after.get("trend"):
                return []
            name = ctx.say(f"case-parameter-{said.parameter}")
            return [ctx.say("case-step-trend", parameter=name, trend=ctx.say(f"case-trend-{after['trend']}"))]
        case "relation":
            return [
                ctx.say("case-step-related" if after.get("state") == "standing" else "case-step-unrelated")
            ]
        case "value":
            return [ctx.say("case-step-value")]
        case "update":
            return _of_update(ctx, session.get(CaseUpdate, uid), after)
        case "escalation":
            return _of_escalation(session, ctx, uid, before, after)
    return []


def _of_case(ctx: Context, before: dict[str, object] | None, after: dict[str, object]) -> list[str]:
    if before is None:
        return [ctx.say("case-step-opened")]
    said: list[str] = []
    state = after.get("state")
    reopened = state in ("open", "escalated") and before.get("state") in ("closed", "resting")
    if before.get("state") != state and (reopened or state in ("resting", "closed")):
        said.append(ctx.say(f"case-step-{'reopened' if reopened else state}"))
    if before.get("closing_uid") != after.get("closing_uid") and after.get("closing_uid"):
        reason = text.text_ref(str(after["closing_uid"]))
        said[-1:] = [ctx.say("case-step-because", what=said[-1], words=reason)] if said else []
    if before.get("text_uid") != after.get("text_uid"):
        said.append(ctx.say("case-step-described"))
    if before.get("urgent") != after.get("urgent"):
        said.append(ctx.say("case-step-urgent" if after.get("urgent") else "case-step-not-urgent"))
    if before.get("followed_at") != after.get("followed_at") and after.get("followed_at"):
        said.append(ctx.say("case-step-followed"))
    elif before.get("follow_up_at") != after.get("follow_up_at") and not said and after.get("follow_up_at"):
        at = datetime.fromisoformat(str(after["follow_up_at"]))
        said.append(ctx.say("case-step-follow-up", day=by_day(ctx.access, at, ctx.language, ctx.at)))
    return said


def _of_update(ctx: Context, row: CaseUpdate | None, after: dict[str, object]) -> list[str]:
    if after.get("state") != "standing":
        return []
    if row is None or row.state == "withdrawn":
        return []  # whose words were deleted has said nothing
    kind = str(after.get("kind"))
    words = after.get("text_uid")
    if kind in ("nothing", "withheld"):
        return [ctx.say(f"case-update-{kind}")]
    return [ctx.say("case-step-update", words=text.text_ref(str(words)))] if words else []


def _of_escalation(
    session: Session, ctx: Context, uid: str, before: dict[str, object] | None, after: dict[str, object]
) -> list[str]:
    row = session.get(Escalation, uid)
    if row is None:
        return []
    to = text.user_text(_forum(session, ctx, row.to_uid))
    state = after.get("state")
    if before is not None and before.get("state") == state:
        return []  # its reason came later, or was put right: the lift says it as it reads now
    if state == "returned":
        return [ctx.say("case-step-returned", forum=to)]
    if state != "standing":
        return []
    said = ctx.say("case-step-lifted", forum=to)
    reason = reason_shown(session, ctx.access, row, ctx.language)
    return [ctx.say("case-step-because", what=said, words=reason) if reason else said]
