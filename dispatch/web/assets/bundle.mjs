// SPDX-License-Identifier: AGPL-3.0-or-later
// Turns npm's packages and our sources into the few small files a page loads; build.py calls it.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const require = createRequire(import.meta.url);
const esbuild = require("esbuild");
const { PurgeCSS } = require("purgecss");

const here = dirname(fileURLToPath(import.meta.url));
const web = join(here, "..");
const out = process.argv[2];
const italia = join(here, "node_modules", "bootstrap-italia");

// Classes that no template spells out: states set by script, and the tones that macros put together.
const NOT_SPELT_OUT = [/^show$/, /^fade$/, /^btn-(outline-)?(primary|secondary|success|danger)$/];

function filesBelow(folder, ending) {
  return readdirSync(folder, { recursive: true })
    .filter((name) => name.endsWith(ending))
    .map((name) => join(folder, name))
    .sort();
}

const templates = filesBelow(join(web, "templates"), ".html");
const scripts = filesBelow(join(here, "src"), ".js");
const words = filesBelow(web, ".py").filter((name) => !name.includes("node_modules"));
const spoken = [...templates, ...words].map((name) => readFileSync(name, "utf8")).join("\n");

function copyFonts() {
  const fonts = join(italia, "dist", "fonts", "Titillium_Web");
  for (const weight of ["regular", "600", "700"]) {
    const name = `titillium-web-v10-latin-ext_latin-${weight}.woff2`;
    copyFileSync(join(fonts, name), join(out, `titillium-${weight}.woff2`));
  }
}

// The policy is img-src 'self': a picture inside a data address would be refused, so each becomes a file.
function pictureFiles(css) {
  return css.replace(/url\(\s*(["']?)data:image\/svg\+xml([^,]*),(.*?)\1\s*\)/g, (_whole, _quote, kind, body) => {
    const svg = kind.includes("base64") ? Buffer.from(body, "base64").toString("utf8") : decodeURIComponent(body);
    const name = createHash("sha256").update(svg).digest("hex").slice(0, 10) + ".svg";
    writeFileSync(join(out, name), svg);
    return `url("./${name}")`;
  });
}

async function buildStyle() {
  const [purged] = await new PurgeCSS().purge({
    content: [...templates, ...scripts, ...words],
    css: [join(italia, "dist", "css", "bootstrap-italia.min.css")],
    safelist: { standard: NOT_SPELT_OUT },
    fontFace: true,
    keyframes: true,
    variables: true,
  });
  // What all pages share comes first, then one file for each family of pages.
  const families = filesBelow(join(here, "src"), ".css").filter((name) => !name.endsWith("ponte.css"));
  const own = [join(here, "src", "ponte.css"), ...families].map((name) => readFileSync(name, "utf8")).join("\n");
  const { code } = await esbuild.transform(`${purged.css}\n${own}`, { loader: "css", minify: true, legalComments: "none" });
  const notice = "/* Bootstrap Italia, BSD-3-Clause; Bootstrap, MIT; Ponte, AGPL-3.0-or-later: see licences/ */\n";
  writeFileSync(join(out, "ponte.css"), notice + pictureFiles(code));
}

async function buildScript() {
  await esbuild.build({
    entryPoints: [join(here, "src", "ponte.js")],
    outfile: join(out, "ponte.js"),
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2022",
    legalComments: "none",
    ignoreAnnotations: true, // Bootstrap Italia calls its plugins free of side effects, yet they work by listening.
    banner: { js: "/* htmx, 0BSD; Bootstrap Italia, BSD-3-Clause; Ponte, AGPL-3.0-or-later: see licences/ */" },
  });
}

function buildSprite() {
  const sprite = readFileSync(join(italia, "dist", "svg", "sprites.svg"), "utf8");
  const used = new Set(spoken.match(/\bit-[a-z0-9-]+/g) ?? []);
  const symbols = (sprite.match(/<symbol[\s\S]*?<\/symbol>/g) ?? []).filter((symbol) => used.has(/id="([^"]+)"/.exec(symbol)[1]));
  writeFileSync(join(out, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${symbols.join("")}</svg>\n`);
}

function copyLicences() {
  mkdirSync(join(out, "licences"), { recursive: true });
  copyFileSync(join(italia, "LICENSE"), join(out, "licences", "bootstrap-italia.txt"));
  copyFileSync(join(here, "node_modules", "htmx.org", "LICENSE"), join(out, "licences", "htmx.txt"));
  copyFileSync(join(italia, "dist", "fonts", "Titillium_Web", "OFL.txt"), join(out, "licences", "titillium-web.txt"));
}

rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
copyFonts();
buildSprite();
copyLicences();
await Promise.all([buildStyle(), buildScript()]);
