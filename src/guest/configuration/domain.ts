import type { Facts } from "../facts.ts";

/** The cluster's own domain: its name, or the prefix given instead, in the base domain. */
export function domain({ name, spec }: Facts): string {
  const { baseDomain = "", baseDomainPrefix = name } = spec.dns ?? {};
  return baseDomainPrefix === "" ? baseDomain : `${baseDomainPrefix}.${baseDomain}`;
}
