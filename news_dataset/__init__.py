"""An evidence-linked dataset of news, and the tool that keeps such a dataset honest.

``import news_dataset as nd``; then ``nd.load("statements")`` is a pandas frame, and ``nd.who_said_what()`` has one row
per statement and speaker. Modules are imported when they are needed.
"""
# ruff: noqa: F405 (the names below are those of bundled.__all__, and a test compares them)

TYPE_CHECKING = False  # type checkers take it for true; to import typing for it would take time
if TYPE_CHECKING:
    from news_dataset.bundled import *  # noqa: F403 (the names of __all__)

__version__ = "0.1.0"

__all__ = [
    "Dataset", "__version__", "adjudicate", "agreement", "anchor", "build", "carry", "citation", "claim_sources",
    "claims", "describe", "diff", "explain", "explore", "export", "fmt", "get", "import_from", "info", "init",
    "iter_batches", "iter_records", "lacking", "license", "load", "load_all", "load_articles", "load_events",
    "load_people", "load_statements", "new", "path", "plot", "rename", "restore", "scan", "schema", "span", "sql",
    "tables", "timeline", "validate", "verify", "who_said_what",
]  # fmt: skip


def __dir__() -> list[str]:
    return sorted(__all__)


if not TYPE_CHECKING:  # else every name would seem to exist

    def __getattr__(name: str) -> object:
        """Import all public names when the first of them is used (PEP 562)."""
        if name not in __all__:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from news_dataset import bundled

        globals().update({public: getattr(bundled, public) for public in bundled.__all__})
        return globals()[name]
