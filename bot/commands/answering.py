"""What people answer when they are asked about a case: step by step in a thread, or all at once (docs/domain, Records).

What is told is kept in their words as their agency's update. A question asked back or a doubt is no update.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sqlmodel import Session

from bot import text
from bot.answer.case_answers import Said, read
from bot.casework import questions, wording
from bot.casework.wording import ALL, Asked
from bot.commands import Context, Reply
from bot.commands.answer_steps import Acted, Taken, lettered, take, told_by
from bot.commands.case_places import code_at, code_last, codes_listed, unknown
from bot.commands.colleagues import hand_on
from bot.commands.heard import on_reaction
from bot.documents.lines import case_line, when
from bot.owed import outbox_id
from bot.storage import queries
from bot.storage.cases import Case, CaseTrend, SheetValue
from bot.storage.models import Action, Outbox

_AFTERWARDS_NOTHING = frozenset(
    {"short", "skip", "all", "each", "hand", "later", "unknown", "away", "aside", "several"}
)
STILL_TALKING = timedelta(hours=1)
"""So long after the bot asked the next step a message without thread or code answers that one."""


def heard(
    session: Session, ctx: Context, words: str, about: Outbox | None, acted: Reply | None = None
) -> Reply | None:
    """An answer to a message of a question's thread; one that begins with another case's code is about that case.

    `acted` is what became of its part about actions, which bot.replies reads as everywhere.
    """
    words = words.replace("\ue002", "").replace("\ue003", "").strip()
    if len(set(codes_listed(words, ctx))) > 1:
        return Reply("case.answered", ctx.say("question-one-each", code=codes_listed(words, ctx)[0]))
    code, rest = code_in(words, ctx)
    asked = questions.asked_by(session, about, ctx.person.user_id) if about is not None else None
    if code is not None and (asked is None or asked.case.code != code):
        return _of_code(session, ctx, code, rest, asked)
    if asked is None:
        return which(session, ctx)
    said = rest if code is not None else words
    return _hear(session, ctx, asked, said, _acted(session, ctx, asked, about, acted))


def _acted(
    session: Session, ctx: Context, asked: Asked, about: Outbox | None, acted: Reply | None
) -> Acted | None:
    if acted is None or about is None:
        return None
    own = {row.uid for row in wording.own_actions(session, ctx.access, asked.question, asked.case)}
    left = [row for row in queries.actions_in(session, about.id) if row.uid in own - set(acted.actions)]
    return Acted(acted, tuple(left))


def about_actions(
    session: Session, ctx: Context, words: str, about: Outbox
) -> tuple[str, list[Action]] | None:
    """The part of an answer that is about the person's own actions, and those; None where no part is."""
    asked = questions.asked_by(session, about, ctx.person.user_id)
    code, rest = code_in(words, ctx)
    if asked is None or asked.question.person != ctx.person.user_id or (code and code != asked.case.code):
        return None
    said = rest if code else words
    if asked.step.startswith(ALL):
        steps = asked.step.removeprefix(ALL).split(",")
        said = lettered(said).get("abcdefgh"[steps.index("actions")], "") if "actions" in steps else ""
    elif asked.step != "actions":
        return None
    if not said or read(said, ctx.language).kind in (
        "skip",
        "withheld",
        "hand",
        "all",
        "each",
        "nothing",
        "unknown",
        "several",
    ):
        return None
    return said, [row for row in queries.actions_in(session, about.id) if row.case_code == asked.case.code]


def asked_about(session: Session, ctx: Context, about: Outbox) -> Asked | None:
    """The question that a message asks the person now; None where it is somebody else's or none."""
    asked = questions.asked_by(session, about, ctx.person.user_id)
    return asked if asked is not None and asked.question.person == ctx.person.user_id else None


# --- which case is meant


def _of_code(session: Session, ctx: Context, code: str, rest: str, asked: Asked | None) -> Reply:
    """An answer that begins with the code of a case which the message answered did not ask about."""
    case = queries.case_by_code(session, code)
    may = case is not None and ctx.access.may_hear_of_case(session, ctx.person.user_id, case)
    if case is None or not may:
        raise unknown(session, ctx, code)
    found = queries.question_to(session, case.uid, ctx.person.user_id)
    # Who has handed it on may tell something all the same.
    found = found or queries.question_once_to(session, case.uid, ctx.person.user_id)
    other = questions.of(session, found)
    if other is None or not rest:
        return Reply(
            "case.answered", ctx.say("question-none-open", code=case.code, prefix=ctx.prefix), case=case.uid
        )
    made = _hear(session, ctx, other, rest, None)
    if made is None:
        return Reply("case.answered", ctx.say("question-other-case", code=case.code), case=case.uid)
    if asked is None:
        return made
    return replace(made, template=f"{ctx.say('question-other-case', code=case.code)} {made.template}")


def code_in(words: str, ctx: Context) -> tuple[str | None, str]:
    """The code of the case that an answer is about, in front or, where nothing is told, behind; and the rest."""
    code, rest = code_at(words, ctx)
    if code is None:
        last, before = code_last(words, ctx)
        if last is not None and read(before, ctx.language).kind != "news":
            return last, before
    return code, rest


def spoken_of(session: Session, ctx: Context, words: str) -> tuple[Outbox | None, bool]:
    """The message that free text in direct messages answers, where a question may be; and whether several may be meant.

    A code in front decides; else the newest message about actions or an open question; a step that was asked a moment
    ago is meant before the questions that wait.
    """
    target, person = f"dm:{ctx.person.user_id}", ctx.person.user_id
    acting = queries.last_about_actions(session, target)
    code, _ = code_in(words, ctx)
    if code is not None:
        case = queries.case_by_code(session, code)
        question = queries.question_to(session, case.uid, person) if case is not None else None
        rows = queries.question_messages(session, question.uid) if question is not None else []
        own = [row for row, step in rows if step.person == person]
        about = queries.actions_in(session, acting.id) if acting is not None else ()
        # What is said of one case is no note on an action of another.
        return (own[-1] if own else acting if any(row.case_code == code for row in about) else None), False
    newest = queries.last_about_questions(session, target, person)
    later = newest is None or (acting is not None and (acting.seq or 0) > (newest[0].seq or 0))
    # "Intet nyt" is no answer about an action, even where that morning's reminder is the newest message.
    if newest is None or (later and read(words, ctx.language).kind not in ("nothing", "withheld")):
        return acting, False
    row, _ = newest
    waiting = queries.open_questions_of(session, person)
    going_on = row.reason.startswith("reply:") and ctx.at - row.created_at <= STILL_TALKING
    if len(waiting) <= 1 or going_on:
        return row, False
    return None, True


def added(session: Session, ctx: Context, words: str) -> tuple[Outbox | None, Reply | None]:
    """What news without code or thread adds to, where nothing is asked any more: what was answered a moment ago, else
    the case that was asked about last is asked for. Neither, where actions have been spoken of since."""
    target, person = f"dm:{ctx.person.user_id}", ctx.person.user_id
    newest = queries.last_about_questions(session, target, person, waiting=False)
    acting = queries.last_about_actions(session, target)
    if newest is None or (acting is not None and (acting.seq or 0) > (newest[0].seq or 0)):
        return None, None
    row, asked = newest[0], questions.asked_by(session, newest[0], person)
    if asked is None or asked.question.state == "open" or ctx.at - row.created_at > questions.FRESH:
        return None, None
    hears = asked.case.live and ctx.access.may_hear_of_case(session, person, asked.case)
    if not hears or read(words, ctx.language).kind != "news":
        return None, None
    missed = [
        each
        for each in queries.questions_of_meeting(session, asked.meeting.uid)
        if each.person == person and each.state == "missed"
    ]
    late = [each.uid for each in missed] == [asked.question.uid]
    if late or (row.reason.startswith("reply:") and ctx.at - row.created_at <= STILL_TALKING):
        return row, None
    case = case_line(asked.case, ctx.language)
    return None, Reply("questions.list", ctx.say("question-which-late", case=case, code=asked.case.code))


def which(session: Session, ctx: Context) -> Reply | None:
    """Ask which of the open questions was meant; None when nothing is open."""
    waiting = [questions.of(session, each) for each in queries.open_questions_of(session, ctx.person.user_id)]
    cases = [
        asked.case
        for asked in waiting
        if asked is not None and ctx.access.may_hear_of_case(session, ctx.person.user_id, asked.case)
    ]
    if not cases:
        return None
    lines = [ctx.say("question-which"), "", *(f"- {case_line(case, ctx.language)}" for case in cases)]
    lines += ["", ctx.say("question-which-tail", code=cases[0].code)]
    return Reply("questions.list", "\n".join(lines))


# --- hearing an answer


def _hear(session: Session, ctx: Context, asked: Asked, words: str, acted: Acted | None) -> Reply | None:
    case, question = asked.case, asked.question
    if not ctx.access.may_hear_of_case(session, ctx.person.user_id, case):
        return Reply("case.answered", ctx.say("question-not-yours"))
    if case.state in ("closed", "withdrawn"):
        return Reply("case.answered", ctx.say("question-case-closed", code=case.code), case=case.uid)
    if not words:
        return _ask(session, ctx, asked, Taken())
    said = read(words, ctx.language)
    if said.kind == "several":
        waiting = queries.open_questions_of(session, ctx.person.user_id)
        if len({each.case_uid for each in waiting}) > 1:
            return which(session, ctx)
        said = Said("nothing")
    if question.person != ctx.person.user_id:
        return _handed(session, ctx, asked, said, words)
    if asked.step == "news" and question.step == "trend" and said.kind == "trend":
        asked = replace(
            asked, step="trend"
        )  # a plain reply to the first message, meant for the step that is open
    if question.state == "open" and said.kind in ("all", "each"):
        return _as_preferred(session, ctx, asked, said.kind)
    if question.state == "open" and said.kind == "hand":
        return hand_on(session, ctx, asked, said.name)
    if question.state != "open" and said.kind in _AFTERWARDS_NOTHING:
        return _closed(ctx, asked) if said.kind == "hand" else None
    return _onward(session, ctx, asked, take(session, ctx, asked, said, words, acted))


# --- and what follows


def _onward(session: Session, ctx: Context, asked: Asked, taken: Taken) -> Reply | None:
    """Say what was noted, and ask the next step of an open question."""
    question, case = asked.question, asked.case
    cases = ctx.cases(session)
    if question.state != "open":
        return _afterwards(session, ctx, asked, taken)
    if not asked.current:
        return Reply("case.answered", "\n".join(taken.lines), case=case.uid)
    if taken.again or (taken.left and asked.step == "actions"):
        return _ask(session, ctx, asked, taken, full=False)
    if taken.ends is not None:
        cases.turn(question, state=taken.ends, step="done")
        return _said(session, ctx, asked, taken.lines)
    if asked.step.startswith(ALL):
        following = "done"
    else:
        following = wording.following(session, ctx.access, question, case, asked.step, ctx.cause.at)
    if following == "done":
        answered = taken.told or _has_told(session, asked)
        cases.turn(question, state="answered" if answered else "nothing", step="done")
        return _said(session, ctx, asked, [*taken.lines, ctx.say("question-done", code=case.code)])
    cases.turn(question, step=following)
    return _ask(session, ctx, replace(asked, step=following), taken)


def _has_told(session: Session, asked: Asked) -> bool:
    rows = queries.updates(session, asked.case.uid, since=asked.question.asked_at - timedelta(seconds=1))
    if any(row.question_uid == asked.question.uid for row in rows):
        return True
    values = queries.sheet_values(session, asked.case.uid).values()
    trends = queries.trends(session, asked.case.uid)
    said: list[SheetValue | CaseTrend] = [*values, *trends]
    return any(row.agency == asked.question.agency and row.said_at >= asked.question.asked_at for row in said)


def _ask(session: Session, ctx: Context, asked: Asked, taken: Taken, *, full: bool = True) -> Reply:
    """The receipt, and the step that is open; `full` with its whole wording, else only what was unclear about it."""
    now = ctx.cause.at
    made = wording.wording(session, ctx.access, asked, ctx.language, now)
    if taken.left and not taken.again:
        person = ctx.person.user_id
        made = wording.action_wording(session, ctx.access, taken.left, person, ctx.language, now)
        full = True
    _note(session, ctx, asked)
    shown = [*taken.lines, "", made.template] if full and taken.lines else [made.template]
    if not full and taken.lines:
        shown = taken.lines
    return Reply("case.question", "\n".join(shown), made.actions, case=asked.case.uid)


def _said(session: Session, ctx: Context, asked: Asked, lines: list[str]) -> Reply:
    _note(session, ctx, replace(asked, step="done"))
    return Reply("case.answered", "\n".join(lines), case=asked.case.uid)


def _note(session: Session, ctx: Context, asked: Asked) -> None:
    """The bot's answer to this line asks that step: a reply to it answers it."""
    message = outbox_id(session, f"reply:{ctx.event_id}:{ctx.line}")
    questions.note(session, message, asked.question, asked.step)


def _afterwards(session: Session, ctx: Context, asked: Asked, taken: Taken) -> Reply | None:
    """An answer to a question that is closed: late, or something to add; it counts all the same."""
    question, case = asked.question, asked.case
    if taken.again and not taken.told:
        return Reply("case.answered", "\n".join(taken.lines), case=case.uid)
    if question.state == "missed":
        ctx.cases(session).turn(question, state=taken.ends or "answered", step="done")
    elif taken.told and question.state in ("nothing", "withheld"):
        ctx.cases(session).turn(question, state="answered", step="done")
    lines = list(taken.lines)
    begun = asked.meeting.state in ("running", "held") or asked.meeting.starts_at <= ctx.cause.at
    if question.state == "dropped":
        lines.append(ctx.say("question-off-agenda", code=case.code))
    elif begun:
        day = when(ctx.access, asked.meeting.starts_at, ctx.language, ctx.cause.at)
        lines.append(ctx.say("question-late", day=day))
    return _said(session, ctx, asked, lines)


def _closed(ctx: Context, asked: Asked) -> Reply:
    return Reply("case.answered", ctx.say("question-closed", code=asked.case.code), case=asked.case.uid)


def _handed(session: Session, ctx: Context, asked: Asked, said: Said, words: str) -> Reply | None:
    """Words about a question that a colleague has now: news is kept all the same, as this person's agency's."""
    if said.kind in ("short", "all", "each"):
        return None
    name = text.user_text(ctx.access.name(asked.question.person))
    lines = [ctx.say("question-with-colleague", name=name, code=asked.case.code)]
    if said.kind in ("news", "trend"):
        lines += told_by(session, ctx, asked, words)
    return Reply("case.answered", "\n".join(lines), case=asked.case.uid)


def _as_preferred(session: Session, ctx: Context, asked: Asked, kind: str) -> Reply:
    """Show all that is left, or the open step alone, in this thread."""
    step = asked.question.step
    if kind == "all":
        step = wording.all_left(session, ctx.access, asked.question, asked.case, ctx.cause.at)
    return _ask(session, ctx, replace(asked, step=step), Taken())


@on_reaction("case.question", "case.question.again")
def reacted(session: Session, ctx: Context, sign: str, about: Outbox) -> Reply | None:
    """A sign says too little about a case: say what can be answered, once for each message."""
    if sign not in set("✅✔☑❌✖❎🚫⏰⏲⏱"):
        return None
    asked = questions.asked_by(session, about, ctx.person.user_id)
    if asked is None or asked.question.person != ctx.person.user_id or asked.question.state != "open":
        return None
    return Reply("case.answered", ctx.say("question-reacted", code=asked.case.code), case=asked.case.uid)


def the_question(session: Session, ctx: Context, case: Case) -> Asked | None:
    """The open question about a case that is the person's to answer."""
    question = queries.question_to(session, case.uid, ctx.person.user_id)
    if question is None or question.state != "open":
        return None
    return questions.of(session, question)
