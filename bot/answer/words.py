"""The words of an answer, Danish and English, as `bot.answer.reading` folds them.

Folded: lower case, without accents, æ ø å as ae oe aa, letters that repeat more than twice once. Each set says
what its words do to an answer. A word that is in none of them is simply something about the matter.
"""

from typing import Final


def _set(*words: str) -> frozenset[str]:
    return frozenset(word for line in words for word in line.split())


# How people write on a telephone, without the Danish letters or in a hurry, and what is meant.
SPELLINGS: Final[dict[str, str]] = {
    variant: word
    for word, variants in {
        "faerdig": "fardig ferdig faerdi faedig fardi ferdi faerdg faerdigt fardigt ferdigt faerdige fardige ferdige "
        "faredig faerig faerdid faerding ferdigt faeridg faerdif faerdik",
        "gjort": "gjordt gjord jort gjrot gort gjortt",
        "klaret": "klarret klarert klaaret klared klareret",
        "ordnet": "ordned ornet ordenet odrnet ordnt ordnedt",
        "fikset": "fixet fikst fiksed fixt",
        "lukket": "lukked lukkt luket",
        "loest": "loesst",
        "afsluttet": "afslutet aflsuttet afslutted afslutttet",
        "udfoert": "udfort udfoeret udfrt",
        "gennemfoert": "gennemfort gennenfoert genemfoert",
        "faerdiggjort": "fardiggjort ferdiggjort",
        "naaet": "naet naaed",
        "overstaaet": "overstaet",
        "ikke": "ik ikk ike ikek ikkke ikkw itj ekke ikje",
        "naesten": "nasten nesten naestn naesen",
        "naeste": "naste neste",
        "maaske": "maske maakse maaskee",
        "naar": "nar",
        "paa": "pa",
        "ogsaa": "ogsa osse ogs",
        "maa": "ma",
        "saa": "sa",
        "gaar": "gar",
        "goer": "gor",
        "foerst": "forst",
        "udsaet": "udset udsaat",
        "udsaette": "udsatte udsette",
        "venligst": "vnlgst",
        "desvaerre": "desvarre desverre",
        "okay": "ok oki okey okej okk okdok okidoki k",
        "tak": "takk tk thx thanks taak",
        "ja": "jaa jada",
        "jeg": "jg jeh jeq",
        "det": "dt",
        "den": "dn",
        "opgaven": "opagven",
    }.items()
    for variant in variants.split()
}

# --- Never "done" ---------------------------------------------------------------------------------------------

NEGATION: Final = _set(
    "ikke aldrig ingen intet ingenting nej naeh nae naa nah nope hverken naeppe knap knapt ej ejheller ufaerdig",
    "uafsluttet uloest ugjort not no never nothing none neither nor hardly barely scarcely cannot cant dont",
    "doesnt didnt isnt arent wasnt werent havent hasnt hadnt wont wouldnt couldnt shouldnt mustnt aint unfinished",
    "undone incomplete nopes unable without inte uden mindre unresolved",
)
DOUBT: Final = _set(
    "mon monstro tror vist vistnok maaske muligvis sandsynligvis formodentlig formentlig nok antager formoder",
    "regner haaber burde boer ville kunne skulle tvivl usikker angiveligt aabenbart vel eventuelt evt synes",
    "syntes menes gaetter gid oensker haabet umiddelbart teoretisk princippet formelt egentlig oejensynligt",
    "tilsyneladende nogenlunde maybe perhaps probably possibly think guess suppose hopefully hope apparently",
    "supposedly allegedly presumably should would might could unsure assume believe reckon likely wish seemingly",
    "doubt wonder seems theoretically",
)
# Between a word of doubt and one of fact: only here do they weaken what else would be a date.
MAYBE: Final = _set(
    "mon monstro maaske muligvis eventuelt evt tvivl usikker vistnok maybe perhaps possibly unsure might wonder",
    "doubt",
)
CONDITION: Final = _set(
    "hvis saafremt medmindre forudsat betinget ifald if unless once when provided until till indtil whenever",
)
PARTIAL: Final = _set(
    "naesten halvt halv halve halvdelen halvvejs delvis delvist dels del delen dele noget nogle nogen lidt meste",
    "stort naermest snart taet bortset undtagen undtaget naer mangler mangle manglede udestaar resten resterende",
    "rest kun foreloebig foreloebigt indtil cirka ca omtrent procent pct trin fase foerste anden sidste smule",
    "smaating halvfaerdig naestenfaerdig endnu stadig stadigvaek fortsat venter vente afventer afvente straks ved",
    "smaat restere resterer paabegyndt igang begyndt startet tilbage men dog undtagelse aaben aabent eller minus",
    "faktura ellers almost nearly half halfway partly partially part mostly some somewhat soon still yet except",
    "remaining remains missing waiting awaiting pending but however although though or only apart lacking lacks",
    "left about around basically sort kind virtually practically first second step phase percent few open",
    "provisionally halvejs kvart kvartvejs trefjerdedele flertallet forventet foerend inden foer imens mens",
    "imellem laengere",
)
REPORTED: Final = _set(
    "siger sagde sagt skriver skrev hoerer hoerte hoert fortalte fortaeller fortalt mener mente paastaar paastod",
    "ifoelge lover lovede lovet melder meldte oplyser oplyste bekraefter forstod forstaar hedder forlyder rygtes",
    "laeste vedkommende says said claims claimed heard told according promised promises writes wrote reportedly",
    "thinks thought",
)
IRONY: Final = _set(
    "🙄 haha hahaha hehe hihi lol lmao rofl droemme droem sjov sjovt ironisk spoeg joke jaja jojo joh suure sure",
    "yeahright selvfoelgelig selvfolgelig naturligvis sikkert tydeligvis right obviously kidding aprilsnar glemt",
    "pis fis virkeligheden virkeligt naaahh ironi sarkasme sagtens dream dreams",
)
FUTURE: Final = _set(
    "skal vil bliver blir kommer snart straks planlaegger agter satser forventer will gonna going shall plan",
    "expect expecting becomes gets soon",
)
DONE_WORDS: Final = _set(
    "faerdig gjort klaret ordnet fikset loest afsluttet udfoert faerdiggjort fuldfoert gennemfoert lukket",
    "effektueret eksekveret lavet haandteret naaet ekspederet faerdigbehandlet overstaaet afkrydset check ✅",
    "lukkes afsluttes done finished completed complete sorted fixed handled closed resolved settled accomplished",
    "hus maal vinkel sendt sent",
)

# --- Questions ------------------------------------------------------------------------------------------------

QUESTION_WORDS: Final = _set(
    "hvad hva hvem hvor hvornaar hvornar hvorfor hvordan hvilken hvilket hvilke hvorvidt mon monstro what whats",
    "who whos where wheres why how hows which whose",
)
FINITE_FIRST: Final = _set(
    "er har kan maa skal vil boer burde kunne ville fik gjorde blev var bliver ved gaelder handler taenker mener",
    "passer haster is are was were do does did have has had can could may should shall will would am isnt arent",
    "havent hasnt cant dont didnt",
)
SUBJECTS_AFTER: Final = _set(
    "jeg du vi de den det han hun man nogen sagen opgaven aftalen der dette denne jer fristen alt alle we you",
    "they it he she this that there anyone somebody someone the my",
)
# "har det ..." and "did it ..." have lost their subject; what follows is the object.
OBJECT_TAKING: Final = _set(
    "har fik gjorde ved have had did do",
)
GREETINGS: Final = _set(
    "hej hejsa hallo halloej dav davs goddag godmorgen godaften hi hello hey bot kaere oh aah og men and but",
    "undskyld sorry",
)

# --- Short answers that say nothing about the matter ----------------------------------------------------------

ACKNOWLEDGEMENTS: Final = _set(
    "okay tak tusind mange ja jep jeps jo yes yep yeah yup nej nope no nah mm mmm hm hmm aha naa naah javel jamen",
    "fint fin fedt super perfekt godt god supert dejligt skoent cool nice great fine good thank you alright roger",
    "modtaget set laest forstaaet noteret modtog hej hejsa hallo dav goddag godmorgen godaften hi hello hey bot",
    "tjek klart klar selvfoelgelig naturligvis sikkert sure jaja jojo well kk np cheers received understood noted",
    "seen got it 👍 👀 det den er i orden lyder for paamindelsen paamindelse beskeden besked hjaelpen rykkeren alt",
    "ogsaa lige saa da altsaa undskyld beklager sorry pyt øv oev ups oops aftale enig at reminding reminder the",
    "me much so very just meget selv lidt vaersgo haha hehe lol hahaha hihi 🙄 rart hoert indforstaaet jepsen",
    "yessir joda ork puh uha bare all right har_ kanon kanont dig glimrende udmaerket velkommen jow jov nae naeh",
    "welcome please venligst faint jaeh joh ah aah wow",
)
"""All of them small words: an answer made only of these is an acknowledgement."""

SHORT_STATES: Final = _set(
    "afventer venter undervejs igang syg sygemeldt ferie paabegyndt startet begyndt barsel orlov kursus mangler",
    "pending waiting sick working ongoing started awaiting sygmeldt syge arbejder indkaldt kontaktet ringet",
    "skrevet booket bestilt aftalt betalt talt snakket moedtes anmodet forespurgt halvvejs halvdelen delvist",
    "delvis naesten halvfaerdig intet uaendret unchanged nothing ufaerdig unfinished incomplete sendes called",
    "halfway partly almost nearly invited booked asked planlagt planned stadig aflyst aldrig never begyndende",
)

# --- Dates ----------------------------------------------------------------------------------------------------

# What may stand around a date that is meant as a new deadline. One word from outside this set, and the date
# belongs to something else: a meeting, a call, a holiday.
DEADLINE_WORDS: Final = _set(
    "jeg vi mig os den det dette denne opgaven sagen aftalen punktet fristen deadline deadlinen datoen dato frist",
    "min vores ny nye her kan maa skal vil faar faa giv give gi gir udsaet udsaette udsaettes udsat udskyd",
    "udskyde udskydes udskudt udskyder udsaetter skub skubbe skubbes skubber skubbet ryk rykke rykkes rykker",
    "rykket flyt flytte flyttes flytter flyttet forlaeng forlaenge forlaenges forlaenger vent vente venter tag",
    "tage tager tages goer goere goeres ordne ordner klare klarer fikse fikser naa naar naas lukker lukke lav",
    "lave laver loeser loese faerdig afslutter afslutte bliver blive blir vaere er foerst tidligst ikke foer",
    "foerend inden senest til paa i efter omkring ca cirka mere ekstra laengere yderligere lige gerne hellere",
    "desvaerre please tak okay ja jo jep hej saa altsaa nok da men og at med regner forventer satser haaber tror",
    "planen plan sige siger sig lad foreslaar foreslaa tid brug for behov behoever behoeves have har skriv saet",
    "saette frem tilbage alligevel istedet stedet passer bedst bedre fint godt kigge kigger ser se fat husk mind",
    "paamind igen nu sgu desuden gjort klaret ordnet spoerg wait lov ladt lade ladet fra from eller enten or",
    "either bruge klar lidt lavet sendt afsluttet loest udfoert lukket fikset udsaettelse forlaengelse paany bare",
    "helst venligst undskyld beklager vaersgo frygter aergerligt travlt noedt op om haand overvejer muligt",
    "muligvis foeles kommer gaar der sent sen tidlig tidligt hel hele endnu en et ogsaa realistisk set starten",
    "lovet lover we it this that its the task due date can could may must will ill need needs until till by",
    "before not earlier than postpone postponed move moved push pushed delay extend extended extension us more be",
    "done finished finish ready take get do say make is are would like sorry only first earliest on to next",
    "remind in lets let me my a an extra another longer back later wont cant hope expect think should change new",
    "im am thanks yes so and but no with now handle sort fix complete completed close closed",
)
DEADLINE_SUBJECT_ONLY: Final = _set(
    "det den der er it is its that this this's",
)
DEADLINE_MOVES: Final = _set(
    "udsaet udsaettes udskyd udskydes skub ryk flyt forlaeng udsaette udskyde postpone delay extend snooze",
)
VAGUE_TIMES: Final = _set(
    "senere snart snarest engang later soon sometime asap someday hurtigst hurtigt straks lejlighed whenever",
)
PLACES_OF_TIME: Final = _set(
    "tidspunkt dag dagene mulighed lejlighed opportunity point",
)

# --- Cancelling and silencing ---------------------------------------------------------------------------------

CANCEL_FIRST: Final = _set(
    "annuller annuler annullere annulér slet slette stop stopp fjern drop glem afmeld aflys ophaev fortryd undo",
    "tilbagekald afbryd smid cancel delete remove forget unsubscribe quit exit abort kasser skrot nulstil mute",
    "dropp annulleret annulleres slettes slettet aflyses fjernes",
)

# --- People ---------------------------------------------------------------------------------------------------

SOMEONE: Final = _set(
    "han hun de kollega kollegaen kolleger anden andre nogen someone somebody colleague he she they another else",
    "ham hende dem",
)
NOT_A_NAME: Final = _set(
    "jeg vi du i man den det der de han hun dem ham hende mig os dig jer sig min mit mine vores en et ingen alle",
    "nogen og men saa at som for med til paa af om er har kan skal vil maa ikke nu kun mor far moren faren",
    "moderen faderen familien foraeldrene skolen klubben laereren lederen chefen kommunen politiet",
    "sagsbehandleren drengen pigen barnet boernene laegen psykologen boligforeningen gadeteamet teamet it we you",
    "he she they them him her me us the a an this that who what if when is has can will everyone nobody someone",
    "somebody everything nothing svar venter afventer mangler afslag fik fra kom ny nyt gik tog ringer svarer",
    "siger tror haaber mener moedet opgaven sagen aftalen referatet ansoegningen hele alt ingenting imorgen",
    "kollega kollegaen anden andre colleague another else nogle hvis naar naeste videre over hermed tak ja nej",
    "skole klub mother father school parents family club police my our his their no not says said lidt mere tid",
    "uge dage dag maaned lige desvaerre stadig gerne okay ogsaa intet todo selv hver hvad hvem hvor hvornaar",
)
