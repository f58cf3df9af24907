import { expect, test } from "vitest";
import { parseAllDocuments } from "yaml";
import { matchesFixture } from "../../testing/matches-fixture.ts";
import { files, lines, words } from "../testing/create-lines.ts";
import { runCommand } from "../testing/run-command.ts";

for (const [name, line] of Object.entries(lines)) {
  test(`${name} renders as it is kept`, async () => {
    const { status, stdout, stderr } = await runCommand(words(line), { files });
    expect(stderr).toBe("");
    expect(status).toBe(0);
    await matchesFixture(new URL(`fixtures/${name}.yaml`, import.meta.url), stdout);
  });
}

test("Secrets are only printed where that is asked for", async () => {
  const line = words(lines["cluster-none"] ?? "");
  const kinds = async (more: string[]) => {
    const { stdout } = await runCommand([...line, ...more], { files });
    return parseAllDocuments(stdout).map((document) => document.toJS().kind);
  };
  expect(await kinds([])).toEqual(["Namespace", "HostedCluster", "NodePool"]);
  expect(await kinds(["--render-sensitive"])).toEqual(["Namespace", "Secret", "Secret", "HostedCluster", "NodePool"]);
});

const none =
  "create cluster none --pull-secret pull.json --release-image r.example.com/x:1 --expose-through-load-balancer";

test.each([
  [`${none} --cluster-cidr 10.0.0.0/99`, `--cluster-cidr "10.0.0.0/99" is not a CIDR`],
  [`${none} --service-cidr 10.133.0.0/16`, "--cluster-cidr 10.132.0.0/14 and --service-cidr 10.133.0.0/16 overlap"],
  [`${none} --service-cidr 10.1.0.0/31`, "--service-cidr 10.1.0.0/31 is too small"],
  [`${none} --cluster-cidr 300.1.1.1/8`, `--cluster-cidr "300.1.1.1/8" is not a CIDR`],
  [`${none} --node-pool-replicas 2147483647`, "is too large: 5000 is the most"],
  [`${none} --node-drain-timeout=-5m`, `--node-drain-timeout "-5m" is not a duration`],
  [`${none} --name=`, "--name is empty"],
  [`${none} --etcd-storage-class=`, "--etcd-storage-class is empty"],
  [`${none} --external-api-server-address 300.1.1.1`, "is not a host name or an IP address"],
  ["create cluster none --pull-secret list.json --release-image x/y:1 --render", `list.json has no "auths"`],
  ["create cluster none --pull-secret word.json --release-image x/y:1 --render", "the entry for r.example.com in"],
  ["create kubeconfig --name=", "--name is empty"],
  ["create kubeconfig --namespace=", "--namespace is empty"],
  ["install --namespace= --render", "--namespace is empty"],
  ["install --namespace Hyper --render", `--namespace "Hyper" is not a name`],
  ["get clusters --namespace=", "--namespace is empty"],
  ["create nodepool agent --name a --replicas 5001", "is too large: 5000 is the most"],
  [`${none} --name Demo`, `--name "Demo" is not a name`],
  [`${none} --name ${"a".repeat(60)}`, "would have 69 characters and 63 are allowed"],
  [`${none} --base-domain ${"a".repeat(64)}.com`, "DNS allows 63"],
  [`${none} --base-domain exa_mple.com`, `is not a domain name`],
  [`${none} --ssh-key missing.pub`, "--ssh-key: cannot read missing.pub: there is no such file"],
  [`${none} --ssh-key pull.json`, "is not a public SSH key"],
  [`${none} --additional-trust-bundle pull.json`, "holds no certificate in PEM"],
  [`${none} --image-content-sources pull.json`, "is not a list of entries with source and mirrors"],
  [`${none} --toleration infra`, "is not of the form key=k"],
  [`${none} --pausedUntil tomorrow`, "is not true, false or a date"],
  [`${none} --etcd-storage-size big`, "is not an amount such as 8Gi"],
  [`${none} --allocate-node-cidrs`, "goes only with --network-type Other"],
  [`${none} --realease-image x`, "did you mean --release-image?"],
  [`${none} --release-stream stable`, "--release-stream is a flag of HyperShift that is not served yet"],
  [`${none} --node-pool-replicas=-1`, "is too small"],
  ["create cluster none --release-image r.example.com/x:1 --render", "--pull-secret is required"],
  ["create cluster none --pull-secret id.pub --release-image x/y:1 --render", "id.pub is not JSON"],
  [
    "create cluster none --pull-secret pull.json --render --external-api-server-address 1.2.3.4",
    "--release-image is required",
  ],
  ["create cluster none --pull-secret pull.json --release-image https://x/y --render", "without a scheme"],
  [
    "create cluster none --pull-secret pull.json --release-image x/y:1 --render",
    "--external-api-server-address is required with --render",
  ],
  ["create cluster agent --pull-secret pull.json", "--agent-namespace is required"],
  ["create cluster agent --pull-secret pull.json --agent-namespace h --agentLabelSelector a=b=c", "is not a selector"],
  ["create cluster kubevirt --pull-secret pull.json --infra-namespace x", "go together"],
  ["create cluster kubevirt --pull-secret pull.json --infra-storage-class-mapping a", "is not of the form INFRA/GUEST"],
  [
    "create cluster kubevirt --pull-secret pull.json --attach-default-network=false",
    "leaves the nodes without a network",
  ],
  ["create cluster aws --pull-secret pull.json", "--infra-json and --iam-json are required"],
  ["create cluster aws --pull-secret pull.json --infra-json iam.json --iam-json iam.json", "iam.json has no region"],
  ["create cluster azure --name x", `there is no command "hcp create cluster azure"`],
  ["create nodepool agent --cluster-name demo", "--name is required"],
  ["create nodepool agent --name a --replicas two", `--replicas "two" is not a whole number`],
])("%s: one line on stderr, status 2", async (line, message) => {
  const { status, stdout, stderr } = await runCommand(words(line), { files });
  expect(stderr).toContain(message);
  expect(stderr.trim().split("\n")).toHaveLength(1);
  expect(stdout).toBe("");
  expect(status).toBe(2);
});
