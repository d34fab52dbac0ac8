// Every route of the API, without a store behind it: what they answer isn't asked here.
import type { ApiDeps } from '../../src/api/deps.js';
import { createRouters } from '../../src/api/router.js';
import { SIZES } from '../../src/model/dyno-size.js';

export const {
  routes: ROUTES,
  open: OPEN,
  closed: CLOSED,
} = createRouters({
  stacks: ['slipway-12'],
  sizes: SIZES,
  place: { domain: 'localhost', routerPort: 80, internalUrl: 'http://127.0.0.1' },
} as unknown as ApiDeps);
