"""A party among those that it is related to, as a small drawing."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, HEIGHT = 280, 184
CENTRE = (140, 92)
PLACES = ((140, 18), (46, 18), (234, 18), (58, 166), (222, 166), (140, 166))
LETTERS = 13


@dataclass(frozen=True)
class Neighbour:
    title: str
    relation: str
    url: str


def draw(title: str, neighbours: Sequence[Neighbour], label: str) -> SafeString:
    """An SVG without inline styles; the same facts stand as a list below it."""
    shown = list(zip(neighbours, PLACES, strict=False))
    edges = format_html_join("", "{}", ((_edge(near.relation, place),) for near, place in shown))
    nodes = format_html_join("", "{}", ((_node(near.title, place, near.url),) for near, place in shown))
    return format_html(
        '<svg class="s-graph" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}</svg>',
        WIDTH,
        HEIGHT,
        label,
        edges,
        nodes,
        _box(title, CENTRE, "s-core"),
    )


def _edge(relation: str, place: tuple[int, int]) -> SafeString:
    x, y = (CENTRE[0] + place[0]) / 2, (CENTRE[1] + place[1]) / 2
    width = _width(relation, 4.4, 4)
    return format_html(
        '<line x1="{}" y1="{}" x2="{}" y2="{}"></line>'
        '<rect class="s-plate" x="{}" y="{}" width="{}" height="14"></rect>'
        '<text class="s-edge" x="{}" y="{}">{}</text>',
        *CENTRE,
        *place,
        f"{x - width / 2:.1f}",
        f"{y - 7:.1f}",
        f"{width:.1f}",
        f"{x:.1f}",
        f"{y + 3:.1f}",
        relation,
    )


def _node(title: str, place: tuple[int, int], url: str) -> SafeString:
    return format_html('<a href="{}">{}</a>', url, _box(title, place, ""))


def _box(title: str, place: tuple[int, int], css: str) -> SafeString:
    short = title if len(title) <= LETTERS else title[: LETTERS - 1].rstrip() + "…"
    width = _width(short, 6.2, 16)
    return format_html(
        '<g class="{}"><title>{}</title><rect x="{}" y="{}" width="{}" height="24" rx="6"></rect>'
        '<text x="{}" y="{}">{}</text></g>',
        css,
        title,
        f"{place[0] - width / 2:.1f}",
        place[1] - 12,
        f"{width:.1f}",
        place[0],
        place[1] + 4,
        short,
    )


def _width(text: str, letter: float, padding: float) -> float:
    return len(text) * letter + padding
