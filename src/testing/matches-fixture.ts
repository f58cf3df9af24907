import { mkdir, readFile, writeFile } from "node:fs/promises";
import { expect } from "vitest";

/**
 * Fails where the text differs from the file, or there is no file. With UPDATE=1 in the environment it writes the file
 * instead. An empty text is kept as a line that says so: that nothing is rendered is a fact, too.
 */
export async function matchesFixture(file: URL, rendered: string): Promise<void> {
  const text = rendered || "# Nothing is rendered.\n";
  if (process.env.UPDATE) {
    await mkdir(new URL(".", file), { recursive: true });
    await writeFile(file, text);
  }
  const present = await readFile(file, "utf8").catch(() => "");
  expect(text, `${file.pathname} differs: run UPDATE=1 npm run test:unit and read the diff`).toBe(present);
}
