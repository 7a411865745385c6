// Builds the page into the gateway's edge, or into the folder that is given.
import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const target = process.argv[2]
  ? resolve(process.argv[2])
  : join(here, "../../services/gateway/src/gateway/edge/page");

const built = await build({
  absWorkingDir: here,
  entryPoints: { join: "src/main.tsx" },
  bundle: true,
  minify: true,
  write: false,
  outdir: "built",
  format: "esm",
  target: ["chrome100", "firefox100", "safari15.4"],
  legalComments: "none",
  jsx: "automatic",
  jsxImportSource: "preact",
});

await mkdir(target, { recursive: true });
for (const old of await readdir(target)) await rm(join(target, old), { recursive: true });

let page = await readFile(join(here, "src/index.html"), "utf8");
for (const file of built.outputFiles) {
  const suffix = file.path.endsWith(".css") ? "css" : "js";
  const hash = createHash("sha256").update(file.contents).digest("hex").slice(0, 12);
  const name = `join-${hash}.${suffix}`;
  await writeFile(join(target, name), file.contents);
  page = page.replace(`/assets/join.${suffix}`, `/assets/${name}`);
}
await writeFile(join(target, "index.html"), page);
