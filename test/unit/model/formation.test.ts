import { describe, expect, it } from 'vitest';
import { applyQuantity } from '../../../src/model/formation.js';

describe('quantities', () => {
  it.each([
    [1, 3, 3],
    [1, '3', 3],
    [2, '+1', 3],
    [2, '-2', 0],
  ])('%i changed by %j is %i', (current, wanted, next) => expect(applyQuantity(current, wanted)).toBe(next));
  it.each([-1, '-2', '1.5', 'many', '', 101, '+100'])('refuses %j', (wanted) => expect(() => applyQuantity(1, wanted)).toThrow());
});
