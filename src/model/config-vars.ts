// Config vars: what may be a key, and what a change to the set amounts to.
import { PlatformError } from './errors.js';

export type ConfigVars = Record<string, string>;

const KEY = /^[A-Za-z_]\w{0,255}$/;
const MAX_BYTES = 64 * 1024;

export interface ConfigChange {
  vars: ConfigVars;
  set: string[];
  removed: string[];
}

/** Merges a patch (null deletes) into the set. Throws `invalid_params`; never names a value. */
export function changeConfig(current: ConfigVars, patch: Record<string, string | null>): ConfigChange {
  const vars = new Map(Object.entries(current));
  const set: string[] = [];
  const removed: string[] = [];
  for (const [key, value] of Object.entries(patch)) {
    if (!KEY.test(key)) {
      throw new PlatformError(
        'invalid_params',
        `Config var name ${JSON.stringify(key)} is invalid: use letters, digits and _, and don't start with a digit.`,
      );
    }
    if (value === null) {
      if (vars.delete(key)) removed.push(key);
    } else if (vars.get(key) !== value) {
      if (value.includes('\0')) throw new PlatformError('invalid_params', `Config var ${key} must not contain a NUL character.`);
      vars.set(key, value);
      set.push(key);
    }
  }
  const changed = Object.fromEntries(vars);
  checkSize(changed);
  return { vars: changed, set, removed };
}

/** Throws `invalid_params` where an app's config vars take too much in all. */
export function checkSize(vars: ConfigVars): void {
  const bytes = Object.entries(vars).reduce((sum, [key, value]) => sum + Buffer.byteLength(key) + Buffer.byteLength(value), 0);
  if (bytes > MAX_BYTES)
    throw new PlatformError('invalid_params', `Config vars may take 64 kB in all; these would take ${Math.ceil(bytes / 1024)} kB.`);
}

/** `Set FOO, BAR config vars`, `Remove FOO config vars`, or both. */
export function describeChange(change: Pick<ConfigChange, 'set' | 'removed'>): string {
  const parts = [];
  if (change.set.length) parts.push(`Set ${change.set.join(', ')} config vars`);
  if (change.removed.length) parts.push(`Remove ${change.removed.join(', ')} config vars`);
  return parts.join('; ');
}
