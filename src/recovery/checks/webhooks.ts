import { clusterKind } from "../../kube/kind.ts";
import type { Kube } from "../../kube/kube.ts";
import { sentenceOf } from "../../kube/log.ts";
import type { Resource } from "../../kube/resource.ts";
import { type Check, failed, passed, skipped } from "./check.ts";
import { named } from "./on-some-nodes.ts";

type WebhookConfiguration = Resource & { webhooks?: Webhook[] };

interface Webhook {
  name: string;
  clientConfig: { url?: string; service?: WebhookService };
}

interface WebhookService {
  namespace: string;
  name: string;
  path?: string;
  port?: number;
}

const kinds = ["Validating", "Mutating"].map((sort) =>
  clusterKind<WebhookConfiguration>(
    "admissionregistration.k8s.io/v1",
    `${sort}WebhookConfiguration`,
    `${sort.toLowerCase()}webhookconfigurations`,
  ),
);

/** Every admission webhook in the cluster answers: requests would be refused for one that does not. */
export const webhooks: Check = {
  name: "webhooks",
  title: "Admission webhooks answer",
  asks: "nodes",
  async run({ hosted: { kube }, signal }) {
    const configurations = (await Promise.all(kinds.map((kind) => kube.list(kind, { signal })))).flat();
    const all = configurations.flatMap((each) => each.webhooks ?? []);
    const services = new Map(
      all.flatMap(({ clientConfig: { service } }) => (service ? [[pathOf(service), service] as const] : [])),
    );
    const elsewhere = all.length - all.filter(({ clientConfig }) => clientConfig.service).length;
    const unasked = elsewhere > 0 ? `; ${elsewhere} outside the cluster were not asked` : "";
    if (services.size === 0) return skipped(`The cluster has no admission webhooks of its own${unasked}`);
    const problems = await Promise.all([...services].map(([path, service]) => problemOf(kube, path, service, signal)));
    const found = problems.filter((problem) => problem !== undefined);
    if (found.length > 0) return failed(`${named(found)}${unasked}`);
    return passed(`${services.size} ${services.size === 1 ? "webhook answers" : "webhooks answer"}${unasked}`);
  },
};

/** By way of the API server, which reaches it as it does for a webhook. */
function pathOf({ namespace, name, path = "/", port = 443 }: WebhookService): string {
  return `/api/v1/namespaces/${namespace}/services/https:${name}:${port}/proxy${path}`;
}

/** Whoever runs a webhook decides what is said, and there may be many. */
const mostCharacters = 300;

/** Any answer of its own will do, also a refusal: it is given nothing to admit. */
async function problemOf(kube: Kube, path: string, { namespace, name }: WebhookService, signal: AbortSignal) {
  try {
    const { status, body } = await kube.request("GET", path, { signal, maxBytes: 1024 * 1024 });
    const why = status >= 400 ? messageOfServer(body) : undefined;
    return why && `${namespace}/${name} does not answer: ${why}`;
  } catch (error) {
    return `${namespace}/${name} does not answer: ${sentenceOf(error)}`;
  }
}

/** What the API server itself says where it does not reach the service; nothing of an answer that is the webhook's. */
function messageOfServer(body: string): string | undefined {
  try {
    const { kind, message } = JSON.parse(body) as { kind?: string; message?: string };
    return kind === "Status" ? (message ?? "it is not reached").slice(0, mostCharacters) : undefined;
  } catch {
    return undefined;
  }
}
