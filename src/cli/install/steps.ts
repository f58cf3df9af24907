import { type Condition, findCondition } from "../../kube/conditions.ts";
import { CustomResourceDefinition, Deployment, Pod } from "../../kube/kinds.ts";
import type { Kube } from "../../kube/kube.ts";
import type { Progress } from "../progress.ts";
import { until } from "../until.ts";

/** Makes the definitions and waits until the API server serves them. */
export async function applyCrds(
  kube: Kube,
  crds: CustomResourceDefinition[],
  progress: Progress,
  signal: AbortSignal,
): Promise<void> {
  let done = 0;
  await Promise.all(
    crds.map(async (crd) => {
      await kube.apply(crd);
      progress.update(`${++done} of ${crds.length}`);
    }),
  );
  await Promise.all(
    crds.map((crd) => {
      const name = crd.metadata?.name ?? "";
      return until(
        async () => {
          const present = await kube.get(CustomResourceDefinition, name);
          const conditions = present?.status?.conditions as Condition[] | undefined;
          return findCondition(conditions, "Established")?.status === "True" ? true : "not established yet";
        },
        { what: `the CustomResourceDefinition ${name}`, timeout: "1m", signal, everyMs: 200 },
      );
    }),
  );
  progress.result(`${crds.length} in place`);
}

/** Waits until a Deployment's newest pods are available; says what holds them up, in Kubernetes' own words. */
export async function waitForDeployment(
  kube: Kube,
  name: string,
  namespace: string,
  { progress, signal, timeout }: { progress: Progress; signal: AbortSignal; timeout: string },
): Promise<void> {
  await until(
    async () => {
      const deployment = await kube.get(Deployment, name, namespace);
      const { status, spec, metadata } = deployment ?? {};
      const current = (status?.observedGeneration ?? 0) >= (metadata?.generation ?? 0);
      if (
        current &&
        (status?.updatedReplicas ?? 0) >= (spec?.replicas ?? 1) &&
        (status?.availableReplicas ?? 0) >= (spec?.replicas ?? 1)
      ) {
        return true;
      }
      return podProblem(await kube.list(Pod, { namespace, labels: { name } })) ?? "starting";
    },
    { what: `the Deployment ${name}`, timeout, signal, onWait: (why) => progress.update(why) },
  );
  progress.result("available");
}

/** What the newest pod waits for. */
function podProblem(pods: Pod[]): string | undefined {
  const newest = pods.sort((a, b) =>
    (b.metadata?.creationTimestamp ?? "").localeCompare(a.metadata?.creationTimestamp ?? ""),
  )[0];
  const waiting = [...(newest?.status?.initContainerStatuses ?? []), ...(newest?.status?.containerStatuses ?? [])].find(
    ({ state }) => state?.waiting,
  )?.state?.waiting;
  const unscheduled = newest?.status?.conditions?.find(
    ({ type, status }) => type === "PodScheduled" && status === "False",
  );
  if (unscheduled?.message) return unscheduled.message;
  return waiting ? [waiting.reason, waiting.message].filter(Boolean).join(": ") : undefined;
}
