// Moved: import it from api.
export * from "../../api/paused.ts";
