// Types of versions.mjs, for the tests.
export function satisfies(version: string, requirements: string[]): boolean;
