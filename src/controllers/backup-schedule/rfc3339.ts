/** A time as Kubernetes writes it: in seconds. */
export const rfc3339 = (time: Date) => `${time.toISOString().slice(0, 19)}Z`;

/** The same as a part of a name. */
export const stampOf = (time: Date) => rfc3339(time).replaceAll(/[-:TZ]/g, "");
