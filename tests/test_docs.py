"""The documents are complete, and their links lead somewhere."""

import argparse
import re
import tomllib
from pathlib import Path
from urllib.parse import unquote

import pytest
from django.utils.translation import override

from sila.platform.customfields.models import CustomField
from sila.platform.entities.kinds import KINDS, OPERATOR_LABELS
from sila.platform.entities.registry import registry
from sila.platform.kit.dates import RANGE_LABELS
from sila.project.cli import find_commands

ROOT = Path(__file__).parents[1]
PAGES = [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")]
FENCE = re.compile(r"```.*?```", re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)|<img[^>]+src=\"([^\"]+)\"")


def read(page: str) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def table(page: str) -> set[str]:
    """The words in code at the beginning of the page's table rows."""
    return set(
        re.findall(r"(?<=`)[^`]+(?=`)", "\n".join(re.findall(r"^\| (`[^|]+) \|", read(page), re.MULTILINE)))
    )


def settings() -> set[str]:
    """Every SILA_… variable that the program reads."""
    files = [
        ROOT / "sila",
        *(path for path in (ROOT / "src/sila").rglob("*.py") if "tests" not in path.parts),
    ]
    return {name for path in files for name in re.findall(r"\bSILA_[A-Z_]*[A-Z]\b", path.read_text())}


def anchors(page: Path) -> set[str]:
    """The anchors of the page's headings, as renderers of Markdown make them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def links(page: Path) -> list[str]:
    found = LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8")))
    return [link or picture for link, picture in found if "://" not in link + picture]


def dead(page: Path) -> list[str]:
    wrong = []
    for link in links(page):
        path, _hash, anchor = unquote(link).partition("#")
        target = (page.parent / path).resolve() if path else page
        if not target.exists() or (anchor and anchor not in anchors(target)):
            wrong.append(link)
    return wrong


def test_every_entity_is_in_the_table_with_its_model_and_groups():
    for entity in registry:
        row = re.search(rf"^\| `{entity.slug}` \|.*$", read("docs/entities.md"), re.MULTILINE)
        assert row, entity.slug
        assert f"`{entity.model._meta.app_label}.{entity.model.__name__}`" in row[0]
        with override("en"):
            assert row[0].split("|")[-2].strip() == ", ".join(map(str, entity.sections))


def test_every_verb_of_an_entity_is_named():
    text = read("docs/entities.md")
    for entity in registry:
        for action in entity.actions:
            assert f"`{action.name}`" in text, (entity.slug, action.name)
        for detail in entity.details:
            for name in (detail.name, *detail.verbs):
                assert f"`{name}`" in text, (entity.slug, name)


def test_every_setting_is_described_and_none_that_is_not():
    assert {name for name in table("docs/settings.md") if name.startswith("SILA_")} == settings() - {
        "SILA_TEST_DATA"
    }


@pytest.mark.parametrize("name", find_commands())
def test_every_command_is_described_with_its_options(name):
    found = re.search(
        rf"^### `\./sila {name}\b.*?(?=^##|\Z)", read("docs/commands.md"), re.MULTILINE | re.DOTALL
    )
    assert found, f"docs/commands.md says nothing of {name}"
    for option in options_of(name):
        assert f"`{option}" in found[0], (name, option)


def options_of(name: str) -> list[str]:
    parser = argparse.ArgumentParser(prog=f"./sila {name}", add_help=False)
    find_commands()[name].arguments(parser)
    return words_of(parser)


def words_of(parser: argparse.ArgumentParser) -> list[str]:
    """The options of a command, and those of its parts with the names by which the parts are called."""
    found = [
        word for action in parser._actions for word in action.option_strings if word not in ("-h", "--help")
    ]
    for part in (action for action in parser._actions if isinstance(action.choices, dict)):
        for called, below in part.choices.items():
            found += [f"{parser.prog} {called}", *words_of(below)]
    return found


def test_no_command_is_described_that_is_not():
    described = set(re.findall(r"^### `\./sila ([a-z-]+)", read("docs/commands.md"), re.MULTILINE))
    assert described == set(find_commands())


def test_every_kind_of_field_is_described():
    described = table("docs/fields.md")
    assert set(CustomField.Kind.values) <= described
    assert set(KINDS) <= described


def test_every_operator_is_described_with_the_kinds_that_know_it():
    text = read("docs/api.md")
    rows = {
        operator: row[0]
        for row in re.finditer(r"^\| `.*\|$", text, re.MULTILINE)
        for operator in re.findall(r"`([a-z_]+)`", row[0].split("|")[1])
    }
    assert set(OPERATOR_LABELS) <= set(rows)
    for kind in KINDS.values():
        for operator in kind.operators:
            told = rows[operator]
            assert re.search(rf"\b{kind.name}\b", told) or "all but bool" in told, (kind.name, operator)
    assert all(f"`{span}`" in text for span in RANGE_LABELS)


def test_every_key_of_a_map_file_is_described():
    from dataclasses import fields

    from sila.platform.entities.importing.mapping import Mapping

    example = next(block for block in FENCE.findall(read("docs/import.md")) if block.startswith("```toml"))
    keys = set(tomllib.loads(example.removeprefix("```toml").removesuffix("```")))
    assert keys == {f.name for f in fields(Mapping)}


def test_every_setting_of_a_declaration_is_described():
    from dataclasses import fields

    from sila.platform.entities.registry import Entity

    own = {
        "model",
        "slug",
        "icon",
        "label",
        "label_plural",
        "timeline",
        "stages",
        "flags",
        "panels",
        "panel_data",
    }
    assert {f.name for f in fields(Entity)} - own <= table("docs/entities.md")


def test_every_dependency_has_its_sentence():
    wanted = tomllib.loads(read("pyproject.toml"))["project"]["dependencies"]
    names = {re.split(r"[\[<>=]", requirement)[0] for requirement in wanted}
    assert names <= table("docs/decisions/dependencies.md")


def test_every_decision_is_in_the_list():
    pages = {path.name for path in (ROOT / "docs/decisions").glob("*.md")} - {"index.md"}
    assert set(re.findall(r"\(([\w-]+\.md)\)", read("docs/decisions/index.md"))) == pages


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_and_pictures_lead_somewhere(page):
    assert dead(page) == []


def test_a_dead_link_is_found(tmp_path):
    page = tmp_path / "page.md"
    page.write_text(
        "# Here\n[good](#here) [bad](gone.md) ![bad](gone.png) [bad](#there) [out](https://example.com)\n"
    )
    assert dead(page) == ["gone.md", "gone.png", "#there"]
