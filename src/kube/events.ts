import { createHash } from "node:crypto";
import type { Log } from "./controller.ts";
import { Event } from "./kinds.ts";
import type { Kube } from "./kube.ts";
import type { Resource } from "./resource.ts";

export interface EventOptions {
  kube: Kube;
  log: Log;
  /** Who tells. */
  component: string;
  now?: () => Date;
}

/** One thing that happened to an object, as `kubectl describe` and `kubectl get events` show it. */
export interface Happening {
  type: "Normal" | "Warning";
  /** PascalCase, such as `PullSecretMissing`. */
  reason: string;
  message: string;
}

/**
 * Records what happened to an object as a Kubernetes Event. The same thing said again counts up the Event that is
 * there. Never fails: that an Event could not be written is only logged.
 */
export async function recordEvent(options: EventOptions, about: Resource, happening: Happening): Promise<void> {
  const { kube, log, now = () => new Date() } = options;
  const time = `${now().toISOString().slice(0, 19)}Z`;
  const event = eventOf(options.component, about, happening, time);
  const { name = "", namespace } = event.metadata ?? {};
  try {
    const present = await kube.get(Event, name, namespace);
    if (!present) await kube.create(event);
    else await kube.patch(Event, name, namespace, { count: (present.count ?? 1) + 1, lastTimestamp: time });
  } catch (error) {
    log.warn({ reason: happening.reason, error }, "could not record an event");
  }
}

function eventOf(component: string, about: Resource, happening: Happening, time: string): Event {
  const { apiVersion, kind, metadata } = about;
  const { name = "", namespace = "default", uid, resourceVersion } = metadata ?? {};
  const { type, reason, message } = happening;
  // The same for the same happening: that is what makes it count up.
  const hash = createHash("sha256").update([component, kind, uid, type, reason, message].join("\n")).digest("hex");
  return {
    apiVersion: "v1",
    kind: "Event",
    metadata: { name: `${name}.${hash.slice(0, 16)}`, namespace },
    involvedObject: { apiVersion, kind, name, namespace: metadata?.namespace, uid, resourceVersion },
    type,
    reason,
    message: message.slice(0, 1024),
    source: { component },
    reportingComponent: component,
    reportingInstance: component,
    firstTimestamp: time,
    lastTimestamp: time,
    count: 1,
  };
}
