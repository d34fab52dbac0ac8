// The tables of plans: the operator's `postgresql.yml` and `redis.yml` in the home, or Heroku's. Read once at start.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ServiceSoftware } from '../model/build/stack.js';
import type { ServicePlan } from './plan.js';
import { PLANS as POSTGRESQL } from './postgresql/plans.js';
import { PLANS as REDIS } from './redis/plans.js';

type Plans = readonly ServicePlan[];

/** Throws one Error that lists every problem with its remedy. */
export async function readPlans(home: string): Promise<Record<ServiceSoftware, Plans>> {
  return {
    postgresql: await readTable(join(home, 'postgresql.yml'), POSTGRESQL),
    redis: await readTable(join(home, 'redis.yml'), REDIS),
  };
}

async function readTable(path: string, otherwise: Plans): Promise<Plans> {
  const text = readIfThere(path);
  if (text === null) return otherwise;
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
