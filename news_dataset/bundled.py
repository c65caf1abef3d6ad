"""The bundled dataset's methods as functions; ``news_dataset`` fetches its public names from here when first used."""

from news_dataset.dataset import Dataset, validate

_bundled = Dataset()

load = _bundled.load
load_all = _bundled.load_all
scan = _bundled.scan
iter_batches = _bundled.iter_batches
load_articles = _bundled.load_articles
load_people = _bundled.load_people
load_statements = _bundled.load_statements
load_events = _bundled.load_events
who_said_what = _bundled.who_said_what
timeline = _bundled.timeline
get = _bundled.get
iter_records = _bundled.iter_records
tables = _bundled.tables
describe = _bundled.describe
info = _bundled.info
citation = _bundled.citation
license = _bundled.license  # noqa: A001 (the interactive shell's notice of the same name is no loss)
path = _bundled.path
restore = _bundled.restore

__all__ = [
    "Dataset", "citation", "describe", "get", "info", "iter_batches", "iter_records", "license", "load", "load_all",
    "load_articles", "load_events", "load_people", "load_statements", "path", "restore", "scan", "tables", "timeline",
    "validate", "who_said_what",
]  # fmt: skip
