import { type Component, render } from "../../control-plane/component.ts";
import type { ControlPlane } from "../../control-plane/control-plane.ts";
import { missingFiles, mountedFiles } from "../../control-plane/defaults.ts";
import { components } from "../../control-plane/index.ts";
import { Deployment, StatefulSet } from "../../kube/kinds.ts";
import { sentenceOf } from "../../kube/log.ts";
import type { Resource } from "../../kube/resource.ts";
import { seen } from "../../kube/seen.ts";
import { componentReports } from "./component-reports.ts";
import { componentState, failedState, isUpdated, waitingState } from "./component-state.ts";
import { isStopped, type Pass, type PlaneStep, planeOf } from "./pass.ts";

/**
 * Applies every component whose needs are met, all at the same time, and learns how each is. What cannot be applied
 * yet is left as it is; a change of the control plane brings the next pass.
 */
export function ensureComponents(): PlaneStep {
  const report = componentReports();
  return async (pass) => {
    const plane = planeOf(pass);
    const needed = components.filter((component) => component.isNeeded?.(plane) !== false);
    const done = new Map<string, Promise<void>>();
    for (const component of needed) {
      const before = startsAtOnce(plane, component) ? [] : component.needs.flatMap((name) => done.get(name) ?? []);
      done.set(
        component.name,
        Promise.allSettled(before).then(() => tryComponent(pass, plane, component)),
      );
    }
    const results = await Promise.allSettled(done.values());
    await Promise.all(needed.map((component) => report(pass, plane, component)));
    const failure = results.find((result) => result.status === "rejected");
    if (failure) throw failure.reason;
  };
}

/** What goes wrong with one component is said in its status, and keeps none of the others from being made. */
async function tryComponent(pass: Pass, plane: ControlPlane, component: Component): Promise<void> {
  try {
    await ensureComponent(pass, plane, component);
  } catch (error) {
    pass.states.set(component.name, failedState(sentenceOf(error as Error)));
    throw error;
  }
}

async function ensureComponent(pass: Pass, plane: ControlPlane, component: Component): Promise<void> {
  const objects = render(component, plane);
  const waitsFor = reasonToWait(pass, plane, component, objects);
  const workloads = objects.filter(isWorkload);
  const others = objects.filter((object) => !isWorkload(object));
  if (waitsFor !== undefined) {
    const present = await presentWorkload(pass, workloads[0]);
    if (present) pass.workloads.set(component.name, present);
    pass.states.set(component.name, waitingState(waitsFor, present, component.name));
    return;
  }
  // Files first: a pod that finds its Secret missing waits for the kubelet's next look.
  const isBinding = ({ kind }: Resource) => kind === "RoleBinding";
  await Promise.all(others.filter((object) => !isBinding(object)).map((object) => pass.kube.apply(object)));
  // Whether one may bind a Role is decided by what is in it.
  await Promise.all(others.filter(isBinding).map((object) => pass.kube.apply(object)));
  await Promise.all(mountedFiles(workloads).map((file) => pass.writing.get(file)));
  for (const workload of workloads) pass.workloads.set(component.name, await pass.kube.apply(workload));
  pass.applied.add(component.name);
  pass.states.set(component.name, componentState(component.name, pass.workloads.get(component.name)));
}

/** Why the component cannot be applied now: what it needs is not there, or not on the present release yet. */
function reasonToWait(pass: Pass, plane: ControlPlane, component: Component, objects: Resource[]): string | undefined {
  // What is to stop needs nothing.
  if (isStopped(pass)) return undefined;
  const held = pass.held.get(component.name);
  if (held) return held;
  if (!startsAtOnce(plane, component)) {
    const unmet = component.needs.find((name) => {
      const state = pass.states.get(name);
      const workload = pass.workloads.get(name);
      if (!state) return false;
      // A replica that is missing for long must not hold up everything else; one that is about to change does.
      if (component.waitsByItself && workload && isUpdated(workload)) return false;
      return !(state.available.is && state.rolloutComplete.is);
    });
    if (unmet) return `${component.name} waits until ${unmet} is available and up to date`;
  }
  const [missing] = missingFiles(plane, objects);
  return missing && `${component.name} waits for the ${missing.replace("/", " ")}`;
}

/** Only while the control plane comes up: an update goes through it one component after the other. */
function startsAtOnce({ started }: ControlPlane, { waitsByItself }: Component): boolean {
  return waitsByItself === true && !started;
}

type Workload = Deployment | StatefulSet;

function isWorkload(object: Resource): object is Workload {
  return object.kind === "Deployment" || object.kind === "StatefulSet";
}

function presentWorkload({ kube, namespace }: Pass, rendered: Workload | undefined): Promise<Workload | undefined> {
  const name = rendered?.metadata?.name ?? "";
  if (rendered?.kind === "StatefulSet") return seen(kube, StatefulSet, name, namespace);
  return rendered ? seen(kube, Deployment, name, namespace) : Promise.resolve(undefined);
}
