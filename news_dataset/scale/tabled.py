"""Parquet tables, each of any size, as one dataset or as a part of one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from news_dataset import checks
from news_dataset.checks import across
from news_dataset.checks.references import PART
from news_dataset.errors import IntegrityError
from news_dataset.issues import Issue, Progress, Report, Sink, Tally
from news_dataset.records import BY_TABLE, BY_TYPE, CHILDREN
from news_dataset.scale.cut import Cut, Orphans, cuts
from news_dataset.scale.examine import Findings, examine
from news_dataset.scale.fitting import Unfit, count, unfit_rows
from news_dataset.scale.folders import table_files
from news_dataset.scale.gather import Gathering
from news_dataset.scale.inorder import in_order
from news_dataset.scale.judge import judge
from news_dataset.scale.judged import put_by
from news_dataset.scale.lone import is_lone, judge_lone
from news_dataset.scale.parquet import TableFiles
from news_dataset.scale.relate import Relations
from news_dataset.scale.rowplaces import RowPlaces
from news_dataset.scale.rowrecords import entries_of_rows, place_of
from news_dataset.scale.shuffle import shuffled
from news_dataset.scale.smalltables import small_tables
from news_dataset.scale.spill import Spill

_CUT = {**BY_TABLE, **{child.table: child for child in CHILDREN}, "records": None, "entities": None}


@dataclass
class _Looked:
    """What is known of a cut."""

    findings: Findings
    unfit: list[Unfit] = field(default_factory=list)


def validate_tables(
    found: Mapping[str, list[Path]], is_whole: bool, sink: Sink | None = None, progress: Progress | None = None
) -> Report:
    """Check tables and return everything that was found and counted.

    Args:
        found: the Parquet files of each table.
        is_whole: whether they are a whole dataset, so that references can be followed.
        sink: takes every issue as it is found.
        progress: is told how far the work has come.
    """
    sources = table_files(dict(found))
    return _validate(sources, is_whole, sink, progress)


def _is_clustered(files: TableFiles) -> bool:
    return files.table.name not in _CUT or files.is_clustered


def _validate(sources: dict[str, TableFiles], is_whole: bool, sink: Sink | None, progress: Progress | None) -> Report:
    gathering = Gathering(sum(len(files.paths) for files in sources.values()), sink)
    usable = {name: files for name, files in sources.items() if _usable(files, gathering)}
    is_clustered = all(map(_is_clustered, usable.values()))
    orphans: list[Orphans] = []
    done, total = 0, sum(files.rows for name, files in usable.items() if name in BY_TABLE)
    with Spill() as spill, TemporaryDirectory(prefix="news-dataset-") as folder:
        tables = {name: files for name, files in usable.items() if name in _CUT and not is_lone(name, usable)}
        for part in [tables] if is_clustered else shuffled(tables, Path(folder)):
            for cut, looked in in_order(_look, cuts(part), ahead=1):
                orphans += cut.orphans
                _take(cut, looked, sources, gathering, spill)
                done += len(cut.records)
                if progress:
                    progress(done, total)
        for name in sorted(set(usable) - set(tables)):
            judge_lone(usable[name], gathering, spill)
        places = RowPlaces(usable, spill)
        relations = Relations(spill, places, is_whole and set(tables) >= set(BY_TABLE), gathering.is_sound)
        _blame(orphans, tables, relations, gathering)
        for tally, issues in relations.judged():
            gathering.count(tally)
            gathering.found(issues)
        for tally, issues in small_tables(usable, relations):
            gathering.count(tally)
            gathering.found(issues)
    return gathering.report()


def _usable(files: TableFiles, gathering: Gathering) -> bool:
    """Say what is wrong with the columns of a table; return whether its rows can be looked at."""
    fits = files.look()
    for path, code, column, message in files.wrong:
        issue = Issue(
            str(path), message, f"/{column}" if column else "", code=code, exit_code=checks.CODES[code].exit_code
        )
        gathering.found([issue])
        if code not in checks.OF_FILES:
            layer = checks.CODES[code].layer
            gathering.count(Tally(code, layer, checked=1, failed=1))
    gathering.is_sound &= fits
    return fits


def _look(cut: Cut) -> _Looked:
    if not cut.records.parts and not len(cut.records):  # rows that belong to nobody
        return _Looked(Findings(cut.at))
    return _Looked(examine(cut.records, cut.at), list(unfit_rows(cut)))


def _take(cut: Cut, looked: _Looked, sources: dict[str, TableFiles], gathering: Gathering, spill: Spill) -> None:
    gathering.add(looked.findings)
    spill.add(looked.findings.tables)
    if len(looked.findings.suspects):
        read = list(entries_of_rows(cut, looked.findings.suspects.tolist(), sources))
        documents, entries = [one for one, _ in read], [one for _, one in read if one]
        verdict = judge(Path(documents[0].path), documents, entries)
        gathering.judge(verdict)
        places = dict(zip((id(entry) for entry in entries), cut.at[looked.findings.suspects].tolist(), strict=True))
        put_by(verdict, lambda entry: places[id(entry)], spill)
    layer = checks.CODES["broken_table"].layer
    gathering.count(Tally("broken_table", layer, checked=count(cut), failed=len(looked.unfit)))
    gathering.found(_unfit_issue(one, sources) for one in looked.unfit)


def _unfit_issue(one: Unfit, sources: dict[str, TableFiles]) -> Issue:
    path, row = place_of(sources[one.table], one.at)
    return Issue(path, one.message, f"/{one.column}", code="broken_table", row=row)


def _blame(orphans: list[Orphans], tables: dict[str, TableFiles], relations: Relations, gathering: Gathering) -> None:
    """Say of rows that belong to no record that they do not.

    Raises:
        IntegrityError: their records are there, but not where the statistics of a file have them.
    """
    there = relations.existing(sorted({owner for one in orphans for owner in one.owners if owner}), tuple(BY_TYPE))
    code = checks.CODES["dangling_reference"]
    for one in orphans:
        for at, owner in zip(one.at.tolist(), one.owners, strict=True):
            kind, tally = str(owner).partition("/")[0], Tally(code.name, code.layer)
            if owner in there and one.table not in ("records", "entities"):  # there, a second row is an orphan
                path, _ = place_of(tables[one.table], at)
                raise IntegrityError(
                    f"{path} is damaged, or a table beside it: its statistics are not those of its rows"
                )
            if kind in BY_TYPE and BY_TYPE[kind].table not in tables:
                tally.count(PART)
            else:
                path, row = place_of(tables[one.table], at)
                key = tables[one.table].key
                said, pointer = across.dangling(str(owner), []).message, f"/{key}"
                said = said if owner is not None else f"{key} has no value"
                issue = Issue(path, said, pointer, code=code.name, row=row, record=str(owner or ""))
                tally.count([issue])
                gathering.found([issue])
            gathering.count(tally)
