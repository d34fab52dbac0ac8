import { lookUp } from '../../lib/look-up.js';
import type { App } from '../../model/app.js';
import type { FormationEntry } from '../../model/formation.js';
import { presentAppRef } from './app.js';
import { presentDynoSizeRef } from './dyno-size.js';

/** `processTypes` are the current slug's; a type it no longer has shows an empty command. */
export function presentFormation(entry: FormationEntry, app: Pick<App, 'id' | 'name'>, processTypes: Record<string, string>) {
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
