"""The build: what goes in, what comes out, and what it says when it fails."""

import gzip
import re
from pathlib import Path

import pytest

from sila.project import frontend

STYLES = sorted((frontend.SOURCES / "src" / "styles").glob("*.css"))
FIRST_LOAD_LIMIT = 130_000
PHYSICAL = re.compile(
    r"(?<![-\w])(?:(?:margin|padding|border)-(?:left|right)|left|right|float)\s*:"
    r"|text-align\s*:\s*(?:left|right)"
)


@pytest.fixture(scope="session")
def built() -> dict[str, str]:
    frontend.build_if_stale()
    return frontend.manifest()


@pytest.fixture
def sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A front end of two files, beside which nothing is built yet."""
    (tmp_path / "frontend" / "src").mkdir(parents=True)
    (tmp_path / "frontend" / "package-lock.json").write_text("{}")
    (tmp_path / "frontend" / "src" / "app.ts").write_text("one")
    output = tmp_path / "dist"
    monkeypatch.setattr(frontend, "SOURCES", tmp_path / "frontend")
    monkeypatch.setattr(frontend, "OUTPUT", output)
    monkeypatch.setattr(frontend, "STAMP", output / "build.stamp")
    return tmp_path / "frontend"


def first_load(names: dict[str, str]) -> int:
    """Bytes, compressed, of the style sheet and of every script that the page needs before it works."""
    files = {names["styles.css"], names["app.js"]}
    script = (frontend.OUTPUT / names["app.js"]).read_text()
    files |= set(re.findall(r'(?:from|import)\s*"\./([\w.-]+\.js)"', script))
    return sum(len(gzip.compress((frontend.OUTPUT / name).read_bytes())) for name in files)


def test_every_name_of_the_manifest_is_a_file(built: dict[str, str]) -> None:
    assert {"app.js", "entrance.js", "styles.css", "sprite.svg", "mark.svg"} <= set(built)
    assert all((frontend.OUTPUT / name).is_file() for name in built.values())


def test_the_first_load_stays_within_its_budget(built: dict[str, str]) -> None:
    assert first_load(built) <= FIRST_LOAD_LIMIT


def test_a_second_build_has_nothing_to_do(built: dict[str, str]) -> None:
    assert frontend.build_if_stale() is False


def test_a_changed_source_changes_the_fingerprint(sources: Path) -> None:
    before = frontend.fingerprint(set())
    (sources / "src" / "app.ts").write_text("two")

    assert frontend.fingerprint(set()) != before


def test_an_icon_that_is_new_changes_the_fingerprint(sources: Path) -> None:
    assert frontend.fingerprint({"users"}) != frontend.fingerprint({"users", "building"})


def test_a_fresh_build_needs_neither_node_nor_registry(
    sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    frontend.OUTPUT.mkdir()
    frontend.STAMP.write_text(frontend.fingerprint(frontend.words_about_icons()))
    monkeypatch.setattr(frontend, "_run", lambda *_: pytest.fail("nothing should run"))

    assert frontend.build_if_stale() is False


def test_a_package_without_sources_is_taken_as_it_is(sources: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(frontend, "SOURCES", sources / "nowhere")
    frontend.OUTPUT.mkdir()

    assert frontend.build_if_stale() is False


def test_a_package_with_neither_sources_nor_files_says_so(
    sources: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frontend, "SOURCES", sources / "nowhere")

    with pytest.raises(frontend.BuildError, match="Neither front-end sources"):
        frontend.build_if_stale()


def test_a_failed_step_tells_what_the_program_said(sources: Path) -> None:
    with pytest.raises(frontend.BuildError, match=r"(?s)It did not work\..*Cannot find module"):
        frontend._run("node", ["no-such-file.mjs"], "It did not work.")


def test_an_unknown_icon_in_the_list_is_refused(
    built: dict[str, str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "icons.txt").write_text("no-such-drawing")
    (tmp_path / "node_modules").symlink_to(frontend.SOURCES / "node_modules")
    monkeypatch.setattr(frontend, "SOURCES", tmp_path)

    with pytest.raises(frontend.BuildError, match="no-such-drawing"):
        frontend.drawings(set())


@pytest.mark.parametrize("style", STYLES, ids=lambda path: path.name)
def test_styles_name_no_left_and_no_right(style: Path) -> None:
    without_comments = re.sub(r"/\*.*?\*/", "", style.read_text(), flags=re.DOTALL)

    assert not PHYSICAL.search(without_comments)


def test_the_lock_file_names_no_registry() -> None:
    assert "resolved" not in (frontend.SOURCES / "package-lock.json").read_text()
