"""What the clock asks for, in one workspace after the other."""

import logging
from collections.abc import Callable, Iterable

from sila.platform.tenancy.current import scope
from sila.platform.tenancy.models import Workspace

log = logging.getLogger(__name__)


def in_each_workspace(
    look: Callable[[Workspace], object], *, among: Iterable[Workspace] | None = None
) -> None:
    """A failure is of the one workspace: it is logged, the next round looks again, the others are not held up."""
    for workspace in Workspace.objects.all() if among is None else among:
        try:
            with scope(workspace):
                look(workspace)
        except Exception:
            log.exception("%s failed in %s", look.__qualname__, workspace.slug)
