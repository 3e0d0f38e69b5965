"""The tags that every template uses."""

import pytest
from django.template import Context, Template
from django.utils import translation
from django.utils.safestring import SafeString, mark_safe

from sila.project import frontend
from sila.project.templatetags import sila_ui


@pytest.fixture(autouse=True)
def built() -> None:
    frontend.build_if_stale()


def rendered(source: str, **context: object) -> str:
    return Template(source).render(Context(context))


def test_an_icon_points_into_the_sprite() -> None:
    html = rendered('{% icon "users" "s-muted" %}')

    assert frontend.manifest()["sprite.svg"] + "#users" in html
    assert 'class="s-i s-muted"' in html


def test_arrows_turn_round_in_right_to_left_pages_and_handsets_do_not() -> None:
    assert "s-flip" in rendered('{% icon "arrow-left" %}')
    assert "s-flip" not in rendered('{% icon "phone" %}')


def test_htmx_gets_the_nonce_of_the_page_and_no_markup_of_others() -> None:
    assert rendered("{% hx %}", csp_nonce="abc") == 'hx-nonce="abc"'
    assert '"><script>' not in rendered("{% hx %}", csp_nonce='"><script>')


def test_a_name_is_isolated_and_escaped() -> None:
    assert rendered("{{ name|iso }}", name="<b>محمد</b>") == "<bdi>&lt;b&gt;محمد&lt;/b&gt;</bdi>"


def test_a_phone_number_reads_left_to_right() -> None:
    assert rendered("{{ phone|ltr }}", phone="+966 50 123 4567") == '<bdi dir="ltr">+966 50 123 4567</bdi>'


def test_cells_keep_marked_html_and_escape_the_rest() -> None:
    html = sila_ui.table_cells([("s-name", mark_safe("<bdi>ok</bdi>")), ("", "<i>raw</i>")])

    assert html == '<td class="s-name"><bdi>ok</bdi></td><td class="">&lt;i&gt;raw&lt;/i&gt;</td>'
    assert isinstance(html, SafeString)


def test_attributes_are_escaped_and_false_ones_left_out() -> None:
    html = rendered(
        "<p{% attributes values %}>", values={"title": '"x"', "hidden": True, "lang": None, "dir": False}
    )

    assert html == '<p title="&quot;x&quot;" hidden>'


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("en", "ltr")])
def test_the_direction_follows_the_language(language: str, direction: str) -> None:
    with translation.override(language):
        assert rendered("{% direction %}") == direction


def test_the_bottom_bar_takes_the_marked_places_and_then_the_first() -> None:
    items = [{"label": label} for label in "abcd"]
    marked = [{"label": "x"}, {"label": "y", "phone": True}]

    assert [item["label"] for item in sila_ui.phone_items([{"items": items}])] == ["a", "b"]
    assert [item["label"] for item in sila_ui.phone_items([{"items": marked}])] == ["y", "x"]
    assert sila_ui.phone_items(None) == []
