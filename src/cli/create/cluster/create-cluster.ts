import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { overlaps, parseCidr } from "../../../api/cidr.ts";
import { HostedCluster } from "../../../api/hosted-cluster.ts";
import { NodePool } from "../../../api/node-pool.ts";
import { operatorNamespace } from "../../../api/operator-namespace.ts";
import { isAlreadyExists, isInvalid, isNotServed } from "../../../kube/api-error.ts";
import { ConfigMap, Namespace, Node } from "../../../kube/kinds.ts";
import type { Kube } from "../../../kube/kube.ts";
import type { Resource } from "../../../kube/resource.ts";
import type { Run } from "../../command.ts";
import { managersOf } from "../../install/managers-of.ts";
import { yamlDocuments } from "../../out.ts";
import { UsageError } from "../../usage-error.ts";
import type { commonArgs } from "./common-args.ts";
import { type CommonValues, clusterManifests, type PlatformChoice } from "./manifests.ts";
import { checkPullSecret, checkSshKey, checkTrustBundle } from "./read-flags.ts";
import type { Publishing } from "./services.ts";
import { newSshKey } from "./ssh-key.ts";
import { waitForCluster } from "./wait-for-cluster.ts";

type CommonRun = Omit<Run<typeof commonArgs>, "args"> & { args: CommonValues };

/** What all `create cluster` commands do once they know what their platform adds. */
export async function createCluster(
  run: CommonRun,
  choose: () => Promise<PlatformChoice> | PlatformChoice,
): Promise<void> {
  const { args, out, facts } = run;
  checkCommon(args);
  const rendering = args.render || args.renderInto !== undefined;
  const releaseImage = args.releaseImage ?? (rendering ? undefined : await defaultRelease(await run.kube()));
  if (!releaseImage) throw new UsageError("--release-image is required");
  const choice = await choose();
  const manifests = clusterManifests({ ...args, releaseImage }, choice, {
    etcdEncryptionKey: facts.random(32),
    ...(args.generateSsh ? { sshKey: newSshKey() } : {}),
  });
  if (rendering) {
    const shown = manifests.filter((each) => args.renderSensitive || each.kind !== "Secret");
    if (args.renderInto === undefined) return out.yaml(shown);
    writeFileSync(resolve(facts.cwd, args.renderInto), yamlDocuments(shown), { mode: 0o600 });
    return;
  }
  const kube = await run.kube();
  await out.step(`HostedCluster ${args.name} in namespace ${args.namespace}`, async (progress) => {
    await apply(kube, manifests);
    progress.result(`made, with ${manifests.filter(({ kind }) => kind === "NodePool").length} NodePool`);
  });
  if (!args.wait) return;
  try {
    await waitForCluster(run, kube);
  } catch (error) {
    out.note(
      `The HostedCluster ${args.namespace}/${args.name} is there and goes on without this command. "hcp get clusters" shows how far it is, "hcp destroy cluster --name ${args.name} --namespace ${args.namespace}" removes it`,
    );
    throw error;
  }
}

/** What can be known to be wrong without asking anybody. */
function checkCommon(args: CommonValues): void {
  checkPullSecret(args.pullSecret);
  if (args.sshKey) checkSshKey(args.sshKey);
  if (args.sshKey && args.generateSsh) throw new UsageError("--ssh-key and --generate-ssh exclude each other");
  if (args.additionalTrustBundle) checkTrustBundle(args.additionalTrustBundle);
  if (`${args.namespace}-${args.name}`.length > 63) {
    throw new UsageError(
      `the control plane's namespace ${args.namespace}-${args.name} would have ${args.namespace.length + args.name.length + 1} characters and 63 are allowed`,
      "choose a shorter --name or --namespace",
    );
  }
  const networks = [
    ...(args.defaultDual ? [] : args.clusterCidr.map((text) => ({ flag: "--cluster-cidr", text }))),
    ...(args.defaultDual ? [] : args.serviceCidr.map((text) => ({ flag: "--service-cidr", text }))),
    ...args.machineCidr.map((text) => ({ flag: "--machine-cidr", text })),
  ];
  for (const [index, a] of networks.entries()) {
    for (const b of networks.slice(index + 1)) {
      const [x, y] = [parseCidr(a.text), parseCidr(b.text)];
      if (x && y && overlaps(x, y)) throw new UsageError(`${a.flag} ${a.text} and ${b.flag} ${b.text} overlap`);
    }
  }
  for (const text of args.defaultDual ? [] : args.serviceCidr) {
    const cidr = parseCidr(text);
    if (cidr && cidr.last - cidr.first < 15n) {
      throw new UsageError(
        `--service-cidr ${text} is too small: DNS of the cluster has the tenth address`,
        `use /${cidr.family === 4 ? 28 : 124} or larger, such as 172.31.0.0/16`,
      );
    }
  }
  if ((args.disableMultiNetwork || args.allocateNodeCidrs) && args.networkType !== "Other") {
    const flag = args.disableMultiNetwork ? "--disable-multi-network" : "--allocate-node-cidrs";
    throw new UsageError(`${flag} goes only with --network-type Other`);
  }
}

/** The release that `hcp install` was given. */
async function defaultRelease(kube: Kube): Promise<string | undefined> {
  const namespace = await operatorNamespace(kube);
  const installed = namespace && (await kube.get(ConfigMap, "supported-versions", namespace));
  return (installed || undefined)?.data?.["default-release-image"];
}

/** The address under which NodePorts are reached: what the flag says, or that of a node of the management cluster. */
export async function nodePortPublishing(
  run: CommonRun,
  address: string | undefined,
  flag: string,
): Promise<Publishing> {
  if (address) return { type: "NodePort", address };
  if (run.args.render || run.args.renderInto !== undefined) {
    throw new UsageError(`${flag} is required with --render`, "or --external-dns-domain for load balancers with names");
  }
  const nodes = await (await run.kube()).list(Node);
  const addresses = nodes.flatMap((node) => node.status?.addresses ?? []);
  const found =
    addresses.find(({ type }) => type === "ExternalIP") ?? addresses.find(({ type }) => type === "InternalIP");
  if (!found) throw new UsageError(`${flag} is required: no node of the management cluster has an address`);
  return { type: "NodePort", address: found.address };
}

/**
 * Makes everything, or nothing: what the API server refuses is found out before the first object is there to stay. The
 * HostedCluster comes last: while there is none, the command can be given again, however far it came.
 */
async function apply(kube: Kube, manifests: Resource[]): Promise<void> {
  const [namespace, ...others] = manifests;
  const cluster = others.find(({ kind }) => kind === "HostedCluster") as HostedCluster;
  const pools = others.filter(({ kind }) => kind === "NodePool") as NodePool[];
  const rest = others.filter((each) => each !== cluster && !pools.includes(each as NodePool));
  const { name = "", namespace: where = "" } = cluster.metadata ?? {};
  // Where there are no such kinds, the first write says what to do.
  const optional = { optional: true };
  if (await kube.get(HostedCluster, name, where, optional)) throw clusterExists(where, name);
  for (const { metadata } of pools) {
    const present = await kube.get(NodePool, metadata?.name ?? "", where, optional);
    if (present && !isLeftByUs(present, name)) {
      throw new Error(
        `The NodePool ${where}/${metadata?.name} exists already: choose another --name, or destroy that one first`,
      );
    }
  }
  const made = (await kube.get(Namespace, where)) === undefined && namespace !== undefined;
  if (made) await kube.apply(namespace);
  try {
    for (const each of [cluster, ...pools]) await kube.apply(each, { dryRun: true });
  } catch (error) {
    if (made) await kube.delete(Namespace, where);
    if (isInvalid(error)) throw new UsageError((error as Error).message);
    if (isNotServed(error))
      throw new Error(`The management cluster does not know HostedClusters: run "hcp install" first`);
    throw error;
  }
  await Promise.all([...rest, ...pools].map((each) => kube.apply(each)));
  try {
    await kube.create(cluster);
  } catch (error) {
    throw isAlreadyExists(error) ? clusterExists(where, name) : error;
  }
}

const clusterExists = (namespace: string, name: string) =>
  new Error(`The HostedCluster ${namespace}/${name} exists already: choose another --name, or destroy that one first`);

/** A pool that a command for this cluster made, which ended before the cluster was made. */
function isLeftByUs(pool: NodePool, cluster: string): boolean {
  return pool.spec.clusterName === cluster && managersOf(pool).includes("hcp");
}
