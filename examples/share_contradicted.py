"""Print what share of the checkable claims is contradicted: of the bundled dataset, or of the folder given."""

import sys

import news_dataset as nd

dataset = nd.Dataset.open(sys.argv[1]) if len(sys.argv) > 1 else nd

claims = dataset.who_said_what().drop_duplicates("statement")  # a row per speaker becomes a row per claim
assessed = claims.dropna(subset="verdict")
checkable = assessed[assessed["verdict"] != "not_checkable"]
print(f"{len(claims)} claims, {len(assessed)} assessed, {len(checkable)} of these can be checked; the share is of them")

wrong = checkable.assign(contradicted=checkable["verdict"] == "contradicted")
table = wrong.groupby(["claim_type", "kind"], observed=True)["contradicted"].agg(["size", "sum", "mean"])
table.loc[("all", ""), :] = [len(wrong), wrong["contradicted"].sum(), wrong["contradicted"].mean()]
table = table.astype({"size": int, "sum": int})
table.columns = ["checkable", "contradicted", "share"]
print(table.reset_index().to_string(index=False, float_format="{:.0%}".format))
