import { z } from 'zod';
import type { Plan as KnownPlan } from '../../../model/addon/addon.js';
import type { Service } from '../../../store/addon/services.js';
import { absent, createdAt, Generation, id, updatedAt } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';
import { uuidOf } from '../../../lib/uuid-of.js';

const service = {
  name: 'add-on-service',
  about: 'An add-on service is what a provider offers apps.',
  identity: ['id', 'name'],
  param: 'service',
};

export const AddonService = resource(service, {
  id: id('add-on service'),
  name: z.string().describe('unique name of the service'),
  cli_plugin_name: absent('plugin of the client'),
  created_at: createdAt('add-on service'),
  human_name: z.string().describe('its name for people'),
  state: z.literal('ga').describe('whether it is offered'),
  supported_generations: z.array(Generation),
  supports_multiple_installations: z.boolean().describe('whether an app can have several of it'),
  supports_sharing: z.boolean().describe('whether apps can share one'),
  updated_at: updatedAt('add-on service'),
});

const plan = { name: 'plan', about: 'A plan is a size of an add-on service.', identity: ['id', 'name'] };

export const Price = z.strictObject({
  cents: z.int().describe('price per unit'),
  contract: z.boolean().describe('whether it is negotiated elsewhere'),
  unit: z.string().describe('what the price is for'),
});

export const Plan = resource(plan, {
  id: id('plan'),
  name: z.string().describe('unique name of the plan: service:plan'),
  addon_service: z.strictObject({ id: id('add-on service'), name: z.string().describe('unique name of the service') }),
  compliance: absent('regimes it complies with'),
  created_at: createdAt('plan'),
  default: z.boolean().describe('whether it is chosen where none is named'),
  description: z.string().describe('what it is'),
  human_name: z.string().describe('its name for people'),
  installable_inside_private_network: z.boolean(),
  installable_outside_private_network: z.boolean(),
  price: Price,
  space_default: z.boolean(),
  state: z.string().describe('whether it may be chosen'),
  updated_at: updatedAt('plan'),
  visible: z.boolean(),
});

export function presentService(known: Service): z.input<typeof AddonService> {
  return {
    id: known.id,
    name: known.name,
    cli_plugin_name: null,
    created_at: known.createdAt.toISOString(),
    human_name: known.manifest.humanName,
    state: 'ga',
    supported_generations: [{ id: uuidOf('generation', 'cedar'), name: 'cedar' }],
    supports_multiple_installations: known.manifest.isManyPerApp,
    supports_sharing: known.manifest.isShared,
    updated_at: known.updatedAt.toISOString(),
  };
}

export function presentPlan(known: KnownPlan, of: Pick<Service, 'id' | 'name'>): z.input<typeof Plan> {
  return {
    id: known.id,
    name: known.name,
    addon_service: { id: of.id, name: of.name },
    compliance: null,
    created_at: known.createdAt.toISOString(),
    default: known.isDefault,
    description: known.humanName,
    human_name: known.humanName,
    installable_inside_private_network: false,
    installable_outside_private_network: true,
    price: priceOf(known),
    space_default: false,
    state: known.isOffered ? 'public' : 'deprecated',
    updated_at: known.updatedAt.toISOString(),
    visible: known.isOffered,
  };
}

export function priceOf({ cents }: Pick<KnownPlan, 'cents'>): z.input<typeof Price> {
  return { cents, contract: false, unit: 'month' };
}
