import { ensureNodeImage } from "../../local/node-image/ensure-node-image.ts";
import { saveMachineImage } from "../../local/node-image/save-machine-image.ts";
import { createPodman } from "../../local/podman.ts";
import { checkRequirements } from "../../local/requirements.ts";
import type { Image } from "../../release/image.ts";
import { describeProgress } from "../../release/payload.ts";
import { pushRelease } from "../../release/push-release.ts";
import { flag, text } from "../arg.ts";
import { command } from "../command.ts";
import type { Out } from "../out.ts";
import { cacheFolder } from "./cache-folder.ts";
import { registryAccess, registryArgs } from "./registry-args.ts";

export default command({
  summary: "Push a release and all its images to a registry, building first what is not built",
  description: `
With it goes the image of the local environment's machines, so that \`npm run quickstart -- --release IMAGE\` builds
nothing on a computer that reaches the registry. To make that image wants root and the packages of the local
environment; --without-machines leaves it out.`,
  examples: [
    "release push --registry registry.example.com:5000",
    "release push --registry localhost:5000 --plain-http",
  ],
  args: {
    registry: text("The registry to push to", { required: true, placeholder: "HOST:PORT" }),
    version: text("The release to push; the newest where absent", { placeholder: "VERSION" }),
    cache: text("The folder that keeps what was built", { placeholder: "DIR" }),
    withoutMachines: flag("Leave out the image of machines, so that no quick start can take this release"),
    ...registryArgs,
  },
  async run({ args, out, signal, facts }) {
    const access = await registryAccess(args, args.registry, facts);
    const cache = args.cache ?? cacheFolder(facts);
    const more = args.withoutMachines ? [] : [await machineImage(cache, out, signal)];
    const pushed = await out.step(`Push the release to ${args.registry}`, (progress) =>
      pushRelease({
        root: facts.root,
        cache,
        more,
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

async function machineImage(cache: string, out: Out, signal: AbortSignal): Promise<Image> {
  await checkRequirements({ builds: true }).catch((cause: Error) => {
    throw new Error(`${cause.message.replace(/\.$/, "")}, or add --without-machines`, { cause });
  });
  const podman = await createPodman(cache);
  return out.step("Machine image", async (progress) => {
    const name = await ensureNodeImage({ cache, podman, progress, signal });
    progress.update("packing");
    return saveMachineImage(name, { cache, podman, signal });
  });
}
