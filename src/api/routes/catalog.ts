import { DYNO_SIZES } from '../../model/dyno-size.js';
import { PlatformError } from '../../model/errors.js';
import type { ApiDeps } from '../deps.js';
import { param, reply, type ApiContext, type ApiRouter } from '../http.js';
import { offeredStacks } from '../offered-stacks.js';
import { presentDynoSize } from '../present/dyno-size.js';
import { REGION } from '../present/region.js';
import { presentStack } from '../present/stack.js';
import { replyList } from '../range.js';

/** What there is to choose from: stacks, regions, dyno sizes. */
export function mountCatalog(router: ApiRouter, deps: ApiDeps): void {
  const stacks = offeredStacks(deps).map((stack, index) => presentStack(stack, index === 0));
  const sizes = DYNO_SIZES.map(presentDynoSize);

  const listStacks = (http: ApiContext) => replyList(http, stacks, ['name', 'id']);
  const listSizes = (http: ApiContext) => replyList(http, sizes, ['id', 'name']);

  router.get('/stacks', listStacks);
  router.get('/apps/:app/available-stacks', listStacks);
  router.get('/stacks/:stack', (http) => {
    const ref = param(http, 'stack');
    const stack = stacks.find((each) => each.name === ref || each.id === ref);
    if (!stack) throw new PlatformError('not_found', "Couldn't find that stack.");
    reply(http, 200, stack);
  });
  router.get('/regions', (http) => replyList(http, [REGION], ['name', 'id']));
  router.get('/dyno-sizes', listSizes);
  router.get('/apps/:app/available-dyno-sizes', listSizes);
}
