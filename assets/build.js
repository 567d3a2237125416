// Builds src/cdsgraph/serving/pages/static/vendor/ anew: fonts with their style sheet, bundles, licences, and the lock.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const modules = join(here, "node_modules");
const vendor = join(here, "../src/cdsgraph/serving/pages/static/vendor");
const LOCK = "vendor.lock.json";

const FONTS = [
  { name: "be-vietnam-pro", family: "Be Vietnam Pro", weights: [400, 600, 700] },
  { name: "jetbrains-mono", family: "JetBrains Mono", weights: [400] },
];
const SUBSETS = ["latin", "vietnamese"];

const sum = (path) => createHash("sha256").update(readFileSync(path)).digest("hex");

function fonts() {
  mkdirSync(join(vendor, "fonts"));
  const faces = [];
  for (const { name, family, weights } of FONTS) {
    const folder = join(modules, "@fontsource", name);
    const ranges = JSON.parse(readFileSync(join(folder, "unicode.json"), "utf8"));
    for (const weight of weights) {
      for (const subset of SUBSETS) {
        const file = `${name}-${subset}-${weight}-normal.woff2`;
        copyFileSync(join(folder, "files", file), join(vendor, "fonts", file));
        faces.push(
          `@font-face { font-family: "${family}"; font-weight: ${weight}; font-style: normal; font-display: swap; ` +
            `src: url("fonts/${file}?v=${sum(join(vendor, "fonts", file)).slice(0, 8)}") format("woff2"); ` +
            `unicode-range: ${ranges[subset]}; }\n`,
        );
      }
    }
  }
  writeFileSync(join(vendor, "fonts.css"), faces.join(""));
}

// The bundles of src/; gives the names of the packages that went into them.
async function bundles() {
  const { metafile } = await build({
    entryPoints: readdirSync(join(here, "src")).map((file) => join(here, "src", file)),
    bundle: true,
    minify: true,
    format: "esm",
    target: "es2022",
    legalComments: "none",
    charset: "utf8",
    metafile: true,
    absWorkingDir: here,
    outdir: vendor,
  });
  const packed = Object.values(metafile.outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).filter(([, { bytesInOutput }]) => bytesInOutput > 0),
  );
  const names = packed.map(([path]) => path.match(/node_modules\/((?:@[^/]+\/)?[^/]+)/)?.[1]);
  return [...new Set(names.filter(Boolean))].sort();
}

// The licence text of each package, in one file a package.
function licences(packages) {
  mkdirSync(join(vendor, "licences"));
  for (const name of packages) {
    const folder = join(modules, name);
    const file = readdirSync(folder).find((each) => /^licen[cs]e/i.test(each));
    if (!file) throw new Error(`${name} has no licence file`);
    copyFileSync(join(folder, file), join(vendor, "licences", `${name.replace("@", "").replace("/", "-")}.txt`));
  }
}

function lock() {
  const files = readdirSync(vendor, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(vendor.length + 1))
    .sort();
  const sums = files.map((file) => [file, sum(join(vendor, file))]);
  writeFileSync(join(vendor, LOCK), `${JSON.stringify(Object.fromEntries(sums), null, 2)}\n`);
}

rmSync(vendor, { recursive: true, force: true });
mkdirSync(vendor, { recursive: true });
fonts();
licences([...FONTS.map(({ name }) => `@fontsource/${name}`), ...(await bundles())]);
lock();
