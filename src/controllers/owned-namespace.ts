export { ownedNamespace, ownerAnnotation } from "../api/owned-namespace.ts";
