"""Names of people in what somebody writes: where the bot suggests to leave one out (docs/domain, Law).

Pure and quick, and a guess: two capitalised words beside each other that are no institution, street, place, month,
authority or known colleague. What stands capitalised only because a sentence begins there needs more than that. Nobody
is stopped by it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator

from bot.when.folding import fold

# Common given names in Denmark: at the beginning of a sentence they tell a name from any other capitalised word.
_GIVEN = frozenset(
    """aage abbas abdi abdirahman abdul abdullah adam adnan agnete ahmad ahmed aisha aksel albert alexander
    alfred ali alma amal amalie amanda amin amina amir anders andreas ane anette anja ann anna anne annette anni
    anton arne arthur asger asmus astrid august aya ayaan ayse aysha benjamin bente berit bilal birgit birgitte
    birthe bo britt camilla carina carl carsten cecilie charlotte christian christina christoffer clara claus
    dagmar dan daniel david deniz dennis diana dilan dina dorte dorthe ebba ebru eigil elias elif elin elisabeth
    ella ellen elsa else emil emilie emma emre erik esben ester esther eva fadi faisal farah fatima fatma felix
    filip finn flemming frank frederik frederikke freja frida georg gert gitte grethe gustav hadi hafsa halima
    hamid hamza hanna hannah hanne hans hasan hassan heidi helena helene helle henning henrik hodan huda hugo
    hussein ibrahim ida idil idris iman imran inge inger ingrid isabella ismail issa ivan jacob jakob jamal jan
    jane janne jasmin jawad jens jeppe jesper jette johan johanne johannes jonas jonathan josefine josephine
    julia julie jytte kadir kaj kamal karen karim karin karina karl karla karoline kasper katrine kenneth
    khadija khaled kim kirsten kirstine kjeld klaus knud kristian kristine kristoffer kurt lars lasse laura
    layal layla lea leif leila lene line lis lisa lisbeth lise liv liva lone lotte louise lucas lukas luna mads
    magnus mahad maher mahmoud maja malene malik malou maria mariam marianne marie marius mark marlene martha
    martin mary maryam maryan mathias mathilde mehmet merete mette mia michael michelle mikael mikkel mille
    mogens mohamad mohamed mohammad mohammed mona morten muhammad murat mustafa nabil nadia naima naja najib
    nanna nasra natalie nicklas nicolai niels nikolaj nina noah noor nora nour ole olga olivia omar osama oscar
    oskar osman ove palle patrick paul peder per pernille peter pia poul preben rami rana rania rasmus rayan
    rebecca rene reza rikke robert rosa rune ruth sabrina sahra said salim sally salma samir samira samiya sana
    sander sandra sara sarah sebastian selim selma shirin signe sigurd silas simon simone sine soeren sofia
    sofie solveig steen steffen sten stine storm sumaya sune susan susanne svend tanja tareq tarik theodor
    therese thomas thor thorkild tim tina tobias tom torben tove trine troels ulla ulrik umar valdemar vera
    vibeke victor victoria viggo viktor villads wael walid william xander yahya yasin yasmin yonis yousef yusuf
    zahra zain zainab zaki zara zeynep ziad""".split()
)
_SURNAME = re.compile(
    r"(?:.{2,}(?:sen|soen|datter|ic|vic|oglu|ovic|ova|ov|ski|ska|zadeh|gaard|kjaer|lund|holm|berg|strup|skov|toft|bech|"
    r"beck|bak|dahl|dal|krog|riis|juul|vang|ali|khan)|(?:el|al|abu|ben|bin)-.+)"
)
_PARTICLES = frozenset("van von de da del der den di du el al bin ben abu ibn la le dos".split())
# What tells an institution, a street or a place: as a word of its own, or as the end of one.
_INSTITUTION = frozenset(
    """skole skolen skoler skolens klub klubben klubber gymnasium gymnasiet vej gade plads park parken alle
    boulevard torv straede have haven hus huset center centret centeret kommune kommunes politi region kirke
    kirken moske moskeen station bibliotek bibliotekerne hospital stadion hal hallen idraetspark kollegium
    plejecenter afdeling afdelingen forvaltning forvaltningen fond fonden forening foreningen forbund if fc bk b
    ik kfum kfuk ungdomsklub fritidscenter boligforening nord syd oest vest nordvest sydhavn sydhavnen kvarter
    kvarteret team teamet gruppe gruppen raad raadet udvalg udvalget kors barnet hjaelp bank kontor kontoret
    jobcenter projekt projektet indsats indsatsen program programmet bydel school club street road square north
    south east west centre church council group house hall library hospital bank police city municipality
    department office project programme team red blaa roede groenne groen blue green""".split()
)
_INSTITUTION_END = (
    "skole", "skolen", "skoler", "klub", "klubben", "klubber", "vej", "vejen", "gade", "gaden", "plads", "pladsen",
    "parken", "torv", "torvet", "center", "centret", "centeret", "huset", "gaarden", "haven", "kirke", "kirken",
    "kommune", "forvaltning", "forvaltningen", "gruppe", "gruppen", "team", "teamet", "raadet", "kvarteret", "straede",
    "boulevard", "station", "gymnasium", "kollegiet", "foreningen", "forening", "vaenget", "bakken", "stien",
    "boernehave",
    "institution", "hospital", "bibliotek", "styrelsen", "ministeriet", "havnen", "byen",
)  # fmt: skip
_PLACES = frozenset(
    """danmark denmark koebenhavn koebenhavns copenhagen valby amager noerrebro vesterbro oesterbro
    frederiksberg bispebjerg vanloese broenshoej husum tingbjerg sydhavnen kongens aarhus odense aalborg esbjerg
    roskilde hvidovre roedovre glostrup taastrup ishoej sjaelland fyn jylland sverige norge tyskland tyrkiet
    syrien irak iran somalia libanon marokko pakistan palaestina polen ukraine europa sweden norway germany
    turkey folehaven akacieparken""".split()
)
# Words that are capitalised for another reason than being somebody's name.
_NO_NAME = frozenset(
    """i de dem deres jeg du han hun vi den det der en et og men eller at om paa til fra med for af ved efter
    foer siden naar hvis hvordan hvorfor hvad hvem hvor ingen nogle alle begge mor far moren faren soester bror
    drengen pigen den unge familien barnet boernene hotspot ssp ppr psp uu uuv ungecoach gadeteam gadeteamet
    koordinator sagsbehandler mandag tirsdag onsdag torsdag fredag loerdag soendag januar februar marts april
    maj juni juli august september oktober november december jul julen paaske paasken pinse sommer vinter
    efteraar foraar uge monday tuesday wednesday thursday friday saturday sunday january february march may june
    july october christmas easter summer winter spring autumn week the a an he she they we it his her their
    mother father sister brother family boy girl mr mrs ms hr fru froeken""".split()
)
_WORD = re.compile(r"[^\W\d_]+(?:['’´-][^\W\d_]+)*")
_GAP = re.compile(r"[ \t]+")
_MENTION = re.compile("\ue002[^\ue003]*\ue003|@[^\\s:,;@]+(?::[\\w.-]+)?")
_SENTENCE = re.compile(r"(?:^|[.!?;•\n\r]|\A)[\s\"'„“”»(–-]*\Z")
_MOST = 5_000  # characters that are looked at
_LONGEST = 4  # words of one name


def names_in(words: str, known: Collection[str] = (), register: Collection[str] = ()) -> tuple[str, ...]:
    """What looks like the names of people, as it is written and in its order, each once.

    `known`: names that may be said: of colleagues, agencies, partners. `register`: names that may not: they are found
    in any spelling, and their parts wherever one is capitalised.
    """
    said = _MENTION.sub(lambda gone: " " * len(gone[0]), words[:_MOST])
    spared = [frozenset(_folded(name).split()) for name in known]
    found = [*_registered(said, register), *_guessed(said, spared)]
    kept: dict[str, str] = {}
    for start, end in sorted(found, key=lambda span: (span[0], -span[1])):
        if not any(a <= start and end <= b and (a, b) != (start, end) for a, b in found):
            kept.setdefault(_folded(said[start:end]), said[start:end])
    return tuple(kept.values())


def _folded(words: str) -> str:
    return fold(words).text.strip()


def _registered(said: str, register: Collection[str]) -> Iterator[tuple[int, int]]:
    """Where a name of the register stands: whole in whatever letters, or a part of it that begins with a capital."""
    for name in filter(None, (" ".join(each.split()) for each in register)):
        whole = r"\s+".join(map(re.escape, name.split()))
        for match in re.finditer(rf"(?<!\w){whole}(?:s|'s|’s)?(?!\w)", said, re.IGNORECASE):
            yield match.span()
        for part in name.split():
            if len(part) < 3 or _folded(part) in _PARTICLES:
                continue
            for match in re.finditer(rf"(?<!\w){re.escape(part)}(?:s|'s|’s)?(?!\w)", said, re.IGNORECASE):
                if match[0][0].isupper():
                    yield match.span()


def _guessed(said: str, spared: list[frozenset[str]]) -> Iterator[tuple[int, int]]:
    for run in _runs(said):
        first = _SENTENCE.search(said[max(0, run[0].start() - 40) : run[0].start()]) is not None
        name = _name_of([match[0] for match in run], first)
        if name is None:
            continue
        chosen = run[name[0] : name[1]]
        folded = {_bare(match[0]) for match in chosen}
        if not any(folded <= one for one in spared):
            yield chosen[0].start(), chosen[-1].end()


def _runs(said: str) -> Iterator[list[re.Match[str]]]:
    """Capitalised words with nothing but a space between them; small particles inside a name belong to it."""
    run: list[re.Match[str]] = []
    for match in _WORD.finditer(said):
        word = match[0]
        joined = bool(run) and _GAP.fullmatch(said[run[-1].end() : match.start()]) is not None
        fits = _capital(word) and _bare(word) not in _NO_NAME
        if run and not (joined and (fits or _folded(word) in _PARTICLES)):
            yield from _trimmed(run)
            run = []
        if fits or run:
            run.append(match)
    yield from _trimmed(run)


def _trimmed(run: list[re.Match[str]]) -> Iterator[list[re.Match[str]]]:
    while run and not _capital(run[-1][0]):
        run = run[:-1]
    if len(run) > 1:
        yield run


def _capital(word: str) -> bool:
    return word[0].isupper() or bool(
        re.match(r"(?:el|al|abu|ben|bin|d)['’-][^\W\d_]", word) and not word.islower()
    )


def _bare(word: str) -> str:
    """A word folded, without the genitive of its end ("Adams", "Adam's") where that leaves a given name."""
    folded = re.sub(r"['’´]s?$", "", _folded(word))
    return folded[:-1] if folded.endswith("s") and folded[:-1] in _GIVEN and folded not in _GIVEN else folded


def _name_of(words: list[str], first: bool) -> tuple[int, int] | None:
    """Which of a run's words are a name, as a slice; None: it is none. `first`: a sentence begins with it."""
    folded = [_bare(word) for word in words]
    if any(_institution(word) for word in folded):
        return None
    if all(word.isupper() and len(word) > 1 for word in words) and folded[0] not in _GIVEN:
        return None  # abbreviations, or somebody who shouts
    begin = 0
    while (
        begin < len(words)
        and words[begin].isupper()
        and 1 < len(words[begin]) <= 4
        and folded[begin] not in _GIVEN
    ):
        begin += 1  # "BUF Adam Yusuf"
    if first and begin == 0 and folded[0] not in _GIVEN:
        if len(words) == 2 and not _surname(folded[1]):
            return None
        # A longer run says a name behind its first word, unless all of it is one.
        begin = 1 if len(words) > 2 and folded[1] in _GIVEN else 0
    rest = folded[begin:]
    if len(rest) < 2 or rest[0] in _PLACES or rest[-1] in _PLACES:
        return None
    if not first and rest[0] not in _GIVEN and len(words[begin]) < 2 and len(rest[-1]) < 2:
        return None  # "A B"
    return begin, min(len(words), begin + _LONGEST)


def _institution(folded: str) -> bool:
    return (
        folded in _INSTITUTION
        or folded.removesuffix("s") in _INSTITUTION
        or folded.endswith(_INSTITUTION_END)
    )


def _surname(folded: str) -> bool:
    return _SURNAME.fullmatch(folded.removesuffix("s")) is not None or _SURNAME.fullmatch(folded) is not None
