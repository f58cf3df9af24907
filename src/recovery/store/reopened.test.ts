import { expect, test } from "vitest";
import { gathered } from "../../testing/gathered.ts";
import { reopened } from "./reopened.ts";
import type { Store } from "./store.ts";

const { signal } = new AbortController();
async function* body() {}

/** A store to which only the credentials of the time when it was opened give access. */
function location() {
  const facts = { credentials: 1, opened: 0 };
  const open = async (): Promise<Store> => {
    const { credentials } = facts;
    facts.opened++;
    const check = () => {
      if (credentials !== facts.credentials) throw new Error("access denied");
    };
    const checked = async () => check();
    return {
      put: checked,
      delete: checked,
      async get() {
        check();
        return body();
      },
      async *list() {
        check();
        yield { key: "a", bytes: 1, modified: "2026-01-01T00:00:00Z" };
      },
    };
  };
  return { facts, open };
}

test.each<[string, (store: Store) => Promise<unknown>]>([
  ["put", (store) => store.put("a", body(), { signal })],
  ["get", (store) => store.get("a", { signal })],
  ["list", (store) => gathered(store.list("", { signal }))],
  ["delete", (store) => store.delete("a", { signal })],
])("where %s fails, the next try is with what gives access now", async (_, use) => {
  const { facts, open } = location();
  const store = await reopened(open);
  await use(store);
  await use(store);
  expect(facts.opened).toBe(1);
  facts.credentials = 2;
  await expect(use(store)).rejects.toThrow("access denied");
  await use(store);
  await use(store);
  expect(facts.opened).toBe(2);
});
