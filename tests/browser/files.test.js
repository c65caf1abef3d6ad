// What the page hands over as files.
import assert from "node:assert/strict";
import { test } from "node:test";
import { csv } from "../../news_dataset/explorer/app/files.js";

const columns = ["id", "=1+1", "@sum", "a,b", '-"x"'].map((name) => ({ name, kind: "string" }));

test("names of columns are guarded as cells are", () => {
  const found = csv({ count: 1, columns, row: () => ({ id: "=1", "a,b": "" }) });

  assert.equal(found, `id,'=1+1,'@sum,"a,b","'-""x"""\n'=1,,,',\n`);
});
