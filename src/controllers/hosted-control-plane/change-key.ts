import { render } from "../../control-plane/component.ts";
import { kubeApiserver } from "../../control-plane/kube-apiserver/component.ts";
import { encryptionName } from "../../control-plane/kube-apiserver/files.ts";
import { wait } from "../../kube/controller.ts";
import { Deployment, Pod } from "../../kube/kinds.ts";
import { textOf } from "../../kube/text-of.ts";
import { configHashAnnotation } from "../../rendering/config-hash.ts";
import { componentState } from "./component-state.ts";
import { keyChange, presentKeys } from "./key-change.ts";
import { type Pass, type PlaneStep, planeOf } from "./pass.ts";

/** How far it is shows in pods that are going, too, and no watch tells of those. */
const lookAgainMs = 5_000;

/**
 * Changes the key that Secrets are encrypted with in two steps: first every API server reads it, then they write with
 * it. In one step the first new API server would write what the others cannot read.
 */
export const changeKey: PlaneStep = async (pass) => {
  if (!pass.encryption) return;
  const secret = pass.secrets.find(({ metadata }) => metadata?.name === encryptionName);
  const present = presentKeys(textOf(secret, "encryption.json"));
  const { before, after } = keyChange(pass.encryption, present, pass.hcp.status?.initialized ?? false);
  pass.encryption = before ?? after;
  if (!before) return;
  if (await isEverywhere(pass)) pass.encryption = after;
  else {
    const message = `The key ${after.active.name} encrypts Secrets once every replica of kube-apiserver can read it`;
    pass.waits.push(wait("ReadOnlyRolloutInProgress", message, lookAgainMs));
  }
};

/** Whether every API server that may still answer runs with the configuration that this pass would give it. */
async function isEverywhere(pass: Pass): Promise<boolean> {
  const { kube, namespace } = pass;
  const rendered = render(kubeApiserver, planeOf(pass)).find(({ kind }) => kind === "Deployment");
  const hash = hashOf((rendered as Deployment).spec?.template);
  const [deployment, pods] = await Promise.all([
    kube.get(Deployment, "kube-apiserver", namespace, { live: true }),
    kube.list(Pod, { namespace, labels: { app: "kube-apiserver" }, live: true }),
  ]);
  const isRolledOut = componentState("kube-apiserver", deployment).rolloutComplete.is;
  return isRolledOut && hashOf(deployment?.spec?.template) === hash && pods.every((pod) => hashOf(pod) === hash);
}

function hashOf(object: { metadata?: { annotations?: Record<string, string> } } | undefined): string | undefined {
  return object?.metadata?.annotations?.[configHashAnnotation];
}
