/** What is asked cannot be done, and trying again does not help: whoever asked has to do something first. */
export class Refused extends Error {}
