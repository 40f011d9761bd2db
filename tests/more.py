"""How much of what can be had without end: `HOTSPOTBOT_MORE=10` in the environment is ten times as many examples."""

import os
from typing import Final

MORE: Final = int(os.environ.get("HOTSPOTBOT_MORE", "1"))
