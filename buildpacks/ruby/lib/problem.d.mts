// Types of problem.mjs, for the tests.
export class Problem extends Error {
  readonly id: string;
  readonly lines: string[];
}
