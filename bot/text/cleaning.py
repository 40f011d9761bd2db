"""People's text without what can hide, reorder or smother text."""

import re
import unicodedata
from typing import Final

# Line and paragraph separators, next line, vertical tab and form feed are line ends too.
_LINE_END: Final = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")
# Marks stacked on one letter without end cover the lines around them, and sorting them takes quadratic time.
_MARK = (
    "[\u0300-\u036f\u0483-\u0489\u0591-\u05bd\u064b-\u065f"
    "\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"
)
_STACKED: Final = re.compile(f"({_MARK}{{8}}){_MARK}+")

_ARROWS_TO_SYMBOLS = "\u2190-\u2bff"
_EMOJI = f"{_ARROWS_TO_SYMBOLS}\U0001f000-\U0001faff"
_ARABIC = "\u0620-\u06ff"
_INVISIBLE: Final = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f"  # control characters, NUL among them
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2064\u3164\ufeff\uffa0"  # no width
    "\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f"  # bidi marks, overrides, isolates
    "\ue000-\ue003"  # the characters of our own tokens
    "\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U000e0000-\U000e0fff]"  # specials, surrogates, tags
    # Joiners stay where they make what one sees: within an emoji, and between letters of Arabic script.
    f"|(?<![{_EMOJI}\ufe0f])\u200d|\u200d(?![{_EMOJI}])"
    f"|(?<![{_ARABIC}])\u200c|\u200c(?![{_ARABIC}])"
)


def clean(text: str) -> str:
    """`text` in NFC, with "\\n" as only line end and without NUL, control, zero-width and bidi characters.

    Characters reserved for tokens (`bot.text`) go as well. Emoji stay whole. Cleaning again changes nothing.
    """
    text = _STACKED.sub(r"\1", _LINE_END.sub("\n", text).replace("\t", " "))
    while (cleaned := _INVISIBLE.sub("", text)) != text:  # a joiner may have lost the neighbour it joined
        text = cleaned
    return unicodedata.normalize("NFC", _STACKED.sub(r"\1", text))
