import { render } from "../../control-plane/component.ts";
import { components } from "../../control-plane/index.ts";
import { wait } from "../../kube/controller.ts";
import { RegistryError } from "../../release/registry-error.ts";
import type { PlaneStep } from "./pass.ts";
import { planeOf, state } from "./pass.ts";

/** Reads the release and finds out whether it holds every image that is needed: ValidReleaseInfo. */
export const checkRelease: PlaneStep = async (pass) => {
  const type = "ValidReleaseInfo";
  try {
    const found = await pass.options.releaseOf(pass.hcp, pass.kube);
    pass.release = found;
    // Rendering asks the release for each image.
    const plane = planeOf(pass);
    for (const component of components) render(component, plane);
    const every = "The release has every image that is needed";
    if (!found.unasked) return state(pass, { type, status: "True", reason: "AsExpected", message: every });
    const message = `${every}; it is as it was read before, because it cannot be read now: ${found.unasked}`;
    state(pass, { type, status: "True", reason: "CachedRelease", message });
    pass.waits.push(wait("CachedRelease", message, 60_000));
  } catch (error) {
    if (!(error instanceof RegistryError)) throw error;
    const reason = error.reason === "NotAReleaseImage" ? "MissingReleaseImages" : error.reason;
    state(pass, { type, status: "False", reason, message: error.message });
    return wait(reason, error.message, 30_000);
  }
};
