"""Small programmes for the tests of this folder."""

from bot.demo.stage import PersonSpec, Programme, RoomSpec

AGENCIES = {
    "BUF": {"name": "Børne- og Ungdomsforvaltningen", "representative": "lene"},
    "SOF": {"name": "Socialforvaltningen"},
}
PEOPLE = (
    PersonSpec("anna", "Anna Vind", roles=("lead",)),
    PersonSpec("karla", "Karla Bech", "SOF", roles=("coordinator",)),
    PersonSpec("lene", "Lene Holm", "BUF"),
    PersonSpec("ali", "Ali Demir", "SOF"),
    PersonSpec("fremmed", "Finn Ukendt", configured=False),
)
FREMDRIFT = RoomSpec(
    "fremdrift",
    "fremdriftsgruppe",
    people=("karla", "lene", "ali", "anna"),
    more={"digest": "mon 08:30", "meeting": "FREQ=WEEKLY;BYDAY=TU;BYHOUR=10;BYMINUTE=0"},
)
# Deadlines know the next meeting; agendas and questions that come by themselves would come on some weekdays only.
ONE_ROOM = Programme(
    people=PEOPLE,
    rooms=(FREMDRIFT,),
    agencies=AGENCIES,
    settings={"meetings": {"agenda_before": "never", "ask_to_start": False}},
)
WITH_STRANGER = Programme(
    people=PEOPLE,
    rooms=(
        RoomSpec("fremdrift", "fremdriftsgruppe", people=("karla", "lene", "fremmed")),
        RoomSpec("kaffe", "byudvikling", people=("fremmed", "karla"), configured=False),
    ),
    agencies=AGENCIES,
)
