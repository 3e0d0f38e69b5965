import argparse

help = "check the code: ruff, templates, layers, styles"
needs_django = False


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--fix", action="store_true", help="mend what can be mended")


def run(options: argparse.Namespace) -> int:
    from sila.project import checking

    return checking.lint(fix=options.fix)
