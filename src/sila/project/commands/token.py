"""Make an API token."""

import argparse

from sila.project.commands import CommandFailed

help = "make an API token: sila token acme someone@acme.com"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("workspace", help="the workspace's address")
    parser.add_argument("email", help="the member whose rights the token has")
    parser.add_argument("--name", default="from the terminal", help="what it is for")
    parser.add_argument("--read-only", action="store_true", help="it may read, not write")
    parser.add_argument("--days", type=int, help="how long it lives (default: until it is revoked)")


def run(options: argparse.Namespace) -> int:
    from sila.platform.access.links import make_token
    from sila.platform.access.models import Member
    from sila.platform.tenancy.current import scope
    from sila.platform.tenancy.models import Workspace

    workspace = Workspace.objects.filter(slug=options.workspace).first()
    if workspace is None:
        raise CommandFailed(f"there is no workspace {options.workspace}")
    with scope(workspace):
        member = Member.objects.filter(email__iexact=options.email, active=True, deleted_at=None).first()
        if member is None:
            raise CommandFailed(f"{options.email} is no active member of {options.workspace}")
        print(
            make_token(
                member, options.name, scope_name="read" if options.read_only else "write", days=options.days
            )
        )
    return 0
