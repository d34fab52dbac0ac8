// Types of plan.mjs, for the tests.
export class Problem extends Error {
  readonly lines: string[];
}
export type Plan = Record<string, string | string[]>;
export function makePlan(o: {
  files: (name: string) => string | undefined;
  stackVersion: string;
  listVersions: () => string[];
  semver: unknown;
  env: Record<string, string | undefined>;
}): Plan;
export function toBash(plan: Plan): string;
