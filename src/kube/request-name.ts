/** What a request asks of an API server: the verb as in audit logs (and `apply`), and the resource as in Roles. */
export interface RequestName {
  verb: string;
  /** `secrets`, `hostedclusters/status`; the path itself where it is no resource's, such as `/readyz`. */
  resource: string;
}

interface Asked {
  method: string;
  /** With its query. */
  path: string;
  headers?: Record<string, string>;
}

/** Names a request, to count it. Names of objects are not in it: there are too many. */
export function requestName({ method, path, headers }: Asked): RequestName {
  const [address = "", query = ""] = path.split("?");
  const parts = address.split("/").filter(Boolean);
  const resourcePath = parts.slice(parts[0] === "api" ? 2 : 3);
  if ((parts[0] !== "api" && parts[0] !== "apis") || resourcePath.length === 0) {
    return { verb: method.toLowerCase(), resource: parts[0] === "apis" ? "/apis" : address };
  }
  // A namespace's own path is no longer than this.
  const inNamespace = resourcePath[0] === "namespaces" && resourcePath.length > 2 && !ofNamespaces.has(resourcePath[2]);
  const [resource = "", name, subresource] = inNamespace ? resourcePath.slice(2) : resourcePath;
  const isWatch = new URLSearchParams(query).get("watch") === "true";
  const type = headers?.["content-type"] ?? "";
  return {
    verb: verbOf(method, { isOne: name !== undefined, isWatch, isApply: type.startsWith("application/apply-patch") }),
    resource: subresource ? `${resource}/${subresource}` : resource,
  };
}

const ofNamespaces = new Set<string | undefined>(["status", "finalize"]);

function verbOf(method: string, { isOne, isWatch, isApply }: { isOne: boolean; isWatch: boolean; isApply: boolean }) {
  if (isWatch) return "watch";
  if (method === "GET") return isOne ? "get" : "list";
  if (method === "PATCH") return isApply ? "apply" : "patch";
  return (
    { POST: "create", PUT: "update", DELETE: isOne ? "delete" : "deletecollection" }[method] ?? method.toLowerCase()
  );
}
