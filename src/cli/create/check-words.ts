import { parseAddress } from "../../api/address.ts";
import { parseCidr } from "../../api/cidr.ts";

/** Checks for `checked` and `list`: each returns what the text should be instead, or nothing where it is right. */

/** A block of addresses. */
export function cidrCheck(value: string): string | undefined {
  return parseCidr(value) ? undefined : "a CIDR such as 10.132.0.0/14";
}

/** A name of an object or namespace (RFC 1123 label). */
export function nameCheck(value: string): string | undefined {
  if (value.length > 63) return `a name of at most 63 characters (it has ${value.length})`;
  return /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(value)
    ? undefined
    : "a name of lower case letters, digits and hyphens, with a letter or digit at both ends";
}

/** A domain name, each part of which DNS accepts. */
export function domainCheck(value: string): string | undefined {
  const parts = value.split(".");
  if (value.length > 253) return `a domain name of at most 253 characters (it has ${value.length})`;
  const long = parts.find((part) => part.length > 63);
  if (long) return `a domain name: its part ${long} has ${long.length} characters, and DNS allows 63`;
  return parts.every((part) => /^[a-zA-Z0-9]([-a-zA-Z0-9]*[a-zA-Z0-9])?$/.test(part))
    ? undefined
    : "a domain name such as example.com";
}

/** A host name or an IP address. */
export function hostCheck(value: string): string | undefined {
  if (parseAddress(value)) return undefined;
  // Four numbers are no host name either: DNS has no top level of digits.
  return domainCheck(value) || /(^|\.)\d+$/.test(value) ? "a host name or an IP address, without a port" : undefined;
}

/** A pull spec of an image. */
export function imageCheck(value: string): string | undefined {
  return /^\w\S*$/.test(value) && !/^[a-z]+:\/\//i.test(value)
    ? undefined
    : "a pull spec such as registry.example.com/roost/release:1.34.4, without a scheme";
}

/** An amount of storage. */
export function quantityCheck(value: string): string | undefined {
  return /^\d+(\.\d+)?([KMGTPE]i?|[kMGTPE]|m)?$/.test(value) && Number.parseFloat(value) > 0
    ? undefined
    : "an amount such as 8Gi";
}

/** A date, true or false. */
export function pausedUntilCheck(value: string): string | undefined {
  if (/^(true|false)$/i.test(value)) return undefined;
  return /^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value))
    ? undefined
    : "true, false or a date such as 2030-01-31T12:00:00Z";
}
