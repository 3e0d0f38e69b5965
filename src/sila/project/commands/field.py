"""Add a field of your own to a noun."""

import argparse
from typing import TYPE_CHECKING

from sila.project.commands import CommandFailed

if TYPE_CHECKING:
    from sila.platform.access.actor import Actor

help = "add a field: sila field acme organizations 'عدد الموظفين' --english Employees --kind number"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("workspace", help="the workspace's address")
    parser.add_argument("entity", help="people, organizations, opportunities …")
    parser.add_argument("label", help="its name in Arabic")
    parser.add_argument("--english", default="", help="its name in English")
    parser.add_argument("--kind", default="text", help="text, number, date, choice … (see docs/fields.md)")
    parser.add_argument(
        "--choice", action="append", default=[], help="one choice, for choice and choices; repeat it"
    )
    parser.add_argument("--formula", default="", help="work it out: '[Amount] * 0.15' (see docs/formulas.md)")


def run(options: argparse.Namespace) -> int:
    from sila.platform.access.actor import Actor
    from sila.platform.customfields.actions import add_field
    from sila.platform.customfields.models import CustomField
    from sila.platform.entities.registry import registry
    from sila.platform.tenancy.current import scope
    from sila.platform.tenancy.models import Workspace

    workspace = Workspace.objects.filter(slug=options.workspace).first()
    if workspace is None:
        raise CommandFailed(f"there is no workspace {options.workspace}")
    with scope(workspace):
        kinds = [kind for kind in CustomField.Kind.values if kind not in ("formula", "rollup")]
        if options.entity not in registry or options.kind not in kinds:
            raise CommandFailed(
                f"{options.entity} or {options.kind} is unknown; kinds are {', '.join(kinds)}"
            )
        if CustomField.objects.filter(entity=options.entity, label=options.label, deleted_at=None).exists():
            print(f"{options.label} is there already")
            return 0
        if options.formula:
            return _formula(options, Actor.system(workspace))
        choices = [{"value": f"v{number}", "label": text} for number, text in enumerate(options.choice, 1)]
        field = add_field(
            options.entity,
            options.label,
            kind=options.kind,
            by=Actor.system(workspace),
            label_en=options.english,
            choices=choices,
        )
    print(f"added {options.label} ({field.key})")
    return 0


def _formula(options: argparse.Namespace, by: "Actor") -> int:
    from sila.platform.entities.computed import verbs
    from sila.platform.entities.errors import Invalid
    from sila.platform.entities.registry import registry
    from sila.platform.kit.formula import Problem

    noun = registry[options.entity]
    try:
        rule = verbs.formula_rule(noun, options.formula)
        field = verbs.add_computed(
            noun, options.label, kind="formula", rule=rule, by=by, label_en=options.english
        )
    except Problem as problem:
        raise CommandFailed(f"{problem} ({options.formula[problem.start : problem.end]})") from problem
    except Invalid as error:
        raise CommandFailed("; ".join(error.errors.values())) from error
    print(f"added {options.label} ({field.key})")
    return 0
