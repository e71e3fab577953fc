"""The text of a page: what a person would see, and nothing that the page hides."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jarvisd.courier.html_text import LINK_LIMIT, SPARSE_CHARS, TITLE_LIMIT, decoded, readable
from tests.tables import each


def text_of(html: str) -> str:
    return readable(html.encode(), "utf-8", is_html=True).text


def test_markup_goes_and_structure_stays() -> None:
    html = (
        "<title> The &amp; News </title><h1>Hello</h1><p>One <b>two</b>&nbsp;three<br>four</p><ul><li>a<li>b</ul>"
    )
    page = readable(html.encode(), "", is_html=True)
    assert (page.title, page.text) == ("The & News", "Hello\nOne two three\nfour\na\nb")


@pytest.mark.parametrize(
    "hidden",
    [
        "<script>SECRET</script>",
        "<style>SECRET</style>",
        "<!-- SECRET -->",
        "<template>SECRET</template>",
        "<div hidden>SECRET</div>",
        "<div aria-hidden=true><p>SECRET</p></div>",
        '<p style="display: none">SECRET</p>',
        '<p style="VISIBILITY:hidden"><span>SECRET</span></p>',
        '<p style="font-size:0">SECRET</p>',
        '<p style="opacity: 0">SECRET</p>',
        "<svg><text>SECRET</text></svg>",
        "<noscript>SECRET</noscript>",
        '<img alt="SECRET">',
        '<input value="SECRET">',
    ],
)
def test_what_is_hidden_is_not_read(hidden: str) -> None:
    assert text_of(f"<p>before</p>{hidden}<p>after</p>") == "before\nafter"


@pytest.mark.parametrize("tag", each("script|style|noscript|template|svg|math|iframe|object|select|dialog"))
def test_what_is_never_text_is_left_out(tag: str) -> None:
    assert text_of(f"<p>before</p><{tag}><p>SECRET</p></{tag}><p>after</p>") == "before\nafter"


@pytest.mark.parametrize("tag", ["nav", "footer", "aside", "form", "button"])
def test_what_surrounds_the_text_is_left_out_where_the_text_is_marked(tag: str) -> None:
    assert text_of(f"<main><p>a</p><{tag}><p>b</p></{tag}></main>") == "a"
    assert text_of(f"<article>a<{tag}>b</{tag}></article>") == "a"
    assert text_of(f"<p>a</p><{tag}><p>b</p></{tag}>") == "a\nb"


@pytest.mark.parametrize(
    "tag",
    each(
        "p|div|br|li|ul|ol|tr|table|section|article|main|header|footer|nav|aside|h1|h2|h3|h4|h5|h6|pre|blockquote|dt"
        "|dd|hr|figcaption|form|option"
    ),
)
def test_a_block_begins_a_line(tag: str) -> None:
    assert text_of(f"<span>a</span><{tag}>b") in ("a\nb", "b")
    assert "ab" not in text_of(f"a<{tag}>b</{tag}>c")


def test_a_block_in_the_main_part_and_a_title_begin_lines_too() -> None:
    assert text_of("<main>a<article>b</article>c</main>") == "a\nb\nc"
    assert text_of("<article>a<main>b</main>c</article>") == "a\nb\nc"
    assert text_of("a<title>t</title>b") == "a\nb"


@pytest.mark.parametrize("tag", each("b|i|span|a|em|code"))
def test_anything_else_does_not(tag: str) -> None:
    assert text_of(f"a<{tag}>b</{tag}>c") == "abc"


@pytest.mark.parametrize("tag", each("area|base|br|col|embed|hr|img|input|link|meta|param|source|track|wbr"))
def test_an_element_without_an_end_holds_nothing(tag: str) -> None:
    assert text_of(f"<p>a</p><{tag} hidden><p>b</p>") == "a\nb"


@pytest.mark.parametrize(
    "style",
    [
        "display:none",
        "display : none",
        "visibility:hidden",
        "opacity:0",
        "opacity:0.00;",
        "opacity: 0 ;x",
        "font-size:0",
    ],
)
def test_a_style_that_hides_hides(style: str) -> None:
    assert text_of(f'<p style="color:red;{style}">SECRET</p>after') == "after"


@pytest.mark.parametrize("style", ["display:block", "visibility:visible", "opacity:0.5", "opacity:1", "color:0"])
def test_a_style_that_shows_does_not(style: str) -> None:
    assert text_of(f'<p style="{style}">shown</p>after') == "shown\nafter"


@pytest.mark.parametrize(
    "charset",
    each(
        "utf-16le|utf-16be|iso-8859-1|iso-8859-9|iso-8859-10|iso-8859-13|iso-8859-16|latin-1|latin1|windows-1250"
        "|windows-1258|cp1252|koi8-r|koi8-u|shift_jis|euc-jp|euc-kr|gb2312|gbk|gb18030|big5"
    ),
)
def test_a_common_character_set_is_read_as_what_it_is(charset: str) -> None:
    """Each byte means something else in UTF-8, or nothing."""
    content = b"\xc4\xe3\xba\xc3"
    assert decoded(content, f" {charset.upper()} ") == content.decode(charset, "replace")
    assert decoded(content, charset) != content.decode("utf-8", "replace")


@pytest.mark.parametrize(
    "charset", each("utf-8|utf8|us-ascii|ascii|utf-7|rot13|iso-8859-12|cp437|windows-1259|xutf-8|")
)
def test_any_other_counts_as_utf_8(charset: str) -> None:
    assert decoded("\u00e4".encode(), charset) == "\u00e4"


def test_a_page_that_breaks_off_is_read_to_its_end() -> None:
    assert text_of("<p>fish &am") == "fish &am"
    assert text_of("<p>fish &amp; chi") == "fish & chi"


def test_characters_that_nobody_sees_are_dropped() -> None:
    assert text_of("<p>pay\u200bload\u202e \U000e0041\x07here</p>") == "payload here"


def test_the_main_part_wins_and_menus_in_it_are_left_out() -> None:
    html = "<nav>Menu</nav><main><nav>In here</nav><p>Story</p></main><footer>Imprint</footer>"
    assert text_of(html) == "Story"
    assert text_of("<main></main><p>Only this</p>") == "Only this"


@pytest.mark.parametrize("sign", ["<a ", "<a b='", "<!--", "</a ", "<?", '<a b="c', "<a/", "<a b c=d "])
def test_tags_without_an_end_cost_no_time(sign: str) -> None:
    """Each took minutes at the size that a page may have: the library began anew at every sign."""
    assert text_of("<p>before</p>after " + sign * (500_000 // len(sign))) == "before\nafter"


@pytest.mark.parametrize(("end", "text"), [("a < b", "a < b"), ("1 <2", "1 <2"), ("cut <a href='x", "cut")])
def test_the_end_of_a_page_that_ends_no_tag_is_text(end: str, text: str) -> None:
    assert text_of(f"<p>{end}") == text


def test_unclosed_and_crossed_elements_do_no_harm() -> None:
    assert text_of("<div><p>a<div hidden>x</p>y</div>b</div></p>c</nothing>") in ("a\nb\nc", "a\ny\nb\nc")


def test_deep_nesting_ends_in_time() -> None:
    assert text_of("<b>" * 100_000 + "deep" + "</i>" * 50_000) == "deep"


def test_elements_count_to_a_depth_that_no_honest_page_has() -> None:
    for around, text in ((255, ""), (256, "deep")):
        assert text_of("<i>" * around + "<b hidden>deep</b>") == text


@pytest.mark.parametrize(
    ("content", "charset", "text"),
    [
        ("Käse".encode("latin-1"), "iso-8859-1", "Käse"),
        (b'<meta charset="windows-1252">\x80', "", '<meta charset="windows-1252">€'),
        (b"+AGE-", "utf-7", "+AGE-"),
        (b"\\x41", "unicode_escape", "\\x41"),
        (b"caf\xff", "utf-8", "caf\ufffd"),
        ("日本".encode("shift_jis"), "Shift_JIS", "日本"),
    ],
)
def test_character_sets(content: bytes, charset: str, text: str) -> None:
    assert decoded(content, charset) == text


@pytest.mark.parametrize("family", ["iso-8859-", "windows-125", "cp125", "koi8-", "utf-16", "latin-"])
def test_a_character_set_that_is_only_named_like_one_counts_as_utf_8(family: str) -> None:
    for number in range(100):
        assert decoded("ä".encode(), f"{family}{number}")
    assert decoded("ä".encode(), f"{family}99") == "ä"


@given(st.binary(max_size=300), st.sampled_from(["", "utf-8", "utf-16", "euc-jp", "nonsense"]), st.booleans())
def test_nothing_breaks_it(content: bytes, charset: str, is_html: bool) -> None:
    page = readable(content, charset, is_html=is_html)
    title, text = page.title, page.text
    assert all(line.strip() == line and line for line in text.splitlines())
    assert "\n" not in title


@pytest.mark.parametrize(
    "odd", ["<![foo[bar]]>", "<![", "<!DOCTYPE [<!foo>]>", "<!>", "</>", "<a <b", "&#xD800;", "&#0;"]
)
def test_odd_declarations_end_the_page_and_not_the_courier(odd: str) -> None:
    assert text_of(f"<p>before</p>{odd}<p>after</p>").startswith("before")


@given(st.text(alphabet="<>![]-&#;/x1 ptilescrDOCTYPE\"'=", max_size=80))
def test_no_markup_breaks_it(html: str) -> None:
    readable(html.encode(), "utf-8", is_html=True)


def test_the_cells_of_a_table_stay_apart() -> None:
    """Kind 8 of issue 12: "Mon12" is what neither a model nor a voice can take apart again."""
    html = "<table><tr><th>Day</th><th>Temp</th></tr><tr><td>Mon</td><td>12</td></tr></table>"
    assert text_of(html) == "Day\tTemp\nMon\t12"


def test_links_are_those_that_a_person_sees() -> None:
    html = (
        '<a href=" /a ">a</a> <a href="/a">again</a> <a>none</a> <a href="">empty</a>'
        '<p hidden><a href="/h">h</a></p>'
        '<a href="/s" style="display:none">s</a> <a href="/b?x=1&amp;y=2">b</a> <link href="/c">'
        f'<a href="/{"l" * 400}">long</a>'
    )
    assert readable(html.encode(), "utf-8", is_html=True).links == ("/a", "/b?x=1&y=2")
    assert readable(html.encode(), "utf-8", is_html=False).links == ()
    many = "".join(f'<a href="/{number}">n</a>' for number in range(1000))
    assert len(readable(many.encode(), "utf-8", is_html=True).links) == LINK_LIMIT


@pytest.mark.parametrize(
    ("notice", "asks"),
    [
        *(
            (notice, True)
            for notice in each(
                "Please enable JavaScript|Activate Java Script|It requires JavaScript|They require javascript"
                "|It needs JavaScript|We need JavaScript|Turn on JavaScript|Nothing works without JavaScript"
                "|JavaScript must be enabled|JavaScript: enable it|JavaScript is required|JavaScript is disabled"
                "|JavaScript is off|JavaScript is needed"
            )
        ),
        *(
            (notice, False)
            for notice in each(
                "JavaScript is fun|Disenable JavaScripts|Turn on the light|It is disabled|Java requires a script"
                "|Unrequired is JavaScript|JavaScript is offered"
            )
        ),
    ],
)
def test_a_notice_that_asks_for_scripts_is_no_text(notice: str, asks: bool) -> None:
    html = f"<script></script><p>{notice}.</p>"
    assert readable(html.encode(), "utf-8", is_html=True).needs_script is asks
    apart = f"<script></script><noscript>{notice}</noscript><p>{'Welcome to us. ' * 3}</p>"
    assert readable(apart.encode(), "utf-8", is_html=True).needs_script is asks
    assert not readable(html.replace("script>", "b>").encode(), "utf-8", is_html=True).needs_script


def test_a_notice_is_short() -> None:
    for shown, is_notice in ((SPARSE_CHARS - 1, True), (SPARSE_CHARS, False)):
        html = f"<script></script><p>{'Enable JavaScript. '.ljust(shown, 'x')}</p>"
        assert readable(html.encode(), "utf-8", is_html=True).needs_script is is_notice
    for hidden, is_notice in ((20, False), (21, True)):
        html = f"<script></script><p>{'x' * 10}</p><p hidden> {'y' * hidden} </p>"
        assert readable(html.encode(), "utf-8", is_html=True).needs_script is is_notice
    assert readable(b"<script>x</script>", "utf-8", is_html=True).needs_script


@pytest.mark.parametrize("length", [TITLE_LIMIT, TITLE_LIMIT + 1, 5 * TITLE_LIMIT])
def test_a_long_title_is_cut_at_its_limit(length: int) -> None:
    page = readable(f"<title>{'t' * length}</title>x".encode(), "utf-8", is_html=True)
    expected = "t" * length if length == TITLE_LIMIT else "t" * (TITLE_LIMIT - 1) + "…"
    assert page.title == expected


def test_only_what_is_marked_as_the_title_is_it() -> None:
    """Whatever other element comes before it, in it or after it."""
    page = readable(b"<u>a</u> <b>b</b><title>T <b>b</b> <u>u</u> e</title><p>c<u>d</u></p>", "", is_html=True)
    assert page.title.startswith("T ")
    assert page.title.endswith(" e")
    assert page.text == "a b\ncd"


@pytest.mark.parametrize("value", ["false", "", "undefined", "untrue"])
def test_what_is_said_not_to_be_hidden_is_read(value: str) -> None:
    assert text_of(f"<p>before</p><div aria-hidden='{value}'>between</div>") == "before\nbetween"
