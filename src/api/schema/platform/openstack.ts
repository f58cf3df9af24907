import { anything } from "../field.ts";
export const openStackPlatform = anything("");
export const openStackNodePoolPlatform = anything("");
