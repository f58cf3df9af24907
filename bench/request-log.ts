/** A request as an API server's log has it from verbosity 3 on. */
export interface LoggedRequest {
  /** Who asked: a program, or the account of a controller. */
  client: string;
  /** As metrics have it: GET, LIST, WATCH, APPLY. */
  verb: string;
  /** With its subresource: pods/status. */
  resource: string;
}

/** The requests in a log of kube-apiserver. */
export function requestsIn(log: string): LoggedRequest[] {
  return [...log.matchAll(/"HTTP" verb="(\S+)" URI="(\S+)" .*?userAgent="([^"]*)"/g)].map(
    ([, verb = "", uri = "", userAgent = ""]) => ({ client: clientOf(userAgent), verb, resource: resourceOf(uri) }),
  );
}

/** `roost/PROGRAM`, or what client-go says: `PROGRAM/VERSION (PLATFORM) kubernetes/COMMIT`, of a controller `/NAME` behind. */
function clientOf(userAgent: string): string {
  const [program = "", own = ""] = userAgent.split("/");
  if (program === "roost") return own;
  const [, controller] = /\) kubernetes\/[^/]*\/(\S+)$/.exec(userAgent) ?? [];
  return controller ? `${program} ${controller.replace(/^system:serviceaccount:kube-system:/, "")}` : program;
}

/** What lies below the group and the namespace, without the object's name; a path that is no resource's as it is. */
function resourceOf(uri: string): string {
  const path = uri.split("?")[0] ?? "";
  const [, below] = /^\/(?:api\/[^/]+|apis\/[^/]+\/[^/]+)\/(.+)$/.exec(path) ?? [];
  if (!below) return path;
  const [resource = "", , sub] = below.replace(/^namespaces\/[^/]+\/(?=[^/]+)/, "").split("/");
  return sub ? `${resource}/${sub}` : resource;
}
