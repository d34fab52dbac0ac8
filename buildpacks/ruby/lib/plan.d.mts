// Types of plan.mjs, for the tests.
export type Plan = Record<string, string | string[]>;
export function makePlan(o: {
  files: (name: string) => string | undefined;
  list: (dir: string) => string[];
  isExecutable?: (name: string) => boolean;
  stackVersion: string;
  cpu: string;
  env: Record<string, string | undefined>;
}): Plan;
export function toBash(plan: Plan): string;
