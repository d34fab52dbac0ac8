// The way out when a provider is gone for good: nobody is left who could take its add-ons back.
import { log } from '../../lib/log.js';
import { listAddonsOfService } from '../../store/addon/addons.js';
import type { Service } from '../../store/addon/services.js';
import type { Context } from '../context.js';
import { settleDeprovisioned } from './settle.js';

/** Ends all add-ons of a service without asking its provider; apps that had them are released without their config vars. */
export async function abandonAddons(ctx: Context, service: Service): Promise<void> {
  for (const addon of await listAddonsOfService(ctx.store, service.id)) {
    await settleDeprovisioned(ctx, addon.id, { message: `${service.name} was removed.` });
    log('addon-abandoned', { addon: addon.name, service: service.name, providerId: addon.providerId });
  }
}
