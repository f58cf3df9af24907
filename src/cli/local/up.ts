import { status } from "../../local/status.ts";
import { up } from "../../local/up.ts";
import { checked } from "../arg.ts";
import { command } from "../command.ts";
import { domainCheck } from "../create/check-words.ts";
import { releaseOrigin, releaseOriginArgs } from "../release/release-origin-args.ts";
import { environmentArgs, environmentOptions } from "./environment-args.ts";
import { environmentFacts } from "./environment-facts.ts";

export default command({
  summary: "Start the local environment: network, DNS, registry, management cluster",
  description:
    "Compiles the payload where that was not done yet, or takes it from a release that was pushed, pushes the release to the registry of the environment, and starts what is stopped. What is there already stays as it is, so it can be run again at any time.",
  examples: [
    "local up",
    "local up --base-domain example.test",
    "local up --release registry.example.com/roost/release:1.34.4",
  ],
  args: {
    baseDomain: checked("The domain below which names of the environment are", domainCheck, { placeholder: "DOMAIN" }),
    ...environmentArgs,
    ...releaseOriginArgs,
  },
  async run({ args, out, signal, facts }) {
    const options = { ...environmentOptions(args, facts), baseDomain: args.baseDomain, now: facts.now };
    const result = await up({
      ...options,
      from: await releaseOrigin(args, facts),
      build: args.build,
      steps: out,
      signal,
    });
    for (const { kube } of result.clusters) kube.close();
    const found = await status(options);
    if (found) environmentFacts(found, out);
  },
});
