"""Text as the grammar sees it: lower case, plain letters, single spaces, and the way back to the original."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_PLAIN = {"æ": "ae", "ä": "ae", "ø": "oe", "ö": "oe", "å": "aa", "ü": "u", "ß": "ss"}
_MARKS = {"’": "'", "‘": "'", "´": "'", "`": "'", "–": "-", "—": "-", "‐": "-", "‑": "-", "−": "-", "⁄": "/"}
# They change the order in which text is shown, so what a person saw cannot be known.
_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_CLUSTER = re.compile(r".[\u0300-\u036f]*", re.DOTALL)


@dataclass(frozen=True)
class Folded:
    """`text` is the folded text; `starts[i]` and `ends[i]` bound what its i-th character stood for."""

    original: str
    text: str
    starts: list[int]
    ends: list[int]

    def slice(self, start: int, end: int) -> tuple[int, int]:
        """Offsets in the original of the folded span [start, end), which must not be empty."""
        return self.starts[start], self.ends[end - 1]


def fold(original: str) -> Folded:
    """Fold a text. æ, ø, å become ae, oe, aa; other accents, case and invisible characters disappear."""
    out: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    for match in _CLUSTER.finditer(original):
        plain = _fold_cluster(match.group())
        if plain == " " and out and out[-1] in " \n":
            continue
        for char in plain:
            out.append(char)
            starts.append(match.start())
            ends.append(match.end())
    return Folded(original, "".join(out), starts, ends)


def _fold_cluster(cluster: str) -> str:
    if cluster.isascii():
        return cluster.lower() if not cluster.isspace() else ("\n" if cluster in "\n\r\v\f" else " ")
    if cluster in _REORDERING:
        return "\0"
    if unicodedata.category(cluster[0]) == "Cf":
        return ""
    if cluster.isspace():
        return " "
    if cluster in "½¼¾":
        return cluster
    plain: list[str] = []
    for char in unicodedata.normalize("NFKC", cluster).lower():
        if char in _PLAIN:
            plain.append(_PLAIN[char])
        else:
            char = unicodedata.normalize("NFD", char)[0]  # noqa: PLW2901
            plain.append("" if unicodedata.combining(char) else _MARKS.get(char, char))
    return "".join(plain)
