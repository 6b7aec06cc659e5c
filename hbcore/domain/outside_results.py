"""Results from outside Hubei (外省结果登记): what may be entered by hand, and what it counts for (model part 5)."""

from hbcore.domain.vocabulary import Assay, Outcome

OUTSIDE = "outside_hubei"
"""Stands where a result of ours names its testing institution; no institution of this code can be added."""

SINGLE = False
"""Such a result is never a single specimen of ours. Every rule that settles a pooled tube, an antigen positive or an IgM asks for
one, and a positive is settled by a fact alone: so it counts for travel and freshness, and clears nothing under any policy."""

COUNTS = ((Assay.NAAT, Outcome.NEGATIVE), (Assay.IGG, Outcome.POSITIVE))
"""What travel and freshness look for. Whatever stands against a person comes in as a fact; an IgM negative would end an IgM."""
