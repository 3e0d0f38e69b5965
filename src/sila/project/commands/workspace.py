"""Make a workspace."""

import argparse

from sila.project.commands import CommandFailed

help = "make a workspace: sila workspace acme --name 'Acme' --owner boss@acme.com"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("slug", help="its address: small Latin letters, digits and dashes")
    parser.add_argument("--name", required=True, help="the company's name")
    parser.add_argument("--owner", required=True, help="e-mail of its first administrator")
    parser.add_argument("--owner-name", default="", help="their name")
    parser.add_argument("--country", default="SA", help="two letters (default SA)")
    parser.add_argument("--currency", default="SAR", help="three letters (default SAR)")
    parser.add_argument(
        "--timezone", default="Asia/Riyadh", help="such as Africa/Cairo (default Asia/Riyadh)"
    )
    parser.add_argument("--language", default="ar", choices=["ar", "en"], help="default ar")
    parser.add_argument(
        "--without-pipeline", action="store_true", help="no sales pipeline yet: you will import your own"
    )
    parser.add_argument("--if-missing", action="store_true", help="do nothing if it is there already")


def run(options: argparse.Namespace) -> int:
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    from django.core.exceptions import ValidationError

    from sila.platform.access.links import sign_in_link
    from sila.platform.access.models import User
    from sila.platform.kit.contacts import normalise_email
    from sila.platform.kit.money import CURRENCIES
    from sila.platform.tenancy.models import Workspace
    from sila.project.installation import make_ready_for_data
    from sila.project.workspaces import create_workspace

    make_ready_for_data()
    if Workspace.objects.filter(slug=options.slug).exists():
        if options.if_missing:
            print(f"{options.slug} is there already")
            return 0
        raise CommandFailed(f"there is a workspace {options.slug} already")
    if options.currency not in CURRENCIES:
        raise CommandFailed(f"{options.currency} is no currency code")
    try:
        ZoneInfo(options.timezone)
        Workspace._meta.get_field("slug").run_validators(options.slug)
        owner = normalise_email(options.owner)
    except (ZoneInfoNotFoundError, ValidationError, ValueError) as error:
        raise CommandFailed(f"this cannot be used: {error}") from error
    create_workspace(
        options.slug,
        options.name,
        owner_email=owner,
        owner_name=options.owner_name,
        country=options.country.upper(),
        currency=options.currency,
        timezone=options.timezone,
        language=options.language,
        pipeline=not options.without_pipeline,
    )
    from django.conf import settings

    print(
        f"made {options.slug}. Sign in within the hour: {settings.ADDRESS}{sign_in_link(User.objects.get(email=owner))}"
    )
    return 0
