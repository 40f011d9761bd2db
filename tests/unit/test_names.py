"""Names of people in what is written: found where there is one, quiet where a capital means something else."""

from __future__ import annotations

import pytest

from bot.names import names_in

STAFF = (
    "Karla Bech",
    "Lene Holm",
    "Ali Demir",
    "Bo Lund",
    "BUF",
    "SOF",
    "Boligforeningen Nordlys",
    "Politiet",
)

# Invented people; the name stands in brackets where it is to be found.
WITH_A_NAME = """
uro hos [Adam Yusuf] efter skole
skolefravær, [Sofie Kjærgård] kommer kun to dage
[Mikkel Østergaard] mangler fritidsjob
mor til [Yasmin El-Khatib] er bekymret
[Yasmin el-Khatib] er set ved stationen
talt med [Jonas van der Berg] om praktik
[Anne-Marie Thygesen] flytter til mor
bror til [Hassan Ali Omar]
[Fatima Al-Zahrani] vil gerne i klub
[Ahmed Hussein]s skolegang
[Ahmed Husseins] skolegang er ustabil
[Emil Nørregaard] og vennerne hænger ud ved torvet
drengen [Noah Søndergaard] er 14
i kontakt med [Maja Lindstrøm], der er i praktik
[Oliver Bjerregård Toft] skal i misbrugsbehandling
Hvem tager kontakt til [Samira Ibrahimovic]?
vi har talt om [William Rask] før
Far. [Victor Åkerlund] er tilbage i skole
Ny bekymring: [Malthe Ravnkilde] går ikke i skole
[Zahra Hosseini] bor hos moster
[Tobias Ægidius] har fået nyt job
familien til [Isabella Mørch-Hansen]
kæreste med [Freja Winther]
[Storm Lauritsen] og lillebror
Bekymring for [Rasmus Dalsgaard]
[Karim Ben Salah] er anholdt tre gange
[Karim ben Salah] er anholdt tre gange
Kontakt [Anton Gravesen] i dag
sammen med [Nadia Popova]
[Lasse Overby] har brug for en mentor
spurgt [Aya Rahimi] om klub
[Thor Kristoffersen] mangler tandlæge
møde med [Selma Ditlevsen] og hendes mor
ungen [Elias Hedegaard]
[Peter Madsen] har været på [Frederik Vestergaard]s værelse
ny lejlighed til [Sara D'Angelo]
[Omar Abu-Bakr] i praktik
MANGLER SKOLE: [MOHAMMED RASHIDI]
hvad med [Julie Bach Nielsen]
så vidt vides er [Mathias Skriver] hjemme
[Lukas Kruse], 15 år, skulker
[Aisha Warsame] og [Leila Warsame] er søstre
de to brødre [Yusuf Demirci] og [Emre Demirci]
SOF taler med [Benjamin Frandsen]
SSP kender [Casper Thorsøe]
hentet af moderen [Pernille Thaysen]
[Line Bro] har skiftet klasse
[Bilal Chaudhry] skal have en kontaktperson
he is friends with [Daniel Whitfield]
the mother of [Amina Farah] called
[Oscar Pettersson] skips school
trouble around [Marcus Holbrook]
talked to [Hannah Ashworth] about a job
[Ida Sommerlund] lives with her aunt
her brother [Ibrahim Sesay]
"""

WITHOUT = """
skolefravær, familien mangler kontakt
Skolefravær og uro i gården
Valby Skole melder om fravær
drengen går på Valby Skole
går i Klub Nord om eftermiddagen
Ungdomsklubben Kernen har plads
han er indskrevet på Sjællandske Gymnasium
bor på Mozarts Plads
bor på Gammel Køge Landevej
holder til ved Valby Station
hænger ud i Folehaven om aftenen
de mødes ved Akacieparken Nord
i kontakt med Røde Kors
fik hjælp af Red Barnet
Blå Kors har et tilbud
talte med Lene Holm om friplads
Karla Bech følger op
spørg Bo Lund fra politiet
Ali Demir tager den
aftalt med Boligforeningen Nordlys
BUF og SOF taler sammen
BUF SOF BIF holder netværksmøde
Politiet har set ham to gange
Københavns Kommune har svaret
Socialforvaltningen i København
Børne- og Ungdomsforvaltningen er med
Jobcenter Syd har en praktikplads
Den Grønne Gruppe spiller fodbold
Valby Boldklub tilbyder træning
Idrætsforeningen Fremad har plads
Mandag Tirsdag og onsdag er værst
Mødet i November blev aflyst
Hun starter i Januar
hun er startet i Uge Fem
Kontakt Familien i morgen
Familien Ønsker hjælp
Mor Ønsker ikke kontakt
Barnet er flyttet til Odense
rejser til Tyrkiet i sommer
født i Syrien
taler dansk og arabisk
PPR SSP UU er inde over
MANGLER SKOLE OG JOB
HS-26-014 er beslægtet
se HS-26-014 og HS-26-015
intet nyt
går fint i 8. klasse
har fået fritidsjob i Netto
arbejder i Rema 1000
træner i Sydhavnens Fitness Center
tilknyttet Hotspot Valby
Gadeteamet mødte ham kl. 22
Søster er i 4. klasse
Hvad gør vi nu?
Hvem tager den? Ingen
Bydelsmødrene vil gerne hjælpe
anbragt på Skovgården
bor på Kollegiet Ved Volden
Ungdommens Røde Kors kan hjælpe
tilmeldt Ungdomsskolen i Valby
henvist til Headspace
Vigerslev Allé og Retortvej
de sidder på Toftegårds Plads
den kommunale Tandpleje har indkaldt
Familiehuset Valby har åbent
får støtte efter Barnets Lov
Lektiehjælp på Biblioteket Torsdag
han fik en bøde i Bus 4A
Ring til skolen
Tak for i dag
Ja
Christmas is hard for him
the family moved to Copenhagen
he goes to Valby School
talked to Youth Club North
Lene Holm and Ali Demir follow up
school attendance is better on Mondays
the Police Department knows
I Think he is fine
The Mother wants help
"""


def lines(corpus: str) -> list[str]:
    return [line for line in corpus.strip().splitlines() if line]


def expected(line: str) -> list[str]:
    return [part.split("]")[0] for part in line.split("[")[1:]]


def plain(line: str) -> str:
    return line.replace("[", "").replace("]", "")


def same(found: tuple[str, ...], names: list[str]) -> bool:
    """Whether what was found are these names, a genitive aside."""
    return [f.removesuffix("s") for f in found] == [n.removesuffix("s") for n in names]


def test_there_are_enough_of_both_kinds() -> None:
    assert len(lines(WITH_A_NAME)) >= 50
    assert len(lines(WITHOUT)) >= 70
    assert len(lines(WITH_A_NAME)) + len(lines(WITHOUT)) >= 120


@pytest.mark.parametrize("line", lines(WITH_A_NAME))
def test_a_name_is_seen(line: str) -> None:
    found = names_in(plain(line), STAFF)
    assert same(found, expected(line)), found


@pytest.mark.parametrize("line", lines(WITHOUT))
def test_other_capitals_are_left_alone(line: str) -> None:
    assert names_in(line, STAFF) == ()


class TestTheRegister:
    NAMES = ("Malthe Ravnkilde",)

    @pytest.mark.parametrize(
        ("words", "found"),
        [
            ("malthe ravnkilde er hjemme", ("malthe ravnkilde",)),
            ("Malthe er hjemme", ("Malthe",)),
            ("Malthes skolegang", ("Malthes",)),
            ("talt med Ravnkilde", ("Ravnkilde",)),
            ("Malthe  Ravnkilde er set", ("Malthe  Ravnkilde",)),
            ("han er hjemme", ()),
            ("Malthea er en anden", ()),
        ],
    )
    def test_its_names_are_found_alone_as_well(self, words: str, found: tuple[str, ...]) -> None:
        assert names_in(words, STAFF, self.NAMES) == found

    def test_a_part_that_is_an_ordinary_word_counts_with_a_capital_only(self) -> None:
        assert names_in("vi ses til max ti minutter", STAFF, ("Max Bjerre",)) == ()
        assert names_in("vi ses med Max", STAFF, ("Max Bjerre",)) == ("Max",)

    def test_a_register_without_names_finds_none(self) -> None:
        assert names_in("Malthe er hjemme", STAFF, ("", "  ")) == ()


def test_each_name_is_told_once_and_in_order() -> None:
    words = "Adam Yusuf og Aya Rahimi, og Adam Yusuf igen"
    assert names_in(words, STAFF) == ("Adam Yusuf", "Aya Rahimi")


def test_mentions_are_no_names() -> None:
    assert names_in("\ue002@noah:example.dk\ue003 ringer", STAFF) == ()
    assert names_in("spørg @adam:example.dk i dag", STAFF) == ()


@pytest.mark.parametrize(
    "words", ["", " ", "A", "A B", "x" * 20_000, "Ab " * 5_000, "\ue000", "Å" * 999, "'’-"]
)
def test_anything_can_be_read(words: str) -> None:
    names_in(words, STAFF, ("Ab",))
