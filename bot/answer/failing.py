"""Does an owner tell that it was tried and failed? Then a plan B is worth offering; the words stay a note.

Only what says so outright: what is still going on, or goes on tomorrow, has not failed.
"""

from __future__ import annotations

import re
from typing import Final

from bot.when.folding import fold

_LONGEST: Final = 600  # characters that are looked at
_NOT_YET: Final = re.compile(
    r"\b(?:endnu|proever igen|proever en gang til|igen i morgen|venter paa|foreloebig|indtil videre|i dag|"
    r"yet|try again|trying again|so far|today|waiting for)\b|\?"
)
_NO: Final = r"(?:\w+ ){0,2}?ikke"
_FAILED: Final = re.compile(
    rf"\b(?:lykkedes|lykkes|virkede|virker|fungerede|fungerer|holdt|gik|duede) {_NO}\b"
    rf"|\b(?:kunne|kan|lod sig) {_NO} (?:lade sig )?goere\b|\bkunne {_NO} lade sig goere\b"
    r"|\b(?:mislykket|mislykkedes|slaaet fejl|slog fejl|faldet til jorden|faldt til jorden|gaaet i vasken)\b"
    r"|\bgik i vasken\b|\buden held\b|\bforgaeves\b"
    r"|\b(?:fik|faaet|faar) (?:\w+ ){0,2}?(?:nej|afslag)\b|\b(?:er|blev) (?:blevet )?afvist\b"
    r"|\b(?:har|blev) (?:\w+ )?afvist (?:os|den|det|ham|hende|ansoegningen)\b|\bikke plads\b|\bingen plads(?:er)?\b"
    r"|\b(?:it|that|this|we|they) (?:has |have )?failed\b|\bfailed\b|\bdid(?:n't| not) (?:work|succeed|happen)\b"
    r"|\b(?:got|received) (?:a )?(?:no|rejection|refusal)\b|\b(?:was|were|been) (?:rejected|refused|turned down)\b"
    r"|\bturned (?:us|it|him|her|them) down\b|\bfell through\b|\bno luck\b|\bin vain\b|\bno places?\b"
)


def failed(words: str) -> bool:
    """Whether the words say outright that what was agreed was tried and did not succeed."""
    said = " ".join(fold(words[:_LONGEST]).text.split())
    return _FAILED.search(said) is not None and _NOT_YET.search(said) is None
