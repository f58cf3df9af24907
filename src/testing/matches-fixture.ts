import { mkdir, readFile, writeFile } from "node:fs/promises";
import { expect } from "vitest";

/** Fails where the text differs from the file. With UPDATE=1 in the environment it writes the file instead. */
export async function matchesFixture(file: URL, text: string): Promise<void> {
  if (process.env.UPDATE) {
    await mkdir(new URL(".", file), { recursive: true });
    await writeFile(file, text);
  }
  const present = await readFile(file, "utf8").catch(() => "");
  expect(text, `${file.pathname} differs: run UPDATE=1 npm run test:unit and read the diff`).toBe(present);
}
