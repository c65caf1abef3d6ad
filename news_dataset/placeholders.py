"""What ``init`` writes into a new dataset to be replaced."""

from __future__ import annotations

TEXT_SHA256 = "f746f8888bb55a7abb7ddac29becc317dc0619549fadc3885b3d656728343ed0"
"""The hash of the text of the first article, which tells what to do."""
