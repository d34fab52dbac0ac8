// Types of versions.mjs, for the tests.
export const LTS: string;
export interface Resolved {
  version?: string;
  isWide?: boolean;
  isInvalid?: boolean;
  problem?: string[];
}
export function resolveNode(wanted: unknown, versions: string[], semver: unknown, mayBeWide?: boolean): Resolved;
export function resolveTool(o: {
  title: string;
  wanted: string;
  from: string;
  listVersions: () => string[];
  semver: unknown;
  isChecked?: boolean;
}): Resolved;
export function wantsNewest(wanted: unknown): boolean;
export function isOutdated(version: string): boolean;
export function bundledNpm(node: string): number;
