import { Stalled } from "../../kube/controller.ts";
import { Secret } from "../../kube/kinds.ts";
import { platformOf } from "../../platforms/index.ts";
import { isCopy, listCopies } from "./copies.ts";
import { copyNameProblems, ownNameProblem } from "./copy-name-problems.ts";
import { clashProblems, lookAtManagement, storageProblems } from "./management-problems.ts";
import { nameProblems } from "./name-problems.ts";
import { networkProblems } from "./network-problems.ts";
import { overrideProblems } from "./override-problems.ts";
import { type Pass, state } from "./pass.ts";
import { references } from "./references.ts";
import { serviceProblems } from "./service-problems.ts";

/**
 * Refuses a cluster that cannot work, in the condition ValidConfiguration, before anything is made for it. What only
 * a change of the HostedCluster can mend stops the controller; what may come later (a Secret) is waited for.
 */
export async function checkConfiguration(pass: Pass): Promise<void> {
  const { cluster, kube, options } = pass;
  await pass.known.hostNames.learn(kube);
  const isRouted = cluster.spec.services?.some(({ servicePublishingStrategy: { type } }) => type === "Route");
  const hasRoutes = isRouted ? (await kube.kindOf("route.openshift.io/v1", "Route")) !== undefined : false;
  const management = pass.hostedControlPlane ? undefined : await lookAtManagement(kube);
  const wrong = [
    ...nameProblems(cluster),
    ...networkProblems(cluster),
    ...serviceProblems(cluster, hasRoutes),
    ...copyNameProblems(cluster),
    ...pass.known.hostNames.problems(cluster),
    ...overrideProblems(cluster, options.allowedOverrides),
    ...(management ? clashProblems(cluster, management) : []),
  ];
  const missing =
    wrong.length > 0
      ? []
      : [
          ...(management ? storageProblems(cluster, management) : []),
          ...(await platformProblems(pass)),
          ...(await referenceProblems(pass)),
          ...(await takenNameProblems(pass)),
        ];
  const problems = [...wrong, ...missing];
  state(pass, {
    type: "ValidConfiguration",
    status: problems.length > 0 ? "False" : "True",
    reason: problems.length > 0 ? "InvalidConfiguration" : "AsExpected",
    message: problems.length > 0 ? problems.join("; ") : "Configuration passes validation",
  });
  if (wrong.length > 0) throw new Stalled("InvalidConfiguration", problems.join("; "));
  // What is not there yet may come: looking again helps.
  if (missing.length > 0) throw new Error(problems.join("; "));
}

/** What only the platform can know, such as that a namespace with hosts is there. */
async function platformProblems({ cluster, kube }: Pass): Promise<string[]> {
  const problem = await platformOf(cluster.spec.platform.type).problem?.(cluster, kube);
  return problem ? [problem] : [];
}

/** Everything but the pull secret, which the check of the release image speaks of. */
async function referenceProblems({ cluster, kube }: Pass): Promise<string[]> {
  const wanted = references(cluster).filter(
    ({ optional, kind, to }) => !optional && !(kind === Secret && to === "pull-secret"),
  );
  const found = await Promise.all(
    wanted.map(async (each) => ({
      ...each,
      object: await kube.get(each.kind, each.from, cluster.metadata?.namespace),
    })),
  );
  return found.flatMap(({ field, kind, from, keys, object }) => {
    if (!object) {
      return [
        `${field} names the ${kind.kind} ${from}, which is missing in namespace ${cluster.metadata?.namespace}: create it`,
      ];
    }
    const absent = keys.filter((key) => !(key in ((object as { data?: object }).data ?? {})));
    return absent.map((key) => `${field} names the ${kind.kind} ${from}, which has no key ${key}: add it`);
  });
}

/** Names that something in the control plane's namespace got which is no copy: nothing of the list that is always there. */
async function takenNameProblems({ cluster, kube, namespace, ownsNamespace }: Pass): Promise<string[]> {
  if (!ownsNamespace) return [];
  const known = await listCopies(kube, namespace);
  const copies = references(cluster).filter(
    ({ isOwnName, kind, to }) => !isOwnName && !known.some((one) => one.kind.kind === kind.kind && one.name === to),
  );
  const present = await Promise.all(copies.map(({ kind, to }) => kube.get(kind, to, namespace)));
  return copies.flatMap((each, index) => {
    const object = present[index];
    return object && !isCopy(object) ? [ownNameProblem(each)] : [];
  });
}
