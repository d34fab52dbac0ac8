import { expect, it } from 'vitest';
import { findSize } from '../../../src/model/dyno-size.js';

it('finds sizes in any case', () => {
  expect(findSize('standard-2x')?.memoryMb).toBe(1024);
  expect(findSize('huge')).toBeUndefined();
});
