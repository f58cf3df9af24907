import { lookup } from "node:dns/promises";
import { parse, stringify } from "yaml";
import { controlPlaneNamespace } from "../../api/control-plane-namespace.ts";
import { HostedCluster } from "../../api/hosted-cluster.ts";
import { Secret, Service } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import type { Kubeconfig } from "../../kube/kubeconfig.ts";
import { waitFor } from "../../kube/wait-for.ts";
import { text } from "../arg.ts";
import { command } from "../command.ts";
import { aboutToEnd } from "./about-to-end.ts";
import { credentialsOnly } from "./credentials-only.ts";
import { withAddress } from "./with-address.ts";

export default command({
  summary: "Print a kubeconfig with the administrator's credentials for a hosted cluster",
  description: `
Without --name, one kubeconfig with a context for each hosted cluster. Where the API's host name does not resolve on this
machine and its load balancer has an address, that address is written instead, with the host name for checking the
certificate. Credentials that are about to end are waited for until they are renewed, and refused where they are not.`,
  examples: ["create kubeconfig --name demo > demo.kubeconfig", "create kubeconfig > all.kubeconfig"],
  notServed: ["port-forward"],
  args: {
    name: text("The hosted cluster; all where absent", { placeholder: "NAME" }),
    namespace: text("Where its HostedCluster is", { default: "clusters", placeholder: "NAME", short: "n" }),
  },
  async run({ args, out, kube, facts, signal }) {
    const cluster = await kube();
    const wanted = args.name ? [await named(cluster, args.name, args.namespace)] : await cluster.list(HostedCluster);
    const parts: { key: string; config: Kubeconfig }[] = [];
    for (const each of wanted) {
      const key = `${each.metadata?.namespace}-${each.metadata?.name}`;
      const config = await credentialsOf(cluster, each, facts.now, signal);
      if (config) {
        parts.push({ key, config: await reachable(cluster, each, config, out.note) });
      } else if (args.name) {
        throw new Error(
          `The hosted cluster ${args.namespace}/${args.name} has no kubeconfig yet: its control plane is still starting; see "hcp get clusters"`,
        );
      } else out.note(`${key} is left out: it has no kubeconfig yet`);
    }
    const [only] = parts;
    if (!only) throw new Error("No hosted cluster has a kubeconfig yet");
    out.raw(stringify(args.name ? only.config : merged(parts), { lineWidth: 0 }));
  },
});

async function named(kube: Kube, name: string, namespace: string): Promise<HostedCluster> {
  const found = await kube.get(HostedCluster, name, namespace);
  if (found) return found;
  const others = (await kube.list(HostedCluster)).map(({ metadata }) => `${metadata?.namespace}/${metadata?.name}`);
  throw new Error(
    `There is no HostedCluster ${namespace}/${name}${others.length > 0 ? `; there is ${others.join(", ")}` : ""}`,
  );
}

/** How long to wait for credentials that are being renewed. */
const patienceMs = 30_000;

/** The administrator's credentials as the HostedCluster publishes them; never some that are of no use in an hour. */
async function credentialsOf(
  kube: Kube,
  { metadata, status }: HostedCluster,
  now: () => Date,
  signal: AbortSignal,
): Promise<Kubeconfig | undefined> {
  const name = status?.kubeconfig?.name;
  if (!name) return undefined;
  const { namespace } = metadata ?? {};
  const read = (secret: Secret | undefined) => {
    const encoded = secret?.data?.kubeconfig;
    const config = encoded && (parse(Buffer.from(encoded, "base64").toString("utf8")) as Kubeconfig);
    return config ? credentialsOnly(config, `the Secret ${namespace}/${name}`) : undefined;
  };
  const config = read(await kube.get(Secret, name, namespace));
  const end = config && aboutToEnd(config, now());
  if (!end) return config;
  const isFresh = (secret: Secret) => {
    const next = read(secret);
    return next !== undefined && !aboutToEnd(next, now());
  };
  try {
    return read(await waitFor(kube, Secret, name, isFresh, { namespace, timeoutMs: patienceMs, signal }));
  } catch (cause) {
    throw new Error(
      `Cannot give the administrator's credentials for ${namespace}/${metadata?.name}: their certificate ends at ${end.toISOString()} and is not being renewed; see SigningKeysAvailable, and whether its control-plane-operator runs`,
      { cause },
    );
  }
}

/** The kubeconfig as it can be used from here: with the load balancer's address where the name leads nowhere. */
async function reachable(
  kube: Kube,
  cluster: HostedCluster,
  config: Kubeconfig,
  note: (text: string) => void,
): Promise<Kubeconfig> {
  const server = config.clusters?.[0]?.cluster?.server;
  if (!server) return config;
  const { hostname } = new URL(server);
  const resolves = await lookup(hostname.replace(/^\[|\]$/g, "")).then(
    () => true,
    () => false,
  );
  if (resolves) return config;
  const service = await kube.get(Service, "kube-apiserver", controlPlaneNamespace(cluster));
  const address = service?.status?.loadBalancer?.ingress?.[0]?.ip;
  if (!address) {
    note(`${hostname} does not resolve on this machine: the kubeconfig works where it does`);
    return config;
  }
  note(`${hostname} does not resolve on this machine: the kubeconfig uses its address ${address}`);
  return withAddress(config, address);
}

/** One kubeconfig with a context for each, named after the cluster. */
function merged(parts: { key: string; config: Kubeconfig }[]): object {
  return {
    apiVersion: "v1",
    kind: "Config",
    clusters: parts.map(({ key, config }) => ({ name: key, cluster: config.clusters?.[0]?.cluster })),
    users: parts.map(({ key, config }) => ({ name: key, user: config.users?.[0]?.user })),
    contexts: parts.map(({ key }) => ({ name: key, context: { cluster: key, user: key } })),
    "current-context": parts[0]?.key,
  };
}
