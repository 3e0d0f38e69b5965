import pytest
from hypothesis import given
from hypothesis import strategies as st

from sila.platform.kit.errors import InvalidInput
from sila.platform.kit.text import TextTooLong, UnreadableText, bdi, clean_text, isolate, with_links


def test_blanks_and_controls_fall_away():
    assert clean_text(" \u200f Ali\x07 \u202eevil\u202c\t\n ") == "Ali evil"


def test_one_line_stays_one_line():
    assert clean_text("one\r\ntwo\u2028three") == "one two three"


def test_lines_are_kept_where_they_are_wanted():
    assert clean_text("one\r\ntwo\rthree\tx\n", multiline=True) == "one\ntwo\nthree\tx"


def test_what_belongs_to_the_words_is_kept():
    assert clean_text("می\u200cخواهم 👩\u200d👩\u200d👧 مُحَمَّد") == "می\u200cخواهم 👩\u200d👩\u200d👧 مُحَمَّد"


@pytest.mark.parametrize("text", ["a\x00b", "\ud800", "x\udfffy"])
def test_what_no_keyboard_makes_is_refused(text):
    with pytest.raises(UnreadableText):
        clean_text(text)


def test_too_long_is_refused_and_not_cut():
    assert clean_text("x" * 10 + "  ", max_length=10) == "x" * 10
    with pytest.raises(TextTooLong, match="at most 10 characters, and this one has 11"):
        clean_text("x" * 11, max_length=10)


@given(st.text())
def test_cleaning_twice_changes_nothing_more(text):
    try:
        once = clean_text(text)
    except InvalidInput:
        return
    assert clean_text(once) == once


def test_isolates_stand_around_the_value():
    assert isolate("x") == "\u2068x\u2069"


def test_bdi_escapes_the_value():
    assert bdi("<b>") == "<bdi>&lt;b&gt;</bdi>"
    assert bdi("+966", dir="ltr") == '<bdi dir="ltr">+966</bdi>'


def test_bdi_takes_no_other_direction():
    with pytest.raises(ValueError, match="dir"):
        bdi("x", dir='"><script>')


def test_web_addresses_become_links_and_everything_else_is_escaped():
    told = with_links('انظر (https://a.example/x?y=1&z="2) ثم <b>http://b.example</b>، javascript:alert(1)')
    assert 'href="https://a.example/x?y=1&amp;z="' in told
    assert '<bdi dir="ltr">http://b.example</bdi></a>&lt;/b&gt;، javascript:alert(1)' in told
    assert told.count("<a ") == 2
    assert 'rel="noopener noreferrer"' in told
