"""The messages are complete in both languages, well formed, and used."""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from decimal import Decimal
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, ast
from fluent.syntax.visitor import Visitor

import bot
import bot.text
from bot.text import LANGUAGES, TextError, pill, segments, t, text_ref, tokens, user_text

HOUSE = Path(bot.__file__).parent
# Keys that code puts together, e.g. t(lang, f"state-{state}"): every key with such a beginning counts as used.
DYNAMIC_PREFIXES = (
    "own-log-",
    "own-period-",
    "own-role-",
    "config-",
    "state-",
    "answer-ask-",
    "when-ask-",
    "agenda-kind-",
    "case-state-",
    "case-parameter-",
    "case-trend-",
    "case-plan-",
    "case-update-",
    "sheet-doc-",
    "case-step-",
    "question-ask-",
    "question-kind-",
    "question-step-",
    "me-asked-",
    "flow-",
    "casefile-",
    "receipt-",
    "erasure-state-",
)


class Variables(Visitor):
    """The variables a message uses."""

    def __init__(self) -> None:
        self.names: set[str] = set()

    def visit_VariableReference(self, node: ast.VariableReference) -> None:
        self.names.add(node.id.name)


class Words(Visitor):
    """The words a message holds itself."""

    def __init__(self) -> None:
        self.text = ""

    def visit_TextElement(self, node: ast.TextElement) -> None:
        self.text += node.value + " "

    def visit_StringLiteral(self, node: ast.StringLiteral) -> None:
        self.text += node.parse()["value"]


def entries(lang: str) -> Sequence[ast.EntryType]:
    source = (HOUSE / "text" / f"{lang}.ftl").read_text("utf-8")
    return FluentParser().parse(source).body


def messages(lang: str) -> dict[str, ast.Message]:
    return {entry.id.name: entry for entry in entries(lang) if isinstance(entry, ast.Message)}


def words(message: ast.Message) -> str:
    found = Words()
    found.visit(message)
    return found.text


def code() -> Iterator[str]:
    return (path.read_text("utf-8") for path in HOUSE.rglob("*.py"))


class TestFiles:
    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_every_line_is_understood_and_no_key_stands_twice(self, lang: str) -> None:
        assert [entry.content for entry in entries(lang) if isinstance(entry, ast.Junk)] == []
        keys = [entry.id.name for entry in entries(lang) if isinstance(entry, ast.Message)]
        assert [key for key in keys if keys.count(key) > 1] == []

    def test_both_languages_have_the_same_keys(self) -> None:
        assert messages("da").keys() ^ messages("en").keys() == set()

    def test_both_languages_have_the_same_variables(self) -> None:
        def variables(message: ast.Message) -> set[str]:
            found = Variables()
            found.visit(message)
            return found.names

        english = messages("en")
        differing = {
            key: (variables(message), variables(english[key]))
            for key, message in messages("da").items()
            if key in english and variables(message) != variables(english[key])
        }
        assert differing == {}

    def test_every_key_in_the_code_exists(self) -> None:
        calls = re.compile(r"""(?:\bt\(\s*[\w.()]+,|\bctx\.say\()\s*["']([\w-]+)["']\s*[,)]""")
        used = {key for source in code() for key in calls.findall(source)}
        assert used, "the search itself finds the calls"
        assert used - messages("da").keys() == set()

    def test_every_key_is_used(self) -> None:
        everything = "\n".join(code())
        quoted = set(re.findall(r"""(?=["']([\w-]+)["'])""", everything))
        assert [
            key for key in messages("da") if not key.startswith(DYNAMIC_PREFIXES) and key not in quoted
        ] == []
        for prefix in DYNAMIC_PREFIXES:
            assert re.search(rf"""["']{prefix}(["'{{])""", everything), f"{prefix} is no longer put together"

    def test_danish_says_du(self) -> None:
        # "De" and "Dem" are also "they" at the beginning of a sentence: only inside one are they the formal you.
        formal = re.compile(r"(?<![.!?:\n„«*>] )(?<!^)\b(De|Dem|Deres)\b", re.MULTILINE)
        assert {key: words(m) for key, m in messages("da").items() if formal.search(words(m).strip())} == {}

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_no_message_speaks_in_pictures_alone(self, lang: str) -> None:
        def only_pictures(message: ast.Message) -> bool:
            said = words(message)
            pictures = any(unicodedata.category(character) == "So" for character in said)
            variables = Variables()
            variables.visit(message)
            return pictures and not variables.names and not any(character.isalpha() for character in said)

        assert [key for key, message in messages(lang).items() if only_pictures(message)] == []


@pytest.fixture
def sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """Messages of our own for both languages."""
    from fluent.runtime import FluentBundle, FluentResource

    danish = """
things = { $count ->
    [one] én ting
   *[other] { $count } ting i alt
 }
both = Nr. { $number }: { $what }
danish-broken = { $count } { $missing }
"""
    english = "both = No. { $number }: { $what }\ndanish-broken = { $count } things\nonly-english = Hello"

    def bundle(lang: str) -> FluentBundle:
        made = FluentBundle([lang], use_isolating=False)
        made.add_resource(FluentResource(danish if lang == "da" else english))
        return made

    monkeypatch.setattr(bot.text, "_bundle", bundle)


@pytest.mark.usefixtures("sample")
class TestMessages:
    def test_danish_plurals(self) -> None:
        said = [t("da", "things", count=count) for count in (0, 1, 2, 21)]
        assert said == ["0 ting i alt", "én ting", "2 ting i alt", "21 ting i alt"]

    def test_numbers_of_records_are_shown_as_one_types_them(self) -> None:
        assert t("da", "both", number=12345, what="x") == "Nr. 12345: x"
        assert t("da", "both", number=Decimal("2.5"), what="x") == "Nr. 2,5: x"

    def test_words_pass_through_as_they_are(self) -> None:
        token = user_text("**{ $number }** \u2068<b>")
        assert t("da", "both", number=1, what=token) == f"Nr. 1: {token}"

    def test_long_words_pass_whole(self) -> None:
        token = user_text("søge friplads " * 4000)
        assert t("da", "both", number=token, what=token) == f"Nr. {token}: {token}"

    @pytest.mark.parametrize(
        ("lang", "key", "args"),
        [
            ("da", "no-such-key", {}),
            ("da", "both", {"number": 1}),
            ("sv", "both", {"number": 1, "what": "x"}),
            ("da", "both", {"number": 1, "what": None}),
            ("da", "both", {"number": True, "what": "x"}),
        ],
    )
    def test_a_fault_is_found_by_tests(self, lang: str, key: str, args: dict[str, object]) -> None:
        with pytest.raises(TextError):
            t(lang, key, **args)

    def test_a_fault_never_costs_a_person_the_answer(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
    ) -> None:
        monkeypatch.setattr(bot.text, "STRICT", False)
        assert t("da", "only-english") == "Hello"
        assert t("da", "danish-broken", count=2) == "2 things"
        assert t("sv", "both", number=1, what="hemmeligt") == "Nr. 1: hemmeligt"
        assert t("en", "both", number=1) == "No. 1: what"
        assert t("en", "no-such-key") == "no-such-key"
        logged = capsys.readouterr().out
        assert logged.count("text.fault") == 5
        assert "hemmeligt" not in logged


class TestTokens:
    def test_tell_what_a_message_refers_to(self) -> None:
        message = f"a {user_text('søge **x**')} {text_ref('01J-a')} {pill('@lene:example.dk', 'Lene Holm')}"
        assert list(tokens(message)) == [("x", "søge **x**"), ("t", "01J-a"), ("p", "@lene:example.dk")]
        assert [segment.name for segment in segments(message) if segment.kind == "p"] == ["Lene Holm"]

    def test_hold_nothing_that_markdown_or_fluent_could_read(self) -> None:
        for token in (user_text("*_`[]()<>\n{}|\\"), pill("@a:b", "*_{}\n"), text_ref("a-1")):
            assert re.fullmatch("\ue000[0-9A-Za-z-]+\ue001", token)

    def test_cannot_be_forged(self) -> None:
        forged = user_text("\ue001" + text_ref("a1") + "\ue000")
        assert list(tokens(forged)) == [("x", "ta1")]

    @pytest.mark.parametrize("uid", ["", "a b", "a\ue001", "æ", "a_b", "a\n"])
    def test_a_reference_has_a_plain_name(self, uid: str) -> None:
        with pytest.raises(ValueError, match="ASCII"):
            text_ref(uid)
