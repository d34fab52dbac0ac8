import { describe, expect, it } from 'vitest';
import { notOffered } from '../../../../src/api/middleware/not-offered.js';
import { ROUTES } from '../../../support/all-routes.js';

describe('what is not offered', () => {
  it.each([
    ['/pipelines', true, true, {}],
    ['/apps/shop/telemetry-drains', true, true, { app: 'shop' }],
    ['/apps/shop/telemetry-drains/', true, true, { app: 'shop' }],
    ['/apps/shop/telemetry-drains/1', true, false, { app: 'shop' }],
    ['/apps/sh%6Fp/telemetry-drains', true, true, { app: 'shop' }],
    ['/apps/shop/pipeline-couplings', false, true, { app: 'shop' }],
    ['/addons/acme-flat-1/webhooks', true, true, { addon: 'acme-flat-1' }],
    ['/client/v11/databases/1', false, false, {}],
  ])('%s', (path, isList, isWhole, params) => {
    expect(notOffered(path)).toMatchObject({ row: { isList }, isWhole });
    expect(notOffered(path)?.params).toEqual(params);
  });

  it.each(['/pipelinesx', '/apps/shop', '/apps', '/account', '/', '/xpipelines'])('%s is another matter', (path) => {
    expect(notOffered(path)).toBeUndefined();
  });
});

it('a token is made, or made anew, by none that may do less than its user', () => {
  const making = ROUTES.filter(({ path, method }) => path.startsWith('/oauth/authorizations') && method === 'POST');
  expect(making.map(({ needs }) => needs)).toEqual(['authorize', 'authorize']);
});
