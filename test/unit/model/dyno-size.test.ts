import { expect, it } from 'vitest';
import { HEROKU_SIZES, SIZES, sizeTable } from '../../../src/model/dyno-size.js';

it.each([
  ['standard-2x', 'Standard-2X'],
  ['FREE', 'Eco'],
  ['hobby', 'Basic'],
  ['2x', 'Standard-2X'],
  ['huge', undefined],
])('finds sizes by name or alias in any case: %s', (name, found) => {
  expect(SIZES.find(name)?.name).toBe(found);
});

it('gives the default to a dyno whose size is gone', () => {
  expect(SIZES.of({ size: 'Performance-M' }).memoryMb).toBe(2560);
  expect(SIZES.of({ size: 'Gone' }).name).toBe('Basic');
});

it.each([
  ['standard-1x', 'Standard-1X'],
  ['Gone', 'Eco'],
  [undefined, 'Basic'],
])('has a default: %s', (name, found) => {
  expect(sizeTable(HEROKU_SIZES, name).default.name).toBe(found);
});
