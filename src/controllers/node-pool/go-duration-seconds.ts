import { goDurationMs } from "../../api/go-duration.ts";

/** The same in whole seconds, rounded up, as Cluster API wants them. */
export function goDurationSeconds(text: string | undefined): number | undefined {
  const milliseconds = goDurationMs(text);
  return milliseconds === undefined ? undefined : Math.ceil(milliseconds / 1_000);
}
