import { z } from 'zod';
import { lookUp } from '../../../lib/look-up.js';
import type { App } from '../../../model/app.js';
import type { FormationEntry } from '../../../model/formation.js';
import { presentAppRef } from './app.js';
import { DynoSizeRef, presentDynoSizeRef } from './dyno-size.js';
import { AppRef, createdAt, id, updatedAt } from '../../schema/fields.js';
import { resource } from '../../schema/resource.js';

const about = {
  name: 'formation',
  about: 'A formation says how many dynos of a process type should run, and of which size.',
  identity: ['id', 'type'],
  param: 'type',
};

export const Formation = resource(about, {
  id: id('formation'),
  app: AppRef,
  command: z.string().describe('command its dynos run'),
  created_at: createdAt('formation'),
  dyno_size: DynoSizeRef,
  quantity: z.int().describe('how many of them should run'),
  size: z.string().describe('name of their size: Basic'),
  type: z.string().describe('process type: web'),
  updated_at: updatedAt('formation'),
});

/** `processTypes` are the current slug's; a type it no longer has shows an empty command. */
export function presentFormation(
  entry: FormationEntry,
  app: Pick<App, 'id' | 'name'>,
  processTypes: Record<string, string>,
): z.input<typeof Formation> {
  return {
    id: entry.id,
    app: presentAppRef(app),
    command: lookUp(processTypes, entry.type) ?? '',
    created_at: entry.createdAt.toISOString(),
    dyno_size: presentDynoSizeRef(entry.size),
    quantity: entry.quantity,
    size: entry.size,
    type: entry.type,
    updated_at: entry.updatedAt.toISOString(),
  };
}
