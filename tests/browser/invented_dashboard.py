"""The dashboard on invented figures, for the browser tests: all but where the figures come from is real.

`CSWANALYTICS_INVENTED` names the state of the invented release.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from cswanalytics.access import OWN_SCHOOLS, Actor
from cswanalytics.answers import Gateway
from cswanalytics.app import shell
from tests.pages.invented_gateway import SCHOOLS, InventedGateway


def invented(releases: Path, actor: Actor) -> Gateway:
    """Give invented figures as a role sees them; whoever has a school of their own has one of these."""
    own = (SCHOOLS[0][0],) if actor.role in OWN_SCHOOLS else ()
    return InventedGateway(os.environ.get("CSWANALYTICS_INVENTED", "usual"), role=actor.role, own=own)


vars(shell)["gateway_for"] = invented
vars(shell)["is_invented"] = lambda releases: True
shell.run()
