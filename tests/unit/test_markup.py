"""What clients show of our messages, and what we read in theirs."""

import json
import time
from typing import Any

import pytest

from bot.matrix.markup import EDIT_LIMIT, LIMIT, Line, command_lines, incoming, render
from bot.text import pill, text_ref, user_text
from bot.text.cleaning import clean
from bot.text.excerpt import excerpt


def link(user_id: str, label: str) -> str:
    return f'<a href="https://matrix.to/#/{user_id}">{label}</a>'


def message(body: object, formatted: object = None, **more: object) -> dict[str, Any]:
    content = {"msgtype": "m.text", "body": body, **more}
    if formatted is not None:
        content |= {"format": "org.matrix.custom.html", "formatted_body": formatted}
    return content


def read(body: object, formatted: object = None, **more: object) -> str:
    """The command text, mentions written as <@user:server>."""
    got = incoming(message(body, formatted, **more))
    assert got is not None
    return got.text.replace("\ue002", "<").replace("\ue003", ">")


def cost(content: dict[str, object]) -> float:
    """Seconds of this process's own time to read a message."""
    began = time.process_time()
    incoming(content)
    return time.process_time() - began


class TestOurMarkdown:
    def test_lists_need_no_blank_line_and_read_the_same_in_both_forms(self) -> None:
        shown = render("**Over tid**\n- **42** Lene, *senest* fre. 27. nov.\n  - SOF\n- **43** Ali")
        assert shown.body == "Over tid\n\n- 42 Lene, senest fre. 27. nov.\n  - SOF\n- 43 Ali"
        assert shown.html.replace("\n", "") == (
            "<p><strong>Over tid</strong></p><ul><li><strong>42</strong> Lene, <em>senest</em> fre. 27. nov."
            "<ul><li>SOF</li></ul></li><li><strong>43</strong> Ali</li></ul>"
        )

    def test_a_numbered_list_keeps_its_numbers(self) -> None:
        shown = render("Dagsorden:\n1. Velkommen\n2. Sager")
        assert shown.body == "Dagsorden:\n\n1. Velkommen\n2. Sager"
        assert "<ol>" in shown.html

    def test_numbers_of_records_are_never_renumbered(self) -> None:
        shown = render("40. søge\n42. ringe\n43. skrive")
        assert shown.body == "40. søge\n42. ringe\n43. skrive"
        assert "42. ringe" in shown.html

    def test_a_number_sign_begins_a_sentence_not_a_heading(self) -> None:
        assert render("#42 er færdig").html == "<p>#42 er færdig</p>"
        assert render("## Uge 48\ntekst").body == "Uge 48\n\ntekst"

    def test_tables_read_as_lines(self) -> None:
        shown = render("Tal\n| BUF | SOF |\n|---|--:|\n| 2 | 3 |")
        assert shown.body == "Tal\n\nBUF | SOF\n2 | 3"
        assert "<td>3</td>" in shown.html

    def test_quotes_rules_code_and_links_stand_in_the_body(self) -> None:
        shown = render(
            "a\n\n> citat\n> mere\n\n---\nskriv `!hjælp` eller se [vejledning](https://example.dk/v)"
        )
        assert (
            shown.body
            == "a\n\n> citat\n> mere\n\n---\n\nskriv !hjælp eller se vejledning (https://example.dk/v)"
        )
        assert '<a href="https://example.dk/v">vejledning</a>' in shown.html

    def test_html_is_text(self) -> None:
        assert render("<div>a</div>\n\n<b>c</b> &lt;").body == "<div>a</div>\n\n<b>c</b> <"

    def test_a_dashed_line_and_an_indented_one_are_plain_text(self) -> None:
        assert render("tekst\n---").body == "tekst\n\n---"
        assert "<code>" not in render("a\n\n    b").html

    @pytest.mark.parametrize(
        "markdown",
        [
            "<script>alert(1)</script>",
            '<img src=x onerror="a()">',
            "![b](https://x.dk/a.png)",
            "[a](javascript:b)",
        ],
    )
    def test_even_our_own_markdown_holds_no_live_html(self, markdown: str) -> None:
        shown = render(markdown)
        assert not any(tag in shown.html for tag in ("<script", "<img", "javascript:b)<", "href"))

    def test_a_week_and_its_number_stay_on_one_line_of_a_phone(self) -> None:
        shown = render(
            f"senest **fre. 27. nov., uge 48**, `!frist 1 uge 48`, {user_text('i uge 48')}, by week 49"
        )
        assert shown.body == "senest fre. 27. nov., uge 48, !frist 1 uge 48, i uge 48, by week 49"
        assert shown.html == (
            "<p>senest <strong>fre. 27. nov., uge&nbsp;48</strong>, <code>!frist 1 uge 48</code>, i uge 48, "
            "by week&nbsp;49</p>"
        )


class TestMentions:
    def test_a_pill_links_and_notifies(self) -> None:
        shown = render(f"{pill('@lene:example.dk', 'Lene Holm')}: husk nr. 42")
        assert shown.body == "Lene Holm: husk nr. 42"
        assert (
            shown.html == '<p><a href="https://matrix.to/#/@lene:example.dk">Lene Holm</a>: husk nr. 42</p>'
        )
        assert shown.mentions == {"@lene:example.dk"}

    def test_a_local_part_with_a_slash_stays_one_address(self) -> None:
        assert "#/@a%2Fb:example.dk" in render(pill("@a/b:example.dk", "A")).html

    def test_what_is_no_user_id_is_only_a_name(self) -> None:
        for wrong in ("lene", "@lene", "@a b:c", "@room", '@a:b"><script>'):
            shown = render(pill(wrong, "Lene"))
            assert (shown.body, shown.html, shown.mentions) == ("Lene", "<p>Lene</p>", frozenset())

    @pytest.mark.parametrize(
        "words", ["@room", "@ROOM nu", "@lene:example.dk", "https://matrix.to/#/@lene:example.dk"]
    )
    def test_words_never_ping(self, words: str) -> None:
        shown = render(user_text(words))
        assert shown.mentions == frozenset()
        assert "<a" not in shown.html
        assert "@room" not in (shown.body + shown.html).lower()
        assert shown.body.replace("\u2060", "") == words


class TestPeoplesWords:
    @pytest.mark.parametrize(
        "words",
        [
            "<b>fed</b> & <script>alert(1)</script>",
            "**ikke fed** _x_ `y` ~~z~~",
            "[klik](javascript:alert(1)) ![b](https://x.dk/a.png)",
            "# overskrift",
            "- punkt",
            "1. punkt",
            "> citat",
            "| a | b |",
            "\\*\\_ &amp; &lt;",
            '"><img src=x onerror=alert(1)>',
            "\x02klzzwxh:0001\x03",
            "👩‍👩‍👧 ✅ 🏳️‍🌈",
            "https://matrix.to/#/@lene:example.dk",
        ],
    )
    def test_stay_words(self, words: str) -> None:
        shown = render(f"- {user_text(words)}\n- til")
        assert shown.body == f"- {clean(words)}\n- til"
        assert shown.html.count("<") == 6  # the list and its two items
        assert "<img" not in shown.html

    def test_line_ends_are_kept_in_a_paragraph_and_are_spaces_in_a_list(self) -> None:
        words = user_text("en\r\nto\u2028tre")
        assert render(words).body == "en\nto\ntre"
        assert render(words).html == "<p>en<br>to<br>tre</p>"
        assert render(f"- {words}").body == "- en to tre"
        assert render(f"> {words}").body == "> en\n> to\n> tre"

    def test_blank_lines_do_not_fill_a_screen(self) -> None:
        assert render(user_text("a" + "\n \n" * 20_000 + "b")).body == "a\n\nb"

    def test_hidden_and_reordering_characters_go(self) -> None:
        words = "a\x00b\u200bc\u202ed\u2066e\ufefff\u200fg\U000e0041h\x1bi\u00adj"
        assert render(user_text(words)).body == "abcdefghij"

    def test_right_to_left_words_do_not_reorder_ours(self) -> None:
        shown = render(f"nr. 42: {user_text('שלום 27')}, senest 30")
        assert shown.body == "nr. 42: \u2068שלום 27\u2069, senest 30"
        assert "\u2068שלום 27\u2069" in shown.html

    def test_joiners_stay_where_they_make_what_one_sees(self) -> None:
        assert clean("👩‍👩‍👧") == "👩‍👩‍👧"
        assert clean("می\u200cخواهم") == "می\u200cخواهم"
        assert clean("s\u200dk\u200co\u200dle\u200d") == "skole"

    def test_marks_do_not_stack_without_end(self) -> None:
        assert len(clean("a" + "\u0316\u0317" * 5000)) <= 9

    def test_forged_tokens_are_words(self) -> None:
        forged = pill("@lene:example.dk", "Lene") + text_ref("a1") + "\ue002@ali:example.dk\ue003"
        shown = render(user_text(forged), lambda uid: "hemmeligt")
        assert shown.mentions == frozenset()
        assert "hemmeligt" not in shown.body
        assert "<a" not in shown.html

    def test_stray_token_characters_in_our_own_text_go(self) -> None:
        assert render("a\ue000x4\ue001b\ue003").body == "ax4b"


class TestStoredTexts:
    def test_are_looked_up_once_and_shown_as_text(self) -> None:
        asked: list[str] = []

        def resolve(uid: str) -> str:
            asked.append(uid)
            return "<i>søge</i>"

        shown = render(f"{text_ref('a-1')} og {text_ref('a-1')}", resolve)
        assert shown.html == "<p>&lt;i&gt;søge&lt;/i&gt; og &lt;i&gt;søge&lt;/i&gt;</p>"
        assert asked == ["a-1"]

    def test_an_erased_one_says_so_in_the_language_or_in_the_callers_words(self) -> None:
        assert render(text_ref("a")).body == "[slettet]"
        assert render(text_ref("a"), lang="en").body == "[deleted]"
        assert render(text_ref("a"), lambda uid: None, erased="[navn slettet]").body == "[navn slettet]"

    def test_an_empty_one_is_not_erased(self) -> None:
        assert render(f"a{text_ref('a')}b", lambda uid: "").body == "ab"


class TestExcerpts:
    def test_show_the_first_whole_words_and_leave_other_words_as_they_are(self) -> None:
        stored = {"a": "søge friplads i klubben og ringe til skolen om det hele", "b": "kort", "c": "x" * 60}
        lines = [f"- {excerpt(text_ref(uid))}" for uid in stored]
        shown = render("\n".join([f"{lines[0]} · {text_ref('a')}", *lines[1:]]), stored.get)
        assert shown.body.splitlines() == [
            f"- søge friplads i klubben og ringe til… · {stored['a']}",
            "- kort",
            f"- {'x' * 39}…",
        ]
        assert "<li>søge friplads i klubben og ringe til… · søge" in shown.html

    def test_disappear_with_the_text(self) -> None:
        assert render(f"- {excerpt(text_ref('a'))}").body == "- [slettet]"


class TestLength:
    @pytest.mark.parametrize("text", ["x", "<&\"'", "æøå", "😀", "x\n", "שלום\n", "- "])
    @pytest.mark.parametrize("limit", [LIMIT, EDIT_LIMIT])
    def test_a_long_text_is_cut_and_the_message_says_so(self, text: str, limit: int) -> None:
        words = text * (60_000 // len(text))
        shown = render(f"Noteret som **nr. 42**: {user_text('a' + words + 'b')}, senest fredag", limit=limit)
        size = len(json.dumps([shown.body, shown.html]))
        assert limit * 0.9 < size <= limit
        assert "…, senest fredag" in shown.body.replace("\u2069", "")
        assert "forkortet" in shown.body
        assert "forkortet" in shown.html

    def test_only_the_longest_words_are_cut(self) -> None:
        words = "ringe til skolen i morgen tidlig, og så til klubben"
        shown = render(f"- {user_text(words)}\n- {user_text('x' * 60_000)}")
        assert f"{words}\n" in shown.body

    def test_a_message_with_too_many_lines_ends_early_and_well_formed(self) -> None:
        shown = render(
            "\n".join(f"- **{i}** {user_text('søge friplads ' * 9)}" for i in range(2000)), lang="en"
        )
        assert LIMIT * 0.8 < len(json.dumps([shown.body, shown.html])) <= LIMIT
        assert shown.body.endswith(
            "\n\n…\n\nThe message was too long for one post and is shortened where you see “…”."
        )
        assert shown.html.count("<li>") == shown.html.count("</li>")

    def test_the_size_that_just_fits_is_left_whole(self) -> None:
        words = "x" * ((LIMIT - len(json.dumps(["", "<p></p>"]))) // 2)
        assert render(user_text(words)).body == words


class TestReading:
    def test_a_plain_message(self) -> None:
        assert (
            read("!aftale @lene søge friplads\r\ninden fredag ")
            == "!aftale @lene søge friplads\ninden fredag"
        )

    def test_letters_are_composed_and_hidden_characters_go(self) -> None:
        assert read("Sa\u030a\x00 \u200bg\u202e\u00a0nu") == "Så g nu"

    @pytest.mark.parametrize(
        "content",
        [
            message("!action a", msgtype="m.notice"),
            message("billede.jpg", msgtype="m.image"),
            message(None),
            message(["!action"]),
            message("!action", msgtype=["m.text"]),
            {"msgtype": "m.text"},
            {},
            [],
            None,
            "!action",
            message("* !action", **{"m.relates_to": {"rel_type": "m.replace", "event_id": "$1"}}),
            message("* !action", **{"m.relates_to": {"rel_type": "m.replace"}, "m.new_content": "!action"}),
        ],
    )
    def test_what_holds_no_text_of_a_person(self, content: Any) -> None:
        assert incoming(content) is None

    @pytest.mark.parametrize("junk", [[], {}, 3, None, True, "x", {"m.in_reply_to": 3}, {"rel_type": []}])
    def test_junk_beside_the_body_does_no_harm(self, junk: object) -> None:
        assert (
            read("!liste", junk, **{"m.relates_to": junk, "m.mentions": junk, "m.new_content": junk})
            == "!liste"
        )

    def test_an_edit_counts_with_its_new_content(self) -> None:
        edit = {
            "m.new_content": message("!done 43"),
            "m.relates_to": {"rel_type": "m.replace", "event_id": "$1"},
        }
        assert read("* !done 42", **edit) == "!done 43"

    def test_a_reply_leaves_its_fallback_behind(self) -> None:
        reply = {"m.relates_to": {"m.in_reply_to": {"event_id": "$1"}}}
        assert read("> <@ali:example.dk> !done 41\n> og mere\n\nfærdig", **reply) == "færdig"

    def test_quotes_and_code_are_nobodys_command(self) -> None:
        assert read("> !done 1\n>!done 2\n!done 3") == "!done 3"
        assert read("se:\n```\n!done 1\n```\n!done 2\n~~~~ sh\n!done 3\n~~~\n!done 4\n~~~~") == "se:\n!done 2"
        assert read("!done 1\n```\n!done 2") == "!done 1"

    def test_code_in_a_line_hides_nothing_after_it(self) -> None:
        assert read("```!done 1```\n!done 2") == "```!done 1```\n!done 2"

    def test_code_that_the_client_sent_without_fences(self) -> None:
        assert (
            read("skriv\n!done 1\n!done 2", "skriv<pre><code>!done 1\n</code></pre>!done 2")
            == "skriv\n!done 2"
        )

    def test_the_fenced_copy_is_code_and_not_its_twin(self) -> None:
        assert read("!done 1\n```\n!done 1\n```", "!done 1<pre><code>!done 1\n</code></pre>") == "!done 1"


class TestReadingMentions:
    def test_the_label_becomes_the_person(self) -> None:
        got = incoming(
            message("!aftale Lene Holm ringe", f"!aftale {link('@lene:example.dk', 'Lene Holm')} ringe")
        )
        assert got is not None
        assert got.text == "!aftale \ue002@lene:example.dk\ue003 ringe"
        assert got.pills == ("@lene:example.dk",)

    def test_of_two_the_one_that_was_meant(self) -> None:
        assert (
            read("Lene, giv Lene besked", f"Lene, giv {link('@lene:b', 'Lene')} besked")
            == "Lene, giv <@lene:b> besked"
        )
        assert (
            read("Lene, giv Lene besked", f"{link('@lene:b', 'Lene')}, giv Lene besked")
            == "<@lene:b>, giv Lene besked"
        )

    def test_two_of_the_same_name(self) -> None:
        formatted = f"{link('@lene:b', 'Lene')} og {link('@lene2:b', 'Lene')}"
        assert read("Lene og Lene", formatted) == "<@lene:b> og <@lene2:b>"

    def test_only_whole_words_and_with_their_at_sign(self) -> None:
        assert read("bolig til @Bo", f"bolig til @{link('@bo:b', 'Bo')}") == "bolig til <@bo:b>"
        assert read("Boligen, Bo", f"Boligen, {link('@bo:b', '@Bo')}") == "Boligen, Bo"

    @pytest.mark.parametrize(
        "href",
        [
            "https://matrix.to/#/@lene:example.dk",
            "https://matrix.to/#/%40lene%3Aexample.dk",
            "https://matrix.to/#/@lene:example.dk?via=example.dk",
            "matrix:u/lene:example.dk",
            "matrix:u/lene:example.dk?action=chat",
            "https://app.element.io/#/user/@lene:example.dk",
        ],
    )
    def test_every_form_of_address(self, href: str) -> None:
        assert read("!give 42 Lene", f'!give 42 <a href="{href}">Lene</a>') == "!give 42 <@lene:example.dk>"

    @pytest.mark.parametrize(
        "href",
        [
            "https://example.dk/#/@lene:b",
            "https://matrix.to/#/#rum:b",
            "https://matrix.to/#/@lene",
            "javascript:a",
        ],
    )
    def test_other_links_are_words(self, href: str) -> None:
        assert read("se Lene", f'se <a href="{href}">Lene</a>') == "se Lene"

    def test_a_client_that_writes_the_link_into_the_body(self) -> None:
        body = "!aftale [Lene Holm](https://matrix.to/#/@lene:b) giv Lene Holm besked"
        formatted = f"!aftale {link('@lene:b', 'Lene Holm')} giv Lene Holm besked"
        assert read(body, formatted) == "!aftale <@lene:b> giv Lene Holm besked"
        assert read(body) == "!aftale <@lene:b> giv Lene Holm besked"
        assert read("https://matrix.to/#/@lene:b ringe") == "<@lene:b> ringe"

    def test_a_bare_user_id_stays_readable(self) -> None:
        assert read("!give 42 @lene:example.dk") == "!give 42 @lene:example.dk"

    def test_a_mention_in_a_quote_is_not_ours(self) -> None:
        formatted = f"<mx-reply><blockquote>{link('@bo:b', 'Bo')} hej</blockquote></mx-reply>sig det til Bo"
        assert read("> <@x:b> Bo hej\n\nsig det til Bo", formatted) == "sig det til Bo"

    def test_forged_marks_are_removed(self) -> None:
        assert read("!give 42 \ue002@chef:b\ue003") == "!give 42 @chef:b"

    def test_a_label_that_is_not_in_the_body_is_no_mention(self) -> None:
        got = incoming(message("!liste", link("@chef:b", "Chefen")))
        assert got is not None
        assert (got.text, got.pills) == ("!liste", ())

    @pytest.mark.parametrize(
        "formatted",
        [
            "<a " * 20_000,
            "<!--" * 15_000,
            "<a href='" * 7000,
            '<a a="' * 9000,
            "</" * 30_000,
            "<pre>x" * 9000,
            link("@a:b", "a") * 1000,
            "<blockquote>" * 5000,
            "&#x110000;<![CDATA[\x00",
        ],
    )
    @pytest.mark.parametrize(
        "body", ["a " * 30_000, "[" * 60_000, "\u0300\u0316" * 20_000, "\u200d" * 60_000]
    )
    def test_hostile_pages_cost_no_time(self, formatted: str, body: str) -> None:
        # Against an honest page of the same length in the same run; html.parser alone took thousands of times as long.
        assert cost(message(body, formatted)) < 400 * max(
            cost(message("a " * 30_000, "<p>a</p>" * 7_500)), 0.005
        )


class TestCommandLines:
    def test_each_line_that_begins_with_a_command_is_one(self) -> None:
        text = "hej\n!aftale Lene\nsøge friplads\n\n! liste\n!æble"
        assert command_lines(text, "!") == [
            Line(1, "aftale Lene\nsøge friplads"),
            Line(2, "liste"),
            Line(3, "æble"),
        ]

    @pytest.mark.parametrize(
        "text", ["!!!", "!", "! ", "!42", "!?", "hej !aftale", "    !aftale", "", "?liste", "! 1"]
    )
    def test_silence(self, text: str) -> None:
        assert command_lines(text, "!") == []

    def test_another_prefix(self) -> None:
        assert command_lines("!a\n.b (c)\n bot: d", ".") == [Line(1, "b (c)\n bot: d")]
        assert command_lines("bot: liste", "bot:") == [Line(1, "liste")]
