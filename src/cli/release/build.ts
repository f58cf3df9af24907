import { buildRelease } from "../../release/build-release.ts";
import { describeProgress } from "../../release/payload.ts";
import { text } from "../arg.ts";
import { command } from "../command.ts";
import { cacheFolder } from "./cache-folder.ts";

export default command({
  summary: "Compile what a release is made of and make its images",
  description:
    "What was compiled before from the same sources is used again. An interrupted build goes on where it was.",
  examples: ["release build", "release build --version 1.33.13"],
  args: {
    version: text("The release to build; the newest where absent", { placeholder: "VERSION" }),
    cache: text("The folder that keeps what was built", { placeholder: "DIR" }),
  },
  async run({ args, out, signal, facts }) {
    const cache = args.cache ?? cacheFolder(facts);
    const built = await out.step("Build the release", (progress) =>
      buildRelease({
        root: facts.root,
        cache,
        version: args.version,
        onProgress: (compile) => progress.update(describeProgress(compile)),
        onImage: (name) => progress.update(`image ${name}`),
        signal,
      }),
    );
    out.table(
      ["IMAGE", "DIGEST", "MB"],
      built.images.map(({ name, digest, layers }) => [name, digest, megabytes(layers)]),
    );
  },
});

function megabytes(layers: { size: number }[]): string {
  return (layers.reduce((sum, { size }) => sum + size, 0) / 1e6).toFixed(0);
}
