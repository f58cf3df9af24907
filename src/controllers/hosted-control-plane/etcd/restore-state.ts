import { firstRestore } from "../../../control-plane/etcd/orders.ts";
import { answers, type Observation } from "../../../etcd/observe-members.ts";

/** How a restore goes, in words for a condition. */
export interface RestoreState {
  reason: "EtcdRestoring" | "EtcdRestoreFailed";
  message: string;
}

/** After how many tries nobody waits for a member any longer: some five minutes, or at once where nothing passes by itself. */
const mostTries = { passing: 12, lasting: 3 };

/** How it goes as the members themselves say it while they restore a snapshot; nothing where none does. */
export function restoreState(observed: Observation = {}): RestoreState | undefined {
  const found = saidBy(observed);
  const failed = found.find(({ failure }) => failure !== undefined);
  if (failed) return { reason: "EtcdRestoreFailed", message: messageOf(failed, "it is tried again and again") };
  const [first] = found;
  if (!first) return undefined;
  const names = found.map(({ name }) => name).join(", ");
  const which = first.id === firstRestore ? "the snapshot that etcd is to begin with" : "the snapshot";
  return { reason: "EtcdRestoring", message: `${names} ${found.length === 1 ? "restores" : "restore"} ${which}` };
}

/** Why a member will not restore the snapshot of this ID, however long it tries; nothing where it still may. */
export function hopeless(id: string, observed: Observation = {}): string | undefined {
  const given = saidBy(observed).find((said) => said.id === id && said.tries >= mostTriesOf(said));
  return given && messageOf(given, `it was tried ${given.tries} times`);
}

interface Said {
  name: string;
  id: string;
  tries: number;
  failure?: string;
}

function saidBy(observed: Observation): Said[] {
  return Object.entries(observed).flatMap(([name, member]) => {
    const says = answers(member) ? "" : (member.says ?? "");
    const words = /^restoring (\S+)(?: failed(?: in try (\d+))?: (.*))?$/.exec(says);
    return words ? [{ name, id: words[1] ?? "", tries: Number(words[2] ?? 0), failure: words[3] }] : [];
  });
}

function mostTriesOf({ name, failure = "" }: Said): number {
  return problemOf(failure.split(" "), name).passes ? mostTries.passing : mostTries.lasting;
}

/** `goesOn` says what is done where the problem may pass by itself. */
function messageOf({ name, id, failure = "" }: Said, goesOn: string): string {
  const { problem, passes } = problemOf(failure.split(" "), name);
  const again = id === firstRestore ? newCluster : "restore another one";
  return `${name} cannot restore the snapshot: ${problem}; ${passes ? goesOn : again}`;
}

const newCluster =
  "restoreSnapshotURL cannot be changed, so delete the HostedCluster and create it again with the address of a good one";

/** `passes`: it may pass without anybody changing the address. */
function problemOf([word, code, status]: string[], name: string): { problem: string; passes: boolean } {
  switch (word) {
    case "fetch":
      // What curl says of a file that it cannot write on.
      if (code === "23") return full(name);
      return code === "22" ? refusal(Number(status)) : { problem: connection(code), passes: true };
    case "address":
      return { problem: "its address is not there yet", passes: true };
    case "sha256":
      return { problem: "what lies at its address is another file than the one asked for (sha256)", passes: false };
    case "unfinished":
      return {
        problem:
          "what lies at its address has no checksum: it is no snapshot that etcdctl snapshot save wrote, or was cut short",
        passes: false,
      };
    case "damaged":
      return { problem: "what lies at its address is damaged: it does not fit its checksum", passes: false };
    case "full":
      return full(name);
    case "etcdutl":
      return { problem: `etcdutl ended with ${code}, and the log of the pod ${name} tells more`, passes: true };
    default:
      return { problem: "its volume cannot be written", passes: true };
  }
}

const full = (name: string) => ({
  problem: `the volume has no room for it: enlarge the PersistentVolumeClaim data-${name}`,
  passes: true,
});

function refusal(status: number): { problem: string; passes: boolean } {
  if (status === 404) return { problem: "nothing lies at its address (404)", passes: false };
  if (status === 429 || status >= 500) {
    return { problem: `the server of its address has trouble (${status})`, passes: true };
  }
  return { problem: `its address is refused (${status}): it is wrong or has expired`, passes: false };
}

/** What curl's exit codes mean. */
const connections: Record<string, string> = {
  "1": "the server of its address points to one that is not https://",
  "6": "the host name of its address is not known",
  "7": "nothing listens at its address",
  "18": "it came only in part",
  "28": "the server of its address does not answer in time",
  "35": "the server of its address speaks no TLS that etcd's image knows",
  "60": "the certificate of its server is signed by nobody that is trusted: name the authority in spec.additionalTrustBundle",
};

const connection = (code = "") => connections[code] ?? `its address cannot be read (curl ended with ${code})`;
