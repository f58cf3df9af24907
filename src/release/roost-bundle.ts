import { stat } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Plugin } from "esbuild";

// CommonJS packages inside an ES module look for these.
const banner = `import { createRequire as __roostRequire } from "node:module";
import { fileURLToPath as __roostPath } from "node:url";
const require = __roostRequire(import.meta.url);
const __filename = __roostPath(import.meta.url);
const __dirname = __roostPath(new URL(".", import.meta.url));
`;

/**
 * The JavaScript of `src/main.ts` and all it needs, by file name: `main.js` and the chunks that it loads when they are
 * wanted, so that each program loads only its own code. Names are kept for stack traces.
 */
export async function roostBundle(root: string): Promise<Record<string, string>> {
  const entry = join(root, "src/main.ts");
  if (!(await isFile(entry))) throw new Error(`There is no ${entry} to bundle; run this in a checkout of Roost.`);
  // esbuild is wanted here only, and not in the bundle itself.
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    entryPoints: [entry],
    absWorkingDir: root,
    outdir: join(root, "dist"),
    write: false,
    bundle: true,
    splitting: true,
    format: "esm",
    platform: "node",
    target: "node24",
    minifySyntax: true,
    minifyWhitespace: true,
    legalComments: "none",
    external: ["esbuild"],
    plugins: [noLazyPackages(join(root, "src"))],
    banner: { js: banner },
    logLevel: "silent",
  });
  return Object.fromEntries(outputFiles.map((file) => [basename(file.path), file.text]));
}

// esbuild gives `await import()` of a CommonJS package a `default` only, where Node also finds its names.
function noLazyPackages(source: string): Plugin {
  return {
    name: "no-lazy-packages",
    setup({ onResolve }) {
      onResolve({ filter: /^[^.]/ }, ({ kind, path, importer }) => {
        if (kind !== "dynamic-import" || !importer.startsWith(source) || /^node:|^esbuild$/.test(path))
          return undefined;
        const text = `import("${path}") breaks in the bundle; import the package statically in a file of its own and import() that file.`;
        return { errors: [{ text }] };
      });
    },
  };
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
