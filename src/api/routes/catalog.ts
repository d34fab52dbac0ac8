import { PlatformError } from '../../model/errors.js';
import type { ApiRouter } from '../api-router.js';
import type { ApiDeps } from '../deps.js';
import { param } from '../http.js';
import { offeredStacks } from '../offered-stacks.js';
import { DynoSize, presentDynoSize } from '../present/app/dyno-size.js';
import { REGION, Region } from '../present/app/region.js';
import { presentStack, Stack } from '../present/app/stack.js';
import { takeRange } from '../range.js';

/** What there is to choose from: stacks, regions, dyno sizes. */
export function mountCatalog(router: ApiRouter, deps: ApiDeps): void {
  const all = offeredStacks(deps).map((stack, index) => presentStack(stack, index === 0));
  const sizes = deps.sizes.all.map(presentDynoSize);
  const byName = ['name', 'id'] as const;

  const stacks = {
    of: Stack,
    title: 'List',
    about: 'Lists the stacks that are offered.',
    needs: 'view',
    gives: Stack,
    by: byName,
  } as const;
  router.list('/stacks', stacks, async (_http, range) => takeRange(all, range));
  const ofApp = { ...stacks, title: 'List for App', about: 'Lists the stacks that an app may choose from.' } as const;
  router.list('/apps/:app/available-stacks', ofApp, async (_http, range) => takeRange(all, range));
  router.get('/stacks/:stack', { of: Stack, title: 'Info', about: 'Shows a stack.', needs: 'view', gives: Stack }, (http) => {
    const ref = param(http, 'stack');
    const stack = all.find((each) => each.name === ref || each.id === ref);
    if (!stack) throw new PlatformError('not_found', "Couldn't find that stack.");
    return stack;
  });

  const regions = { of: Region, title: 'List', about: 'Lists the one region there is.', needs: 'view', gives: Region, by: byName } as const;
  router.list('/regions', regions, async (_http, range) => takeRange([REGION], range));

  const sizing = {
    of: DynoSize,
    title: 'List',
    about: 'Lists the sizes of dynos.',
    needs: 'view',
    gives: DynoSize,
    by: ['id', 'name'],
  } as const;
  router.list('/dyno-sizes', sizing, async (_http, range) => takeRange(sizes, range));
  const sizesOfApp = { ...sizing, title: 'List for App', about: 'Lists the sizes that the dynos of an app may have.' } as const;
  router.list('/apps/:app/available-dyno-sizes', sizesOfApp, async (_http, range) => takeRange(sizes, range));
}
