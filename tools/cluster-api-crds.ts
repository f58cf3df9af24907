// Copies the CustomResourceDefinitions that Cluster API's core manager needs here from its source to
// manifests/cluster-api, without API versions that nothing of ours uses.
// Usage: node tools/cluster-api-crds.ts [FOLDER]; FOLDER is config/crd/bases of the module that payload/ names.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parse, stringify } from "yaml";

const root = fileURLToPath(new URL("..", import.meta.url));
const plurals = [
  "clusters",
  "machinedeployments",
  "machinedrainrules",
  "machinehealthchecks",
  "machines",
  "machinesets",
];

const folder = process.argv[2] ?? join(moduleFolder(), "config", "crd", "bases");
const target = join(root, "manifests", "cluster-api");
mkdirSync(target, { recursive: true });
for (const plural of plurals) {
  const crd = parse(readFileSync(join(folder, `cluster.x-k8s.io_${plural}.yaml`), "utf8"));
  crd.spec.versions = crd.spec.versions.filter((version: { storage: boolean }) => version.storage);
  // What Cluster API's own install bundle adds: by these labels it finds the version of a contract.
  crd.metadata.labels = { "cluster.x-k8s.io/provider": "cluster-api", "cluster.x-k8s.io/v1beta2": "v1beta2" };
  writeFileSync(join(target, `${plural}.cluster.x-k8s.io.yaml`), stringify(crd, { lineWidth: 0 }));
}

function moduleFolder(): string {
  return execFileSync("go", ["list", "-m", "-f", "{{.Dir}}", "sigs.k8s.io/cluster-api"], {
    cwd: join(root, "payload", "1.34"),
    encoding: "utf8",
  }).trim();
}
