import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "vitest";
import { askRegistry } from "./ask-registry.ts";

/** What is found of a registry that answers anything with this status, or of none where there is no status. */
async function find(status?: number): Promise<string | undefined> {
  const server = createServer((_request, response) => response.writeHead(status ?? 0, { location: "/" }).end());
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const close = () => new Promise((resolve) => server.close(resolve));
  if (status === undefined) await close();
  try {
    return await askRegistry(host, { plainHttp: true, signal: new AbortController().signal });
  } finally {
    if (status !== undefined) await close();
  }
}

test.each([200, 307, 401, 403, 404, 405, 429])("a registry that answers %d is there", async (status) => {
  expect(await find(status)).toBeUndefined();
});

test.each([500, 503])("a registry that fails itself, with %d, is silent", async (status) => {
  expect(await find(status)).toContain(`answers ${status}`);
});

test("a registry that cannot be reached is silent", async () => {
  expect(await find()).toContain("cannot be reached");
});
