"""docs/plotting.md and the notebook: what they show is what happens, small, and without prose of the article."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest

import news_dataset as nd
from docs import plots
from news_dataset.checks.words import runs
from tests.conftest import ROOT
from tests.running import assert_shows, printed_by

PATH = ROOT / "docs" / "plotting.md"
PAGE = PATH.read_text("utf-8")
BLOCKS = re.findall(r"```python\n(.*?)```\n```text\n(.*?)```", PAGE, re.DOTALL)
NOTEBOOK = ROOT / "examples" / "analysis.ipynb"
CELLS: list[dict[str, Any]] = json.loads(NOTEBOOK.read_text("utf-8"))["cells"]


def test_the_page_prints_what_it_says(monkeypatch: pytest.MonkeyPatch) -> None:
    """To the character, from the root of the checkout."""
    monkeypatch.chdir(ROOT)
    assert_shows(PATH, ((output, printed_by(code)) for code, output in BLOCKS))


def test_there_is_something_to_run() -> None:
    """The pattern finds the blocks."""
    assert len(BLOCKS) == PAGE.count("```python") == 2


def test_the_words_for_those_who_cannot_see_are_true() -> None:
    """The figures in the alternative texts are those that are drawn."""
    claims, said = nd.claims(), nd.who_said_what()
    holds = ~said["attribution_verdict"].isin(["contradicted", "unsupported"])
    lee, ishiba = (int((holds & (said["speaker_name"] == name)).sum()) for name in ("Lee Jae Myung", "Shigeru Ishiba"))
    own = said[~holds | (said["kind"] == "narrated")]["statement"].nunique()

    def counts(claim_type: str, axis: str) -> list[int]:
        verdicts = claims[claims["claim_type"] == claim_type][axis]
        wrong = verdicts.isin(["contradicted", "unsupported"])
        return [int((verdicts == "supported").sum()), int((verdicts == "partly_supported").sum()), int(wrong.sum())]

    intentions, facts = counts("intention", "attribution_verdict"), counts("fact", "content_verdict")
    assert f"{lee} of Lee Jae Myung, {ishiba} of Shigeru Ishiba, {own} of the article itself" in PAGE
    assert (
        "of {} intentions the attribution of {} holds, of {} in part, of {} not".format(
            (claims["claim_type"] == "intention").sum(), *intentions
        )
        in PAGE
    )
    assert "of {} facts {} are so, {} in part, {} not".format((claims["claim_type"] == "fact").sum(), *facts) in PAGE


def test_the_pictures_are_those_of_the_script(tmp_path: Path) -> None:
    """Each is on the page, and as wide and high as it is drawn now."""
    plots.main(tmp_path)
    drawn = {path.name: path.read_bytes() for path in tmp_path.iterdir()}

    assert set(re.findall(r"\]\(img/(.*?)\)", PAGE)) == set(drawn) == {f"plot-{name}.png" for name in plots.PICTURES}
    for name, data in drawn.items():
        kept = (ROOT / "docs" / "img" / name).read_bytes()
        assert kept[:24] == data[:24], name  # the signature, and a header with width and height
        assert 20_000 < len(kept) < 150_000


def test_every_cell_of_the_notebook_was_run_in_order() -> None:
    """From the first on, without an error; the client runs it again."""
    code = [cell for cell in CELLS if cell["cell_type"] == "code"]
    outputs = [output for cell in code for output in cell["outputs"]]

    assert [cell["execution_count"] for cell in code] == list(range(1, len(code) + 1))
    assert all(cell["outputs"] for cell in code)
    assert {output["output_type"] for output in outputs} == {"execute_result", "stream"}
    assert sum("image/png" in output.get("data", {}) for output in outputs) == len(plots.PICTURES)


def test_the_notebook_is_small() -> None:
    """Pictures included."""
    assert NOTEBOOK.stat().st_size < 300_000


def written() -> str:
    """Return all words of the notebook but the pictures."""
    parts = []
    for cell in CELLS:
        parts += cell["source"]
        for output in cell.get("outputs", []):
            forms = output.get("data", {"text/plain": output.get("text", [])})
            parts += [line for form, lines in forms.items() if form != "image/png" for line in lines]
    return "".join(parts)


def test_the_notebook_holds_no_prose_of_the_article(article_text: Path) -> None:
    """No run of eight of its words, which the headline may be."""
    prose = set(runs(article_text.read_text("utf-8")))

    assert len(prose) > 100
    assert not prose & set(runs(written()))


def test_prose_in_the_notebook_would_be_noticed(article_text: Path) -> None:
    """Negative control."""
    prose = article_text.read_text("utf-8")

    assert set(runs(prose)) & set(runs(written() + " " + prose[400:700]))
