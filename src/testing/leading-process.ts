// A process of its own that leads and counts in a ConfigMap, until it stops itself (SIGSTOP) right before a write, to be
// woken by a test. Its one argument is JSON; it says "leading" when it does, and ends with status 1 where it lost the
// lease.
import { boundedKube } from "../kube/bounded-kube.ts";
import { createKube } from "../kube/create-kube.ts";
import { ConfigMap } from "../kube/kinds.ts";
import { lead } from "../kube/leader.ts";
import { noLog } from "../kube/log.ts";
import { pause } from "../kube/pause.ts";

const { kubeconfig, namespace, name, leaseMs } = JSON.parse(process.argv[2] ?? "{}") as Record<string, string>;
const kube = await createKube({ kubeconfig });
const metadata = { name, namespace };
const options = {
  kube,
  log: noLog,
  signal: new AbortController().signal,
  namespace: namespace ?? "",
  name: name ?? "",
};
try {
  await lead({ ...options, identity: `process-${process.pid}`, leaseMs: Number(leaseMs) }, async ({ admit }) => {
    const bounded = boundedKube(kube, { admit });
    await bounded.apply<ConfigMap>({ apiVersion: "v1", kind: "ConfigMap", metadata, data: { count: "0" } });
    process.stdout.write("leading\n");
    for (let count = 1; ; count++) {
      if (count === 10) process.kill(process.pid, "SIGSTOP");
      await bounded.patch(ConfigMap, name ?? "", namespace, { data: { count: String(count) } }).catch(() => pause(1));
    }
  });
} catch {
  process.exit(1);
}
