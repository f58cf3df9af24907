import { object, optional } from "../field.ts";
import { apiServer } from "./api-server.ts";
import { authentication } from "./authentication.ts";
import { featureGate } from "./feature-gate.ts";
import { image } from "./image.ts";
import { ingress } from "./ingress.ts";
import { network } from "./network.ts";
import { oauth } from "./oauth.ts";
import { operatorHub } from "./operator-hub.ts";
import { proxy } from "./proxy.ts";
import { scheduler } from "./scheduler.ts";

/** Cluster-wide settings, each as the `spec` of the kind of that name in config.openshift.io. */
export const configuration = object(
  {
    apiServer: optional(apiServer),
    authentication: optional(authentication),
    featureGate: optional(featureGate),
    image: optional(image),
    ingress: optional(ingress),
    network: optional(network),
    oauth: optional(oauth),
    operatorhub: optional(operatorHub),
    scheduler: optional(scheduler),
    proxy: optional(proxy),
  },
  "Settings of the whole cluster. In the cluster each is shown by the object of that kind; changes there are taken back, so change them here.",
);
