"""The form of the ressourceskema: what ours holds, how another's is read, and what is said of a wrong one."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.commands.sheet_words import NotMeant, meant
from bot.config_problems import ConfigError
from bot.form import LONGEST, Form, FormField
from bot.form_file import example, parse, read, standard
from bot.settings import load
from bot.when import Calendar

AGENCIES = frozenset({"BUF", "SOF", "BIF"})
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=ZoneInfo("Europe/Copenhagen"))
CALENDAR = Calendar(ZoneInfo("Europe/Copenhagen"))
CONFIG = """
[matrix]
homeserver = "http://127.0.0.1:8008"
user_id = "@hotspotbot:example.dk"
[agencies.BUF]
name = "Børne- og Ungdomsforvaltningen"
[agencies.politi]
name = "Politiet"
[cases]
form_file = "skema.toml"
"""


# --- ours


def test_our_form_is_the_whole_annex() -> None:
    form = standard(AGENCIES, personal=True)
    titles = [section.title("da") for section in form.sections]
    assert titles == [
        "Stamoplysninger",
        "Nøgleperson",
        "Beslægtede sager",
        "Familiens ressourcer",
        "Aktivitet",
        "Samlet overblik",
        "Statusmeldinger",
        "Handleplan og ansvarsfordeling",
    ]
    person = [field.label("da") for field in form.fields() if field.person == 4]
    for row in (
        "Skole eller institution; Fritid eller klub; Indskrivningsdato; Afdeling eller klassetrin; Kontaktpersoner;"
        "Tidligere institutioner; Evt. opskrivning til overflytning; Fremmøde; Fritidsjob;"
        "Evt. sundhedspleje i familien; Beskrivelse; Undersøgelser; Støtteansøgning; Bevilling; Evt. diagnose"
    ).split(";"):
        assert row.strip() in person
    assert max(field.person or 0 for field in form.fields()) == 4


def test_agencies_answer_what_the_annex_says() -> None:
    form = standard(AGENCIES)
    asked = {
        "family.work": {"BIF"},
        "family.health": {"BIF", "SOF"},
        "family.housing": {"BIF", "SOF"},
        "family.benefits": {"SOF"},
        "family.network": {"SOF"},
        "family.relations": {"SOF"},
        "family.wishes": {"SOF"},
        "family.cooperation": {"SOF", "BUF"},
        "person.1.description": {"BUF", "SOF"},
        "activity.buf": {"BUF"},
    }
    for name, agencies in asked.items():
        field = form.field(name)
        assert field is not None
        assert set(field.agencies) == agencies, name
    assert {f.name for f in form.asked_of("BUF")} >= {"person.3.school", "family.cooperation"}
    assert all("BUF" in f.agencies for f in form.asked_of("BUF"))


def test_personal_fields_are_off_unless_switched_on_and_nobody_is_asked_for_them() -> None:
    names = {"master.name", "master.address", "master.ethnicity", "master.language", "person.2.name"}
    off, on = standard(AGENCIES), standard(AGENCIES, personal=True)
    assert not names & {field.name for field in off.fields()}
    assert off.field("master.name") is None
    assert names <= {field.name for field in on.fields()}
    assert {field.name for field in on.fields() if field.personal} >= names
    assert not [field for code in AGENCIES for field in on.asked_of(code) if field.personal]


def test_agencies_that_a_programme_does_not_have_are_asked_nothing() -> None:
    form = standard(frozenset({"buf"}))
    assert {code for field in form.fields() for code in field.agencies} == {"buf"}


def test_our_file_is_right_also_as_a_municipalitys_own() -> None:
    form, problems = parse(example(), AGENCIES, personal=True, own=True)
    assert problems == []
    assert form is not None


# --- values


def field_of(kind: str) -> FormField:
    more = (
        'choices = ["Gift", "Enlig", "Skilt eller separeret"]\nchoices_en = ["Married", "Single", "Divorced"]'
    )
    text = f'[a]\nda = "A"\n[a.b]\nda = "B"\nkind = "{kind}"\n{more if kind == "choice" else ""}'
    form, problems = parse(text, (), personal=False, own=True)
    assert problems == []
    assert form is not None
    return form.fields()[0]


@pytest.mark.parametrize(
    ("kind", "said", "language", "value"),
    [
        ("yesno", "Ja", "da", "ja"),
        ("yesno", " x ", "da", "ja"),
        ("yesno", "nej.", "da", "nej"),
        ("yesno", "Yes", "en", "yes"),
        ("yesno", "nej", "en", "no"),
        ("yesno", "måske", "da", None),
        ("yesno", "ja fra august", "da", None),
        ("date", "12/8 2024", "da", "12. august 2024"),
        ("date", "2024-08-12", "en", "12 August 2024"),
        ("date", "1/8", "da", "1. august 2026"),
        ("date", "1. december", "da", "1. december 2026"),
        ("date", "3. maj 1998", "da", "3. maj 1998"),
        ("date", "31/2 2024", "da", None),
        ("date", "engang", "da", None),
        ("date", "12/8 kl. 10", "da", None),
        ("choice", "enlig", "da", "Enlig"),
        ("choice", "skilt", "da", "Skilt eller separeret"),
        ("choice", "single", "da", "Enlig"),
        ("choice", "2", "en", "Single"),
        ("choice", "4", "da", None),
        ("choice", "gfit", "da", None),
        ("choice", "enllig", "da", "Enlig"),
        ("text", "  to linjer\nher ", "da", "to linjer\nher"),
        ("text", "  ", "da", None),
    ],
)
def test_values_are_read_as_people_write_them(kind: str, said: str, language: str, value: str | None) -> None:
    assert field_of(kind).read(said, language, NOW, CALENDAR) == value


@given(
    st.text(max_size=40), st.sampled_from(["text", "yesno", "date", "choice"]), st.sampled_from(["da", "en"])
)
def test_a_value_in_its_normal_form_is_read_as_itself(said: str, kind: str, language: str) -> None:
    field = field_of(kind)
    value = field.read(said, language, NOW, CALENDAR)
    assert value is None or field.read(value, language, NOW, CALENDAR) == value
    for option in field.options(language):
        assert field.read(option, language, NOW, CALENDAR) == option


# --- a municipality's own


def problems(tmp_path: Path, form: str | bytes, config: str = CONFIG) -> list[str]:
    path = tmp_path / "hotspot.toml"
    path.write_text(config, "utf-8")
    file = tmp_path / "skema.toml"
    file.write_bytes(form.encode() if isinstance(form, str) else form)
    with pytest.raises(ConfigError) as caught:
        load(path)
    return [problem.removeprefix(f"{tmp_path}/") for problem in caught.value.problems]


RIGHT = '[familien]\nda = "Familien"\n[familien.arbejde]\nda = "Arbejde"\nagencies = ["buf"]\n'


def test_a_config_names_the_form_and_spells_the_agencies(tmp_path: Path) -> None:
    (tmp_path / "hotspot.toml").write_text(CONFIG, "utf-8")
    (tmp_path / "skema.toml").write_text("\ufeff" + RIGHT, "utf-8")
    form = load(tmp_path / "hotspot.toml").form
    (field,) = form.fields()
    assert (field.name, field.title("da"), field.title("en")) == ("familien.arbejde", "Arbejde", "Arbejde")
    assert field.agencies == ("BUF",)
    assert form.own


def test_a_config_with_names_has_the_forms_personal_fields(tmp_path: Path) -> None:
    (tmp_path / "skema.toml").write_text(RIGHT + '[familien.navn]\nda = "Navn"\npersonal = true\n', "utf-8")
    for names, count in (("false", 1), ("true", 2)):
        (tmp_path / "hotspot.toml").write_text(f"{CONFIG}names = {names}\n", "utf-8")
        assert len(load(tmp_path / "hotspot.toml").form.fields()) == count


@pytest.mark.parametrize(
    ("wrong", "line", "said"),
    [
        ('kind = "tekst"', 6, "familien.arbejde.kind: „tekst“ er ikke en af mulighederne. Mente du text?"),
        ("slags = 1", 6, "Nøglen „slags“ kendes ikke her."),
        ('agency = ["BUF"]', 6, "Mente du agencies?"),
        ('choices = ["A"]', 6, "Muligheder bruges kun af felter, hvor svaret er et valg"),
        ('kind = "choice"', 6, "Et valg skal have muligheder."),
        ('kind = "choice"\nchoices = []', 7, "Et valg skal have muligheder."),
        ('kind = "choice"\nchoices = ["A", "a"]', 7, "„a“ står her for anden gang"),
        ('kind = "choice"\nchoices = ["A", "B"]\nchoices_en = ["A"]', 8, "lige mange muligheder"),
        ('kind = "choice"\nchoices = "A"', 7, "Skal være en liste"),
        ('personal = "ja"', 6, "Skal være true eller false"),
        ('en = "Work: *x*"', 6, "kan ikke vises"),
        ("en = 3", 6, "Skal være tekst"),
        ('hint = "[x](y)"', 6, "kan ikke vises"),
        ('[familien.arbejde]\nda = "Job"', 6, "Det samme står her for anden gang"),
        ('[familien.job]\nda = "arbejde"', 7, "hedder et andet felt i afsnittet også (arbejde)"),
        ('[familien.job]\nen = "Work"', 6, "Mangler og skal udfyldes."),
        ('[familien.Job]\nda = "Job"', 6, "„Job“ kan ikke være navn på et afsnit eller felt"),
        ('[familien.count]\nda = "Antal"', 6, "„count“ kan ikke være navn på et afsnit eller felt"),
        ('[tomt]\nda = "Tomt"', 6, "Afsnittet har ingen felter."),
        ('[plan]\nda = "Plan"\nshows = "planen"', 8, "Mente du plan?"),
        ('[plan]\nda = "Plan"\nshows = "plan"\n[plan.x]\nda = "X"', 8, "kan ikke også have felter"),
        ('[person]\nda = "P"\ncount = 0\n[person.x]\nda = "X"', 8, "Tallet er uden for det tilladte"),
        ('[person]\nda = "P"\ncount = "4"\n[person.x]\nda = "X"', 8, "Skal være et tal"),
        ('[person]\nda = "P"\nantal = 4\n[person.x]\nda = "X"', 8, "Nøglen „antal“ kendes ikke her."),
        ("x = = 3", 6, "ikke gyldig TOML"),
    ],
)
def test_a_mistake_is_named_with_its_line(tmp_path: Path, wrong: str, line: int, said: str) -> None:
    (found,) = problems(tmp_path, RIGHT + wrong)
    assert found.startswith(f"skema.toml:{line}: ")
    assert said in found


def test_an_unknown_agency_is_named_with_the_nearest(tmp_path: Path) -> None:
    (found,) = problems(tmp_path, RIGHT.replace('["buf"]', '["BUFF"]'))
    assert found == (
        "skema.toml:5: familien.arbejde.agencies: Forvaltningen „BUFF“ står ikke under [agencies]. Mente du BUF?"
    )


def test_every_mistake_is_said_at_once_beside_those_of_the_config(tmp_path: Path) -> None:
    config = CONFIG.replace("[cases]", "[cases]\nmost = 99")
    found = problems(tmp_path, RIGHT + 'kind = "ting"\nhej = 1', config.replace('"BUF', '"B'))
    assert [line.split(":")[0] for line in found] == ["hotspot.toml", "skema.toml", "skema.toml"]


def test_an_empty_form_and_what_is_no_form(tmp_path: Path) -> None:
    assert "tomt" in problems(tmp_path, "")[0]
    assert "UTF-8" in problems(tmp_path, b"\xff\xfe\x00")[0]
    assert "Skal være et afsnit" in problems(tmp_path, 'da = "Familien"')[0]
    (tmp_path / "skema.toml").unlink()
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "hotspot.toml")
    assert "findes ikke" in str(caught.value)
    (tmp_path / "skema.toml").mkdir()
    with pytest.raises(ConfigError):
        load(tmp_path / "hotspot.toml")


def test_the_lines_are_in_the_configs_language(tmp_path: Path) -> None:
    config = CONFIG + '[general]\nlanguage = "en"\n'
    assert "is not one of the choices" in problems(tmp_path, RIGHT + 'kind = "ting"', config)[0]


def test_read_says_what_a_file_that_cannot_be_read_is(tmp_path: Path) -> None:
    form, lines = read(tmp_path, AGENCIES, personal=False, language="da")
    assert form is None
    assert len(lines) == 1


# --- any form

keys = st.from_regex(r"[a-z][a-z0-9_]{0,8}", fullmatch=True).filter(
    lambda key: key not in ("da", "en", "count", "shows")
)
names = st.from_regex(r"[A-ZÆØÅ][a-zæøå]{1,8}( [a-zæøå]{1,8}){0,2}", fullmatch=True)
fields = st.fixed_dictionaries(
    {"da": names, "kind": st.sampled_from(["text", "yesno", "date"])},
    optional={
        "en": names,
        "agencies": st.lists(st.sampled_from(sorted(AGENCIES)), unique=True),
        "personal": st.booleans(),
    },
)
forms = st.dictionaries(
    keys,
    st.tuples(
        names,
        st.integers(1, 5),
        st.dictionaries(keys, fields, min_size=1, max_size=4),
    ),
    min_size=1,
    max_size=4,
)


@given(forms)
def test_any_form_is_read_as_it_is_written(
    form: dict[str, tuple[str, int, dict[str, dict[str, object]]]],
) -> None:
    lines: list[str] = []
    for key, (name, count, inside) in form.items():
        lines += [f"[{key}]", f"da = {json.dumps(name)}", f"count = {count}"]
        for field, values in inside.items():
            lines += [f"[{key}.{field}]"]
            lines += [f"{k} = {json.dumps(v, ensure_ascii=False)}" for k, v in values.items()]
    made, wrong = parse("\n".join(lines), AGENCIES, personal=True, own=True)
    if wrong:
        assert all(problem.code == "form-twice-name" for problem in wrong), (
            "nothing else can be wrong with it"
        )
        return
    assert made is not None
    _holds(made, form)


def _holds(made: Form, form: dict[str, tuple[str, int, dict[str, dict[str, object]]]]) -> None:
    expected = [
        f"{key}.{number}.{field}" if count > 1 else f"{key}.{field}"
        for key, (_, count, inside) in form.items()
        for number in range(1, count + 1)
        for field in inside
    ]
    assert [field.name for field in made.fields()] == expected
    for field in made.fields():
        _, _, inside = form[field.section]
        values = inside[field.name.rsplit(".", 1)[-1]]
        assert list(field.agencies) == values.get("agencies", [])
        assert field.personal == values.get("personal", False)
        assert field.label("da") == values["da"]
        assert meant(made, f"{field.name}: svaret").field == field
        assert field.label("da") in _called(made, field.title("da"))


def _called(made: Form, title: str) -> set[str]:
    """What the fields are called that a title can mean, in any language."""
    try:
        found = meant(made, f"{title}: svaret").field
    except NotMeant as unclear:
        return {label for each in unclear.fitting for label in each.labels.values()}
    return set(found.labels.values()) if found is not None else set()


def test_a_value_has_room_for_what_the_guide_says() -> None:
    assert LONGEST == 2_000


OURS = standard(AGENCIES, personal=True)
FRONTS = [form_field.title("da") for form_field in OURS.fields()] + [
    "skole",
    "person 2",
    "nøgleperson 3",
    "p4",
    ":",
    "=",
]


@given(st.lists(st.one_of(st.sampled_from(FRONTS), st.text(max_size=12)), max_size=6).map(" ".join))
def test_whatever_is_typed_means_one_thing_or_is_asked_about(words: str) -> None:
    try:
        found = meant(OURS, words)
    except NotMeant:
        return
    assert (found.field is None) != (found.section is None)
    assert found.value is None or found.value.strip()
    assert found.value is None or found.value in words, "what was said is kept as it was said"
