"""`find` and `mentions`: deadlines in running text."""

from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from bot.when import Calendar, Deadline, MeetingDay, NextMeeting, Recurring, WhenError, find, mentions

TZ = ZoneInfo("Europe/Copenhagen")
CALENDAR = Calendar(TZ)
NOW = datetime(2026, 11, 20, 10, tzinfo=TZ)


def meaning(found: object) -> str:
    if isinstance(found, MeetingDay):
        return f"{found.iso()} if meeting {found.forum or ''}".strip()
    if isinstance(found, Deadline):
        return found.iso()
    if isinstance(found, NextMeeting):
        which = [found.forum, found.count if found.count > 1 else None, found.first, found.last]
        return " ".join(["meeting", *(str(each) for each in which if each is not None)])
    if isinstance(found, Recurring):
        return f"repeat {found.rule}".strip()
    return f"ask {found.reason}" if isinstance(found, WhenError) else "-"


# (what was written, the text that is left, what it means, the deadline's phrase)
ACTIONS = [
    ("søge friplads i klubben inden fredag", "søge friplads i klubben", "2026-11-27", "inden fredag"),
    ("søge friplads i klubben, inden fredag.", "søge friplads i klubben.", "2026-11-27", "inden fredag"),
    (
        "tal med hende om fredagsklubben inden fredag",
        "tal med hende om fredagsklubben",
        "2026-11-27",
        "inden fredag",
    ),
    ("købe gaver til jul-lejren", "købe gaver til jul-lejren", "-", ""),
    (
        "til jul-lejren skal der købes gaver inden 1/12",
        "til jul-lejren skal der købes gaver",
        "2026-12-01",
        "inden 1/12",
    ),
    ("inden fredag: søge friplads", "søge friplads", "2026-11-27", "inden fredag"),
    ("Inden fredag skal moren ringes op", "skal moren ringes op", "2026-11-27", "Inden fredag"),
    (
        "ringe til skolen senest d. 3/12 kl. 10 om fraværet",
        "ringe til skolen om fraværet",
        "2026-12-03T10:00",
        "senest d. 3/12 kl. 10",
    ),
    ("skrive (senest 3/12) til dem", "skrive til dem", "2026-12-03", "senest 3/12"),
    ("ringe til moren på fredag, tak!", "ringe til moren!", "2026-11-27", "på fredag, tak"),
    ("ringe til moren fredag 🙏", "ringe til moren 🙏", "2026-11-27", "fredag"),
    ("skrive referat i morgen kl. 9", "skrive referat", "2026-11-21T09:00", "i morgen kl. 9"),
    ("tage det op til næste møde", "tage det op", "meeting", "til næste møde"),
    ("tage det op til næste ledermøde", "tage det op", "meeting ledelsesgruppe", "til næste ledermøde"),
    (
        "forberede sagen til mødet på fredag",
        "forberede sagen til mødet",
        "2026-11-27 if meeting",
        "på fredag",
    ),
    (
        "skrive oplæg inden mødet i ledelsesgruppen",
        "skrive oplæg",
        "meeting ledelsesgruppe",
        "inden mødet i ledelsesgruppen",
    ),
    (
        "ringe til skolen inden mødet på tirsdag",
        "ringe til skolen",
        "2026-11-24 if meeting",
        "inden mødet på tirsdag",
    ),
    ("inden mødet ringe til moren", "ringe til moren", "meeting", "inden mødet"),
    ("tage det op på Hotspot-rådet", "tage det op", "meeting hotspotraad", "på Hotspot-rådet"),
    ("tage det op på ledelsesmødet", "tage det op", "meeting ledelsesgruppe", "på ledelsesmødet"),
    (
        "skrive oplæg til mødet i uge 49",
        "skrive oplæg",
        "meeting 2026-11-30 2026-12-06",
        "til mødet i uge 49",
    ),
    ("ringe, mødet efter næste", "ringe", "meeting 2", "mødet efter næste"),
    (
        "ringe senest mødet i ledelsesgruppen",
        "ringe",
        "meeting ledelsesgruppe",
        "senest mødet i ledelsesgruppen",
    ),
    ("være klar inden vi mødes", "være klar", "meeting", "inden vi mødes"),
    ("tage noter på hvert møde", "tage noter", "repeat", "på hvert møde"),
    # A meeting that is what the task is about stays text.
    ("indkalde til mødet med skolen", "indkalde til mødet med skolen", "-", ""),
    ("indkalde skolen til mødet", "indkalde skolen til mødet", "-", ""),
    ("invitere skolen til næste møde", "invitere skolen til næste møde", "-", ""),
    ("skrive referat af mødet", "skrive referat af mødet", "-", ""),
    ("skrive referat af mødet i ledelsesgruppen", "skrive referat af mødet i ledelsesgruppen", "-", ""),
    ("møde med moren", "møde med moren", "-", ""),
    ("aflyse næste møde", "aflyse næste møde", "-", ""),
    ("følge op på mødet", "følge op på mødet", "-", ""),
    ("deltage i mødet", "deltage i mødet", "-", ""),
    ("vente på Hotspot-rådet", "vente på Hotspot-rådet", "-", ""),
    ("tal med mor inden forældremødet", "tal med mor inden forældremødet", "-", ""),
    ("spørge på mødet i boligforeningen", "spørge på mødet i boligforeningen", "-", ""),
    ("sende notat til ledelsesgruppen", "sende notat til ledelsesgruppen", "-", ""),
    ("holde mødet i uge 49", "holde mødet", "2026-12-04", "i uge 49"),
    # Which day or whose meeting is not known: it is asked, and no word is lost.
    ("ringe inden mødet med skolen", "ringe inden mødet med skolen", "ask vague", "inden mødet"),
    ("skrive oplæg mødet i uge 49", "skrive oplæg mødet i uge 49", "ask vague", "mødet i uge 49"),
    (
        "skrive referat af mødet på tirsdag",
        "skrive referat af mødet på tirsdag",
        "ask vague",
        "mødet på tirsdag",
    ),
    ("ringe til klubben hver mandag", "ringe til klubben", "repeat FREQ=WEEKLY;BYDAY=MO", "hver mandag"),
    ("følge op på planen om 14 dage", "følge op på planen", "2026-12-04", "om 14 dage"),
    ("samle op efter jul", "samle op", "2026-12-28", "efter jul"),
    ("klar til 1. december", "klar", "2026-12-01", "til 1. december"),
    ("ansøgning frist 4/12", "ansøgning", "2026-12-04", "frist 4/12"),
    ("møde\nmed moren\ninden fredag", "møde\nmed moren", "2026-11-27", "inden fredag"),
    # Text that only looks like a deadline, or none at all.
    ("søge friplads", "søge friplads", "-", ""),
    ("", "", "-", ""),
    ("ringe mandag til skolen", "ringe mandag til skolen", "-", ""),
    ("hjælpe hendes søn", "hjælpe hendes søn", "-", ""),
    ("det gør man", "det gør man", "-", ""),
    ("spørge Maj", "spørge Maj", "-", ""),
    ("aflevere skema til Maj", "aflevere skema til Maj", "-", ""),
    ("dreng på 12 år", "dreng på 12 år", "-", ""),
    ("følge op på samtalen i tirsdags", "følge op på samtalen i tirsdags", "-", ""),
    ("opdatere til version 3.12.5", "opdatere til version 3.12.5", "-", ""),
    ("se sag HS-26-014", "se sag HS-26-014", "-", ""),
    ("læse https://example.dk/3/12", "læse https://example.dk/3/12", "-", ""),
    ("ringe på 33 66 33 66", "ringe på 33 66 33 66", "-", ""),
    ("være på gaden om aftenen", "være på gaden om aftenen", "-", ""),
    ("forberede mødet", "forberede mødet", "-", ""),
    ("to besøg om ugen", "to besøg om ugen", "-", ""),
    # What has to be asked about: taken from the text where it surely was the deadline.
    ("inden 31/2 ringe til skolen", "ringe til skolen", "ask impossible", "inden 31/2"),
    ("ringe til Lene hurtigst muligt", "ringe til Lene", "ask vague", "hurtigst muligt"),
    ("følge op løbende", "følge op løbende", "ask vague", "løbende"),
    ("ringe tirsdag d. 3/12", "ringe", "ask contradiction", "tirsdag d. 3/12"),
    ("søge til jul", "søge", "ask vague", "til jul"),
    ("søge inden uge 48", "søge", "ask two", "inden uge 48"),
    ("skrive efter vinterferien", "skrive", "ask needs_calendar", "efter vinterferien"),
    ("ringe torsdag eller fredag", "ringe torsdag eller fredag", "ask two", "fredag"),
    ("ringe fra mandag til onsdag", "ringe fra mandag til onsdag", "ask two", "til onsdag"),
    (
        "inden onsdag ringe, skrive på fredag",
        "inden onsdag ringe, skrive på fredag",
        "ask two",
        "inden onsdag",
    ),
    ("lave planen for uge 48", "lave planen for uge 48", "ask vague", "uge 48"),
    ("ring ikke før fredag", "ring ikke før fredag", "ask vague", "før fredag"),
    ("ring tidligst fredag", "ring tidligst fredag", "ask vague", "fredag"),
    ("ringe senest d. 27. decmber", "ringe senest d. 27. decmber", "ask vague", "senest d. 27."),
    ("ringe inden uge 48 eller 49", "ringe inden uge 48 eller 49", "ask two", "inden uge 48"),
    ("ringe senest når skolen åbner", "ringe senest når skolen åbner", "ask none", "senest når skolen åbner"),
    ("gøre det 1/12-5/12", "gøre det 1/12-5/12", "ask none", "1/12-5/12"),
]
ENGLISH = [
    ("call the school by Friday", "call the school", "2026-11-27", "by Friday"),
    ("by Friday call the school", "call the school", "2026-11-27", "by Friday"),
    ("write the minutes tomorrow at 9", "write the minutes", "2026-11-21T09:00", "tomorrow at 9"),
    ("he may", "he may", "-", ""),
    ("see where they sat", "see where they sat", "-", ""),
    ("help the second son", "help the second son", "-", ""),
    ("write the plan for week 48", "write the plan for week 48", "ask vague", "week 48"),
    ("call asap", "call", "ask vague", "asap"),
    ("call her no later than 31 February", "call her", "ask impossible", "no later than 31 February"),
    ("søge friplads inden fredag", "søge friplads", "2026-11-27", "inden fredag"),
]


@pytest.mark.parametrize(("written", "text", "means", "phrase"), ACTIONS)
def test_actions(written: str, text: str, means: str, phrase: str) -> None:
    found = find(written, now=NOW, lang="da", calendar=CALENDAR)
    assert (found.text, meaning(found.deadline or found.problem), found.phrase) == (text, means, phrase)


@pytest.mark.parametrize(("written", "text", "means", "phrase"), ENGLISH)
def test_english_actions(written: str, text: str, means: str, phrase: str) -> None:
    found = find(written, now=NOW, lang="en", calendar=CALENDAR)
    assert (found.text, meaning(found.deadline or found.problem), found.phrase) == (text, means, phrase)


def test_english_deadline_in_a_danish_room() -> None:
    found = find("ringe til skolen by Friday", now=NOW, lang="da", calendar=CALENDAR)
    assert (found.text, meaning(found.deadline)) == ("ringe til skolen", "2026-11-27")


def test_a_question_offers_the_likely_date() -> None:
    found = find("lave planen for uge 48", now=NOW, lang="da", calendar=CALENDAR)
    assert found.problem is not None
    assert found.problem.suggestion == Deadline.from_iso("2026-11-27")


class TestMentions:
    """Every phrase in free text, with where it stands."""

    @pytest.mark.parametrize(
        ("written", "expected"),
        [
            ("jeg når det ikke før d. 3/12", [("før d. 3/12", "2026-12-02", "before", "d. 3/12")]),
            ("det gjorde jeg i tirsdags", [("i tirsdags", "ask past", "", "i tirsdags")]),
            ("kan jeg få til på torsdag?", [("til på torsdag", "2026-11-26", "by", "på torsdag")]),
            (
                "jeg er syg i dag. Om 14 dage er jeg tilbage",
                [("i dag", "2026-11-20", "", "i dag"), ("Om 14 dage", "2026-12-04", "", "Om 14 dage")],
            ),
            (
                "der er møde med klubben fredag kl. 10",
                [("fredag kl. 10", "2026-11-27T10:00", "", "fredag kl. 10")],
            ),
            ("42 færdig, 43 næste uge", [("næste uge", "2026-11-27", "", "næste uge")]),
            ("vi må tage den efter jul", [("efter jul", "2026-12-28", "after", "jul")]),
            ("jeg følger op, når jeg får tid", [("når jeg får tid", "ask vague", "", "når jeg får tid")]),
            ("intet nyt", []),
        ],
    )
    def test_free_answers(self, written: str, expected: list[tuple[str, str, str, str]]) -> None:
        found = mentions(written, now=NOW, lang="da", calendar=CALENDAR)
        assert [(each.text, meaning(each.meaning), each.relation, each.core) for each in found] == expected
        assert all(written[each.start : each.end] == each.text for each in found)

    def test_words_around_make_it_doubtful(self) -> None:
        (found,) = mentions("jeg når det ikke før fredag", now=NOW, lang="da", calendar=CALENDAR)
        assert found.doubtful
        (found,) = mentions("jeg når det på fredag", now=NOW, lang="da", calendar=CALENDAR)
        assert not found.doubtful

    def test_offsets_are_those_of_the_original(self) -> None:
        written = "ÆØÅ ﬁnt — pa\u030a lo\u0308rdag, ikke?"
        (found,) = mentions(written, now=NOW, lang="da", calendar=CALENDAR)
        assert written[found.start : found.end] == "pa\u030a lo\u0308rdag"
