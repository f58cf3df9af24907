import { type Pass, state } from "./pass.ts";

/** Says whether the platform has nodes of the architecture. The CRD has refused what no cluster can have. */
export function checkArchitecture(pass: Pass): void {
  const { arch = "amd64" } = pass.pool.spec;
  state(pass, {
    type: "ValidArchPlatform",
    status: "True",
    reason: "ValidArchPlatform",
    message: `Architecture ${arch}`,
  });
}
