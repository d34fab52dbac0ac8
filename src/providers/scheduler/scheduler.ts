// The scheduler as an add-on, as Heroku's users know it: free, one of an app. It stands for what the platform does anyway; destroyed, it
// takes along what people had scheduled. What an app.json schedules is its release's, and stays.
import type { Store } from '../../store/open-store.js';
import { findAddon } from '../../store/addon/addons.js';
import { deleteSchedulesOf } from '../../store/schedule/schedules.js';
import type { Contract } from '../listen.js';
import { findServicePlan } from '../plan.js';
import type { Registered } from '../register.js';

export const SCHEDULER: Registered = {
  service: 'scheduler',
  title: 'Scheduler',
  prefix: 'SCHEDULER',
  // A manifest has to name one; none is brought.
  configVars: ['SCHEDULER_URL'],
  plans: [{ name: 'standard', title: 'Standard', cents: 0, isDefault: true }],
  isOnePerApp: true,
  hasPage: true,
};

const HOW = "It runs what is added by: paas schedule:add '*/10 * * * *' -- COMMAND";

/** The contract's side of it. It keeps nothing; whatever is asked twice is done once. */
export function schedulerContract(store: Store): Contract {
  const answer = (status: number, plan: string, body: object) =>
    findServicePlan(SCHEDULER.plans, plan) ? { status, body: { message: HOW, ...body } } : noPlan(plan);
  return {
    kind: SCHEDULER,
    make: async ({ addonId, plan }) => answer(201, plan, { id: addonId, config: {} }),
    change: async ({ plan }) => answer(200, plan, {}),
    async remove(addonId) {
      const addon = await findAddon(store, addonId);
      if (addon?.appId) await deleteSchedulesOf(store, addon.appId);
      return { status: 204 };
    },
  };
}

function noPlan(plan: string) {
  return { status: 422, body: { message: `There is no plan ${plan}.` } };
}
