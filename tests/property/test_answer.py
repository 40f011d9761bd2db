"""Whatever is written: no exception, and no "done" that was not said."""

import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.answer import Answer, line, name_candidate, read, read_items
from tests.unit.answer_lists import CALENDAR, NOW, phrases

PHRASES = [phrase for name in ("brief", "danish", "english") for phrase, _ in phrases(name)]
DONE = [phrase for name in ("brief", "danish") for phrase, meaning in phrases(name) if meaning == "done"]
NEGATIONS = ["ikke", "ik", "aldrig", "ingen", "nej", "hverken", "not", "never", "isn't", "haven't", "no"]
FILLERS = [
    "og",
    "så",
    "men",
    "jeg",
    "den",
    "er",
    "skolen",
    "i går",
    "mandag",
    "hvis",
    "når",
    "42",
    ",",
    ".",
    "\n",
    "?",
    "Ali",
]

words = st.sampled_from([word for phrase in PHRASES for word in phrase.split()] + FILLERS + NEGATIONS)
word_salad = st.lists(words, max_size=14).map(" ".join)
anything = st.one_of(st.text(max_size=300), word_salad)


def understood(text: str, lang: str = "da") -> Answer:
    return read(text, now=NOW, lang=lang, calendar=CALENDAR)


@given(anything, st.sampled_from(["da", "en"]))
@settings(max_examples=400, deadline=None)
def test_any_text_gets_an_answer_that_can_be_printed(text: str, lang: str) -> None:
    answer = understood(text, lang)
    assert line(answer)
    assert (answer.kind == "ask") == bool(answer.reason)
    assert (answer.kind == "give") == bool(answer.name)
    assert (answer.kind == "due") == (answer.deadline is not None)
    name_candidate(text)


@given(anything, st.frozensets(st.integers(0, 99), max_size=6))
@settings(max_examples=300, deadline=None)
def test_answers_to_several_name_only_known_actions(text: str, known: frozenset[int]) -> None:
    for item in read_items(text, now=NOW, lang="da", calendar=CALENDAR, known=known):
        assert item.numbers is None or (item.numbers and known.issuperset(item.numbers))


@given(word_salad, word_salad)
@settings(max_examples=400, deadline=None)
def test_a_question_is_never_done(before: str, after: str) -> None:
    assert understood(f"{before}?{after}").kind != "done"


@given(word_salad, st.sampled_from(NEGATIONS), word_salad)
@settings(max_examples=400, deadline=None)
def test_a_negation_is_never_done(before: str, negation: str, after: str) -> None:
    assert understood(f"{before} {negation} {after}").kind != "done"


@pytest.mark.parametrize("phrase", DONE)
def test_every_done_is_taken_back_by_a_negation_a_question_or_a_doubt(phrase: str) -> None:
    frames = (
        "ikke {}",
        "{} ikke",
        "{}?",
        "{}, tror jeg",
        "måske {}",
        "næsten {}",
        "{} ... næsten",
        "hvis {}",
        "Lene siger {}",
    )
    for frame in frames:
        assert understood(frame.format(phrase)).kind != "done", frame


def _plain(text: str) -> str:
    for letter, plain in (("æ", "ae"), ("ø", "oe"), ("å", "aa"), ("Æ", "Ae"), ("Ø", "Oe"), ("Å", "Aa")):
        text = text.replace(letter, plain)
    return text


@pytest.mark.parametrize("phrase", PHRASES)
def test_letters_and_trailing_signs_do_not_matter(phrase: str) -> None:
    meaning = line(understood(phrase))
    for variant in (_plain(phrase), unicodedata.normalize("NFD", phrase), f"  {phrase}  ", f"{phrase}\n"):
        assert line(understood(variant)) == meaning, variant
    if phrase[-1].isalnum():
        for variant in (f"{phrase}.", f"{phrase}!", f"{phrase} :-)", f"{phrase} 🌻"):
            assert line(understood(variant)) == meaning, variant


@pytest.mark.parametrize("phrase", PHRASES)
def test_case_does_not_matter(phrase: str) -> None:
    """But capitals tell a name from a word where nothing else does: those answers are left out."""
    answer = understood(phrase)
    if (
        answer.kind == "give"
        or answer.reason in {"who", "unclear", "question"}
        or "Lene" in phrase
        or "Ali" in phrase
    ):
        return
    assert line(understood(phrase.lower())) == line(answer)
    assert line(understood(phrase.upper())).casefold() == line(answer).casefold()
