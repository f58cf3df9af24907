// Copies the CustomResourceDefinitions that Cluster API's core manager needs here from its source to
// manifests/cluster-api, without API versions that nothing of ours uses.
// Usage: node tools/cluster-api-crds.ts [FOLDER]; FOLDER is config/crd/bases of the module that payload/ names.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse, stringify } from "yaml";

const root = fileURLToPath(new URL("..", import.meta.url));
const names = [
  // Nothing of ours uses these two, but the manager ends after two minutes without them.
  "addons.cluster.x-k8s.io_clusterresourcesetbindings",
  "addons.cluster.x-k8s.io_clusterresourcesets",
  "cluster.x-k8s.io_clusters",
  "cluster.x-k8s.io_machinedeployments",
  "cluster.x-k8s.io_machinedrainrules",
  "cluster.x-k8s.io_machinehealthchecks",
  "cluster.x-k8s.io_machines",
  "cluster.x-k8s.io_machinesets",
];

const folder = process.argv[2] ?? join(moduleFolder(), "config", "crd", "bases");
const target = join(root, "manifests", "cluster-api");
mkdirSync(target, { recursive: true });
for (const name of names) {
  const crd = parse(readFileSync(join(folder, `${name}.yaml`), "utf8"));
  crd.spec.versions = crd.spec.versions.filter((version: { storage: boolean }) => version.storage);
  // What Cluster API's own install bundle adds: by these labels it finds the version of a contract.
  crd.metadata.labels = { "cluster.x-k8s.io/provider": "cluster-api", "cluster.x-k8s.io/v1beta2": "v1beta2" };
  const [group, plural] = name.split("_");
  writeFileSync(join(target, `${plural}.${group}.yaml`), stringify(crd, { lineWidth: 0 }));
}

function moduleFolder(): string {
  return execFileSync("go", ["list", "-m", "-f", "{{.Dir}}", "sigs.k8s.io/cluster-api"], {
    cwd: join(root, "payload", "1.34"),
    encoding: "utf8",
  }).trim();
}
