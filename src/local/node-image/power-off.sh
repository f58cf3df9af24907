#!/bin/sh
# Run by systemd at the very end of a shutdown: tells the firmware a power-off from a reboot.
if [ "$1" = poweroff ]; then touch /disk/powered-off; fi
