import { addS3 } from "../../../local/s3/add-s3.ts";
import { command } from "../../command.ts";
import { environmentArgs, environmentOptions } from "../environment-args.ts";

export default command({
  summary: "Run a real S3 server (versitygw) in the local environment",
  description: `
Compiles it where that was not done yet, which takes some minutes and Go. Its endpoint, bucket, credentials and authority are
written to .roost/s3/.`,
  examples: ["local s3 add"],
  args: { ...environmentArgs },
  async run({ args, out, signal, facts }) {
    const store = await addS3({ ...environmentOptions(args, facts), steps: out, now: facts.now, signal });
    out.line(
      `hcp create backup-location --name local --s3-endpoint ${store.endpoint} --bucket ${store.bucket} --ca ${store.ca} --credentials ${store.credentials}`,
    );
  },
});
