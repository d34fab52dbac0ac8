// Types of plan.mjs, for the tests.
export class Problem extends Error {
  readonly id: string;
  readonly lines: string[];
}
export type Plan = Record<string, string | string[]>;
export function makePlan(o: {
  files: (name: string) => string | undefined;
  workspaces?: () => { path: string; text: string }[];
  stack: { node: string; npm: string };
  listVersions: (language: string) => string[];
  npmOf?: (node: string) => string | undefined;
  semver: unknown;
  env: Record<string, string | undefined>;
}): Plan;
export function toBash(plan: Plan): string;
