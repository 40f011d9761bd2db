"""Word about a case at any time (`!status`): an agency's update, or an observation on which the coordinator decides."""

from __future__ import annotations

import re

from sqlmodel import Session

from bot import text
from bot.answer.case_answers import read
from bot.casework import questions
from bot.casework.wording import Asked
from bot.commands import Also, Context, Problem, Reply, Rest, command, consent
from bot.commands.answer_steps import ASKED_BACK, LONG
from bot.commands.answering import heard, the_question
from bot.commands.case_hints import hint
from bot.commands.case_places import code_at, implied, short_code, unknown
from bot.commands.heard import CANNOT, DONE, on_reaction, on_reply
from bot.documents.lines import case_line, when, with_agency
from bot.owed import Message, direct
from bot.storage import queries
from bot.storage.cases import Case, CaseUpdate
from bot.storage.models import Outbox

_REFUSED = re.compile(r"\W*(?:afvis(?:t|es)?\b|❌)", re.IGNORECASE)
_FEW = 6
_TALK = frozenset(
    {"question", "doubt", "later", "short", "hand", "skip", "unknown", "all", "each", "away", "aside"}
)


@command("update", da=("status",), family="cases")
def update(session: Session, ctx: Context, words: Rest) -> Reply:
    """Send word about a case, or see what you are asked.

    da: Send nyt i en sag, eller se, hvad du mangler at svare på.
        !status
        !status HS-26-014 set glad i klubben i aften
    en: Send word about a case, or see what you have not answered.
        !update
        !update HS-26-014 seen happy at the club tonight
    """
    said = words.replace("\ue002", "").replace("\ue003", "").strip()
    if not said:
        return _mine(session, ctx)
    case, said = _case(session, ctx, said)
    if not said:
        raise Problem("problem-update-empty", code=case.code, prefix=ctx.prefix)
    agency, standing = _speaks_for(session, ctx, case)
    earlier = queries.update_of_line(session, ctx.event_id, ctx.line)
    asked = the_question(session, ctx, case) if ctx.place.direct and earlier is None else None
    if asked is not None and asked.step == "news":
        # What they were asked is answered by this as well as by a reply.
        made = heard(session, ctx, f"{case.code} {said}", _message(session, asked))
        if made is not None:
            return made
    kind = read(said, ctx.language).kind
    kind = "nothing" if kind == "several" else kind
    if kind in _TALK:
        key = kind if kind in ASKED_BACK | {"short"} else "aside"
        return Reply("case.update", ctx.say(f"question-ask-{key}", prefix=ctx.prefix), case=case.uid)
    if not standing:
        return _observe(session, ctx, case, said, agency)
    kept = kind if kind in ("nothing", "withheld") else "news"
    question = queries.question(session, earlier.question_uid) if earlier is not None else None
    ctx.cases(session).update(case, kept, "" if kept != "news" else said, agency, question=question)
    for open_ in queries.open_questions_of_case(session, case.uid):
        if open_.agency == agency and open_.silent:
            # Their agency has told it: nobody is asked for it any more.
            ctx.cases(session).turn(open_, state="answered" if kept == "news" else kept, step="done")
    if kept != "news":
        return Reply(
            "case.update", ctx.say(f"question-{kept}", code=case.code, agency=_of(ctx, agency)), case=case.uid
        )
    lines = [ctx.say("question-noted", code=case.code, agency=_of(ctx, agency))]
    if len(said) > LONG:
        lines.append(ctx.say("question-noted-long", count=len(said)))
    lines.append(hint(session, ctx, said, case) or "")
    return Reply("case.update", "\n".join(filter(None, lines)), case=case.uid)


def _message(session: Session, asked: Asked) -> Outbox | None:
    """The message that asks an open question now."""
    found = queries.question_messages(session, asked.question.uid)
    return next((row for row, step in reversed(found) if step.person == asked.question.person), None)


def _of(ctx: Context, agency: str | None) -> str:
    return agency or text.user_text(ctx.person.name)


def _case(session: Session, ctx: Context, said: str) -> tuple[Case, str]:
    """The case that words are about, of those the person may send word about here.

    One that does not exist, one that is closed and one that is somebody else's get the same answer.
    """
    code, rest = code_at(said, ctx)
    if code is None:
        spoken_of = implied(session, ctx)
        numbered = _by_number(session, ctx, said) if spoken_of is None else None
        if numbered is not None:
            return numbered
        if spoken_of is None:
            raise Problem("problem-case-which", example=f"{ctx.prefix}{ctx.say('update-example')}")
        return spoken_of, said
    # Asked before it is known whether there is such a case: a forbidden one takes no longer than none.
    scope = ctx.access.case_scope(session, ctx.person, ctx.place)
    observes = ctx.access.on_the_streets(session, ctx.person)
    case = queries.case_by_code(session, code)
    seen = ctx.access.case_within(session, scope, case)
    if not ctx.place.direct and not seen:
        raise Problem("problem-update-direct", prefix=ctx.prefix)
    if case is None or not (seen or (case.live and observes)):
        raise unknown(session, ctx, code, scope)
    if case.state == "closed":
        raise Problem("problem-update-closed", code=case.code)
    return case, rest.strip()


def _by_number(session: Session, ctx: Context, said: str) -> tuple[Case, str] | None:
    """The case whose number alone stands in front, if the person may send word about one here; and the rest."""
    code, rest = short_code(said, ctx)
    case = queries.case_by_code(session, code)
    if case is None or not case.live:
        return None
    seen = ctx.access.may_see_case(session, ctx.person, ctx.place, case)
    observes = ctx.place.direct and ctx.access.may_observe(session, ctx.person, case)
    return (case, rest.strip()) if seen or observes else None


def _speaks_for(session: Session, ctx: Context, case: Case) -> tuple[str | None, bool]:
    """The agency that the person speaks for on a case, and whether their word counts at once."""
    row = queries.follower(session, case.uid, ctx.person.user_id)
    if row is not None and row.state == "standing" and row.role == "caseworker":
        return row.agency, True
    return ctx.person.agency, ctx.access.knows_case(session, ctx.person, case)


# --- observations


def _observe(session: Session, ctx: Context, case: Case, said: str, agency: str | None) -> Reply:
    row = ctx.cases(session).update(case, "observation", said, agency, state="waiting")
    also: tuple[Also, ...] = ()
    if row.state == "waiting":
        coordinators = [p.user_id for p in ctx.access.coordinators(session, case.forum_uid)]
        also = tuple(_to_coordinator(session, ctx, case, row, each) for each in coordinators)
    lines = [ctx.say("observation-thanks")]
    name = hint(session, ctx, said, None)
    return Reply("case.update", "\n".join([*lines, name] if name else lines), also=also)


def _to_coordinator(session: Session, ctx: Context, case: Case, row: CaseUpdate, user_id: str) -> Also:
    language = ctx.access.language(session, user_id)
    said = text.t(
        language,
        "observation-told",
        case=case_line(case, language),
        who=with_agency(ctx.access, row.by, row.agency),
        words=text.text_ref(row.text_uid) if row.text_uid else "",
    )
    message = Message("case.observation", said, notify=True, language=language, case=case.uid)
    return Also(f"observation:{ctx.saying}:{user_id}", direct(user_id), message)


def _observed(session: Session, about: Outbox) -> tuple[Case, CaseUpdate] | None:
    """The observation that a message tells a coordinator of."""
    case = queries.case(session, about.case_uid)
    if case is None:
        return None
    quoted = queries.quotes(session, about.id)
    for row in queries.observations(session, case.uid):
        if row.text_uid in quoted or about.reason.startswith(
            f"observation:{row.source_event}:{row.source_line}:"
        ):
            return case, row
    return None


@on_reply("case.observation")
def answered(session: Session, ctx: Context, words: str, about: Outbox) -> Reply | None:
    """A coordinator's "ja" or "nej" to an observation."""
    agreed = consent.reading(words)
    if agreed or (len(words.split()) <= _FEW and (agreed is False or _REFUSED.match(words))):
        return _decide(session, ctx, about, bool(agreed))
    found = _observed(session, about)
    if found is None or not found[1].text_uid:
        return Reply("case.update", ctx.say("observation-ask"), case=about.case_uid)
    # A reply to this answers it as well.
    asked = ctx.say("observation-ask-again", words=text.text_ref(found[1].text_uid))
    return Reply("case.observation", asked, case=about.case_uid)


@on_reaction("case.observation")
def reacted(session: Session, ctx: Context, sign: str, about: Outbox) -> Reply | None:
    """✅ lets an observation in, ❌ does not."""
    if sign not in DONE | CANNOT:
        return None
    return _decide(session, ctx, about, sign in DONE)


def _decide(session: Session, ctx: Context, about: Outbox, let_in: bool) -> Reply | None:
    found = _observed(session, about)
    if found is None or not ctx.access.may_lead_case(session, ctx.person, found[0]):
        return Reply("case.update", ctx.say("observation-not-yours"))
    case, row = found
    if row.state == "withdrawn":
        return Reply("case.update", ctx.say("observation-withdrawn"), case=case.uid)
    if row.state != "waiting" and (row.state == "standing") == let_in:
        by = text.user_text(ctx.access.name(row.decided_by or ctx.person.user_id))
        key = "observation-in-already" if let_in else "observation-out-already"
        return Reply("case.update", ctx.say(key, name=by, code=case.code), case=case.uid)
    ctx.cases(session).admit(case, row, let_in)
    key = "observation-in" if let_in else "observation-out"
    return Reply("case.update", ctx.say(key, code=case.code), case=case.uid)


# --- what is asked of the person


def _mine(session: Session, ctx: Context) -> Reply:
    """What the person has not answered, and what of theirs waits for a coordinator; of what may be shown here."""
    lines: list[str] = []
    for question in queries.open_questions_of(session, ctx.person.user_id):
        asked = questions.of(session, question)
        if asked is None or not ctx.access.may_see_case(session, ctx.person, ctx.place, asked.case):
            continue
        day = when(ctx.access, asked.meeting.starts_at, ctx.language, ctx.at)
        line = ctx.say(
            "update-open", case=case_line(asked.case, ctx.language), agency=question.agency, day=day
        )
        lines.append(f"- {line}")
    said = (
        [ctx.say("update-open-head", count=len(lines)), "", *lines, ""]
        if lines
        else [ctx.say("update-open-none")]
    )
    if lines:
        said += [ctx.say("update-open-tail"), ""]
    waiting = (
        [case for _, case in queries.observations_by(session, ctx.person.user_id)] if ctx.place.direct else []
    )
    if waiting:
        codes = ", ".join(dict.fromkeys(case.code for case in waiting))
        said.append(ctx.say("update-waiting", count=len(waiting), codes=codes))
    said.append(ctx.say("update-tail", prefix=ctx.prefix))
    return Reply("questions.list", "\n".join(said))
