import { z } from 'zod';
import { scale } from '../../../actions/app/scale.js';
import { PlatformError } from '../../../model/errors.js';
import type { FormationEntry } from '../../../model/formation.js';
import { listFormation } from '../../../store/app/formations.js';
import type { ApiDeps } from '../../deps.js';
import type { ApiRouter } from '../../api-router.js';
import { param, type ApiContext } from '../../http.js';
import { presentDynoSizeRef } from '../../present/app/dyno-size.js';
import { Formation, presentFormation } from '../../present/app/formation.js';
import { currentProcessTypes } from '../../process-types.js';
import { takeRange } from '../../range.js';

const ref = z.string().min(1).max(100);
const size = z.union(
  [ref, z.object({ name: ref }).transform(({ name }) => name), z.object({ id: ref }).transform(({ id }) => id)],
  'must be the name of a dyno size',
);
const quantity = z.union([z.number(), z.string().max(10)], 'must be a whole number, or "+1" or "-1"');
const Change = z.object({ quantity: quantity.optional(), dyno_size: size.nullish(), size: size.nullish() });
const Batch = z.object({
  updates: z
    .array(Change.extend({ type: z.string('must be a process type').max(128) }))
    .min(1, 'names no process type')
    .max(100),
});

export function mountFormation(router: ApiRouter, deps: ApiDeps): void {
  const of = Formation;
  const by = ['type', 'id', 'created_at', 'updated_at'] as const;
  const listing = { of, title: 'List', about: 'Lists the process types of an app.', gives: Formation, by } as const;
  router.list('/apps/:app/formation', { ...listing, needs: 'view' }, async (http, range) =>
    takeRange(await present(deps, http, await listFormation(deps.store, http.state.app.id)), range),
  );

  const scaling = { of, needs: 'operate', about: 'Scales process types: how many dynos, of which size.' } as const;
  router.patch(
    '/apps/:app/formation',
    { ...scaling, title: 'Batch update', takes: Batch, gives: z.array(Formation) },
    async (http, { updates }) => present(deps, http, await apply(deps, http, updates)),
  );

  router.get(
    '/apps/:app/formation/:type',
    { of, title: 'Info', about: 'Shows a process type.', needs: 'view', gives: Formation },
    async (http) => presentOne(deps, http, await entryOfPath(deps, http)),
  );

  router.patch('/apps/:app/formation/:type', { ...scaling, title: 'Update', takes: Change, gives: Formation }, async (http, change) => {
    const { type } = await entryOfPath(deps, http);
    const [changed] = await apply(deps, http, [{ ...change, type }]);
    return presentOne(deps, http, changed!);
  });
}

/** Sizes have ids, too, made of their names. */
function nameOfSize({ sizes }: ApiDeps, ref: string): string {
  return sizes.all.find(({ name }) => presentDynoSizeRef(name).id === ref)?.name ?? ref;
}

/** A process type of the app's formation, named by type or id. Throws `not_found`. */
export async function entryOfPath(deps: ApiDeps, http: ApiContext): Promise<FormationEntry> {
  const ref = param(http, 'type');
  const entry = (await listFormation(deps.store, http.state.app.id)).find((each) => each.type === ref || each.id === ref);
  if (!entry) throw new PlatformError('not_found', `Couldn't find that process type (${ref}).`);
  return entry;
}

function apply(deps: ApiDeps, http: ApiContext, updates: (z.infer<typeof Change> & { type: string })[]): Promise<FormationEntry[]> {
  const wishes = updates.map(({ type, quantity, dyno_size, size }) => {
    const ref = dyno_size ?? size ?? undefined;
    return { type, quantity, size: ref && nameOfSize(deps, ref) };
  });
  return scale(deps, http.state.app, http.state.user, wishes);
}

async function present(deps: ApiDeps, http: ApiContext, entries: FormationEntry[]) {
  const types = await currentProcessTypes(deps.store, http.state.app.id);
  return entries.map((entry) => presentFormation(entry, http.state.app, types));
}

async function presentOne(deps: ApiDeps, http: ApiContext, entry: FormationEntry) {
  const [presented] = await present(deps, http, [entry]);
  return presented!;
}
