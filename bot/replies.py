"""What people say without commands: replies, and free text in direct messages (docs/domain, Commands).

In a forum's room only a reply counts: by an owner anything about the action, by writer and coordinator a name or a
date that corrects it. What is not understood is asked about in direct messages and left alone in rooms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from sqlmodel import Session

from bot import answer
from bot.casework.questions import KINDS
from bot.casework.wording import ALL, own_actions
from bot.commands import Context, Reply, answering, completing, consent, disclosing, erasing
from bot.commands import action_changes as acts
from bot.commands.actions import ASKED, DISCLOSE
from bot.commands.asking import mine, not_yours, not_yours_line, which
from bot.commands.deadlines import when_problem
from bot.commands.heard import NotMine, hears_reply
from bot.commands.people import people_of
from bot.commands.planb_offers import after_note
from bot.storage import queries
from bot.storage.models import Action, Outbox

LONGEST = 1_000  # characters in which numbers of actions are looked for
GREETINGS = frozenset({"hej", "hejsa", "hallo", "goddag", "godmorgen", "dav", "hi", "hello", "hey"})
# A figure that may well be an action's number: first in its clause, or after words that go before one. Others
# ("3 ud af 5", "vi er 5") are part of what somebody tells.
_NUMBER = re.compile(
    r"(?:^|[,;:.!?\n(]\s*|\b(?:gjort|klaret|ordnet|fikset|løst|loest|lukket|afsluttet|færdig|faerdig|"
    r"med|og|samt|aftale|nr\.?|nummer|punkt|opgave|udsæt|udsaet|udskyd|flyt|ryk|skub|giv|ikke|tager|"
    r"done|finished|closed|with|and|action|no\.?|number|postpone|move|give|not|takes)\s+|[#&+]\s?)(\d{1,9})(?!\w)",
    re.IGNORECASE,
)
YES_OR_NO = frozenset({"me.deputy", "me.erase", "case.observation", "case.propose", "erasure.consent"})
_YES_OR_NO = re.compile(
    r"(?:ja|jo|jep|ok|okay|yes|yep|nej|nope|no)(?:[ ,]+(?:tak|gerne|please|thanks|thank you|det må den gerne))?\W*",
    re.IGNORECASE,
)
_BY_NUMBER = re.compile(
    r"\W*(?:(?:aftale|aftalen|nr\.?|nummer|punkt|opgave|action|no\.?|number)\s+)?\d", re.IGNORECASE
)
_FEW = 3  # words of "færdig" and the like
_ACTING = frozenset({"done", "due", "decline", "give"})
_NEARLY = frozenset({"doubt", "two", "vague_date", "impossible_date", "who"})


def reply(session: Session, ctx: Context, words: str, about: Outbox | None) -> Reply | None:
    """Answer a message that is not a command; None when it is people's own talk.

    `about` is the message of the bot that was replied to, or in direct messages the newest one about actions.
    """
    if about is not None and about.kind in KINDS:
        done = _own_actions(session, ctx, words, about)
        if done is not None:
            return done
        part = answering.about_actions(session, ctx, words, about)
        acted = _about(session, ctx, part[1], part[0], about.kind) if part is not None else None
        return answering.heard(session, ctx, words, about, acted)
    if about is not None and (heard := hears_reply(about.kind)) is not None:
        try:
            return heard(session, ctx, words, about)
        except NotMine:
            pass  # an answer about the action after all
    rows = [
        row
        for row in (queries.actions_in(session, about.id) if about else ())
        if ctx.access.may_see(session, ctx.person, ctx.place, row)
    ]
    return _about(session, ctx, rows, words, about.kind if about else "")


def _about(session: Session, ctx: Context, rows: Sequence[Action], words: str, kind: str) -> Reply | None:
    """Answer words about some actions, those that a message of a kind spoke of."""
    others = _elsewhere(session, ctx, rows) if ctx.place.direct else []
    numbered = _numbered_other(session, ctx, rows, others, words)
    if numbered is not None:
        return numbered
    if not rows:
        return _nothing_asked(session, ctx, words) if ctx.place.direct else None
    if len(rows) == 1:
        return _one(session, ctx, rows[0], words, kind)
    return _several(session, ctx, rows, words)


def spoken_of(session: Session, ctx: Context, words: str) -> tuple[Outbox | None, Reply | None]:
    """What free text in direct messages answers, without reply or thread: the message, or what is asked back.

    The newest message about actions or an open question about a case; a case's code in front decides.
    """
    about = _agreed_to(session, ctx, words)
    if about is not None:
        waiting = erasing.awaited(session, ctx) if about.kind == "erasure.consent" else []
        if len(waiting) > 1 and _YES_OR_NO.fullmatch(words):
            codes = sorted(case.code for case in waiting)
            said = ctx.say("erasure-which", codes=", ".join(codes), code=codes[0])
            return None, Reply("hint", said)
        return about, None
    about, several = answering.spoken_of(session, ctx, words)
    if not several and about is None and answering.code_in(words, ctx)[0] is not None:
        return None, answering.heard(session, ctx, words, None)
    if not several:
        if answering.code_in(words, ctx)[0] is None and not queries.open_questions_of(
            session, ctx.person.user_id
        ):
            row, asked = answering.added(session, ctx, words)
            return row or about, asked
        return about, None
    own = [row.number for row in mine(session, ctx)]
    if own and any(item.numbers for item in _items(ctx, words, own)):
        return queries.last_about_actions(session, f"dm:{ctx.person.user_id}"), None
    if _read(ctx, words).reason == "short" or _says_away(ctx, words):
        return None, _small_talk(ctx, words, _read(ctx, words))
    return None, answering.which(session, ctx)


def _consented(session: Session, ctx: Context, words: str) -> str | None:
    """The case that is named with a yes or a no, of those that wait for the person's consent to be erased."""
    named = queries.codes_in(words)
    for case in erasing.awaited(session, ctx) if named else ():
        if case.code in named and consent.reading(words, case.code) is not None:
            return case.uid
    return None


def _agreed_to(session: Session, ctx: Context, words: str) -> Outbox | None:
    """The newest message that waits for yes or no, where the words are one and no message about actions came since."""
    target = f"dm:{ctx.person.user_id}"
    if (named := _consented(session, ctx, words)) is not None:
        return queries.last_of_kinds(session, target, {"erasure.consent"}, case_uid=named)
    if _YES_OR_NO.fullmatch(words) is None:
        return None
    about = queries.last_of_kinds(session, target, YES_OR_NO)
    acting = queries.last_about_actions(session, target)
    later = about is not None and (acting is None or (about.seq or 0) > (acting.seq or 0))
    return about if later else None


def _own_actions(session: Session, ctx: Context, words: str, about: Outbox) -> Reply | None:
    """What became of the person's own actions, said to another step than that about them ("1 færdig"); else None."""
    asked = answering.asked_about(session, ctx, about)
    if asked is None or asked.step == "actions" or asked.step.startswith(ALL):
        return None
    code, rest = answering.code_in(words, ctx)
    rows = own_actions(session, ctx.access, asked.question, asked.case)
    if code is not None and code != asked.case.code:
        return None
    if _read(ctx, rest).kind == "done" and len(rest.split()) <= _FEW and rows:
        return _about(session, ctx, rows, rest, "")
    own = mine(session, ctx)
    items = _items(ctx, rest, [row.number for row in own]) if _BY_NUMBER.match(rest) else []
    if items and all(item.numbers and item.answer.kind in _ACTING for item in items):
        return _about(session, ctx, own, rest, "")
    return None


def _read(ctx: Context, words: str) -> answer.Answer:
    return answer.read(words, now=ctx.at, lang=ctx.language, calendar=ctx.access.calendar)


def _items(ctx: Context, words: str, known: Iterable[int]) -> list[answer.Item]:
    return answer.read_items(
        words, now=ctx.at, lang=ctx.language, calendar=ctx.access.calendar, known=frozenset(known)
    )


def _elsewhere(session: Session, ctx: Context, rows: Sequence[Action]) -> list[Action]:
    """The person's open actions that the message answered did not speak of."""
    asked = {row.uid for row in rows}
    return [row for row in mine(session, ctx) if row.uid not in asked]


def _numbered_other(
    session: Session, ctx: Context, rows: Sequence[Action], others: Sequence[Action], words: str
) -> Reply | None:
    """Words that name actions by number which the message answered did not speak of: one's own, or nobody's here.

    None when they name none, or when a number in them is none of an action: then they are read as they stand.
    """
    own = {row.number for row in rows if _theirs(session, ctx, row)} | {row.number for row in others}
    said = {int(digits) for digits in _NUMBER.findall(words[:LONGEST])} - own
    items = _items(ctx, words, own | said) if said else []
    acting = [n for item in items if _moves(item.answer) for n in item.numbers or ()]
    foreign = [number for number in acting if number not in own]
    if foreign and _read(ctx, words).kind not in _ACTING:
        if not ctx.place.direct and not own and not mine(session, ctx):
            return None  # somebody with no part in it talks to the others
        return _carry_out(session, ctx, [*rows, *others], items, words, foreign)
    if any(item.numbers for item in _items(ctx, words, [row.number for row in others])):
        return _several(session, ctx, [*rows, *others], words)
    return None


def _moves(understood: answer.Answer) -> bool:
    """Whether an answer changes an action, or would if it were clearer."""
    return understood.kind in _ACTING or understood.reason in _NEARLY


def _theirs(session: Session, ctx: Context, row: Action) -> bool:
    """Whether an answer of this person here changes an action: in a room its owner's, alone also who may change it."""
    return ctx.access.may_change(session, ctx.person, row) and (
        ctx.place.direct or _is_owner(session, ctx, row)
    )


def _nothing_asked(session: Session, ctx: Context, words: str) -> Reply | None:
    """Free text in direct messages before any message about actions: asked about, unless it is mere talk."""
    understood = _read(ctx, words)
    rows = mine(session, ctx)
    if rows and understood.kind in _ACTING:
        return which(session, ctx, rows)
    hello = words.split(maxsplit=1)[0].casefold().strip(".,!") in GREETINGS
    return _small_talk(ctx, words, understood) if not hello else _hint(ctx)


def _hint(ctx: Context) -> Reply:
    return Reply("hint", ctx.say("hint-direct", prefix=ctx.prefix))


def _small_talk(ctx: Context, words: str, understood: answer.Answer) -> Reply | None:
    """What is about no action: nothing to a thank you or a wish, a way to be away to who is ill, else a hint."""
    if _says_away(ctx, words):
        return Reply("hint", ctx.say("answer-away", prefix=ctx.prefix))
    return None if understood.reason == "short" else _hint(ctx)


def _says_away(ctx: Context, words: str) -> bool:
    return answer.says_away(words, now=ctx.at, lang=ctx.language, calendar=ctx.access.calendar)


def _is_owner(session: Session, ctx: Context, row: Action) -> bool:
    owners = queries.owners(session, row.uid)
    return any(ctx.access.acts_for(session, ctx.person.user_id, owner, row) for owner in owners)


def _one(session: Session, ctx: Context, row: Action, words: str, kind: str) -> Reply | None:
    owner = _is_owner(session, ctx, row)
    if not ctx.access.may_change(session, ctx.person, row):
        return completing.volunteer(session, ctx, row, words)
    if kind == "action.erased" or queries.words(session, row.text_uid) is None:
        worded = completing.reword(session, ctx, row, words)
        if worded is not None:
            return worded
    agreed = disclosing.answer(session, ctx, row, words)
    if agreed is not None:
        return agreed
    corrected = completing.correct(session, ctx, row, words)
    if corrected is not None:
        return corrected
    if not owner and not ctx.place.direct and kind != "action.why":
        waits = kind == ASKED or (kind == DISCLOSE and disclosing.decides(session, ctx, row))
        return completing.asked_again(session, ctx, row, words) if waits else None
    numbered = _numbered(session, ctx, row, words)
    if numbered is not None:
        return numbered
    understood = _read(ctx, words)
    if understood.kind == "ask" and understood.reason == "short" and row.state != "open":
        return None  # "tak" to a receipt is the end of the conversation
    if kind == "action.why" and understood.kind in ("note", "ask"):
        return acts.refuse(session, ctx, [row], words)
    return _act(session, ctx, row, understood, words)


def _numbered(session: Session, ctx: Context, row: Action, words: str) -> Reply | None:
    """An answer about one action that says its number ("42 færdig") or "alle"; None when it says neither."""
    items = _items(ctx, words, [row.number])
    if len(items) != 1:
        return None
    if items[0].answer.kind not in ("ask", "note"):
        return _act(session, ctx, row, items[0].answer, items[0].text)
    return _numbered_name(session, ctx, row, items[0])


def _numbered_name(session: Session, ctx: Context, row: Action, item: answer.Item) -> Reply | None:
    """A number and nothing but a name ("42 Ali"): who takes it; None for anything else."""
    if item.numbers is None or item.answer.kind not in ("ask", "note"):
        return None
    agreed = disclosing.answer(session, ctx, row, item.text.removeprefix("den "))
    return agreed or completing.name(session, ctx, row, item.text.removeprefix("den "))


def _act(session: Session, ctx: Context, row: Action, understood: answer.Answer, words: str) -> Reply:
    """Do what an answer says, and say in one line what it was taken for."""
    if understood.kind == "done":
        made = acts.finish(session, ctx, [row])
        _keep_words(session, ctx, row, words)
        return made
    if understood.kind == "due" and understood.deadline is not None:
        forum = people_of(session, ctx, row).forum
        said = acts.set_due(session, ctx, row, understood.deadline, forum)
        _keep_words(session, ctx, row, words)
        return Reply("action.moved", said, (row.uid,))
    if understood.kind == "decline":
        return acts.refuse(session, ctx, [row], words)
    if understood.kind == "give":
        acts.hand_over(session, ctx, row, understood.name)
        return acts.given(session, ctx, [row])
    if understood.kind == "note":
        ctx.actions(session).note(row, words)
        noted = [ctx.say("answer-noted", number=row.number)]
        noted += [ctx.say("answer-away", prefix=ctx.prefix)] if _says_away(ctx, words) else []
        also = after_note(session, ctx, row, words)
        return Reply("action.noted", "\n".join(noted), (row.uid,), also=also)
    asked = when_problem(understood.problem) if understood.problem else None
    said = ctx.say(asked.key, **asked.args_) if asked else ctx.say(f"answer-ask-{understood.reason}")
    return Reply("action.unclear", said, (row.uid,))


def _keep_words(session: Session, ctx: Context, row: Action, words: str) -> None:
    """An answer of more than a word or two says more than its effect: it stays as a note."""
    if len(words.split()) > 3:
        ctx.actions(session).note(row, words)


def _several(session: Session, ctx: Context, rows: Sequence[Action], words: str) -> Reply | None:
    """An answer to a message about several actions: it must say which."""
    items = _items(ctx, words, [row.number for row in rows])
    if items:
        return _carry_out(session, ctx, rows, items, words)
    understood = _read(ctx, words)
    if not ctx.place.direct and understood.kind in ("note", "ask"):
        return None
    if understood.reason in ("short", "question") or _says_away(ctx, words):
        return _small_talk(ctx, words, understood)
    if understood.reason == "cancel":
        return Reply("action.unclear", ctx.say("answer-ask-cancel"), tuple(row.uid for row in rows))
    own = [row for row in rows if _theirs(session, ctx, row)]
    return which(session, ctx, own) if own else None


def _carry_out(
    session: Session,
    ctx: Context,
    rows: Sequence[Action],
    items: Sequence[answer.Item],
    words: str,
    foreign: Sequence[int] = (),
) -> Reply | None:
    """Do what an answer says about each of its actions; `foreign` numbers in it are none of the person's."""
    by_number = {row.number: row for row in rows}
    said: list[Reply] = []
    for item in items:
        named = [by_number[n] for n in item.numbers if n in by_number] if item.numbers is not None else rows
        for row in named:
            if not _theirs(session, ctx, row):
                continue
            if item.numbers is None and (not _is_owner(session, ctx, row) or row.state != "open"):
                continue
            made = _numbered_name(session, ctx, row, item) or _act(
                session, ctx, row, item.answer, words if len(items) == 1 else item.text
            )
            if made.kind == "action.unclear" and len(items) > 1:
                head = ctx.say("action-head", number=row.number)
                made = replace(made, template=f"**{head}** {made.template}")
            said.append(made)
    if not said:
        if foreign:
            return not_yours(session, ctx, foreign)
        own = [row for row in rows if _theirs(session, ctx, row)]
        return which(session, ctx, own) if own and ctx.place.direct else None
    lines = [s.template for s in said] + ([not_yours_line(ctx, foreign)] if foreign else [])
    return Reply(
        said[0].kind if len({s.kind for s in said}) == 1 else "actions.answered",
        "\n".join(lines),
        tuple(uid for s in said for uid in s.actions),
        also=tuple(a for s in said for a in s.also),
    )
