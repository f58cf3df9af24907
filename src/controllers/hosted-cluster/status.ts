import { BackupSchedule } from "../../api/backup-schedule.ts";
import { HCPEtcdBackup } from "../../api/hcp-etcd-backup.ts";
import { componentLabel } from "../../control-plane/component.ts";
import { endpoints, hostPort, Route, strategyOf } from "../../control-plane/endpoints.ts";
import { type Condition, findCondition, isTrue, removeCondition } from "../../kube/conditions.ts";
import { Deployment, Service } from "../../kube/kinds.ts";
import { availability } from "./availability.ts";
import { backupCondition } from "./backup-condition.ts";
import { etcdBackups } from "./etcd-backups.ts";
import { type Pass, state } from "./pass.ts";
import { publishCredentials } from "./publish-credentials.ts";
import { reportLoss } from "./report-loss.ts";
import { isRolledOut, versionStatus } from "./version-history.ts";

/** Conditions that the operator decides itself; all others come from the control plane as they are. */
const own = new Set([
  "Available",
  "Progressing",
  "ReconciliationActive",
  "ReconciliationSucceeded",
  "ValidConfiguration",
  "SupportedHostedCluster",
  "ValidReleaseImage",
]);

/** The component, with its Deployment, its Service and its Route. */
const ignitionServer = "ignition-server";

/** Conditions that a user looks for from the first moment on. */
const expected = [
  "NetworkPoliciesApplied",
  "Degraded",
  "InfrastructureReady",
  "KubeAPIServerAvailable",
  "EtcdAvailable",
  "ValidHostedControlPlaneConfiguration",
];

/** Everything the HostedCluster's status says of its control plane. */
export async function reportStatus(pass: Pass): Promise<void> {
  bubbleUp(pass);
  await Promise.all([reportEndpoints(pass), reportIgnition(pass), publishCredentials(pass)]);
  reportVersion(pass);
  await reportBackups(pass);
  await reportAvailability(pass);
  await reportLoss(pass);
  reportProgress(pass);
}

/** Repeats the control plane's conditions, reason and message unchanged. */
function bubbleUp(pass: Pass): void {
  const conditions = (pass.hostedControlPlane?.status?.conditions ?? []) as Condition[];
  for (const type of expected.filter((each) => !findCondition(conditions, each))) {
    state(pass, {
      type,
      status: "Unknown",
      reason: "StatusUnknown",
      message: "The control plane has not reported it yet",
    });
  }
  for (const { type, status, reason, message } of conditions.filter((each) => !own.has(each.type))) {
    state(pass, { type, status, reason, message });
  }
}

/** Where the control plane and its ignition server are reached. */
export async function reportEndpoints(pass: Pass): Promise<void> {
  const { cluster, hostedControlPlane, kube } = pass;
  cluster.status ??= {};
  const { status } = hostedControlPlane ?? {};
  if (status?.controlPlaneEndpoint) cluster.status.controlPlaneEndpoint = status.controlPlaneEndpoint;
  if (status?.oauthCallbackURLTemplate) cluster.status.oauthCallbackURLTemplate = status.oauthCallbackURLTemplate;
  if (status?.platform) cluster.status.platform = status.platform;
  if (status?.etcd) cluster.status.etcd = status.etcd;
  if (!hostedControlPlane) return;
  const { metadata, spec } = hostedControlPlane;
  const isRouted = strategyOf(spec, "Ignition")?.type === "Route";
  const { namespace } = metadata ?? {};
  // Listed, because for one that is not there yet the server would be asked each time.
  const [services, route] = await Promise.all([
    kube.list(Service, { namespace, labels: componentLabel(ignitionServer) }),
    isRouted ? kube.get(Route, ignitionServer, namespace, { optional: true }) : undefined,
  ]);
  const { ignition } = endpoints(spec, services, route ? [route] : []);
  if (ignition) cluster.status.ignitionEndpoint = ignition.port === 443 ? ignition.host : hostPort(ignition);
}

/** Whether the newest backup is young enough, where there is a schedule for them. */
async function reportBackups(pass: Pass): Promise<void> {
  const { kube, cluster } = pass;
  const { name, namespace } = cluster.metadata ?? {};
  const schedules = await kube.list(BackupSchedule, { namespace, optional: true });
  const condition = backupCondition(schedules.filter(({ spec }) => spec.clusterName === name));
  if (condition) state(pass, condition);
  else removeCondition((cluster.status?.conditions ?? []) as Condition[], "BackupCurrent");
  if (!pass.ownsNamespace) return;
  const { condition: etcd, url } = etcdBackups(
    await kube.list(HCPEtcdBackup, { namespace: pass.namespace, optional: true }),
  );
  if (etcd) state(pass, etcd);
  if (url) cluster.status = { ...cluster.status, lastSuccessfulEtcdBackupURL: url };
}

async function reportIgnition(pass: Pass): Promise<void> {
  if (pass.cluster.metadata?.annotations?.["hypershift.openshift.io/disable-ignition-server"]) return;
  const labels = componentLabel(ignitionServer);
  const [deployment] = pass.ownsNamespace
    ? await pass.kube.list(Deployment, { namespace: pass.namespace, labels })
    : [];
  const ready = (deployment?.status?.availableReplicas ?? 0) > 0;
  state(pass, {
    type: "IgnitionEndpointAvailable",
    status: ready ? "True" : "False",
    reason: ready ? "AsExpected" : deployment ? "WaitingForAvailable" : "NotFound",
    message: ready
      ? "Ignition server deployment is available"
      : deployment
        ? "The ignition-server Deployment has no available pod yet"
        : "The ignition-server Deployment is not there yet",
  });
}

function reportVersion({ cluster, hostedControlPlane, release, now }: Pass): void {
  cluster.status ??= {};
  const reported = hostedControlPlane?.status?.versionStatus;
  if (hostedControlPlane?.status?.controlPlaneVersion)
    cluster.status.controlPlaneVersion = hostedControlPlane.status.controlPlaneVersion;
  const image = cluster.spec.release.image;
  if (!release && cluster.status.version?.desired.image !== image) return;
  const version = release?.version ?? cluster.status.version?.desired.version ?? "";
  const done = isRolledOut(reported?.history, image);
  cluster.status.version = {
    ...versionStatus(cluster.status.version, { image, version }, done, cluster.metadata?.generation ?? 0, now()),
    ...(reported?.availableUpdates ? { availableUpdates: reported.availableUpdates } : {}),
    ...(reported?.conditionalUpdates ? { conditionalUpdates: reported.conditionalUpdates } : {}),
  };
}

async function reportAvailability(pass: Pass): Promise<void> {
  const { hostedControlPlane, kube, namespace, blockedBy, now } = pass;
  const operator = hostedControlPlane && (await kube.get(Deployment, "control-plane-operator", namespace));
  const refused = refusal(pass);
  const { condition, lookAgainMs } = availability({ hostedControlPlane, operator, refused, blockedBy, now: now() });
  state(pass, condition);
  pass.lookAgainMs = lookAgainMs;
}

/** The condition that keeps the spec from being carried out. */
function refusal({ cluster }: Pass): Condition | undefined {
  return ["ValidConfiguration", "SupportedHostedCluster", "ValidReleaseImage"]
    .map((type) => findCondition(cluster.status?.conditions as Condition[] | undefined, type))
    .find((condition) => condition?.status === "False");
}

/** What the control plane still does to come to what is asked of it; nothing where it is there. */
function rollOut({ hostedControlPlane }: Pass): string | undefined {
  const conditions = hostedControlPlane?.status?.conditions as Condition[] | undefined;
  const seen = findCondition(conditions, "Available")?.observedGeneration;
  if (seen !== undefined && seen < (hostedControlPlane?.metadata?.generation ?? 0)) {
    return "The control-plane-operator has not taken up the change yet";
  }
  const progressing = findCondition(conditions, "Progressing");
  return progressing?.status === "True" ? progressing.message : undefined;
}

function reportProgress(pass: Pass): void {
  const { cluster } = pass;
  const latest = cluster.status?.version?.history?.[0];
  const conditions = cluster.status?.conditions as Condition[] | undefined;
  const refused = refusal(pass);
  const rolling = rollOut(pass);
  if (refused) {
    state(pass, { type: "Progressing", status: "False", reason: "Blocked", message: refused.message });
  } else if (!isTrue(conditions, "Available") && latest?.state !== "Completed") {
    state(pass, {
      type: "Progressing",
      status: "True",
      reason: "Progressing",
      message: "The control plane is starting",
    });
  } else if (latest?.state === "Partial") {
    const message = [`Working towards release ${latest.version}`, rolling].filter(Boolean).join(": ");
    state(pass, { type: "Progressing", status: "True", reason: "Progressing", message });
  } else if (rolling) {
    state(pass, { type: "Progressing", status: "True", reason: "Progressing", message: rolling });
  } else {
    state(pass, {
      type: "Progressing",
      status: "False",
      reason: "AsExpected",
      message: "HostedCluster is at expected version",
    });
  }
}
