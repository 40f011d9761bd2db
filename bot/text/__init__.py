"""What people read: Project Fluent messages in Danish and English, and tokens that carry people's words.

Our own text is Markdown and lives in `da.ftl` and `en.ftl`. What a person wrote travels through it as an
opaque token of private-use and alphanumeric characters, which neither Fluent nor Markdown takes for markup;
`bot.matrix.markup.render` turns the tokens into escaped text at the very end. So user text never needs
escaping where a message is composed, and forgetting to wrap it is the only mistake left to make.
"""

import json
import os
import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Final, Literal, NamedTuple

import structlog
from fluent.runtime import FluentBundle, FluentResource
from fluent.runtime.types import fluent_number

LANGUAGES: Final = ("da", "en")

# Under pytest a wrong key or argument is an error, so that it is found before a person reads it. The variable
# is inherited by bots that a test starts as processes of their own.
STRICT: Final = "PYTEST_VERSION" in os.environ

# U+E000 and U+E001 enclose a token that we send; U+E002 and U+E003 a mention in a message that we received.
_OPEN, _CLOSE = "\ue000", "\ue001"
_RESERVED: Final = re.compile("[\ue000-\ue003]")
_TOKEN: Final = re.compile("\ue000(?:(x)((?:[0-9a-f]{2})*)|(t)([0-9A-Za-z-]+)|(p)((?:[0-9a-f]{2})+))\ue001")
_UID: Final = re.compile(r"[0-9A-Za-z-]+")

_log = structlog.get_logger(__name__)


class TextError(Exception):
    """A message that cannot be made: unknown language or key, or an argument missing or of a wrong type."""


def t(lang: str, key: str, /, **args: object) -> str:
    """The message `key` in `lang` ("da" or "en") as Markdown.

    Arguments are str (Markdown of our own, or a token from this module: never bare words of a person), int or
    Decimal. Numbers select plural forms and are shown without thousands separators, because most of them are
    numbers of records ("nr. 1042"). Dates come as text, formatted by `bot.when`.

    Under pytest every fault raises TextError. In production a person still gets an answer: a fault is logged
    (key and language only, never the arguments) and the other language speaks; failing that, a gap shows.
    """
    try:
        return _format(lang, key, args)
    except TextError as error:
        if STRICT:
            raise
        _log.error("text.fault", lang=lang, key=key, fault=str(error))
    for other in LANGUAGES:
        if other != lang:
            try:
                return _format(other, key, args)
            except TextError:
                continue
    return _format(lang if lang in LANGUAGES else "da", key, args, gaps=True)


def user_text(words: str) -> str:
    """People's words as a token that is shown exactly as text, whatever it holds.

    Characters that tokens are made of are removed from it first, so that a token cannot be forged.
    """
    return f"{_OPEN}x{_hex(_RESERVED.sub('', words))}{_CLOSE}"


def text_ref(uid: str) -> str:
    """A token for a stored text, looked up when the message is rendered, so that erasing reaches it.

    `uid` consists of ASCII letters, digits and hyphens; anything else is a ValueError.
    """
    if not _UID.fullmatch(uid):
        raise ValueError("a text reference holds only ASCII letters, digits and hyphens")
    return f"{_OPEN}t{uid}{_CLOSE}"


def pill(user_id: str, name: str) -> str:
    """A token that mentions a person: shown as `name`, linked to and notifying `user_id` (an MXID).

    To name somebody without notifying them, use `user_text(name)`.
    """
    return f"{_OPEN}p{_hex(json.dumps([user_id, _RESERVED.sub('', name)]))}{_CLOSE}"


class Segment(NamedTuple):
    """A stretch of a message. kind "" is our own Markdown; the others are tokens, named by `tokens`."""

    kind: Literal["", "x", "t", "p"]
    value: str
    name: str = ""
    """Of a mention: the name to show."""


def tokens(markdown: str) -> Iterator[tuple[str, str]]:
    """What a message refers to, in order, as (kind, value).

    Kinds: "x" words of a person (value: the words), "t" a stored text (its uid), "p" a mention (the MXID).
    """
    return ((segment.kind, segment.value) for segment in segments(markdown) if segment.kind)


def segments(text: str) -> Iterator[Segment]:
    """`text` cut into our own stretches and tokens, in order. Token characters outside tokens are dropped."""
    end = 0
    for found in _TOKEN.finditer(text):
        if own := _RESERVED.sub("", text[end : found.start()]):
            yield Segment("", own)
        kind, payload = (group for group in found.groups() if group is not None)
        match kind:
            case "x":
                yield Segment("x", _unhex(payload))
            case "t":
                yield Segment("t", payload)
            case _:
                user_id, name = json.loads(_unhex(payload))
                yield Segment("p", user_id, name)
        end = found.end()
    if own := _RESERVED.sub("", text[end:]):
        yield Segment("", own)


def _hex(words: str) -> str:
    # A lone surrogate can arrive in JSON and has no UTF-8 form.
    return words.encode("utf-8", "ignore").hex()


def _unhex(payload: str) -> str:
    return bytes.fromhex(payload).decode("utf-8", "replace")


@cache
def _bundle(lang: str) -> FluentBundle:
    # Isolation marks would stand around every number; people's words are isolated when they are rendered.
    bundle = FluentBundle([lang], use_isolating=False)
    bundle.add_resource(FluentResource(files(__name__).joinpath(f"{lang}.ftl").read_text("utf-8")))
    return bundle


def _format(lang: str, key: str, args: dict[str, object], *, gaps: bool = False) -> str:
    """The message's text. A fault raises TextError; with `gaps` the name of what is missing stands there."""
    if lang not in LANGUAGES:
        raise TextError(f"no such language: {lang}")
    bundle = _bundle(lang)
    if not bundle.has_message(key) or (message := bundle.get_message(key)).value is None:
        if gaps:
            return key
        raise TextError(f"no such message: {key} ({lang})")
    values = {name: _argument(value) for name, value in args.items()}
    # Fluent refuses a value of over 2,500 characters, and a note may be longer: long ones wait outside.
    long = {f"{_OPEN}={name}{_CLOSE}": v for name, v in values.items() if isinstance(v, str) and len(v) > 200}
    values |= {place[2:-1]: place for place in long}
    text, errors = bundle.format_pattern(message.value, values)
    if errors and not gaps:
        raise TextError(f"{key} ({lang}): {'; '.join(str(error) for error in errors)}")
    return re.sub("|".join(long), lambda found: long[found[0]], str(text)) if long else str(text)


def _argument(value: object) -> object:
    if isinstance(value, str):
        return value
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return fluent_number(value, useGrouping=False)
    if STRICT:
        raise TextError(f"an argument is text or a number, not {type(value).__name__}")
    return str(value)
