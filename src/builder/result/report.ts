// What a buildpack's bin/report says: one object, as YAML or JSON. Kept as it is when it is something else.
import { isRecord } from '../../lib/look-up.js';
import type { BuildReport } from '../../model/build/build.js';
import { readYaml } from './read-yaml.js';

/** Reads the field that build.sh tells: the buildpack's name in a line, then what it printed. Never throws. */
export function readReport(field: string): BuildReport {
  const end = field.indexOf('\n');
  const text = field.slice(end + 1).trim();
  return { buildpack: field.slice(0, Math.max(end, 0)), report: asObject(text) ?? text };
}

function asObject(text: string): Record<string, unknown> | null {
  try {
    // What refers to itself, or is no plain data, couldn't be stored.
    const value: unknown = JSON.parse(JSON.stringify(readYaml(text)));
    return isRecord(value) ? value : null;
  } catch {
    return null;
  }
}
