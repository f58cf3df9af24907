import type { InfraEnv } from "../../api/infra-env.ts";
import type { Context } from "../../kube/controller.ts";
import type { Step } from "../run-steps.ts";

/** One look at an InfraEnv: the object, where the registration service runs, and the means to act. Steps share it. */
export interface Pass extends Context {
  infraEnv: InfraEnv;
  operatorNamespace: string;
}

/** A step of the infra-env controller. */
export type InfraEnvStep = Step<Pass>;
