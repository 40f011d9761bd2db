"""What an answer to each step of a question about a case is taken for, and what is recorded of it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlmodel import Session

from bot import text
from bot.answer.case_answers import Said, read
from bot.casework.wording import ALL, Asked
from bot.commands import Context, Reply
from bot.commands.case_hints import hint
from bot.storage import queries
from bot.storage.cases import PARAMETERS
from bot.storage.models import Action

LONG = 2_000
"""Characters of an update from which on the receipt says that the meeting sees its beginning."""
_SENTENCE = 4
"""Words from which on an answer that is no value of a field tells something; fewer are a slip of the value."""
_TALK = frozenset({"question", "doubt", "later", "short", "away", "aside"})
ASKED_BACK = _TALK - {"short"}
_EVERY = re.compile(
    r"(?i)\b(?:alt\w*|alle|all|every\w*|overalt|hele|tre|three|begge|generelt|samlet|resten|ellers)\b"
)
_LETTER = re.compile(r"(?m)^\s*([a-hA-H])\s*[).:]\s*")
_INLINE = re.compile(r"(?<=\s)([a-hA-H])\)\s*")
_STANDS = re.compile(r"(?i)\s*(?:ja|jo|yes|passer(?: stadig)?|det passer|stadig|still (?:true|right)|"
                     r"u(?:ændret|aendret|forandret)|det samme|samme|same|unchanged)[\s.!]*")  # fmt: skip


@dataclass
class Taken:
    """What an answer to a step came to: lines of the receipt; the state it ends the question with; what was told.

    `again` means that the step stays open and is asked again; `left` are actions that are still to be answered.
    """

    lines: list[str] = field(default_factory=list)
    ends: str | None = None
    told: bool = False
    again: bool = False
    left: tuple[Action, ...] = ()


@dataclass(frozen=True)
class Acted:
    """What became of the part of an answer that is about actions, and the actions that it left open."""

    reply: Reply
    left: tuple[Action, ...] = ()


def take(session: Session, ctx: Context, asked: Asked, said: Said, words: str, acted: Acted | None) -> Taken:
    """Record an answer to a step."""
    if asked.step.startswith(ALL):
        return _take_all(session, ctx, asked, said, words, acted)
    if asked.step == "trend":
        return _take_trend(session, ctx, asked, said, words)
    if asked.step == "actions":
        return _take_actions(ctx, said, acted)
    if asked.step.startswith("field:"):
        return _take_field(session, ctx, asked, said, words)
    return _take_news(session, ctx, asked, said, words)


def _take_news(session: Session, ctx: Context, asked: Asked, said: Said, words: str) -> Taken:
    code, agency = asked.case.code, asked.question.agency
    if said.kind in _TALK:
        return Taken(
            [ctx.say(f"question-ask-{said.kind}", prefix=ctx.prefix)],
            again=said.kind != "short" or asked.step != "done",
        )
    if said.kind == "withheld":
        _update(session, ctx, asked, "withheld", "")
        return Taken([ctx.say("question-withheld", code=code, agency=agency)], ends="withheld")
    if said.kind == "nothing" or (said.kind == "trend" and set(said.trends.values()) == {"same"}
                                  and len(said.trends) == len(PARAMETERS)):  # fmt: skip
        _update(session, ctx, asked, "nothing", "")
        return Taken([ctx.say("question-nothing", code=code, agency=agency)], ends="nothing")
    if said.kind == "unknown":
        return Taken([ctx.say("question-ask-doubt")], again=True)
    if said.kind == "skip":
        return Taken([ctx.say("question-skipped")])
    lines = told_by(session, ctx, asked, words)
    # "Bedre", where nobody asked how it goes with what, is their word and no trend of everything.
    if said.kind == "trend" and (len(said.trends) < len(PARAMETERS) or len(set(said.trends.values())) > 1
                                 or _EVERY.search(words) or len(words.split()) > 3):  # fmt: skip
        lines.append(_set_trends(session, ctx, asked, said.trends))
    return Taken(lines, told=True)


def told_by(session: Session, ctx: Context, asked: Asked, words: str) -> list[str]:
    """Keep the agency's words, and say so."""
    _update(session, ctx, asked, "news", words)
    lines = [ctx.say("question-noted", code=asked.case.code, agency=asked.question.agency)]
    if len(words) > LONG:
        lines.append(ctx.say("question-noted-long", count=len(words)))
    name = hint(session, ctx, words, asked.case)
    return [*lines, name] if name else lines


def _update(session: Session, ctx: Context, asked: Asked, kind: str, words: str) -> None:
    ctx.cases(session).update(asked.case, kind, words, asked.question.agency, question=asked.question)


def _take_trend(session: Session, ctx: Context, asked: Asked, said: Said, words: str) -> Taken:
    if said.kind in _TALK:
        return Taken(
            [
                ctx.say(
                    "question-ask-trend" if said.kind == "short" else f"question-ask-{said.kind}",
                    prefix=ctx.prefix,
                )
            ],
            again=True,
        )
    if said.kind in ("skip", "unknown", "nothing", "withheld"):
        return Taken([ctx.say("question-skipped")])
    lines = told_by(session, ctx, asked, words) if said.kind == "news" else []
    if not said.trends:
        return Taken([*lines, ctx.say("question-ask-trend")], told=True, again=True)
    return Taken([*lines, _set_trends(session, ctx, asked, said.trends)], told=True)


def _set_trends(session: Session, ctx: Context, asked: Asked, trends: Mapping[str, str]) -> str:
    named = [parameter for parameter in PARAMETERS if parameter in trends]
    for parameter in named:
        ctx.cases(session).set_trend(asked.case, parameter, trends[parameter], asked.question.agency)
    shown = ", ".join(
        f"{ctx.say(f'case-parameter-{p}').lower()}: {ctx.say(f'case-trend-{trends[p]}')}" for p in named
    )
    return ctx.say("question-trend-noted", trends=shown)


def _take_actions(ctx: Context, said: Said, acted: Acted | None) -> Taken:
    if acted is None:
        if said.kind in ("skip", "unknown", "nothing", "withheld"):
            return Taken([ctx.say("question-skipped")])
        return Taken([ctx.say("question-ask-actions")], again=True)
    unclear = acted.reply.kind in ("action.unclear", "action.which", "action.why")
    return Taken([acted.reply.template], again=unclear, told=not unclear, left=acted.left)


def _take_field(session: Session, ctx: Context, asked: Asked, said: Said, words: str) -> Taken:
    name = asked.step.removeprefix("field:")
    found = ctx.access.settings.form.field(name)
    if found is None or said.kind in ("skip", "unknown", "nothing", "withheld"):
        return Taken([ctx.say("question-skipped")])
    value = queries.sheet_values(session, asked.case.uid).get(name)
    kept = queries.words(session, value.text_uid) if value is not None else None
    stands = kept is not None and _STANDS.fullmatch(words) is not None
    now = ctx.at
    got = kept if stands else found.read(words, ctx.language, now, ctx.access.calendar)
    title = text.user_text(found.title(ctx.language))
    if got is None and said.kind in ("news", "trend") and len(words.split()) >= _SENTENCE:
        # What is told in place of a value is told all the same: kept, and the field is asked once more.
        still = ctx.say("question-ask-field-still", title=title)
        return Taken([*told_by(session, ctx, asked, words), still], told=True, again=True)
    # One word may be a value ("ja", "nej"); a question back or a doubt is none.
    if got is None or (said.kind in ASKED_BACK and found.kind == "text"):
        key = f"question-ask-{said.kind}" if said.kind in ASKED_BACK else "question-ask-field"
        return Taken([ctx.say(key, prefix=ctx.prefix)], again=True)
    row = ctx.cases(session).fill(asked.case, name, got, asked.question.agency, personal=found.personal)
    shown = text.text_ref(row.text_uid) if row.text_uid else ""
    lines = [ctx.say("question-field-noted", title=title, words=shown)]
    near = hint(session, ctx, words, asked.case) if found.kind == "text" and not found.personal else None
    return Taken([*lines, near] if near else lines, told=True)


def lettered(words: str) -> dict[str, str]:
    """The parts of an answer behind the letters of its lines: {"a": "...", "c": "..."}; without letters none."""
    marks = list(_LETTER.finditer(words))
    if marks and marks[0].start() == 0:
        # A phone writes them in one line: "a) han er startet b) bedre"; each letter once, in their order.
        marks, inline = [], [*marks, *_INLINE.finditer(words)]
        for mark in sorted(inline, key=lambda found: found.start(1)):
            if not marks or mark[1].lower() > marks[-1][1].lower():
                marks.append(mark)
    ends = [*(mark.start() for mark in marks[1:]), len(words)]
    return {m[1].lower(): words[m.end() : end].strip() for m, end in zip(marks, ends, strict=False)}


def _take_all(
    session: Session, ctx: Context, asked: Asked, said: Said, words: str, acted: Acted | None
) -> Taken:
    """An answer to all steps in one message: by its letters, else as a whole, with the trends it says."""
    steps = asked.step.removeprefix(ALL).split(",")
    parts = lettered(words)
    if not parts:
        made = _take_news(session, ctx, replace(asked, step=steps[0]), said, words)
        if said.kind == "news" and said.trends:
            made.lines.append(_set_trends(session, ctx, asked, said.trends))
        return made
    taken: list[Taken] = []
    news: list[str] = []
    for letter, step in zip("abcdefgh", steps, strict=False):
        part = parts.get(letter)
        if not part:
            continue
        one, means = replace(asked, step=step), read(part, ctx.language)
        if step in ("news", "trend") and means.kind == "news":
            news.append(part)
            if means.trends and step == "trend":
                taken.append(Taken([_set_trends(session, ctx, asked, means.trends)], told=True))
            continue
        taken.append(take(session, ctx, one, means, part, acted if step == "actions" else None))
    if news:
        # One message is one update, however many of its parts tell something.
        taken.insert(0, Taken(told_by(session, ctx, asked, "\n".join(news)), told=True))
    open_ = [each for each in taken if each.again]
    ends = next((each.ends for each in taken if each.ends), None)
    told = any(each.told for each in taken)
    return Taken(
        [line for each in taken for line in each.lines],
        None if told else ends,
        told,
        bool(open_) and not told,
    )
