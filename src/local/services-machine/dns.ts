import type { ConfigFile } from "../machine/ignition-config.ts";

/** What the environment's DNS server is told. */
export interface DnsFacts {
  baseDomain: string;
  /** The services machine's address. */
  address: string;
  /** The environment's network; nobody else is answered. */
  subnet: string;
  /** DNS servers for everything outside the base domain; such names are refused at once where there are none. */
  forwarders: string[];
  /** Base64; whoever has it may change records of the base domain. */
  updateKey: string;
}

/** The name of the key that updates are signed with. */
export const updateKeyName = "external-dns";

export function dnsFiles(facts: DnsFacts): ConfigFile[] {
  return [
    { path: "/etc/bind/named.conf", text: namedConfiguration(facts), mode: 0o640 },
    { path: "/etc/bind/base-domain.zone", text: zone(facts) },
  ];
}

/** Copies the zone to where the server may keep the changes made to it, unless it is there. */
export const zonePreparation = `[Service]
ExecStartPre=+/bin/sh -c 'test -e /var/lib/bind/base-domain.zone || install --owner=bind --group=bind /etc/bind/base-domain.zone /var/lib/bind/'
ExecStartPre=+/bin/chgrp bind /etc/bind/named.conf
`;

function namedConfiguration({ baseDomain, subnet, forwarders, updateKey }: DnsFacts): string {
  const outside =
    forwarders.length > 0
      ? `recursion yes;\n  allow-recursion { ${subnet}; 127.0.0.0/8; };\n  forward only;\n  forwarders { ${forwarders.map((a) => `${a};`).join(" ")} };`
      : "recursion no;";
  return `options {
  directory "/var/cache/bind";
  listen-on { any; };
  listen-on-v6 { none; };
  allow-query { ${subnet}; 127.0.0.0/8; };
  ${outside}
  resolver-query-timeout 3000;
  dnssec-validation no;
  minimal-responses yes;
  empty-zones-enable no;
};
key "${updateKeyName}" {
  algorithm hmac-sha256;
  secret "${updateKey}";
};
zone "${baseDomain}" {
  type primary;
  file "/var/lib/bind/base-domain.zone";
  allow-transfer { key "${updateKeyName}"; };
  update-policy { grant ${updateKeyName} zonesub ANY; };
};
`;
}

// A name that was asked for just before it was added is to be found a second later, hence the last number of the SOA.
function zone({ baseDomain, address }: DnsFacts): string {
  return `$ORIGIN ${baseDomain}.
$TTL 5
@ IN SOA ns.${baseDomain}. hostmaster.${baseDomain}. 1 3600 600 86400 1
@ IN NS ns.${baseDomain}.
ns IN A ${address}
registry IN A ${address}
`;
}

/** The DNS servers of a resolv.conf that a machine beside this computer can ask, too. */
export function reachableNameservers(resolvConf: string): string[] {
  return [...resolvConf.matchAll(/^\s*nameserver\s+(\S+)/gm)]
    .map(([, address = ""]) => address)
    .filter((address) => /^\d+(\.\d+){3}$/.test(address) && !address.startsWith("127."));
}
