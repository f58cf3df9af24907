import { isIP } from "node:net";
import { findCondition } from "../../kube/conditions.ts";
import { wait } from "../../kube/controller.ts";
import { type PlaneStep, state } from "./pass.ts";

/** Whether the API server's public name can be looked up: ExternalDNSReachable. Asked until it can be, and no more. */
export const checkName: PlaneStep = async (pass) => {
  const { hcp, endpoints, options } = pass;
  const type = "ExternalDNSReachable";
  const host = endpoints.api?.host;
  if (!host || isIP(host)) {
    const message = host ? "The API server is published by its address" : "The API server has no public name yet";
    return state(pass, { type, status: "Unknown", reason: "StatusUnknown", message });
  }
  const found = `${host} can be looked up`;
  const known = findCondition(hcp.status?.conditions, type);
  if (known?.status === "True" && known.message === found) return;
  const addresses = await options.resolve(host).catch(() => []);
  if (addresses.length > 0) return state(pass, { type, status: "True", reason: "AsExpected", message: found });
  const message = `${host} cannot be looked up yet; external-dns or you have to make a DNS record for the Service kube-apiserver`;
  state(pass, { type, status: "False", reason: "ExternalDNSHostNotReachable", message });
  // The record of a new cluster comes within seconds, and nothing tells when.
  pass.waits.push(wait("ExternalDNSHostNotReachable", message, 5_000));
};
