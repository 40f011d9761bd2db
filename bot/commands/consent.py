"""Yes, no, or something else, where a yes cannot be taken back: what goes to others, and what is erased.

A yes is one when every word of it agrees. "ja, men vent", "ja hvis Lene siger ja" and "ok hvorfor?" begin with one and
are none: whoever asked asks again.
"""

from __future__ import annotations

import re
from typing import Final

from bot.commands import fold

_YES: Final = frozenset(
    """
    ja jo jep jeps jada japs ok okay okey oki yes yep yeah y j sure enig godkendt godkend orden fint fin godt
    gerne klart selvfoelgelig naturligvis absolut bestemt agreed fine certainly course ✅ 👍
    """.split()
)
_BESIDE: Final = frozenset(
    """
    tak da det er den i maa kan skal du han hun de vi jeg vedkommende goer helt bare sagen nu med mig af min skyld
    for saa vaer venlig venligst at og paa slet slettes slette loeft loeftes del deles delt dele videre let lift erase
    delete share it do that is go ahead please thanks thank you he she they may can all right with me the case
    """.split()
)
_DENY: Final = frozenset("nej nae naeh nix niks no nope ikke not don t lad vaere not".split())
_NO: Final = re.compile(
    r"\W*(?:nej|naeh?|nix|niks|no|nope|ikke|not|don'?t|do not|lad (?:vaere|den|det)|stop|fortryd|annuller|cancel|"
    r"(?:det|den|vi|jeg|han|hun|de) (?:maa|skal|kan|vil) (?:\w+ )?ikke)\b"
)


def reading(words: str, code: str = "", *, plain: bool = False) -> bool | None:
    """True for a yes and nothing else, False for what begins as a no, None for the rest.

    `code`: the case asked about, which may be named: "ja til HS-26-014". `plain`: a no says nothing else either, where
    somebody else may be named instead.
    """
    if code:
        words = re.sub(
            rf"\W*\b(?:(?:til|to|for)\s+)?(?:sag(?:en)?\s+)?#?{re.escape(code)}\b\W*", " ", words, flags=re.I
        )
    said = fold(words).strip()
    tokens = re.findall(r"[^\W_]+|✅|👍", said)
    if _NO.match(said):
        return False if not plain or set(tokens) <= _YES | _BESIDE | _DENY else None
    agrees = bool(tokens) and "?" not in said and all(each in _YES | _BESIDE for each in tokens)
    return True if agrees and _YES & set(tokens) else None
