"""The commands of `sila`: one module each, found by being here.

A module has `help` (one line), `arguments(parser)` and `run(options)`, which may return an exit status.
Django is set up before `run`, unless the module says `needs_django = False`; at import it must stay light,
because `sila --help` imports them all: import models and Django inside the functions.
"""


class CommandFailed(Exception):
    """The command cannot go on; the message says what happened and what to do."""
