import { createHash } from "node:crypto";

/** What the file system of a machine is made of before the files of `files/` come on top. */
export const base = {
  suite: "bookworm",
  packages: [
    // Boots and configures itself.
    ...["systemd", "systemd-sysv", "dbus", "ignition", "procps", "kmod", "ca-certificates", "curl", "jq"],
    // Runs pods.
    ...["containerd", "runc", "containernetworking-plugins", "iptables", "nftables", "iproute2"],
    ...["conntrack", "ethtool", "socat"],
    // Only the services machine starts these.
    ...["bind9", "docker-registry"],
    // For people who look into one.
    ...["iputils-ping", "less"],
  ],
  /** Run with the folder of the file system as `$1`. */
  customize: [
    // What Debian starts by itself and no machine of ours needs.
    'systemctl --root="$1" --quiet disable docker-registry.service named.service e2scrub_reap.service getty@tty1.service systemd-pstore.service apt-daily.timer apt-daily-upgrade.timer dpkg-db-backup.timer e2scrub_all.timer fstrim.timer',
    'systemctl --root="$1" --quiet mask systemd-firstboot.service getty.target',
    // Debian's ignition relabels what it writes for SELinux, and fails without its configuration and program.
    'mkdir -p "$1/etc/selinux"',
    'printf "SELINUX=disabled\\nSELINUXTYPE=none\\n" > "$1/etc/selinux/config"',
    'ln -s /bin/true "$1/usr/local/sbin/setfiles"',
    ': > "$1/etc/machine-id"',
    'rm -rf "$1"/var/cache/apt/archives/*.deb "$1"/var/lib/apt/lists/* "$1"/usr/share/doc "$1"/usr/share/man "$1"/usr/share/locale',
  ],
} as const;

/** Files of this folder and where they go; the change of one costs a second, that of the base a debootstrap. */
export const files: Record<string, { path: string; mode: string }> = {
  "firmware.sh": { path: "/usr/local/sbin/firmware", mode: "0755" },
  "power-off.sh": { path: "/usr/lib/systemd/system-shutdown/power-off", mode: "0755" },
  "disk.mount.conf": { path: "/usr/lib/systemd/system/disk.mount.d/keep.conf", mode: "0644" },
  "journald.conf": { path: "/usr/lib/systemd/journald.conf.d/machine.conf", mode: "0644" },
  "stop.conf": { path: "/usr/lib/systemd/system.conf.d/stop.conf", mode: "0644" },
};

const baseKey = keyOf(JSON.stringify(base));

/** The name of the image that is made of the base and these texts of `files`. */
export function imageName(texts: Record<string, string>): string {
  return `localhost/roost-node:${keyOf(baseKey + JSON.stringify([files, texts]))}`;
}

/** What podman builds that image from. */
export function containerfile(): string {
  return [
    `FROM ${baseImage}`,
    ...Object.entries(files).map(([name, { path, mode }]) => `COPY --chmod=${mode} ${name} ${path}`),
    'ENTRYPOINT ["/usr/local/sbin/firmware"]',
    "STOPSIGNAL SIGRTMIN+3",
    "",
  ].join("\n");
}

export const baseImage = `localhost/roost-node-base:${baseKey}`;

function keyOf(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 12);
}
