"""Add a field of your own to a noun."""

import argparse

from sila.project.commands import CommandFailed

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
    if options.entity not in registry or options.kind not in CustomField.Kind.values:
        raise CommandFailed(
            f"{options.entity} or {options.kind} is unknown; kinds are {', '.join(CustomField.Kind.values)}"
        )
    with scope(workspace):
        if CustomField.objects.filter(entity=options.entity, label=options.label, deleted_at=None).exists():
            print(f"{options.label} is there already")
            return 0
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
