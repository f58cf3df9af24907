const name = /^[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$/;
const prefix = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

/** Whether Kubernetes takes a text as the name of a label, as `tier` or `example.com/tier`. */
export function isLabelKey(text: string): boolean {
  const [last = "", first, ...more] = text.split("/").reverse();
  return more.length === 0 && name.test(last) && (first === undefined || (first.length <= 253 && prefix.test(first)));
}

/** Whether Kubernetes takes a text as the value of a label. */
export function isLabelValue(text: string): boolean {
  return text === "" || name.test(text);
}
