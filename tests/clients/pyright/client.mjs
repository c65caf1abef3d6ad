// Pyright accepts every example and every Python block of the docs, and refuses calls that are misspelt:
// `node client.mjs REPOSITORY`. It takes the interpreter of the repository's environment.
import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import process from "node:process";

const PYRIGHT = join(dirname(createRequire(import.meta.url).resolve("pyright/package.json")), "index.js");

function examine(root, folder) {
  const python = join(root, ".venv", "bin", "python");
  const env = { ...process.env, PYTHONPATH: root };
  const mistakes = Number(
    execFileSync(python, ["-m", "tests.typed", folder], { cwd: root, env, encoding: "utf8" }).trim(),
  );
  const files = (place) => readdirSync(place).filter((name) => name.endsWith(".py")).map((name) => join(place, name));
  const asked = [...files(folder), ...files(join(root, "examples"))];
  const done = spawnSync(process.execPath, [PYRIGHT, "--outputjson", "--pythonpath", python, ...asked], {
    cwd: root,
    env,
    encoding: "utf8",
    maxBuffer: 2 ** 28,
  });
  const errors = JSON.parse(done.stdout).generalDiagnostics.filter((one) => one.severity === "error");
  const [refused, wrong] = [true, false].map((is) => errors.filter((one) => one.file.endsWith("mistakes.py") === is));
  if (wrong.length) {
    const [{ file, range, message }] = wrong;
    return [`${file}:${range.start.line + 1}: ${message.split("\n")[0]} (of ${wrong.length})`, 1];
  }
  const lines = new Set(refused.map((one) => one.range.start.line));
  if (lines.size !== mistakes) return [`${lines.size} of ${mistakes} mistakes are refused`, 1];
  return [`${asked.length - 1} files accepted, ${mistakes} mistakes refused`, 0];
}

const folder = mkdtempSync(join(tmpdir(), "pyright-"));
try {
  const [words, code] = examine(process.argv[2], folder);
  console.log(words);
  process.exitCode = code;
} catch (error) {
  console.log(`${error.name}: ${String(error.message).split("\n")[0]}`);
  process.exitCode = 1;
} finally {
  rmSync(folder, { recursive: true });
}
