import { anything, object, optional } from "../field.ts";

export const configuration = object(
  {
    apiServer: optional(anything<any>("")),
    authentication: optional(anything<any>("")),
    featureGate: optional(anything<any>("")),
    image: optional(anything<any>("")),
    ingress: optional(anything<any>("")),
    network: optional(anything<any>("")),
    oauth: optional(anything<any>("")),
    operatorhub: optional(anything<any>("")),
    proxy: optional(anything<any>("")),
    scheduler: optional(anything<any>("")),
  },
  "Configuration",
);
