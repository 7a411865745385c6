// Bundles the tests and runs them with Node's own runner.
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { run } from "node:test";
import { tap } from "node:test/reporters";
import { build } from "esbuild";

const here = dirname(fileURLToPath(import.meta.url));
const tests = (await readdir(join(here, "test"))).filter((name) => name.endsWith(".test.ts"));
const outdir = await mkdtemp(join(tmpdir(), "convene-join-"));
await build({
  absWorkingDir: here,
  entryPoints: tests.map((name) => join("test", name)),
  outdir,
  bundle: true,
  platform: "node",
  format: "esm",
  outExtension: { ".js": ".mjs" },
});
const files = tests.map((name) => join(outdir, name.replace(/\.ts$/, ".mjs")));
const running = run({ files });
running.on("test:fail", () => {
  process.exitCode = 1;
});
running.compose(tap).pipe(process.stdout);
running.on("end", () => rm(outdir, { recursive: true }));
