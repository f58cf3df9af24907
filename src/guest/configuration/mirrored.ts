import type { Manifest } from "../component.ts";
import type { Facts } from "../facts.ts";
import { singleton } from "./singleton.ts";

type Section = keyof NonNullable<Facts["spec"]["configuration"]>;

/** The object of that kind with the same spec as that section of the HostedCluster's configuration. */
export function mirrored(kind: string, section?: Section): Manifest {
  return ({ spec }) => singleton(kind, (section && spec.configuration?.[section]) ?? {});
}
