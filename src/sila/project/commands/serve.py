import argparse
import os

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
    parser.add_argument("--threads", type=int, default=4, help="threads per process (default: %(default)s)")


def run(options: argparse.Namespace) -> None:
    from sila.project.web import serve

    serve(options.host, options.port, options.workers or default_workers(), options.threads)


def default_workers() -> int:
    """SQLite has one writer at a time, so a second process brings little; PostgreSQL takes more."""
    return min(4, os.cpu_count() or 1) if os.environ.get("SILA_DATABASE_URL") else 1
