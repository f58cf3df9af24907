// A file of its own, so that programs that read no YAML do not load the parser.
export { parse as readYaml, parseAllDocuments as readYamlDocuments } from "yaml";
