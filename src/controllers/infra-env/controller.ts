import { InfraEnv } from "../../api/infra-env.ts";
import { type Controller, Stalled, watches } from "../../kube/controller.ts";
import { Secret, Service } from "../../kube/kinds.ts";
import { registrationName } from "../../platforms/agent/registration-names.ts";
import { runSteps } from "../run-steps.ts";
import { stateCourse } from "../state-course.ts";
import { summarizeAs } from "../summarize-as.ts";
import { ensureCertificate } from "./ensure-certificate.ts";
import { ensureService } from "./ensure-service.ts";
import { ensureToken } from "./ensure-token.ts";
import type { InfraEnvStep } from "./pass.ts";
import { reportArtifacts } from "./report-artifacts.ts";

export interface InfraEnvOptions {
  /** The operator's namespace: the registration service runs there, too. */
  operatorNamespace: string;
}

const steps: readonly InfraEnvStep[] = [ensureService, ensureCertificate, ensureToken, reportArtifacts];

const lookAgainMs = 3_600_000;

const reportImage = summarizeAs("ImageCreated", {
  reason: "ImageCreated",
  message: "Hosts can boot with the discovery configuration",
});

/** Gives the hosts of an InfraEnv a place to register, a token for it, and what to boot with. */
export function infraEnvController({ operatorNamespace: namespace }: InfraEnvOptions): Controller<InfraEnv> {
  const ofRegistration = ({ metadata }: { metadata?: { name?: string } }) =>
    metadata?.name === registrationName ? undefined : [];
  return {
    name: "infra-env",
    kind: InfraEnv,
    // Certificates end and tokens are replaced without any event.
    resyncMs: lookAgainMs,
    owns: [Secret],
    watches: [
      watches<Service>({ kind: Service, namespace, keysOf: ofRegistration }),
      watches<Secret>({ kind: Secret, namespace, keysOf: ofRegistration }),
    ],
    // They share one Service and one certificate.
    workers: 1,
    reconcile: (infraEnv, context) => runSteps({ ...context, infraEnv, operatorNamespace: namespace }, steps),
    summarize(infraEnv, result, context) {
      reportImage(infraEnv, result, context);
      const { wait, error } = result;
      const stalled = error instanceof Stalled ? error : undefined;
      const reconciling = wait ?? (error && !stalled ? { reason: "Error", message: error.message } : undefined);
      stateCourse(infraEnv, { stalled, reconciling }, context.now());
    },
  };
}
