"""Danish civil registration (CPR) numbers: found so that they are never stored and never repeated.

Recognised by a valid date of birth and four digits, not by modulus 11, which many numbers issued since 2007 do not
satisfy (docs/domain, Law).
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date

_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_CANDIDATE = re.compile(r"(?<![\d+])(\d{2})[ .\-/]?(\d{2})[ .\-/]?(\d{2})\s?[-–‒. ]?\s?(\d{4})(?!\d)")


def contains(text: str) -> bool:
    """Whether a text holds a CPR number, also one written with spaces, dots, dashes or full-width digits."""
    plain = _INVISIBLE.sub("", unicodedata.normalize("NFKC", text))
    return any(_is_birth_date(*match.groups()[:3]) for match in _CANDIDATE.finditer(plain))


def _is_birth_date(day: str, month: str, year: str) -> bool:
    for century in ("19", "20"):
        try:
            date(int(century + year), int(month), int(day))
        except ValueError:
            continue
        return True
    return False
