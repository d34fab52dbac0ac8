// The table of PostgreSQL's plans: the operator's `postgresql.yml` in the home, or Heroku's. Read once at start.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServicePlan } from './plan.js';
import { PLANS } from './postgresql/plans.js';

/** Throws one Error that lists every problem with its remedy. */
export async function readPlans(home: string): Promise<readonly ServicePlan[]> {
  const path = join(home, 'postgresql.yml');
  const text = readIfThere(path);
  if (text === null) return PLANS;
  // Most homes have none: the parser is loaded for those that do.
  const { parsePlanFile } = await import('./plan-file.js');
  try {
    return parsePlanFile(text);
  } catch (error) {
    throw new Error(`The plans in ${path} can't be used; correct them, or remove the file:\n${(error as Error).message}`);
  }
}

function readIfThere(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}
