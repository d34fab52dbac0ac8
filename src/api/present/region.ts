import { uuidOf } from '../../lib/uuid-of.js';

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
