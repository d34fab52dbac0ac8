import { expect, it } from 'vitest';
import { EngineTimeout } from '../../../src/docker/calls/engine-timeout.js';
import { StackMissing } from '../../../src/docker/image/stack-missing.js';
import { isAway } from '../../../src/dynos/is-away.js';

it.each([
  ['a stack that is being made', new StackMissing('slipway-13'), true],
  ['an engine that takes too long', new EngineTimeout('GET /info', 'did not answer within 30 s'), true],
  ['a store that refuses', Object.assign(new Error('x'), { code: 'ECONNREFUSED' }), true],
  ['a fault', new Error('x'), false],
])('%s', (_what, error, away) => expect(isAway(error)).toBe(away));
