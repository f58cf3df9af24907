import { readRelease } from "../../release/read-release.ts";
import { choice, positional } from "../arg.ts";
import { command } from "../command.ts";
import { registryAccess, registryArgs } from "./registry-args.ts";

export default command({
  summary: "Show what a release image is made of",
  examples: ["release info registry.example.com:5000/roost/release:1.34.4 -o yaml"],
  args: {
    image: positional("The release image's pull spec", { required: true, placeholder: "IMAGE" }),
    output: choice(["json", "yaml"], "Print the release in this format", { short: "o" }),
    ...registryArgs,
  },
  async run({ args, out, signal, facts }) {
    const access = await registryAccess(args, args.image, facts);
    const { image: _, ...release } = await readRelease({ image: args.image, ...access, signal });
    if (args.output) return out.objects([release], [], { format: args.output, one: true });
    out.line(`Version:   ${release.version}`);
    out.line(`Pull spec: ${release.pullSpec}`);
    out.line(`Digest:    ${release.digest}`);
    out.line(`Previous:  ${release.previous.join(", ") || "none"}`);
    out.line();
    out.table(["COMPONENT", "IMAGE"], Object.entries(release.images));
  },
});
