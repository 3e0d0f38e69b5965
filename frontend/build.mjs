// Bundles scripts, styles, fonts and one icon sprite into OUTPUT, and writes manifest.json (plain name -> hashed name).
//   node build.mjs OUTPUT icon-name icon-name ...
// `python -m sila.project.frontend` calls it with the icons that templates and declarations use.
import { createHash } from "node:crypto";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { build } from "esbuild";
import { png } from "./mark.mjs";

const [output, ...icons] = process.argv.slice(2);
if (!output) throw new Error("usage: node build.mjs OUTPUT [ICON ...]");

const manifest = {};

function emit(name, text) {
  const hash = createHash("sha256").update(text).digest("hex").slice(0, 8).toUpperCase();
  manifest[name] = name.replace(/(\.\w+)$/, `-${hash}$1`);
  writeFileSync(join(output, manifest[name]), text);
}

function symbol(name) {
  const svg = readFileSync(`node_modules/@tabler/icons/icons/outline/${name}.svg`, "utf8");
  const drawing = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.indexOf("</svg>"));
  return `<symbol id="${name}" viewBox="0 0 24 24">${drawing.replace(/\s*\n\s*/g, "")}</symbol>`;
}

async function bundle() {
  const result = await build({
    entryPoints: { app: "src/app.ts", styles: "src/styles/app.css", entrance: "src/entrance.ts", visitor: "src/visitor.ts", "visitor-styles": "src/styles/visitor.css" },
    outdir: output,
    entryNames: "[name]-[hash]",
    chunkNames: "[name]-[hash]",
    assetNames: "[name]-[hash]",
    bundle: true,
    minify: true,
    splitting: true,
    format: "esm",
    target: "es2022",
    loader: { ".woff2": "file" },
    metafile: true,
    logLevel: "warning",
  });
  for (const [path, { entryPoint }] of Object.entries(result.metafile.outputs)) {
    const file = basename(path);
    if (entryPoint || file.endsWith(".woff2")) manifest[file.replace(/-[A-Z0-9]{8}(\.\w+)$/, "$1")] = file;
  }
  writeFileSync(join(output, "meta.json"), JSON.stringify(result.metafile));
}

// The service worker and the page without a network are one file each: there is nothing that could fetch others.
async function alone(name, entry) {
  const options = { bundle: true, minify: true, format: "iife", target: "es2022", write: false, logLevel: "warning" };
  const result = await build({ entryPoints: [entry], ...options });
  emit(name, result.outputFiles[0].text);
}

rmSync(output, { recursive: true, force: true });
mkdirSync(output, { recursive: true });
await bundle();
await alone("worker.js", "src/offline/worker.ts");
await alone("offline.js", "src/offline/page.ts");
emit("sprite.svg", `<svg xmlns="http://www.w3.org/2000/svg">${icons.map(symbol).join("")}</svg>`);
emit("mark.svg", readFileSync("src/mark.svg", "utf8"));
emit("mark-192.png", png(192));
emit("mark-512.png", png(512));
emit("mark-full-512.png", png(512, true));
emit("mark-full-180.png", png(180, true));
cpSync("node_modules/@fontsource/ibm-plex-sans-arabic/LICENSE", join(output, "IBM-Plex-OFL.txt"));
writeFileSync(join(output, "manifest.json"), JSON.stringify(manifest, null, 1));
