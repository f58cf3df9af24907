import { expect, test } from "vitest";
import { ignitionConfig } from "./ignition-config.ts";

test("files are written over what is there, with their mode", () => {
  const config = JSON.parse(ignitionConfig({ files: [{ path: "/etc/x", text: "ä\n", mode: 0o600 }], units: [] }));
  const [file] = config.storage.files;
  expect(file).toMatchObject({ path: "/etc/x", mode: 0o600, overwrite: true });
  expect(Buffer.from(file.contents.source.split(",")[1], "base64").toString()).toBe("ä\n");
});

test("units run unless they are not to", () => {
  const config = JSON.parse(
    ignitionConfig({
      files: [],
      units: [
        { name: "a.service", text: "[Service]\n", dropins: { "b.conf": "[Unit]\n" } },
        { name: "c.service", enabled: false },
      ],
    }),
  );
  expect(config.systemd.units).toEqual([
    { name: "a.service", enabled: true, contents: "[Service]\n", dropins: [{ name: "b.conf", contents: "[Unit]\n" }] },
    { name: "c.service", enabled: false, dropins: [] },
  ]);
});
