import { expect, it } from 'vitest';
import { outsideUrl } from '../../../../src/model/addon/outside-url.js';

const ID = '01234567-89ab-cdef-0123-456789abcdef';
const OUTSIDE = { host: 'paas.example.com', port: 8432 };

it.each([
  [`postgres://u:p@pg-${ID}:5432/d`, 'postgres://u:p@paas.example.com:8432/d'],
  [`redis://:p@redis-${ID}:6379`, 'rediss://:p@paas.example.com:8432'],
  [`redis://:p@redis-${ID}:6379/1`, 'rediss://:p@paas.example.com:8432/1'],
  ['postgres://u:p@db.example.com:5432/d', 'postgres://u:p@db.example.com:5432/d'],
  [`https://u:p@pg-${ID}:5432/d`, `https://u:p@pg-${ID}:5432/d`],
  [`see postgres://u:p@pg-${ID}:5432/d`, `see postgres://u:p@pg-${ID}:5432/d`],
  ['', ''],
])('%s is %s from outside', (inside, outside) => {
  expect(outsideUrl(inside, OUTSIDE)).toBe(outside);
  expect(outsideUrl(inside, null)).toBe(inside);
});
