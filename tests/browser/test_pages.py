"""Every kind of page, in both languages, light and dark, wide and on a phone."""

import pytest

from tests.browser.conftest import PHONE, WIDE, Open, go
from tests.browser.pages import KINDS, Kind, address


@pytest.mark.parametrize("kind", KINDS, ids=str)
@pytest.mark.parametrize("language", ["ar", "en"])
def test_a_page_is_sound_in_both_languages_and_themes_at_both_widths(
    visit: Open, kind: Kind, language: str
) -> None:
    page, watch = visit(language=language, guest=kind.guest)
    go(page, address(kind, page.context))
    if kind.then:
        kind.then(page)

    findings = []
    for size in (WIDE, PHONE):
        page.set_viewport_size(size)
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        findings += [f"{size['width']} light {each}" for each in watch.grave_findings()]
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
        findings += [f"{size['width']} dark {each}" for each in watch.grave_findings("color-contrast")]
        if wide := watch.too_wide():
            findings.append(f"{size['width']} too wide: {wide}")

    assert findings == []
    assert watch.errors == []
    assert page.locator("html").get_attribute("lang") == language
    assert page.locator("html").get_attribute("dir") == {"ar": "rtl", "en": "ltr"}[language]
    if language == "ar":
        assert watch.english_words() == []
