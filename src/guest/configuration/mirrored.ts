import type { Manifest } from "../../rendering/component.ts";
import type { Facts } from "../facts.ts";
import { singleton } from "./singleton.ts";

type Section = keyof NonNullable<Facts["spec"]["configuration"]>;

/** The object of that kind with the same spec as that section of the HostedCluster's configuration. */
export function mirrored(kind: string, section?: Section): Manifest<Facts> {
  return ({ spec }) => singleton(kind, (section && spec.configuration?.[section]) ?? {});
}
