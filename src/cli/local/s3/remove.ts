import { removeS3 } from "../../../local/s3/remove-s3.ts";
import { command } from "../../command.ts";
import { environmentArgs, environmentOptions } from "../environment-args.ts";

export default command({
  summary: "Remove the S3 server of the local environment, with all that lies in it",
  examples: ["local s3 remove"],
  args: { ...environmentArgs },
  async run({ args, out, facts }) {
    await out.step("Removing the S3 store", () => removeS3(environmentOptions(args, facts)));
  },
});
