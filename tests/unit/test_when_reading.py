"""`read`: what phrases about time mean, against tables worked out by hand."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.text import t
from bot.when import REASONS, Calendar, Deadline, MeetingDay, NextMeeting, Recurring, WhenError, read
from tests.unit.when_tables import DANISH, DANISH_IN_ENGLISH, ENGLISH, ENGLISH_IN_DANISH, rows, said_list

TZ = ZoneInfo("Europe/Copenhagen")
CALENDAR = Calendar(TZ)
NOW = datetime(2026, 11, 20, 10, tzinfo=TZ)


def said(phrase: str, *, now: datetime = NOW, lang: str = "da", calendar: Calendar = CALENDAR) -> str:
    try:
        meaning = read(phrase, now=now, lang=lang, calendar=calendar)
    except WhenError as trouble:
        return f"ask {trouble.reason}"
    if isinstance(meaning, MeetingDay):
        return f"{meaning.iso()} if meeting {meaning.forum or ''}".strip()
    if isinstance(meaning, Deadline):
        return meaning.iso()
    if isinstance(meaning, NextMeeting):
        which = [meaning.forum, meaning.count if meaning.count > 1 else None, meaning.first, meaning.last]
        return " ".join(["meeting", *(str(each) for each in which if each is not None)])
    assert isinstance(meaning, Recurring)
    return f"repeat {meaning.rule}"


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TZ)


@pytest.mark.parametrize(("phrase", "day", "meaning"), said_list())
def test_programmes_list_on_six_days(phrase: str, day: str, meaning: str) -> None:
    found = said(phrase, now=at(f"{day}T10:00"))
    assert found.split()[0] == "ask" if meaning == "ask" else found == meaning


@pytest.mark.parametrize(("phrase", "meaning"), rows(DANISH))
def test_danish(phrase: str, meaning: str) -> None:
    assert said(phrase) == meaning


@pytest.mark.parametrize(("phrase", "meaning"), rows(ENGLISH))
def test_english(phrase: str, meaning: str) -> None:
    assert said(phrase, lang="en") == meaning


def test_the_tables_are_as_long_as_promised() -> None:
    assert len(set(rows(DANISH))) >= 200
    assert len(set(rows(ENGLISH))) >= 60


@pytest.mark.parametrize(("phrase", "meaning"), DANISH_IN_ENGLISH.items())
def test_danish_in_an_english_room(phrase: str, meaning: str) -> None:
    assert said(phrase, lang="en") == meaning


@pytest.mark.parametrize(("phrase", "meaning"), ENGLISH_IN_DANISH.items())
def test_english_in_a_danish_room(phrase: str, meaning: str) -> None:
    assert said(phrase) == meaning


class TestOrthography:
    """Case, accents, letters and invisible characters never matter."""

    @pytest.mark.parametrize(
        "phrase",
        [
            "på lørdag",
            "PÅ LØRDAG",
            "paa loerdag",
            "pa\u030a lo\u0308rdag",
            "på\u00a0lørdag",
            "på lør\u00addag",
            "\u200epå lørdag",
            "  på   lørdag …",
        ],
    )
    def test_spellings_of_saturday(self, phrase: str) -> None:
        assert said(phrase) == "2026-11-21"

    def test_full_width_digits(self) -> None:
        assert said("３/１２") == "2026-12-03"

    def test_what_was_seen_counts(self) -> None:
        assert said("3\u200b1/12") == "2026-12-31", "a zero-width space hides nothing"
        assert said("\u202e21/3") == "ask none", "reordered text is not guessed at"


class TestClockChanges:
    """Hours pass as they pass; the clock may jump or repeat itself."""

    @pytest.mark.parametrize(
        ("now", "phrase", "meaning"),
        [
            ("2027-03-28T01:30", "om 1 time", "2027-03-28T03:30"),
            ("2027-03-28T01:30", "om en halv time", "2027-03-28T03:00"),
            ("2026-10-25T01:30", "om 2 timer", "2026-10-25T02:30"),
            ("2026-10-25T01:30", "om 3 timer", "2026-10-25T03:30"),
            ("2026-10-24T10:00", "om 24 timer", "2026-10-25T09:00"),
            ("2026-10-24T10:00", "i morgen kl. 10", "2026-10-25T10:00"),
            ("2027-03-27T10:00", "i morgen kl. 02.30", "ask impossible"),
            ("2027-03-27T10:00", "2027-03-28T02:30", "ask impossible"),
            ("2026-10-24T10:00", "i morgen kl. 02.30", "2026-10-25T02:30"),
        ],
    )
    def test_hours(self, now: str, phrase: str, meaning: str) -> None:
        assert said(phrase, now=at(now)) == meaning

    def test_local_day_counts_not_the_utc_one(self) -> None:
        late = datetime(2026, 11, 20, 23, 30, tzinfo=UTC)  # half past midnight on Saturday in Copenhagen
        assert said("i dag", now=late) == "2026-11-21"
        assert said("kl. 9", now=late) == "2026-11-21T09:00"


class TestBoundaries:
    """Where a phrase changes its meaning from one day or minute to the next."""

    @pytest.mark.parametrize(
        ("now", "phrase", "meaning"),
        [
            ("2026-11-20T10:00", "kl. 10.01", "2026-11-20T10:01"),
            ("2026-11-20T10:01", "kl. 10.01", "ask clock_past"),
            ("2026-12-23T10:00", "inden jul", "2026-12-23"),
            ("2026-12-24T10:00", "inden jul", "ask past"),
            ("2026-12-27T10:00", "inden jul", "ask far"),
            ("2026-12-26T10:00", "efter jul", "2026-12-28"),
            ("2027-01-01T10:00", "efter nytår", "2027-01-04"),
            ("2026-12-31T10:00", "inden årsskiftet", "2026-12-31"),
            ("2026-12-31T23:59", "i morgen", "2027-01-01"),
            ("2027-01-01T10:00", "uge 53", "ask past"),
            ("2026-12-28T10:00", "uge 53", "2026-12-30"),
            ("2027-01-02T10:00", "næste uge", "2027-01-08"),
            ("2027-01-03T10:00", "mandag i næste uge", "2027-01-04"),
            ("2026-11-20T12:30", "inden frokost", "2026-11-20"),
            ("2026-11-20T14:00", "inden frokost", "ask clock_past"),
            ("2026-11-20T12:00", "i formiddag", "ask clock_past"),
            ("2026-11-20T10:00", "20/8", "2027-08-20"),
            ("2026-11-20T10:00", "21/8", "ask far"),
            ("2027-01-31T10:00", "om en måned", "2027-02-28"),
            ("2028-02-28T10:00", "29/2", "2028-02-29"),
            ("2026-11-20T10:00", "om 10 år", "2036-11-20"),
            ("2026-11-20T10:00", "om 11 år", "ask far"),
            ("2027-02-10T10:00", "den 30.", "2027-03-30"),
        ],
    )
    def test_edges(self, now: str, phrase: str, meaning: str) -> None:
        assert said(phrase, now=at(now)) == meaning


class TestConfiguredDays:
    """Closing days and school holidays come from the configuration."""

    CALENDAR = Calendar(
        TZ,
        closed=frozenset({date(2026, 11, 27)}),
        school_holidays={
            "vinterferie": ((date(2026, 2, 14), date(2026, 2, 22)), (date(2027, 2, 13), date(2027, 2, 21))),
            "Efterårsferie": ((date(2027, 10, 16), date(2027, 10, 24)),),
            "summer holiday": ((date(2027, 6, 26), date(2027, 8, 8)),),
        },
    )

    @pytest.mark.parametrize(
        ("phrase", "meaning"),
        [
            ("inden vinterferien", "2027-02-12"),
            ("efter vinterferien", "2027-02-22"),
            ("før sommerferien", "2027-06-25"),
            ("efter sommerferien", "2027-08-09"),
            ("i vinterferien", "ask vague"),
            ("efter efterårsferien", "ask far"),
            ("efter juleferien", "ask needs_calendar"),
            ("uge 48", "2026-11-26"),
            ("om 5 arbejdsdage", "2026-11-30"),
            ("fredag", "2026-11-27"),
        ],
    )
    def test_phrases(self, phrase: str, meaning: str) -> None:
        assert said(phrase, calendar=self.CALENDAR) == meaning

    def test_english_names_find_the_same_holiday(self) -> None:
        assert said("before the winter holidays", lang="en", calendar=self.CALENDAR) == "2027-02-12"


class TestErrors:
    """An error says what was said, why it is asked about, and what was probably meant."""

    def trouble(self, phrase: str, lang: str = "da") -> WhenError:
        with pytest.raises(WhenError) as caught:
            read(phrase, now=NOW, lang=lang, calendar=CALENDAR)
        return caught.value

    def test_phrase_and_params(self) -> None:
        found = self.trouble("tirsdag d. 3/12")
        assert (found.reason, found.phrase) == ("contradiction", "tirsdag d. 3/12")
        assert found.params == {"phrase": "tirsdag d. 3/12", "date": "tors. 3. dec."}

    def test_two_readings_are_named(self) -> None:
        assert self.trouble("om otte dage").params == {
            "phrase": "om otte dage",
            "date": "fre. 27. nov.",
            "other": "lør. 28. nov.",
        }
        both = self.trouble("torsdag eller fredag").params
        assert (both["date"], both["other"]) == ("torsdag", "fredag")

    def test_suggestions(self) -> None:
        assert self.trouble("fredag kl. 3").suggestion == Deadline.from_iso("2026-11-27T15:00")
        assert self.trouble("til jul").suggestion == Deadline(date(2026, 12, 23))
        assert self.trouble("3/11 2026").suggestion is None

    @pytest.mark.parametrize("lang", ["da", "en"])
    @pytest.mark.parametrize(
        "phrase", [phrase for phrase, meaning in [*rows(DANISH), *rows(ENGLISH)] if meaning.startswith("ask")]
    )
    def test_every_question_can_be_put(self, phrase: str, lang: str) -> None:
        found = self.trouble(phrase, lang)
        assert found.reason in REASONS
        message = t(lang, f"when-ask-{found.reason}", **found.params)
        assert "{" not in message
        said_or_read = found.params["date" if found.reason == "two" else "phrase"]
        assert said_or_read in message
