import { z } from 'zod';
import { uuidOf } from '../../../lib/uuid-of.js';
import { createdAt, id, updatedAt } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';

const about = { name: 'region', about: 'A region is where apps run; there is one.', identity: ['id', 'name'] };

export const Region = resource(about, {
  id: id('region'),
  name: z.string().describe('unique name of region'),
  description: z.string().describe('description of region'),
  country: z.string().describe('country where it is'),
  locale: z.string().describe('area in the country'),
  private_capable: z.literal(false).describe('whether there can be private spaces in it'),
  provider: z.strictObject({ name: z.string().describe('who provides its machines'), region: z.string().describe('what they call it') }),
  created_at: createdAt('region'),
  updated_at: updatedAt('region'),
});

const SINCE = '2026-11-23T00:00:00.000Z';

/** The one region there is. Named as Heroku's first, since its CLI marks the apps of any other. */
export const REGION = {
  id: uuidOf('region', 'us'),
  name: 'us',
  description: 'This platform',
  country: 'United States',
  locale: 'Local',
  private_capable: false,
  provider: { name: 'self-hosted', region: 'local' },
  created_at: SINCE,
  updated_at: SINCE,
} as const;

/** The region as it appears inside an app. */
export const REGION_REF = { id: REGION.id, name: REGION.name } as const;
