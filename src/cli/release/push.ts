import { describeProgress } from "../../release/payload.ts";
import { pushRelease } from "../../release/push-release.ts";
import { text } from "../arg.ts";
import { command } from "../command.ts";
import { cacheFolder } from "./cache-folder.ts";
import { registryAccess, registryArgs } from "./registry-args.ts";

export default command({
  summary: "Push a release and all its images to a registry, building first what is not built",
  examples: [
    "release push --registry registry.example.com:5000",
    "release push --registry localhost:5000 --plain-http",
  ],
  args: {
    registry: text("The registry to push to", { required: true, placeholder: "HOST:PORT" }),
    version: text("The release to push; the newest where absent", { placeholder: "VERSION" }),
    cache: text("The folder that keeps what was built", { placeholder: "DIR" }),
    ...registryArgs,
  },
  async run({ args, out, signal, facts }) {
    const access = await registryAccess(args, args.registry, facts);
    const pushed = await out.step(`Push the release to ${args.registry}`, (progress) =>
      pushRelease({
        root: facts.root,
        cache: args.cache ?? cacheFolder(facts),
        registry: args.registry,
        version: args.version,
        ...access,
        onProgress: (compile) => progress.update(describeProgress(compile)),
        onImage: (name) => progress.update(`image ${name}`),
        onPush: (name, done, total) => progress.update(`pushing ${name}, ${done} of ${total} done`),
        signal,
      }),
    );
    out.line(pushed.image);
    out.line(pushed.pullSpec);
  },
});
