import { isBreakGlass, type Signer } from "./certificates.ts";

/**
 * Which of these programs, not all of whose replicas are up to date, a successor of the signer has to wait for before it
 * signs. What is for emergencies only kube-apiserver checks: another program that is behind for long must not keep it.
 */
export function awaitedBy(signer: Signer, behind: readonly string[]): string[] {
  return behind.filter((name) => !isBreakGlass(signer) || name === "kube-apiserver");
}
