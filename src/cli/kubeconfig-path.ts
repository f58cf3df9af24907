import { existsSync, statSync } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import type { Facts } from "./command.ts";
import { UsageError } from "./usage-error.ts";

/**
 * The kubeconfig of the management cluster: what `--kubeconfig` names, what else the command speaks of, what $KUBECONFIG
 * names, the local environment of this checkout where there is one, or the user's own.
 */
export function kubeconfigPath(flag: string | undefined, facts: Facts, other?: string): string {
  if (flag !== undefined) return there(resolve(facts.cwd, flag), "--kubeconfig");
  if (other !== undefined) return there(other, "--environment");
  const named = facts.variables.KUBECONFIG?.split(delimiter).filter((path) => path !== "") ?? [];
  if (named.length > 0) {
    return there(resolve(facts.cwd, named.find((path) => existsSync(path)) ?? named[0] ?? ""), "KUBECONFIG");
  }
  const usual = [join(facts.root, ".roost", "kubeconfig"), join(facts.home, ".kube", "config")];
  const found = usual.find((path) => existsSync(path));
  if (found) return found;
  throw new UsageError(
    "no kubeconfig of a management cluster was found",
    `give one with --kubeconfig or KUBECONFIG, or make a local cluster with "hcp local up"`,
  );
}

function there(path: string, source: string): string {
  if (!existsSync(path)) throw new UsageError(`${source} names ${path}: there is no such file`);
  if (statSync(path).isDirectory()) throw new UsageError(`${source} names ${path}: it is a folder`);
  return path;
}
