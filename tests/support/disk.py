"""Spares the disk: tests end processes and not the machine, so that nobody need wait until files are on it for good.

That is so in the process that imports this. A file that is not open is refused all the same.
"""

import os

os.fsync = os.fstat  # type: ignore[assignment]
