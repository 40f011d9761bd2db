"""Plan B: write down what happens if an action fails, and switch to it when it does (docs/domain, Records)."""

from __future__ import annotations

import re
from collections.abc import Sequence

from sqlmodel import Session

from bot import text
from bot.actions import Ownership
from bot.commands import Also, Context, Numbers, Problem, Reply, Rest, command
from bot.commands.actions import changeable, next_meeting, recorded, resolve
from bot.commands.heard import NotMine, on_reaction, on_reply
from bot.commands.people import People, still_open
from bot.commands.planb_offers import KIND
from bot.owed import Message
from bot.owed import forum as forum_target
from bot.storage import queries
from bot.storage.models import MISSING, Action, Outbox
from bot.when import Deadline, find

_USE = re.compile(
    r"(?:brug|brugt|skift(?: til den)?|tag|tag den|nu|use|use it|switch|switch to it)(?![\w-])[\s,:.!–-]*",
    re.IGNORECASE,
)
_YES = re.compile(
    r"(?:ja tak|ja|jo|jep|yes please|yes|yep|ok|okay|gerne|skift(?: til den)?|gør det|goer det|brug den|brug plan b|"
    r"det gør vi|det goer vi|lad os det|lad os gøre det|lad os goere det|god idé|god ide|do it|let us|let's|please|"
    r"use it|switch|tak|please do|fint|godt)(?![\w-])[\s,.!:;–-]*",
    re.IGNORECASE,
)  # fmt: skip
_NO = re.compile(
    r"(?:nej tak|nej|nix|no thanks|no|nope|ikke nu|lad være|lad vaere|vent)(?![\w-])[\s.!]*$", re.IGNORECASE
)
_WHO = re.compile(
    r"^(?:til|at|to|med|for)\s+|\s+(?:tager den|gør det|goer det|kan|takes it|can)[.!]*$", re.IGNORECASE
)
_DONE = frozenset("✅✔☑")
_CANNOT = frozenset("❌✖❎🚫")


@command("planb", da=("planb", "plan-b"), en=("plan-b",), family="actions")
def planb(session: Session, ctx: Context, numbers: Numbers, words: Rest) -> Reply:
    """Write down what happens if an action fails, or switch to it.

    da: Skriv en plan B: hvad gør I, hvis aftalen ikke lykkes? Og brug den, når det sker.
        !planb 42 spørge ungdomsskolen i stedet
        !planb 42 brug
    en: Write down a plan B: what do you do if the action fails? And use it when it does.
        !planb 42 ask the youth school instead
        !planb 42 use
    """
    rows = changeable(session, ctx, numbers)
    if not words:
        raise Problem("problem-no-words", example=f"{ctx.prefix}planb {rows[0].number} …")
    use = _USE.match(words)
    asked = _wanted(session, ctx, rows[0], words[use.end() :]) if use is not None else None
    if asked is not None:
        if len(rows) > 1:
            raise Problem("problem-planb-one", number=rows[0].number, prefix=ctx.prefix)
        return switch(session, ctx, rows[0], *asked)
    actions = ctx.actions(session)
    for row in rows:
        key = queries.text_key(session, row.forum_uid, row.case_code)
        actions.change(row, "planb", actions.keep_text(words, key).uid)
    said = ", ".join(str(row.number) for row in rows)
    return Reply("action.planb", ctx.say("action-planb", numbers=said), tuple(r.uid for r in rows))


Wanted = tuple[Sequence[Ownership], Deadline | None]


def _wanted(session: Session, ctx: Context, row: Action, words: str) -> Wanted | None:
    """Who takes a plan B, and by when, as far as it is said; None where the words say something else."""
    forum = queries.forum(session, row.forum_uid)
    found = find(words.strip(" ,.!"), now=ctx.at, lang=ctx.language, calendar=ctx.access.calendar)
    due, problem = resolve(session, ctx, forum, found.deadline, found.problem)
    said = _WHO.sub("", found.text.strip(" ,.;:–-")).strip(" ,.;:–-")
    if not said:
        if problem is not None:
            raise problem
        return (), due
    named = People(session, ctx, forum).whole(said)
    if named is None or (found.problem is not None and not named.owners):
        return None
    if named.problem is not None:
        raise named.problem
    if problem is not None:
        raise problem
    return named.owners, due


def switch(
    session: Session, ctx: Context, row: Action, owners: Sequence[Ownership] = (), due: Deadline | None = None
) -> Reply:
    """Record an action's plan B as an action of its own, in its place.

    The same owners, unless they declined; by the forum's next meeting, unless a day is said. Undone as one step.
    """
    words = queries.words(session, row.planb_uid)
    if row.state == "done":
        raise Problem("problem-planb-done", number=row.number)
    if row.planb_uid is None or words is None:
        raise Problem("problem-planb-none", number=row.number, prefix=ctx.prefix)
    used = queries.switched_to(session, row.uid)
    if used is not None and (used.source_event, used.source_line) != (ctx.event_id, ctx.line):
        raise Problem("problem-planb-used", number=row.number, new=used.number)
    forum = queries.forum(session, row.forum_uid)
    assumed = due is None
    due = due or next_meeting(session, ctx, forum)
    who = list(owners) or _remaining(session, ctx, row)
    new = _record(session, ctx, row, who, due)
    if row.state == "open":
        ctx.actions(session).change(row, "state", "declined")
    made = recorded(session, ctx, new, still_open(session, ctx, new), assumed=assumed and due is not None)
    lines = _behind(made.template, ctx.say("planb-used", number=row.number))
    unowned = not any(o.named for o in who)
    writer = row.created_by if unowned and row.created_by != ctx.person.user_id else None
    if ctx.place.direct:
        return Reply(
            made.kind, "\n".join(lines), made.actions, also=_tell_room(session, ctx, row, new, writer)
        )
    said, mentions = _asked_writer(session, ctx, row, writer, ctx.language)
    return Reply(made.kind, "\n".join([*lines, *said]), made.actions, mentions)


def _behind(template: str, words: str) -> list[str]:
    """A confirmation's lines with a sentence behind the first, before what it asks."""
    first, *others = template.split("\n")
    return [first, words, *others]


def _record(
    session: Session, ctx: Context, row: Action, who: Sequence[Ownership], due: Deadline | None
) -> Action:
    """The new action; of an edited message the one that it had recorded."""
    actions = ctx.actions(session)
    forum = queries.forum(session, row.forum_uid)
    existing = queries.action_of_line(session, ctx.event_id, ctx.line)
    if existing is None:
        room = queries.forum_room(session, forum.uid)
        new = actions.record(forum, room.room_id if room else row.room_id, "", who, due, row.case_code)
        # Whoever wrote the first goes on deciding about it.
        new.instead_of, new.parameter, new.created_by = row.uid, row.parameter, row.created_by
        if ctx.meeting is not None and ctx.meeting.forum_uid == forum.uid:
            new.meeting_uid, new.item_uid = ctx.meeting.uid, ctx.meetings(session).item_at(ctx.meeting)
    else:
        new = existing
        new.instead_of = row.uid
        actions.change(new, "owners", [[o.person, o.agency] for o in who])
        actions.change(new, "due", due.iso() if due else None)
        actions.reopen(new, ("cancelled",))
        for step in queries.history(session, new.uid):
            if step.field == "created":
                step.undone = False  # taken back by the edit, and said again by it
    # The very words of the plan: who erases them erases them here as well.
    actions.change(new, "text", row.planb_uid)
    return new


def _remaining(session: Session, ctx: Context, row: Action) -> list[Ownership]:
    """The owners, without whoever declined; then their agency, of which somebody is still to be named."""
    owners = [Ownership(o.person, o.agency) for o in queries.owners(session, row.uid)]
    if row.state != "declined":
        return owners
    steps = [c for c in queries.history(session, row.uid) if c.field == "state" and not c.undone]
    by = steps[-1].by if steps and steps[-1].after == "declined" else None
    left = [o for o in owners if ctx.access.reached_through(o.person) != by]
    if left or not owners:
        return left
    agency = owners[0].agency or ctx.access.agency_of(owners[0].person)
    return [Ownership(MISSING[0], agency)] if agency else []


def _asked_writer(
    session: Session, ctx: Context, row: Action, writer: str | None, language: str
) -> tuple[list[str], frozenset[str]]:
    """The question to the writer, by name, who takes it now; only where they are in the room."""
    if writer is None or writer not in queries.forum_members(session, row.forum_uid):
        return [], frozenset()
    name = text.pill(writer, ctx.access.name(writer))
    return [text.t(language, "planb-who", name=name)], frozenset({writer})


def _tell_room(
    session: Session, ctx: Context, row: Action, new: Action, writer: str | None
) -> tuple[Also, ...]:
    """What the forum hears of a switch that was made in direct messages."""
    room = queries.forum_room(session, row.forum_uid)
    place = ctx.access.place(session, room) if room is not None else None
    if place is None:
        return ()
    language = ctx.access.language(session, None, place)
    there = Context(ctx.access, ctx.person, place, language, ctx.at, ctx.event_id, ctx.line, heard=ctx.heard)
    made = recorded(session, there, new, still_open(session, there, new))
    said, mentions = _asked_writer(session, there, row, writer, language)
    lines = [*_behind(made.template, there.say("planb-used", number=row.number)), *said]
    asks = made.kind == "action.asked"
    message = Message(made.kind, "\n".join(lines), (new.uid,), mentions, notify=asks, language=language)
    return (Also(f"planb.used:{ctx.saying}:{new.number}", forum_target(row.forum_uid), message),)


# --- the answer to the question whether to switch


def _row(session: Session, ctx: Context, about: Outbox) -> Action | None:
    """The action that a message asked about, to whom may decide: owner, writer, coordinator."""
    rows = queries.actions_in(session, about.id)
    return rows[0] if len(rows) == 1 and ctx.access.may_change(session, ctx.person, rows[0]) else None


@on_reaction(KIND)
def reacted(session: Session, ctx: Context, sign: str, about: Outbox) -> Reply | None:
    """✅ switches; ❌ says that it stays as it is. Others mean nothing here."""
    row = _row(session, ctx, about)
    if row is None or sign not in _DONE | _CANNOT:
        return None
    return switch(session, ctx, row) if sign in _DONE else _stays(ctx, row)


@on_reply(KIND)
def answered(session: Session, ctx: Context, words: str, about: Outbox) -> Reply | None:
    """ "ja", or who takes it and by when; "nej". Anything else is read as an answer about the action itself."""
    row = _row(session, ctx, about)
    if row is None:
        raise NotMine
    if _NO.match(words.strip()):
        return _stays(ctx, row)
    rest, yes = words.strip(), False
    while (match := _YES.match(rest)) is not None and match.end():
        rest, yes = rest[match.end() :], True
    asked = _wanted(session, ctx, row, rest)
    if asked is None or not (yes or asked[0]):
        if not yes:
            raise NotMine
        return Reply(KIND, ctx.say("planb-unclear", number=row.number), (row.uid,))
    return switch(session, ctx, row, *asked)


def _stays(ctx: Context, row: Action) -> Reply:
    return Reply(KIND, ctx.say("planb-no", number=row.number, prefix=ctx.prefix), (row.uid,))
