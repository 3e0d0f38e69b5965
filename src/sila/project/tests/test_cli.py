import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import override_settings
from django.utils import translation

from sila.project import cli
from sila.project.commands import CommandFailed, up
from sila.project.installation import take
from sila.project.messages import compile_if_stale


@pytest.fixture
def environment(monkeypatch):
    monkeypatch.setenv("SILA_DATA", "/somewhere/else")
    return os.environ


def test_every_command_has_its_three_parts():
    found = cli.find_commands()
    assert {"up", "serve", "worker", "setup", "import"} <= found.keys()
    for module in found.values():
        assert module.help and callable(module.arguments) and callable(module.run)


def test_help_needs_no_django():
    code = (
        "import sys; from sila.project import cli; cli.parser().format_help();"
        "sys.exit('django' in sys.modules or 'granian' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code]).returncode == 0


def test_the_option_wins_over_the_variable(environment, tmp_path):
    cli.prepare_environment(tmp_path)
    assert environment["SILA_DATA"] == str(tmp_path)


def test_the_variable_wins_over_the_default(environment):
    cli.prepare_environment(None)
    assert environment["SILA_DATA"] == str(Path("/somewhere/else").resolve())


@pytest.mark.parametrize("words", [["--data", "d", "serve"], ["serve", "--data", "d"]])
def test_the_data_folder_may_stand_before_or_after_the_command(words):
    assert cli.parser().parse_args(words).data == Path("d")


def test_a_failing_command_says_why_and_returns_one(monkeypatch, capsys):
    def fail(options):
        raise CommandFailed("the well is dry; dig deeper")

    monkeypatch.setenv("SILA_DATA", os.environ["SILA_DATA"])
    monkeypatch.setattr(up, "run", fail)
    assert cli.main(["up"]) == 1
    assert capsys.readouterr().err == "sila: the well is dry; dig deeper\n"


def test_a_command_on_an_empty_data_folder_says_what_to_do(tmp_path):
    words = [sys.executable, "-m", "sila", "token", "acme", "boss@acme.com"]
    done = subprocess.run(words, env=fresh(tmp_path), capture_output=True, text=True)
    assert done.returncode == 1
    assert "./sila setup" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_first_workspace_needs_no_set_up_before(tmp_path):
    words = ["-m", "sila", "workspace", "acme", "--name", "Acme", "--owner", "boss@acme.com"]
    done = subprocess.run([sys.executable, *words], env=fresh(tmp_path), capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "/enter/" in done.stdout


def fresh(folder):
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH") if name in os.environ}
    return {**kept, "SILA_DATA": str(folder)}


def test_one_folder_is_served_once(tmp_path):
    with up._only_one(tmp_path), pytest.raises(CommandFailed, match="already runs"):
        up._only_one(tmp_path)
    up._only_one(tmp_path).close()


@pytest.fixture
def source(tmp_path):
    """A catalogue that was never compiled."""
    source = tmp_path / "ar" / "LC_MESSAGES" / "django.po"
    source.parent.mkdir(parents=True)
    head = 'msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"'
    source.write_text(f'{head}\n\nmsgid "Save"\nmsgstr "حفظ"\n\nmsgid "Weigh anchor"\nmsgstr "رفع المرساة"\n')
    return source


def test_whoever_compiles_a_catalogue_speaks_by_it_at_once(tmp_path, source):
    with override_settings(LOCALE_PATHS=[tmp_path]):
        with translation.override("ar"):
            assert translation.gettext("Weigh anchor") == "Weigh anchor"
        compile_if_stale(tmp_path)
        with translation.override("ar"):
            assert translation.gettext("Weigh anchor") == "رفع المرساة"


def test_only_catalogues_that_changed_are_compiled(tmp_path, source):
    assert compile_if_stale(tmp_path) == [source.with_suffix(".mo")]
    assert "حفظ".encode() in source.with_suffix(".mo").read_bytes()
    assert compile_if_stale(tmp_path) == []
    os.utime(source, (2**31, 2**31))
    assert compile_if_stale(tmp_path) == [source.with_suffix(".mo")]


def test_a_step_says_what_it_did(capsys):
    take("Painting", lambda: True, "")
    take("Sweeping", lambda: False, "")
    shown = capsys.readouterr().out
    assert "Painting ... done" in shown
    assert "Sweeping ... up to date" in shown


def test_a_step_that_fails_says_what_to_do():
    def fail():
        raise OSError("no paint")

    with pytest.raises(CommandFailed, match="no paint\nBuy some"):
        take("Painting", fail, "Buy some.")


def test_commands_print_links_to_where_it_was_served_last(tmp_path):
    code = "from sila.project import settings; print(settings.ADDRESS)"

    def address(**more):
        known = {name: value for name, value in os.environ.items() if name != "SILA_ADDRESS"}
        environment = {**known, "SILA_DATA": str(tmp_path), "SILA_SECRET_KEY": "x" * 50, **more}
        command = [sys.executable, "-c", code]
        return subprocess.run(command, env=environment, capture_output=True, text=True).stdout.strip()

    assert address() == "http://127.0.0.1:8000"
    (tmp_path / "address").write_text("http://localhost:8212")
    assert address() == "http://localhost:8212"
    assert address(SILA_ADDRESS="https://crm.example.com/") == "https://crm.example.com"


@pytest.mark.django_db
def test_who_is_known_already_keeps_the_name_in_a_new_workspace():
    from sila.platform.access.models import Member, User
    from sila.platform.tenancy.current import scope
    from sila.project.workspaces import create_workspace

    User.objects.create_user("huda@acme.example", name="هدى السالم")
    with scope(create_workspace("acme", "Acme", owner_email="huda@acme.example")):
        assert Member.objects.get(email="huda@acme.example").name == "هدى السالم"
