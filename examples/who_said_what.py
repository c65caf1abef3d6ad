"""Print who said what, and which dates do not hold up: of the bundled dataset, or of the folder given."""

import sys
import textwrap

import news_dataset as nd


def show(words: str) -> None:
    """Print a paragraph, indented."""
    print(textwrap.fill(words, 100, initial_indent="    ", subsequent_indent="    "))


dataset = nd.Dataset.open(sys.argv[1]) if len(sys.argv) > 1 else nd

# Absent values are NaN in a frame; None is easier to ask for.
for row in dataset.who_said_what().astype(object).replace({float("nan"): None}).to_dict("records"):
    verdict = f" [{row['verdict']}]" if row["verdict"] else ""
    nobody = "the article itself" if row["kind"] == "narrated" else "nobody named"
    print(f"{row['speaker_name'] or nobody}{verdict}")
    show(row["gist"])
    if row["quote"]:
        show(f"“{row['quote']}”")

print()
for row in dataset.timeline().dropna(subset="reported_text").to_dict("records"):
    wrong = ", which is wrong" if row["verdict"] == "contradicted" else ""
    day = (
        f"{row['date_min']:%A, %d %B %Y}" if row["date_min"] == row["date_min"] else "No date known"
    )  # NaT is not itself
    print(f"{day}: {row['title']}; reported: {row['reported_text']}{wrong}")
