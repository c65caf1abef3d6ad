// Builds ../vendor: one program, one sheet of styles with its fonts inside, and the licences of all that went in.
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = fileURLToPath(new URL(".", import.meta.url));
const out = process.argv[2] ?? `${here}../vendor`;

const result = await build({
  absWorkingDir: here,
  entryPoints: { explorer: "main.js" },
  outdir: out,
  bundle: true,
  minify: true,
  charset: "utf8",
  format: "iife",
  target: ["chrome111", "firefox113", "safari16.4"],
  loader: { ".woff2": "dataurl" },
  legalComments: "none", // they stand in LICENCES.txt
  metafile: true,
});

const used = Object.values(result.metafile.outputs).flatMap((one) =>
  Object.entries(one.inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
);
const fonts = Object.keys(result.metafile.inputs).filter((path) => path.endsWith(".woff2")); // inside the styles
const inputs = [...used, ...fonts].map((path) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1]);
const packages = [...new Set(inputs.filter((name) => name !== undefined))].sort();
const chapters = packages.map((name) => {
  const folder = `${here}node_modules/${name}`;
  const { version, license } = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const file = readdirSync(folder).find((one) => /^licen[cs]e/i.test(one));
  if (file === undefined) throw new Error(`${name} comes without its licence`);
  return `${name} ${version} (${license})\n\n${readFileSync(`${folder}/${file}`, "utf8").trim()}\n`;
});
const head = "explorer.js and explorer.css are built from ../app by `make vendor`, and hold parts of these packages.\n";
writeFileSync(`${out}/LICENCES.txt`, [head, ...chapters].join(`\n${"-".repeat(80)}\n\n`));
