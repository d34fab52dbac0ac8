import { z } from 'zod';
import type { Addon as KnownAddon, Attachment as KnownAttachment, Plan } from '../../../model/addon/addon.js';
import type { App } from '../../../model/app.js';
import type { Service } from '../../../store/addon/services.js';
import { absent, AppRef, createdAt, id, updatedAt } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';
import { Price, priceOf } from './service.js';

const ServiceRef = z.strictObject({ id: id('add-on service'), name: z.string().describe('unique name of the service') });
const PlanRef = z.strictObject({ id: id('plan'), name: z.string().describe('unique name of the plan') });

const addon = {
  name: 'add-on',
  about: 'An add-on is a service that a provider runs for an app.',
  identity: ['id', 'name'],
  param: 'addon',
};

export const Addon = resource(addon, {
  id: id('add-on'),
  name: z.string().describe('unique name of the add-on'),
  actions: z.array(z.strictObject({})).describe('what its provider offers to do; nothing here'),
  addon_service: ServiceRef,
  app: AppRef,
  billed_price: Price,
  billing_entity: z.strictObject({ id: id('app'), name: z.string().describe('name of the app'), type: z.literal('app') }),
  config_vars: z.array(z.string()).describe('config vars that it brings to its app'),
  created_at: createdAt('add-on'),
  plan: PlanRef,
  provider_id: z.string().describe('how its provider calls it; empty before it does'),
  provision_message: z.string().nullable().describe('what its provider said last'),
  state: z.enum(['provisioning', 'provisioned', 'deprovisioned']).describe('whether it is there'),
  updated_at: updatedAt('add-on'),
  web_url: z.url().nullable().describe("URL of its provider's page for it, to be opened within the hour"),
});

const attachment = {
  name: 'add-on-attachment',
  about: 'An add-on attachment is how an app has an add-on: under a name of its own.',
  identity: ['id'],
  param: 'attachment',
};

export const Attachment = resource(attachment, {
  id: id('add-on attachment'),
  name: z.string().describe('name of the attachment, unique in its app'),
  addon: z.strictObject({
    id: id('add-on'),
    name: z.string().describe('unique name of the add-on'),
    app: AppRef,
    plan: PlanRef.optional(),
  }),
  app: AppRef,
  config_vars: z.array(z.string()).describe('config vars that it brings'),
  created_at: createdAt('add-on attachment'),
  log_input_url: absent("where its provider writes to the app's log"),
  namespace: z.string().nullable().describe('credential that it has; null for what the add-on itself brings'),
  updated_at: updatedAt('add-on attachment'),
  web_url: z.url().nullable().describe("URL of its provider's page for it, to be opened within the hour"),
});

export interface Around {
  /** What it belongs to; of one whose app is gone, as it was called. */
  app: Pick<App, 'id' | 'name'>;
  service: Service;
  plan: Plan;
  configVars: string[];
  webUrl: string | null;
}

export function presentAddon(known: KnownAddon, { app, service, plan, configVars, webUrl }: Around): z.input<typeof Addon> {
  return {
    id: known.id,
    name: known.name,
    actions: [],
    addon_service: { id: service.id, name: service.name },
    app: { id: app.id, name: app.name },
    billed_price: priceOf(plan),
    billing_entity: { id: app.id, name: app.name, type: 'app' },
    config_vars: configVars,
    created_at: known.createdAt.toISOString(),
    plan: { id: plan.id, name: plan.name },
    provider_id: known.providerId ?? '',
    provision_message: known.message,
    // Heroku's clients know no fourth state; whoever destroys it has no more of it.
    state: known.state === 'deprovisioning' ? 'deprovisioned' : known.state,
    updated_at: known.updatedAt.toISOString(),
    web_url: webUrl,
  };
}

export function presentAttachment(
  known: KnownAttachment,
  o: { app: Pick<App, 'id' | 'name'>; addon: KnownAddon; around: Around; configVars: string[]; includesPlan: boolean },
): z.input<typeof Attachment> {
  const { app, plan, webUrl } = o.around;
  return {
    id: known.id,
    name: known.name,
    addon: {
      id: o.addon.id,
      name: o.addon.name,
      app: { id: app.id, name: app.name },
      ...(o.includesPlan && { plan: { id: plan.id, name: plan.name } }),
    },
    app: { id: o.app.id, name: o.app.name },
    config_vars: o.configVars,
    created_at: known.createdAt.toISOString(),
    log_input_url: null,
    namespace: known.namespace,
    updated_at: known.updatedAt.toISOString(),
    web_url: webUrl,
  };
}
