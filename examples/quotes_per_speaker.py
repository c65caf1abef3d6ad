"""Print how much each speaker is quoted: of the bundled dataset, or of the folder given."""

import sys

import news_dataset as nd

dataset = nd.Dataset.open(sys.argv[1]) if len(sys.argv) > 1 else nd

# One row per statement and speaker: words that two people said together count for each of them.
said = dataset.who_said_what().dropna(subset="quote")
said["speaker_name"] = said["speaker_name"].fillna("somebody not named")
said["words"] = [len(quote.split()) for quote in said["quote"]]
table = said.groupby("speaker_name").agg(quotations=("statement", "nunique"), words=("words", "sum"))
print(
    table.sort_values(["quotations", "words"], ascending=False)
    .rename_axis("speaker")
    .reset_index()
    .to_string(index=False)
)
