import { type WantedRecovery, wantedRecovery } from "../../../api/wanted-recovery.ts";
import { componentLabelName } from "../../../control-plane/component.ts";
import { components } from "../../../control-plane/index.ts";
import { wait } from "../../../kube/controller.ts";
import { Pod } from "../../../kube/kinds.ts";
import type { Pass, PlaneStep } from "../pass.ts";

/** The end of pods is no event of ours. */
const lookAgainMs = 1_000;

/** Answers a recovery in `status.recovery`: how much of the control plane runs, as the pods themselves tell it. */
export const reportRecovery: PlaneStep = async (pass) => {
  const { hcp } = pass;
  const { status } = hcp;
  const wanted = wantedRecovery(hcp);
  if (!status) return;
  if (!wanted) {
    delete status.recovery;
    return;
  }
  const obstacle = await whyNotYet(pass, wanted);
  if (!obstacle) {
    status.recovery = { id: wanted.id, mode: wanted.mode };
    return;
  }
  status.recovery = { id: wanted.id, message: obstacle };
  pass.waits.unshift(wait("RestoreInProgress", obstacle, lookAgainMs));
};

async function whyNotYet(pass: Pass, { mode }: WantedRecovery): Promise<string | undefined> {
  if (mode === "Running") {
    const api = pass.states.get("kube-apiserver")?.available;
    return api?.is ? undefined : (api?.message ?? "The API server is not there yet");
  }
  const left = await podsOf(pass, mode === "EtcdOnly" ? ["etcd"] : []);
  if (left.length > 0) return `These pods are still there: ${left.join(", ")}`;
  const etcd = pass.states.get("etcd")?.available;
  return mode === "Stopped" || etcd?.is ? undefined : etcd?.message;
}

/** The control plane's pods but for those of these components: from the server itself, for what has ended is not to write. */
async function podsOf({ kube, namespace }: Pass, except: readonly string[]): Promise<string[]> {
  const names = components.map(({ name }) => name).filter((name) => !except.includes(name));
  const pods = await kube.list(Pod, { namespace, live: true });
  return pods
    .filter(({ metadata, status }) => {
      const component = metadata?.labels?.[componentLabelName] ?? "";
      return names.includes(component) && status?.phase !== "Succeeded" && status?.phase !== "Failed";
    })
    .map(({ metadata }) => metadata?.name ?? "")
    .sort();
}
