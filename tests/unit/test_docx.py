"""The Word file: read back by a second pair of eyes, and opened by LibreOffice wherever that is found."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from docx import Document as open_docx
from docx.oxml import parse_xml
from docx.oxml.ns import qn
from docx.shared import Cm

from bot.documents.docx import docx
from bot.documents.model import Bullets, Document, Heading, Paragraph, Table

AT = datetime(2026, 11, 24, 12, 30, tzinfo=UTC)
CAPTION = "Aftaler: hvem gør hvad hvornår"
WHOLE = "Beslutningsreferat · Ledelsesgruppen · uge 48 · tirs. 24. nov. 2026 kl. 10.00–11.30"
NASTY = '«Åse» "Bibi" O\'Hara 🎉 <b>&amp; \x00\x08\x0b\x1f\ufffe\ud800 عمر حسن 42 שלום ' + "langtord" * 40


def rows(count: int) -> tuple[tuple[str, ...], ...]:
    """So many actions, some with much to do."""
    what = "søge friplads i klubben til begge søskende og ringe til skolen om fraværet "
    return tuple(
        (
            str(41 + at),
            "Lene Holm (BUF), Ali Demir (SOF)",
            (what * (1 + at % 3)).strip(),
            "fre. 27. nov., uge 48",
        )
        for at in range(count)
    )


def sample(count: int = 30, language: str = "da") -> Document:
    """A document with every kind of block; its table spans pages."""
    head = ("Nr.", "Hvem", "Hvad", "Hvornår")
    return Document(
        "Beslutningsreferat",
        language,
        "Ledelsesgruppen · uge 48 · tirs. 24. nov. 2026 kl. 10.00–11.30",
        (
            Bullets(("Rådhuset, lokale 2", "Karla Bech (SOF)"), ("Sted:", "Mødeleder:")),
            Paragraph("Mødet blev ikke afsluttet.", strong=True),
            Heading("Til stede"),
            Bullets(("Lene Holm", "Ali Demir"), ("BUF:", "SOF:")),
            Heading("1. Friplads"),
            Paragraph("En bemærkning\nover to linjer"),
            Table(CAPTION, head, rows(count)),
            Paragraph("Efter tabellen."),
            Heading("Sag HS-26-014", new_page=True),
            Heading("2. Fraværet", 3),
            Table(CAPTION, head, rows(1)),
        ),
    )


def opened(document: Document) -> Any:
    """The file as a reader of it sees it."""
    return open_docx(io.BytesIO(docx(document, at=AT)))


def part(document: Document, name: str) -> str:
    """A part of the file as it lies in the archive."""
    with zipfile.ZipFile(io.BytesIO(docx(document, at=AT))) as archive:
        return archive.read(name).decode()


class TestReadBack:
    def test_the_words_stand_in_real_styles(self) -> None:
        read = opened(sample())
        styled = [(p.style.name, p.text) for p in read.paragraphs]
        assert styled[:9] == [
            ("Title", "Beslutningsreferat"),
            ("Subtitle", "Ledelsesgruppen · uge 48 · tirs. 24. nov. 2026 kl. 10.00–11.30"),
            ("List Bullet", "Sted: Rådhuset, lokale 2"),
            ("List Bullet", "Mødeleder: Karla Bech (SOF)"),
            ("Normal", "Mødet blev ikke afsluttet."),
            ("Heading 1", "Til stede"),
            ("List Bullet", "BUF: Lene Holm"),
            ("List Bullet", "SOF: Ali Demir"),
            ("Heading 1", "1. Friplads"),
        ]
        assert ("Heading 2", "2. Fraværet") in styled
        assert ("Caption", CAPTION) in styled
        assert ("Normal", "En bemærkning\nover to linjer") in styled
        assert "" not in [words.strip() for _, words in styled], "an empty paragraph is no distance"
        strong = [run.text for p in read.paragraphs for run in p.runs if run.style.name == "Strong"]
        assert strong == ["Sted: ", "Mødeleder: ", "Mødet blev ikke afsluttet.", "BUF: ", "SOF: "]

    @pytest.mark.parametrize(("language", "tag"), [("da", "da-DK"), ("en", "en-GB")])
    def test_the_language_is_said_in_styles_defaults_and_properties(self, language: str, tag: str) -> None:
        document = sample(1, language)
        styles = open_docx(io.BytesIO(docx(document, at=AT))).styles
        assert styles["Normal"].element.rPr.find(qn("w:lang")).get(qn("w:val")) == tag
        defaults = styles.element.find(qn("w:docDefaults"))
        assert [found.get(qn("w:val")) for found in defaults.iter(qn("w:lang"))] == [tag]
        assert opened(document).core_properties.language == tag
        for name in ("word/styles.xml", "word/settings.xml", "word/document.xml"):
            assert "en-US" not in part(document, name)

    def test_the_file_says_what_it_is_and_not_who_wrote_the_library(self) -> None:
        core = opened(sample()).core_properties
        assert (
            core.title
            == "Beslutningsreferat – Ledelsesgruppen · uge 48 · tirs. 24. nov. 2026 kl. 10.00–11.30"
        )
        assert (core.author, core.last_modified_by) == ("hotspotbot", "hotspotbot")
        assert core.comments == ""
        assert core.created == core.modified == AT
        with zipfile.ZipFile(io.BytesIO(docx(sample(), at=AT))) as archive:
            whole = b"".join(archive.read(name) for name in archive.namelist())
            assert b"python-docx" not in whole
            assert "docProps/thumbnail.jpeg" not in archive.namelist()

    def test_tables_have_captions_header_cells_and_rows_that_hold_together(self) -> None:
        table = opened(sample()).tables[0]
        properties = table._tbl.tblPr
        assert properties.find(qn("w:tblCaption")).get(qn("w:val")) == CAPTION
        assert "Hvornår" in properties.find(qn("w:tblDescription")).get(qn("w:val"))
        assert properties.find(qn("w:tblLook")).get(qn("w:firstRow")) == "1"
        assert table.style.name == "Table Grid"
        headers = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
        assert headers == [True] + [False] * 30
        assert all(row._tr.trPr.find(qn("w:cantSplit")) is not None for row in table.rows)
        assert [cell.text for cell in table.rows[0].cells] == ["Nr.", "Hvem", "Hvad", "Hvornår"]
        assert {cell.paragraphs[0].style.name for cell in table.rows[0].cells} == {"Table Head"}
        assert [tuple(cell.text for cell in row.cells) for row in table.rows[1:]] == list(rows(30))

    def test_tables_fit_on_a_page_of_a4_with_margins(self) -> None:
        read = opened(sample())
        section = read.sections[0]
        assert (round(section.page_width.cm, 1), round(section.page_height.cm, 1)) == (21.0, 29.7)
        room = section.page_width - section.left_margin - section.right_margin
        assert section.left_margin >= Cm(2)
        for table in read.tables:
            widths = [column.width for column in table.columns]
            assert sum(widths) <= room
            assert sum(widths) > 0.98 * room
            assert widths[2] == max(widths), "what is to be done gets the most room"
            assert min(widths) > Cm(0.9)
            assert all([cell.width for cell in row.cells] == widths for row in table.rows)

    def test_only_a_heading_that_asks_for_it_begins_a_page(self) -> None:
        read = opened(sample())
        breaking = [p.text for p in read.paragraphs if p.paragraph_format.page_break_before]
        assert breaking == ["Sag HS-26-014"]

    @pytest.mark.parametrize(("language", "words"), [("da", "Side 1 af 1"), ("en", "Page 1 of 1")])
    def test_the_footer_counts_the_pages(self, language: str, words: str) -> None:
        footer = opened(sample(1, language)).sections[0].footer.paragraphs[0]._p
        assert [field.get(qn("w:instr")) for field in footer.iter(qn("w:fldSimple"))] == ["PAGE", "NUMPAGES"]
        assert "".join(found.text for found in footer.iter(qn("w:t"))) == f"{WHOLE}{words}"


class TestHarmless:
    def test_any_words_can_stand_anywhere(self) -> None:
        table = Table(NASTY, ("Nr.", NASTY), (("1", NASTY), ("2", "")))
        blocks = (Heading(NASTY), Paragraph(NASTY), Bullets((NASTY, ""), (NASTY, "x")), table)
        read = opened(Document(NASTY, "da", NASTY, blocks))
        legal = re.sub("[\x00\x08\x0b\x1f\ufffe\ud800]", "", NASTY)
        assert [p.text for p in read.paragraphs][:4] == [legal] * 4
        assert read.tables[0].rows[1].cells[1].text == legal
        assert len(read.core_properties.title) <= 255

    def test_arabic_and_hebrew_run_from_right_to_left(self) -> None:
        read = opened(Document("x", "da", "", (Paragraph("Ring til عمر حسن i dag"),)))
        runs = [(run.text, bool(run.font.rtl)) for run in read.paragraphs[-1].runs]
        assert runs == [("Ring til ", False), ("عمر حسن", True), (" i dag", False)]

    def test_the_same_document_is_the_same_bytes(self) -> None:
        assert docx(sample(), at=AT) == docx(sample(), at=AT)
        assert docx(sample(), at=AT) != docx(sample(), at=AT.replace(year=2027))
        with zipfile.ZipFile(io.BytesIO(docx(sample(), at=AT))) as archive:
            assert {info.date_time[0] for info in archive.infolist()} == {1980}

    def test_every_part_that_is_named_is_there(self) -> None:
        with zipfile.ZipFile(io.BytesIO(docx(sample(), at=AT))) as archive:
            names = set(archive.namelist())
            relations = parse_xml(archive.read("word/_rels/document.xml.rels"))
            assert {f"word/{found.get('Target')}" for found in relations} <= names
            for name in names:
                if name.endswith((".xml", ".rels")):
                    parse_xml(archive.read(name))


@pytest.mark.slow
class TestInLibreOffice:
    """Opened by another program than the one it was written for."""

    def test_it_opens_and_every_word_is_on_its_pages(self, tmp_path: Path) -> None:
        document = sample()
        pages = printed(document, tmp_path)
        whole = " ".join(" ".join(pages).split())
        for word in (
            "Beslutningsreferat",
            "Mødeleder:",
            "Mødet blev ikke afsluttet.",
            "Efter tabellen.",
            "Fraværet",
        ):
            assert word in whole
        for number in range(41, 71):
            assert re.search(rf"\b{number}\b", whole)
        assert 3 <= len(pages) <= 5
        for number, page in enumerate(pages, start=1):
            assert f"Side {number} af {len(pages)}" in page
            assert WHOLE in page, "a page that is handed on alone says what it is a page of"
        with_table = [page for page in pages if "søge friplads" in page]
        assert all(page.split().index("Hvornår") < page.split().index("søge") for page in with_table), (
            "the head again"
        )
        assert pages[-1].split()[:2] == ["Sag", "HS-26-014"]

    def test_nasty_words_do_not_hide_the_others(self, tmp_path: Path) -> None:
        document = Document(
            "Referat", "da", NASTY, (Paragraph(NASTY), Bullets((NASTY,)), Paragraph("Sidste ord."))
        )
        whole = " ".join(printed(document, tmp_path))
        assert "O'Hara" in whole
        assert "<b>&amp;" in whole
        assert "Sidste ord." in whole

    def test_it_can_be_looked_at(self, tmp_path: Path) -> None:
        printed(sample(3), tmp_path)
        run("pdftoppm", "-r", "50", "-png", "made.pdf", "page", folder=tmp_path)
        pictures = sorted(tmp_path.glob("page*.png"))
        assert len(pictures) == 2
        assert all(picture.stat().st_size > 2_000 for picture in pictures)


def printed(document: Document, folder: Path) -> list[str]:
    """The words on each page, as LibreOffice prints the file."""
    (folder / "made.docx").write_bytes(docx(document, at=AT))
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    run("soffice", profile, "--headless", "--convert-to", "pdf", "made.docx", folder=folder)
    return run("pdftotext", "-layout", "made.pdf", "-", folder=folder).split("\f")[:-1]


def run(program: str, *arguments: str, folder: Path) -> str:
    """What a program prints; where it is not installed, the test is skipped and says so."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed here: nobody has opened the Word file")
    done = subprocess.run(  # noqa: S603 - our own arguments
        [found, *arguments], cwd=folder, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout
