"""What people answer when they are asked about a case: a list of how they write it, and what it means."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.answer.case_answers import KINDS, read
from bot.answer.case_trends import PARAMETERS, trends

LIST = Path(__file__).parent / "answers" / "case.tsv"
LINES = [
    line.split("\t") for line in LIST.read_text("utf-8").splitlines() if line and not line.startswith("#")
]


def meaning(words: str) -> str:
    """An answer as the list writes it: its kind, the colleague's name, better, same or worse in the order asked."""
    said = read(words)
    if said.kind == "hand":
        return f"hand {said.name}".strip()
    if said.kind == "trend":
        return "trend " + " ".join(said.trends.get(name, "-") for name in PARAMETERS)
    return said.kind


@pytest.mark.parametrize(("words", "means"), LINES, ids=[words for words, _ in LINES])
def test_an_answer_means(words: str, means: str) -> None:
    assert meaning(words.replace("\\n", "\n")) == means


def test_the_list_has_every_kind() -> None:
    assert {means.split()[0] for _, means in LINES} == set(KINDS)
    assert len(LINES) >= 250


@pytest.mark.parametrize(
    "words", ["Intet nyt", "DET MÅ JEG IKKE DELE", "  intet   nyt  ", "> hvad er nyt?\nintet nyt"]
)
def test_case_blanks_and_quotes_do_not_matter(words: str) -> None:
    assert read(words).kind in ("nothing", "withheld")


@given(
    st.one_of(
        st.text(max_size=300),
        st.lists(st.sampled_from([w for line, _ in LINES for w in line.split()])).map(" ".join),
    )
)
def test_whatever_is_written_is_read(words: str) -> None:
    said = read(words)
    assert said.kind in KINDS
    assert set(said.trends) <= set(PARAMETERS)
    assert set(trends(words).trends.values()) <= {"better", "same", "worse"}


@pytest.mark.parametrize("words", [line for line, means in LINES if means == "nothing"])
@pytest.mark.parametrize("news", ["han er flyttet til sin far", "moren ringede i går"])
def test_nothing_new_beside_news_is_news(words: str, news: str) -> None:
    assert read(f"{words.rstrip('.')}. Men {news}").kind == "news"


@pytest.mark.parametrize("words", [line for line, means in LINES if means in ("nothing", "withheld", "skip")])
def test_with_a_question_mark_nothing_is_recorded(words: str) -> None:
    assert read(words.rstrip(".") + "?").kind == "question"
