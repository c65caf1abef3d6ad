"""Statements and the events that they report: the date as reported beside the one that independent sources show."""

import news_dataset as nd

reports = nd.timeline().dropna(subset="statement")
dated = reports.dropna(subset=["reported_text", "reported_date"], how="all")
print(dated[["statement", "reported_text", "reported_date", "date", "reported_verdict"]].to_string(index=False))
print(f"\n{len(reports)} reports of {reports['event'].nunique()} events, {len(dated)} with a date:")
counts = reports.groupby(["date", "title"], sort=False, dropna=False).size()
print(counts.rename("reports").reset_index().to_string(index=False))
