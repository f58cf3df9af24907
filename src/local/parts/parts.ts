import type { BuiltRelease } from "../../release/build-release.ts";
import type { Progress } from "../progress.ts";

/** What an environment is made of. */
export interface Parts {
  /** Of Kubernetes, and so of the release. */
  version: string;
  /** The image of every machine, as podman names it. */
  machineImage: string;
  /** The folders of the management cluster's programs. */
  programs: { kubernetes: string; etcd: string };
  /** Where it was taken from, by digest; nothing where it was built here. */
  pullSpec?: string;
  /** The release for the environment's registry. */
  release(progress: Progress): Promise<BuiltRelease>;
}
