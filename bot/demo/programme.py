"""The programme of the demo: invented people and rooms of the kinds described in docs/domain, Forums."""

from typing import Any

from bot.demo.stage import PersonSpec, Programme, RoomSpec

_STREET_DAYS = {"workdays": ["wed", "thu", "fri", "sat"], "at": "16:30"}  # shifts about 17–24

PEOPLE = (
    PersonSpec("mette", "Mette Krogh", "HOTSPOT", ["lead"], {"nicknames": ["Mette"]}),
    PersonSpec("signe", "Signe Bak", "HOTSPOT", ["coordinator"], {"nicknames": ["Signe"]}),
    PersonSpec("ali", "Ali Demir", "SOF", ["member"], {"nicknames": ["Ali"]}),
    PersonSpec("lene", "Lene Holm", "BUF", ["member"], {"nicknames": ["Lene"]}),
    PersonSpec("jonas", "Jonas Friis", "BIF", ["member"], {"nicknames": ["Jonas"]}),
    PersonSpec("bo", "Bo Lund", "POLITI", ["member"]),
    PersonSpec("karin", "Karin Vind", "POLITI", ["manager"], {"nicknames": ["Karin"]}),
    PersonSpec("yusuf", "Yusuf Aydin", "HOTSPOT", ["member"], {"nicknames": ["Yusuf"]} | _STREET_DAYS),
    PersonSpec("freja", "Freja Toft", "HOTSPOT", ["member"], {"nicknames": ["Freja"]} | _STREET_DAYS),
    PersonSpec("inger", "Inger Skov", None, ["citizen"]),
    PersonSpec("samir", "Samir Haddad", None, ["citizen"]),
    PersonSpec("finn", "Finn Dahl", configured=False),
)

# The first of each list makes the room. Citizens meet the programme in one room only.
ROOMS = (
    RoomSpec(
        "fremdrift",
        "fremdriftsgruppe",
        ["signe", "mette", "ali", "lene", "jonas", "bo", "yusuf"],
        "Fremdriftsgruppen",
        {
            "digest": "mon 08:30",
            "meeting": "FREQ=WEEKLY;BYDAY=TU;BYHOUR=10;BYMINUTE=0",
            "meeting_start": "2026-11-24",
            "duration": 120,
            "place": "Medborgerhuset, lokale 2",
            "joins": {"POLITI": 2},
            "standing": [{"item": "Fritidsjob", "minutes": 10}],
        },
    ),
    RoomSpec(
        "ledelse",
        "ledelsesgruppe",
        ["mette", "signe", "karin", "lene", "ali"],
        "Ledelsesgruppen",
        {
            "digest": "mon 08:30",
            "meeting": "FREQ=WEEKLY;INTERVAL=2;BYDAY=WE;BYHOUR=9;BYMINUTE=0",
            "meeting_start": "2026-11-25",
        },
    ),
    RoomSpec(
        "politi",
        "politi",
        ["mette", "bo", "karin", "yusuf"],
        "Politi og Hotspot",
        {
            "digest": "mon 08:30",
            "meeting": "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH;BYHOUR=9;BYMINUTE=0",
            "meeting_start": "2026-12-10",
        },
    ),
    RoomSpec(
        "gadeteam",
        "gadeteam",
        ["signe", "mette", "yusuf", "freja"],
        "Gadeteamet",
        {
            "digest": "wed 16:30",
            "meeting": "FREQ=WEEKLY;INTERVAL=2;BYDAY=TH;BYHOUR=17;BYMINUTE=0",
            "meeting_start": "2026-12-10",
        },
    ),
    RoomSpec(
        "hotspotraad",
        "hotspotraad",
        ["mette", "inger", "samir"],
        "Hotspot-rådet",
        {
            "digest": "mon 09:00",
            "meeting": "FREQ=MONTHLY;INTERVAL=3;BYDAY=1WE;BYHOUR=17;BYMINUTE=0",
            "meeting_start": "2027-01-06",
        },
    ),
)

AGENCIES: dict[str, dict[str, Any]] = {
    "HOTSPOT": {"name": "Hotspot-sekretariatet", "representative": "signe"},
    "SOF": {"name": "Socialforvaltningen", "representative": "ali"},
    "BUF": {"name": "Børne- og Ungdomsforvaltningen", "representative": "lene"},
    "BIF": {"name": "Beskæftigelses- og Integrationsforvaltningen", "representative": "jonas"},
    "POLITI": {"name": "Lokalpolitiet", "representative": "bo", "managers": ["karin"]},
}

PROGRAMME = Programme(
    people=PEOPLE,
    rooms=ROOMS,
    agencies=AGENCIES,
    settings={
        "general": {"lead_digest": "mon 08:00"},
        "reminders": {"at": "08:00", "before": ["2 workdays", "0 days"], "overdue_every": "2 workdays"},
    },
)
