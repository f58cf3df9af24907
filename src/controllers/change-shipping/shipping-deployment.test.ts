import { expect, test } from "vitest";
import type { BackupLocation } from "../../api/backup-location.ts";
import { shippingDeployment } from "./shipping-deployment.ts";

const schedule = {
  metadata: { name: "hourly", namespace: "clusters", uid: "u" },
  spec: { clusterName: "demo", locationName: "store", every: "1h", continuous: true },
};
const location: Pick<BackupLocation, "spec"> = {
  spec: {
    s3: { endpoint: "https://s3.example.com", bucket: "backups", credentials: { name: "s3" } },
    encryption: { recipients: ["age1a"], identities: { name: "keys" } },
  },
};

test("what ships changes knows whom they are encrypted for, and not the private keys", () => {
  const { spec } = shippingDeployment(schedule, location, { namespace: "roost", image: "recovery:1" });
  const pod = spec?.template.spec;
  expect(JSON.stringify(pod)).not.toContain("keys");
  const args = pod?.containers[0]?.args ?? [];
  expect(JSON.parse(args[args.indexOf("--location") + 1] ?? "")).toEqual({
    ...location.spec,
    encryption: { recipients: ["age1a"] },
  });
  expect(pod?.volumes?.map(({ secret }) => secret?.secretName)).toContain("s3");
});
