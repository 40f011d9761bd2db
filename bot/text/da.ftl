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
config-path = Skal være stien til en fil eller mappe, i anførselstegn.
config-timezone = Tidszonen „{ $value }“ kendes ikke.
config-prefix = „{ $value }“ kan ikke stå foran en kommando. Brug ét af tegnene { $marks }
config-case-prefix = „{ $value }“ kan ikke stå foran sagsnumre. Brug ét til seks store bogstaver fra A til Z.
config-time = „{ $value }“ er ikke et klokkeslæt mellem 00:00 og 23:59.
config-span = „{ $value }“ er ikke et antal dage. Skriv et tal og workdays, days eller weeks.
config-span-zero = Skal være mindst én dag; 0 dage ville aldrig få ende.
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
config-meeting-start = „{ $value }“ er ikke en dato (2026-11-24) eller dato og lokal tid (2026-11-24T10:00).
config-meeting-start-needed = Mangler. Når møderytmen har INTERVAL eller COUNT, skal datoen for det første møde stå her.
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
