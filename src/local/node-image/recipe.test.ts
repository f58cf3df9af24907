import { expect, test } from "vitest";
import { containerfile, imageName } from "./recipe.ts";

test("a change of a file makes another image on the same base", () => {
  const before = imageName({ "firmware.sh": "a" });
  expect(imageName({ "firmware.sh": "b" })).not.toBe(before);
  expect(imageName({ "firmware.sh": "a" })).toBe(before);
});

test("the image starts with the firmware and is stopped as systemd wants it", () => {
  expect(containerfile()).toContain("COPY --chmod=0755 firmware.sh /usr/local/sbin/firmware");
  expect(containerfile()).toContain('ENTRYPOINT ["/usr/local/sbin/firmware"]');
  expect(containerfile()).toContain("STOPSIGNAL SIGRTMIN+3");
});
