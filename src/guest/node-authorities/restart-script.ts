/**
 * Ends the kubelet, for its unit to start it again, and lets those who call it meanwhile wait. Nothing listens for a
 * second or two then, and the node would refuse them at once. So it does not answer who begins to connect: their
 * kernels ask again, at least after one second and after three, and konnectivity agents have five seconds of patience.
 * Short requests that are under way are given time to end. What holds callers up ends by itself, whatever becomes of
 * this script; where there is no nftables nobody is held up, and they fail for that second.
 */
export const restartScript = `
hold() {
  nft -f - 2>/dev/null <<'END'
add table inet roost-kubelet
delete table inet roost-kubelet
table inet roost-kubelet {
  set held {
    type inet_service
    flags timeout
    elements = { 10250 timeout 10s }
  }
  chain input {
    type filter hook input priority filter; policy accept;
    tcp flags & (syn | ack) == syn tcp dport @held drop
  }
}
END
}
restart() {
  if hold; then sleep 0.3; fi
  kill -TERM "$1" || true
  tries=0
  while [ -e "/proc/$1" ] && [ $tries -lt 50 ]; do tries=$((tries + 1)); sleep 0.1; done
  until wget -q -O /dev/null http://127.0.0.1:10248/healthz 2>/dev/null || [ $tries -ge 80 ]; do
    tries=$((tries + 1))
    sleep 0.1
  done
  # It listens, and asks which pods it has a second after it started.
  sleep 1.2
  nft delete table inet roost-kubelet 2>/dev/null || true
}
`.trim();
