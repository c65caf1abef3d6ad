"""Print who said what, and which dates do not hold up: of the bundled dataset, or of the folder given."""

import sys
import textwrap

import news_dataset as nd

dataset = nd.Dataset.open(sys.argv[1]) if len(sys.argv) > 1 else nd

for row in dataset.who_said_what().itertuples():
    speaker = row.speaker_name if isinstance(row.speaker_name, str) else "the article itself"
    verdict = f" [{row.verdict}]" if isinstance(row.verdict, str) else ""
    print(f"{speaker}{verdict}")
    print(textwrap.indent(textwrap.fill(row.gist, 100), "    "))
    if isinstance(row.quote, str):
        print(textwrap.indent(textwrap.fill(f"“{row.quote}”", 100), "    "))

print()
for row in dataset.timeline().itertuples():
    reported = f"; reported: {row.reported_text}" if isinstance(row.reported_text, str) else ""
    print(
        f"{row.date_min:%d %B %Y}  {row.title}{reported}{', which is wrong' if row.verdict == 'contradicted' else ''}"
    )
