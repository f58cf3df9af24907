import type { Kube } from "../kube/kube.ts";
import { localRegistryAccess } from "../local/registry-access.ts";
import { readRelease } from "../release/read-release.ts";
import { supportedVersions } from "../release/supported-versions.ts";
import { checked, choice, file, flag } from "./arg.ts";
import { command } from "./command.ts";
import { imageCheck } from "./create/check-words.ts";
import { readCrds } from "./install/crds.ts";
import { findings, type Management } from "./preflight/findings.ts";
import { lookAtManagement } from "./preflight/look-at.ts";
import { openLoadBalancer } from "./preflight/open-load-balancer.ts";

export default command({
  summary: "Say what a management cluster lacks for running hosted clusters",
  description: `
Looks, and changes nothing without --open-load-balancer: Kubernetes' version, your rights, volumes, room, addresses, DNS, networks, definitions that
belong to others, and whether a release can be read. Ends with 1 where something is lacking. What cannot be seen from here
is called unknown.`,
  examples: [
    "preflight",
    "preflight --release-image registry.example.com/roost/release:1.34.4 --pull-secret pull.json",
  ],
  args: {
    releaseImage: checked("A release to read", imageCheck, { placeholder: "IMAGE" }),
    pullSecret: file("Credentials for its registry, as a dockerconfigjson"),
    additionalTrustBundle: file("Certificates (PEM) of authorities that its registry is trusted by"),
    openLoadBalancer: flag("Make a Service of type LoadBalancer for up to a minute, to see whether it gets an address"),
    output: choice(["json", "yaml"], "Another format than the table", { short: "o" }),
  },
  async run({ args, out, kube, signal, facts }) {
    const { releaseImage: image } = args;
    const definitions = readCrds(facts.root).map(({ metadata }) => metadata?.name ?? "");
    const [management, release] = await Promise.all([
      kube().then(look),
      image === undefined ? undefined : readIt(image),
    ]);
    const found = findings({ ...management, release }, supportedVersions.at(-1) ?? "");
    if (args.output === "json") out.line(JSON.stringify(found, null, 2));
    else if (args.output === "yaml") out.yaml([found]);
    else {
      out.table(
        ["CHECK", "STATE", ""],
        found.map(({ check, state, says }) => [check, state, says]),
      );
    }
    const missing = found.filter(({ state }) => state === "lacking").map(({ check }) => check);
    if (missing.length > 0) throw new Error(`The management cluster lacks ${missing.join(", ")}`);

    async function look(management: Kube): Promise<Management> {
      const found = await lookAtManagement(management, [...definitions, ...clusterApiDefinitions]);
      if (!args.openLoadBalancer) return found;
      const opened = await openLoadBalancer(management, { patienceMs: 60_000, signal });
      return { ...found, loadBalancers: { ...found.loadBalancers, opened } };
    }

    async function readIt(image: string): Promise<Management["release"]> {
      const local = await localRegistryAccess(facts.root, image);
      const ca = args.additionalTrustBundle?.text ?? local?.ca;
      try {
        const access = { pullSecret: args.pullSecret?.text, ca, address: local?.address };
        return { version: (await readRelease({ image, ...access, signal })).version };
      } catch (error) {
        signal.throwIfAborted();
        return { problem: (error as Error).message };
      }
    }
  },
});

/** Those of Cluster API that everybody who installs it makes; the rest is in its image. */
const clusterApiDefinitions = ["clusters", "machines", "machinesets", "machinedeployments", "machinehealthchecks"].map(
  (plural) => `${plural}.cluster.x-k8s.io`,
);
