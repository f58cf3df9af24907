import { createHash } from "node:crypto";
import { parseCidr } from "../api/cidr.ts";
import { operatorNamespace } from "../api/operator-namespace.ts";
import { overrideNames } from "../api/override-names.ts";
import { localRegistryAccess } from "../local/registry-access.ts";
import { folderOf } from "../release/is-allowed-image.ts";
import { readRelease } from "../release/read-release.ts";
import { supportedVersions } from "../release/supported-versions.ts";
import { checked, choice, duration, file, flag, list, pairs, text } from "./arg.ts";
import { command } from "./command.ts";
import { nameCheck } from "./create/check-words.ts";
import { clusterApiCrds as readClusterApiCrds } from "./install/cluster-api-crds.ts";
import { readCrds } from "./install/crds.ts";
import type { InstallFacts } from "./install/facts.ts";
import { install } from "./install/install.ts";
import { installManifests } from "./install/manifests.ts";
import { installFlagsNotServed } from "./install/not-served.ts";
import { programVersion } from "./program-version.ts";
import { UsageError } from "./usage-error.ts";

export default command({
  summary: "Install the operator in the management cluster, or bring it to this version",
  description: `
Makes the CustomResourceDefinitions, the namespace, the priority classes, the operator and Cluster API. Running it again
changes what differs and nothing else. The images come from a release unless they are given one by one.`,
  examples: [
    "install --release-image registry.example.com/roost/release:1.34.4 --wait",
    "install --release-image registry.example.com/roost/release:1.34.4 --render | kubectl apply --server-side -f -",
  ],
  notServed: installFlagsNotServed,
  args: {
    namespace: checked("Where to install the operator", nameCheck, { default: "hypershift", placeholder: "NAME" }),
    releaseImage: text("The release that gives the images, and that clusters get where nothing else is asked for", {
      placeholder: "IMAGE",
    }),
    hypershiftImage: text("The operator's image, in place of the release's", { placeholder: "IMAGE" }),
    recoveryImage: text("The image that works on backups, in place of the release's", { placeholder: "IMAGE" }),
    clusterApiImage: text("Cluster API's image, in place of the release's", { placeholder: "IMAGE" }),
    allowReleases: list(
      "Where the releases of hosted clusters may come from: a repository, a folder of repositories, or * for everywhere; by default the folder of the operator's own release or image",
      { separator: ",", placeholder: "REPOSITORY" },
    ),
    allowOverride: list(
      `An annotation of HostedClusters that is obeyed although it loosens the boundary between control planes: ${overrideNames.join(", ")}`,
      {
        separator: ",",
        placeholder: "ANNOTATION",
        check: (name) =>
          overrideNames.some((each) => each === name) ? undefined : `one of ${overrideNames.join(", ")}`,
      },
    ),
    imagePullPolicy: choice(["Always", "IfNotPresent"], "When nodes pull these images anew", {
      default: "IfNotPresent",
    }),
    pullSecret: file("Credentials for these images, as a dockerconfigjson"),
    additionalTrustBundle: file("Certificates (PEM) of authorities that registries are trusted by"),
    metricsSet: choice(["Telemetry", "SRE", "All"], "Which metrics are kept", { default: "Telemetry" }),
    monitoringDashboards: flag("Make a dashboard for each hosted cluster"),
    enableEtcdRecovery: flag("Repair etcd members without asking", { default: true }),
    additionalOperatorEnvVars: pairs("Variables for the operator's process"),
    externalDnsProvider: text("Keep host names of services in DNS with this provider of external-dns", {
      placeholder: "PROVIDER",
    }),
    externalDnsDomainFilter: text("Only names in this domain", { placeholder: "DOMAIN" }),
    externalDnsCredentials: file("The DNS provider's credentials"),
    externalDnsSecret: text("A Secret with the DNS provider's credentials (key credentials)", { placeholder: "NAME" }),
    externalDnsTxtOwnerId: text("Tells the records of this operator from others'", { placeholder: "ID" }),
    externalDnsInterval: duration("How often DNS records are compared with the Services"),
    externalDnsImage: text("The image of external-dns, in place of the release's", { placeholder: "IMAGE" }),
    externalDnsArg: list("A further argument for external-dns, as it stands", { placeholder: "ARG" }),
    hcpEgressBlockCidrs: list("Addresses that hosted control planes may not reach, besides the management cluster's", {
      placeholder: "CIDR",
      separator: ",",
      check: (text) => ((parseCidr(text)?.prefix ?? 0) > 0 ? undefined : "a block of addresses such as 192.0.2.0/24"),
    }),
    render: flag("Print the manifests instead of applying them"),
    renderSensitive: flag("Print Secrets too"),
    outputs: choice(["all", "crds", "resources"], "Which manifests are printed", { default: "all" }),
    wait: flag("Wait until the operator runs", { aliases: ["wait-until-available"] }),
    timeout: duration("How long to wait", { default: "5m" }),
  },
  async run({ args, out, kube, signal, facts }) {
    const pem = args.additionalTrustBundle?.text;
    if (pem !== undefined && !pem.includes("-----BEGIN CERTIFICATE-----")) {
      throw new UsageError(
        `--additional-trust-bundle: ${args.additionalTrustBundle?.path} holds no certificate in PEM`,
      );
    }
    const withoutCrds = args.render && args.outputs === "resources";
    const { images, clusterApiCrds, trustBundle } = await fromRelease();
    const crds = withoutCrds ? [] : [...readCrds(facts.root), ...clusterApiCrds];
    const resources = installManifests(installFacts());
    if (args.render) {
      const shown = resources.filter((each) => args.renderSensitive || each.kind !== "Secret");
      return out.yaml([...crds, ...(args.outputs === "crds" ? [] : shown)]);
    }
    const wait = args.wait ? args.timeout : undefined;
    await install({ kube: await kube(), namespace: args.namespace, crds, resources, wait, out, signal });

    /** The images given, and the release's for the others. A release in the local registry brings its authority along. */
    async function fromRelease() {
      const named = args.releaseImage ?? args.clusterApiImage;
      if (!named)
        throw new UsageError("--release-image is required", "or give --hypershift-image and --cluster-api-image");
      if (!args.render) await refuseSecond();
      const local = await localRegistryAccess(facts.root, named);
      const access = { pullSecret: args.pullSecret?.text, ca: pem ?? local?.ca, address: local?.address };
      const release = args.releaseImage
        ? await readRelease({ image: args.releaseImage, ...access, signal })
        : undefined;
      const image = (component: string, flag: string, given: string | undefined): string => {
        const found = given ?? release?.image(component);
        if (found) return found;
        throw new UsageError(`${flag} is required where there is no --release-image`);
      };
      const clusterApi = image("cluster-api", "--cluster-api-image", args.clusterApiImage);
      return {
        images: {
          roost: image("roost", "--hypershift-image", args.hypershiftImage),
          clusterApi,
          // Not an error: releases of before have none.
          recovery: args.recoveryImage ?? release?.images.recovery,
          ...(args.externalDnsProvider
            ? { externalDns: image("external-dns", "--external-dns-image", args.externalDnsImage) }
            : {}),
        },
        clusterApiCrds: withoutCrds ? [] : await readClusterApiCrds(clusterApi, access, signal),
        trustBundle: pem ?? local?.ca,
      };
    }

    async function refuseSecond() {
      const elsewhere = await operatorNamespace(await kube());
      if (!elsewhere || elsewhere === args.namespace) return;
      throw new Error(
        `The operator is installed in namespace ${elsewhere}, and a second one would look after the same clusters: use --namespace ${elsewhere}, or "hcp uninstall" first`,
      );
    }

    function installFacts(): InstallFacts {
      return {
        namespace: args.namespace,
        images,
        defaultRelease: args.releaseImage,
        supportedVersions,
        allowedReleases: args.allowReleases.length > 0 ? args.allowReleases : ownFolder(),
        allowedOverrides: args.allowOverride,
        serverVersion: programVersion(facts.root),
        pullPolicy: args.imagePullPolicy,
        pullSecret: args.pullSecret?.text,
        trustBundle: trustBundle === undefined ? undefined : withHash(trustBundle),
        environment: {
          METRICS_SET: args.metricsSet,
          ENABLE_ETCD_RECOVERY: args.enableEtcdRecovery ? "1" : "0",
          ...(args.monitoringDashboards ? { MONITORING_DASHBOARDS: "1" } : {}),
          ...args.additionalOperatorEnvVars,
        },
        egressBlockCidrs: args.hcpEgressBlockCidrs,
        flags: flagsForTheRecord(),
        externalDns: args.externalDnsProvider
          ? {
              provider: args.externalDnsProvider,
              domainFilter: args.externalDnsDomainFilter,
              ownerId: args.externalDnsTxtOwnerId,
              interval: args.externalDnsInterval,
              secret: args.externalDnsSecret,
              credentials: args.externalDnsCredentials?.text,
              args: args.externalDnsArg,
            }
          : undefined,
      };
    }

    function ownFolder(): string[] {
      const folder = folderOf(args.releaseImage ?? args.hypershiftImage ?? "");
      return folder ? [folder] : [];
    }

    function flagsForTheRecord(): string {
      return [
        ...(args.allowReleases.length > 0 ? [`--allow-releases=${args.allowReleases.join(",")}`] : []),
        ...(args.allowOverride.length > 0 ? [`--allow-override=${args.allowOverride.join(",")}`] : []),
        ...(args.metricsSet === "Telemetry" ? [] : [`--metrics-set=${args.metricsSet}`]),
        ...(args.monitoringDashboards ? ["--monitoring-dashboards"] : []),
        ...(args.enableEtcdRecovery ? [] : ["--enable-etcd-recovery=false"]),
        ...(args.externalDnsProvider ? [`--external-dns-provider=${args.externalDnsProvider}`] : []),
        ...args.hcpEgressBlockCidrs.map((cidr) => `--hcp-egress-block-cidrs=${cidr}`),
      ].join(" ");
    }
  },
});

/** A bundle with the text that tells it from others. */
function withHash(pem: string): { pem: string; hash: string } {
  return { pem, hash: createHash("sha256").update(pem).digest("hex").slice(0, 16) };
}
