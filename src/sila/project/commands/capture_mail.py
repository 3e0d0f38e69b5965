"""Take a message in as a lead."""

import argparse
import sys

from sila.project.commands import CommandFailed

help = "make a lead of a message: sila capture-mail acme < message"
TRY_AGAIN = 75  # EX_TEMPFAIL: the mail server keeps the message and tries again


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("workspace", help="the workspace's address")


def run(options: argparse.Namespace) -> int:
    from django.db import DatabaseError

    from sila.platform.access.actor import Actor
    from sila.platform.entities.errors import Invalid
    from sila.platform.tenancy.current import scope
    from sila.platform.tenancy.models import Workspace
    from sila.sales.leads.mail.actions import capture
    from sila.sales.leads.mail.api import LARGEST

    raw = sys.stdin.buffer.read(LARGEST + 1)
    if not raw.strip() or len(raw) > LARGEST:
        raise CommandFailed("the message is empty, or too large")
    try:
        workspace = Workspace.objects.filter(slug=options.workspace).first()
        if workspace is None:
            raise CommandFailed(f"there is no workspace {options.workspace}")
        with scope(workspace):
            captured = capture(raw, by=Actor.system(workspace, "mail"))
    except Invalid as error:
        raise CommandFailed("; ".join(error.errors.values())) from error
    except DatabaseError as error:
        print(f"sila: {error}", file=sys.stderr)
        return TRY_AGAIN
    print(f"{captured.lead.number}" if captured.lead else f"ignored: {captured.ignored}")
    return 0
