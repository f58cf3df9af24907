import type { Store } from "./store.ts";

/** A store that is opened anew after each failure: its credentials, or whom it trusts, may have been replaced. */
export async function reopened(open: () => Promise<Store>): Promise<Store> {
  let current: Store | undefined = await open();
  const opened = async () => {
    current ??= await open();
    return current;
  };
  const forget = (failed: Store) => {
    if (current === failed) current = undefined;
  };
  async function using<T>(work: (store: Store) => Promise<T>): Promise<T> {
    const store = await opened();
    return work(store).catch((error) => {
      forget(store);
      throw error;
    });
  }
  return {
    put: (...args) => using((store) => store.put(...args)),
    get: (...args) => using((store) => store.get(...args)),
    delete: (...args) => using((store) => store.delete(...args)),
    async *list(...args) {
      const store = await opened();
      try {
        yield* store.list(...args);
      } catch (error) {
        forget(store);
        throw error;
      }
    },
  };
}
