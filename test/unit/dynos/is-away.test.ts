import { expect, it } from 'vitest';
import { StackMissing } from '../../../src/docker/image/stack-missing.js';
import { isAway } from '../../../src/dynos/is-away.js';

it.each([
  ['a stack that is being made', new StackMissing('slipway-13'), true],
  ['a store that refuses', Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), true],
  ['a fault', new Error('x'), false],
])('%s', (_what, error, away) => expect(isAway(error)).toBe(away));
