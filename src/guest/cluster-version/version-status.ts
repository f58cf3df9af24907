import { type Condition, findCondition, isTrue, setCondition } from "../../api/condition.ts";
import type { ClusterOperator, ClusterVersion } from "../../api/index.ts";
import { homelessReason } from "./operator-status.ts";

type Status = NonNullable<ClusterVersion["status"]>;
type History = NonNullable<Status["history"]>;

export interface VersionFacts {
  version: string;
  image: string;
  channel?: string;
  /** Every ClusterOperator that there is to be, with its present status. */
  operators: ClusterOperator[];
  generation: number;
  before: Status | undefined;
  now: Date;
}

// As many as OpenShift keeps.
const longestHistory = 100;

/** What the ClusterVersion says: which release the cluster is to run, runs, and ran before, and what is missing to it. */
export function versionStatus({ version, image, channel, operators, generation, before, now }: VersionFacts): Status {
  const lagging = operators.filter((operator) => !isAt(operator, version));
  const unavailable = operators.filter(
    ({ status }) => !isTrue(conditionsIn(status), "Available") && !isHomeless(status),
  );
  const done = lagging.length === 0;
  const history = historyWith(before?.history ?? [], { version, image, done, now });
  const everDone = history.some(({ state }) => state === "Completed");
  const conditions = structuredClone(before?.conditions ?? []) as Condition[];
  const set = (type: string, status: boolean, reason: string, message = "") =>
    setCondition(conditions, { type, status: status ? "True" : "False", reason, message }, now);

  set(
    "Available",
    everDone,
    everDone ? "AsExpected" : "Installing",
    everDone ? `Done applying ${history.find(({ state }) => state === "Completed")?.version}` : "",
  );
  // Only what worked before fails; what is still on its way does not.
  const failing = done || !everDone ? [] : unavailable.filter(({ status }) => isAtOnce(status, version));
  set(
    "Failing",
    failing.length > 0,
    failing.length > 0 ? "ClusterOperatorNotAvailable" : "AsExpected",
    sentence(failing, "is not available"),
  );
  const progress = `Working towards ${version}: ${operators.length - lagging.length} of ${operators.length} done, waiting on ${namesOf(lagging)}`;
  set(
    "Progressing",
    !done,
    done ? "AsExpected" : "ClusterOperatorsUpdating",
    done ? `Cluster version is ${version}` : progress,
  );
  set("ReleaseAccepted", true, "PayloadLoaded", `Payload loaded version="${version}" image="${image}"`);
  set(
    "RetrievedUpdates",
    false,
    channel ? "NoUpdateService" : "NoChannel",
    channel
      ? "No update service is asked: see the HostedCluster for available updates"
      : "The update channel has not been configured",
  );
  set("Upgradeable", true, "AsExpected");
  return {
    desired: { version, image },
    observedGeneration: generation,
    history,
    availableUpdates: null,
    capabilities: { enabledCapabilities: [], knownCapabilities: [] },
    conditions,
  } as Status;
}

/** The newest release comes first. One that never was completed ends when the next one begins. */
function historyWith(
  history: History,
  { version, image, done, now }: { version: string; image: string; done: boolean; now: Date },
): History {
  const time = `${now.toISOString().slice(0, 19)}Z`;
  const [newest, ...older] = history;
  const state = done ? "Completed" : "Partial";
  if (newest?.image !== image) {
    const entry = { state, version, image, startedTime: time, completionTime: done ? time : null, verified: false };
    const ended = newest && { ...newest, completionTime: newest.completionTime ?? time };
    return [entry, ...(ended ? [ended] : []), ...older].slice(0, longestHistory) as History;
  }
  if (newest.state === "Completed" || !done) return history;
  return [{ ...newest, state, completionTime: time }, ...older];
}

function isAt({ status }: ClusterOperator, version: string): boolean {
  if (isTrue(conditionsIn(status), "Progressing")) return false;
  // What needs nodes does not hold up a cluster that has none.
  if (isHomeless(status)) return true;
  return isTrue(conditionsIn(status), "Available") && isAtOnce(status, version);
}

function isAtOnce(status: ClusterOperator["status"], version: string): boolean {
  return status?.versions?.some((each) => each.name === "operator" && each.version === version) ?? false;
}

function isHomeless(status: ClusterOperator["status"]): boolean {
  return findCondition(conditionsIn(status), "Available")?.reason === homelessReason;
}

function conditionsIn(status: ClusterOperator["status"]): Condition[] {
  return (status?.conditions ?? []) as Condition[];
}

function namesOf(operators: ClusterOperator[]): string {
  return operators.map(({ metadata }) => metadata?.name).join(", ");
}

function sentence(operators: ClusterOperator[], what: string): string {
  return operators
    .map(
      ({ metadata, status }) =>
        `${metadata?.name} ${what}: ${findCondition(conditionsIn(status), "Available")?.message ?? ""}`,
    )
    .join("; ");
}
