import { spawn } from "node:child_process";

/** Gives the kernel these rules by `nft -f -`: all of them or, where one is wrong, none. */
export function programNft(text: string): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn("nft", ["-f", "-"], { stdio: ["pipe", "ignore", "pipe"] });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (part: string) => {
      said = (said + part).slice(0, 1000);
    });
    child.on("error", (error) => reject(new Error("nft could not be started", { cause: error })));
    child.on("close", (code) => (code === 0 ? resolve() : reject(new Error(`nft refused the rules: ${said.trim()}`))));
    // It may end before it has read everything; what it said then tells why.
    child.stdin.on("error", () => {}).end(text);
  });
}
