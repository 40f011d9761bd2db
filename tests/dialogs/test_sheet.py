"""The ressourceskema in chat: who fills what, who sees what, what is missing, and how a word is taken back."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlmodel import Session, select

from bot.actions import Cause
from bot.cases import Cases
from bot.storage import queries
from bot.storage.cases import Case
from bot.storage.models import Change, Text
from tests.dialogs.chat import CONFIG as PROGRAMME
from tests.dialogs.chat import Chat

OTHERS = """
[[people]]
user_id = "@sara:example.dk"
name = "Sara Friis"
agency = "SOF"
[[people]]
user_id = "@finn:example.dk"
name = "Finn Dahl"
agency = "BIF"
[[rooms]]
room"""
CONFIG = PROGRAMME.replace("[[rooms]]\nroom", OTHERS.strip(), 1)
NAMED = CONFIG + "\n[cases]\nnames = true\n"


def open_case(chat: Chat, words: str = "skolefravær", room: str = "fremdrift") -> str:
    """Karla opens a case, in which Sara is SOF's caseworker and Finn a follower. Returns its code."""

    def opened(session: Session) -> str:
        room_row = queries.room(session, chat.room_id(room))
        assert room_row is not None
        forum = queries.forum(session, room_row.forum_uid or "")
        assert forum is not None
        cases = Cases(session, chat.access, Cause("@karla:example.dk", chat.now, f"$open{next(chat.ids)}", 0))
        case = cases.open(forum, words)
        cases.follow(case, "@sara:example.dk", "caseworker", "SOF")
        cases.follow(case, "@finn:example.dk", "follower", "BIF")
        return case.code

    return chat.ask(opened)


@pytest.fixture
def chat(tmp_path: Path) -> Iterator[Chat]:
    """The programme with a caseworker, Sara, and a follower, Finn, who sit in no room."""
    opened = Chat(tmp_path, CONFIG)
    assert open_case(opened) == "HS-26-001"
    yield opened
    opened.close()


@pytest.fixture
def named(tmp_path: Path) -> Iterator[Chat]:
    """The same where names may stand in the sheet."""
    opened = Chat(tmp_path, NAMED)
    open_case(opened)
    yield opened
    opened.close()


def test_a_field_is_filled_seen_and_filled_again(chat: Chat) -> None:
    said = chat.say("lene", "!skema HS-26-001 skole: begynder i 5. klasse efter jul")
    assert "HS-26-001 · Nøgleperson 1: Skole eller institution: begynder i 5. klasse efter jul" in said
    chat.at("2026-12-02 10:00")
    chat.say("lene", "!skema hs 26 1 skole er begyndt")
    shown = chat.say("ali", "!skema HS-26-001")
    assert "Nøgleperson 1" in shown
    assert "Skole eller institution: er begyndt (BUF, 2. dec.)" in shown
    assert "begynder i 5. klasse" not in shown
    one = chat.say("ali", "!skema HS-26-001 skole")
    assert one.index("Lene Holm (BUF), 2. dec.: er begyndt") < one.index(
        "Lene Holm (BUF), 20. nov.: begynder i 5. klasse efter jul"
    )


def test_a_sheet_says_by_agency_what_is_missing_and_what_is_old(chat: Chat) -> None:
    chat.say("ali", "!skema HS-26-001 helbred: stabilt")
    chat.say("ali", "!skema HS-26-001 civilstand: enlig")
    chat.at("2026-12-21 10:00")
    chat.say("ali", "!skema HS-26-001 ydelser: kontanthjælp")
    shown = chat.say("karla", "!skema HS-26-001")
    assert "Helbred: stabilt (SOF, 20. nov.) · gammelt svar" in shown
    assert "Ydelser: kontanthjælp (SOF, 21. dec.)\n" in shown
    assert "Gammelt: BIF 1, SOF 2." in shown
    missing = chat.say("karla", "!skema HS-26-001 mangler")
    buf = next(line for line in missing.splitlines() if line.startswith("- BUF mangler:"))
    assert "Nøgleperson 1: Skole eller institution, Fritid eller klub" in buf
    assert "Nøgleperson 2" not in missing, "nobody is asked about people who are not there"
    assert "- SOF har gamle svar: Civilstand (20. nov.), Helbred (20. nov.)" in missing
    assert "Ydelser" not in missing
    chat.say("lene", "!skema HS-26-001 person 2 skole: på vej i 1. klasse")
    assert "Nøgleperson 2: Fritid eller klub" in chat.say("karla", "!skema HS-26-001 mangler")


def test_yes_or_no_a_date_and_a_choice_are_read_as_people_write_them(chat: Chat) -> None:
    def said(words: str) -> str:
        return chat.say("ali", f"!skema HS-26-001 {words}")

    assert "Støtteansøgning: ja" in said("støtteansøgning X")
    assert "Bevilling: nej" in said("bevilling = Nej.")
    assert "Indskrivningsdato: 12. august 2024" in said("indskrivningsdato: 12/8 2024")
    assert "Indskrivningsdato: 1. august 2026" in said("indskrivningsdato 1/8")
    assert "Civilstand: Skilt eller separeret" in said("civilstand: skilt")
    assert "Civilstand: Enlig" in said("civilstand: enllig")
    wrong = said("civilstand: ved ikke")
    assert "Gift, Samlevende, Enlig, Skilt eller separeret, Enke eller enkemand" in wrong
    assert "ja, nej" in said("bevilling: måske")
    assert "12. august 2026" in said("indskrivningsdato: engang i foråret")
    assert "20. nov.: Enlig" in said("civilstand").splitlines()[2]


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ("Skole eller institution: x", "Nøgleperson 1: Skole eller institution"),
        ("SKOLE x", "Nøgleperson 1: Skole eller institution"),
        ("oekonomi: x", "Bolig og økonomi"),
        ("nøgleperson 3 fritidsjob: x", "Nøgleperson 3: Fritidsjob"),
        ("Nøgleperson 3: Fritidsjob: x", "Nøgleperson 3: Fritidsjob"),
        ("person 2 diagnose x", "Nøgleperson 2: Evt. diagnose"),
        ("family.work = x", "Arbejde"),
        ("health: x", "Helbred"),
    ],
)
def test_a_field_is_known_by_what_people_call_it(chat: Chat, typed: str, field: str) -> None:
    assert f"HS-26-001 · {field}: x" in chat.say("ali", f"!skema HS-26-001 {typed}")


def test_what_is_no_field_gets_the_nearest(chat: Chat) -> None:
    near = chat.say("ali", "!skema HS-26-001 skolee: x")
    assert "Mente du Nøgleperson 1: Skole eller institution?" in near
    assert "`" not in near
    assert "Jeg finder ikke noget felt" in chat.say("ali", "!skema HS-26-001 vejret: godt")
    several = chat.say("ali", "!skema HS-26-001 familie: x")
    assert "Familierelationer" in several or "helbred" not in several.casefold()
    assert "plads til 4" in chat.say("ali", "!skema HS-26-001 nøgleperson 5 skole: x")
    assert "0 af" in chat.say("ali", "!skema HS-26-001"), "nothing was recorded"


def test_one_section_is_shown_on_its_own(chat: Chat) -> None:
    chat.say("ali", "!skema HS-26-001 ydelser: kontanthjælp")
    chat.say("lene", "!skema HS-26-001 klub: to gange om ugen")
    shown = chat.say("ali", "!skema HS-26-001 familiens ressourcer")
    assert "Ydelser: kontanthjælp" in shown
    assert "klub" not in shown
    person = chat.say("ali", "!skema HS-26-001 nøgleperson 1")
    assert "Fritid eller klub: to gange om ugen" in person
    assert "Ydelser" not in person


def test_a_long_value_is_shortened_in_the_sheet_and_whole_in_its_field(chat: Chat) -> None:
    words = "kommer i klubben hver tirsdag og torsdag, men ikke om fredagen, hvor moren arbejder"
    chat.say("lene", f"!skema HS-26-001 klub: {words}")
    assert words not in chat.say("lene", "!skema HS-26-001")
    assert words in chat.say("lene", "!skema HS-26-001 klub")


def test_ten_thousand_characters_are_refused_kindly(chat: Chat) -> None:
    said = chat.say("ali", f"!skema HS-26-001 helbred: {'så ' * 3_333}")
    assert "plads til 2000" in said
    assert "0 af" in chat.say("ali", "!skema HS-26-001")
    assert "HS-26-001 · Helbred" in chat.say("ali", f"!skema HS-26-001 helbred: {'x' * 2_000}")


def test_a_field_is_emptied(chat: Chat) -> None:
    chat.say("ali", "!skema HS-26-001 ydelser: kontanthjælp")
    assert "Ydelser er tømt" in chat.say("ali", "!skema HS-26-001 ydelser slet")
    assert "kontanthjælp" not in chat.say("ali", "!skema HS-26-001")
    one = chat.say("ali", "!skema HS-26-001 ydelser")
    assert "tømt" in one
    assert "kontanthjælp" in one, "what it said stays in its history"


def test_another_agency_may_fill_a_field_and_hears_whose_it_is(chat: Chat) -> None:
    said = chat.say("bo", "!skema HS-26-001 fremmøde: set på gaden i skoletiden")
    assert "Feltet hører til BUF" in said
    assert "(politi, 20. nov.)" in chat.say("bo", "!skema HS-26-001")
    owned = chat.say("lene", "!skema HS-26-001 fremmøde: 60 %")
    assert "hører til" not in owned
    assert "Før stod der: set på gaden i skoletiden (politi, 20. nov.)" in owned
    assert "Før" not in chat.say("lene", "!skema HS-26-001 fremmøde: 70 %")


def test_a_name_in_a_field_is_answered_with_a_hint(chat: Chat) -> None:
    said = chat.say("lene", "!skema HS-26-001 kontaktpersoner: klasselærer Birgit Sand")
    assert "Jeg ser et navn (Birgit Sand)" in said


def test_a_message_of_several_lines_fills_several_fields(chat: Chat) -> None:
    said = chat.say("ali", "!skema HS-26-001\nhelbred: godt\nydelser: kontanthjælp\nsiden august")
    assert "HS-26-001 · Helbred: godt" in said
    assert "HS-26-001 · Ydelser: kontanthjælp" in said
    assert "kontanthjælp siden august" in chat.say("ali", "!skema HS-26-001 ydelser")
    wrong = chat.say("ali", "!skema HS-26-001 helbred: skidt\nbevilling: måske")
    assert "Svar med: ja, nej" in wrong
    assert "Helbred: godt" in chat.say("ali", "!skema HS-26-001"), "all of it, or nothing"
    chat.say("ali", "!fortryd")
    assert "Ydelser" not in chat.say("ali", "!skema HS-26-001")


def test_a_plain_answer_to_the_sheet_fills_a_field_and_talk_does_not(chat: Chat) -> None:
    chat.say("ali", "!skema HS-26-001 mangler")
    sheet = chat.newest()
    assert chat.say("lene", "Tak, det ser jeg på.", reply_to=sheet) == ""
    assert chat.say("lene", "Husk: mødet er flyttet", reply_to=sheet) == ""
    said = chat.say("lene", "fremmøde: 60 %\nklub: hver tirsdag", reply_to=sheet)
    assert "Fremmøde: 60 %" in said
    assert "Fritid eller klub: hver tirsdag" in said
    answer = chat.send("bo", "fritidsjob: i kiosken", reply_to=sheet)
    assert "Fritidsjob: i kiosken" in chat.say("ali", "!skema HS-26-001")
    assert "Fritidsjob: hos bageren" in chat.edit("bo", answer, "fritidsjob: hos bageren")
    chat.delete("bo", answer)
    assert "Fritidsjob" not in chat.say("ali", "!skema HS-26-001")


# --- taking back


def test_undo_an_edit_and_a_deletion_take_a_value_back(chat: Chat) -> None:
    chat.say("ali", "!skema HS-26-001 ydelser: kontanthjælp")
    chat.say("ali", "!skema HS-26-001 ydelser: ingen")
    chat.say("ali", "!fortryd")
    assert "Ydelser: kontanthjælp" in chat.say("ali", "!skema HS-26-001")
    first = chat.send("ali", "!skema HS-26-001 helbred: godt")
    edited = chat.edit("ali", first, "!skema HS-26-001 bolig: lille")
    assert "Bolig og økonomi: lille" in edited
    shown = chat.say("ali", "!skema HS-26-001")
    assert "Helbred" not in shown
    assert "Bolig og økonomi: lille" in shown
    chat.delete("ali", first)
    assert "Bolig" not in chat.say("ali", "!skema HS-26-001")


def test_a_message_deleted_later_takes_its_words_out_of_the_sheet(chat: Chat) -> None:
    event = chat.send("ali", "!skema HS-26-001 helbred: hemmelige ord")
    chat.at("2026-11-20 12:00")
    assert "hemmelige ord" in chat.say("karla", "!skema HS-26-001")
    chat.say("karla", "!skema HS-26-001 fil")
    chat.delete("ali", event)
    assert "hemmelige ord" not in chat.everything()
    missing = chat.say("karla", "!skema HS-26-001 mangler")
    assert "Helbred" in missing, "what was erased has to be asked about again"
    assert "hemmelige ord" not in str(
        chat.ask(lambda s: [queries.words(s, c.uid) for c in s.exec(select(Case))])
    )


# --- who sees what


def test_an_unknown_case_and_one_of_another_forum_get_the_same_answer(chat: Chat) -> None:
    unknown = chat.say("bo", "!sheet HS-26-777", "ledelse")
    forbidden = chat.say("bo", "!sheet HS-26-001", "ledelse")
    assert forbidden.replace("HS-26-001", "HS-26-777") == unknown
    assert "Skole" not in forbidden
    assert chat.say("lene2", "!skema HS-26-001", "dm") == chat.say("lene2", "!skema HS-26-777", "dm").replace(
        "777", "001"
    )


def test_a_lifted_case_has_its_sheet_where_it_was_lifted_to_and_not_longer(chat: Chat) -> None:
    chat.say("ali", "!skema HS-26-001 ydelser: kontanthjælp")

    def lift(session: Session, *, up: bool) -> None:
        case = queries.case_by_code(session, "HS-26-001")
        room = queries.room(session, chat.room_id("ledelse"))
        forum = queries.forum(session, room.forum_uid or "") if room else None
        assert case is not None
        assert forum is not None
        cases = Cases(session, chat.access, Cause("@karla:example.dk", chat.now, f"$lift{up}", 0))
        standing = queries.escalation(session, case.uid)
        if standing is None:
            cases.escalate(case, forum, "vi er gået i stå")
        else:
            cases.send_back(case, standing)

    chat.ask(lambda s: lift(s, up=True))
    assert "Benefits: kontanthjælp" in chat.say("lene2", "!sheet HS-26-001", "ledelse")
    filled = chat.say("lene2", "!sheet HS-26-001 work: starts on Monday", "ledelse")
    assert "Work: starts on Monday" in filled
    chat.ask(lambda s: lift(s, up=False))
    assert "kontanthjælp" not in chat.say("lene2", "!sheet HS-26-001", "ledelse")
    assert "Arbejde: starts on Monday (BIF, 20. nov.)" in chat.say("ali", "!skema HS-26-001")


def test_who_has_left_the_forum_reads_no_sheet(chat: Chat) -> None:
    assert "felter er udfyldt" in chat.say("lene", "!skema HS-26-001", "dm")
    member = {"membership": "leave"}
    chat.state(chat.room_id("fremdrift"), "m.room.member", "@lene:example.dk", member, by="lene")
    assert "felter" not in chat.say("lene", "!skema HS-26-001", "dm")


def test_a_citizen_is_told_that_it_is_not_for_them(chat: Chat) -> None:
    chat.say("ali", "!skema HS-26-001 ydelser: kontanthjælp")
    for room in ("raad", "dm"):
        said = chat.say("clara", "!skema HS-26-001", room)
        assert "kontanthjælp" not in said
        assert said == chat.say("clara", "!skema HS-26-777", room)


def test_a_caseworker_fills_their_own_agencys_fields_and_sees_no_others(chat: Chat) -> None:
    chat.say("lene", "!skema HS-26-001 fremmøde: 60 %")
    chat.ask(lambda s: _said_by_bif(chat, s))
    chat.say("sara", "!skema HS-26-001 ydelser: kontanthjælp", "dm")
    shown = chat.say("sara", "!skema HS-26-001", "dm")
    assert "Ydelser: kontanthjælp" in shown
    assert "60 %" not in shown
    assert "Fremmøde" not in shown
    assert "BIFs ord" not in shown, "SOF answers the field as well, but BIF said it"
    assert "BIFs ord" not in chat.say("sara", "!skema HS-26-001 helbred", "dm")
    replaced = chat.say("sara", "!skema HS-26-001 helbred: SOFs ord", "dm")
    assert "svar fra en anden forvaltning" in replaced
    assert "BIF" not in replaced
    refused = chat.say("sara", "!skema HS-26-001 fremmøde: 90 %", "dm")
    assert "ikke et felt, din forvaltning svarer på" in refused
    assert "90 %" not in chat.say("lene", "!skema HS-26-001")
    assert "BUF" not in chat.say("sara", "!skema HS-26-001 mangler", "dm")
    assert "forummets medlemmer" in chat.say("sara", "!skema HS-26-001 fil", "dm")
    assert [m for m in chat.messages() if m["what"] == "file"] == []


def _said_by_bif(chat: Chat, session: Session) -> None:
    case = queries.case_by_code(session, "HS-26-001")
    assert case is not None
    cause = Cause("@finn:example.dk", chat.now - timedelta(hours=1), "$bif", 0)
    Cases(session, chat.access, cause).fill(case, "family.health", "BIFs ord", "BIF")


def test_a_follower_reads_no_sheet(chat: Chat) -> None:
    said = chat.say("finn", "!skema HS-26-001", "dm")
    assert "er for forummets medlemmer" in said
    assert "!status HS-26-001" in said


def test_the_case_is_implied_where_it_is_spoken_of(chat: Chat) -> None:
    chat.say("ali", "!skema HS-26-001")
    sheet = chat.newest()
    assert "Ydelser: kontanthjælp" in chat.in_thread("ali", sheet, "!skema ydelser: kontanthjælp")
    assert "Hvilken sag" in chat.say("ali", "!skema ydelser: ingen")


# --- names


def test_names_are_off_unless_the_config_says_so(chat: Chat) -> None:
    assert "slået fra" in chat.say("karla", "!skema HS-26-001 adresse: Opdigtet Allé 1", "dm")
    assert "Adresse" not in chat.say("karla", "!skema HS-26-001 mangler", "dm")


def test_names_are_seen_only_by_who_leads_the_case_and_each_look_is_noted(named: Chat) -> None:
    chat = named
    said = chat.say("karla", "!skema HS-26-001 adresse: Opdigtet Allé 1", "dm")
    assert "Adresse: Opdigtet Allé 1" in said
    assert "Opdigtet" not in chat.say("karla", "!skema HS-26-001")
    assert "Opdigtet" not in chat.say("ali", "!skema HS-26-001", "dm")
    assert "kun koordinatoren" in chat.say("ali", "!skema HS-26-001 adresse", "dm")
    assert "hører ikke til i et rum" in chat.say("karla", "!skema HS-26-001 adresse: Andenvej 2")
    looks = _looks(chat)
    assert "Opdigtet Allé 1" in chat.say("anna", "!skema HS-26-001", "dm")
    assert "Opdigtet Allé 1" in chat.say("anna", "!skema HS-26-001 adresse", "dm")
    assert _looks(chat)[len(looks) :] == ["@anna:example.dk"] * 2
    assert "Adresse" not in chat.say("karla", "!skema HS-26-001 mangler")


def _looks(chat: Chat) -> list[str]:
    return chat.ask(
        lambda s: [c.by for c in s.exec(select(Change).order_by(Change.seq)) if c.field == "look:names"]  # type: ignore[arg-type]
    )


def test_names_are_sealed_with_the_name_register(named: Chat) -> None:
    named.say("karla", "!skema HS-26-001 adresse: Opdigtet Allé 1", "dm")

    def key(session: Session) -> str:
        case = queries.case_by_code(session, "HS-26-001")
        assert case is not None
        row = queries.sheet_value(session, case.uid, "master.address")
        assert row is not None
        return session.get_one(Text, row.text_uid).key

    assert named.ask(key) == "names:HS-26-001"
    assert b"Opdigtet" not in named.raw()


# --- as a file


def test_the_file_comes_in_direct_messages_also_when_asked_for_in_the_room(chat: Chat) -> None:
    chat.say("lene", "!skema HS-26-001 fremmøde: 60 %")
    before = chat.last_seq()
    said = chat.say("karla", "!skema HS-26-001 fil")
    assert "privat besked" in said
    (file,) = [m for m in chat.messages(before) if m["what"] == "file"]
    assert (file["kind"], file["target"]) == ("case.sheet.file", "dm:@karla:example.dk")


# --- in English


def test_the_sheet_in_english(chat: Chat) -> None:
    chat.say("ali", "!me english", "dm")
    said = chat.say("ali", "!sheet HS-26-001 school: begins in year 5", "dm")
    assert "HS-26-001 · Key person 1: School or institution: begins in year 5" in said
    assert "belongs to BUF" in said
    assert "Support granted: yes" in chat.say("ali", "!sheet HS-26-001 support granted yes", "dm")
    assert "Enrolled on: 12 August 2024" in chat.say("ali", "!sheet HS-26-001 enrolled: 12 August 2024", "dm")
    assert "Civil status: Single" in chat.say("ali", "!sheet HS-26-001 civil status single", "dm")
    shown = chat.say("ali", "!sheet HS-26-001", "dm")
    assert "School or institution: begins in year 5 (SOF, 20 Nov)" in shown
    assert "Missing: " in shown
    assert "Did you mean Key person 1: School or institution?" in chat.say(
        "ali", "!sheet HS-26-001 schol: x", "dm"
    )
    assert "Married, Living together" in chat.say("ali", "!sheet HS-26-001 civil status: who knows", "dm")
    assert "has not answered: " in chat.say("ali", "!sheet HS-26-001 missing", "dm")
    assert "is empty now" in chat.say("ali", "!sheet HS-26-001 school clear", "dm")
    assert "as a file" in chat.say("ali", "!sheet HS-26-001 file", "dm")
