import { Secret } from "../../kube/kinds.ts";
import { type Check, passed } from "./check.ts";

/** Every Secret can be read: one that is encrypted with a key that the API server has not makes it refuse the page. */
export const secretsReadable: Check = {
  name: "secrets",
  title: "Every Secret can be decrypted",
  asks: "api",
  async run({ hosted: { kube }, signal }) {
    // The server reads and decrypts each one whole, whatever it sends.
    const secrets = await kube.list(Secret, { metadataOnly: true, live: true, signal });
    return passed(`${secrets.length} Secrets were read`);
  },
};
