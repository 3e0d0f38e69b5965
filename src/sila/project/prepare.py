"""What `sila up` does before it serves, in a process of its own so that its memory is given back.

`python -m sila.project.prepare FD [--no-sample]` shows its progress, and writes the path of a sign-in link
to the file descriptor FD.
"""

import os
import sys

from sila.project.cli import prepare_environment, start_django
from sila.project.commands import CommandFailed


def main(arguments: list[str]) -> int:
    prepare_environment(None)
    start_django()
    from sila.project.installation import bring_up_to_date, take

    try:
        bring_up_to_date()
        if "--no-sample" not in arguments:
            take("Sample workspace", make_sample, "To start without it: ./sila up --no-sample")
    except CommandFailed as failure:
        print(f"sila: {failure}", file=sys.stderr)
        return 1
    with os.fdopen(int(arguments[0]), "w") as result:
        result.write(sign_in_path())
    return 0


def make_sample() -> bool:
    """A workspace to look at, where there is none at all."""
    from sila.platform.tenancy.models import Workspace

    if Workspace.objects.exists():
        return False
    from sila.project.demo import ensure_sample

    ensure_sample()
    return True


def sign_in_path() -> str:
    """For the one who was here first; "" while nobody can sign in."""
    from sila.platform.access.links import sign_in_link
    from sila.platform.access.models import User

    first = User.objects.filter(is_active=True).order_by("id").first()
    return sign_in_link(first) if first else ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
