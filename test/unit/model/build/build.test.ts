import { describe, expect, it } from 'vitest';
import { cancelledBy, isCancelled, PUSH_INTERRUPTED } from '../../../../src/model/build/build.js';

describe('a build', () => {
  it.each([
    ['failed', cancelledBy('jane@example.com'), true],
    ['failed', PUSH_INTERRUPTED, true],
    ['failed', 'The builder was stopped while it worked on this build. Push again.', false],
    ['succeeded', null, false],
    ['pending', null, false],
  ] as const)('that has %s (%s) was cancelled: %s', (status, failure, cancelled) =>
    expect(isCancelled({ status, failure })).toBe(cancelled),
  );
});
