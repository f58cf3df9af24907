import { expect, test } from "vitest";
import { createAuthority } from "../../pki/certificate.ts";
import { askApiServer } from "./ask-api-server.ts";

const authority = createAuthority("root-ca", new Date()).certificate;
const { signal } = new AbortController();
const address = { host: "api.example.com", port: 6443 };
const said = "https://api.example.com:6443/livez cannot be reached: the name api.example.com cannot be looked up";

test("a name that has no address, and one that nobody looks up, is what is wrong, in the same words", async () => {
  const unknown = await askApiServer(address, authority, signal, {
    lookup: (host, _, done) => {
      setImmediate(() => done(Object.assign(new Error(`getaddrinfo EAI_AGAIN ${host}`), { code: "EAI_AGAIN" }), ""));
    },
  });
  expect(unknown).toBe(said);
  expect(await askApiServer(address, authority, signal, { lookup: () => {}, patienceMs: 20 })).toBe(said);
});
