"""Print events by the date that independent sources show, beside the reported one: bundled, or of the folder given."""

import sys

import pandas as pd

import news_dataset as nd

dataset = nd.Dataset.open(sys.argv[1]) if len(sys.argv) > 1 else nd

events = dataset.timeline()  # one row per event and report
dated = events[events["reported_text"].notna() | events["reported_date"].notna()]
silent = events[~events["event"].isin(dated["event"])].drop_duplicates("event")  # no report gives these a date
table = pd.concat([dated, silent]).sort_index()
table = table[["date", "reported_text", "reported_date", "verdict", "title"]].astype(object)
print(table.fillna("").to_string(index=False))
print(f"reports with a date: {len(dated)}, contradicted: {(dated['verdict'] == 'contradicted').sum()}")
