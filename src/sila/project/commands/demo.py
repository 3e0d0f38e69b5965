import argparse

help = "make the sample workspace: a trading group with two years of work"


def arguments(parser: argparse.ArgumentParser) -> None:
    """It takes none."""


def run(options: argparse.Namespace) -> None:
    from sila.platform.access.links import sign_in_link
    from sila.platform.access.models import User
    from sila.project.demo import OWNER, ensure_sample
    from sila.project.installation import make_ready_for_data

    make_ready_for_data()
    workspace = ensure_sample()
    print(f"The sample workspace is at /w/{workspace.slug}/.")
    print(f"Sign in as {OWNER} through {sign_in_link(User.objects.get(email=OWNER))} (good for an hour).")
