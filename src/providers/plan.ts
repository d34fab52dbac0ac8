// A plan of an add-on of ours: what it may use, and what it is called.

import type { Retention } from '../model/backup/retention.js';

export interface ServicePlan {
  /** `essential-0` */
  name: string;
  title: string;
  /** What the operator would charge, in US cents a month; shown, never collected. */
  cents: number;
  memoryMb: number;
  connections: number;
  diskMb: number;
  isDefault: boolean;
  /** Which of its backups are kept, where it has any; Heroku's numbers unless told. */
  backups?: Retention;
}

/** By the whole name, as the platform says it: `heroku-postgresql:essential-0`. */
export function findServicePlan<P extends Pick<ServicePlan, 'name'>>(plans: readonly P[], name: string): P | undefined {
  const own = name.slice(name.indexOf(':') + 1);
  return plans.find((plan) => plan.name === own);
}

export function defaultPlan(plans: readonly ServicePlan[]): ServicePlan {
  const found = plans.find(({ isDefault }) => isDefault) ?? plans[0];
  if (!found) throw new Error('A table of plans needs one at least.');
  return found;
}
