import { endpoints, published, type Route, strategyOf } from "../../control-plane/endpoints.ts";
import { publishedServices } from "../../control-plane/published-services.ts";
import { wait } from "../../kube/controller.ts";
import type { Service } from "../../kube/kinds.ts";
import { type Pass, type PlaneStep, state } from "./pass.ts";

/** Publishes the control plane's services and learns their addresses: InfrastructureReady. The steps after it go on with what is known. */
export const ensureServices: PlaneStep = async (pass) => {
  const { kube, hcp, namespace, routes } = pass;
  const objects = await Promise.all(
    publishedServices({ namespace, spec: hcp.spec, routes, started: hcp.status?.initialized ?? false }).map((each) =>
      kube.apply(each),
    ),
  );
  const isRoute = (object: Service | Route): object is Route => object.kind === "Route";
  pass.endpoints = endpoints(
    hcp.spec,
    objects.filter((each): each is Service => !isRoute(each)),
    objects.filter(isRoute),
  );
  const message = unknownAddress(pass);
  state(pass, {
    type: "InfrastructureReady",
    status: message ? "False" : "True",
    reason: message ? "WaitingOnInfrastructureReady" : "AsExpected",
    message: message ?? "Every published service has its address",
  });
  if (message) pass.waits.push(wait("WaitingOnInfrastructureReady", message, 60_000));
};

/** Which published service has no address yet, in a sentence. */
function unknownAddress({ hcp, endpoints }: Pass): string | undefined {
  const waiting = published.find(
    (each) => !endpoints[each.endpoint] && strategyOf(hcp.spec, each.service)?.type !== "None",
  );
  if (!waiting) return undefined;
  const type = strategyOf(hcp.spec, waiting.service)?.type;
  return `The ${type === "Route" ? "Route" : "Service"} ${waiting.name} (${waiting.service}, type ${type}) has no address yet`;
}
