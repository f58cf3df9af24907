import { expect, test } from "vitest";
import { s3Config, s3CredentialsFile, s3Endpoint } from "./s3-config.ts";

const keys = { access: "somebody", secret: "very-secret" };
const { files, units } = s3Config({ certificate: "a certificate", key: "a key" }, keys);

test("keys are in files that only root reads, and in no unit", () => {
  const open = [...files.filter(({ mode }) => mode !== 0o600), ...units].map(({ text = "" }) => text);
  expect(open.join("\n")).not.toMatch(/very-secret|a key/);
  expect(files.find(({ path }) => path === "/etc/s3/environment")?.text).toContain("ROOT_SECRET_KEY=very-secret\n");
});

test("the store listens with TLS where its endpoint says", () => {
  const port = new URL(s3Endpoint("192.0.2.1")).port;
  expect(s3Endpoint("192.0.2.1")).toBe(`https://192.0.2.1:${port}`);
  expect(units[0]?.text).toContain(`--port :${port} --cert /etc/s3/tls.crt --key /etc/s3/tls.key`);
});

test("its credentials are an AWS credentials file", () => {
  expect(s3CredentialsFile(keys)).toBe(
    "[default]\naws_access_key_id = somebody\naws_secret_access_key = very-secret\n",
  );
});
