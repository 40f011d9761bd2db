"""Properties of time and words, for any text and any moment."""

import re
import time as stopwatch
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from bot.when import Calendar, Deadline, Meaning, WhenError, find, mentions, read, say
from tests.unit.when_tables import DANISH, ENGLISH, rows

TZ = ZoneInfo("Europe/Copenhagen")
CALENDAR = Calendar(TZ, school_holidays={"vinterferie": ((date(2027, 2, 13), date(2027, 2, 21)),)})
LANGUAGES = st.sampled_from(["da", "en"])
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2060, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001
PHRASES = [phrase for phrase, _ in (*rows(DANISH), *rows(ENGLISH))]
WORDS = sorted({word for phrase in PHRASES for word in phrase.split()})
# Words about time thrown together, and any text at all.
JUMBLE = st.lists(
    st.one_of(
        st.sampled_from(WORDS),
        st.sampled_from(PHRASES),
        st.integers(0, 9999).map(str),
        st.sampled_from("/.-:,½ ()\n"),
    ),
    max_size=12,
).flatmap(lambda words: st.sampled_from([" ", ""]).map(lambda joint: joint.join(words)))
TEXTS = st.one_of(st.text(max_size=80), JUMBLE)
SEPARATORS = re.compile(r"[\s,;:()–-]")


def exists(deadline: Deadline) -> bool:
    """Whether the clock shows that time on that day."""
    moment = datetime.combine(deadline.day, deadline.time or time(12), tzinfo=TZ)
    return moment.astimezone(UTC).astimezone(TZ).replace(tzinfo=None) == moment.replace(tzinfo=None)


@given(now=MOMENTS, ahead=st.integers(0, 3600), clock=st.none() | st.times(), lang=LANGUAGES)
def test_what_is_printed_is_read_back(now: datetime, ahead: int, clock: time | None, lang: str) -> None:
    day = now.astimezone(TZ).date() + timedelta(days=ahead)
    deadline = Deadline(day, clock.replace(second=0, microsecond=0) if clock else None)
    assume(exists(deadline) and deadline.end(TZ) > now)
    for printed in (say(deadline, lang, now=now, tz=TZ), deadline.iso()):
        assert read(printed, now=now, lang=lang, calendar=CALENDAR) == deadline
    assert Deadline.from_iso(deadline.iso()) == deadline


@given(text=TEXTS, now=MOMENTS, lang=LANGUAGES)
@example(text="1:00", now=datetime(2020, 1, 1, 12, tzinfo=UTC), lang="da")
@example(text="9999-12-31", now=datetime(2026, 11, 20, tzinfo=UTC), lang="da")
@example(text="om 9999 år", now=datetime(2026, 11, 20, tzinfo=UTC), lang="da")
@example(text="om 9999 arbejdsdage", now=datetime(2026, 11, 20, tzinfo=UTC), lang="da")
@example(text="uge 1 9999", now=datetime(2026, 11, 20, tzinfo=UTC), lang="da")
@example(text="efter jul 9999", now=datetime(2026, 11, 20, tzinfo=UTC), lang="da")
@example(text="påske 1000", now=datetime(2026, 11, 20, tzinfo=UTC), lang="da")
@example(text="9999 uger før 1/1 1000", now=datetime(2026, 11, 20, tzinfo=UTC), lang="da")
@example(text="İ dag", now=datetime(2026, 11, 20, tzinfo=UTC), lang="da")
@example(text="²/₁₂ ٣/١٢", now=datetime(2026, 11, 20, tzinfo=UTC), lang="da")
def test_reading_never_fails_and_never_looks_back(text: str, now: datetime, lang: str) -> None:
    meaning: Meaning | None
    try:
        meaning = read(text, now=now, lang=lang, calendar=CALENDAR)
    except WhenError as trouble:
        meaning = trouble.suggestion
    if isinstance(meaning, Deadline):
        assert meaning.end(TZ) > now, "neither a deadline nor a suggestion is in the past"
        assert meaning.day <= now.astimezone(TZ).date() + timedelta(days=3653)


@given(
    before=TEXTS,
    phrase=st.sampled_from(["", *PHRASES]),
    after=st.sampled_from(["", ".", " tak", "\n"]),
    now=MOMENTS,
    lang=LANGUAGES,
)
def test_finding_loses_nothing_but_the_phrase(
    before: str, phrase: str, after: str, now: datetime, lang: str
) -> None:
    written = f"{before} {phrase}{after}"
    found = find(written, now=now, lang=lang, calendar=CALENDAR)
    assert found.deadline is None or found.problem is None
    assert found.phrase in written
    if found.deadline is not None:
        assert found.phrase
    if isinstance(found.deadline, Deadline):
        assert found.deadline.end(TZ) > now
    rest, whole, cut = (SEPARATORS.sub("", part) for part in (found.text, written, found.phrase))
    assert rest == whole or any(
        whole[:n] + whole[n + len(cut) :] == rest for n in range(len(whole)) if whole.startswith(cut, n)
    )


@given(text=TEXTS, now=MOMENTS, lang=LANGUAGES)
def test_mentions_stand_where_they_say(text: str, now: datetime, lang: str) -> None:
    end = 0
    for mention in mentions(text, now=now, lang=lang, calendar=CALENDAR):
        assert end <= mention.start < mention.end
        assert text[mention.start : mention.end] == mention.text
        assert mention.core in mention.text
        end = mention.end


@given(phrase=st.sampled_from(PHRASES), now=MOMENTS, lang=LANGUAGES)
def test_case_and_letters_never_matter(phrase: str, now: datetime, lang: str) -> None:
    def outcome(text: str) -> object:
        try:
            return read(text, now=now, lang=lang, calendar=CALENDAR)
        except WhenError as trouble:
            return trouble.reason

    plain = (
        phrase.replace("æ", "ae").replace("ø", "oe").replace("å", "aa").replace("Æ", "Ae").replace("Ø", "Oe")
    )
    assert outcome(phrase) == outcome(phrase.upper()) == outcome(plain)


@pytest.mark.parametrize(
    "text",
    [
        "fredag ",
        "i i i ",
        "9.10 ",
        "den 3. i ",
        "1 ",
        "kl. ",
        "hver anden ",
        "en uge før ",
        "senest ",
        "a",
        "1",
        "\u0301",
        "1/",
        "i dag kl. 10 i uge 48 inden jul ",
        "ikke før ",
    ],
)
def test_twenty_thousand_characters(text: str) -> None:
    """Linear in the length: four times the text takes less than about twelve times as long (squared: sixteen)."""
    now = datetime(2026, 11, 20, 9, tzinfo=UTC)

    def seconds(length: int) -> float:
        began = stopwatch.process_time()
        find((text * length)[:length], now=now, lang="da", calendar=CALENDAR)
        return stopwatch.process_time() - began

    short = max(min(seconds(5_000) for _ in range(2)), 0.05)
    # A busy machine now and then makes one of them look slow; hardly all of them.
    assert any(seconds(20_000) < short * 12 for _ in range(3))
