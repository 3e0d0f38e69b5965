"""The workspace's colour as a set of shades that can be read on light and dark (WCAG 2, 4.5 : 1)."""

ENOUGH = 4.5
WHITE, INK = "#ffffff", "#000000"
LIGHT, DARK = "#ffffff", "#181a1b"


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2, from 1 to 21."""
    high, low = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def _luminance(color: str) -> float:
    parts = [int(color[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def mix(color: str, other: str, share: float) -> str:
    """`share` of `other` in `color`."""
    pairs = [(int(color[at : at + 2], 16), int(other[at : at + 2], 16)) for at in (1, 3, 5)]
    return "#" + "".join(f"{round(one + (two - one) * share):02x}" for one, two in pairs)


def readable(color: str, background: str, towards: str) -> str:
    """The colour, moved towards black or white until it can be read on the background."""
    for step in range(21):
        shade = mix(color, towards, step / 20)
        if contrast(shade, background) >= ENOUGH:
            return shade
    return towards


def brand_css(color: str) -> str:
    """Sila's accent tokens in this colour. Fill and text are told apart: each is mended only where it must be."""
    soft_light, soft_dark = mix(color, LIGHT, 0.9), mix(color, DARK, 0.82)
    fill_light, fill_dark = readable(color, LIGHT, "#000000"), readable(color, DARK, WHITE)
    tokens = {
        "accent": (fill_light, fill_dark),
        "accent-hover": (mix(fill_light, "#000000", 0.18), mix(fill_dark, WHITE, 0.2)),
        "accent-ink": (readable(color, soft_light, "#000000"), readable(color, soft_dark, WHITE)),
        "on-accent": (_on(fill_light), _on(fill_dark)),
        "accent-soft": (soft_light, soft_dark),
        "accent-line": (mix(color, LIGHT, 0.68), mix(color, DARK, 0.6)),
    }
    lines = "".join(f"  --{name}: light-dark({light}, {dark});\n" for name, (light, dark) in tokens.items())
    return f":root {{\n{lines}}}\n"


def _on(fill: str) -> str:
    return max((WHITE, INK), key=lambda text: contrast(text, fill))
