import type { ConfigMap, Deployment, Secret, StatefulSet } from "../kube/kinds.ts";
import type { Resource } from "../kube/resource.ts";
import { configHashAnnotation } from "../rendering/config-hash.ts";
import { type Component, componentLabel } from "./component.ts";
import { contentHashes } from "./content-hashes.ts";
import { type ControlPlane, isHighlyAvailable, tuning } from "./control-plane.ts";
import { filesHash, mountedObjects, readOnce } from "./read-once.ts";

type Workload = Deployment | StatefulSet;
type PodTemplate = NonNullable<NonNullable<Workload["spec"]>["template"]>;
type PodSpec = NonNullable<PodTemplate["spec"]>;
type Container = PodSpec["containers"][number];

/** The user that control plane programs run as, where the HostedControlPlane does not say otherwise. */
const defaultUser = 1001;

/** What every component's objects get, so that components only say what is special about them. */
export function withDefaults(component: Component, plane: ControlPlane, resources: Resource[]): Resource[] {
  return resources.map((resource) => {
    const labelled = withLabels(component, plane, resource);
    return isWorkload(labelled) ? withPodDefaults(component, plane, labelled, resources) : labelled;
  });
}

function isWorkload(resource: Resource): resource is Workload {
  return resource.kind === "Deployment" || resource.kind === "StatefulSet";
}

function withLabels<R extends Resource>(component: Component, { namespace }: ControlPlane, resource: R): R {
  const { metadata } = resource;
  return {
    ...resource,
    metadata: { ...metadata, namespace, labels: { ...metadata?.labels, ...componentLabel(component.name) } },
  };
}

/** The facts shared by all pods, one small function each. */
function withPodDefaults(
  component: Component,
  plane: ControlPlane,
  workload: Workload,
  rendered: Resource[],
): Workload {
  const template = workload.spec?.template ?? {};
  const pod = template.spec ?? { containers: [] };
  const spec: PodSpec = {
    ...pod,
    containers: pod.containers.map((container) => withContainerDefaults(plane, workload, container)),
    ...(pod.initContainers && {
      initContainers: pod.initContainers.map((each) => withContainerDefaults(plane, workload, each)),
    }),
    ...scheduling(component, plane),
    automountServiceAccountToken: pod.automountServiceAccountToken ?? false,
    enableServiceLinks: false,
    priorityClassName: priorityClass(component, plane),
    imagePullSecrets: [{ name: "pull-secret" }],
    securityContext: { ...podSecurity(plane), ...pod.securityContext },
  };
  const metadata = {
    ...template.metadata,
    labels: { ...podLabels(component, plane), ...template.metadata?.labels },
    annotations: { ...podAnnotations(component, plane, spec, rendered), ...template.metadata?.annotations },
  };
  return {
    ...workload,
    spec: {
      revisionHistoryLimit: 2,
      ...rollout(workload),
      ...workload.spec,
      selector: workload.spec?.selector ?? { matchLabels: { app: component.name } },
      template: { metadata, spec },
    },
  } as Workload;
}

function podLabels({ name }: Component, { namespace, spec }: ControlPlane): Record<string, string> {
  return {
    ...spec.labels,
    app: name,
    "hypershift.openshift.io/hosted-control-plane": namespace,
    ...componentLabel(name),
  };
}

function podAnnotations(
  component: Component,
  plane: ControlPlane,
  pod: PodSpec,
  rendered: Resource[],
): Record<string, string> {
  const restart = plane.annotations["hypershift.openshift.io/restart-date"];
  const scratch = pod.volumes?.filter(({ emptyDir }) => emptyDir).map(({ name }) => name) ?? [];
  return {
    [configHashAnnotation]: filesHash(readOnce(component, pod), { ...plane.contents, ...contentsOf(rendered) }),
    ...(restart && { "hypershift.openshift.io/restart-date": restart }),
    // Scratch space must not keep the cluster autoscaler from emptying a node.
    ...(scratch.length > 0 && { "cluster-autoscaler.kubernetes.io/safe-to-evict-local-volumes": scratch.join(",") }),
  };
}

/** The hash of each Secret and ConfigMap among these objects and of their keys: `Secret/name`, `Secret/name/key`. */
function contentsOf(objects: readonly Resource[]): Record<string, string> {
  return Object.assign(
    {},
    ...objects.map((object) =>
      object.kind === "Secret" || object.kind === "ConfigMap"
        ? contentHashes(object.kind, object as Secret | ConfigMap)
        : {},
    ),
  );
}

/** The Secrets and ConfigMaps, as `Secret/name`, that the rendered pods mount and that are not there. */
export function missingFiles({ contents }: Pick<ControlPlane, "contents">, rendered: Resource[]): string[] {
  const there = { ...contents, ...contentsOf(rendered) };
  const mounted = allMounted(rendered);
  return [...new Set(mounted.filter(({ key, optional }) => !optional && !(key in there)).map(({ key }) => key))];
}

/** The Secrets and ConfigMaps, as `Secret/name`, that the pods of these objects mount. */
export function mountedFiles(rendered: readonly Resource[]): string[] {
  return allMounted(rendered).map(({ key }) => key);
}

function allMounted(rendered: readonly Resource[]) {
  return rendered.filter(isWorkload).flatMap(({ spec }) => mountedObjects(spec?.template?.spec ?? { containers: [] }));
}

function priorityClass({ priority = "normal" }: Component, { annotations }: ControlPlane): string {
  const byPriority = {
    normal: ["control-plane-priority-class", "hypershift-control-plane"],
    critical: ["api-critical-priority-class", "hypershift-api-critical"],
    etcd: ["etcd-priority-class", "hypershift-etcd"],
  } as const;
  const [annotation, name] = byPriority[priority];
  return annotations[`hypershift.openshift.io/${annotation}`] ?? name;
}

function podSecurity({ annotations }: ControlPlane): PodSpec["securityContext"] {
  const user = Number(annotations["hypershift.openshift.io/default-security-context-uid"] ?? defaultUser);
  return { runAsNonRoot: true, runAsUser: user, fsGroup: user, seccompProfile: { type: "RuntimeDefault" } };
}

function scheduling({ name }: Component, plane: ControlPlane): Partial<PodSpec> {
  const { spec, namespace } = plane;
  const sameApp = { matchLabels: { app: name } };
  const onOtherNodes = { topologyKey: "kubernetes.io/hostname", labelSelector: sameApp };
  // Replicas on one node are not highly available; but on a management cluster of one node this lets one try it out.
  const strict = tuning(plane, "pod-spread") !== "preferred";
  const prefersNodesFor = (key: string, value: string, weight: number) => ({
    weight,
    preference: { matchExpressions: [{ key, operator: "In", values: [value] }] },
  });
  const dedicated = [
    { key: "hypershift.openshift.io/control-plane", value: "true" },
    { key: "hypershift.openshift.io/cluster", value: namespace },
  ];
  return {
    affinity: {
      nodeAffinity: {
        preferredDuringSchedulingIgnoredDuringExecution: dedicated.map(({ key, value }, i) =>
          prefersNodesFor(key, value, 50 * (i + 1)),
        ),
      },
      ...(isHighlyAvailable(plane) && {
        podAntiAffinity: {
          ...(strict && { requiredDuringSchedulingIgnoredDuringExecution: [onOtherNodes] }),
          preferredDuringSchedulingIgnoredDuringExecution: [
            ...(strict ? [] : [{ weight: 100, podAffinityTerm: onOtherNodes }]),
            { weight: 100, podAffinityTerm: { topologyKey: "topology.kubernetes.io/zone", labelSelector: sameApp } },
          ],
        },
      }),
    },
    ...(spec.nodeSelector && Object.keys(spec.nodeSelector).length > 0 && { nodeSelector: spec.nodeSelector }),
    tolerations: [
      ...dedicated.map(({ key, value }) => ({ key, operator: "Equal", value, effect: "NoSchedule" })),
      ...(spec.tolerations ?? []),
    ],
  };
}

/** Three replicas give one up at a time, because a fourth finds no node; fewer start the new one first. */
function rollout(workload: Workload): object {
  if (workload.kind !== "Deployment") return {};
  const replicas = workload.spec?.replicas ?? 1;
  const rollingUpdate = replicas > 2 ? { maxSurge: 0, maxUnavailable: 1 } : { maxSurge: 1, maxUnavailable: 0 };
  return { strategy: { type: "RollingUpdate", rollingUpdate } };
}

function withContainerDefaults(plane: ControlPlane, workload: Workload, container: Container): Container {
  const resources = requests(plane, workload, container);
  return {
    ...container,
    ...(resources && { resources }),
    imagePullPolicy: container.imagePullPolicy ?? "IfNotPresent",
    terminationMessagePolicy: "FallbackToLogsOnError",
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
      ...container.securityContext,
    },
  };
}

/** An annotation `resource-request-override.hypershift.openshift.io/<workload>.<container>: cpu=1,memory=2Gi` wins. */
function requests({ annotations }: ControlPlane, workload: Workload, container: Container): Container["resources"] {
  const key = `resource-request-override.hypershift.openshift.io/${workload.metadata?.name}.${container.name}`;
  const wanted = annotations[key];
  if (!wanted) return container.resources;
  const overrides = Object.fromEntries(wanted.split(",").map((pair) => pair.split("=", 2).map((part) => part.trim())));
  return { ...container.resources, requests: { ...container.resources?.requests, ...overrides } };
}
