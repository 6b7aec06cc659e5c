"""`python -m hbcore`."""

from hbcore.cli import main

main()
