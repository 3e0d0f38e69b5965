import sys

from sila.project.cli import main

sys.exit(main(sys.argv[1:]))
