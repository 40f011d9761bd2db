"""What stands around the digits of a CPR number, or of something else: the words by which bot.cpr tells them apart.

Patterns over text in which dashes, spaces and digits are plain already. Danish and English, as people write at work.
"""

from __future__ import annotations

import re
from typing import Final

# A word in front that says it is one, and words that say what else it is.
IS_ONE: Final = re.compile(
    r"(?:cpr|personnummer|person ?nr|pers\.? ?nr)(?:[-. ]{0,2}(?:nr|nummer(?:et)?|no|number)|et|s)?\.?"
    r"[ ]{0,2}[:=#]?[ ]{0,3}(?:er |is )?$",
    re.IGNORECASE,
)
IS_OTHER: Final = re.compile(
    r"\b(?:tlf|telefon|mobil|phone|tel|sms|ring|fax|whatsapp|viber|isbn|ean|gln|cvr|konto|reg|faktura|fakt|ordre|bilag|iban|"
    r"imei|p|se|kunde|vare|serie|dok|dokument|ref|reference|token|account|invoice|order|stregkode|unix|timestamp|kr|dkk|"
    r"beløb|saldo)(?:en|et)?(?:\.|[-. ]{0,2}(?:nr|nummer|no|number)\.?)?(?: (?:til|på|er|is))?[ ]{0,2}[:=#]?[ ]{0,2}$",
    re.IGNORECASE,
)
# The number of something else, said in so many words: then it is no CPR number in its usual form either.
OTHER_NUMBER: Final = re.compile(
    r"\b(?:konto(?:en)?|lejemål|(?:konto|faktura|fakt|ordre|bilags?|vare|serie|kunde|invoice|order|account)[-. ]{0,2}"
    r"(?:nr|nummer|no|number)(?:et)?)\.?[ ]{0,2}[:=#]?[ ]{0,2}$|\b(?:v|ver|version)\.? ?$",
    re.IGNORECASE,
)
DATE_BEFORE: Final = re.compile(r"\d[-./]$")
BANK: Final = re.compile(r"(?<!\d)(?!(?:18|19|20)\d\d)\d{4}[ -]$")  # registration number, then the account
CURRENCY: Final = re.compile(r"[ ]{0,2}(?:(?:kr|dkk|eur)\b(?!\.? ?\d)|kroner\b|,-|€)", re.IGNORECASE)
MONEY: Final = re.compile(rf"{CURRENCY.pattern}|[.,]\d", re.IGNORECASE)
UNIT: Final = re.compile(
    r"[ ]?(?:år|dage?|uger?|mdr|måneder|gange?|min|timer?|kr|personer|borgere|beboere|børn|unge|besøgende|deltagere|"
    r"stk|km|kilometer|meter|lux|years?|days?|times|people)\b",
    re.IGNORECASE,
)
DISTANCE: Final = re.compile(r"[ ]?(?:km|kilometer)\b", re.IGNORECASE)
# A day is spoken of, or an hour; "født d." is a birth all the same.
DAY_BEFORE: Final = re.compile(
    r"(?<!født )(?<!født den )(?<!f\. )(?<!f )(?:\bd\.|\b(?:den|dato(?:en)?|d|pr|uge \d\d?|(?:man|tirs|ons|tors|fre|"
    r"lør|søn)(?:dag(?:en)?)?|mon(?:day)?|tue(?:sday)?|wed(?:nesday)?|thu(?:rsday)?|fri(?:day)?|sat(?:urday)?|sun(?:day)?|"
    r"\w{0,20}møde[dts]?|vagt(?:en)?|tid(?:en)?|afgang|ankomst|frist(?:en)?|senest|inden|ses|flyttet til|sendt|"
    r"modtaget|opdateret|ændret|udskrevet|oprettet|start(?:er)?|slut(?:ter)?|date|on|by|meeting|updated|sent|received)\.?)"
    r"(?: ny| ny tid| igen)?[:,]? ?$",
    re.IGNORECASE,
)
HOUR_BEFORE: Final = re.compile(r"\b(?:kl|klokken|at)\.? ?$", re.IGNORECASE)
HOUR_AFTER: Final = re.compile(
    r" ?(?:-|–|til) ?[0-2]\d[0-5]\d(?!\d)| \w{0,20}(?:møde|samtale|besøg|meeting)\b|[ /]{1,3}(?:i |på )?lokale\b",
    re.IGNORECASE,
)
TOWN: Final = re.compile(
    r",? (?:Valby|København|Kbh|Frederiksberg|Vanløse|Brønshøj|Rødovre|Hvidovre|Glostrup|Albertslund|Taastrup|Ishøj|"
    r"Brøndby|Herlev|Ballerup|Gladsaxe|Søborg|Kastrup|Amager|Roskilde|Køge|Holbæk|Næstved|Slagelse|Helsingør|Hillerød|"
    r"Odense|Aarhus|Århus|Aalborg|Ålborg|Esbjerg|Kolding|Vejle|Horsens|Randers|Viborg|Silkeborg|Herning|Svendborg)\b"
)
ROW_AFTER: Final = re.compile(r" ?(?:,|;|og|eller|and) ?\d")
BETWEEN: Final = re.compile(
    r"(?<=\d)(?P<gap>(?:\W|_){0,6})(?P<words>(?:og|and) (?:så|then)|efterfulgt af|followed by|(?P<dash>bindestreg|"
    r"streg|minus|plus|dash|hyphen)|(?P<last>(?:(?:og|med|hvor|with|and) )?(?:(?:de|the|hans|hendes|sine) )?"
    r"(?:(?:sidste|bagerste|last) (?:fire|4|four)|(?:fire|4|four) (?:sidste|last)|"
    r"(?:endelsen?|løbenummer(?:et)?|løbenr\.?|(?:kontrol|check ?)(?:cifre(?:ne)?|tal(?:let)?|"
    r"nummer(?:et)?|nr\.?|digits)|"
    r"(?:(?:som|der|den|det|cpr|nummeret|it|which|that) )?(?:(?:slutter|sluttende|ender) (?:på|med)|"
    r"end(?:s|ing) (?:in|with))"
    rf"(?!\W{{0,4}}\d{{4}}(?:{MONEY.pattern}|{UNIT.pattern}))))"
    r"(?: (?:cifre|tal|digits|numre))?(?: (?:er|is|are))?))(?:\W|_){0,4}(?=\d(?:[ ]?\d){3}(?!\d))",
    re.IGNORECASE,
)
MONTHS: Final = (
    "jan(?:uary?)?", "feb(?:ruary?)?", "mar(?:ts|ch)?", "apr(?:il)?", "ma[jy]", "jun[ie]?", "jul[iy]?",
    "aug(?:ust)?", "sept?(?:ember)?", "o[kc]t(?:ober)?", "nov(?:ember)?", "de[cs](?:ember)?",
)  # fmt: skip
BY_NAME: Final = re.compile(
    r"(?<!\d)(\d\d?)\.? ?(?:" + "|".join(f"({name})" for name in MONTHS) + r")\.? ?(?=(?:18|19|20)?\d\d\D)",
    re.IGNORECASE,
)
SHORT: Final = re.compile(r"(?<!\d)(?<!\d[-./])(\d\d?)([-./])(\d\d?)([-./])(?=(?:18|19|20)?\d\d[-\x01 .:/])")
YEAR_FIRST: Final = re.compile(r"(?<!\d)(1[89]\d\d|20(?:0\d|1[0-4]))([-.]?)(\d\d)\2(\d\d)(?=[-\x01])")

# A word in front of a date in any form; what may stand between the word and the date, and between date and number.
_NEAR: Final = (
    r"(?:er|is|d|den|dag|dato|on|the|på|for|barnet|drengen|pigen|sønnen|datteren|mor|far|hans|hendes|lille|"
    r"i\W[^\W\d]{2,20})"
)
NUMBER_BEFORE: Final = re.compile(
    r"(?:cpr|personnummer|person ?nr|pers\.? ?nr)(?:[-. ]{0,2}(?:nr|nummer(?:et)?|no|number)|et|s)?"
    rf"\W{{0,3}}(?:{_NEAR}\W{{1,3}}){{0,4}}\W{{0,2}}$",
    re.IGNORECASE,
)
BORN_BEFORE: Final = re.compile(
    r"(?:\b(?:født|fødd|foedt|fødselsdato(?:en)?|foedselsdato|fødselsd|fødsel|born|birth ?date|date of birth|dob)|"
    r"(?P<weak>\b(?:fødselsdag(?:en)?|birthday)|(?<![\w.])f))"
    rf"\W{{0,3}}(?:{_NEAR}\W{{1,3}}){{0,3}}\W{{0,2}}$",
    re.IGNORECASE,
)
FILLER: Final = (
    r"(?:[oO]g|[mM]ed|så|and|with|the|no|number|[nN]r|[nN]ummer(?:et)?|er|is|har|hedder|de|det|hans|hendes|"
    r"[lL]øbenr|[lL]øbenummer(?:et)?|[rR]esten|cpr|CPR)"
)
PHONE_AFTER: Final = re.compile(r"[ -]?(?:\d{4}(?!\d)|\d\d[ -]\d\d(?!\d))")
WEIGHT: Final = re.compile(r"[ ]?(?:g|gram|kg|kilo)\b", re.IGNORECASE)
