"""What owners write back to reminders, and what it means. Phrases said on Friday 2026-11-20 at 10:00."""

from datetime import date

import pytest

from bot.answer import REASONS, Answer, line, name_candidate, read, read_items, says_away
from bot.text import t
from bot.when import Deadline, NextMeeting
from tests.unit.answer_lists import CALENDAR, NOW, phrases

ACTIONS = frozenset({3, 12, 14, 42, 43, 44, 50})


def said(text: str, lang: str = "da") -> str:
    return line(read(text, now=NOW, lang=lang, calendar=CALENDAR))


def items(text: str, known: frozenset[int] = ACTIONS, lang: str = "da") -> list[tuple[object, str]]:
    found = read_items(text, now=NOW, lang=lang, calendar=CALENDAR, known=known)
    return [(item.numbers, line(item.answer)) for item in found]


def without_reason(printed: str) -> str:
    return "ask" if printed.startswith("ask: ") else printed


def as_printed(meaning: str) -> str:
    """A meaning of the lists as the command line prints it."""
    if meaning == "due meeting":
        return "ask: meeting"
    return meaning.replace("ask ", "ask: ")


@pytest.mark.parametrize(("phrase", "meaning"), list(phrases("brief")))
def test_the_programmes_own_list(phrase: str, meaning: str) -> None:
    assert without_reason(said(phrase)).casefold() == meaning.casefold()


@pytest.mark.parametrize(("phrase", "meaning"), list(phrases("danish")))
def test_danish(phrase: str, meaning: str) -> None:
    assert said(phrase).casefold() == as_printed(meaning).casefold()


@pytest.mark.parametrize(("phrase", "meaning"), list(phrases("english")))
def test_english(phrase: str, meaning: str) -> None:
    assert said(phrase, "en").casefold() == as_printed(meaning).casefold()


@pytest.mark.parametrize(("phrase", "meaning"), list(phrases("everyday-danish")))
def test_everyday_danish(phrase: str, meaning: str) -> None:
    assert without_reason(said(phrase)).casefold() == meaning.casefold()


@pytest.mark.parametrize(("phrase", "meaning"), list(phrases("everyday-english")))
def test_everyday_english(phrase: str, meaning: str) -> None:
    assert without_reason(said(phrase, "en")).casefold() == meaning.casefold()


@pytest.mark.parametrize("phrase", [phrase for phrase, _ in phrases("never-done")])
def test_never_done(phrase: str) -> None:
    assert said(phrase) != "done"
    assert said(phrase, "en") != "done"


def test_lists_are_as_long_as_they_should_be() -> None:
    assert len(list(phrases("danish"))) >= 250
    assert len(list(phrases("english"))) >= 80
    assert len(list(phrases("never-done"))) >= 200


@pytest.mark.parametrize(
    "phrase",
    [
        "god weekend",
        "tak, god weekend til jer alle",
        "vi ses på mandag",
        "tak for i dag",
        "have a nice day",
        "i lige måde",
    ],
)
def test_a_wish_or_a_goodbye_is_neither_a_note_nor_a_date(phrase: str) -> None:
    assert said(phrase) == said(phrase, "en") == "ask: short"


@pytest.mark.parametrize(
    ("phrase", "meaning"),
    [
        ("færdig, god weekend", "done"),
        ("næste uge, god weekend", "due 2026-11-27"),
        ("er i gang. vi ses", "note"),
    ],
)
def test_a_wish_beside_an_answer_does_not_hide_it(phrase: str, meaning: str) -> None:
    assert said(phrase) == meaning


@pytest.mark.parametrize(
    "phrase",
    [
        "jeg er syg i dag",
        "er ikke på arbejde i morgen",
        "barns første sygedag",
        "på ferie til mandag",
        "I am on leave",
    ],
)
def test_who_says_no_more_than_that_they_are_away(phrase: str) -> None:
    assert says_away(phrase, now=NOW, calendar=CALENDAR)
    assert said(phrase) == "note"


@pytest.mark.parametrize(
    "phrase",
    [
        "er på arbejde",
        "jeg er ikke syg",
        "drengen er syg",
        "er syg, tager den mandag",
        "syg?",
        "næste uge",
        "",
        "færdig",
    ],
)
def test_who_says_something_else(phrase: str) -> None:
    assert not says_away(phrase, now=NOW, calendar=CALENDAR)


def test_languages_mix() -> None:
    """A Dane writes "done", a room in English gets "færdig"."""
    assert said("færdig", "en") == "done"
    assert said("done", "da") == "done"
    assert said("udsæt til onsdag", "en") == "due 2026-11-25"
    assert said("next week", "da") == "due 2026-11-27"


def test_time_of_day_is_kept() -> None:
    assert said("udsæt til onsdag kl. 14") == "due 2026-11-25T14:00"


def test_next_meeting_is_a_deadline_that_the_calendar_knows() -> None:
    answer = read("udsæt til næste møde", now=NOW, calendar=CALENDAR)
    assert answer == Answer("due", deadline=NextMeeting())
    assert line(answer) == "ask: meeting"


def test_ask_tells_what_is_wrong_with_the_date() -> None:
    answer = read("udsæt til 31/2", now=NOW, calendar=CALENDAR)
    assert answer.reason == "impossible_date"
    assert answer.problem is not None
    assert answer.problem.reason == "impossible"


def test_deadline_is_the_one_of_the_due_clause() -> None:
    answer = read("skolen svarer mandag, så jeg når det ikke før onsdag", now=NOW, calendar=CALENDAR)
    assert answer == Answer("due", deadline=Deadline(date(2026, 11, 25)))


def test_received_mentions_and_links_are_names() -> None:
    assert said("giv den til \ue002@ali:example.dk\ue003") == "give @ali:example.dk"
    assert said("[Ali](https://matrix.to/#/@ali:example.dk) tager den") == "give @ali:example.dk"


def test_quoted_lines_do_not_count() -> None:
    assert said("> færdig\n\ner i gang") == "note"
    assert said("> er den færdig?\n\nfærdig") == "done"


def test_hidden_characters_do_not_change_a_word() -> None:
    assert said("fær\u200bdig") == "done"
    assert said("i\u200bkke færdig") == "note"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("42 færdig, 43 næste uge", [((42,), "done"), ((43,), "due 2026-11-27")]),
        ("42 og 43 er gjort, nr. 44 kan jeg ikke", [((42, 43), "done"), ((44,), "decline")]),
        (
            "42: færdig\n43: næste uge\n44: er i gang",
            [((42,), "done"), ((43,), "due 2026-11-27"), ((44,), "note")],
        ),
        ("#42: gjort", [((42,), "done")]),
        ("#42 #43 gjort", [((42, 43), "done")]),
        ("42, 43, 44 færdige", [((42, 43, 44), "done")]),
        ("42-44 færdige", [((42, 43, 44), "done")]),
        ("både 42 og 43 er klaret", [((42, 43), "done")]),
        ("42 færdig 43 næste uge", [((42,), "done"), ((43,), "due 2026-11-27")]),
        ("har gjort 42 og 43", [((42, 43), "done")]),
        ("gjort: 42 og 43; 44 ikke", [((42, 43), "done"), ((44,), "note")]),
        ("udsæt 43 til fredag, og 42 er færdig", [((43,), "due 2026-11-27"), ((42,), "done")]),
        ("giv 42 til Ali", [((42,), "give Ali")]),
        ("42 Ali tager den", [((42,), "give Ali")]),
        ("jeg kan ikke 44", [((44,), "decline")]),
        ("42 færdig, 43 også", [((42,), "done"), ((43,), "done")]),
        ("42 er færdig og 43 er ikke", [((42,), "done"), ((43,), "note")]),
        ("42 næsten, 43 færdig", [((42,), "note"), ((43,), "done")]),
        ("42 ✅ 43 ❌", [((42,), "done"), ((43,), "decline")]),
        ("42 mangler, resten er færdige", [((42,), "note"), ((3, 12, 14, 43, 44, 50), "done")]),
        ("42?", [((42,), "ask: question")]),
        ("er 42 færdig?", [((42,), "ask: question")]),
        ("42", [((42,), "ask: unclear")]),
        ("42 done, 43 next week", [((42,), "done"), ((43,), "due 2026-11-27")]),
        # Numbers that belong to dates and amounts are no actions, though actions 3, 12, 14 and 50 exist.
        ("43 om 14 dage", [((43,), "due 2026-12-04")]),
        ("43 3/12", [((43,), "due 2026-12-03")]),
        ("udsæt 42 til uge 50", [((42,), "due 2026-12-11")]),
        ("42 er 50 % færdig", [((42,), "note")]),
        # All of them.
        ("alle færdige", [(None, "done")]),
        ("alle er klaret", [(None, "done")]),
        ("det hele er klaret", [(None, "done")]),
        ("udsæt alle til onsdag", [(None, "due 2026-11-25")]),
        ("alle udsættes til onsdag", [(None, "due 2026-11-25")]),
        ("all done", [(None, "done")]),
        ("er alle færdige?", [(None, "ask: question")]),
        ("alle færdige undtagen 43", [((3, 12, 14, 42, 44, 50), "done")]),
        # Nobody knows which.
        ("færdig", []),
        ("næste uge", []),
        ("alle", []),
        ("ikke alle er færdige", []),
        ("næsten alle er færdige", []),
        ("99 færdig", []),
        ("begge er klaret", []),
        ("alle tre er klaret", []),
    ],
)
def test_several_actions(text: str, expected: list[tuple[object, str]]) -> None:
    assert items(text) == expected


def test_both_are_all_when_there_are_two() -> None:
    assert items("begge er klaret", frozenset({1, 2})) == [(None, "done")]
    assert items("alle tre er klaret", frozenset({1, 2, 3})) == [(None, "done")]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Lene", "Lene"),
        ("lene holm", "lene holm"),
        ("Lene fra BUF", "Lene fra BUF"),
        ("@lene:example.dk", "@lene:example.dk"),
        ("BUF", "BUF"),
        ("Lene!", "Lene"),
        ("tak", ""),
        ("færdig", ""),
        ("Lene tager den", ""),
        ("skolen", ""),
        ("42", ""),
        ("", ""),
    ],
)
def test_a_lone_name(text: str, name: str) -> None:
    assert name_candidate(text) == name


@pytest.mark.parametrize("lang", ["da", "en"])
@pytest.mark.parametrize("reason", REASONS)
def test_every_reason_to_ask_has_words(reason: str, lang: str) -> None:
    assert len(t(lang, f"answer-ask-{reason}")) > 30


@pytest.mark.parametrize("lang", ["da", "en"])
def test_examples_in_the_questions_are_understood(lang: str) -> None:
    """What the bot tells people to write means what it says."""
    examples = {
        "da": {"færdig": "done", "næste fredag": "due", "d. 3/12": "due", "på fredag": "due", "er i gang": "note",
               "kan ikke": "decline", "giv den til Lene": "give"},
        "en": {"done": "done", "next Friday": "due", "3 December": "due", "on Friday": "due", "in progress": "note",
               "cannot": "decline", "give it to Lene": "give"},
    }[lang]  # fmt: skip
    shown = " ".join(t(lang, f"answer-ask-{reason}") for reason in REASONS)
    for phrase, kind in examples.items():
        assert phrase in shown
        assert read(phrase, now=NOW, lang=lang, calendar=CALENDAR).kind == kind


@pytest.mark.parametrize(
    "text",
    ["færdig " * 8_600, "42 færdig, " * 5_500, "ikke " * 12_000, "x" * 60_000, " " * 60_000, "(" * 60_000,
     "så er den " * 6_000, "jeg håber at " * 5_000, "🙄" * 60_000, "\n" * 60_000, "> " * 30_000, "1" * 60_000],
)  # fmt: skip
def test_sixty_thousand_characters_are_read_to_the_end(text: str) -> None:
    assert said(text) != "done"  # a rule that backtracks would not come back from these
    items(text)


@pytest.mark.parametrize(
    "piece", ["så er den ", "jeg håber at ", "42 og ", "færdig, ", "til ", "ikke før ", "i ", "(", "den "]
)
def test_a_thousand_characters_of_anything_are_read_to_the_end(piece: str) -> None:
    text = piece * (1_000 // len(piece))
    assert said(text[:990])
    items(text[:990])
