"""The main script, read anew with each run: all it needs stands in a module, which is read once."""

from hbcore.ui.menu import run

run()
