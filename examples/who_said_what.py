"""Print who is said to have said what, and which dates do not hold up: of the bundled dataset, or of a folder."""

import sys
import textwrap

import news_dataset as nd

dataset = nd.Dataset.open(sys.argv[1]) if len(sys.argv) > 1 else nd

# Absent values are NaN in a frame; None is easier to ask for.
for row in dataset.who_said_what().astype(object).replace({float("nan"): None}).to_dict("records"):
    nobody = "The article itself" if row["kind"] == "narrated" else "Nobody named"
    said = f"; said so: {row['attribution_verdict']}" if row["attribution_verdict"] else ""
    so = f"; is so: {row['content_verdict']}" if row["content_verdict"] else ""
    print(f"{row['speaker_name'] or nobody}{said}{so}".replace("_", " "))
    for words in (row["gist"], f"“{row['quote']}”" if row["quote"] else ""):
        print(textwrap.indent(textwrap.fill(words, 100), "    "), end="\n" if words else "")

print()
for row in dataset.timeline().dropna(subset="reported_text").astype(object).to_dict("records"):
    wrong = ", which is wrong" if row["reported_verdict"] == "contradicted" else ""
    known = row["date"] if row["date"] == row["date"] else "no date known"  # NaN is not itself
    print(f"{row['title']}: {known}; reported: {row['reported_text']}{wrong}")
