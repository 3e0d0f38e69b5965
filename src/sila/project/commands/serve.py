import argparse
import os
import threading

help = "run the web server alone"
needs_django = False  # the application is loaded in the server's worker processes only
uses_data = True

DEFAULT_PORT = 8000


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: %(default)s)")
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="default: %(default)s")
    parser.add_argument(
        "--workers", type=int, help="processes (default: 1 on SQLite, else one per core, up to 4)"
    )
    parser.add_argument("--quiet", action="store_true", help="do not say when it answers")
    parser.add_argument("--threads", type=int, default=4, help="threads per process (default: %(default)s)")


def run(options: argparse.Namespace) -> None:
    from sila.project.web import serve

    if not options.quiet:
        threading.Thread(target=_announce, args=(options.host, options.port), daemon=True).start()
    serve(options.host, options.port, options.workers or default_workers(), options.threads)


def _announce(host: str, port: int) -> None:
    from sila.project.supervisor import wait_until_ready

    wait_until_ready(host, port)
    print(f"Sila answers: http://{host}:{port}", flush=True)


def default_workers() -> int:
    """SQLite has one writer at a time, so a second process brings little; PostgreSQL takes more."""
    return min(4, os.cpu_count() or 1) if os.environ.get("SILA_DATABASE_URL") else 1
