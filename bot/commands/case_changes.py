"""What people say about a case behind its code: goals, trend, subject, urgency, relations, the next agenda."""

from __future__ import annotations

import re

from sqlmodel import Session

from bot import text
from bot.answer import case_words
from bot.commands import Context, Problem, Reply, fold
from bot.commands.case_hints import hint
from bot.commands.case_places import code_at, named
from bot.commands.meeting_places import due_or_next
from bot.documents.lines import listed, when
from bot.proceedings import refresh
from bot.storage import queries
from bot.storage.cases import Case
from bot.storage.meetings import Meeting
from bot.storage.models import Forum

LONGEST = 1_000
"""Characters of a subject, a goal or a reason; more is a report."""
_NONE = frozenset({"intet", "ingen", "intet maal", "slet", "fjern", "none", "no goal", "remove"})
_BY_ITSELF = frozenset({"case", "escalated"})  # kinds of agenda items that nobody put there


def first_word(words: str) -> tuple[str, str]:
    """The first word, folded and without its punctuation, and the words behind it."""
    match = re.match(r"\s*([^\s:,;]+)[\s:,;]*", words)
    return (fold(match[1]).rstrip(".!?"), words[match.end() :].strip()) if match else ("", "")


def checked(ctx: Context, words: str, empty: str, **args: object) -> str:
    """Words that may be kept; Problem `empty` for none, and for more than anybody reads."""
    said = words.replace("\ue002", "").replace("\ue003", "").strip()
    if not re.search(r"\w", said):
        raise Problem(empty, prefix=ctx.prefix, **args)
    if len(said) > LONGEST:
        raise Problem("problem-case-long", count=len(said), most=LONGEST)
    return said


def may_say(session: Session, ctx: Context, row: Case, problem: str = "problem-case-member") -> None:
    """Problem unless the person is of the case's forum: followers and caseworkers read, and answer when asked."""
    if not ctx.access.knows_case(session, ctx.person, row):
        raise Problem(problem, code=row.code, who=leading(session, ctx, row))


def may_lead(session: Session, ctx: Context, row: Case) -> None:
    """Problem unless the person coordinates or oversees the case's forum, or leads its meeting that is under way."""
    if ctx.access.may_lead_case(session, ctx.person, row):
        return
    meeting = ctx.meeting
    if (
        meeting is not None
        and meeting.state == "running"
        and meeting.chair == ctx.person.user_id
        and meeting.forum_uid in ctx.access.case_forums(session, row)
    ):
        return
    raise Problem("problem-case-lead", code=row.code, who=leading(session, ctx, row))


def leading(session: Session, ctx: Context, row: Case) -> str:
    """The coordinators of a case's forum, by name."""
    found = [person.user_id for person in ctx.access.coordinators(session, row.forum_uid)]
    return listed(ctx.access, found) or ctx.say("case-a-coordinator")


def changed(ctx: Context, row: Case, key: str, *more: str | None, **args: object) -> Reply:
    """The receipt of a change to a case: one line, and what there is to add."""
    lines = [ctx.say(key, code=row.code, **args), *(line for line in more if line)]
    return Reply("case.changed", "\n".join(lines), case=row.uid)


# --- goals and how it goes


def goal(session: Session, ctx: Context, row: Case, words: str) -> Reply:
    """Set the goal on a parameter, or take it away ("intet")."""
    may_say(session, ctx, row)
    parameter, rest = _parameter(ctx, row, words, "goal")
    name = ctx.say(f"case-parameter-{parameter}")
    if fold(rest).strip(" .!") in _NONE:
        ctx.cases(session).set_goal(row, parameter, "")
        return changed(ctx, row, "case-goal-gone", parameter=name)
    said = checked(ctx, rest, "problem-case-goal-empty", parameter=name, code=row.code)
    ctx.cases(session).set_goal(row, parameter, said)
    kept = queries.goal(session, row.uid, parameter)
    ref = text.text_ref(kept.text_uid) if kept and kept.text_uid else ""
    return changed(ctx, row, "case-goal-set", hint(session, ctx, said, row), parameter=name, words=ref)


def trend(session: Session, ctx: Context, row: Case, words: str) -> Reply:
    """Say how a parameter goes: in a meeting as the group sees it, otherwise as the person's agency does."""
    may_say(session, ctx, row)
    parameter, rest = _parameter(ctx, row, words, "trend")
    going = case_words.trend(re.sub(r"^\s*(?:er|is|:)\s+", "", rest))
    if going is None:
        if not rest.strip():
            raise Problem("problem-case-trend-empty", code=row.code, prefix=ctx.prefix)
        raise Problem("problem-case-trend", word=text.user_text(rest[:40]), code=row.code, prefix=ctx.prefix)
    agency = "" if ctx.meeting is not None else ctx.person.agency or ""
    ctx.cases(session).set_trend(row, parameter, going, agency)
    return changed(
        ctx,
        row,
        "case-trend-set",
        parameter=ctx.say(f"case-parameter-{parameter}"),
        trend=ctx.say(f"case-trend-{going}"),
        who=agency or ctx.say("case-the-group"),
    )


def _parameter(ctx: Context, row: Case, words: str, about: str) -> tuple[str, str]:
    """The parameter that words begin with, or end with ("fremgang socialt"), and the others."""
    match = re.match(r"\s*(?:på|paa|on|for)?\s*((?:det\s+)?[^\s:,;]+)[\s:,;–-]*", words, re.IGNORECASE)
    if match is not None and (name := case_words.parameter(match[1])) is not None:
        return name, words[match.end() :].strip()
    last = re.search(r"\s(?:på|paa|on|for)?\s*([^\s:,;.!]+)[.!]*\s*$", words, re.IGNORECASE)
    if about == "trend" and last is not None and (name := case_words.parameter(last[1])) is not None:
        return name, words[: last.start()].strip()
    word = text.user_text(match[1][:40]) if match else ""
    key = _WHICH[about, bool(word)]
    raise Problem(key, **({"word": word} if word else {}), code=row.code, prefix=ctx.prefix)


_WHICH = {
    ("goal", True): "problem-case-goal-parameter",
    ("goal", False): "problem-case-goal-which",
    ("trend", True): "problem-case-trend-parameter",
    ("trend", False): "problem-case-trend-which",
}


# --- what it is about


def subject(session: Session, ctx: Context, row: Case, words: str) -> Reply:
    """Say anew what the case is about."""
    may_say(session, ctx, row)
    said = checked(ctx, words, "problem-case-subject-empty", code=row.code)
    ctx.cases(session).describe(row, said)
    ref = text.text_ref(row.text_uid or "")
    return changed(ctx, row, "case-described", hint(session, ctx, said, row), words=ref)


def urgent(session: Session, ctx: Context, row: Case, words: str) -> Reply:
    """Mark the case as urgent; with a word against it, not any more."""
    return _set_urgent(session, ctx, row, fold(words).strip(" .!") not in ("nej", "no", "ikke", "slut"))


def not_urgent(session: Session, ctx: Context, row: Case, words: str) -> Reply:
    """The case is urgent no more."""
    return _set_urgent(session, ctx, row, False)


def _set_urgent(session: Session, ctx: Context, row: Case, wanted: bool) -> Reply:
    may_say(session, ctx, row)
    ctx.cases(session).set_urgent(row, wanted)
    return changed(ctx, row, "case-urgent-set" if wanted else "case-urgent-gone")


def related(session: Session, ctx: Context, row: Case, words: str) -> Reply:
    """Say that two cases belong together."""
    return _relate(session, ctx, row, words, True)


def unrelated(session: Session, ctx: Context, row: Case, words: str) -> Reply:
    """Say that they do not any more."""
    return _relate(session, ctx, row, words, False)


def _relate(session: Session, ctx: Context, row: Case, words: str, together: bool) -> Reply:
    may_say(session, ctx, row)
    said = re.sub(r"^\s*(?:med|til|with|to)\s+", "", words, flags=re.IGNORECASE)
    code, _ = code_at(said, ctx)
    if code is None and (short := re.fullmatch(r"\s*#?(?:(\d\d)-)?(\d{1,5})\s*", said)) is not None:
        year = int(short[1]) if short[1] else ctx.access.today(ctx.at).year % 100
        code, _ = code_at(f"{ctx.access.settings.general.case_prefix}-{year:02d}-{short[2]}", ctx)
    if code is None:
        raise Problem("problem-case-related", code=row.code, prefix=ctx.prefix)
    other = named(session, ctx, code)
    if other.uid == row.uid:
        raise Problem("problem-case-related-self", code=row.code)
    new = ctx.cases(session).relate(row, other, related=together)
    key = ("case-related-set" if new else "case-related-already") if together else "case-related-gone"
    return changed(ctx, row, key, other=other.code)


# --- the next agenda


def nominate(session: Session, ctx: Context, row: Case, words: str) -> Reply:
    """Put the case on the agenda of the forum's meeting that is under way, or of its next one; not twice."""
    may_say(session, ctx, row)
    if not row.live:
        raise Problem("problem-case-not-open", code=row.code, prefix=ctx.prefix)
    forum = _agenda_forum(session, ctx, row)
    meetings = ctx.meetings(session)
    meeting = _meeting(session, ctx, forum)
    if meeting is not None and meeting.state == "planned":
        meetings.prepare(forum, meeting)
    if _standing(session, forum, meeting, row):
        return changed(ctx, row, "case-on-agenda-already", day=_day(ctx, meeting))
    meetings.add_item(forum, meeting, "", minutes=None, case=row.code)
    if meeting is None:
        return changed(ctx, row, "case-agenda-waits")
    if meeting.state == "planned":
        meetings.prepare(forum, meeting)  # what had come by itself makes room for it
    refresh(session, ctx.access, meeting, ctx.saying, ctx.at)
    return changed(ctx, row, "case-on-agenda", day=_day(ctx, meeting))


def _day(ctx: Context, meeting: Meeting | None) -> str:
    return (
        when(ctx.access, meeting.starts_at, ctx.language, ctx.at) if meeting else ctx.say("case-next-meeting")
    )


def _agenda_forum(session: Session, ctx: Context, row: Case) -> Forum:
    """The room's forum; in direct messages the one of the case's that the person is in, its own first."""
    if ctx.place.forum is not None:
        return ctx.place.forum
    inside = {forum.uid for forum in ctx.access.forums_inside(session, ctx.person.user_id)}
    lifted = queries.escalation(session, row.uid)
    if row.forum_uid not in inside and lifted is not None and lifted.to_uid in inside:
        return queries.forum(session, lifted.to_uid)
    return queries.forum(session, row.forum_uid)


def _meeting(session: Session, ctx: Context, forum: Forum) -> Meeting | None:
    running = queries.running_meeting(session, forum.uid)
    if running is not None:
        return running
    following = due_or_next(session, ctx, forum)
    return ctx.meetings(session).ensure(forum, following) if following else None


def _standing(session: Session, forum: Forum, meeting: Meeting | None, row: Case) -> bool:
    """Whether the case stands there already; one that came by itself makes room for who wants to be sure."""
    if meeting is None:
        return any(item.case_code == row.code for item in queries.waiting_items(session, forum.uid))
    return any(
        item.case_code == row.code and (meeting.state == "running" or item.kind not in _BY_ITSELF)
        for item in queries.agenda(session, meeting.uid)
    )
