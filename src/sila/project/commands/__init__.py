"""The commands of `sila`: one module each, found by being here.

A module has `help` (one line), `arguments(parser)` and `run(options)`, which may return an exit status.
Django is set up before `run`, unless the module says `needs_django = False`; at import it must stay light,
because `sila --help` imports them all: import models and Django inside the functions.
"""

from collections.abc import Mapping


class CommandFailed(Exception):
    """The command cannot go on; the message says what happened and what to do.

    `errors`: the same by place, for machines, where there is more than one.
    """

    def __init__(self, message: str, errors: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.errors = dict(errors or {})
