/** Debian packages that compiling and packing the payload needs on the machine, beside Go and what Debian always has. */
export const releaseRequirements = ["gcc", "libc6-dev"] as const;

/** Debian packages whose files go into the images. They are downloaded, not installed. */
export const imagePackages = {
  bridge: ["iproute2", "libcap2"],
  shell: ["busybox-static", "ca-certificates"],
  glibc: ["libc6", "libgcc-s1", "libstdc++6"],
  iptables: [
    "conntrack",
    "ipset",
    "iptables",
    "libip4tc2",
    "libip6tc2",
    "libbsd0",
    "libedit2",
    "libgmp10",
    "libipset13",
    "libjansson4",
    "libmd0",
    "libmnl0",
    "libnetfilter-conntrack3",
    "libnfnetlink0",
    "libnftables1",
    "libnftnl11",
    "libtinfo6",
    "libxtables12",
    "nftables",
  ],
} as const;
