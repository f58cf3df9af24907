import { anything } from "../field.ts";
export const azurePlatform = anything("");
export const azureNodePoolPlatform = anything("");
