import { expect, test } from "vitest";
import { locationFiles } from "../store/location-files.ts";
import { recoveryJob } from "./recovery-job.ts";

const facts = { namespace: "hypershift", name: "probe", image: "recovery:1", program: "probe-location" };
const podOf = (job: ReturnType<typeof recoveryJob>) => {
  const spec = job.spec?.template.spec;
  const [container] = spec?.containers ?? [];
  const mounted = (path: string) => {
    const name = container?.volumeMounts?.find(({ mountPath }) => path.startsWith(mountPath))?.name;
    return spec?.volumes?.find((volume) => volume.name === name);
  };
  return { container, mounted };
};

test("a job of a bucket finds the credentials, the authority and the private keys where it looks for them", () => {
  const location = {
    spec: {
      s3: { endpoint: "https://a", bucket: "b", credentials: { name: "store" }, ca: { name: "store-ca" } },
      encryption: { recipients: ["age1a"], identities: { name: "keys" } },
    },
  };
  const { container, mounted } = podOf(recoveryJob({ ...facts, args: ["--name", "a"], location }));
  expect(container?.args).toEqual(["probe-location", "--name", "a", "--location", JSON.stringify(location.spec)]);
  expect(mounted(locationFiles.credentials)?.secret?.secretName).toBe("store");
  expect(mounted(locationFiles.authority)?.configMap?.name).toBe("store-ca");
  expect(mounted(locationFiles.identities)?.secret?.secretName).toBe("keys");
  expect(mounted(locationFiles.volume)).toBeUndefined();
});

test("a job of a volume has it where it looks for it", () => {
  const { mounted } = podOf(recoveryJob({ ...facts, location: { spec: { volume: { claimName: "backups" } } } }));
  expect(mounted(locationFiles.volume)?.persistentVolumeClaim?.claimName).toBe("backups");
  expect(mounted(locationFiles.credentials)).toBeUndefined();
});

test("a job without a location has a place to write to, and no program of it may be more than itself", () => {
  const { container, mounted } = podOf(recoveryJob(facts));
  expect(container?.args).toEqual(["probe-location"]);
  expect(mounted("/tmp")?.emptyDir).toEqual({});
  expect(container?.securityContext).toMatchObject({ readOnlyRootFilesystem: true, allowPrivilegeEscalation: false });
});

test("only programs that read the management cluster may", () => {
  const accountOf = (program: string) => recoveryJob({ ...facts, program }).spec?.template.spec?.serviceAccountName;
  expect(["probe-location", "check-backup", "delete-backup"].map(accountOf)).toEqual(Array(3).fill("recovery-store"));
  expect(["make-backup", "make-etcd-backup", "serve-snapshot"].map(accountOf)).toEqual(Array(3).fill("recovery"));
});
