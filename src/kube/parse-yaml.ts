// A file of its own, so that the bundle loads the parser only where YAML is read.
export { parse as parseYaml } from "yaml";
