import type { HostedControlPlane } from "../../api/hosted-control-plane.ts";
import type { PlaneStep } from "./pass.ts";

type Status = NonNullable<HostedControlPlane["status"]>;
type VersionStatus = NonNullable<Status["controlPlaneVersion"]>;

/** Which release the control plane runs, and ran: `controlPlaneVersion`, `version`, `releaseImage`. */
export const reportRelease: PlaneStep = ({ hcp, release, states, now }) => {
  const { status } = hcp;
  if (!status || !release) return;
  const image = hcp.spec.controlPlaneReleaseImage ?? hcp.spec.releaseImage;
  const complete =
    states.size > 0 &&
    [...states.values()].every(({ available, rolloutComplete }) => available.is && rolloutComplete.is);
  const time = `${now().toISOString().slice(0, 19)}Z`;
  status.controlPlaneVersion = nextVersion(
    status.controlPlaneVersion,
    { image, version: release.version },
    complete,
    hcp.metadata?.generation ?? 1,
    time,
  );
  if (!complete) return;
  status.version = release.version;
  if (status.releaseImage !== hcp.spec.releaseImage) {
    status.releaseImage = hcp.spec.releaseImage;
    status.lastReleaseImageTransitionTime = time;
  }
};

/** The history with the release at its head: Partial from when it was asked for, Completed once every component runs it. */
function nextVersion(
  before: VersionStatus | undefined,
  release: { image: string; version: string },
  complete: boolean,
  generation: number,
  time: string,
): VersionStatus {
  const history = before?.history ?? [];
  const [latest] = history;
  const isNew = latest?.image !== release.image;
  const entry = isNew ? { state: "Partial", ...release, startedTime: time, verified: false } : latest;
  const head =
    complete && entry?.state !== "Completed"
      ? { ...entry, ...release, state: "Completed", completionTime: time }
      : entry;
  return {
    ...before,
    desired: release,
    observedGeneration: generation,
    history: [head, ...(isNew ? history : history.slice(1))].slice(0, 100),
  } as VersionStatus;
}
