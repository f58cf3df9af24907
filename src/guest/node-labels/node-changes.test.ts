import { expect, test } from "vitest";
import type { Machine } from "../../api/cluster-api.ts";
import type { Node } from "../../kube/kinds.ts";
import { nodeChanges } from "./node-changes.ts";

const remembered = "hypershift.openshift.io/managed-by-node-pool";

function machine(labels: Record<string, string> = {}, taints: object[] = []): Machine {
  return {
    metadata: {
      labels: {
        "hypershift.openshift.io/nodePool": "demo",
        ...Object.fromEntries(
          Object.entries(labels).map(([key, value]) => [`managed.hypershift.openshift.io.${key}`, value]),
        ),
      },
      annotations: { "hypershift.openshift.io/nodePoolTaints": JSON.stringify(taints) },
    },
    spec: { providerID: "agent://host-1" } as Machine["spec"],
  };
}

/** The node as it is once the changes were made. */
function changed(node: Node, given: Machine): Node {
  const patch = nodeChanges(given, node) as {
    metadata: Record<string, Record<string, string | null>>;
    spec: Node["spec"];
  };
  const labels = { ...node.metadata?.labels, ...patch.metadata.labels };
  return {
    metadata: {
      ...node.metadata,
      labels: Object.fromEntries(Object.entries(labels).filter(([, value]) => value !== null)) as Record<
        string,
        string
      >,
      annotations: { ...node.metadata?.annotations, ...(patch.metadata.annotations as Record<string, string>) },
    },
    spec: { ...node.spec, ...patch.spec },
  };
}

const fresh: Node = {
  metadata: { name: "a", labels: { mine: "1" } },
  spec: { taints: [{ key: "mine", effect: "NoSchedule" }] },
};
const ours = { "hypershift.openshift.io/nodePool": "demo", "node-role.kubernetes.io/worker": "" };

test("a new node gets the labels and taints of its pool beside its own", () => {
  const node = changed(
    fresh,
    machine({ team: "red", "example.com/x": "y" }, [{ key: "gpu", value: "1", effect: "NoExecute" }]),
  );
  expect(node.metadata?.labels).toEqual({ mine: "1", ...ours, team: "red", "example.com/x": "y" });
  expect(node.spec?.taints).toEqual([
    { key: "mine", effect: "NoSchedule" },
    { key: "gpu", value: "1", effect: "NoExecute" },
  ]);
  expect(node.spec?.providerID).toBe("agent://host-1");
});

test("nothing is written where everything is there", () => {
  const given = machine({ team: "red" }, [{ key: "gpu", effect: "NoExecute" }]);
  expect(nodeChanges(given, changed(fresh, given))).toBeUndefined();
});

test("what the pool gives up goes away, and what the user gave the node stays", () => {
  const before = changed(fresh, machine({ team: "red" }, [{ key: "gpu", effect: "NoExecute" }]));
  const after = changed(before, machine());
  expect(after.metadata?.labels).toEqual({ mine: "1", ...ours });
  expect(after.spec?.taints).toEqual([{ key: "mine", effect: "NoSchedule" }]);
});

test("other values of the pool replace the old ones", () => {
  const before = changed(fresh, machine({ team: "red" }, [{ key: "gpu", value: "1", effect: "NoExecute" }]));
  const after = changed(before, machine({ team: "blue" }, [{ key: "gpu", value: "2", effect: "NoExecute" }]));
  expect(after.metadata?.labels?.team).toBe("blue");
  expect(after.spec?.taints).toContainEqual({ key: "gpu", value: "2", effect: "NoExecute" });
  expect(after.spec?.taints).toHaveLength(2);
});

test("a taint that the kubelet registered with counts as the pool's, and is taken back with it", () => {
  const gpu = { key: "gpu", effect: "NoExecute" };
  const registered: Node = { metadata: { name: "a" }, spec: { taints: [gpu] } };
  const kept = changed(registered, machine({}, [gpu]));
  expect(kept.spec?.taints).toEqual([gpu]);
  expect(changed(kept, machine()).spec?.taints).toEqual([]);
});

test("a label that the user changed on the node gets the pool's value again", () => {
  const before = changed(fresh, machine({ team: "red" }));
  const touched = { ...before, metadata: { ...before.metadata, labels: { ...before.metadata?.labels, team: "mine" } } };
  expect(changed(touched, machine({ team: "red" })).metadata?.labels?.team).toBe("red");
});

test("the same key with another effect is another taint", () => {
  const node = changed(fresh, machine({}, [{ key: "mine", effect: "NoExecute" }]));
  expect(node.spec?.taints).toHaveLength(2);
});

test("an annotation that cannot be read counts as none", () => {
  const broken: Node = { metadata: { name: "a", annotations: { [remembered]: "{" } } };
  expect(changed(broken, machine({ team: "red" })).metadata?.labels?.team).toBe("red");
});
