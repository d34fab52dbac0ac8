// Redis may have been lost, and with it that there are log drains.
import { noteDrains } from '../bus/drain-places.js';
import type { Context } from '../actions/context.js';
import { hasLogDrains } from '../store/app/log-drains.js';

export async function noteKeptDrains({ store, bus }: Pick<Context, 'store' | 'bus'>): Promise<void> {
  if (await hasLogDrains(store)) await noteDrains(bus);
}
