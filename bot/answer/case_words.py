"""What people call the three parameters of a case, and how one goes, Danish and English.

A word or a short phrase and nothing else: what is said in a sentence is for whoever reads the sentence.
"""

from __future__ import annotations

from typing import Final

from bot.when.folding import fold

_PARAMETERS: Final[dict[str, tuple[str, ...]]] = {
    "work": (
        "beskaeftigelse", "beskaeftigelsen", "beskaft", "besk", "job", "jobbet", "jobs", "arbejde", "arbejdet",
        "praktik", "fritidsjob", "work", "employment", "occupation", "working",
    ),
    "social": (
        "social", "socialt", "sociale", "det sociale", "trivsel", "trivslen", "wellbeing", "well-being", "socially",
    ),
    "education": (
        "uddannelse", "uddannelsen", "uddannelser", "skole", "skolen", "skolegang", "skolegangen", "undervisning",
        "udd", "education", "school", "schooling", "training",
    ),
}  # fmt: skip
_TRENDS: Final[dict[str, tuple[str, ...]]] = {
    "better": (
        "fremgang", "i fremgang", "lidt fremgang", "bedre", "lidt bedre", "meget bedre", "det gaar bedre",
        "gaar bedre", "frem", "fremad", "gaar fremad", "det gaar fremad", "op", "opad", "positiv", "positivt",
        "forbedring", "forbedret", "better", "a bit better", "much better", "progress", "up", "improved", "improving",
        "improvement", "positive", "getting better", "↑", "⬆", "↗", "📈", "+",
    ),
    "same": (
        "uaendret", "uforandret", "samme", "det samme", "som foer", "som sidst", "stabil", "stabilt", "status quo",
        "ingen aendring", "ingen forandring", "ikke aendret", "stilstand", "staar stille", "det staar stille",
        "same", "the same", "unchanged", "no change", "as before", "stable", "steady", "still", "→", "➡", "↔", "=", "±",
    ),
    "worse": (
        "tilbagegang", "i tilbagegang", "lidt tilbagegang", "vaerre", "lidt vaerre", "meget vaerre", "daarligere",
        "lidt daarligere", "det gaar daarligere", "det gaar vaerre", "gaar tilbage", "det gaar tilbage", "tilbage",
        "ned", "nedad", "negativ", "negativt", "forvaerring", "forvaerret", "worse", "a bit worse", "much worse",
        "setback", "decline", "down", "getting worse", "negative", "↓", "⬇", "↘", "📉", "-", "–",
    ),
}  # fmt: skip


def parameter(words: str) -> str | None:
    """The parameter that a word names: "work", "social" or "education" (bot.storage.cases); None for another word."""
    return _among(_PARAMETERS, words)


def trend(words: str) -> str | None:
    """The trend that a word, a short phrase or a sign means: "better", "same" or "worse"; None for anything else."""
    return _among(_TRENDS, words)


def _among(known: dict[str, tuple[str, ...]], words: str) -> str | None:
    said = fold(words.replace("\ufe0f", "").replace("\ufe0e", "")).text
    said = " ".join(said.strip(" \n\t.,:;!?()\"'").split())
    return _BY_WORD[id(known)].get(said)


_BY_WORD: Final = {
    id(known): {fold(word).text: name for name, words in known.items() for word in words}
    for known in (_PARAMETERS, _TRENDS)
}
