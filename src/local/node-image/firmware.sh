#!/bin/sh
# The firmware of a machine: all that happens between power-on (the container starts) and systemd.
#
# A machine boots in one of three ways, and what is on its disk (the volume at /disk) decides which:
#   system     /boot/system.ign is there: one of the environment's own machines. The root is made anew at each boot.
#   installed  /disk/ignition/config.ign is there: the root is on the disk, and the config is applied to it once.
#   live       otherwise: the root is in memory, the disk is wiped, and /boot/discovery.ign is applied where it exists.
# A reboot inside ends the container with a status that makes podman start it again, so it comes back through here.
set -eu

say() { echo "firmware: $*"; }

# Mounts and control groups of its own, so that what runs inside cannot see or change those of the computer.
if [ "${1:-}" != boot ]; then exec unshare --mount --cgroup --propagation private "$0" boot; fi

# Podman starts a machine again when it powers off, too: it cannot tell that from a reboot. The first start after a
# power-off therefore ends at once, with the status that leaves the container stopped.
if [ -e /disk/powered-off ]; then
  rm /disk/powered-off
  exit 0
fi

# Where something fails, podman starts the machine again, and it begins anew.
trap 'status=$?; [ $status = 0 ] || { say "cannot boot (see above); trying again in 5 s"; sleep 5; }' EXIT

# Each cgroup v1 hierarchy is mounted again, to begin at this machine's own group. With cgroup v2 podman has done that.
own_control_groups() {
  awk '{ for (i = 7; i < NF; i++) if ($i == "-" && $(i + 1) == "cgroup") print $5, $(i + 3) }' /proc/self/mountinfo |
    sort -u | while read -r point options; do
      while mountpoint -q "$point"; do umount --lazy "$point"; done
      mount -t cgroup -o "$(echo "$options" | sed 's/^rw,\?//; s/^ro,\?//')" cgroup "$point"
    done
}

# Podman keeps the network namespace when a machine starts again, where a computer that boots has its network card and
# nothing else: bridges, tunnels and packet filters of the former system must not be found by the next one.
forget_network() {
  ip -o link show | sed -E 's/^[0-9]+: ([^:@]+).*/\1/' | while read -r link; do
    case "$link" in lo | eth0) ;; *) ip link delete "$link" 2>/dev/null || true ;; esac
  done
  # Those of iptables are among them.
  nft flush ruleset
}

# Mounts the root file system that systemd will see at /mnt/root: the image below, what is written above.
mount_root() {
  mount -t tmpfs -o mode=755 firmware /mnt
  mkdir -p /mnt/root /mnt/memory
  case $mode in live) above=/mnt/memory ;; *) above=/disk/root ;; esac
  mkdir -p "$above/upper" "$above/work"
  mount -t overlay -o "lowerdir=/,upperdir=$above/upper,workdir=$above/work" root /mnt/root
}

# What podman mounted into the container moves along. Three files of it are copied, because the config may replace them.
# A system on the disk does not see what it was discovered with: that holds the token of all hosts.
move_mounts() {
  awk '$5 != "/" && $5 !~ "^/mnt" { print $5 }' /proc/self/mountinfo | sort | while read -r point; do
    case "$point" in /etc/hosts | /etc/hostname | /etc/resolv.conf) continue ;; esac
    case "$mode $point" in "installed /boot/discovery.ign") continue ;; esac
    case "$point" in "${last:-none}"/*) continue ;; esac
    last=$point
    if [ -d "$point" ]; then mkdir -p "/mnt/root$point"; else touch "/mnt/root$point"; fi
    mount --rbind "$point" "/mnt/root$point"
  done
  cat /etc/resolv.conf > /mnt/root/etc/resolv.conf
  cat /etc/hosts > /mnt/root/etc/hosts
  if [ "$mode" != installed ] || [ ! -e /disk/root/applied ]; then cat /etc/hostname > /mnt/root/etc/hostname; fi
  echo "$MACHINE_ID" > /mnt/root/etc/machine-id
  echo "$MACHINE_ID" | sed -E 's/^(.{8})(.{4})(.{4})(.{4})/\1-\2-\3-\4-/' > /mnt/root/boot/host-id
}

# Directories that must not lie on an overlay, or must outlive the root.
mount_persistent_directories() {
  for directory in $PERSISTENT_DIRECTORIES; do
    place=/disk/directories$directory
    mkdir -p "/mnt/root$directory"
    if [ ! -d "$place" ]; then
      mkdir -p "$(dirname "$place")"
      cp -a "/mnt/root$directory" "$place"
    fi
    mount --bind "$place" "/mnt/root$directory"
  done
}

# Runs the two stages of Ignition that matter to a container.
apply_config() {
  export IGNITION_CONFIG_FILE="$1"
  ignition_stage fetch
  ignition_stage files
  # Ignition only writes down which units are to run.
  sed -n 's/^\(enable\|disable\) //p' /etc/systemd/system-preset/20-ignition.preset 2>/dev/null |
    while read -r unit; do systemctl preset "$unit" 2>&1 || say "there is no unit $unit"; done
}

# Ignition's own account of it is cut down to what a person wants to read; a config may hold secrets.
ignition_stage() {
  say "ignition $1"
  {
    status=0
    /usr/lib/dracut/modules.d/30ignition/ignition --platform file --root / --stage "$1" --log-to-stdout 2>&1 || status=$?
    echo $status > /run/ignition-status
  } | grep -E '^(INFO .*(GET|PUT) |WARNING|ERR|CRITICAL)' | sed -E 's/(token=)[^&: ]+/\1.../g' || true
  [ "$(cat /run/ignition-status)" = 0 ]
}

mode=live config=/boot/discovery.ign
if [ -e /disk/ignition/config.ign ]; then mode=installed config=/disk/ignition/config.ign; fi
if [ -e /boot/system.ign ]; then mode=system config=/boot/system.ign; fi
say "booting ($mode)"
case $mode in
live) find /disk -mindepth 1 -delete ;;
system) rm -rf /disk/root ;;
installed)
  # Another config than the one applied, or one half applied, is another installation: nothing of the former one stays.
  if [ "$(cat /disk/root/applied 2>/dev/null)" != "$(sha256sum < $config)" ]; then
    find /disk -mindepth 1 -maxdepth 1 ! -name ignition -exec rm -rf {} +
  fi
  ;;
esac

own_control_groups
forget_network
mount_root
move_mounts
mount_persistent_directories
cd /mnt/root
pivot_root . mnt
umount -l /mnt
cd /

if [ -e "$config" ] && { [ "$mode" != installed ] || [ ! -e /disk/root/applied ]; }; then
  apply_config "$config"
  if [ "$mode" = installed ]; then sha256sum < "$config" > /disk/root/applied; fi
fi
say "starting systemd"
exec /sbin/init
