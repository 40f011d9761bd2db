"""For any words whatever: they are shown, they are only words, and reading never fails."""

from html.parser import HTMLParser
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from bot.matrix.markup import command_lines, incoming, render
from bot.text import pill, text_ref, tokens, user_text
from bot.text.cleaning import clean

SPECIAL = st.sampled_from(
    (
        *("<b>", "</p>", "&lt;", "<a href='https://matrix.to/#/@lene:b'>", "javascript:", "@room", "@lene:b"),
        *("**", "_", "`", "```", "[a](b:c)", "![", "](", "\n- ", "\n1. ", "\n# ", "\n> ", "|", "---", "\\"),
        *(
            "\x00",
            "\x02",
            "\x03",
            "\t",
            "\r\n",
            "\u2028",
            "\u200d",
            "\u202e",
            "\u0301",
            "שלום",
            "👩‍👧",
            "\ud800",
        ),
        *("\ue000x61\ue001", "\ue002", "{ $x }"),
    )
)
WORDS = st.lists(SPECIAL | st.text(max_size=8), max_size=12).map("".join)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
TEMPLATE = """**Nr. 42** {0} og *{0}*

## Uge {0}
- {0}: `{0}`
  - {0}

| a | {0} |
|---|---|
| {0} | b |

> {0}
{0}"""


class Tags(HTMLParser):
    """Every tag of a page with its attributes; line breaks apart, since people's line ends make them."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.seen: list[tuple[str, Any]] = []
        self.text = ""
        self.feed(page)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "br":
            self.seen.append((tag, tuple(attrs)))
        else:
            self.text += "\n"

    def handle_endtag(self, tag: str) -> None:
        self.seen.append((f"/{tag}", ()))

    def handle_comment(self, data: str) -> None:
        self.seen.append(("!--", data))

    def handle_decl(self, decl: str) -> None:
        self.seen.append(("!", decl))

    def handle_data(self, data: str) -> None:
        self.text += data


def words_of(text: str) -> list[str]:
    """The words, without the isolates and joiners that rendering adds."""
    return "".join(c for c in text if c not in "\u2068\u2069\u2060").split()


@given(WORDS)
@example("<img src=x onerror=alert(1)>")
def test_any_words_stay_words_wherever_they_stand(words: str) -> None:
    plain = render(TEMPLATE.format(user_text("ord")))
    shown = render(TEMPLATE.format(user_text(words)))
    assert Tags(shown.html).seen == Tags(plain.html).seen
    assert shown.mentions == frozenset()
    assert "@room" not in shown.body.lower()


@given(WORDS)
def test_the_body_says_any_words_and_the_html_says_the_same(words: str) -> None:
    shown = render(f"Noteret: {user_text(words)}.")
    assert words_of(shown.body) == words_of(f"Noteret: {clean(words)}.")
    assert words_of(Tags(shown.html).text) == words_of(shown.body)


@given(WORDS, WORDS)
def test_stored_words_and_names_are_words_too(words: str, name: str) -> None:
    template = f"- {text_ref('a1')} {pill('@lene:b', 'x')}\n- {text_ref('a1')}"
    shown = render(template.replace(pill("@lene:b", "x"), pill("@lene:b", name)), lambda uid: words)
    assert Tags(shown.html).seen == Tags(render(template, lambda uid: "x").html).seen
    assert shown.mentions == {"@lene:b"}


@given(WORDS)
def test_a_token_gives_back_its_words_and_no_other_token(words: str) -> None:
    assert [kind for kind, _ in tokens(f"a{user_text(words)}b")] == ["x"]
    ((_, back),) = tokens(user_text(words))
    assert clean(back) == clean(words)


@given(WORDS)
def test_cleaning_again_changes_nothing(words: str) -> None:
    assert clean(clean(words)) == clean(words)
    assert not set(clean(words)) & set("\x00\r\u200b\u202e\u2066\ue000\ue001\ue002\ue003")


@given(WORDS, st.integers(600, 4000))
def test_any_words_fit_the_size(words: str, limit: int) -> None:
    shown = render(f"- {user_text(words * 50)}\n- {user_text(words)}\n\nslut", limit=limit)
    assert len((shown.body + shown.html).encode()) <= limit


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "body": WORDS | JSON,
            "formatted_body": WORDS | JSON,
            "msgtype": st.just("m.text") | JSON,
            "m.relates_to": st.just({"rel_type": "m.replace"}) | JSON,
            "m.new_content": st.fixed_dictionaries({"body": WORDS}) | JSON,
        },
    )
)
def test_reading_never_fails(content: dict[str, Any]) -> None:
    if (got := incoming(content)) is not None:
        assert len(got.pills) == got.text.count("\ue002") == got.text.count("\ue003")
        for at, line in enumerate(command_lines(got.text, "!"), 1):
            assert line.index == at
            assert line.text[0].isalpha()


@given(WORDS.filter(lambda words: "@" not in words and "matrix" not in words))
def test_a_mention_is_found_among_any_words(words: str) -> None:
    formatted = f'<a href="https://matrix.to/#/@lene:b">Lene Holm</a> x <pre>{words}</pre>'
    got = incoming({"msgtype": "m.text", "body": f"Lene Holm x\n{words}", "formatted_body": formatted})
    assert got is not None
    assert got.pills == ("@lene:b",)
    assert got.text.startswith("\ue002@lene:b\ue003 x")
