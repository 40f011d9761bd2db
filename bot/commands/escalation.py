"""Lifting a case to another forum, and sending it back."""

from __future__ import annotations

import re

from sqlmodel import Session

from bot.casework import lifting
from bot.casework.occasions import reason_of
from bot.commands import Context, Problem, Reply, Rest, command, consent, split_line
from bot.commands.case_changes import changed, checked, leading, may_lead
from bot.commands.case_places import code_at, implied, the_case
from bot.commands.heard import CANNOT, DONE, on_reaction, on_reply
from bot.directory import is_citizen
from bot.documents.lines import when
from bot.meetings import next_meeting
from bot.proceedings import room_language
from bot.storage import queries
from bot.storage.cases import Case, Escalation
from bot.storage.models import Forum, Outbox

_URGENT = re.compile(
    r"^\s*(?:haster|hastesag|urgent)\b\s*[:,–-]?\s*|[\s,;(–-]+(?:haster|hastesag|urgent)\)?[.!]*\s*$",
    re.IGNORECASE,
)


@command("escalate", da=("eskaler", "løft"), en=("lift",), family="cases")
def escalate(session: Session, ctx: Context, words: Rest) -> Reply:
    """Lift a case to the management group, with the reason; "urgent" behind it puts it first.

    da: Løft en sag til ledelsesgruppen, med en grund. Skriv „haster“ bagefter, hvis den skal først.
        !eskaler HS-26-014 skolen svarer ikke, og familien venter
        !eskaler HS-26-014 ingen vil betale støttepersonen haster
    en: Lift a case to the management group, with the reason. Write "urgent" behind it to put it first.
        !escalate HS-26-014 the school does not answer and the family waits
        !escalate HS-26-014 nobody will pay the support person urgent
    """
    found, said = _meant(session, ctx, words)
    _may_lift(session, ctx, found)
    if found.state == "closed":
        raise Problem("problem-lift-closed", code=found.code, prefix=ctx.prefix)
    urgent = _URGENT.search(said) is not None
    reason = _URGENT.sub("", said).strip(" \t\n,;:–-")
    reason = checked(ctx, reason, "problem-lift-already") if reason else ""
    over = queries.escalation_of_line(session, ctx.event_id, ctx.line)
    if over is not None and over.state == "returned":
        return _over(session, ctx, found, over, reason)
    standing = queries.escalation(session, found.uid)
    own = standing is not None and (standing.source_event, standing.source_line) == (ctx.event_id, ctx.line)
    if standing is not None and not own and not (reason or urgent):
        where = lifting.called(session, ctx.access, standing.to_uid)
        raise Problem("problem-lift-already", code=found.code, forum=where)
    return lift(session, ctx, found, reason, urgent=urgent)


def lift(session: Session, ctx: Context, case: Case, reason: str, *, urgent: bool) -> Reply:
    """Lift a case, or put the reason of one that is lifted right; without a reason that is asked for."""
    before = queries.escalation(session, case.uid)
    to = queries.forum(session, before.to_uid) if before else lifting.target_of(session, ctx.access, case)
    if to is None:
        raise Problem("problem-lift-nowhere")
    own = before is not None and (before.source_event, before.source_line) == (ctx.event_id, ctx.line)
    urgent = urgent or (before is not None and before.urgent and not own)
    row = ctx.cases(session).escalate(case, to, reason, urgent=urgent)
    now = ctx.heard or ctx.at
    lifting.tell_lifted(session, ctx.access, case, row, ctx.saying, now)
    here = ctx.place.forum
    if before is None and (here is None or here.uid != row.forum_uid):
        lifting.tell_source(session, ctx.access, case, row, now)
    name = lifting.called(session, ctx.access, to.uid)
    if before is not None and row.text_uid is not None and not own:
        return changed(ctx, case, "lifted-again", forum=name)
    said = _where_to(session, ctx, case, to)
    if row.text_uid is None:
        said += "\n" + ctx.say("lifted-why", code=case.code, forum=name)
        return Reply("case.reason", said, case=case.uid)
    return Reply("case.changed", said, case=case.uid)


def _over(session: Session, ctx: Context, case: Case, row: Escalation, reason: str) -> Reply:
    """The message that lifted a case is edited after the case came back: its reason is put right, and nothing else."""
    if row.case_uid != case.uid:
        raise Problem("problem-lift-over", code=case.code, typed=ctx.typed("escalate"))
    ctx.cases(session).escalate(case, queries.forum(session, row.to_uid), reason, urgent=row.urgent)
    name = lifting.called(session, ctx.access, row.to_uid)
    return changed(ctx, case, "lifted-over", forum=name, typed=ctx.typed("escalate"))


def _where_to(session: Session, ctx: Context, case: Case, to: Forum) -> str:
    following = next_meeting(session, ctx.access, to, ctx.at)
    day = when(ctx.access, following.start, ctx.language, ctx.at) if following else ""
    name = lifting.called(session, ctx.access, to.uid)
    return ctx.say("lifted-to", code=case.code, forum=name, known="yes" if day else "no", day=day)


def _meant(session: Session, ctx: Context, words: str) -> tuple[Case, str]:
    """The case that is meant, and the words behind its code.

    A forum to which it was lifted before may take it up again: it knows the code, and is told no more than that.
    """
    code, rest = code_at(words, ctx)
    known = queries.case_by_code(session, code)
    if known is not None and _was_here(session, ctx, known):
        return known, rest.strip()
    return the_case(
        session,
        ctx,
        words,
        f"{ctx.typed('escalate')} HS-26-014 …",
        number=implied(session, ctx) is None,
    )


def _was_here(session: Session, ctx: Context, case: Case) -> bool:
    """Whether a case was lifted to the forum in whose room this was said."""
    here = ctx.place.forum
    if here is None or is_citizen(ctx.person) or case.state in ("withdrawn", "closed"):
        return False
    return any(row.to_uid == here.uid for row in queries.escalations(session, case.uid))


def _may_lift(session: Session, ctx: Context, case: Case) -> None:
    """Raise Problem unless the person coordinates, oversees or chairs a forum of the case, or one that had it."""
    here = ctx.place.forum
    if (
        here is not None
        and here.uid not in ctx.access.case_forums(session, case)
        and _was_here(session, ctx, case)
    ):
        leads = ctx.access.leads_forum(session, ctx.person, here.uid)
        running = ctx.meeting is not None and ctx.meeting.state == "running"
        if leads or (running and ctx.meeting is not None and ctx.meeting.chair == ctx.person.user_id):
            return
        raise Problem("problem-case-lead", code=case.code, who=leading(session, ctx, case))
    may_lead(session, ctx, case)


def same_case(session: Session, ctx: Context, line: str) -> bool:
    """Whether an edited `!eskaler …` still means the case that it had lifted: then only its reason is another."""
    row = queries.escalation_of_line(session, ctx.event_id, ctx.line)
    if row is None or row.state == "withdrawn":
        return False
    code, _ = code_at(split_line(line, ctx.prefix)[1], ctx)
    spoken_of = implied(session, ctx) if code is None else queries.case_by_code(session, code)
    return spoken_of is not None and spoken_of.uid == row.case_uid


@command("return", da=("retur", "deeskaler"), en=("de-escalate", "deescalate"), family="cases")
def return_(session: Session, ctx: Context, words: Rest) -> Reply:
    """Send a lifted case back to the forum that it came from.

    da: Send en løftet sag tilbage til det forum, den kom fra.
        !retur HS-26-014
    en: Send a lifted case back to the forum that it came from.
        !return HS-26-014
    """
    found, rest = the_case(session, ctx, words, f"{ctx.typed('return')} HS-26-014", number=True)
    may_lead(session, ctx, found)
    row = queries.escalation(session, found.uid)
    if row is None:
        raise Problem("problem-not-lifted", code=found.code)
    if rest.strip(" .!"):
        raise Problem("problem-return-words", code=found.code, prefix=ctx.prefix)
    here = ctx.place.forum.uid if ctx.place.forum is not None else None
    return sent_back(session, ctx, found, row, here)


def sent_back(session: Session, ctx: Context, case: Case, row: Escalation, here: str | None) -> Reply:
    """Send a case back and answer in the room where that was said."""
    lifting.give_back(session, ctx.access, ctx.cases(session), case, row, here=here)
    if here == row.to_uid:
        return Reply(
            "case.changed", lifting.gone(session, ctx.access, case, row, ctx.language), case=case.uid
        )
    name = lifting.called(session, ctx.access, row.to_uid)
    return changed(ctx, case, "lifted-no-longer", forum=name)


# --- answers


@on_reply("case.reason")
def reason(session: Session, ctx: Context, words: str, about: Outbox) -> Reply | None:
    """A reply to the question why a case is lifted is the reason."""
    case = ctx.about_case
    row = queries.escalation(session, case.uid) if case is not None else None
    if case is None or row is None or row.by != ctx.person.user_id:
        return None
    urgent = _URGENT.search(words) is not None or row.urgent
    said = checked(ctx, _URGENT.sub("", words).strip(" \t\n,;:–-"), "problem-lift-already")
    ctx.cases(session).escalate(case, queries.forum(session, row.to_uid), said, urgent=urgent)
    lifting.tell_lifted(session, ctx.access, case, row, ctx.saying, ctx.heard or ctx.at)
    name = lifting.called(session, ctx.access, row.to_uid)
    return changed(ctx, case, "lifted-reason-set", forum=name)


_LIFT = re.compile(r"\W*(?:løft(?: den| sagen)?|lift(?: it| the case)?|gør det|do it)\W*", re.IGNORECASE)
_WAIT = re.compile(r"\W*(?:vent|leave|wait)\b", re.IGNORECASE)


@on_reaction("case.propose")
def proposed(session: Session, ctx: Context, sign: str, about: Outbox) -> Reply | None:
    """✅ lifts the case that the bot proposed to lift, ❌ leaves it."""
    if sign in DONE:
        return _agreed(session, ctx, about)
    return _left(session, ctx, about) if sign in CANNOT else None


@on_reply("case.propose")
def answered(session: Session, ctx: Context, words: str, about: Outbox) -> Reply | None:
    """The same in words."""
    agreed = consent.reading(words, ctx.about_case.code if ctx.about_case else "")
    if agreed is False or _WAIT.match(words):
        return _left(session, ctx, about)
    if agreed or _LIFT.fullmatch(words):
        return _agreed(session, ctx, about)
    case = ctx.about_case
    return Reply("case.reason", ctx.say("propose-unclear", code=case.code), case=case.uid) if case else None


def _agreed(session: Session, ctx: Context, about: Outbox) -> Reply:
    case = queries.case(session, about.case_uid)
    if (
        case is None
        or not ctx.access.may_lead_case(session, ctx.person, case)
        or case.state in ("closed", "resting", "withdrawn")
    ):
        shown = case.code if case is not None else ""
        raise Problem("propose-over", code=shown)
    if queries.escalation(session, case.uid) is not None:
        raise Problem("propose-done", code=case.code)
    # Kept in the language of the room that the case is at home in; others read it in theirs (occasions.reason_shown).
    language = room_language(session, ctx.access, case.forum_uid)
    why = reason_of(session, ctx.access, about.reason, language, ctx.cause.at)
    return lift(session, ctx, case, why, urgent=case.urgent)


def _left(session: Session, ctx: Context, about: Outbox) -> Reply | None:
    case = queries.case(session, about.case_uid)
    return Reply("case.changed", ctx.say("propose-left", code=case.code), case=case.uid) if case else None
