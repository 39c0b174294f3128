"""`python -m cswanalytics …` is `cswanalytics …`; `install` alone needs nothing but Python itself."""

import sys

if sys.argv[1:] == ["install"]:
    from cswanalytics.install import main as run
else:
    from cswanalytics.cli import run

run()
