"""`!mig data` and `!mig slet`: what the bot knows of whoever asks, and what of it can go (docs/databeskyttelse).

Only ever in direct messages. Numbers, codes and counts, never what others wrote. What is the programme's record stays,
and the answer says so: promises, minutes, answers about cases, and the log of who saw what, each with its end.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from rapidfuzz import fuzz, process
from sqlmodel import Session

from bot import audit, standing_in, text
from bot.commands import Also, Context, Problem, Reply, fold, guess
from bot.commands.heard import CANNOT, DONE, on_reaction, on_reply
from bot.config_times import Period
from bot.documents.digest import forum_name
from bot.documents.model import Bullets, Document, Heading, Paragraph, Table
from bot.owed import Message, direct, owe_file, owe_redaction
from bot.reminding import replan
from bot.storage import queries
from bot.storage.models import Outbox
from bot.storage.privacy import AuditEntry
from bot.text import user_text
from bot.when import full_day, full_moment

ASKED = "me.erase"
"""The kind of the question whether it is meant: it waits for yes or no."""
_WITHIN = timedelta(days=1)  # a yes that comes later may be meant for something else
_MOST_NUMBERS = 40  # in the message; the files have all
_MOST_ENTRIES = 20_000  # of the log in the file; beyond, the newest
_MOST_LINES = 300  # of them in the readable file

_DATA = re.compile(
    r"(?:vis )?(?:mine? )?data(?: (?:om mig|json|docx|fil(?:er)?))?|(?:vis )?mine (?:data|oplysninger)|"
    r"oplysninger|hvad ved du(?: om mig)?|"
    r"(?:show )?my (?:data|information)|what do you know(?: (?:about|of) me)?"
)
_ERASE = re.compile(
    r"slet(?:te)?(?: mig| alt(?: om mig)?| data| mine (?:data|oplysninger))?|glem(?: mig| alt(?: om mig)?)?|"
    r"(?:erase|delete|forget)(?: me| data| everything| my (?:data|information))?"
)
_NEAR = {
    **dict.fromkeys(("data", "oplysninger", "information"), "data"),
    **dict.fromkeys(("slet", "slette", "glem", "erase", "delete", "forget"), "erase"),
    **dict.fromkeys(("stedfortraeder", "deputy", "vikar", "afloeser"), "deputy"),
}
_OWN = {
    "da": {
        "me": "mig",
        "data": "mig data",
        "erase": "mig slet",
        "deputy": "mig stedfortræder @ali til 12/12",
        "end": "mig stedfortræder slut",
    },
    "en": {
        "me": "me",
        "data": "me data",
        "erase": "me erase",
        "deputy": "me deputy @ali until 12 December",
        "end": "me deputy end",
    },
}
_NO_DEPUTY = re.compile(
    r"(?:ingen|fjern|slet|stop|afslut|slut med|no|remove|end) (?:min |my )?"
    r"(?:stedfortraeder|vikar|afloeser|deputy)(?: .{1,40})?"
)
_YES = re.compile(
    r"(?:ja|jo|jep|yes|yep|ok|okay)(?:[ ,]+(?:tak|slet(?: det)?|please|erase it|delete it))*[ .!]*"
)
_NO = re.compile(r"(?:nej|nix|no|nope|stop|fortryd|undo|cancel)(?:[ ,]+(?:tak|thanks|ikke))*[ .!]*")


def asked(session: Session, ctx: Context, words: str) -> Reply | None:
    """The answer to `!mig data` or `!mig slet`; None for other words."""
    said = fold(words).strip(" .!?")
    if _DATA.fullmatch(said):
        return _show(session, ctx)
    if _ERASE.fullmatch(said):
        return _ask(session, ctx)
    if (meant := _meant(ctx, said)) is not None:
        raise Problem("problem-me-near", word=user_text(words.strip()[:80]), example=f"{ctx.prefix}{meant}")
    return None


def _meant(ctx: Context, said: str) -> str | None:
    """What to write in place of words that are nearly a command about one's own data or deputy; else None."""
    words = _OWN[ctx.language]
    if _NO_DEPUTY.fullmatch(said):
        return words["end"]
    first = said.partition(" ")[0]
    best = process.extractOne(first, list(_NEAR), scorer=fuzz.ratio, score_cutoff=82)
    if best is None or (best[1] == 100 and _NEAR[best[0]] == "deputy"):  # in its own words it is read there
        return None
    return words[_NEAR[best[0]]]


@guess
def _meant_own(ctx: Context, word: str, rest: str) -> Problem | None:
    """ "!stedfortræder @ali til 12/12" and "!mine data", written as commands of their own."""
    said = fold(f"{word} {rest}").strip(" .!?")
    kind = _NEAR.get(fold(word), "data" if _DATA.fullmatch(said) else "")
    if kind not in ("data", "deputy"):
        return None
    me = _OWN[ctx.language]["me"]
    typed = f"{word} {rest}".strip()[:200] if kind == "deputy" and rest.strip() else ""
    example = user_text(f"{ctx.prefix}{me} {typed}") if typed else ctx.prefix + _OWN[ctx.language][kind]
    return Problem(
        "problem-near-command", word=user_text(word[:40]), meant=f"{ctx.prefix}{me}", example=example
    )


# --- what the bot knows


@dataclass(frozen=True)
class _Known:
    """Everything that is kept of one participant: as sections of lines for reading, and as plain data."""

    sections: Sequence[tuple[str, Sequence[str]]]
    log: Sequence[AuditEntry]
    data: dict[str, Any]


def _show(session: Session, ctx: Context) -> Reply:
    person = ctx.person.user_id
    lang = ctx.access.language(session, person)
    known = _known(session, ctx, lang)
    room_id = ctx.place.room_id if ctx.place.direct else None
    document = _document(ctx, known, lang)
    for format_, content in (
        ("docx", document),
        ("json", json.dumps(known.data, ensure_ascii=False, indent=1)),
    ):
        owe_file(
            session,
            f"own-data:{ctx.saying}:{format_}",
            direct(person),
            "me.data.file",
            name=f"{text.t(lang, 'own-file')}.{format_}",
            format=format_,
            alt=text.t(lang, "own-file-alt", format=format_),
            content=content,
            language=lang,
            now=ctx.at,
            room_id=room_id,
        )
    audit.note(
        session,
        "exported",
        f"person:{person}",
        by=person,
        at=ctx.cause.at,
        recipient=direct(person),
        detail="me.data",
        purpose="rights",
        event_id=ctx.event_id,
    )
    said = _message(known, lang, ctx.prefix)
    if ctx.place.direct:
        return Reply("me.data", said)
    also = Also(f"own-data:{ctx.saying}", direct(person), Message("me.data", said, language=lang))
    return Reply("me.set", ctx.say("own-direct"), also=(also,))


def _message(known: _Known, lang: str, prefix: str) -> str:
    lines = [text.t(lang, "own-head")]
    for title, items in known.sections:
        lines += ["", f"**{title}**", *(f"- {item}" for item in items)]
    return "\n".join([*lines, "", text.t(lang, "own-tail", prefix=prefix)])


def _document(ctx: Context, known: _Known, lang: str) -> Document:
    tz = ctx.access.settings.general.tz
    blocks: list[Heading | Paragraph | Bullets | Table] = []
    for title, items in known.sections:
        blocks += [Heading(title), Bullets(tuple(items))]
    shown = known.log[-_MOST_LINES:]
    if shown:
        head = tuple(text.t(lang, f"own-log-{column}") for column in ("at", "by", "act", "subject"))
        rows = tuple(
            (full_moment(entry.at.astimezone(tz), lang), entry.by or "hotspotbot", entry.act, entry.subject)
            for entry in shown
        )
        blocks.append(Heading(text.t(lang, "own-log")))
        if len(shown) < len(known.log):
            blocks.append(Paragraph(text.t(lang, "own-log-newest", count=len(shown))))
        blocks.append(Table(text.t(lang, "own-log-caption"), head, rows))
    day = full_day(ctx.at.astimezone(tz), lang)
    return Document(text.t(lang, "own-title"), lang, f"{ctx.person.user_id}, {day}", tuple(blocks))


def _known(session: Session, ctx: Context, lang: str) -> _Known:
    def say(key: str, **args: object) -> str:
        return text.t(lang, key, **args)

    person, access = ctx.person, ctx.access
    me = person.user_id
    state = queries.person_state(session, me)
    counts = queries.own_counts(session, me)
    actions = queries.own_actions(session, me)
    codes = list(queries.own_cases(session, me))
    deputies = queries.own_deputies(session, me)
    devices = queries.own_devices(session, me)
    vouched, verifications = queries.own_verification(session, me)
    rooms = [
        forum_name(access, queries.forum(session, uid)) if uid is not None else say("own-dm")
        for _, uid in queries.own_rooms(session, me)
    ]
    # What was held back from them at the last moment is about others: it is not theirs to know of.
    log = [row for row in queries.audit_about(session, me) if row.act != "refused" or row.by == me]
    log = log[-_MOST_ENTRIES:]
    owned = [number for number, _, theirs, _ in actions if theirs]
    still = [number for number, status, theirs, _ in actions if theirs and status == "open"]
    wrote = [number for number, _, _, written in actions if written]
    hours = access.hours(session, me)

    who = [say("own-who", user=user_text(me), name=user_text(person.name), agency=person.agency or "–")]
    who.append(
        say(
            "own-roles",
            roles=", ".join(say(f"own-role-{role.value}") for role in sorted(person.roles)) or "–",
        )
    )
    who.append(say("own-rooms", rooms=", ".join(dict.fromkeys(rooms)) or "–"))
    settings = [
        say("own-language", language=access.language(session, me)),
        say("own-morning", time=hours.morning.isoformat("minutes")),
    ]
    if state is not None and state.asked:
        settings.append(say("own-asked", asked=state.asked))
    if state is not None and state.away_from and state.away_until:
        settings.append(
            say("own-away", start=full_day(state.away_from, lang), until=full_day(state.away_until, lang))
        )
    if state is not None and state.unreachable_since:
        settings.append(say("own-unreachable"))
    for row in deputies:
        mine = row.person == me
        other = user_text(access.name(row.deputy if mine else row.person))
        key = "own-deputy" if mine else "own-deputy-for"
        settings.append(
            say(
                key,
                name=other,
                start=full_day(row.first, lang),
                until=full_day(row.last, lang),
                state=row.state,
            )
        )
    records = [
        say("own-owned", count=len(owned), open=len(still), numbers=_numbers(still)),
        say("own-wrote", count=len(wrote), numbers=_numbers(wrote)),
        say("own-cases", count=len(codes), codes=", ".join(codes) or "–"),
        say("own-answers", questions=counts["questions"], updates=counts["updates"], fields=counts["fields"]),
        say(
            "own-meetings",
            present=counts["present"],
            apologies=counts["apologies"],
            decisions=counts["decisions"],
        ),
        say("own-messages", messages=counts["messages"], words=counts["words"], told=counts["told"]),
    ]
    kept = [
        say(
            "own-devices",
            count=len(devices),
            ids=", ".join(user_text(row.device_id) for row in devices) or "–",
        ),
        say("own-verified", vouched="yes" if vouched else "no", count=verifications),
        say("own-log-count", count=len(log)),
    ]
    data = {
        "user_id": me,
        "name": person.name,
        "agency": person.agency,
        "roles": sorted(role.value for role in person.roles),
        "nicknames": list(person.nicknames),
        "rooms": [{"room": room_id, "forum": uid} for room_id, uid in queries.own_rooms(session, me)],
        "settings": _plain(state),
        "deputies": [_plain(row) for row in deputies],
        "actions": [
            {"number": number, "state": status, "owner": theirs, "writer": written}
            for number, status, theirs, written in actions
        ],
        "cases_followed": codes,
        "counts": counts,
        "devices": [{"device_id": row.device_id, "signed": row.signed, "gone": row.gone} for row in devices],
        "vouched_for": vouched,
        "verifications": verifications,
        "log": [_plain(entry) for entry in log],
    }
    sections = (
        (say("own-about-you"), who),
        (say("own-settings"), settings),
        (say("own-records"), records),
        (say("own-technical"), kept),
    )
    return _Known(sections, log, data)


def _numbers(numbers: Sequence[int]) -> str:
    shown = ", ".join(map(str, numbers[:_MOST_NUMBERS]))
    return f"{shown} …" if len(numbers) > _MOST_NUMBERS else shown or "–"


def _plain(row: Any) -> dict[str, Any]:
    """A row's fields as JSON has them."""
    values = row.model_dump() if row is not None else {}
    return {key: v.isoformat() if hasattr(v, "isoformat") else v for key, v in values.items() if key != "uid"}


# --- erasing


def _ask(session: Session, ctx: Context) -> Reply:
    """Ask once whether it is meant, and say before what goes and what stays."""
    person = ctx.person.user_id
    lang = ctx.access.language(session, person)
    over = queries.over_messages(session, person, ctx.at)
    said = text.t(lang, "own-erase-ask", count=len(over)) + "\n\n" + _stays(session, ctx, lang)
    if ctx.place.direct:
        return Reply(ASKED, said)
    also = Also(f"own-erase:{ctx.saying}", direct(person), Message(ASKED, said, notify=True, language=lang))
    return Reply("me.set", ctx.say("own-direct"), also=(also,))


def _stays(session: Session, ctx: Context, lang: str) -> str:
    """What stays, why, and until when."""
    person, kept = ctx.person.user_id, ctx.access.settings.retention
    actions = queries.own_actions(session, person)
    counts = queries.own_counts(session, person)
    lines = [
        text.t(lang, "own-stays-actions", count=len(actions), period=_period(lang, kept.actions)),
        text.t(
            lang,
            "own-stays-cases",
            count=counts["updates"] + counts["fields"] + counts["questions"],
            period=_period(lang, kept.cases),
        ),
        text.t(
            lang,
            "own-stays-meetings",
            count=counts["present"] + counts["apologies"] + counts["decisions"],
            period=_period(lang, kept.meetings),
        ),
        text.t(lang, "own-stays-log", period=_period(lang, kept.audit)),
        text.t(lang, "own-stays-config"),
    ]
    return "\n".join([text.t(lang, "own-stays"), *(f"- {line}" for line in lines)])


def _period(lang: str, period: Period | None) -> str:
    if period is None:
        return text.t(lang, "own-period-never")
    years, rest = divmod(period.count, 12)
    if period.unit == "months" and years > 2 and not rest:  # said as it was set: "5 years"
        return text.t(lang, "own-period-years", count=years)
    return text.t(lang, f"own-period-{period.unit}", count=period.count)


@on_reply(ASKED)
def answered(session: Session, ctx: Context, words: str, about: Outbox) -> Reply | None:
    """Yes or no to whether it is meant; anything else is asked again."""
    said = fold(words).strip()
    if _YES.fullmatch(said):
        return _decide(session, ctx, about, agreed=True)
    if _NO.fullmatch(said):
        return _decide(session, ctx, about, agreed=False)
    return Reply("me.set", ctx.say("own-erase-unclear", prefix=ctx.prefix))


@on_reaction(ASKED)
def reacted(session: Session, ctx: Context, sign: str, about: Outbox) -> Reply | None:
    """The same by ✅ or ❌."""
    if sign in DONE:
        return _decide(session, ctx, about, agreed=True)
    return _decide(session, ctx, about, agreed=False) if sign in CANNOT else None


def _decide(session: Session, ctx: Context, about: Outbox, *, agreed: bool) -> Reply | None:
    if not ctx.place.direct or about.target != direct(ctx.person.user_id):
        return None
    if not agreed:
        return Reply("me.set", ctx.say("own-erase-no"))
    if ctx.at - about.created_at > _WITHIN:
        return Reply("me.set", ctx.say("own-erase-late", prefix=ctx.prefix))
    return _erase(session, ctx, about.created_at)


def _erase(session: Session, ctx: Context, asked_at: datetime) -> Reply:
    """Delete what is somebody's own. Settings go with their history, so nothing is left to take back."""
    person = ctx.person.user_id
    lang = ctx.access.language(session, person)
    before = ctx.access.hours(session, person)
    rows = queries.over_messages(session, person, asked_at)
    for row in rows:
        owe_redaction(session, row, f"own-erase:{ctx.saying}:{row.id}", now=ctx.at)
    for deputy in [row for row in queries.deputies(session) if row.person == person]:
        # Who stood in hears that they do not any more.
        standing_in.end(session, ctx.access, deputy, ctx.cause)
    queries.forget_own(session, person)
    replan(session, ctx.access, person, before, ctx.cause.at)
    queries.forget_devices(session, person)
    audit.note(
        session,
        "erased",
        f"person:{person}",
        by=person,
        at=ctx.cause.at,
        detail="me.erase",
        purpose="rights",
        event_id=ctx.event_id,
    )
    return Reply(
        "me.set", "\n\n".join([text.t(lang, "own-erased", count=len(rows)), _stays(session, ctx, lang)])
    )
