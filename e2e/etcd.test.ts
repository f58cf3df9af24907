import { afterAll, beforeAll, expect, test } from "vitest";
import { HostedCluster } from "../src/api/index.ts";
import { findCondition } from "../src/kube/conditions.ts";
import { createKube, type ReplaceableKube } from "../src/kube/create-kube.ts";
import { ConfigMap, Namespace } from "../src/kube/kinds.ts";
import { connect, managementKubeconfig } from "./environment.ts";
import { eventually } from "./eventually.ts";
import { recoverMember } from "./manual/recover-member.ts";
import { runManual } from "./manual/run-manual.ts";
import { attempt, hcp, run } from "./shell.ts";

// A highly available control plane on the one node of the local management cluster, which loses a volume of its etcd.

const namespace = "e2e-etcd";
const plane = `${namespace}-lossy`;
let management: ReplaceableKube;
let guest: ReplaceableKube;

beforeAll(async () => {
  management = await connect(managementKubeconfig);
  const spread = "hypershift.openshift.io/pod-spread=preferred";
  const create = ["create", "cluster", "none", "--name", "lossy", "-n", namespace, "--wait", "--timeout", "8m"];
  const flags = ["--control-plane-availability-policy", "HighlyAvailable", "--annotations", spread];
  await management.apply<Namespace>({ apiVersion: "v1", kind: "Namespace", metadata: { name: namespace } });
  await hcp(...create, ...flags, "--pull-secret", ".roost/pull-secret.json");
  const kubeconfig = await hcp("create", "kubeconfig", "--name", "lossy", "-n", namespace);
  guest = await createKube({ kubeconfig });
});
afterAll(async () => {
  guest?.close();
  await attempt("./hcp", ["destroy", "cluster", "none", "--name", "lossy", "-n", namespace]);
  await management.delete(Namespace, namespace);
  management.close();
});

/** A member that does not lead. */
async function follower(): Promise<string> {
  const inPod = ["--kubeconfig", managementKubeconfig, "exec", "-n", plane, "-c", "etcd"];
  const metrics = ["wget", "-q", "-O", "-", "http://127.0.0.1:2381/metrics"];
  for (const member of ["etcd-0", "etcd-1", "etcd-2"]) {
    const text = await run("kubectl", [...inPod, member, "--", ...metrics]);
    if (/^etcd_server_is_leader 0$/m.test(text)) return member;
  }
  throw new Error("No member of etcd follows another");
}

const said = async (type: string) => {
  const cluster = await management.get(HostedCluster, "lossy", namespace);
  return findCondition(cluster?.status?.conditions, type);
};
const memberIDs = async () =>
  JSON.parse((await management.get(ConfigMap, "durable-record", plane))?.data?.etcd ?? "{}").members;

/** Writes objects one after the other until it is ended; gives their names, and what went wrong. */
function writer() {
  const written: string[] = [];
  const failures: string[] = [];
  let ended = false;
  const running = (async () => {
    for (let i = 0; !ended; i++) {
      const name = `written-${i}`;
      const metadata = { name, namespace: "default" };
      await guest.create<ConfigMap>({ apiVersion: "v1", kind: "ConfigMap", metadata }).then(
        () => written.push(name),
        (error: Error) => failures.push(error.message),
      );
    }
  })();
  return {
    async end() {
      ended = true;
      await running;
      return { written, failures };
    },
  };
}

test("a member of three that loses its volume, as the manual takes it away, comes back, and no write fails", async () => {
  // A leader that goes drops what others hand to it meanwhile, without an answer to them: that is raft's way, and costs
  // a write that is under way 7 s and its success.
  const member = await follower();
  const before = await memberIDs();
  const writing = writer();
  const variables = { hosted_control_plane_namespace: plane, etcd_pod_name: member, etcd_pvc_name: `data-${member}` };
  const printed = await runManual(recoverMember, { variables, namespace: plane });
  for (const each of ["etcd-0", "etcd-1", "etcd-2"]) {
    expect(printed.get(641)).toMatch(new RegExp(`https://${each}\\.etcd-discovery\\.${plane}\\.svc:2379 \\| +true`));
  }
  await eventually(`${member} joins the others again`, 240, async () => {
    const after = await memberIDs();
    return after[member].id !== before[member].id;
  });
  expect(await said("EtcdAvailable")).toMatchObject({ status: "True" });
  const { written, failures } = await writing.end();
  expect(failures).toEqual([]);
  const present = (await guest.list(ConfigMap, { namespace: "default" })).map(({ metadata }) => metadata?.name);
  expect(written.filter((name) => !present.includes(name))).toEqual([]);
});
