import { z } from 'zod';
import { uuidOf } from '../../../lib/uuid-of.js';
import type { DynoSize as Known } from '../../../model/dyno-size.js';
import { absent, Generation, id } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';

export const DynoSizeRef = z.strictObject({ id: id('dyno size'), name: z.string().describe('its name: Basic') });

const about = { name: 'dyno-size', about: 'A dyno size is how much of the machine a dyno may have.', identity: ['id', 'name'] };

export const DynoSize = resource(about, {
  ...DynoSizeRef.shape,
  architecture: z.literal('amd64').describe('processors it runs on'),
  compute: z.int().describe('its share of the processors when they are wanted, as a multiple of Basic'),
  cost: absent('price'),
  dedicated: z.boolean().describe('whether it has a machine of its own at Heroku'),
  generation: Generation,
  memory: z.number().describe('memory in GB'),
  precise_dyno_units: z.number().describe('dyno units it counts as'),
  private_space_only: z.literal(false).describe('whether it is for private spaces only'),
});

export function presentDynoSize(size: Known): z.input<typeof DynoSize> {
  return {
    ...presentDynoSizeRef(size.name),
    architecture: 'amd64',
    compute: Math.max(1, Math.round(size.cpu)),
    // Nothing here costs anything.
    cost: null,
    dedicated: size.dedicated,
    generation: { id: uuidOf('generation', 'cedar'), name: 'cedar' },
    memory: size.memoryMb / 1024,
    precise_dyno_units: 0,
    private_space_only: false,
  };
}

/** A size as it appears inside other things. */
export function presentDynoSizeRef(name: string): z.input<typeof DynoSizeRef> {
  return { id: uuidOf('dyno-size', name), name };
}
