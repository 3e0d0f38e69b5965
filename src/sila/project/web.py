"""The web server: granian, which loads the application in its worker processes only."""

from granian import Granian
from granian.constants import Interfaces

from sila.project.family import follow_parent

_TARGET = "sila.project.web:application"
_KILL_AFTER = 6


def serve(host: str, port: int, workers: int, threads: int) -> None:
    """Serve until SIGTERM or SIGINT."""
    follow_parent()
    Granian(
        _TARGET,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=workers,
        blocking_threads=threads,
        respawn_failed_workers=True,
        workers_kill_timeout=_KILL_AFTER,
        log_enabled=False,
        factory=True,
    ).serve()


def application() -> object:
    """Called in each worker: what answers the requests."""
    follow_parent()
    from sila.project.wsgi import application as answer

    return answer
