import type { Static } from "typebox";
import { kind } from "../kube/kind.ts";
import type { Resource } from "../kube/resource.ts";
import type { infraEnvSpec, infraEnvStatus } from "./schema/infra-env.ts";

/** A place that hosts boot from: what its discovery configuration holds, and where to fetch it. */
export type InfraEnv = Resource & { spec: Static<typeof infraEnvSpec>; status?: Static<typeof infraEnvStatus> };
export const InfraEnv = kind<InfraEnv>("agent-install.openshift.io/v1beta1", "InfraEnv", "infraenvs");
