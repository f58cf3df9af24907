import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { ConfigMap } from "../kube/kinds.ts";
import type { Kube, WatchOptions } from "../kube/kube.ts";
import { noLog } from "../kube/log.ts";
import { createAuthority, issue } from "../pki/certificate.ts";
import { runIgnitionServer } from "./run-ignition-server.ts";
import { indexEntry, tokenIndexName } from "./token-index.ts";
import { tokenSecretData } from "./token-secret.ts";

test("where several watches bring news together, each token is looked at once", async () => {
  const tls = await mkdtemp(join(tmpdir(), "roost-ignition-"));
  const authority = createAuthority("test", new Date());
  const pair = issue({ commonName: "i", dnsNames: ["localhost"], usages: ["server"] }, authority, new Date());
  await writeFile(join(tls, "tls.crt"), pair.certificate);
  await writeFile(join(tls, "tls.key"), pair.key);
  const pool = { images: { kubelet: "kubelet-image", pause: "pause-image" } };
  const data = tokenSecretData({ token: "t", release: "r", releaseVersion: "1.34.4", pool, userConfigs: [] });
  const index: ConfigMap = { data: { "token-a": JSON.stringify(indexEntry({ data })) } };
  const stop = new AbortController();
  const asked: string[] = [];
  let reported = 0;
  const kube = {
    async watch(_kind: unknown, { fields, signal, onEvent, synced }: WatchOptions<ConfigMap>) {
      if (fields?.["metadata.name"] === tokenIndexName) onEvent({ type: "ADDED", object: index });
      synced?.();
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
    },
    async get(_kind: unknown, name: string) {
      asked.push(name);
      return name === "token-a" ? { data } : undefined;
    },
    list: async () => [],
    async patch(_kind: unknown, _name: string, _namespace: string, changes: ConfigMap) {
      reported++;
      return changes;
    },
  } as unknown as Kube;
  const options = { namespace: "clusters-demo", pullSecret: "pull-secret", tlsDirectory: tls, port: 0 };
  const running = runIgnitionServer({ kube, log: noLog, signal: stop.signal, ...options });
  await expect.poll(() => reported).toBe(1);
  stop.abort();
  // All that is under way ends before that.
  await running;
  expect(asked.filter((name) => name === "token-a")).toHaveLength(1);
  await rm(tls, { recursive: true, force: true });
});
