"""A party among those that it is related to, as a small drawing."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

WIDTH, ROW = 280, 74  # ROW: from the party to its neighbours
BOX, GAP = 24, 10
IN_A_ROW, MOST = 3, 6
LETTER, SMALL_LETTER = 6.2, 4.6
RELATION_LETTERS = 14


@dataclass(frozen=True)
class Neighbour:
    title: str
    relation: str
    url: str


def draw(title: str, neighbours: Sequence[Neighbour], label: str) -> SafeString:
    """An SVG without inline styles; the same facts stand as a list below it."""
    near = list(neighbours[:MOST])
    first = len(near) if len(near) <= IN_A_ROW else (len(near) + 1) // 2
    above, below = near[:first], near[first:]
    centre = (WIDTH / 2, BOX / 2 + 1 + ROW)
    placed = [*_row(above, centre[1] - ROW), *_row(below, centre[1] + ROW)]
    edges = format_html_join(
        "", "{}", ((_edge(one.relation, place, centre),) for one, place, _wide in placed)
    )
    nodes = format_html_join("", "{}", ((_node(one, place, wide),) for one, place, wide in placed))
    return format_html(
        '<svg class="s-graph" viewBox="0 0 {} {}" role="img" aria-label="{}">{}{}{}</svg>',
        WIDTH,
        int(centre[1] + BOX / 2 + 1 + (ROW if below else 0)),
        label,
        edges,
        nodes,
        _box(title, centre, WIDTH * 0.7, "s-core"),
    )


def _row(near: Sequence[Neighbour], y: float) -> list[tuple[Neighbour, tuple[float, float], float]]:
    """Each with its place and the width that it may take; they share the row and never touch."""
    share = WIDTH / max(len(near), 1)
    return [(one, (share * (number + 0.5), y), share - GAP) for number, one in enumerate(near)]


def _edge(relation: str, place: tuple[float, float], centre: tuple[float, float]) -> SafeString:
    """A line with its word on it, nearer to the neighbour, where the lines are further apart."""
    x, y = (centre[0] + 2 * place[0]) / 3, (centre[1] + 1.2 * place[1]) / 2.2
    short = _short(relation, RELATION_LETTERS)
    width = len(short) * SMALL_LETTER + 4
    return format_html(
        '<line x1="{}" y1="{}" x2="{}" y2="{}"></line>'
        '<rect class="s-plate" x="{}" y="{}" width="{}" height="14"></rect>'
        '<text class="s-edge" x="{}" y="{}">{}</text>',
        *(f"{number:.1f}" for number in (*centre, *place, x - width / 2, y - 7, width, x, y + 3)),
        short,
    )


def _node(near: Neighbour, place: tuple[float, float], widest: float) -> SafeString:
    return format_html('<a href="{}">{}</a>', near.url, _box(near.title, place, widest, ""))


def _box(title: str, place: tuple[float, float], widest: float, css: str) -> SafeString:
    short = _short(title, int((widest - 14) / LETTER))
    width = min(widest, len(short) * LETTER + 16)
    return format_html(
        '<g class="{}"><title>{}</title><rect x="{}" y="{}" width="{}" height="{}" rx="6"></rect>'
        '<text x="{}" y="{}">{}</text></g>',
        css,
        title,
        f"{place[0] - width / 2:.1f}",
        f"{place[1] - BOX / 2:.1f}",
        f"{width:.1f}",
        BOX,
        f"{place[0]:.1f}",
        f"{place[1] + 4:.1f}",
        f"\u2068{short}\u2069",  # the ellipsis belongs to the end of the name, in whichever script
    )


def _short(text: str, letters: int) -> str:
    return text if len(text) <= letters else text[: letters - 1].rstrip() + "…"
