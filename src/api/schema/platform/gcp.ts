import { anything } from "../field.ts";
export const gcpPlatform = anything("");
export const gcpNodePoolPlatform = anything("");
