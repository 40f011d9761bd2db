"""Plan B: write down what happens if an action fails, and switch to it when it does (docs/domain, Records)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session

from bot import text
from bot.commands import Also, Context, Numbers, Problem, Reply, Rest, command
from bot.commands.action_changes import changeable
from bot.commands.actions import recorded
from bot.commands.deadlines import next_meeting, resolve
from bot.commands.heard import CANNOT, DONE, NotMine, on_reaction, on_reply
from bot.commands.people import Named, People, still_open, with_places
from bot.commands.planb_offers import KIND, may_know
from bot.owed import Message
from bot.owed import forum as forum_target
from bot.ownership import Ownership
from bot.storage import queries
from bot.storage.models import MISSING, Action, Outbox, Text
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
_GONE = re.compile(
    r"(?:slet|slettes|fjern|fjernes|ingen|væk|remove|delete|none|drop)(?: den| det| it| igen| plan[ -]?b)?[\s.!]*",
    re.IGNORECASE,
)


@command("planb", da=("planb", "plan-b"), en=("plan-b",), family="actions")
def planb(session: Session, ctx: Context, numbers: Numbers, words: Rest) -> Reply:
    """Write down what happens if an action fails, or switch to it.

    da: Skriv en plan B: hvad gør I, hvis aftalen ikke lykkes? Brug den, når det sker, eller skriv „slet“.
        !planb 42 spørge ungdomsskolen i stedet
        !planb 42 brug
    en: Write down a plan B: what do you do if the action fails? Use it when it does, or write "remove".
        !planb 42 ask the youth school instead
        !planb 42 use
    """
    rows = changeable(session, ctx, numbers)
    if not words:
        raise Problem(
            "problem-no-words", example=ctx.say("planb-example", number=rows[0].number, prefix=ctx.prefix)
        )
    use = _USE.match(words)
    asked = _wanted(session, ctx, rows[0], words[use.end() :]) if use is not None else None
    if asked is not None:
        if len(rows) > 1:
            raise Problem("problem-planb-one", number=rows[0].number, prefix=ctx.prefix)
        return switch(session, ctx, rows[0], *asked)
    if _GONE.fullmatch(words.strip()):
        return _remove(session, ctx, rows)
    actions = ctx.actions(session)
    for row in rows:
        key = queries.text_key(session, row.forum_uid, row.case_code)
        actions.change(row, "planb", actions.keep_text(words, key).uid)
    said = ", ".join(str(row.number) for row in rows)
    return Reply("action.planb", ctx.say("action-planb", numbers=said), tuple(r.uid for r in rows))


def _remove(session: Session, ctx: Context, rows: Sequence[Action]) -> Reply:
    """Take the plan B off actions that have one; none that was used."""
    for row in rows:
        _unused(session, ctx, row)
    for row in rows:
        ctx.actions(session).change(row, "planb", None)
    said = ", ".join(str(row.number) for row in rows)
    return Reply("action.planb", ctx.say("action-planb-gone", numbers=said), tuple(r.uid for r in rows))


def _unused(session: Session, ctx: Context, row: Action) -> str:
    """The words of an action's plan B; raises Problem where there is none, or it was switched to before."""
    words = queries.words(session, row.planb_uid)
    if words is None or not may_know(session, ctx, ctx.person, row):
        raise Problem("problem-planb-none", number=row.number, prefix=ctx.prefix)
    used = queries.switched_to(session, row.uid)
    if used is not None and (used.source_event, used.source_line) != (ctx.event_id, ctx.line):
        raise Problem("problem-planb-used", number=row.number, new=used.number)
    return words


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
    named = People(session, ctx, forum, owning=True).whole(said)
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

    Who and by when: as is said now, else as the plan itself begins and ends; else the same owners, unless they
    declined, by the forum's next meeting. Undone as one step.
    """
    if row.state == "done":
        raise Problem("problem-planb-done", number=row.number)
    plan = _plan(session, ctx, row, _unused(session, ctx, row))
    forum = queries.forum(session, row.forum_uid)
    due = due or plan.due
    assumed = due is None
    due = due or next_meeting(session, ctx, forum)
    who = _to_agree(session, ctx, row, list(owners) or list(plan.owners) or _remaining(session, ctx, row))
    new = _record(session, ctx, row, who, due, plan.words)
    if row.state == "open":
        ctx.actions(session).change(row, "state", "declined")
    made = recorded(session, ctx, new, still_open(session, ctx, new), assumed=assumed and due is not None)
    lines = _behind(made.template, ctx.say("planb-used", number=row.number))
    unowned = not any(o.named or o.asked_for for o in who)
    writer = row.created_by if unowned and row.created_by != ctx.person.user_id else None
    if ctx.place.direct:
        return Reply(
            made.kind, "\n".join(lines), made.actions, also=_tell_room(session, ctx, row, new, writer)
        )
    said, mentions = _asked_writer(session, ctx, row, writer, ctx.language)
    return Reply(made.kind, "\n".join([*lines, *said]), made.actions, mentions)


def _to_agree(session: Session, ctx: Context, row: Action, who: Sequence[Ownership]) -> Sequence[Ownership]:
    """The owners of a plan B: who was told of the first action was not told of this, and is asked about anew.

    Not where the plan is in their own words, and not where nothing is personal.
    """
    config = ctx.access.settings.room(queries.forum(session, row.forum_uid).config_room)
    if config is not None and not config.personal_data:
        return who
    kept = session.get(Text, row.planb_uid)
    author = kept.author if kept is not None else None
    return with_places(
        Ownership("", o.agency, asked_for=o.person)
        if o.disclosed and ctx.access.reached_through(o.person) != author
        else o
        for o in who
    )


@dataclass(frozen=True)
class _Plan:
    """A plan B as it is read when it is switched to: who, by when, and its words without that; None: as they are."""

    owners: Sequence[Ownership] = ()
    due: Deadline | None = None
    words: str | None = None


def _plan(session: Session, ctx: Context, row: Action, words: str) -> _Plan:
    """Read a plan B as `!action` reads its words; "jeg" is who wrote it, and a day that has passed is none."""
    kept = session.get(Text, row.planb_uid)
    forum = queries.forum(session, row.forum_uid)
    writer = ctx.access.person(kept.author) if kept is not None else None
    named = People(session, replace(ctx, person=writer or ctx.person), forum, owning=True).leading(words)
    if not any(each.named or each.agency or each.asked_for for each in named.owners):
        named = Named((), words)  # whoever it is about is asked for by its words
    found = find(named.rest, now=ctx.at, lang=ctx.language, calendar=ctx.access.calendar)
    due, problem = resolve(session, ctx, forum, found.deadline, found.problem)
    said = found.text
    if problem is not None and kept is not None:
        # A day that lay ahead when the plan was written, and has passed, is no part of what is to be done.
        then = find(named.rest, now=kept.at, lang=ctx.language, calendar=ctx.access.calendar)
        said = then.text if isinstance(then.deadline, Deadline) else named.rest
    said = said.replace("\ue002", "").replace("\ue003", "").strip(" \t\n,;–-")
    if not said:
        said = queries.words(session, row.text_uid) or words  # somebody else does the same
    return _Plan(named.owners, due, said if said != words else None)


def _behind(template: str, words: str) -> list[str]:
    """A confirmation's lines with a sentence behind the first, before what it asks."""
    first, *others = template.split("\n")
    return [first, words, *others]


def _record(
    session: Session,
    ctx: Context,
    row: Action,
    who: Sequence[Ownership],
    due: Deadline | None,
    words: str | None,
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
        actions.change(new, "owners", actions.agreed(new, who))
        actions.change(new, "due", due.iso() if due else None)
        actions.reopen(new, ("cancelled",))
        for step in queries.history(session, new.uid):
            if step.field == "created":
                step.undone = False  # taken back by the edit, and said again by it
    # The very words of the plan, or some of them: who erases them erases them here as well.
    if words is None:
        actions.change(new, "text", row.planb_uid)
    elif queries.words(session, new.text_uid) != words:
        actions.change(new, "text", _part_of(session, row.planb_uid, words))
    return new


def _part_of(session: Session, text_uid: str | None, words: str) -> str:
    """Keep words that are part of others, as said by the same person in the same message."""
    whole = session.get_one(Text, text_uid)
    key = queries.key_naming(session, whole.key, words)
    part = Text(key=key, event_id=whole.event_id, author=whole.author, at=whole.at)
    session.add(part)
    part.words = words
    session.flush()
    return part.uid


def _remaining(session: Session, ctx: Context, row: Action) -> list[Ownership]:
    """The owners, without whoever declined; then their agency, of which somebody is still to be named."""
    owners = [Ownership.of(o) for o in queries.owners(session, row.uid)]
    if row.state != "declined":
        return owners
    steps = [c for c in queries.history(session, row.uid) if c.field == "state" and not c.undone]
    by = steps[-1].by if steps and steps[-1].after == "declined" else None
    rows = queries.owners(session, row.uid)
    left = [Ownership.of(o) for o in rows if by is None or not ctx.access.acts_for(session, by, o, row)]
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
    asks = made.kind in ("action.asked", "action.disclose")
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
    if row is None or sign not in DONE | CANNOT:
        return None
    return switch(session, ctx, row) if sign in DONE else _stays(ctx, row)


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
