"""Reports as text, JSON or a table, and for a step of a GitHub workflow; untrusted words are escaped before printing.

``escape`` makes words safe on a terminal and in the log of a workflow, ``code_span`` in Markdown.
"""

from __future__ import annotations

from news_dataset.markup import code_span, escape
from news_dataset.reporters import github
from news_dataset.reporters.plain import MOST, as_json, issue_line, text
from news_dataset.reporters.table import IssueTable

REPORTERS = {"text": text, "json": as_json}

__all__ = ["MOST", "REPORTERS", "IssueTable", "as_json", "code_span", "escape", "github", "issue_line", "text"]
