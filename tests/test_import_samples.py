# Somebody else writes this file now; leave parts 1 and 2 of your task to them, finish and commit what you have, then part 3 (layers) and report.
