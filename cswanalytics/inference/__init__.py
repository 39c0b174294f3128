"""From answers to gaps, from gaps to changes, from changes to verdicts: what a reader may conclude.

`intervals` holds the methods, `arms` the figures at every corner of the rounding box, `comparisons` the
gaps, `pools` years together, `verdicts` the changes, `funnel` schools among each other. The authority's data
are a census, not a sample: an interval says how far a figure would move from year to year by chance alone.
"""

from cswanalytics.inference.at_once import at_once
from cswanalytics.inference.comparisons import Gaps, State, gaps
from cswanalytics.inference.pools import pooled, schools_together
from cswanalytics.inference.verdicts import Change, Verdict, change, family, tier_one, until

__all__ = [
    "Change",
    "Gaps",
    "State",
    "Verdict",
    "at_once",
    "change",
    "family",
    "gaps",
    "pooled",
    "schools_together",
    "tier_one",
    "until",
]
