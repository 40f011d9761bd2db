"""One document, said as a message, as text and as a Markdown file: the same words, and never markup of theirs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.documents.model import Bullets, Document, Heading, Paragraph, Table, markdown, resolved
from bot.documents.plain import WIDTH, markdown_file, text
from bot.matrix.markup import render
from bot.text import pill, text_ref, tokens, user_text

# What would be something else in Markdown, in HTML or in a terminal.
ROGUE = (
    "**fed** _kursiv_ ~~væk~~ `kode` <b>tag</b> <script>x</script> [her](https://ond.example) ![b](x) | a | b | &amp; "
    "https://ond.example www.ond.example lene@example.dk $x$ \\ #1"
)
LINES = "# overskrift\n- punkt\n1. et\n> citat\n===\n---\n+ to\n```\nkode\n    indrykket"


def sample(words: str) -> Document:
    """A document with a person's words in every place."""
    return Document(
        f"Referat {words}",
        "da",
        words,
        (
            Heading(words, new_page=True),
            Heading(words, 3),
            Paragraph(words),
            Paragraph(words, strong=True),
            Bullets((words, words), (f"A{words}", "B")),
            Heading("Til stede"),
            Bullets((words,)),
            Table(
                f"Aftaler {words}", ("Nr.", "Hvem", "Hvad"), (("42", words, words),), (f"{words}: {words}",)
            ),
        ),
    )


def plain_words(document: Document) -> str:
    return "".join(text(document).split())


class TestJson:
    def test_it_comes_back_as_it_was_with_its_tokens_to_be_seen(self) -> None:
        document = sample(f"{text_ref('abc')} æøå")
        said = document.to_json()
        assert Document.from_json(said) == document
        assert ("t", "abc") in tokens(said)
        assert "æøå" in said

    @pytest.mark.parametrize(
        "broken",
        [
            "",
            "[]",
            "{}",
            '{"title": "x"}',
            '{"title":"x","language":"da","subtitle":"","blocks":[{"kind":"?"}]}',
        ],
    )
    def test_anything_else_is_no_document(self, broken: str) -> None:
        with pytest.raises(ValueError, match=r".*"):
            Document.from_json(broken)

    def test_a_table_without_caption_or_with_holes_cannot_be_written(self) -> None:
        with pytest.raises(ValueError, match="caption"):
            Table(" ", ("a",), ())
        with pytest.raises(ValueError, match="cells"):
            Table("x", ("a", "b"), (("1",),))
        with pytest.raises(ValueError, match="lines"):
            Table("x", ("a",), (("1",),), ("1", "2"))
        with pytest.raises(ValueError, match="leads"):
            Bullets(("a",), ("b", "c"))


class TestWords:
    def test_tokens_become_what_they_stand_for(self) -> None:
        said = f"{user_text('Åse <b>')} {text_ref('t1')} {text_ref('t2')} {pill('@lene:example.dk', 'Lene Holm')}"
        document = resolved(
            Document("x", "da", "", (Paragraph(said),)), {"t1": "søge\u202e friplads\x00"}.get
        )
        assert document.blocks == (Paragraph("Åse <b> søge friplads [slettet] Lene Holm"),)

    def test_an_erased_text_is_named_in_the_documents_language(self) -> None:
        document = resolved(Document(text_ref("gone"), "en", ""), lambda _: None)
        assert document.title == "[deleted]"


class TestAsAMessage:
    def test_our_own_words_are_no_markup_and_neither_are_theirs(self) -> None:
        for words in (ROGUE, user_text(ROGUE), *(user_text(line) for line in LINES.split("\n"))):
            shown = render(markdown(sample(words)))
            for tag in ("<code", "<em", "<b>", "<script", "<table", "<blockquote", "<del", "<pre", "<hr"):
                assert tag not in shown.html
            assert "href" not in shown.html
            assert shown.mentions == frozenset()

    @pytest.mark.parametrize("line", LINES.split("\n"))
    def test_a_line_of_our_own_that_looks_like_markup_stays_words(self, line: str) -> None:
        shown = render(markdown(Document("x", "da", "", (Paragraph(line), Bullets((line,))))))
        assert shown.body == f"x\n\n{line.strip()}\n\n- {line.strip()}"

    def test_our_own_signs_stand_as_they_are(self) -> None:
        own = "a_b *c* [d] `e` | f & g &amp; h \\ {i}"
        assert (
            render(markdown(Document(own, "da", own, (Paragraph(own),)))).body == f"{own}\n\n{own}\n\n{own}"
        )

    def test_a_table_is_a_list_with_its_first_cell_in_bold(self) -> None:
        table = Table("Aftaler", ("Nr.", "Hvem", "Hvad"), (("42", "Lene", "søge"), ("43", "", "ringe")))
        shown = render(markdown(Document("x", "da", "", (table,))))
        assert "Aftaler\n\n- 42 Hvem: Lene; Hvad: søge\n- 43 Hvad: ringe" in shown.body
        assert "<strong>42</strong>" in shown.html


class TestAsText:
    def test_it_reads_like_a_letter(self) -> None:
        rows = (
            (
                "41",
                "Lene Holm (BUF)",
                "søge friplads i klubben til begge søskende og ringe til skolen",
                "fre. 27. nov.",
            ),
        )
        document = Document(
            "Referat",
            "da",
            "Fremdriftsgruppen · uge 48",
            (
                Heading("Til stede"),
                Bullets(("Lene Holm", "Ali Demir"), ("BUF:", "SOF:")),
                Heading("1. Friplads", 3),
                Paragraph("En linje\nog en til."),
                Table("Aftaler", ("Nr.", "Hvem", "Hvad", "Hvornår"), rows),
            ),
        )
        assert text(document).splitlines() == [
            "Referat",
            "=======",
            "",
            "Fremdriftsgruppen · uge 48",
            "",
            "Til stede",
            "---------",
            "",
            "- BUF: Lene Holm",
            "- SOF: Ali Demir",
            "",
            "1. Friplads",
            "",
            "En linje",
            "og en til.",
            "",
            "Aftaler",
            "",
            "Nr.   Hvem             Hvad                                      Hvornår",
            "----  ---------------  ----------------------------------------  -------------",
            "41    Lene Holm (BUF)  søge friplads i klubben til begge         fre. 27. nov.",
            "                       søskende og ringe til skolen",
        ]

    @given(
        st.lists(
            st.text(st.characters(exclude_categories=("Cs", "Cc", "Co", "Cf")), max_size=120),
            min_size=1,
            max_size=4,
        )
    )
    def test_no_line_is_too_long_and_no_word_is_lost(self, words: list[str]) -> None:
        rows = tuple((str(at), word, word[::-1]) for at, word in enumerate(words))
        table = Table("Aftaler", ("Nr.", "Hvem", "Hvad"), rows)
        document = resolved(Document("x", "da", "", (Bullets(tuple(words)), table)), lambda _: None)
        said = text(document)
        longest = max((len(word) for line in words for word in line.split()), default=0)
        assert max(map(len, said.splitlines())) <= max(WIDTH, longest + 2)
        for block in document.blocks:
            if isinstance(block, Bullets):
                for word in " ".join(block.items).split():
                    assert word in said

    def test_tables_of_one_kind_stand_in_line(self) -> None:
        head = ("Nr.", "Hvem", "Hvad")
        tables = (
            Table("Først", head, (("1", "Bo", "ringe"),)),
            Table("Så", head, (("1042", "Lene Holm (BUF)", "skrive"),)),
        )
        made = text(Document("x", "da", "", (*tables, Table("Andre", ("Nr.", "Dag"), (("1", "fredag"),)))))
        starts = [line.index("Hvad") for line in made.splitlines() if "Hvad" in line]
        assert starts == [len("1042  Lene Holm (BUF)  ")] * 2

    @given(
        st.lists(st.lists(st.text("ab \n", max_size=200), min_size=3, max_size=3).map(tuple), max_size=5),
        st.integers(20, 100),
    )
    def test_columns_fit_into_their_room(self, rows: list[tuple[str, ...]], room: int) -> None:
        widths = Table("x", ("Nr.", "Hvem", "Hvad"), tuple(rows)).widths(room)
        assert sum(widths) <= room
        assert min(widths) >= 4


class TestAsMarkdown:
    def test_a_reader_of_it_sees_a_table_and_the_words(self) -> None:
        html = (
            MarkdownIt("commonmark")
            .enable(["table", "strikethrough"])
            .render(markdown_file(sample("søge friplads")))
        )
        assert "<h1>Referat søge friplads</h1>" in html
        assert "<th>Hvem</th>" in html
        assert "<td>søge friplads</td>" in html
        assert "<strong>Aftaler søge friplads</strong>" in html

    @pytest.mark.parametrize(
        "words", [ROGUE, LINES, *LINES.split("\n"), "a\nb", "1) x", "~~~\nx", "\t- x", "*"]
    )
    def test_no_words_become_markup(self, words: str) -> None:
        made = markdown_file(sample(words))
        html = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(made)
        own = MarkdownIt("commonmark").enable(["table", "strikethrough"]).render(markdown_file(sample("x")))
        without_breaks = html.replace("<br />\n", " ").replace("</strong> <strong>", " ")

        def tags(page: str) -> list[str]:
            return [part.split(">")[0] for part in page.split("<")[1:]]

        assert tags(without_breaks) == tags(own)
        for word in words.split():
            assert word.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;") in html
        assert "://" not in made.replace("\\://", "")

    def test_what_github_would_link_is_broken_up(self) -> None:
        made = markdown_file(Document("x", "da", "", (Paragraph(ROGUE),)))
        for link in ("https://ond", "www.ond", "lene@example"):
            assert link not in made
