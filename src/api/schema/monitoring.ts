import { object, oneOf, optional } from "./field.ts";

const metricsSet = (description: string) => oneOf(["Telemetry", "SRE", "All"], description);

/** Which metrics of the control plane are collected, and where they go. */
export const monitoring = object(
  {
    metricsSet: optional(
      metricsSet("Which metrics of the control plane are collected; the operator's setting where absent."),
    ),
    metricsForwarding: optional(
      object(
        {
          mode: oneOf(
            ["Forward", "None"],
            "Whether the hosted cluster's own monitoring gets metrics of its control plane.",
          ),
          metricsSet: optional(metricsSet("Which metrics it gets.")),
        },
        "Metrics of the control plane for the hosted cluster's own monitoring.",
      ),
    ),
  },
  "Metrics of the control plane.",
  { minProperties: 1 },
);
