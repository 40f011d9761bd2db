### Alt, hvad hotspotbot siger på dansk. Kort, varmt, ligefremt, "du".
### Beskeder er Markdown. Det, mennesker har skrevet, kommer ind som variabler og vises altid som ren tekst.
### Hver nøgle står også i en.ftl med de samme variabler.

## Rendering (bot/matrix/markup.py)

text-erased = [slettet]
text-shortened = *Beskeden var for lang til ét opslag og er forkortet dér, hvor der står „…“.*

## Konfigurationen (bot/settings.py). Vises på en kommandolinje, altså som ren tekst.

config-nearest = Mente du { $nearest }?
config-known = Kendte er: { $known }.
config-example = Eksempel: { $example }
config-toml = Filen er ikke gyldig TOML: { $why }. Tekst og nøgler med æ, ø eller å skal stå i anførselstegn.
config-no-such-file = Filen { $path } findes ikke.
config-no-config = Filen { $path } findes ikke. „hotspotbot init MAPPE“ laver en mappe med alt, hvad der skal til.
config-unreadable = Filen { $path } kan ikke læses ({ $why }).
config-empty-file = Filen { $path } er tom.
config-no-master-key = Hovednøglen mangler. Angiv master_key_file under [keys], eller sæt HOTSPOTBOT_MASTER_KEY.
config-secret-in-file = Hemmeligheder må ikke stå i konfigurationen. Brug miljøvariablen { $variable } eller nøglen { $file }.
config-cpr = Her står et CPR-nummer. Tag det ud: numre hører ikke til i konfigurationen.
config-unknown-key = Nøglen „{ $key }“ kendes ikke her.
config-missing = Mangler og skal udfyldes.
config-invalid = Værdien kan ikke bruges.
config-type = Skal være { $kind ->
    [string] tekst i anførselstegn
    [bool] true eller false uden anførselstegn
    [number] et tal uden anførselstegn
    [list] en liste i kantede parenteser
   *[table] en tabel med egne nøgler
 }.
config-not-one-of = „{ $value }“ er ikke en af mulighederne.
config-length = Teksten er tom eller for lang.
config-range = Tallet er uden for det tilladte. Grænsen er { $bound }.
config-user-id = „{ $value }“ er ikke et Matrix-bruger-id. Det begynder med @, er skrevet med små bogstaver og slutter med : og serveren.
config-room = „{ $value }“ er hverken et rum-alias (#navn:server) eller et rum-id (!id).
config-code = „{ $value }“ kan ikke bruges som kode. Brug højst 20 bogstaver, tal eller bindestreger uden mellemrum.
config-homeserver = Skal være serverens adresse med http:// eller https:// foran, og uden bruger og adgangskode.
config-database = Skal være en SQLite-fil (sqlite:///sti) eller PostgreSQL (postgresql+psycopg://vært/database).
config-keyring-url = Skal være en PostgreSQL-database for sig selv (postgresql+psycopg://vært/database). Slet linjen, så er nøgleringen en fil.
config-path = Skal være stien til en fil eller mappe, i anførselstegn.
config-timezone = Tidszonen „{ $value }“ kendes ikke.
config-prefix = „{ $value }“ kan ikke stå foran en kommando. Brug ét af tegnene { $marks }
config-case-prefix = „{ $value }“ kan ikke stå foran sagsnumre. Brug ét til seks store bogstaver fra A til Z.
config-time = „{ $value }“ er ikke et klokkeslæt mellem 00:00 og 23:59.
config-span = „{ $value }“ er ikke et antal dage. Skriv et tal og workdays, days eller weeks.
config-span-or-never = „{ $value }“ er ikke et antal dage. Skriv et tal og workdays, days eller weeks, eller skriv never.
config-span-zero = Skal være mindst én dag; 0 dage ville aldrig få ende.
config-period = „{ $value }“ er ikke et tidsrum. Skriv et tal og days, weeks, months eller years, eller skriv never.
config-server = „{ $value }“ er ikke navnet på en Matrix-server. Skriv det, der står efter kolon i et bruger-id.
config-slot = „{ $value }“ er ikke en ugedag og et klokkeslæt. Flere ugedage adskilles med komma.
config-weekday = „{ $value }“ er ikke en ugedag. Brug mon, tue, wed, thu, fri, sat og sun.
config-weekdays = Skal være en liste med mindst én ugedag.
config-date-range = „{ $value }“ er hverken en dato (2026-12-28) eller en periode (2026-12-28..2026-12-30).
config-date-range-backwards = Perioden „{ $value }“ slutter, før den begynder.
config-date-range-long = Perioden „{ $value }“ er længere end et år.
config-meeting = „{ $value }“ er ikke en gyldig møderytme (RRULE).
config-meeting-frequency = Møderytmen mangler en FREQ, der kan bruges: { $known }.
config-meeting-never = Med den møderytme kommer der aldrig et møde.
config-meeting-hour-needed = Mødets klokkeslæt mangler. Skriv BYHOUR og BYMINUTE i meeting, eller et klokkeslæt i meeting_start.
config-meeting-day-needed = Mødets dag mangler. Skriv den i meeting (BYDAY, ved YEARLY også BYMONTH), eller skriv datoen for det første møde her.
config-meeting-start-year = „{ $value }“ ligger for langt væk til at være det første møde.
config-meeting-start = „{ $value }“ er ikke en dato (2026-11-24) eller dato og lokal tid (2026-11-24T10:00).
config-meeting-start-needed = Mangler. Når møderytmen har INTERVAL eller COUNT, eller rummet har joins, skal datoen for det første møde stå her: derfra tæller botten.
config-start-without-meeting = Her står et første møde, men rummet har ingen møderytme i meeting.
config-roles-empty = Mindst én rolle skal stå her.
config-citizen-alone = En borger (citizen) kan ikke have andre roller, for borgere ser kun deres eget.
config-unknown-agency = Forvaltningen „{ $name }“ står ikke under [agencies].
config-unknown-person = „{ $name }“ står ikke som user_id under [[people]].
config-unknown-room = „{ $name }“ er hverken et rum under [[rooms]] eller en slags forum.
config-twice-name = „{ $name }“ står her for anden gang. Slet den ene.
config-twice-code = Koden „{ $name }“ bruges allerede. Store og små bogstaver gør ingen forskel.
config-bot-itself = „{ $name }“ er botten selv og kan ikke også være en person.
config-cleartext-abroad = Uden kryptering må botten kun tale med en server på samme maskine (127.0.0.1). Slet linjen.
config-keyring-same = Nøgleringen må ikke ligge i bottens egen database: så var nøglerne med i hver sikkerhedskopi af det, de låser. Giv den en database for sig selv.
config-form-empty = Skemaet er tomt: der er ingen felter i det.
config-form-not-a-section = Skal være et afsnit for sig selv i klammer, med felter under sig.
config-form-no-fields = Afsnittet har ingen felter.
config-form-shows-and-fields = Et afsnit, som botten selv udfylder (shows), kan ikke også have felter.
config-form-key = „{ $key }“ kan ikke være navn på et afsnit eller felt. Brug små bogstaver fra a til z, tal og _, højst 40, og ikke da, en, count eller shows.
config-form-name = „{ $name }“ kan ikke vises. Brug højst { $most } tegn, begynd med et bogstav eller tal, og undgå tegn som : = * _ [ ] < > | # og linjeskift.
config-form-twice = Det samme står her for anden gang ({ $why }). Slet eller omdøb det ene.
config-form-twice-name = „{ $name }“ hedder et andet felt i afsnittet også ({ $other }). Så kan ingen skrive, hvilket der menes.
config-form-no-choices = Et valg skal have muligheder.
config-form-choices-idle = Muligheder bruges kun af felter, hvor svaret er et valg, og det her er { $kind }.
config-form-choices-many = Der skal være lige mange muligheder på begge sprog ({ $count }).

## Aftaler: kvitteringer (bot/commands/actions.py, action_changes.py)

action-recorded = Aftale { $number }:
action-next-meeting = Du sagde ingen frist, så jeg har sat næste møde. Svar med en dato, hvis det skal være en anden.
action-done = Færdig, aftale { $number }:
action-done-already = Aftale { $number } er allerede meldt færdig:
action-part-done = Din del af aftale { $number } er færdig. Vi venter stadig på { $names }.
action-due-set = Aftale { $number } har nu fristen **senest { $due }**.
action-due-moved = Aftale { $number } er flyttet til **senest { $due }** (før: { $before }).
action-given = Overdraget, aftale { $number }:
action-noted = Noteret på aftale { $numbers }.
action-declined = **Aftale { $number } er afvist** af { $who }: „{ $reason }“
action-stepped-back = **{ $who } er trådt ud af aftale { $number }**: „{ $reason }“. Resten af ejerne har den stadig.
action-declined-you = **Du har afvist aftale { $number }**: „{ $reason }“
action-left = **{ $who } er trådt ud af aftale { $number }**: „{ $reason }“. Nu mangler den en, der tager den.
action-left-you = **Du er trådt ud af aftale { $number }**: „{ $reason }“. Nu mangler den en, der tager den.
action-stepped-back-you = **Du er trådt ud af aftale { $number }**: „{ $reason }“. Resten af ejerne har den stadig.
action-cancelled = Annulleret, aftale { $number }:
action-planb = Plan B er skrevet på aftale { $numbers }.
action-planb-gone = Plan B er fjernet fra aftale { $numbers }.
planb-example = { $prefix }planb { $number } spørge ungdomsskolen i stedet
action-kept = Godt, aftale { $number } gælder stadig.
action-head = Aftale { $number }:

line-due = senest **{ $due }**
line-no-due = **mangler frist**
line-no-owner = **mangler ejer**
line-agency-no-name = { $agency } (**mangler navn**)
line-no-name = én mere (**mangler navn**)
line-no-text = **mangler ordlyd**
nobody = ingen

state-open = åben
state-done = færdig
state-declined = afvist
state-cancelled = annulleret
state-overdue = over fristen

## Spørgsmål, når noget mangler

ask-owner = Hvem tager den? Svar med et navn, fx „Lene“ eller „mig“.
ask-owner-stranger = Jeg kender ikke { $name }. Hvem her tager den? Svar med et navn, fx „Lene“ eller „mig“.
ask-owner-outside = { $name } er ikke med i dette rum. Hvem her tager den? Svar med et navn, fx „Lene“ eller „mig“.
ask-owner-several = Her er flere, der hedder det: { $names }. Hvem tager den? Svar med det fulde navn.
ask-owner-agency = Hvem tager den fra { $agency }? Her er { $names }. Svar med et navn.
ask-owner-agency-empty = Der er ingen fra { $agency } her i rummet. Hvem tager den? Svar med et navn.
ask-owner-near = Jeg kender ingen „{ $word }“ her. Mente du { $name }? Svar med navnet.
ask-owner-unknown = Jeg kender ingen „{ $word }“ her. Hvem tager den? Svar med et navn, fx „Lene“ eller „mig“.
ask-owner-more = Hvem er den anden ejer? Svar med et navn, fx „Lene“ eller „mig“.
ask-due = Hvornår skal det være gjort? Svar med en dag, fx „fredag“ eller „3/12“.
ask-due-repeat = Jeg kan kun holde én dato ad gangen. Hvornår er første gang? Svar med en dag, fx „fredag“.
ask-due-no-meeting = Jeg kan ikke se i kalenderen, hvilket møde det er. Hvornår skal det være gjort? Svar med en dag, fx „fredag“.
ask-text = Hvad er aftalt? Svar med det, der skal gøres, fx „søge friplads i klubben“.

## Når noget ikke kan lade sig gøre

problem-no-number = Hvilken aftale? Skriv nummeret med, fx `{ $example }`.
problem-number-list = Mente du { $numbers }? Skriv numrene med komma imellem, fx `{ $example }`.
problem-which = Den besked handler om flere aftaler ({ $numbers }). Skriv nummeret med.
problem-not-for-you = Den kommando kan du ikke bruge her. Skriv `{ $prefix }hjælp`, så viser jeg, hvad du kan.
problem-unknown-command = Jeg kender ikke „{ $word }“. Skriv `{ $prefix }hjælp`, eller fx `{ $prefix }aftale @lene søge friplads inden fredag`.
problem-near-command = Jeg kender ikke „{ $word }“. Mente du `{ $meant }`? Ret din besked, eller skriv: { $example }
problem-action-in-room = Skriv aftalen i det rum, hvor den hører til, så de rigtige kan se den. Fx `{ $prefix }aftale mig ringe til skolen inden fredag`.
problem-action-elsewhere = Aftale { $number } er indgået i { $forum } og hører til { $code }. Den kan kun ændres dér og af dem, den er givet til.
problem-no-such-action = Jeg finder ingen aftale { $number } her. Skriv `{ $prefix }aftaler mine`, så viser jeg dine.
problem-no-such-action-near = Jeg finder ingen aftale { $number } her. Mente du { $near }? Skriv `{ $prefix }aftaler mine`, så viser jeg dine.
problem-not-yours = Aftale { $number } kan du ikke ændre. Det kan { $owners }, den, der skrev aftalen, og koordinatoren. Du kan altid skrive en bemærkning: `{ $prefix }note { $number } …`
problem-not-yours-ownerless = Aftale { $number } kan du ikke ændre. Det kan den, der skrev aftalen, og koordinatoren. Vil du tage den, så svar „mig“ på den. Du kan altid skrive en bemærkning: `{ $prefix }note { $number } …`
problem-empty-action = Hvad er aftalt? Skriv hvem, hvad og hvornår, fx `{ $prefix }aftale @lene søge friplads i klubben inden fredag`.
problem-no-name = Hvem skal have aftale { $number }? Skriv et navn med, fx `{ $prefix }giv { $number } Lene` eller `{ $prefix }giv { $number } BUF`.
problem-no-deadline = Hvornår? Skriv en dag med, fx `{ $prefix }frist { $number } fredag`.
problem-no-owner = Jeg forstår ikke, hvem „{ $word }“ er her. Skriv et navn, fx `{ $prefix }giv { $number } Lene` eller `{ $prefix }giv { $number } BUF`.
problem-near-owner = Jeg kender ingen „{ $word }“ her. Mente du { $name }? Så skriv `{ $prefix }giv { $number } { $name }`.
problem-no-words = Hvad skal jeg skrive? Fx `{ $example }`.
problem-no-reason = Hvad er grunden? Skriv den kort, fx `{ $prefix }afvis { $number } det må vi ikke dele`.
problem-filter-unknown = Jeg kender ikke filteret „{ $word }“. Skriv fx `{ $prefix }aftaler mine`, `{ $prefix }aftaler overskredne` eller `{ $prefix }aftaler færdige`.
problem-filter = Jeg kender ikke filteret „{ $word }“. Mente du `{ $prefix }aftaler { $near }`? Du kan også skrive `{ $prefix }aftaler mine` eller `{ $prefix }aftaler overskredne`.
problem-me = Jeg forstår ikke „{ $word }“. Skriv fx `{ $prefix }mig fri til 12/12`, `{ $prefix }mig tilbage`, `{ $prefix }mig kl. 7.30` eller `{ $prefix }mig engelsk`.
problem-leave = Jeg forstår ikke „{ $word }“ som en dag frem i tiden. Skriv fx `{ $prefix }mig fri til 12/12` eller `{ $prefix }mig fri fra mandag til fredag`.
problem-leave-until = Til og med hvornår? Skriv fx `{ $prefix }mig fri til 12/12` eller `{ $prefix }mig fri fredag`.
problem-nothing-to-undo = Der er ikke noget at fortryde: du har ikke ændret noget her de seneste ti minutter.
problem-undo-superseded = Det kan jeg ikke fortryde, for det er ændret igen siden. Skriv en ny kommando i stedet.
problem-digest = Jeg kender ikke „{ $word }“. Skriv fx `{ $prefix }ugestatus`, `{ $prefix }ugestatus 14 dage`, eller en forvaltning: { $agencies }.
problem-digest-room = Skriv `{ $prefix }ugestatus` i det rum, du vil se. Dine egne aftaler ser du med `{ $prefix }aftaler mine`.
# CPR-numre. Aldrig nummeret, aldrig ordene ($where er et forums navn, $who en bruger, $message et link).
cpr-told = { $what ->
    [edit] Din rettelse
    [two] To af dine beskeder
    [file] Din fil
    [reaction] Din reaktion
    [state] Det, du skrev i rummets indstillinger
    [member] Dit navn
   *[message] Din besked
} { $place ->
    [room] i { $where }
   *[direct] her
} indeholdt { $what ->
    [two] tilsammen et CPR-nummer. Det gemmer jeg aldrig, så jeg sletter dem begge.
   *[other] et CPR-nummer. Dem gemmer jeg aldrig, så jeg sletter det og har ikke brugt noget af det.
} { $what ->
    [edit] Det, du skrev før rettelsen, gælder endnu.
   *[other] Skriv det igen uden nummeret, gerne med et sagsnummer i stedet.
}
cpr-told-other = { $who } skrev et CPR-nummer { $place ->
    [room] i { $where }
   *[direct] her
}. Jeg sletter det. { $who } står ikke i min konfiguration og får ingen besked fra mig, så sig det gerne.
cpr-ask = { $who ->
    [writer] { $message } { $place ->
        [room] i { $where }
       *[direct] her
    } indeholder et CPR-nummer, og jeg må ikke slette den. Slet den selv, og skriv den igen uden nummeret.
   *[other] { $message } { $place ->
        [room] i { $where }
       *[direct] her
    } indeholder et CPR-nummer, og jeg må ikke slette den. Slet den, eller gør mig til moderator i rummet, så gør jeg det.
}
# Formålet, som fastgøres ($purpose er konfigurationens ord).
purpose-line = { $purpose }
    Skriv sagsnumre i stedet for navne, og aldrig CPR-numre.
limit-told = Jeg har fået { $count } beskeder fra dig på { $minutes } minutter, og det kan jeg ikke følge med til. Alt til og med kl. { $last } er med. Det, du skriver de næste { $minutes } minutter, gør jeg ikke noget ved, så skriv det igen bagefter.
cpr-ask-link = En besked
problem-not-encrypted = Her må jeg ikke notere noget, for rummet er ikke krypteret. Slå kryptering til i rummets indstillinger, så hjælper jeg gerne.
problem-cleartext = Den besked kom uden kryptering, og her handler jeg kun på krypterede beskeder. Skriv den igen fra en app, der krypterer, for eksempel Element.
problem-stranger = Det har jeg ikke gjort: du hørte ikke til i dette forum, da du skrev det. Skriv det igen, hvis du er lukket ind siden.
# Beskeder, der ikke kan læses endnu ($events er klokkeslæt, hvert et link til sin besked; op mod 40).
event-unread = { $count ->
    [one] Jeg kunne ikke læse din besked her, for jeg har ikke fået nøglen til den. Skriv den gerne igen. Kommer nøglen senere, handler jeg på den første. Det er den fra { $events }.
   *[other] Jeg kunne ikke læse { $count } af dine beskeder her, for jeg har ikke fået nøglen til dem. Skriv dem gerne igen. Kommer nøglen senere, handler jeg på de første. Det er dem fra { $events }.
}
# Efter at databasen er genskabt fra en kopi: noget af det har botten svaret på før.
event-lost = { $count ->
    [one] Jeg er gendannet fra en sikkerhedskopi, og nøglen til en af dine beskeder her er gået tabt. Det, jeg svarede på den, står ikke hos mig længere. Skriv den igen, hvis det stadig gælder. Det er den fra { $events }.
   *[other] Jeg er gendannet fra en sikkerhedskopi, og nøglerne til { $count } af dine beskeder her er gået tabt. Det, jeg svarede på dem, står ikke hos mig længere. Skriv dem igen, hvis det stadig gælder. Det er dem fra { $events }.
}
event-unsigned = Jeg kan ikke handle på det, du skriver fra den enhed, for du har ikke bekræftet den. Bekræft enheden i Element (Indstillinger → Sessioner), så handler jeg på det af mig selv. Det er det fra { $events }.
device-unsigned = Din enhed { $device } er ikke bekræftet, så jeg må ikke sende den noget, og jeg handler ikke på det, du skriver fra den. Åbn Element på den, vælg Indstillinger → Sessioner (eller Kryptering) → Bekræft, og brug en af dine andre enheder eller din gendannelsesnøgle. Så virker alt igen.
fault = Undskyld, der gik noget galt hos mig. Prøv igen, og sig det til driften med referencen { $reference }.
unreadable = Jeg kan kun læse tekst, ikke billeder, lyd og filer. Skriv det gerne med ord.

## Lister og historik (bot/commands/listing.py)

actions-none = Ingen aftaler at vise.
actions-head = { $count ->
    [one] **{ $count } aftale:**
   *[other] **{ $count } aftaler:**
}
actions-more = { $count } mere: skriv `{ $next }`.
list-overdue = Over fristen
list-this-week = Denne uge
list-next-week = Næste uge
list-later = Senere
list-no-due = Uden frist
list-closed = Afsluttet
show-planb = Plan B: { $words }
step-created = { $at } { $who } noterede aftalen
step-note = { $at } { $who }: „{ $words }“
step-owners = { $at } { $who } gav den til { $owners }
step-due = { $at } { $who } flyttede fristen til { $due }
step-due-set = { $at } { $who } satte fristen til { $due }
step-text = { $at } { $who } rettede ordlyden (før: „{ $words }“)
step-worded = { $at } { $who } skrev ordlyden
step-planb = { $at } { $who } skrev plan B
step-planb-gone = { $at } { $who } fjernede plan B
show-switched = I er skiftet til plan B: aftale { $number }.
planb-used = Det er plan B for aftale { $number }.
planb-who = { $name }: hvem tager den nu? Svar med et navn.
planb-offer = Aftale { $number } har en plan B: „{ $words }“. Skal I skifte til den? Svar „ja“, gerne med hvem og hvornår („ja, Ali, fredag“), eller reagér med ✅. Senere går det også: `{ $prefix }planb { $number } brug`
planb-no = Så bliver det ved det, der står. Plan B for aftale { $number } kan stadig bruges: `{ $prefix }planb { $number } brug`
planb-unclear = Skal I skifte til plan B for aftale { $number }? Svar bare „ja“, eller „ja, Ali, fredag“.
problem-planb-one = Skift til plan B for én aftale ad gangen, fx: { $prefix }planb { $number } brug
problem-planb-done = Aftale { $number } er færdig, så der er ikke brug for plan B.
problem-planb-none = Aftale { $number } har ingen plan B. Skriv en, fx: { $prefix }planb { $number } spørge ungdomsskolen i stedet
problem-planb-used = I er allerede skiftet til plan B for aftale { $number }: det er aftale { $new }.
step-done = { $at } { $who } meldte færdig
step-undone = { $at } { $who } tog „færdig“ tilbage
step-state = { $at } { $who }: nu { $state }
step-seen = { $at } { $who } har set den

## Ugestatus (bot/documents/digest.py)

digest-head = Ugestatus for { $forum }, { $day }
digest-head-across = Ugestatus på tværs, { $day }
digest-head-coarse = Tal for indsatsen, { $day }
digest-quiet = Intet nyt: intet er over fristen, og intet skal være færdigt før næste ugestatus.
digest-quiet-part = Intet nyt.
digest-overdue = Over fristen ({ $count })
digest-due = Frist før næste ugestatus ({ $count })
digest-done = Færdige siden sidst ({ $count })
digest-declined = Afviste siden sidst ({ $count })
digest-moved = Flyttede frister siden sidst ({ $count })
digest-decisions = Beslutninger siden sidst ({ $count })
digest-no-owner = Mangler ejer ({ $count })
digest-no-due = Mangler frist ({ $count })
digest-more = og { $count } mere
digest-was = (før: { $before })
digest-away-head = Har fri
digest-away = { $name } til og med { $until }: { $count ->
    [one] { $count } aftale venter
   *[other] { $count } aftaler venter
}
digest-meetings = { $count ->
    [one] **Næste møde:** { $days }
   *[other] **Kommende møder:** { $days }
}
digest-meeting-cancelled = aflyst
digest-meeting-moved = flyttet fra { $day }
digest-held = **Møder:** { $planned ->
    [0] { $cancelled } aflyst
   *[other] { $held } holdt af { $planned } { $planned ->
        [one] planlagt
       *[other] planlagte
    }{ $cancelled ->
        [0] {""}
       *[other] , { $cancelled } aflyst
    }
}
digest-attendance = **Fremmøde:** { $agencies }
digest-attended = { $agency } { $came } af { $meetings }{ $excused ->
    [0] {""}
    [one] {" "}(afbud)
   *[other] {" "}({ $excused } afbud)
}
digest-coarse-line = { $agency }: { $open } åbne aftaler, heraf { $overdue } over fristen
digest-no-agency = Uden forvaltning
digest-coarse-meetings = I perioden: holdte møder { $held }, beslutninger { $decisions }.
digest-coarse-done = Færdige i perioden: { $done }. Tallene er afrundet, så ingen kan kendes på dem.
coarse-few = færre end 5
coarse-about = ca. { $number }

## Hjælp og dig selv (bot/commands/help.py, me.py, undo.py)

help-head = **Det kan du skrive:**
help-tail = Mere om en kommando: `{ $prefix }hjælp aftale`. Du kan også bare svare på mine beskeder: „færdig“, „næste uge“ eller „det kan jeg ikke“, og ✅ betyder færdig.
help-names = Hedder også: { $names }
me-actions = { $count ->
    [0] Du har ingen åbne aftaler her.
    [one] **Du har { $count } åben aftale:**
   *[other] **Du har { $count } åbne aftaler:**
}
me-hours = Jeg skriver til dig kl. { $time } på dine arbejdsdage.
me-away = Du har fri til og med { $until }; påmindelser venter så længe.
me-tail = Du kan ændre det, fx med `{ $prefix }mig kl. 7.30`, `{ $prefix }mig fri til 12/12` eller `{ $prefix }mig engelsk`.
me-language-set = Så skriver jeg dansk til dig i direkte beskeder. Rummene har deres eget sprog.
me-morning-set = Så skriver jeg til dig kl. { $time } på dine arbejdsdage.
me-back = Velkommen tilbage. Påmindelser kommer igen.
me-away-set = Du har fri til og med **{ $until }**. Dine påmindelser venter, og koordinatoren kan se det.
me-away-day-set = Du har fri **{ $until }**. Dine påmindelser venter, og koordinatoren kan se det.
me-away-from-set = Du har fri fra { $start } til og med **{ $until }**. Dine påmindelser venter, og koordinatoren kan se det.
leave-deputy = Skal en anden tage over imens? Skriv fx `{ $prefix }mig stedfortræder @ali { $now ->
    [yes] til { $until }
   *[no] fra { $start } til { $until }
}`.
leave-told = { $name } har fri fra { $start } til og med { $until }. { $count ->
    [one] { $count } aftale venter
   *[other] { $count } aftaler venter
}:
undone = `{ $command }` er taget tilbage.
undone-answer = Det, du svarede, er taget tilbage.
undone-reaction = Din reaktion gælder ikke længere.

## Svar uden kommandoer (bot/replies.py)

hint-direct = Jeg er ikke sikker på, hvad du mener. Skriv `{ $prefix }aftaler mine` for at se dine aftaler, eller `{ $prefix }hjælp`.
answer-noted = Jeg har skrevet det som en note på aftale { $number }. Er den færdig, så svar „færdig“.
answer-not-that = Jeg forstår ikke „{ $words }“ som svar på det.
answer-which = Hvilken af dem? Skriv nummeret med, fx „{ $first } færdig“ – eller „alle færdige“.
answer-which-many = Hvilken af dem? Skriv nummeret med, fx „{ $first } færdig“.
answer-which-one = Mener du aftale { $number }? Så skriv nummeret med, fx „{ $number } færdig“.
answer-more = … og { $count } til: `{ $prefix }aftaler`
answer-more-mine = … og { $count } til: `{ $prefix }aftaler mine`
answer-not-yours = { $count ->
    [one] Aftale { $numbers } er ikke en af dine åbne aftaler.
   *[other] Aftale { $numbers } er ikke blandt dine åbne aftaler.
}
answer-yours = Dine er:
answer-yours-none = Du har ingen åbne aftaler her.
answer-away = Er du væk, så skriv fx `{ $prefix }mig fri til fredag`. Så venter mine påmindelser, og koordinatoren kan se det.
answer-why = Hvad er grunden til, at aftale { $number } ikke kan lade sig gøre? Svar kort, så hører gruppen det.

## Rettelser og sletning (bot/inbox.py, bot/deletion.py)

edit-case-stays = Beskeden er rettet, men { $code } er åben endnu, for der er gjort noget ved den siden. Luk den med `{ $prefix }luk { $code }`.
edit-left = Det kan du ikke rette længere, for du er ikke med dér mere. Skal noget væk, så slet din besked eller skriv til koordinatoren.
edit-taken-back = Taget tilbage, fordi beskeden blev rettet.
withdrawn = Aftale { $number } er trukket tilbage.
erased-shell = Ordlyden af aftale { $number } er slettet. Aftalen gælder stadig, til koordinatoren siger andet.
erased-told = { $name } har slettet ordlyden af aftale { $number }. Aftalen gælder stadig. Svar med en ny ordlyd, „ja“ hvis den skal stå uden, eller annuller den.

## Påmindelser (bot/duties/reminders.py)

reminder-head = { $count ->
    [one] Hej { $name }. Husk denne aftale:
   *[other] Hej { $name }. Husk disse { $count } aftaler:
}
reminder-now-head = Hej { $name }. Den her haster:
reminder-hour-head = Hej { $name }. Om en time er der frist:
reminder-new = ny
reminder-today = i dag
reminder-overdue = over fristen
reminder-from = fra { $forum }
reminder-tail-one = Svar „færdig“, en ny dato eller et par ord – eller reagér: ✅ færdig, ⏰ to arbejdsdage mere, ❌ kan ikke.
reminder-tail-many = Svar med nummeret, fx „{ $first } færdig, { $second } næste uge“ – eller „alle færdige“.
reminder-partner = For { $name }:
reminder-deputy = Som stedfortræder for { $name }:
reminder-left = { $name } er ikke med i forummet længere, og aftalen er åben:
reminder-in-room = { $name }, jeg kan ikke sende dig direkte beskeder, så jeg skriver her:
refused-told = Jeg kan ikke skrive til { $where }: { $why ->
    [forbidden] jeg har ikke lov til at skrive i rummet. Giv mig lov igen, så sender jeg det, der mangler.
    [outside] jeg er ikke i rummet. Inviter mig igen, så sender jeg det, der mangler.
    [large] beskeden var for lang. Aftalerne står der endnu: skriv !aftaler.
   *[other] serveren siger nej ({ $code }). Sig det til den, der driver botten.
}
unreachable-told = Jeg kan ikke sende direkte beskeder til { $name }. Påmindelsen står i stedet i { $forum }. { $why ->
    [others] Vi er flere end to i samtalen; bed { $name } om at rette det.
   *[invitation] Bed { $name } om at tage imod min invitation.
}
raised-head = { $count ->
    [one] Én aftale har brug for din hjælp:
   *[other] { $count } aftaler har brug for din hjælp:
}
raised-overdue = over fristen, ejeren er mindet om den
raised-no-owner = har ingen ejer
raised-no-name = en ejer mangler navn
raised-no-name-late = over fristen, og en ejer mangler navn
raised-no-due = har ingen frist
raised-tail-name = Mangler der et navn, så svar med nummer og navn, fx „{ $number } Lene“.
raised-tail = Tal med ejeren, eller skriv fx `{ $prefix }giv { $number } …`, `{ $prefix }frist { $number } …` – eller tag den op i ledelsesgruppen.

## The digest's picture (bot/documents/chart.py)

chart-agencies = Åbne aftaler efter forvaltning
chart-weeks = De seneste uger
chart-nothing = Ingen åbne aftaler.
chart-rest = { $count } andre
chart-bar = { $open }, heraf { $overdue } over fristen
chart-open = { $count ->
    [one] åben
   *[other] åbne
 }
chart-overdue = over fristen
chart-done = { $count ->
    [one] færdig
   *[other] færdige
 }
chart-alt-agency = { $code }: { $open } { $count ->
    [one] åben
   *[other] åbne
 }, heraf { $overdue } over fristen.
chart-alt-week = { $week }: { $open } { $count ->
    [one] åben
   *[other] åbne
 }, heraf { $overdue } over fristen; { $done } blev { $finished ->
    [one] færdig
   *[other] færdige
 }.

## Eftersyn: hotspotbot check (bot/checks/). Vises på en kommandolinje, altså som ren tekst.

check-grade = { $grade ->
    [ok] ok
    [warning] advarsel
   *[error] fejl
}
check-more = og { $count } mere
check-config = Konfigurationen er gyldig: { $people ->
    [one] { $people } person
   *[other] { $people } personer
 } og { $rooms } rum.
check-config-no-rooms = Der står ingen rum i konfigurationen, så botten har intet at gøre. Tilføj dem under [[rooms]].
check-config-no-lead = Ingen under [[people]] er koordinator eller Hotspotchef, så ingen hører om det, der går i stå. Giv nogen rollen coordinator eller lead.
check-open-file = Andre kan læse { $path }. Kør: chmod 600 { $path }
check-http = { $url } er ikke krypteret undervejs, så adgangskoden kan opsnappes. Brug https.
check-timezone = Tidszonen { $zone } er kendt.
check-timezone-old = Maskinens tidszonedata for { $zone } er forkerte, så klokkeslæt bliver forkerte. Opdatér pakken tzdata.
check-meetings = Efter kalenderen mødes { $room }: { $days }.
check-meetings-none = { $room } har en møderytme, men intet møde det næste år. Se på meeting, breaks, on_closed og meeting_start.
check-key = Hovednøglen kan læses ({ $path }).
check-key-none = Hovednøglen mangler. Angiv master_key_file under [keys], eller sæt HOTSPOTBOT_MASTER_KEY.
check-key-missing = Der er ingen hovednøgle i { $path }. Læg den sikre kopi tilbage. Kun en ny installation skal have en ny nøgle; den laver „hotspotbot init“.
check-key-open = Andre kan læse { $path }. Kør: chmod 600 { $path }
check-key-unusable = Hovednøglen kan ikke bruges: { $why }. Læg den sikre kopi tilbage.
check-ring = Nøgleringen passer til hovednøglen.
check-ring-new = Nøgleringen laves første gang, botten starter ({ $path }).
check-ring-lost = Nøgleringen { $path } mangler, men databasen er i brug: uden den kan ingen læse det skrevne. Læg den nyeste kopi tilbage, før botten startes.
check-ring-unread = Nøgleringen { $path } kan ikke prøves uden hovednøglen.
check-ring-other = Hovednøglen passer ikke til nøgleringen { $path }. Find den hovednøgle, der hører til; lav ikke en ny.
check-ring-unusable = Nøgleringen { $path } kan ikke bruges: { $why }.
check-ring-moves = Nøgleringen flytter fra { $path } til { $to }, når botten starter. Derefter er filen væk; slet også kopier af den.
check-ring-two = Botten bruger nøgleringen { $used }, men der ligger også en anden i { $path }. Er den gammel, så slet den: en nøgle, der er slettet, findes måske endnu i den.
check-database = Databasen ({ $path }) kan ikke bruges: { $why }.
check-form = Ressourceskemaet ({ $path }) har { $count } felter, { $names ->
    [on] også navn og adresse
   *[off] uden navn og adresse
 }. Så mange svarer hver på: { $asked }.
check-form-nobody = Ingen forvaltning bliver spurgt om noget i ressourceskemaet: dets koder står ikke under [agencies]. Lav jeres eget skema, og skriv form_file under [cases].
check-database-good = Databasen svarer og har det rigtige skema ({ $path }).
check-database-none = Der er ingen database endnu ({ $path }). „hotspotbot migrate“ eller den første start laver den. Ventede du en? Så ret url under [database].
check-database-lost = Der er ingen database ({ $path }), men nøgleringen har været i brug. Ret url under [database], eller læg sikkerhedskopien tilbage, før botten startes.
check-database-older = Databasen har et ældre skema. „hotspotbot migrate“ eller den næste start opdaterer det; tag en sikkerhedskopi først.
check-database-newer = En nyere version af botten har brugt databasen. Installér den version igen, eller brug en ældre sikkerhedskopi.
check-running = Botten kører på databasen nu ({ $who }).
check-stands-by = En bot til står klar og tager over, hvis den første falder ({ $who }).
check-not-running = Botten kører ikke lige nu.
check-server-away = Matrix-serveren { $url } svarer ikke ({ $why }). Kører den, er adressen rigtig, og kender maskinen dens certifikat (ca_file)? Login og rum er ikke undersøgt færdigt.
check-server-refuses = Matrix-serveren { $url } afviser: { $why }. Login og rum er ikke undersøgt færdigt.
check-login-token = Logget ind som { $user } med bottens adgangstoken.
check-login-password = Adgangskoden til { $user } passer.
check-login-again = Bottens gemte adgangstoken gælder ikke længere. Adgangskoden til { $user } passer, så botten logger selv ind igen ved næste start.
check-login-refused = Serveren afviser login som { $user } ({ $why }). Ret user_id eller adgangskoden (HOTSPOTBOT_PASSWORD eller password_file).
check-login-none = Der er hverken adgangskode eller adgangstoken. Sæt HOTSPOTBOT_PASSWORD, eller angiv password_file under [matrix].
check-token-ended = Bottens adgangstoken gælder ikke længere. Giv botten sin adgangskode eller et nyt token.
check-token-other = Adgangstokenet hører til { $who }, ikke til { $user }. Ret user_id, eller giv botten sit eget token.
check-token-unread = Bottens gemte adgangstoken kan ikke læses uden nøglerne, så login er ikke undersøgt.
check-room = { $room }: botten er med.
check-room-unknown = { $room }: der er intet rum med adressen { $alias }. Opret det med det alias, eller ret room under [[rooms]].
check-room-refused = { $room }: serveren vil ikke vise rummet ({ $why }). Invitér botten, eller ret room under [[rooms]].
check-room-invited = { $room }: botten er inviteret og går ind, når den starter.
check-room-invited-long = { $room }: botten er inviteret, men går ikke ind. Invitationen skal komme fra en, der står under [[people]]: træk den tilbage, og lad en af dem invitere { $bot }.
check-room-out = { $room }: botten er ikke med. Lad en, der står under [[people]], invitere { $bot }.
check-power = { $room }: botten må slette andres beskeder og fastgøre.
check-power-low = { $room }: botten har magtniveau { $has }, men skal have { $needs } for at måtte slette andres beskeder og fastgøre. Gør den til moderator i rummets indstillinger under roller og tilladelser.
check-encrypted = { $room }: rummet er krypteret.
check-cleartext = { $room }: rummet kan rumme personoplysninger, men er ikke krypteret. Slå kryptering til i rummets indstillinger under sikkerhed.
check-cleartext-rehearsal = { $room }: rummet er ikke krypteret. Det er kun til øvelser; skriv ikke om virkelige mennesker.
check-history = { $room }: den, der inviteres, kan læse alt, der er skrevet før. Sæt historikken til „kun medlemmer, siden de blev inviteret“ i rummets indstillinger.
check-history-world = { $room }: alle og enhver kan læse med. Sæt historikken til „kun medlemmer“ i rummets indstillinger nu.
check-history-good = { $room }: den, der kommer til, kan ikke læse, hvad der er skrevet før.
check-join-rule = { $room }: man kan banke på eller komme ind fra et andet rum (join rule: { $rule }). Sæt adgangen til „kun inviterede“ i rummets indstillinger, så I ved, hvem der er med.
check-join-open = { $room }: man kan komme ind uden invitation (join rule: { $rule }). Sæt adgangen til „kun inviterede“ i rummets indstillinger nu.
check-reach-good = { $room }: kan ikke nås fra andre Matrix-servere end jeres.
check-reach-allowed = { $room }: kan nås fra andre Matrix-servere, og det tillader konfigurationen (federated = true).
check-reach = { $room }: kan nås fra andre Matrix-servere. Skriv i Element „/devtools“, send rumtilstanden m.room.server_acl med allow: [{ $servers }], eller lav rummet om med m.federate = false. Skal det være sådan, så skriv federated = true under rummet.
check-foreign = { $room }: her er nogen fra en server, der hverken er jeres eller står under [privacy] servers: { $names }. Bed dem gå ud, eller skriv deres server dér.
check-guests = { $room }: gæster uden konto kan lukkes ind. Slå gæsteadgang fra i rummets indstillinger under sikkerhed.
check-strangers = { $room }: her er nogen, som konfigurationen ikke kender: { $names }. Bed dem gå ud, eller skriv dem under [[people]].
check-strangers-unheard = { $room }: botten hører ikke på { $names }, som ikke står under [[people]].
check-citizens = { $room }: borgere må ikke være i et rum med personoplysninger: { $names }. Bed dem gå ud.
check-agency-outside = { $room }: { $names } hører ikke til de forvaltninger, rummet er for ({ $agencies }). Bed dem gå ud, eller ret agencies under [[rooms]].
check-absent = { $room }: efter konfigurationen mangler { $names }. Invitér dem.
check-pending = { $room }: { $names } har ikke taget imod invitationen endnu. De kan ikke bruge botten dér, før de gør.
check-nobody-hears = { $room }: ingen koordinator er med i rummet, og ingen Hotspotchef følger det, så ingen hører om det, der går i stå. Inviter en koordinator, eller føj rummet til en Hotspotchefs oversees.
check-no-coordinator = { $room }: ingen koordinator er med i rummet. Det, der går i stå, siger botten til Hotspotchefen.
check-members = { $room }: { $count } fra konfigurationen er med.
check-nowhere = Disse personer er ikke med i noget rum: { $names }. Invitér dem, eller se efter, om user_id er stavet rigtigt.
check-owed = { $count ->
    [0] Ingen beskeder venter på at blive sendt.
    [one] { $count } besked er på vej ud.
   *[other] { $count } beskeder er på vej ud.
}
check-owed-waiting = { $count ->
    [one] { $count } besked venter på, at botten kører. Start den.
   *[other] { $count } beskeder venter på, at botten kører. Start den.
}
check-refused = { $count ->
    [one] { $count } besked kunne ikke afleveres ({ $why }), senest skrevet { $day }. Er botten med i rummet, og tager modtageren imod den? Loggen siger hvilken (send.refused).
   *[other] { $count } beskeder kunne ikke afleveres ({ $why }), senest skrevet { $day }. Er botten med i rummet, og tager modtagerne imod den? Loggen siger hvilke (send.refused).
}
check-files-left = { $count ->
    [one] { $count } fil, hvis besked er slettet, ligger stadig på Matrix-serveren. Se adressen, og slet den, med `hotspotbot media`.
   *[other] { $count } filer, hvis beskeder er slettet, ligger stadig på Matrix-serveren. Se adresserne, og slet dem, med `hotspotbot media`.
}
check-unreachable = Botten kan ikke sende direkte beskeder til { $names }. Bed dem skrive til botten eller tage imod dens invitation.

## hotspotbot media (bot/cli_media.py)

media-none = Ingen filer venter på at blive slettet fra Matrix-serveren.
media-deleted = { $count ->
    [one] En fil er slettet fra Matrix-serveren.
   *[other] { $count } filer er slettet fra Matrix-serveren.
}
media-left = { $count ->
    [one] En fil
   *[other] { $count } filer
} skal væk fra Matrix-serveren, og botten må ikke slette der. Slet ved adressen i jeres administrationsværktøj (Synapse: DELETE { $path } med SERVER/ID fra adressen), eller kør igen med --admin-token-file FIL.
media-still = { $count ->
    [one] En fil
   *[other] { $count } filer
} kunne heller ikke slettes med det token: er det en serveradministrators, og svarer { $path } på den adresse (--homeserver URL)?

## hotspotbot trust (bot/cli_trust.py)

trust-identity = Botten har sin identitet, og den er offentliggjort ({ $key }).
trust-identity-none = Botten har ingen identitet endnu. Den laver en ved første start.
trust-identity-unpublished = Bottens identitet er ikke offentliggjort endnu. Det gør den næste start.
trust-identity-foreign = { $user } har en identitet, som denne database ikke har nøglerne til. Med gendannelsesfilen: „hotspotbot trust recover FIL“. Uden: „hotspotbot trust reset“; så skal alle bekræfte botten igen.
trust-device = Bottens enhed { $device } er bekræftet af identiteten.
trust-device-none = Botten er ikke logget ind på en enhed med nøgler. Det gør den næste start.
trust-device-unsigned = Bottens enhed { $device } er ikke bekræftet, så Element hverken læser eller skriver til den. Start botten igen.
trust-device-others = Kontoen har flere enheder: { $devices }. Er det ikke jeres, så luk dem på serveren, og skift adgangskoden.
trust-file-lies = Gendannelsesfilen ligger stadig på maskinen ({ $path }). Læg den i et pengeskab, og slet den her.
trust-people-unsigned = Uden en enhed, de selv har bekræftet: { $who }. Bed dem bekræfte den i Elements indstillinger; ellers får de ingen nøgler, og botten hører dem ikke.
trust-person-verified = Botten har bekræftet { $who }.
trust-recovered = Identiteten fra { $path } er lagt i databasen. Start botten (igen): så bekræfter den sin enhed. Læg filen tilbage i pengeskabet.
trust-recovered-unpublished = Identiteten fra { $path } er lagt i databasen. Serveren kendte den ikke; botten offentliggør den, når den starter (igen). Læg filen tilbage i pengeskabet.
trust-reset-password = En ny identitet kræver bottens adgangskode. Sæt HOTSPOTBOT_PASSWORD eller password_file under [matrix].
trust-reset-ask = Botten får en ny identitet. Alle, der har bekræftet den, ser en advarsel og skal bekræfte den igen, og sikkerhedskopien af rumnøgler begynder forfra. Den gamle gendannelsesfil duer ikke mere. Fortsæt?
trust-reset-done = Botten har en ny identitet. Den nye gendannelsesfil er { $path }: læg den i et pengeskab, slet den her, og makulér den gamle. Start botten (igen) nu, og bed alle bekræfte den igen.
trust-verify-unknown = { $who } står ikke under [[people]] i konfigurationen. Skriv hele id'et, for eksempel @mette:example.dk.
trust-verify-lead = Botten bekræfter kun dem, der har rollen lead, og det har { $who } ikke. { $who } kan selv bekræfte botten i Element; det kræver ikke denne kommando.
trust-verify-not-running = Botten kører ikke, og det er den, der bekræfter. Start den, og prøv igen.
trust-verify-waits = Venter på { $who }: åbn bottens profil i Element, og vælg „Bekræft“ med emoji.
trust-verify-ask = Læs dem op for { $who }, helst i telefonen. Er det de samme, i samme rækkefølge?
trust-verify-theirs = Nu skal { $who } også trykke på, at emojierne passer sammen.
trust-verify-outcome = { $outcome ->
    [signed] Botten har bekræftet { $who }.
    [no] Intet er bekræftet. Var emojierne forskellige, kan nogen sidde imellem: begynd forfra, og ring til jeres it-afdeling, hvis det sker igen.
    [cancelled] Bekræftelsen blev afbrudt. Intet er bekræftet; begynd forfra.
    [changed] { $who } har en anden identitet nu end den, der blev bekræftet. Intet er bekræftet; begynd forfra.
    [none] { $who } har ingen identitet, der kan bekræftes. Bed personen sætte sikker sikkerhedskopi op i Element, og begynd forfra.
    [refused] Serveren ville ikke tage imod bekræftelsen. Loggen siger hvorfor (keys.refused).
   *[late] Der skete ikke noget i tide. Intet er bekræftet; prøv igen.
}

## Frie svar (bot/answer)

answer-ask-question = Det læste jeg som et spørgsmål, så jeg har ikke ændret noget. Svar for eksempel „færdig“, „næste fredag“ eller „er i gang“.
answer-ask-doubt = Du lyder i tvivl, så jeg har ikke ændret noget. Skriv „færdig“, når den er det, eller en dag, for eksempel „på fredag“.
answer-ask-vague_date = Hvornår skal jeg så spørge igen? Skriv en dag, for eksempel „næste fredag“ eller „d. 3/12“.
answer-ask-impossible_date = Den dato kan jeg ikke bruge. Skriv en, der ligger fremme, for eksempel „næste fredag“ eller „d. 3/12“.
answer-ask-two = Jeg kan læse det på to måder, så jeg har ikke ændret noget. Skriv én ting ad gangen, for eksempel „færdig“ eller „på fredag“.
answer-ask-short = Tak for beskeden. Hvordan går det med aftalen? Svar for eksempel „færdig“, „næste fredag“ eller „er i gang“.
answer-ask-cancel = Jeg sletter ikke noget på et frit svar. Skriv „!annuller“ og aftalens nummer, hvis den skal væk, eller „kan ikke“, hvis du må melde fra.
answer-ask-who = Hvem skal have den? Skriv for eksempel „giv den til Lene“. Indtil da står den hos dig.
answer-ask-unclear = Det forstod jeg ikke. Svar for eksempel „færdig“, „næste fredag“, „kan ikke“ eller „er i gang“.

## Tidspunkter, der skal spørges om (bot/when/)

when-ask-vague = „{ $phrase }“ er ikke én bestemt dag. Skriv en dag, fx „fredag“, „3/12“ eller „om 14 dage“.
when-ask-two = Jeg kan læse to frister, { $date } eller { $other }, og skal vide hvilken. Skriv den, du mener, fx „fredag“ eller „3/12“.
when-ask-past = „{ $phrase }“ er forbi. Skriv en dag, der ligger foran os, fx „mandag“ eller „om en uge“.
when-ask-clock_past = Klokken er mere end det: „{ $phrase }“ er forbi. Skriv fx „i dag kl. 16“ eller „i morgen kl. 9“.
when-ask-clock_half = Er „{ $phrase }“ kl. { $hour } eller kl. { $other }? Skriv det med fire cifre, fx „kl. { $other }“.
when-ask-impossible = „{ $phrase }“ findes ikke i kalenderen. Skriv en dag, der gør, fx „28/2“ eller „uge 48“.
when-ask-contradiction = „{ $phrase }“ passer ikke med kalenderen: der står { $date } på den dato. Skriv den dag, du mener, fx „fredag“ eller „3/12“.
when-ask-far = „{ $phrase }“ ligger langt ude i fremtiden ({ $date }). Mener du det, så skriv datoen med årstal, fx „1/10 2027“.
when-ask-needs_calendar = Jeg kender ikke datoerne i „{ $phrase }“. Skriv en dag, fx „22/2“ eller „uge 8“.
when-ask-none = Jeg forstår ikke „{ $phrase }“ som en frist. Skriv fx „fredag“, „3/12 kl. 10“ eller „inden jul“.
when-ask-meeting = Det er et møde, og her kender jeg ingen mødekalender. Skriv en dag, fx „fredag“ eller „3/12“.
when-ask-repeat = Det gentager sig, og en frist er én dag. Skriv den første, fx „mandag“ eller „3/12“.

## Dagsorden og referat (bot/documents/…)

doc-page = Side { $page } af { $pages }
agenda-head = Dagsorden for { $forum }
agenda-span = uge { $week } · { $day } { $year } kl. { $start }–{ $end }
agenda-with = med { $agencies }
agenda-without = uden { $agencies }
agenda-and = og
agenda-overdue = Aftaler over fristen
agenda-due = Aftaler med frist inden næste møde
agenda-no-text = punkt uden ordlyd
agenda-carried = (overført)
agenda-carried-from = (overført fra uge { $week })
agenda-minutes = { $count } min
agenda-no-time = ikke tid på mødet
agenda-now = i gang nu
agenda-done = færdigt
agenda-more = og { $count } mere
agenda-empty = Der er ingen punkter endnu.
agenda-too-long = Punkterne beder om { $asked } minutter, og mødet varer { $length }. Tiderne er skåret ned, så alle kan nås.
agenda-too-many = Der er { $count } punkter på et møde på { $length } minutter: { $left ->
    [one] det sidste
   *[other] de sidste { $left }
} er der ikke tid til.
agenda-add = Mangler der noget? Skriv fx `{ $prefix }dagsorden friplads til søskende 10 min`.
minutes-title = Referat
minutes-title-decisions = Beslutningsreferat
minutes-place = Sted:
minutes-chair = Mødeleder:
minutes-unended = Mødet blev ikke afsluttet; referatet er lavet ud fra det, der blev skrevet.
minutes-present = Til stede
minutes-apologies = Afbud
minutes-absent = Ikke mødt
minutes-nobody = Der er ikke noteret, hvem der var til stede.
minutes-unnamed = uden navn
minutes-others = Øvrige
minutes-decisions = Beslutninger
minutes-no-decisions = Der er ingen beslutninger fra mødet.
minutes-decision = Beslutning { $label }:
minutes-since = Besluttet siden sidst
minutes-decided-by = { $words } – { $who }, { $day }
minutes-nothing = Ingen beslutninger eller nye aftaler.
minutes-otherwise = I øvrigt
minutes-carried = Overført til næste møde
minutes-not-reached = Ikke nået
minutes-actions = Aftaler: hvem gør hvad hvornår
minutes-head-number = Nr.
minutes-head-who = Hvem
minutes-head-what = Hvad
minutes-head-when = Hvornår
minutes-about = Om { $about }: { $words }
minutes-case = Sag { $case }
minutes-see-case = Se sagens egen side: { $cases }.
minutes-from-item = Fra punkt { $number }
minutes-extract = Kun det, der hører til sag { $case }.
minutes-agencies = Til stede: { $agencies }.
minutes-no-case = Referatet har ikke noget om sag { $case }.
minutes-addenda = Tilføjelser efter godkendelsen
minutes-addendum = { $at }, { $who }: { $words }
minutes-addendum-about = { $at }, { $who }, om { $about }: { $words }

## Møder: kommandoer og det, tiden gør (bot/commands/meetings.py, bot/duties/meetings.py)

meeting-list = **Kommende møder:**
meeting-cancelled-mark = **aflyst**
meeting-with = med { $agencies }
meeting-without = uden { $agencies }
meeting-moved = Mødet { $before } er flyttet til **{ $day }**.
meeting-moved-actions = { $count ->
    [one] Aftale { $numbers } havde fristen til mødet. Flyt den med, hvis I vil: `{ $example }`
   *[other] Aftalerne { $numbers } havde fristen til mødet. Flyt dem med, hvis I vil: `{ $example }`
}
meeting-cancelled = Mødet **{ $day }** er aflyst. Det, der stod på dagsordenen, kommer på den næste.
meeting-next = Næste møde er { $day }.
meeting-extra = Ekstra møde: **{ $day }**. Sæt punkter på med `{ $prefix }dagsorden`.
meeting-changed-by = { $state ->
    [cancelled] { $who } har aflyst mødet **{ $day }**.
   *[planned] { $who } har lagt mødet **{ $day }**.
}
meeting-calendar = { $count ->
    [one] Her er mødet som kalenderfil. Åbn den, så står det i din kalender.
   *[other] Her er { $count } møder som kalenderfil. Åbn den, så står de i din kalender.
}
meeting-started = Mødet er begyndt kl. { $at }. { $who } leder det. Reagér på denne besked eller skriv noget, så står du som fremmødt.
meeting-no-agenda = Der er ingen punkter på dagsordenen. Sæt et på med fx `{ $prefix }dagsorden friplads til søskende 10 min`.
meeting-taken-over = { $who } leder mødet nu.
meeting-ended = Mødet er slut kl. { $at }. { $actions ->
    [0] Ingen aftaler
    [one] 1 aftale
   *[other] { $actions } aftaler
 }, { $decisions ->
    [0] ingen beslutninger
    [one] 1 beslutning
   *[other] { $decisions } beslutninger
 }. Referatet er på vej som udkast til den, der ledte mødet.
meeting-ended-left = { $count ->
    [one] Ét punkt nåede I ikke; det kommer på næste dagsorden.
   *[other] { $count } punkter nåede I ikke; de kommer på næste dagsorden.
}
meeting-closed = Ingen afsluttede mødet, så jeg har lukket det. Referatet er på vej som udkast til den, der ledte det.
meeting-item-time = ({ $minutes } min, til kl. { $at })
meeting-last-item = Det var det sidste punkt. Afslut mødet med `{ $prefix }møde slut`.
meeting-present = Fremmødt: { $who }.
meeting-apology = Afbud: { $who }.
meeting-apology-day = Afbud til mødet { $day }: { $who }.
meeting-ask-start = Klokken er { $at }. Skal vi begynde mødet? Reagér med ✅, eller skriv `{ $prefix }møde start`.
meeting-ask-end = Tiden er gået. Er mødet slut, { $who }? Reagér med ✅, eller skriv `{ $prefix }møde slut`. Ellers lukker jeg det om en time.
meeting-headsup = { $count ->
    [one] På mødet i { $forum } **{ $day }** ser I på en af dine aftaler, som er over fristen. Er den færdig, eller skal den have en ny dato, så svar her.
   *[other] På mødet i { $forum } **{ $day }** ser I på { $count } af dine aftaler, som er over fristen. Er de færdige, eller skal de have en ny dato, så svar her.
}
time-item = Punkt { $number } har { $minutes } min tilbage (til kl. { $at }).
time-item-over = Punkt { $number } er { $minutes } min over tiden (kl. { $at }).
time-meeting = Mødet har { $minutes } min tilbage (til kl. { $at }).
time-meeting-over = Mødet er { $minutes } min over tiden (kl. { $at }).
time-items = { $count ->
    [0] Der er ikke flere punkter.
    [one] Der er 1 punkt igen.
   *[other] Der er { $count } punkter igen.
}
action-next-meeting-short = (næste møde)
decision-recorded = **Beslutning { $label }:** { $words }
decision-between = Der er ikke møde nu; beslutningen kommer med i næste referat.

problem-meeting-in-room = Det skal skrives i det rum, hvor mødet hører til. Skriv `{ $prefix }møde` her, så viser jeg de næste.
problem-meeting-which-forum = Du er med i flere grupper ({ $forums }). Skriv det i den gruppes rum, du mener.
problem-meeting-unknown = Jeg kender ikke „{ $word }“. Skriv fx `{ $prefix }møde start`, `{ $prefix }møde slut` eller `{ $prefix }møde flyt tirsdag kl. 13`.
problem-meeting-near = Jeg kender ikke „{ $word }“. Mente du `{ $meant }`?
problem-no-meeting-known = Jeg kender intet næste møde her. Læg et med fx `{ $prefix }møde ekstra torsdag kl. 14`.
problem-no-meeting-week = Der er intet møde i uge { $week }. Skriv `{ $prefix }møde`, så viser jeg de næste.
problem-no-such-week = Uge { $week } findes ikke. Skriv en uge fra 1 til 52 eller 53.
problem-no-meeting-running = Der er ikke møde i gang her. Begynd det med `{ $prefix }møde start`.
problem-meeting-ended = Mødet er allerede slut ({ $at }).
problem-meeting-runs = Mødet er i gang siden kl. { $at }, og { $who } leder det. Leder du det nu, så skriv `{ $prefix }møde overtag`.
problem-chair-already = Du leder allerede mødet. Afslut det med `{ $prefix }møde slut`.
problem-not-chair = { $who } leder mødet. Kun den, der leder det, koordinatoren og Hotspotchefen kan afslutte det. Leder du det nu, så skriv `{ $prefix }møde overtag` først.
problem-meeting-when-missing = Hvornår? Skriv fx `{ $prefix }møde flyt tirsdag kl. 13` eller `{ $prefix }møde ekstra torsdag kl. 14`.
problem-meeting-when = Jeg forstår ikke „{ $word }“ som en dag. Skriv fx `{ $prefix }møde flyt tirsdag kl. 13`.
problem-meeting-hour = Hvad er klokken? Skriv fx `{ $prefix }møde ekstra torsdag kl. 14`.
problem-meeting-past = { $when } er forbi. Skriv en dag, der ligger foran os.
problem-no-meeting-day = Den dag ({ $day }) er der intet møde. Skriv `{ $prefix }møde`, så viser jeg de næste.
problem-meeting-same = Mødet er allerede { $day }. Skriv en anden dag eller time, fx `{ $prefix }møde flyt tirsdag kl. 13`.
meeting-example-hour = kl. 10
problem-meeting-a-day = { $known ->
    [yes] Der er møde den dag ({ $day }).
   *[no] Den dag ({ $day }) er der intet møde.
 } Skal det næste møde flyttes dertil, så skriv `{ $prefix }møde flyt { $words }`; skal der være et ekstra, så skriv `{ $prefix }møde ekstra { $words }`.
problem-meeting-start-later = Mødet begynder i det øjeblik, du skriver `{ $prefix }møde start`. Skal det lægges til senere, så skriv `{ $prefix }møde flyt { $words }`.
problem-attendee-everybody = Skriv det i det rum, hvor mødet er; så noterer jeg alle i rummet.
problem-next = Skriv `{ $prefix }næste`, eller punktets nummer: `{ $prefix }næste 4`.
problem-no-item = { $count ->
    [0] Der er ingen punkter på dagsordenen. Sæt et på med `{ $prefix }dagsorden emne 10 min`.
    [one] Punkt { $number } findes ikke; der er 1 punkt. Skriv `{ $prefix }dagsorden`, så viser jeg det.
   *[other] Punkt { $number } findes ikke; der er { $count } punkter. Skriv `{ $prefix }dagsorden`, så viser jeg dem.
}
problem-no-more-items = Der er ikke flere punkter. Afslut mødet med `{ $prefix }møde slut`.
problem-attendee = Jeg kender ingen „{ $word }“ her. Er det en gæst, så skriv `{ $prefix }fremmødt gæst Hanne fra skolen`.
problem-attendee-near = Jeg kender ingen „{ $word }“ her. Mente du { $name }? Er det en gæst, så skriv „gæst“ foran navnet.
problem-attendee-citizen = Du kan melde dig selv, men ikke andre: `{ $prefix }afbud`.

## Dagsordenen i samtalen (bot/commands/agenda.py)

agenda-none = Der er hverken møde eller punkter i vente. Sæt et punkt på med fx `{ $prefix }dagsorden friplads til søskende 10 min`.
agenda-waiting = **Venter på næste møde:**
agenda-waits = Sat på til næste møde: „{ $words }“
agenda-added = Sat på som punkt { $number }{ $minutes ->
    [0] {""}
   *[other] {" "}({ $minutes } min)
 } til mødet { $day }: „{ $words }“
agenda-struck = Taget af dagsordenen: „{ $words }“ (var punkt { $number }).
agenda-timed = Punkt { $number } har { $minutes } min: „{ $words }“
agenda-moved = „{ $words }“ er nu punkt { $number }.
agenda-kind-overdue = aftaler over fristen
agenda-kind-due = aftaler med frist
agenda-kind-carried = overført punkt
agenda-kind-added = punkt
agenda-kind-standing = fast punkt
problem-agenda-number = Hvad skal der ske med punkt { $number }? Skriv fx `{ $prefix }dagsorden stryg { $number }`, `{ $prefix }dagsorden { $number } 15 min` eller `{ $prefix }dagsorden flyt { $number } til 1`.
problem-agenda-empty = Hvad skal på dagsordenen? Skriv fx `{ $prefix }dagsorden friplads til søskende 10 min`.
problem-agenda-long = Et punkt er en linje: skriv det kort, højst { $count } tegn. Resten kan I tage på mødet.
problem-agenda-citizen = Du kan sætte punkter på dagsordenen, men ikke flytte eller stryge dem. Skriv fx `{ $prefix }dagsorden mere lys på stien`.
problem-agenda-full = Der er { $count } punkter på dagsordenen, og flere kan den ikke have. Stryg nogle først.

## Kalender og referat (bot/proceedings, bot/commands/minutes.py)

calendar-summary = { $forum }: møde
calendar-cancelled = Aflyst: { $forum }
calendar-alt = { $count ->
    [one] Kalenderfil: mødet i { $forum }
   *[other] Kalenderfil: { $count } møder i { $forum }
}
calendar-with = Med { $agencies }.
calendar-without = Uden { $agencies }.
minutes-draft-head = **Udkast til referat { $label }.** Ret ved at redigere de oprindelige beskeder, eller skriv fx `{ $prefix }referat ret { $week }-1 ny ordlyd` eller `{ $prefix }referat tilføj punkt 2: …`. Godkend med ✅ eller `{ $prefix }referat godkend`. { $until }
minutes-draft-until = Hører jeg ikke andet, sender jeg det { $at }.
minutes-draft-open = Det sendes først, når du har godkendt det.
minutes-file-name = referat
minutes-file-alt = { $title } { $label } som fil
minutes-file-comes = Referatet { $label } kommer som fil.
minutes-own = { $count ->
    [one] Din aftale fra mødet i { $forum } ({ $label }):
   *[other] Dine { $count } aftaler fra mødet i { $forum } ({ $label }):
}
minutes-is-draft = Udkast, ikke godkendt endnu
minutes-approved = Referatet { $label } er godkendt og sendt.
minutes-remarked = Skrevet i udkastet til referat { $label }.
minutes-about-action = aftale { $number }
minutes-withdrawn = trukket tilbage
agenda-cancelled = **Mødet { $day } er aflyst.** Det, der stod på dagsordenen, kommer på den næste.
problem-minutes-in-room = Referatet kan du læse i det rum, hvor mødet hører til: skriv `{ $prefix }referat` dér.
minutes-addendum-head = Tilføjelse til referat { $label }:
problem-minutes = Jeg forstår ikke „{ $word }“. Skriv fx `{ $prefix }referat`, `{ $prefix }referat uge 47`, `{ $prefix }referat godkend` eller `{ $prefix }referat word`.
problem-no-minutes = Der er ikke holdt noget møde her endnu. Begynd et med `{ $prefix }møde start`.
problem-no-minutes-week = Der er intet referat fra uge { $week }. Skriv `{ $prefix }referat`, så viser jeg det seneste.
problem-minutes-not-yours = Det kan { $who }, som ledte mødet, koordinatoren og Hotspotchefen. Skriv til en af dem, hvis noget skal rettes.
problem-minutes-approved = Referatet { $label } er allerede godkendt. Skriv en tilføjelse med `{ $prefix }referat tilføj …`.
problem-no-decision = Jeg finder ingen beslutning „{ $word }“ her. Skriv nummeret, som det står i referatet, fx `{ $prefix }referat ret 2026-W48-3 ny ordlyd`.
problem-minutes-which = Du har udkast fra flere grupper ({ $forums }). Svar på det udkast, du mener, fx med `{ $prefix }referat godkend`.
problem-meeting-cancel-running = Mødet er i gang. Afslut det med `{ $prefix }møde slut`. Er det et senere møde, der skal aflyses, så skriv dagen med, fx `{ $prefix }møde aflys uge 49`.
problem-meeting-end-later = Jeg kan ikke afslutte mødet på forhånd. Skriv `{ $prefix }møde slut`, når det er slut.
problem-meeting-edited-late = Den besked er for gammel til at rette. Skriv kommandoen i en ny besked.
problem-minutes-several = Der var flere møder i den uge: { $days }. Skriv dagen med, fx `{ $prefix }referat { $example }`.
problem-no-minutes-day = Der er intet referat fra { $day }. Skriv `{ $prefix }referat`, så viser jeg det seneste.
agenda-reworded = Punktet hedder nu: „{ $words }“
meeting-present-day = Fremmødt til mødet { $day }: { $who }.
meeting-ask-start-late = Mødet skulle begynde kl. { $at }. Skal vi begynde nu? Reagér med ✅, eller skriv `{ $prefix }møde start`.
meeting-ask-end-all = Tiden er gået. Er mødet slut? Reagér med ✅, eller skriv `{ $prefix }møde slut`. Ellers lukker jeg det om en time.
minutes-about-item = punkt { $number }

# --- sager
case-urgent = haster
problem-me-near = Jeg forstår ikke „{ $word }“. Mener du: { $example }
problem-cancel-case = Den kommando er til aftaler. Skal hele sagen slettes, så skriv { $example }
problem-case-which = Hvilken sag mener du? Skriv sagens kode med, for eksempel: { $example }
problem-no-such-case = Jeg kender ingen sag { $code } her. Se sagerne med { $prefix }sag.
problem-near-case = Jeg kender ingen sag { $code } her. Mener du { $nearest }? Se sagerne med { $prefix }sag.

## Sager: et navn i det, der bliver skrevet (bot/commands/case_hints.py)
case-hint-name = { $count ->
    [one] Jeg ser et navn ({ $names }). Sagens kode er nok: ret din besked, så retter jeg sagen.
   *[other] Jeg ser navne ({ $names }). Sagens kode er nok: ret din besked, så retter jeg sagen.
 }

## Sager på dagsordenen (bot/documents/agenda_cases.py)

agenda-case = sagen
agenda-case-lifted = løftet
agenda-case-new = ny
agenda-case-reopened = genåbnet
agenda-case-late = ikke fulgt op siden { $day }
agenda-case-unanswered = Mangler svar: { $agencies }
agenda-cases-waiting = Venter til næste gang: { $codes } ({ $count })

## Sager: listen, den enkelte sag og handleplanen (bot/documents/case.py)
case-state-open = åben
case-state-resting = i bero
case-state-escalated = løftet
case-state-closed = lukket
case-closed-on = lukket { $day }
case-rests = i bero til { $day }
case-follow-up = følges op senest { $day }
case-follow-up-missed = skulle være fulgt op senest { $day }
case-followed-last = Sidst taget op { $day }.
case-reopened-never = Åbnet igen { $day }, ikke taget op på et møde siden.
case-followed-never = Åbnet { $day }, ikke taget op på et møde endnu.
case-reason = Grund: { $words }
case-lifted-to = Løftet til { $forum }.
case-parameter-work = beskæftigelse
case-parameter-social = socialt
case-parameter-education = uddannelse
case-trend-better = fremgang
case-trend-same = uændret
case-trend-worse = tilbagegang
case-trend-by = { $trend } ({ $who }, { $day })
case-the-group = gruppen
case-no-goal = intet mål endnu
case-no-actions = Ingen åbne aftaler.
case-actions = { $count ->
    [one] **{ $count } åben aftale**
   *[other] **{ $count } åbne aftaler**
}{ $overdue ->
    [0] {""}
   *[other] , { $overdue } over fristen
}. Først:
case-news = **Nyt fra forvaltningerne:**
case-update-nothing = intet nyt
case-update-withheld = må ikke deles
case-followers = Følger med: { $names }
case-a-caseworker = { $name }, sagsbehandler
case-related = Beslægtet med: { $codes }
case-plan-head = Handleplan for { $code }
case-plan-empty = Der er ingen aftaler i planen endnu.
case-plan-no-agency = Uden forvaltning
case-plan-more = og { $count } mere
case-plan-number = Nr.
case-plan-what = Hvad
case-plan-who = Hvem
case-plan-by = senest { $due }
case-plan-due = Frist
case-plan-state = Status
case-planb = Plan B

## Ressourceskemaet (bot/commands/sheet.py, bot/documents/sheet.py)

sheet-head = **Ressourceskema { $case }**: { $filled } af { $count } felter er udfyldt.
sheet-by = { $who }, { $day }
sheet-old = gammelt svar
sheet-answered = er besvaret af en anden forvaltning
sheet-missing = Mangler
sheet-emptied = tømt
sheet-nothing-lacks = Intet mangler, og intet er gammelt.
sheet-section-empty = I { $section } er der ikke noget, du kan se.
sheet-count-missing = **Mangler:** { $counts }.
sheet-count-old = **Gammelt:** { $counts }.
sheet-see-missing = Se hvad: `{ $prefix }skema { $code } mangler`
sheet-lacking-head = Det mangler i skemaet for { $case }
sheet-lacks = mangler: { $fields }
sheet-is-old = har gamle svar: { $fields }
sheet-how = Udfyld sådan: `{ $prefix }skema { $code } felt: svar`. Eller svar på denne besked med felt, kolon og svar; gerne flere linjer.
sheet-step = { $who }, { $day }
sheet-options = Svar med: { $options }.
sheet-whose = Feltet hører til { $agencies }. Jeg har skrevet svaret ned, og de kan rette det.
sheet-filled = **{ $code } · { $field }**: { $words }
sheet-replaced = Før stod der: { $words } ({ $who }, { $day }). Det står stadig i feltets historik.
sheet-replaced-other = Der stod et svar fra en anden forvaltning. Det står stadig i feltets historik.
sheet-cleared = **{ $code } · { $field }** er tømt.
sheet-file-name = ressourceskema
sheet-file-alt = Ressourceskema for { $code }, til Word
sheet-file-comes = Her kommer skemaet for { $code } som fil. Send det kun videre til dem, der må se det.
sheet-file-direct = Skemaet for { $code } kommer til dig i en privat besked, ikke her.
sheet-doc-title = Ressourceskema { $code }
sheet-doc-updated = Opdateret d. { $day }
sheet-doc-empty = Ikke udfyldt endnu
sheet-doc-answers = { $section }: svar
sheet-doc-newest = Det seneste fra hver, og observationer
sheet-doc-steps = Alle svar, de nyeste først
sheet-doc-field = Felt
sheet-doc-value = Svar
sheet-doc-source = Forvaltning og dato
sheet-doc-who = Hvem
sheet-doc-day = Dato
sheet-doc-update = Status
sheet-doc-none = Ingen.
sheet-doc-lacking = Det mangler
sheet-doc-lacks = mangler: { $fields }
sheet-doc-is-old = har gamle svar: { $fields }
sheet-doc-history = Historik
problem-sheet-follower = Du følger { $code }, men skemaet er for forummets medlemmer. Fortæl, hvad du ved, med `{ $prefix }status { $code } …`.
problem-sheet-file = Skemaet som fil er for forummets medlemmer. Dine egne felter ser du med `{ $prefix }skema { $code }`.
problem-sheet-no-field = Jeg finder ikke noget felt i „{ $word }“. Se felterne med `{ $prefix }skema { $code } mangler`, og skriv feltet, kolon og svaret.
problem-sheet-near-field = Jeg finder ikke noget felt i „{ $word }“. Mente du { $nearest }? Skriv: `{ $prefix }skema { $code } { $field }: …`
problem-sheet-which = „{ $word }“ kan være flere felter: { $fields }. Skriv det hele, fx `{ $prefix }skema { $code } { $field }: …`
problem-sheet-number = Der er ingen { $section } { $number }. Skemaet har plads til { $count }.
problem-sheet-options = „{ $word }“ passer ikke til { $field }. Svar med: { $options }. Fx `{ $prefix }skema { $code } { $name }: …`
problem-sheet-date = Jeg kan ikke læse „{ $word }“ som en dato. Skriv den sådan: `{ $prefix }skema { $code } { $name }: 12. august 2026`
problem-sheet-long = Svaret til { $field } er på { $count } tegn, og der er plads til { $limit }. Skriv det vigtigste; resten hører til i fagsystemet.
problem-sheet-not-yours = { $field } er ikke et felt, din forvaltning svarer på. Du kan udfylde: { $yours }.
problem-sheet-personal-off = { $field } er slået fra i skemaet. Sagens kode er nok.
problem-sheet-personal-whose = { $field } ser og skriver kun koordinatoren og Hotspotchefen, i en privat besked.
problem-sheet-personal-room = { $field } hører ikke til i et rum. Skriv det til mig i en privat besked, og slet beskeden her.

## Sager: kommandoer (bot/commands/cases.py, case_changes.py, case_state.py, case_people.py, case_shown.py)
case-opened = **Sag { $code } er åbnet:** { $words }
case-opened-next = Den kommer på næste møde, { $day }. Brug koden i stedet for navne.
case-opened-next-unknown = Den kommer på det næste møde. Brug koden i stedet for navne.
case-opened-in = Den hører til { $forum }, og rummet har fået det at vide.
case-opened-by = { $who } åbnede den i en direkte besked til mig.
cases-head = { $count ->
    [one] **{ $count } sag:**
   *[other] **{ $count } sager.** Øverst står den, der har ventet længst:
}
cases-head-closed = { $count ->
    [one] **{ $count } lukket sag:**
   *[other] **{ $count } lukkede sager:**
}
cases-head-all = { $count ->
    [one] **{ $count } sag, lukkede med:**
   *[other] **{ $count } sager, lukkede med:**
}
cases-none = Her er ingen åbne sager. Åbn en med `{ $prefix }sag ny` og det, den handler om.
cases-none-here = Her er ingen åbne sager. Har du set noget, så skriv `{ $prefix }status`, sagens kode og det, du så.
cases-none-closed = Her er ingen lukkede sager. Se de åbne med `{ $prefix }sag`.
cases-more = … og { $count } til: `{ $again }`
case-goal-set = { $code }, mål for { $parameter }: { $words }
case-goal-gone = { $code } har ikke længere noget mål for { $parameter }.
case-trend-set = { $code }, { $parameter }: { $trend } ({ $who }).
case-described = { $code } handler nu om: { $words }
case-urgent-set = { $code } er nu en hastesag.
case-urgent-gone = { $code } haster ikke længere.
case-related-set = { $code } og { $other } er nu beslægtede sager.
case-related-already = { $code } og { $other } var beslægtede i forvejen.
case-related-gone = { $code } og { $other } er ikke beslægtede.
case-on-agenda = { $code } er sat på dagsordenen til mødet { $day }.
case-on-agenda-already = { $code } står allerede på dagsordenen ({ $day }).
case-agenda-waits = { $code } kommer på dagsordenen, når I har et næste møde.
case-next-meeting = næste møde
case-a-coordinator = koordinatoren
case-follower-set = { $name } følger nu { $code } og har fået besked. Følgere ser mål, plan og frister, ikke det, forvaltningerne skriver.
case-follower-already = { $name } følger { $code } i forvejen.
case-caseworker-set = { $name } er nu sagsbehandler på { $code } og har fået besked. Jeg spørger vedkommende før møderne, i en direkte besked.
case-caseworker-already = { $name } er sagsbehandler på { $code } i forvejen.
case-knows-already = { $name } er med i gruppen og kan se { $code } i forvejen.
case-unfollowed = { $name } følger ikke længere { $code } og har fået besked.
case-follows-not = { $name } følger ikke { $code }.
case-told-follower = { $who } har sat dig til at følge sag { $code }. Du kan se dens mål, plan og frister: skriv `{ $prefix }sag { $code }` til mig her. Andre steder nævner jeg den ikke for dig.
case-told-caseworker = { $who } har sat dig på som sagsbehandler i sag { $code }. Jeg spørger dig her før gruppens møder, og du kan skrive til mig om den når som helst. Se mål, plan og frister med `{ $prefix }sag { $code }`. „Det må jeg ikke dele“ er altid et gyldigt svar.
case-told-stop = { $who } har taget dig af sag { $code }. Jeg skriver ikke mere til dig om den. `{ $prefix }aftaler mine` viser dine egne aftaler.
case-rests-now = { $code } er i bero til { $day }. Så kommer den selv på dagsordenen igen.
case-rests-assumed = Du sagde ingen dato, så jeg har sat tolv uger.
case-closed = { $code } er lukket. Den kan åbnes igen med `{ $prefix }genåbn { $code }`.
case-closed-already = { $code } er lukket i forvejen.
case-closed-actions = { $count ->
    [one] Den har { $count } åben aftale, som fortsætter:
   *[other] Den har { $count } åbne aftaler, som fortsætter:
}
case-closed-more = og { $count } til
case-reopened = { $code } er åben igen og kommer på næste møde.
case-open-already = { $code } er åben i forvejen.
case-follow-up-set = { $code } følges op senest { $day }.
case-followed-now = { $code } er fulgt op. Næste gang senest { $day }.
case-history = { $code }: sådan er den gået
case-history-earlier = … efter { $count } tidligere skridt:
case-step = { $day } { $who }: { $what }
case-step-bot = botten
case-step-action = { $day } aftale { $number }: { $words }
case-step-decision = { $day } beslutning: { $words }
case-step-opened = åbnede sagen
case-step-reopened = åbnede den igen
case-step-resting = lod den hvile
case-step-closed = lukkede den
case-step-described = beskrev den på ny
case-step-urgent = satte den som hastesag
case-step-not-urgent = den haster ikke længere
case-step-followed = tog den op
case-step-follow-up = satte opfølgning senest { $day }
case-step-follower = { $name } følger med
case-step-caseworker = { $name } er sagsbehandler
case-step-unfollow = { $name } følger ikke længere
case-step-goal = mål for { $parameter }: { $words }
case-step-goal-gone = intet mål for { $parameter }
case-step-trend = { $parameter }: { $trend }
case-step-related = knyttede en beslægtet sag
case-step-unrelated = løste båndet til en anden sag
case-step-because = { $what }: „{ $words }“
case-step-update = „{ $words }“
case-step-value = skrev i ressourceskemaet
case-step-lifted = løftede den til { $forum }
case-step-returned = sendt retur fra { $forum }
problem-case-unclear = Vil du åbne en sag? Så skriv { $prefix }sag ny { $words }. Vil du se én, så skriv { $prefix }sag og dens kode.
problem-case-empty = Hvad handler sagen om? Skriv det uden navne, fx: { $prefix }sag ny skolefravær, familien mangler kontakt
problem-case-long = Det er { $count } tegn. Her er plads til { $most }: skriv det vigtigste, og resten i skemaet eller som en status.
problem-case-new-nowhere = Sager åbnes i en fremdriftsgruppe, og du er ikke med i nogen. Spørg koordinatoren, eller skriv en observation til en sag med { $prefix }status og dens kode.
problem-case-new-where = Sager åbnes i en fremdriftsgruppe. Skriv det samme der: { $forums }.
problem-case-member = Det kan gruppens egne folk ændre på { $code }. Vil du have det ændret, så skriv til { $who }.
problem-case-read = Hele forløbet i { $code } ser gruppens egne folk. Vil du vide mere, så skriv til { $who }.
problem-case-lead = Det kan koordinatoren eller den, der leder mødet, gøre med { $code }: { $who }.
problem-case-verb = Jeg forstår ikke „{ $word }“. Efter { $own } kan du skrive: { $verbs }.
problem-case-verb-near = Jeg forstår ikke „{ $word }“. Mener du: { $example }
problem-case-goal-parameter = Jeg kender ikke „{ $word }“. Mål sættes for beskæftigelse, socialt eller uddannelse, fx: { $prefix }sag { $code } mål skole i skole fire dage om ugen
problem-case-goal-which = Hvilket mål? Sæt det for beskæftigelse, socialt eller uddannelse, fx: { $prefix }sag { $code } mål skole i skole fire dage om ugen
problem-case-goal-empty = Hvad er målet for { $parameter }? Skriv fx: { $prefix }sag { $code } mål skole i skole fire dage om ugen. „intet“ tager målet væk.
problem-case-trend-parameter = Jeg kender ikke „{ $word }“. Skriv beskæftigelse, socialt eller uddannelse, fx: { $prefix }sag { $code } trend social fremgang
problem-case-trend-which = Hvordan går det med hvad? Skriv fx: { $prefix }sag { $code } trend social fremgang
problem-case-trend-empty = Hvordan går det? Fremgang, uændret eller tilbagegang, fx: { $prefix }sag { $code } trend social fremgang
problem-case-trend = Er „{ $word }“ fremgang, uændret eller tilbagegang? Skriv fx: { $prefix }sag { $code } trend social fremgang
problem-case-subject-empty = Hvad handler { $code } om? Skriv fx: { $prefix }sag { $code } emne skolefravær, familien mangler kontakt
problem-case-related = Hvilken sag hænger { $code } sammen med? Skriv dens kode, fx: { $prefix }sag { $code } beslægtet HS-26-009
problem-case-related-self = { $code } er den samme sag.
problem-case-follower-citizen = { $name } er med som borger og kan ikke følge en sag.
problem-case-caseworker-agency = Hvilken forvaltning er { $name } sagsbehandler for? Skriv den bagefter, fx: { $prefix }sag { $code } sagsbehandler @ali SOF
problem-case-agency = „{ $word }“ er ingen forvaltning her. De hedder: { $agencies }. Skriv fx: { $prefix }sag { $code } sagsbehandler @ali SOF
problem-case-stranger = { $name } står ikke i bottens opsætning, så vedkommende kan ikke følge sager.
problem-case-who = Hvem? Skriv et navn, fx: { $example }
problem-case-nobody = Jeg kender ingen, der hedder „{ $word }“. Skriv fx: { $example }
problem-case-several = Her er flere, der hedder det: { $names }. Skriv hele navnet, fx: { $example }
problem-case-near-name = Jeg kender ingen, der hedder „{ $word }“. Mener du { $name }? Skriv fx: { $example }
problem-case-is-closed = { $code } er lukket. Åbn den først: { $prefix }genåbn { $code }
problem-case-not-open = { $code } er ikke åben. Åbn den først: { $prefix }genåbn { $code }
problem-case-rest-past = Den dag er ikke foran os. Skriv fx: { $prefix }bero { $code } til 15. januar
problem-case-rest-long = Mere end et år er for længe til at hvile. Skriv en dag før, eller luk den: { $prefix }luk { $code }
problem-case-follow-up-empty = Hvornår skal { $code } følges op? Skriv fx: { $prefix }sag { $code } opfølgning 1/12
problem-case-follow-up-late = { $code } skal følges op senest { $day }. Skriv en dag før, eller lad den hvile: { $prefix }bero { $code }

## En sag løftes og kommer tilbage (bot/casework/lifting.py, bot/commands/escalation.py)

lift-head = Løftet hertil: { $case }
lift-from = Fra { $forum } ved { $who }.
lift-me = botten
lift-reason = Grund: { $words }
lift-no-reason = kommer endnu
lift-overdue = Aftaler over fristen ({ $count })
lift-tried = Prøvet indtil nu ({ $count })
lift-agreed = Aftaler ({ $count })
lift-next = { $known ->
    [yes] Sagen står på dagsordenen { $day }.
   *[no] Sagen kommer på dagsordenen for jeres næste møde.
 }
lift-how = Jeres beslutning går tilbage med sagen: `{ $prefix }beslutning { $code } …`. Tilbage uden: `{ $prefix }retur { $code }`.
lift-told = { $who } har løftet { $case } til { $forum }. Grund: { $words }
lift-back = Tilbage fra { $forum }: { $case }
lift-back-undecided = Der er ingen beslutning med tilbage.
lift-gone = { $code } er sendt tilbage til { $forum }{ $decisions ->
    [0] .
    [one] { " " }med 1 beslutning.
   *[other] { " " }med { $decisions } beslutninger.
 } { $actions ->
    [0] {""}
    [one] 1 aftale fulgte med.
   *[other] { $actions } aftaler fulgte med.
 } Vil I have den op igen: `{ $prefix }eskaler { $code } grund`.
lift-closed = { $code } er lukket i { $forum } og ikke længere løftet til jer.
lifted-over = { $code } var løftet til { $forum } og er kommet tilbage. Grunden er rettet. Skal den løftes igen, så skriv `{ $typed } { $code } …` i en ny besked.
problem-lift-over = Den besked løftede en anden sag, som er kommet tilbage. Skal { $code } løftes, så skriv `{ $typed } { $code } …` i en ny besked.
lift-rests = { $code } er i bero i { $forum } og ikke længere løftet til jer.
lift-ended = { $who } har { $what ->
    [closed] lukket { $case }
   *[resting] lagt { $case } i bero
 }. Den er ikke længere løftet til { $forum }.
lift-ended-here = { $code } er { $what ->
    [closed] lukket
   *[resting] i bero til { $day }
 } og ikke længere løftet hertil. Jeg siger det i { $forum }.
lifted-to = { $code } er løftet til { $forum }. { $known ->
    [yes] Den står på dagsordenen dér { $day }.
   *[no] Den kommer på dagsordenen for det næste møde dér.
 }
lifted-again = { $code } er løftet til { $forum }. Grunden er rettet.
lifted-why = Hvorfor løftes { $code }? Svar med grunden, så står den i beskeden til { $forum }.
lifted-reason-set = Grunden til at løfte { $code } står nu i beskeden til { $forum }.
lifted-no-longer = { $code } er ikke længere løftet til { $forum }.
problem-lift-closed = { $code } er lukket. Skriv `{ $prefix }genåbn { $code }` først, hvis den skal løftes.
problem-lift-nowhere = Der er ikke sat noget forum op, som sager herfra løftes til. Sæt escalates_to under rummet i konfigurationen.
problem-lift-already = { $code } er allerede løftet til { $forum }. Skriv en grund bagefter, hvis den skal rettes.
problem-not-lifted = { $code } er ikke løftet noget sted hen.
problem-return-words = Skriv kun koden: `{ $prefix }retur { $code }`. Det, I har besluttet, skriver du med `{ $prefix }beslutning { $code } …`.

## Botten foreslår at løfte en sag (bot/casework/proposing.py)

propose-head = Skal { $case } løftes til { $forum }?
propose-why = Jeg foreslår det, fordi { $why }.
propose-how = Reagér med ✅, eller svar „ja“, så løfter jeg den med den grund. Med ❌ eller „nej“ lader jeg den stå og spørger ikke igen om det samme.
propose-overdue = aftale { $number } er { $days ->
    [one] 1 dag
   *[other] { $days } dage
 } over fristen og påmindet { $times } gange
propose-still = der ikke er sket noget i sagen siden { $day }
propose-still-alone = Der er ikke sket noget i sagen siden { $day }
propose-failed = aftale { $number } blev afvist, og der er ingen plan B
propose-left = Så lader jeg { $code } stå.
propose-done = { $code } er løftet allerede.
propose-over = Det er { $code } ikke længere til: den er lukket, hviler eller er ikke din mere.
propose-unclear = Skal { $code } løftes? Svar ja eller nej.
case-returns = { $case } hviler ikke længere. Den kommer på dagsordenen for næste møde.

## Før mødet: det vigtigste om hver sag (bot/casework/summary.py)

case-summary-new = Nyt siden { $day }:
case-summary-no-news = Intet nyt siden { $day }
case-summary-nothing = intet nyt siden { $day }, ingen åbne aftaler
case-summary-aims = Mål:
case-summary-observed = Observation ({ $who })
case-summary-done = { $count ->
    [one] Færdig: aftale { $numbers }
   *[other] Færdige: aftale { $numbers }
 }
case-summary-sheet = Skemaet: { $missing ->
    [0] intet mangler
    [one] 1 felt mangler
   *[other] { $missing } felter mangler
 }{ $old ->
    [0] {""}
    [one] , 1 er gammelt
   *[other] , { $old } er gamle
 }

## Sager: spørgsmål før møder, og hvad der svares (bot/casework/questions.py, bot/commands/answering.py)
question-head = **{ $case }** · { $forum }, { $day }
question-hello = Hej { $name }. Sagen er på det møde.
question-hello-handed = Hej { $name }. { $by } har givet dig spørgsmålet om den sag.
question-hello-deputy = Hej { $name }. Sagen er på det møde, og jeg spørger dig som stedfortræder for { $by }.
question-hello-back = Hej { $name }. Spørgsmålet om den sag er dit igen: { $deputy } er ikke længere din stedfortræder.
question-progress = { $at } af { $of }.
question-step-news = Hvad er nyt siden sidst, set fra { $agency }?
question-step-trend = Hvordan går det med beskæftigelse, det sociale og uddannelse? Fx „fremgang i skolen, resten uændret“.
question-actions = { $count ->
    [one] Hvordan går det med din aftale i sagen? Svar fx „færdig“, „på fredag“ eller „er i gang“.
   *[other] Hvordan går det med dine aftaler i sagen? Skriv nummeret med, fx „{ $number } færdig“.
 }
question-field = **{ $title }**:
question-field-gone = Det felt findes ikke mere. Skriv „videre“.
question-field-old = Der står: „{ $words }“ ({ $day }). Passer det stadig, så svar „passer“.
question-kind-text = hvad ved du? „Ved ikke“ er et fint svar.
question-kind-yesno = ja eller nej?
question-kind-date = hvilken dag? Fx „3/12“.
question-kind-choice = en af { $options }?
question-tail = Svar med dine egne ord. Kort er fint: „intet nyt“, „det må jeg ikke dele“ eller „spørg“ og en kollegas navn. „Alle“ viser alle spørgsmål på én gang.
question-all-tail = Svar i én besked med bogstavet foran hver linje. Det, du ikke ved noget om, springer du over.
question-again = Jeg mangler dit svar om { $code } til { $forum }, { $day }.
question-again-many = { $count ->
    [one] Jeg mangler dit svar i én sag til { $forum }, { $day }.
   *[other] Jeg mangler dit svar i { $count } sager til { $forum }, { $day }.
 }
question-again-tail = Svar i sagens tråd, eller skriv sagens kode foran, fx „{ $code } intet nyt“.
question-noted = Skrevet ned som nyt fra { $agency } i { $code }.
question-noted-long = Det er en lang tekst ({ $count } tegn). Jeg gemmer det hele, og på mødet viser jeg begyndelsen.
question-nothing = Skrevet ned: intet nyt fra { $agency } i { $code }. Tak.
question-withheld = Det er helt i orden. Jeg skriver, at { $agency } ikke kan dele noget i { $code }.
question-skipped = Sprunget over.
question-trend-noted = Skrevet ned: { $trends }.
question-field-noted = Skrevet ned. { $title }: { $words }
question-done = Det var det hele i { $code }. Tak.
question-ask-question = Det læste jeg som et spørgsmål, så jeg har ikke skrevet noget ned. Spørg koordinatoren, eller svar fx „intet nyt“.
question-ask-doubt = Det skrev jeg ikke ned. Svar, når du ved det – eller skriv „intet nyt“ eller „spørg“ og en kollegas navn.
question-ask-later = Det er fint. Spørgsmålet venter her, til mødet begynder.
question-ask-away = Det skrev jeg ikke ned. Spørgsmålet venter her. Skal en kollega svare, så skriv „spørg“ og navnet. Er du væk, så skriv `{ $prefix }mig fri til fredag`.
question-ask-aside = Det skrev jeg ikke ned som nyt i sagen. Svar her med ord, fx „intet nyt“, eller skriv „spørg“ og en kollegas navn.
question-ask-short = Selv tak. Er der noget nyt i sagen? „Intet nyt“ er også et svar.
question-ask-trend = Er det fremgang, uændret eller tilbagegang? Skriv fx „skole bedre, job det samme“ – eller „spring over“.
question-ask-actions = Det kunne jeg ikke læse som svar om aftalen. Skriv fx „færdig“, „på fredag“ – eller „spring over“.
question-ask-field = Det kunne jeg ikke bruge som svar på det felt. Prøv igen, eller skriv „spring over“.
question-ask-field-still = „{ $title }“ mangler stadig: svar med det der passer, eller skriv „spring over“.
question-which = Hvilken sag mener du? Du har flere spørgsmål åbne:
question-which-tail = Skriv koden foran, fx „{ $code } intet nyt“, eller svar i sagens tråd.
question-which-late = Er det nyt i { $case }? Så skriv koden foran, fx „{ $code } set ved stationen“.
question-one-each = Du nævner flere sager, så jeg har ikke skrevet noget ned. Send en besked for hver, fx „{ $code } intet nyt“.
question-none-open = Jeg har ikke spurgt dig om { $code }. Har du nyt, så skriv fx `{ $prefix }status { $code } begyndt i klubben`.
question-other-case = Du skrev { $code }, så det står der.
question-not-yours = Det spørgsmål er ikke dit mere, så jeg har ikke skrevet noget ned.
question-case-closed = { $code } er lukket, så jeg har ikke skrevet noget ned. Er det vigtigt, så sig det til koordinatoren.
question-closed = Spørgsmålet om { $code } er lukket, så det kan ikke gives videre.
question-off-agenda = { $code } er ikke på mødets dagsorden mere. Det, du skrev, står i sagen.
question-late = Mødet ({ $day }) er begyndt, men det står i sagen.
question-with-colleague = { $name } har fået spørgsmålet om { $code }.
question-reacted = Et tegn siger mig for lidt om { $code }. Svar med ord – „intet nyt“ er nok.
question-handed = { $name } får spørgsmålet om { $code }. Tak.
question-hand-self = Det er dig selv. Skriv en kollegas navn, eller svar fx „intet nyt“.
question-hand-back = Det var { $name }, der gav dig spørgsmålet. Svar, hvad du ved – „intet nyt“ er nok – eller skriv en anden kollegas navn.
question-hand-which = Flere i { $agency } passer på „{ $name }“.
question-hand-unknown = Jeg kender ingen „{ $name }“ i { $agency }.
question-hand-whom = Hvem i { $agency } skal jeg spørge? Skriv „spørg“ og navnet.
question-hand-able = Du kan give det til: { $names }.
question-hand-may-not = { $name } kan ikke høre om { $code } endnu. { $who } kan åbne for det med `{ $command }`.
question-hand-command = sag { $code } sagsbehandler
update-example = status HS-26-014 set glad i klubben i aften
update-open = { $case } ({ $agency }), { $day }
update-open-head = { $count ->
    [one] Jeg mangler svar på ét spørgsmål:
   *[other] Jeg mangler svar på { $count } spørgsmål:
 }
update-open-none = Du har ingen åbne spørgsmål.
update-open-tail = Svar i sagens tråd, eller skriv sagens kode foran.
update-waiting = { $count ->
    [one] Én observation fra dig venter på koordinatoren ({ $codes }).
   *[other] { $count } observationer fra dig venter på koordinatoren ({ $codes }).
 }
update-tail = Hele ugens status: `{ $prefix }ugestatus`.
problem-update-empty = Hvad er nyt i { $code }? Skriv det efter koden, fx `{ $prefix }status { $code } begyndt i klubben`.
problem-update-direct = Skriv det i en direkte besked til mig, så ser kun koordinatoren det: `{ $prefix }status`, koden og det, du har set.
problem-update-closed = { $code } er lukket, så jeg har ikke skrevet noget ned. Er det vigtigt, så sig det til koordinatoren.
observation-thanks = Tak. Koordinatoren får det at se og afgør, om det kommer med i sagen.
observation-told = **{ $case }**: en observation fra { $who }: „{ $words }“. Skal den med i sagen? Svar „ja“ eller „nej“, eller reagér med ✅ eller ❌.
observation-ask = Skal observationen med i sagen? Svar „ja“ eller „nej“.
observation-ask-again = Skal observationen „{ $words }“ med i sagen? Svar „ja“ eller „nej“.
observation-in = Observationen står nu i { $code }.
observation-out = Observationen kommer ikke med i { $code }.
observation-in-already = { $name } har allerede taget den med i { $code }.
observation-out-already = { $name } har allerede valgt den fra i { $code }.
observation-not-yours = Det er koordinatoren for sagen, der afgør det.
observation-withdrawn = Den observation er trukket tilbage.
me-asked-all = Så stiller jeg alle spørgsmål om en sag i én besked.
me-asked-each = Så stiller jeg ét spørgsmål ad gangen.

## Sager i ugestatus (bot/documents/digest_cases.py)

digest-cases-follow-up = Sager, der mangler opfølgning ({ $count })
digest-case-followed = sidst fulgt op { $day }
digest-case-never = ikke taget op siden { $day }
digest-cases-new = **Nye sager ({ $count }):** { $codes }
digest-cases-closed = **Lukkede sager ({ $count }):** { $codes }
digest-cases-lifted-away = **Løftet herfra ({ $count }):** { $codes }
digest-cases-lifted-here = **Løftet hertil ({ $count }):** { $codes }
digest-cases-came-back = **Kommet tilbage ({ $count }):** { $codes }
digest-cases-sent-back = **Sendt tilbage ({ $count }):** { $codes }
digest-cases-unanswered = Mangler svar om sager
digest-cases-still = Sager uden bevægelse ({ $count })
digest-case-still = intet sket siden { $day }
digest-coarse-cases = Sager: { $open } i gang, heraf { $late } uden opfølgning i tide. Lukkede i perioden: { $closed }.

## Strømme: hvor oplysninger går hen (bot/access.py, hotspotbot check --flows)

flow-own-room = Et forums oplysninger går til forummets eget rum.
flow-owner = En aftale går til den, der har den, og som er i forummet, og til kontaktpersonen for en partner uden for kommunen.
flow-writer = En aftale går til den, der skrev den, så længe vedkommende er i forummet.
flow-lead = Et forums oplysninger går til direkte beskeder hos forummets koordinatorer og Hotspotchefen.
flow-member = Et forums oplysninger går til direkte beskeder hos den, der er i forummets rum nu.
flow-disclosed = En aftale går til den, der har den uden for forummet, når den, der skrev den, har sagt ja.
flow-deputy = Det, der går til den, der har en aftale, går også til vedkommendes stedfortræder, så længe det varer.
flow-lifted = En sag og dens aftaler går til det forum, sagen er løftet til, så længe den er løftet.
flow-returned = Det, der blev aftalt dér, går tilbage til det forum, sagen kom fra.
flow-follower = Hvad en sag handler om, dens mål og dens plan går til sagens følgere og sagsbehandlere i direkte beskeder.
flow-observation = Det, nogen har set, går til de koordinatorer, der afgør, om det kommer med i sagen.
flow-figures = Grove tal går til borgere, styregruppe og andre, der spørger. Et tal under 5 er „færre end 5“.
flow-own = Egne indstillinger, egne ord og kvitteringer for dem går til ens egne direkte beskeder.
flow-records = En hel sag går til eksportmappen, når dens tid er gået, når den slettes, eller når den unge beder om indsigt.
flow-export = Alle forummers aftaler og referater går til den, der driver botten, når de tages ud på dens maskine med hotspotbot export.
flow-erased = At noget er væk, får den at vide, der kendte til det. Ikke hvad der stod.
flow-logged = Logges
flow-yes = ja
flow-head = Strøm
flow-says = Hvad går hvorhen

## Fremmede i et rum (bot/strangers.py)

stranger-here = Jeg er stille her for nu: ikke alle i rummet hører til forummet. Skriv bare videre. Jeg noterer det, I skriver til mig, og svarer, når det er ordnet. Koordinatoren har fået besked.
stranger-here-direct = Vi er flere end to i denne samtale, så jeg skriver ikke noget her, før vi er alene igen.
stranger-gone = Nu svarer jeg igen.
stranger-told = **{ $forum }:** { $how ->
    [invited] { $who } er inviteret ind i rummet
   *[joined] { $who } er kommet ind i rummet
 } og { $why ->
    [citizen] er med som borger. I det forum er der personoplysninger
    [agency] er fra en forvaltning, forummet ikke er for
   *[unknown] står ikke i programmets liste
 }. Jeg er stille der, indtil det er ordnet; det, der bliver skrevet til mig imens, svarer jeg på bagefter. Hører vedkommende ikke til, så fjern dem fra rummet eller træk invitationen tilbage. Hører de til, så bed den, der driver mig, om at skrive dem ind.
stranger-over = **{ $forum }:** Der er ingen fremmede i rummet mere. Jeg svarer der igen.

## Sagen på papir (bot/documents/casefile.py)
casefile-title = Sag { $code }: alt, hvad der står om den
casefile-cover-title = Sag { $code }: til gennemsyn
casefile-cover-review = Et menneske skal læse alt dette igennem, før nogen får det. Botten har ikke taget noget ud.
casefile-cover-law = Indsigt gives efter databeskyttelsesforordningens artikel 15. Databeskyttelseslovens § 22 siger, hvad der kan eller skal holdes tilbage, blandt andet af hensyn til andre og til politiets arbejde.
casefile-cover-check = Se efter
casefile-cover-check-1 = Står der noget om andre end den, der spørger? Nedenfor er alle, botten kender ved navn. I selve ordene kan der stå flere.
casefile-cover-check-2 = Kommer noget fra politiet eller et andet sted, som selv skal spørges, før det gives videre?
casefile-cover-check-3 = Er der noget, som det vil skade barnet eller andre at udlevere?
casefile-cover-check-4 = Er der sager, der hører sammen med denne? De er ikke med her.
casefile-cover-people = Hvem der er nævnt
casefile-cover-agencies = Forvaltninger, der er nævnt
casefile-cover-related = Sager, der hører sammen med denne
casefile-none = Ingen.
casefile-bot = botten
casefile-yes = ja
casefile-undone = taget tilbage
casefile-no-text = uden tekst
casefile-empty = Der er intet om: { $sections }.
casefile-caption = { $name } ({ $count })
casefile-action = Aftale { $number }
casefile-goals = Mål og udvikling
casefile-actions = Handleplan
casefile-sheet = Ressourceskema
casefile-decisions = Beslutninger
casefile-updates = Statusmeldinger
casefile-observations = Observationer
casefile-questions = Spørgsmål før møderne
casefile-escalations = Løftet til et andet forum
casefile-agenda = På dagsordenen
casefile-remarks = Bemærkninger i referater
casefile-followers = Følgere og sagsbehandlere
casefile-related = Beslægtede sager
casefile-holds = Skal bevares
casefile-meetings = Møder
casefile-history = Forløb
casefile-texts = Alle ord, også tidligere udgaver
casefile-messages = Beskeder og filer i rummene
casefile-log = Log over, hvem der så og gjorde hvad
casefile-column-number = Nr.
casefile-column-field = Felt
casefile-column-what = Hvad
casefile-column-who = Hvem
casefile-column-when = Hvornår
casefile-column-forum = Forum
casefile-column-state = Tilstand
casefile-column-due = Frist
casefile-column-asked = Spurgt
casefile-column-answered = Besvaret
casefile-column-meeting = Møde
casefile-column-returned = Tilbage
casefile-column-case = Sag
casefile-column-file = Fil
casefile-column-link = Link
casefile-column-receiver = Modtager
casefile-column-purpose = Formål
casefile-column-parameter = Område
casefile-column-goal = Mål
casefile-column-trend = Udvikling
casefile-fact-subject = Emne
casefile-fact-state = Tilstand
casefile-fact-urgent = Haster
casefile-fact-opened = Åbnet
casefile-fact-closed = Lukket
casefile-fact-closing = Grund
casefile-fact-followed = Senest fulgt op
casefile-fact-follow-up = Følges op senest
casefile-fact-agreed = Aftalt
casefile-fact-forum = Forum
casefile-fact-planb = Plan B
casefile-fact-note = Note
casefile-fact-step = Trin
casefile-state-open = åben
casefile-state-resting = i bero
casefile-state-escalated = løftet
casefile-state-closed = lukket
casefile-state-withdrawn = taget tilbage
casefile-state-done = færdig
casefile-state-declined = afvist
casefile-state-cancelled = annulleret
casefile-state-standing = gælder
casefile-state-waiting = venter på koordinatoren
casefile-state-returned = givet tilbage
casefile-state-lifted = ophævet
casefile-state-answered = besvaret
casefile-state-nothing = intet nyt
casefile-state-withheld = må ikke deles
casefile-state-missed = ikke besvaret
casefile-state-dropped = bortfaldet
casefile-state-struck = strøget
casefile-state-carried = flyttet til næste møde
casefile-state-gone = udgået
casefile-state-draft = udkast
casefile-state-approved = godkendt
casefile-state-none = intet
casefile-state-better = fremgang
casefile-state-same = uændret
casefile-state-worse = tilbagegang
casefile-state-news = nyt
casefile-state-observation = observation
casefile-state-follower = følger
casefile-state-caseworker = sagsbehandler
casefile-state-work = beskæftigelse
casefile-state-social = social
casefile-state-education = uddannelse
casefile-field-case = Sagen
casefile-field-follower = Følger
casefile-field-relation = Beslægtet sag
casefile-field-goal = Mål
casefile-field-trend = Udvikling
casefile-field-value = Skema
casefile-field-update = Status
casefile-field-escalation = Løft
casefile-field-question = Spørgsmål
casefile-field-look = Set
casefile-field-item = Dagsorden
casefile-field-decision = Beslutning
casefile-field-remark = Bemærkning
casefile-field-created = Oprettet
casefile-field-text = Tekst
casefile-field-owners = Ansvarlige
casefile-field-due = Frist
casefile-field-state = Tilstand
casefile-field-note = Note
casefile-field-planb = Plan B
casefile-field-parameter = Område
casefile-field-case_code = Sag
casefile-field-done = Færdig
casefile-operator = driften ({ $name })
casefile-folder = mappen
casefile-unnamed = { $agency ->
    [none] mangler navn
   *[other] { $agency } (mangler navn)
 }
casefile-asked-for = { $name } (må det deles?)
casefile-log-case = sagen
casefile-log-action = aftale { $number }
casefile-act-saw = så { $about }
casefile-act-told = fortalte om { $about }
casefile-act-changed = ændrede { $about }
casefile-act-disclosed = gav { $about } videre
casefile-act-exported = tog { $about } ud som fil
casefile-act-asked = bad om noget om { $about }
casefile-act-held = bestemte, at { $about } skal bevares
casefile-act-released = bestemte, at { $about } ikke længere skal bevares
casefile-act-erased = slettede { $about }
casefile-act-verified = bekræftede { $about }
casefile-act-set = indstillede { $about }
casefile-act-refused = holdt en besked om { $about } tilbage
casefile-act-pruned = forkortede loggen
casefile-asked-erasure = bad om, at { $about } slettes
casefile-asked-erase = slettede { $about } fra kommandolinjen
casefile-asked-consent = sagde ja til, at { $about } slettes
casefile-asked-archived = bekræftede, at { $about } er i sagssystemet
casefile-asked-stopped = stoppede sletningen af { $about }
casefile-purpose-prevention = kriminalitetsforebyggelse
casefile-purpose-coordination = samordning
casefile-purpose-rights = den registreredes rettigheder
casefile-purpose-retention = opbevaringsfrister
casefile-purpose-operation = drift
casefile-purpose-security = sikkerhed
casefile-opened = åbnet { $at }

## Kvitteringen i mappen (bot/erasing/folder.py)
receipt-title = KVITTERING FOR SAG { $code }
receipt-number = Kvitteringens nummer: { $number }
receipt-made = Lagt klar: { $at }
receipt-what = I mappen ligger alt, hvad botten ved om sagen: læg den i jeres sagssystem.
receipt-then = Skriv derefter til botten: { $example }
receipt-then-asked = Sagen er bedt slettet med det samme: to har sagt ja.
receipt-then-review = Mappen er til gennemsyn ved en anmodning om indsigt. Intet er slettet.
receipt-records = Antal
receipt-files = Filer (SHA-256)
receipt-whole = Over det hele
receipt-mentions = Sagens kode står også i ord om andre sager. De slettes ikke: { $numbers }
receipt-after-title = EFTER SLETNINGEN AF SAG { $code }
receipt-after-erased = Slettet: { $at }
receipt-after-deleted = Beskeder slettet i rummene: { $count }
receipt-after-left = Disse beskeder måtte botten ikke slette. Skriveren eller en moderator kan:
receipt-after-none = Intet står tilbage i rummene, som botten kender til.
receipt-record-actions = aftaler
receipt-record-decisions = beslutninger
receipt-record-updates = statusmeldinger
receipt-record-observations = observationer
receipt-record-questions = spørgsmål
receipt-record-escalations = løft
receipt-record-goals = mål
receipt-record-trends = udviklinger
receipt-record-sheet = felter i skemaet
receipt-record-followers = følgere
receipt-record-related = beslægtede sager
receipt-record-agenda = punkter på dagsordener
receipt-record-remarks = bemærkninger
receipt-record-meetings = møder
receipt-record-history = trin i forløbet
receipt-record-texts = tekster

## Sletning, bevaring og arkiv (bot/erasing, bot/commands/erasing.py, bot/duties/retention.py)
erasure-asked = Jeg har spurgt { $who }. Bliver svaret ja, lægger jeg sagen klar i mappen og sletter den så helt, også i rummene. Fortryd med { $stop }.
erasure-asked-already = Det er der allerede bedt om. Jeg venter på ja fra { $who }. Fortryd med { $stop }.
erasure-consent = { $who } beder om, at **{ $code }** slettes nu, helt og for altid. Jeg lægger den først i mappen til jeres sagssystem. Er det i orden? Svar ja eller nej.
erasure-consent-again = Skriv ja eller nej til, at { $code } slettes helt.
erasure-which = Flere sager venter på dit svar: { $codes }. Skriv hvilken: `ja til { $code }`.
erasure-agreed = Tak. Sagen lægges i mappen og slettes så helt. I hører, når det er gjort.
erasure-refused = Den slettes ikke. Jeg siger det videre.
erasure-withdrawn = Den slettes ikke.
erasure-over = Det er allerede afgjort.
erasure-not-asked = Ingen venter på svar om at slette { $code }, så der er intet at stoppe.
erasure-told-refused = { $who } sagde nej: { $code } slettes ikke.
erasure-told-stopped = { $code } slettes ikke alligevel.
erasure-told-silent = Ingen sagde ja i { $days } dage, så { $code } slettes ikke. Bed om det igen, hvis den skal slettes.
erasure-announced = **{ $code }** blev lukket { $closed } og når sin slettefrist. Jeg lægger alt om den { $day } i mappen til jeres sagssystem. Den slettes først, når du har skrevet mappens kvitteringsnummer til mig.
    Skal den blive? Så skriver programmets leder { $hold }, eller du skriver { $reopen }. Ellers skal du intet gøre nu.
erasure-exported = **{ $code }** ligger nu klar i mappen { $folder }. Læg den i jeres sagssystem, find nummeret i receipt.txt, og skriv det, fx: { $example }
    Så sletter jeg sagen helt, her og i rummene. Skal den blive? Så skriver programmets leder { $hold }
erasure-remind = **{ $code }** ligger stadig i mappen { $folder } og venter på, at du skriver kvitteringsnummeret, fx: { $example }
erasure-stuck = Jeg kan ikke lægge { $code } i mappen: { $why }. Intet er slettet, og jeg prøver igen. Sig det til den, der driver botten.
erasure-anew = Der er sagt noget om { $code }, siden mappen blev skrevet. Jeg skriver den igen, så det kommer med, og siger til, når den ligger klar. Intet er slettet.
erasure-confirmed = Tak. Nu slettes sagen helt. Du hører, når det er gjort.
erasure-done = **{ $code }** er slettet helt: { $actions ->
        [one] en aftale
       *[other] { $actions } aftaler
    }, { $messages ->
        [one] en besked
       *[other] { $messages } beskeder
    } i rummene. Mappen hedder { $folder }.
erasure-done-no-folder = **{ $code }** er slettet igen, efter at en sikkerhedskopi blev lagt ind.
erasure-done-left = Disse måtte jeg ikke slette. Skriveren eller en moderator kan: { $links }
erasure-done-files = { $files ->
        [one] En fil ligger
       *[other] { $files } filer ligger
    } stadig på Matrix-serveren, hvor jeg ikke må slette filer. Den, der driver botten, har listen og kan.
erasure-state-asked = Bedt slettet af { $who }, venter på ja
erasure-state-announced = Når sin slettefrist { $day }
erasure-state-exported = Ligger i mappen { $folder } og slettes, når kvitteringsnummeret er skrevet
erasure-state-confirmed = Slettes nu
hold-shown = Skal bevares siden { $day }: { $reason }
hold-set = { $code } skal bevares: den slettes ikke, før det er ophævet med { $end }.
hold-set-stopped = Sletningen, der var på vej, er stoppet.
hold-ended = { $code } skal ikke bevares længere.
hold-none = { $code } er ikke sat til at blive bevaret, så der er intet at ophæve.
hold-already = { $code } skal allerede bevares. Grunden er nu den nye.
problem-hold-lead = Kun den, der leder programmet, kan sige, at en sag skal bevares{ $who ->
    [none] {""}
   *[other] : { $who }
}.
problem-hold-unclear = Jeg er ikke sikker på, hvad „{ $words }“ betyder her. Skal sagen ikke bevares længere, så skriv { $end }. Skal den bevares, så skriv hvorfor, fx { $example }.
problem-hold-reason = Skriv hvorfor, fx { $example }
problem-erase-words = Jeg ved ikke, hvad „{ $words }“ skal betyde her, så jeg har ikke gjort noget. Skal hele { $code } slettes, så skriv { $example }
problem-erase-held = { $code } skal bevares: { $reason }. Den kan ikke slettes, før det er ophævet.
problem-erase-lead = Kun koordinatoren og den, der leder programmet, kan få { $code } slettet: { $who }.
problem-erase-nobody = Der skal to til, og jeg kan ikke finde en anden, der leder { $code }. Tal med den, der driver botten.
problem-archive-none = { $code } ligger ikke i mappen og venter. Der er intet at bekræfte.
problem-archive-number = Det er ikke nummeret i receipt.txt i mappen { $folder }. Se efter, og skriv fx { $example }
cli-cpr = Der står et CPR-nummer i det, du har skrevet. Jeg bruger og gentager det ikke. Skriv sagens kode, fx HS-26-014, og slet linjen af terminalens historik.
erase-cli-who = Der skal to forskellige til, som begge leder { $code }: { $people }
erase-cli-unknown = Der er ingen sag { $code }. Skriv koden, som den står i rummet, fx HS-26-014.
erase-cli-gone = { $code } er slettet. Ligger dens skal her fra en sikkerhedskopi, sletter botten den igen, når den starter.
erase-cli-same = Der skal to forskellige personer til.
erase-cli-not-lead = { $person } leder ikke { $code }. Skriv hele Matrix-id'et på en af dem ovenfor.

## At dele en aftale med nogen uden for rummet (bot/commands/disclosing.py)

line-asked-for = { $name } (**må det deles?**)
ask-disclose = { $names } er ikke med i { $forum } og ser ikke aftalen endnu. Må jeg give den videre? Det er { $case ->
    [yes] ordlyden, sagens nummer,
   *[no] ordlyden,
} fristen og hvem der er med – ikke andet. Svar „ja“ eller „nej“, eller skriv, hvem der ellers tager den.
disclose-yes = Jeg giver aftalen videre til { $names }. Det er noteret, at du sagde ja.
disclose-no = Så siger jeg ikke noget til { $names }.
raised-disclose = venter på svar: må den deles?
raised-tail-disclose = Spørger jeg, om en aftale må deles, så svar med nummer og „ja“ eller „nej“, fx „{ $number } ja“.

## Stedfortrædere (bot/commands/deputies.py, bot/standing_in.py)

deputy-set = { $name } er din stedfortræder til og med **{ $until }**. Påmindelser og spørgsmål går dertil så længe; dine aftaler ser du stadig med `{ $prefix }mig`.
deputy-set-ahead = { $name } er din stedfortræder fra { $start } til og med **{ $until }**. Påmindelser og spørgsmål går dertil så længe; dine aftaler ser du stadig med `{ $prefix }mig`.
deputy-ask = { $name } er ikke med i { $forums }. Må { $name } få dine aftaler derfra, så længe det varer? Svar „ja“ eller „nej“.
deputy-yes = Så får { $name } også dine aftaler fra { $forums }. Det er noteret, at du sagde ja.
deputy-no = Så får { $name } kun det fra de forummer, I begge er med i.
deputy-none = Du har ingen stedfortræder. Skriv fx `{ $prefix }mig stedfortræder @ali til 12/12`.
deputy-ended = { $names } er ikke længere din stedfortræder. Påmindelser og spørgsmål kommer til dig igen.
deputy-of-you = { $state ->
    [coming] { $name } bliver din stedfortræder fra { $start } til og med { $until }.
   *[standing] { $name } er din stedfortræder til og med { $until }.
}
deputy-for = { $state ->
    [coming] Du bliver stedfortræder for { $name } fra { $start } til og med { $until }.
   *[standing] Du er stedfortræder for { $name } til og med { $until }.
}
deputy-told = Du er stedfortræder for { $name } til og med **{ $until }**. Du får påmindelser og spørgsmål imens og kan svare på dem. { $count ->
    [0] Der er ingen åbne aftaler lige nu.
    [one] Der er én åben aftale:
   *[other] Der er { $count } åbne aftaler:
}
deputy-told-ahead = Du bliver stedfortræder for { $name } fra { $start } til og med **{ $until }**. Jeg skriver, når det begynder.
deputy-over = Du er ikke længere stedfortræder for { $name }.
deputy-over-own = { $deputy } er ikke længere din stedfortræder. Påmindelser og spørgsmål kommer til dig igen.
deputy-gone = { $deputy } kan ikke længere være stedfortræder for { $name }. Påmindelser går til { $name } selv igen – eller find en anden.
deputy-left = { $deputy } er ikke med i { $forum } længere og kan derfor ikke være stedfortræder for { $name } dér. Påmindelser derfra går til { $name } selv igen.
problem-deputy-who = Jeg kender ingen „{ $word }“, der kan være stedfortræder. Skriv fx `{ $prefix }mig stedfortræder @ali til 12/12`.
problem-deputy-several = Flere hedder det: { $names }. Skriv det fulde navn, fx `{ $prefix }mig stedfortræder @ali til 12/12`.
problem-deputy-self = Du kan ikke være din egen stedfortræder. Skriv, hvem der tager over, fx `{ $prefix }mig stedfortræder @ali til 12/12`.
problem-deputy-until = Hvor længe er { $name } din stedfortræder? Skriv fx `{ $prefix }mig stedfortræder @ali til 12/12`.
problem-deputy-past = Jeg skal bruge en dag, der ikke er gået. Skriv fx `{ $prefix }mig stedfortræder @ali til 12/12`.

## Nogen er ikke med længere (bot/duties/leaving.py)

leaver-told = **{ $name } er ikke med i { $forum } længere** og kan ikke se noget derfra mere. { $to ->
    [nobody] Påmindelser går til dig.
   *[other] Påmindelser går til { $takes }.
} { $count ->
    [0] Der er ingen åbne aftaler.
    [one] Der er én åben aftale; giv den videre med `{ $prefix }giv { $number } …`:
   *[other] Der er { $count } åbne aftaler; giv dem videre, fx med `{ $prefix }giv { $number } …`:
}
leaver-questions = Ubesvarede spørgsmål om { $codes } er { $to ->
    [nobody] lukket; spørg en anden, eller tag dem op på mødet.
   *[other] stillet til { $takes } i stedet.
}
leaver-chair = { $name } ledede mødet, der er i gang. Du kan tage over med `{ $prefix }møde slut`, når I er færdige.

## Mine egne oplysninger (bot/commands/own_data.py)

own-direct = Det skriver jeg til dig direkte, ikke her.
own-head = **Det ved jeg om dig.** Du får også to filer med det hele: én til at læse og én til maskiner (JSON).
own-tail = Hvad andre har skrevet, står her ikke. Ret dine indstillinger med `{ $prefix }mig …`, eller slet dem med `{ $prefix }mig slet`. Navn, forvaltning og roller retter den, der driver botten.
own-title = Det ved botten om dig
own-file = mine-oplysninger
own-file-alt = Alt, hvad botten ved om dig, som fil ({ $format })
own-about-you = Hvem du er
own-settings = Dine indstillinger
own-records = Hvor du står i programmets optegnelser
own-technical = Enheder og log
own-who = { $user }: { $name }, forvaltning { $agency }
own-roles = Roller: { $roles }
own-rooms = Rum, du er i sammen med mig: { $rooms }
own-dm = direkte beskeder
own-language = Sprog: { $language ->
    [da] dansk
   *[en] engelsk
}
own-morning = Morgenbesked kl. { $time }
own-asked = Spørgsmål om sager: { $asked ->
    [all] alle i én besked
   *[each] ét ad gangen
}
own-away = Fri fra { $start } til og med { $until }
own-unreachable = Direkte beskeder til dig er blevet afvist
own-deputy = Stedfortræder for dig: { $name }, { $start } til { $until }{ $state ->
    [standing] {""}
   *[other] {" "}(ikke mere)
}
own-deputy-for = Du er stedfortræder for { $name }, { $start } til { $until }{ $state ->
    [standing] {""}
   *[other] {" "}(ikke mere)
}
own-owned = Aftaler, du ejer: { $count }, heraf åbne: { $open } (nr. { $numbers })
own-wrote = Aftaler, du har skrevet: { $count } (nr. { $numbers })
own-cases = Sager, du følger: { $count } ({ $codes })
own-answers = Svar på spørgsmål om sager: { $questions }, statusmeldinger: { $updates }, felter i ressourceskemaer: { $fields }
own-meetings = Møder, du var med til: { $present }, afbud: { $apologies }, beslutninger, du skrev: { $decisions }
own-messages = Beskeder fra dig, som jeg har set: { $messages }. Tekster af dig, som jeg gemmer: { $words }. Direkte beskeder fra mig til dig: { $told }
own-devices = Enheder: { $count } ({ $ids })
own-verified = Bekræftet af den, der driver botten: { $vouched ->
    [yes] ja
   *[no] nej
}, bekræftelser i alt: { $count }
own-log-count = Linjer om dig i loggen over, hvem der så og gjorde hvad: { $count }
own-log = Loggen
own-log-newest = De nyeste { $count }. Resten står i JSON-filen.
own-log-caption = Loggen over, hvem der så og gjorde hvad, hvor den handler om dig
own-log-at = Hvornår
own-log-by = Hvem
own-log-act = Hvad
own-log-subject = Om
own-erase-ask = **Skal jeg slette det, der kun er dit?** Jeg sletter dine indstillinger, din fri, dine stedfortrædere{ $count ->
    [0] {" og"} gamle bekræftelser af dig. Mine beskeder til dig her bliver stående, så længe de handler om noget åbent
    [one] , gamle bekræftelser af dig og én af mine beskeder til dig her
   *[other] , gamle bekræftelser af dig og { $count } af mine beskeder til dig her
}. **Det kan ikke fortrydes.** Svar ja eller nej.
own-stays = Det her bliver, for det er programmets optegnelser:
own-stays-actions = Aftaler, du ejer eller skrev ({ $count }): { $period } efter, at de er lukket
own-stays-cases = Det, du har svaret om sager ({ $count }): { $period } efter, at sagen er lukket
own-stays-meetings = Referater, fremmøde og beslutninger ({ $count }): { $period }
own-stays-log = Loggen over, hvem der så og gjorde hvad: { $period }. Den skal kunne vise, at reglerne blev fulgt
own-stays-config = At du er med, med navn, forvaltning og roller: til du ikke er det længere. Skriv til koordinatoren
own-period-never = uden slutdato
own-period-days = { $count } dage
own-period-months = { $count } måneder
own-period-years = { $count } år
own-role-lead = Hotspotchef
own-role-coordinator = koordinator
own-role-manager = leder
own-role-member = deltager
own-role-citizen = borger
own-erase-no = Godt, så sletter jeg ikke noget.
own-erase-late = Det er over et døgn siden, jeg spurgte, så jeg har ikke slettet noget. Skriv `{ $prefix }mig slet` igen.
own-erase-unclear = Svar ja eller nej, så ved jeg, om jeg skal slette. Jeg har ikke slettet noget. `{ $prefix }mig data` viser, hvad jeg ved om dig.
own-erased = **Slettet:** dine indstillinger, din fri, dine stedfortrædere{ $count ->
    [0] {" og"} gamle bekræftelser af dig
    [one] , gamle bekræftelser af dig og én af mine beskeder til dig her
   *[other] , gamle bekræftelser af dig og { $count } af mine beskeder til dig her
}. Nu gælder programmets egne indstillinger for dig.
