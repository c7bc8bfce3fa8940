// Bundles the verifier for pages and fills the page of a receipt, all but the receipt itself.
//
// dist/verify.js is the TypeScript verifier of receipts by itself, dist/draw.js the one of draws,
// which only who looks at a draw has to load. dist/receipt.html has the first one inlined together
// with the wasm one, and stands alone: it loads nothing.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { gzipSync } from "node:zlib";

import { build } from "esbuild";

const here = new URL("./", import.meta.url);
const read = (path) => readFileSync(new URL(path, here));

async function bundle(entry, options = {}) {
  const result = await build({
    absWorkingDir: here.pathname,
    entryPoints: [entry],
    bundle: true,
    minify: true,
    charset: "utf8",
    target: "es2022",
    legalComments: "none",
    write: false,
    ...options,
  });
  return result.outputFiles[0].text;
}

// What a script element may not contain: the end of itself, and the start of a comment.
function inline(script) {
  return script.replaceAll("</script", "<\\/script").replaceAll("<!--", "<\\!--");
}

const verifier = await bundle("src/receipt.ts", { format: "esm" });
const draws = await bundle("src/draw.ts", { format: "esm" });
const page = await bundle("src/page.ts", { format: "iife" });
const parts = {
  STYLE: (await bundle("src/page.css", { loader: { ".css": "css" } })).trim(),
  WASM: read("wasm/verify.wasm").toString("base64"),
  SCRIPT: inline(page).trim(),
};
let html = read("src/page.html").toString("utf8");
for (const [name, text] of Object.entries(parts)) {
  html = html.replace(`{{${name}}}`, () => text);
}

mkdirSync(new URL("dist/", here), { recursive: true });
const files = { "verify.js": verifier, "draw.js": draws, "receipt.html": html };
for (const [name, text] of Object.entries(files)) {
  if (!process.argv.includes("--check")) {
    writeFileSync(new URL(`dist/${name}`, here), text);
  } else if (read(`dist/${name}`).toString("utf8") !== text) {
    throw new Error(`dist/${name} is not what \`npm run build\` writes`);
  }
  const bytes = Buffer.byteLength(text);
  console.log(`dist/${name}: ${bytes} bytes, ${gzipSync(text, { level: 9 }).length} in gzip`);
}
