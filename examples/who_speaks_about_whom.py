"""Print in how many statements each speaker mentions whom: of the bundled dataset, or of the folder given."""

import sys

import pandas as pd

import news_dataset as nd

dataset = nd.Dataset.open(sys.argv[1]) if len(sys.argv) > 1 else nd
evidence, mentions = dataset.load("evidence"), dataset.load("mentions")

said = dataset.who_said_what()[["article", "statement", "kind", "speaker_name"]]
narrated = said["kind"] == "narrated"
said["speaker"] = said["speaker_name"].fillna("nobody named").mask(narrated, "the article itself")
spans = said.merge(evidence[evidence["role"] == "content"][["statement", "start", "end"]], on="statement")
whom = dataset.load("entities").query("type != 'place'").rename(columns={"id": "referent", "name": "about"})
named = mentions[["article", "referent", "start", "end"]].merge(whom, on="referent")

# Offsets count within an article, so only a mention of the same article can lie within a span.
pairs = spans.merge(named, on="article", suffixes=("", "_mention"))
within = pairs[(pairs["start_mention"] >= pairs["start"]) & (pairs["end_mention"] <= pairs["end"])]
counted = within.drop_duplicates(["statement", "speaker", "about"])  # the same words may stand at several places
table = pd.crosstab(counted["about"], counted["speaker"]).rename_axis(None, axis=1).reset_index()
print("no statement mentions anybody" if counted.empty else table.to_string(index=False))
