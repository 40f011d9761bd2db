"""What people say without commands: replies, free text in direct messages, and reactions (docs/domain, Commands).

In a forum's room only a reply counts: by an owner anything about the action, by writer and coordinator a name or a
date that corrects it. What is not understood is asked about in direct messages and left alone in rooms.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlmodel import Session

from bot import answer, text
from bot.access import is_citizen
from bot.actions import Ownership, deadline
from bot.commands import Context, Problem, Reply
from bot.commands import actions as acts
from bot.commands.people import People
from bot.documents.lines import action_line
from bot.storage import queries
from bot.storage.models import Action, Outbox
from bot.when import Deadline, Recurring, WhenError, read

DONE = frozenset("✅✔☑")
SNOOZE = frozenset("⏰⏲⏱")
SEEN = frozenset("👀")
CANNOT = frozenset("❌✖❎🚫")
_OTHER_NUMBER = re.compile(
    r"\s*(?:aftale |action |nr\.? ?|no\.? ?|#)?(?P<number>\d{1,9})[ :,–-]+(?P<rest>\S.*)",
    re.IGNORECASE | re.DOTALL,
)
_YES = frozenset({"ja", "ja tak", "jo", "yes", "ok", "okay", "bekræft", "bekræftet", "gælder", "confirm"})


def reply(session: Session, ctx: Context, words: str, about: Outbox | None) -> Reply | None:
    """Answer a message that is not a command; None when it is people's own talk.

    `about` is the message of the bot that was replied to, or in direct messages the newest one about actions.
    """
    rows = [
        row
        for row in (queries.actions_in(session, about.id) if about else ())
        if ctx.access.may_see(session, ctx.person, ctx.place, row)
    ]
    if ctx.place.direct:
        elsewhere = _numbered_elsewhere(session, ctx, rows, words)
        if elsewhere is not None:
            return elsewhere
    if not rows:
        return _nothing_asked(session, ctx, words) if ctx.place.direct else None
    if len(rows) == 1:
        return _one(session, ctx, rows[0], words, about.kind if about else "")
    return _several(session, ctx, rows, words)


def _mine(session: Session, ctx: Context) -> Sequence[Action]:
    return queries.open_of_owners(session, ctx.access.owners_behind(ctx.person.user_id))


def _numbered_elsewhere(session: Session, ctx: Context, rows: Sequence[Action], words: str) -> Reply | None:
    """Words in direct messages that name other open actions of the person than the newest message did."""
    asked = {row.uid for row in rows}
    others = [row for row in _mine(session, ctx) if row.uid not in asked]
    items = answer.read_items(
        words,
        now=ctx.at,
        lang=ctx.language,
        calendar=ctx.access.calendar,
        known=frozenset(row.number for row in others),
    )
    if not any(item.numbers for item in items):
        return None
    return _several(session, ctx, [*rows, *others], words)


def _nothing_asked(session: Session, ctx: Context, words: str) -> Reply:
    """Free text in direct messages before any message about actions: asked about, unless it is mere talk."""
    understood = answer.read(words, now=ctx.at, lang=ctx.language, calendar=ctx.access.calendar)
    rows = _mine(session, ctx)
    if rows and understood.kind in ("done", "due", "decline", "give"):
        return which(ctx, rows[:12])
    return Reply("hint", ctx.say("hint-direct", prefix=ctx.prefix))


def _is_owner(session: Session, ctx: Context, row: Action) -> bool:
    return any(
        ctx.access.reached_through(o.person) == ctx.person.user_id for o in queries.owners(session, row.uid)
    )


def _one(session: Session, ctx: Context, row: Action, words: str, kind: str) -> Reply | None:
    owner = _is_owner(session, ctx, row)
    if not ctx.access.may_change(session, ctx.person, row):
        return _volunteer(session, ctx, row, words, more=kind == acts.ASKED_ONE_MORE)
    if kind == "action.erased" or queries.words(session, row.text_uid) is None:
        worded = _reword(session, ctx, row, words)
        if worded is not None:
            return worded
    corrected = _correct(session, ctx, row, words, more=kind == acts.ASKED_ONE_MORE)
    if corrected is not None:
        return corrected
    if not owner and not ctx.place.direct and kind != "action.why":
        return _asked_again(session, ctx, row, words) if kind in (acts.ASKED, acts.ASKED_ONE_MORE) else None
    numbered = _numbered(session, ctx, row, words)
    if numbered is not None:
        return numbered
    understood = answer.read(words, now=ctx.at, lang=ctx.language, calendar=ctx.access.calendar)
    if understood.kind == "ask" and understood.reason == "short" and row.state != "open":
        return None  # "tak" to a receipt is the end of the conversation
    if kind == "action.why" and understood.kind in ("note", "ask"):
        return acts.refuse(session, ctx, [row], words)
    return _act(session, ctx, row, understood, words)


def _asked_again(session: Session, ctx: Context, row: Action, words: str) -> Reply | None:
    """What the writer or a coordinator replied to a question, and what is no name and no date: say what is missing.

    A longer sentence is people's talk.
    """
    missing = _still_open(session, row)
    if not missing or len(words.split()) > 4:
        return None
    said = [
        ctx.say("answer-not-that", words=text.user_text(words[:60])),
        *(ctx.say(m.key, **m.args_) for m in missing),
    ]
    return Reply(acts.ASKED, "\n".join(said), (row.uid,))


def _numbered(session: Session, ctx: Context, row: Action, words: str) -> Reply | None:
    """An answer about one action that says its number ("42 færdig") or "alle"; Problem for a number not asked about.

    None when it says neither, and then it is read as it stands.
    """
    known = frozenset({row.number})
    items = answer.read_items(words, now=ctx.at, lang=ctx.language, calendar=ctx.access.calendar, known=known)
    if len(items) == 1 and items[0].answer.kind not in ("ask", "note"):
        return _act(session, ctx, row, items[0].answer, items[0].text)
    other = _OTHER_NUMBER.match(words)
    if items or other is None or int(other["number"]) == row.number:
        return None
    rest = answer.read(other["rest"], now=ctx.at, lang=ctx.language, calendar=ctx.access.calendar)
    if rest.kind in ("done", "decline"):
        raise Problem("problem-no-such-action", number=int(other["number"]), prefix=ctx.prefix)
    return None


def _volunteer(session: Session, ctx: Context, row: Action, words: str, *, more: bool) -> Reply | None:
    """Somebody who may not change an action takes it on themselves where the bot asked everybody who does."""
    owners = queries.owners(session, row.uid)
    if row.state != "open" or (owners and not more) or is_citizen(ctx.person):
        return None
    named = _people(session, ctx, row).whole(words)
    if named is None or [o.person for o in named.owners] != [ctx.person.user_id]:
        return None
    ctx.actions(session).set_owners(row, [*(Ownership(o.person, o.agency) for o in owners), *named.owners])
    return acts.recorded(session, ctx, row, _still_open(session, row))


def _reword(session: Session, ctx: Context, row: Action, words: str) -> Reply | None:
    """Give a promise whose text was deleted its words again, or confirm that it stands without."""
    if (
        not ctx.access.leads_forum(session, ctx.person, row.forum_uid)
        and ctx.person.user_id != row.created_by
    ):
        return None
    if row.text_uid is not None and words.strip().casefold().rstrip(".!") in _YES:
        return Reply("action.kept", ctx.say("action-kept", number=row.number), (row.uid,))
    if _date(ctx, words) is not None or _people(session, ctx, row).whole(words) is not None:
        return None
    ctx.actions(session).reword(row, words.strip())
    return acts.recorded(session, ctx, row, _still_open(session, row))


def _people(session: Session, ctx: Context, row: Action) -> People:
    forum = next(f for f in queries.forums(session) if f.uid == row.forum_uid)
    return People(session, ctx, forum)


def _date(ctx: Context, words: str) -> Deadline | None:
    try:
        value = read(words, now=ctx.at, lang=ctx.language, calendar=ctx.access.calendar)
    except WhenError:
        return None
    return value if isinstance(value, Deadline) else None


def _correct(session: Session, ctx: Context, row: Action, words: str, *, more: bool) -> Reply | None:
    """A bare name or a bare date: the owner or the deadline that was missing or wrong.

    `more` when one owner of several was asked for: then the name joins the owners that were understood.
    """
    named = _people(session, ctx, row).whole(words)
    if named is not None:
        if named.problem is not None and more:
            problem = ctx.say(named.problem.key, **named.problem.args_)
            return Reply(acts.ASKED_ONE_MORE, problem, (row.uid,))
        if named.problem is not None:
            raise named.problem
        before = queries.owners(session, row.uid) if more else ()
        known = [Ownership(o.person, o.agency) for o in before]
        ctx.actions(session).set_owners(row, [*known, *named.owners])
        return acts.recorded(session, ctx, row, _still_open(session, row))
    try:
        value = read(words, now=ctx.at, lang=ctx.language, calendar=ctx.access.calendar)
    except WhenError as error:
        # Only a phrase that is about time and wrong is worth a question here; the rest is read as an answer.
        if error.reason in ("past", "impossible", "contradiction") and row.due is None:
            raise acts.when_problem(error) from error
        return None
    if isinstance(value, Recurring):
        return None
    moved = row.due is not None
    said = acts.set_due(session, ctx, row, value, _people(session, ctx, row).forum)
    if moved and queries.owners(session, row.uid):
        return Reply("action.moved", said, (row.uid,))
    return acts.recorded(session, ctx, row, _still_open(session, row))


def _still_open(session: Session, row: Action) -> list[Problem]:
    asked = [] if queries.owners(session, row.uid) else [Problem("ask-owner")]
    return asked if row.due else [*asked, Problem("ask-due")]


def _act(session: Session, ctx: Context, row: Action, understood: answer.Answer, words: str) -> Reply:
    """Do what an answer says, and say in one line what it was taken for."""
    if understood.kind == "done":
        made = acts.finish(session, ctx, [row])
        _keep_words(session, ctx, row, words)
        return made
    if understood.kind == "due" and understood.deadline is not None:
        forum = _people(session, ctx, row).forum
        said = acts.set_due(session, ctx, row, understood.deadline, forum)
        _keep_words(session, ctx, row, words)
        return Reply("action.moved", said, (row.uid,))
    if understood.kind == "decline":
        return acts.refuse(session, ctx, [row], words)
    if understood.kind == "give":
        acts.hand_over(session, ctx, row, understood.name)
        line = action_line(session, ctx.access, row, ctx.language, ctx.at)
        return Reply("action.given", f"**{ctx.say('action-given', number=row.number)}** {line}", (row.uid,))
    if understood.kind == "note":
        ctx.actions(session).note(row, words)
        return Reply("action.noted", ctx.say("answer-noted", number=row.number), (row.uid,))
    asked = acts.when_problem(understood.problem) if understood.problem else None
    said = ctx.say(asked.key, **asked.args_) if asked else ctx.say(f"answer-ask-{understood.reason}")
    return Reply("action.unclear", said, (row.uid,))


def _keep_words(session: Session, ctx: Context, row: Action, words: str) -> None:
    """An answer of more than a word or two says more than its effect: it stays as a note."""
    if len(words.split()) > 3:
        ctx.actions(session).note(row, words)


def _several(session: Session, ctx: Context, rows: Sequence[Action], words: str) -> Reply | None:
    """An answer to a message about several actions: it must say which."""
    by_number = {row.number: row for row in rows}
    items = answer.read_items(
        words, now=ctx.at, lang=ctx.language, calendar=ctx.access.calendar, known=frozenset(by_number)
    )
    if not items:
        understood = answer.read(words, now=ctx.at, lang=ctx.language, calendar=ctx.access.calendar)
        mine = [row for row in rows if ctx.place.direct or _is_owner(session, ctx, row)]
        if not mine or (not ctx.place.direct and understood.kind in ("note", "ask")):
            return None
        return which(ctx, mine)
    said: list[Reply] = []
    for item in items:
        chosen = [by_number[n] for n in item.numbers] if item.numbers is not None else list(rows)
        for row in chosen:
            owned = _is_owner(session, ctx, row)
            if not ctx.access.may_change(session, ctx.person, row) or not (owned or ctx.place.direct):
                continue
            if item.numbers is None and (not owned or row.state != "open"):
                continue
            said.append(_act(session, ctx, row, item.answer, words if len(items) == 1 else item.text))
    if not said:
        return None
    return Reply(
        said[0].kind if len({s.kind for s in said}) == 1 else "actions.answered",
        "\n".join(s.template for s in said),
        tuple(uid for s in said for uid in s.actions),
        also=tuple(a for s in said for a in s.also),
    )


def which(ctx: Context, rows: Sequence[Action]) -> Reply:
    """Ask which of several actions was meant: of the open ones, if there are any."""
    rows = [row for row in rows if row.state == "open"] or rows
    numbers = ", ".join(str(row.number) for row in rows)
    key = "answer-which" if len(rows) > 1 else "answer-which-one"
    return Reply(
        "action.which",
        ctx.say(key, numbers=numbers, first=rows[0].number),
        tuple(r.uid for r in rows),
    )


def react(session: Session, ctx: Context, key: str, about: Outbox) -> Reply | None:
    """A reaction to one of the bot's messages; None when it has no effect."""
    sign = key.replace("\ufe0f", "").replace("\ufe0e", "").strip()[:1]
    if not sign or sign not in DONE | SNOOZE | SEEN | CANNOT:
        return None
    rows = [
        row
        for row in queries.actions_in(session, about.id)
        if ctx.access.may_see(session, ctx.person, ctx.place, row)
        and ctx.access.may_change(session, ctx.person, row)
    ]
    if not rows:
        return None
    if len(rows) > 1 or len(queries.actions_in(session, about.id)) > 1:
        return which(ctx, rows) if sign not in SEEN else None
    row = rows[0]
    if sign in DONE:
        return acts.finish(session, ctx, [row]) if row.state == "open" else None
    if sign in SNOOZE:
        return _snooze(session, ctx, row)
    if sign in CANNOT:
        return Reply("action.why", ctx.say("answer-why", number=row.number), (row.uid,))
    ctx.actions(session).change(row, f"seen:{ctx.person.user_id}", True)
    return None


def _snooze(session: Session, ctx: Context, row: Action) -> Reply:
    """Two working days from the later of the deadline and today."""
    before = deadline(row)
    hours = ctx.access.hours(session, ctx.person.user_id)
    today = ctx.access.today(ctx.at)
    start = max(before.day, today) if before else today
    new = Deadline(ctx.access.calendar.shift(start, 2, hours.workdays), before.time if before else None)
    forum = _people(session, ctx, row).forum
    return Reply("action.moved", acts.set_due(session, ctx, row, new, forum), (row.uid,))
