import { expect, test } from "vitest";
import { folderOf, isAllowedImage } from "./is-allowed-image.ts";

const digest = `sha256:${"0".repeat(64)}`;

test.each([
  ["r.example.com/team/release:1", ["r.example.com/team"]],
  ["r.example.com/team/release:1", ["r.example.com/team/"]],
  [`r.example.com/team/release@${digest}`, ["r.example.com/team/release"]],
  ["r.example.com:5000/team/release:1", ["quay.io/other", "r.example.com:5000"]],
  ["anywhere.example.org/x:1", ["*"]],
])("%s is allowed by %j", (image, allowed) => {
  expect(isAllowedImage(image, allowed)).toBe(true);
});

test.each([
  ["r.example.com/team/release:1", []],
  ["r.example.com/teamster/release:1", ["r.example.com/team"]],
  ["r.example.com/team/release:1", ["r.example.com/team/release:1"]],
  ["r.example.com.evil.example.org/team/release:1", ["r.example.com"]],
  ["r.example.com/team/../evil/release:1", ["r.example.com/team"]],
  ["not a pull spec", ["r.example.com"]],
])("%s is not allowed by %j", (image, allowed) => {
  expect(isAllowedImage(image, allowed)).toBe(false);
});

test("an image's folder is where its neighbours are", () => {
  expect(folderOf("r.example.com:5000/team/release:1")).toBe("r.example.com:5000/team");
  expect(folderOf("r.example.com/roost:1")).toBe("r.example.com");
  expect(folderOf("roost")).toBeUndefined();
});
