type Auths = Record<string, unknown>;

/**
 * The cluster's pull secret with the registries that its users added; where both name a registry, the cluster's entry
 * counts. `problem` says why what the users gave was left out.
 */
export function mergedPullSecret(own: string, added: string | undefined): { text: string; problem?: string } {
  if (added === undefined) return { text: own };
  const extra = authsOf(added);
  if (typeof extra === "string") {
    return { text: own, problem: `kube-system/additional-pull-secret is left out: ${extra}` };
  }
  const document = JSON.parse(own) as { auths?: Auths };
  return { text: JSON.stringify({ ...document, auths: sorted({ ...extra, ...document.auths }) }) };
}

function authsOf(text: string): Auths | string {
  let document: { auths?: Auths };
  try {
    document = JSON.parse(text);
  } catch {
    return "its .dockerconfigjson is not JSON";
  }
  const { auths } = document ?? {};
  if (typeof auths !== "object" || auths === null || Object.keys(auths).length === 0) {
    return "its .dockerconfigjson names no registry under auths";
  }
  const bad = Object.entries(auths).find(([, entry]) => !hasCredentials(entry));
  if (bad) return `the entry for ${bad[0]} has neither auth nor username and password`;
  return auths;
}

function hasCredentials(entry: unknown): boolean {
  const { auth, username, password } = (entry ?? {}) as Record<string, unknown>;
  const decoded =
    typeof auth === "string" ? Buffer.from(auth, "base64").toString() : `${username ?? ""}:${password ?? ""}`;
  return /^[^:]+:.+/s.test(decoded);
}

/** In one order, whatever the order of the sources: the nodes' file must not change without need. */
function sorted(auths: Auths): Auths {
  return Object.fromEntries(Object.entries(auths).sort(([a], [b]) => (a < b ? -1 : 1)));
}
