import { RegistryError } from "../../release/registry-error.ts";

/** What to throw where a release that only the environment remembers cannot be read: how its registry is reached is not kept. */
export function explainMemory(cause: unknown): never {
  if (!(cause instanceof RegistryError)) throw cause;
  const found = cause.message.replace(/\.$/, "");
  throw new Error(
    `${found}; the environment was taken from there before, so give --release with its flags again, or --build to build everything here.`,
    { cause },
  );
}
