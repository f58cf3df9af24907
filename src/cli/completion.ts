import { choice } from "./arg.ts";
import { command } from "./command.ts";

const bash = `_hcp() {
  local IFS=$'\\n'
  COMPREPLY=($(hcp complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
  [[ \${#COMPREPLY[@]} -eq 0 ]] && COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _hcp hcp
`;

const zsh = `#compdef hcp
_hcp() {
  local -a found
  found=("\${(@f)$(hcp complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}")
  if [[ -n "$found" ]]; then compadd -- $found; else _files; fi
}
compdef _hcp hcp
`;

const fish = `complete -c hcp -f -a '(hcp complete -- (commandline -opc)[2..-1] (commandline -ct) 2>/dev/null)'
`;

export default command({
  summary: "Print a script that makes the shell complete commands and flags",
  examples: ["completion --shell bash > /etc/bash_completion.d/hcp"],
  args: {
    shell: choice(["bash", "zsh", "fish"], "For this shell", { default: "bash" }),
  },
  run({ args, out }) {
    out.raw({ bash, zsh, fish }[args.shell]);
  },
});
