import { restartScript } from "./restart-script.ts";

/**
 * Puts the authorities of /authorities into the files of a node's kubelet: /etc/kubernetes is at /kubernetes there, and
 * /var/lib/kubelet at /kubelet. Each file changes in one step, and only where it differs. A kubelet looks at the first
 * one by itself; its kubeconfig it reads when it starts, so it is started anew. A kubelet whose kubeconfig is elsewhere
 * is somebody else's to keep.
 */
export const writeScript = `
${restartScript}
cmp -s /authorities/kubelet-clients.crt /kubernetes/kubelet-ca.crt || {
  cp /authorities/kubelet-clients.crt /kubernetes/.kubelet-ca.crt
  mv /kubernetes/.kubelet-ca.crt /kubernetes/kubelet-ca.crt
}
config=/kubelet/kubeconfig
[ -e $config ] || exit 0
wanted=$(base64 /authorities/api-server.crt | tr -d '\\n')
known=$(sed -n 's/^ *certificate-authority-data: *//p' $config)
if [ -z "$known" ] || [ "$known" = "$wanted" ]; then exit 0; fi
umask 077
sed "s|^\\( *certificate-authority-data:\\).*|\\1 $wanted|" $config > /kubelet/.kubeconfig
mv /kubelet/.kubeconfig $config
for process in /proc/[0-9]*; do
  if [ "$(cat $process/comm 2>/dev/null)" = kubelet ]; then restart "\${process#/proc/}"; fi
done
`.trim();
