// Types of versions.mjs, for the tests.
export const LTS: string;
export interface Resolved {
  version?: string;
  isWide?: boolean;
  isInvalid?: boolean;
  problem?: string[];
}
export function resolveNode(wanted: unknown, versions: string[], semver: unknown): Resolved;
export function wantsNewest(wanted: unknown): boolean;
