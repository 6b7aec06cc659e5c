"""Settings of the desk that are one value each."""

HOTLINE = "027-87122256"
"""Where somebody asks about their code (founding notice, domain part 1)."""
