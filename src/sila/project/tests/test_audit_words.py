"""The audit log speaks: every kind of event that the code records has words, and values have their labels."""

import ast
from pathlib import Path
from typing import Any

import sila
from sila.platform.activity.models import Event
from sila.platform.entities import actions as records
from sila.platform.entities.registry import registry
from sila.project.administration.actions.workspace import change_workspace
from sila.project.administration.vocabulary import kinds
from sila.project.tests.test_administration_pages import browser

SOURCE = Path(sila.__file__).parent


def recorded() -> set[str]:
    """The kinds that are handed to log.record, be it through functions that hand theirs on."""
    trees = {path: ast.parse(path.read_text()) for path in SOURCE.rglob("*.py") if "tests" not in path.parts}
    found = set()
    for tree in trees.values():
        functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
        passing = {"record": "kind", "save_changed": "kind", "enter": "kind"}
        while True:
            more = {
                function.name: parameter
                for function in functions
                for call in calls(function, passing)
                if (parameter := name_of(kind_given(call, passing, functions))) in parameters(function)
            }
            if more.items() <= passing.items():
                break
            passing |= more
        for call in calls(tree, passing):
            given = kind_given(call, passing, functions)
            if isinstance(given, ast.Constant) and isinstance(given.value, str):
                found.add(given.value)
    return found


def calls(tree: ast.AST, passing: dict[str, str]) -> list[ast.Call]:
    return [node for node in ast.walk(tree) if isinstance(node, ast.Call) and called(node) in passing]


def called(call: ast.Call) -> str:
    """log.record is one of them; another object's `record` is not."""
    if isinstance(call.func, ast.Attribute):
        owner = name_of(call.func.value)
        return call.func.attr if owner in ("log", "records", "actions") else ""
    return name_of(call.func)


def kind_given(call: ast.Call, passing: dict[str, str], functions: list[ast.FunctionDef]) -> ast.expr | None:
    parameter = passing[called(call)]
    for keyword in call.keywords:
        if keyword.arg == parameter:
            return keyword.value
    own = next((function for function in functions if function.name == called(call)), None)
    at = parameters(own).index(parameter) if own else 0 if called(call) == "record" else 99
    return call.args[at] if len(call.args) > at else None


def parameters(function: ast.FunctionDef) -> list[str]:
    return [argument.arg for argument in (*function.args.args, *function.args.kwonlyargs)]


def name_of(node: Any) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def test_every_kind_of_event_has_words() -> None:
    found = recorded()
    assert {"created", "won", "part_given", "contact_removed", "completed", "signed in", "shared"} <= found
    assert found - set(kinds()) == set()


def test_choices_are_told_by_their_labels_and_files_by_their_names(company: Any, admin: Any) -> None:
    change_workspace({"calendar": "hijri", "digits": "arab", "holidays": ["2026-09-23"]}, by=admin)
    person = records.create(registry["people"], {"name": "ريم"}, by=admin)
    Event.objects.create(
        kind="file_removed",
        entity="people",
        record_id=person.id,
        member_id=admin.member_id,
        via="page",
        payload={"title": "ريم", "text": "عقد.pdf", "file": str(person.id)},
    )
    page = browser(company, "admin").get("/w/rayyan/settings/audit/").content.decode()
    shown = page[page.index("s-audit-what") :]
    assert "Hijri" in shown
    assert "١٢٣٤" in shown
    assert "عقد.pdf" in shown
    assert not any(code in shown for code in (">hijri<", ">arab<", "2026-09-23"))
    assert str(person.id) not in shown.replace(f"/people/{person.id}/", "")
