"""The referee's modules import each other by name, as they do when run.py is run."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
