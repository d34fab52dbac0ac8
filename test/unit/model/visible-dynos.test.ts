import { expect, it } from 'vitest';
import { replacedDynos, visibleDynos, type DynoState } from '../../../src/model/dyno.js';

const aDyno = (name: string, state: DynoState, at: number, crashes = 0) => ({ name, state, crashes, createdAt: new Date(at) });

it.each([
  ['one', [aDyno('web.1', 'up', 1)], ['web.1 up']],
  ['one that is being replaced', [aDyno('web.1', 'up', 1), aDyno('web.1', 'starting', 2)], ['web.1 starting']],
  ['one that has been replaced', [aDyno('web.1', 'down', 1), aDyno('web.1', 'up', 2)], ['web.1 up']],
  ['one that scales away', [aDyno('web.1', 'up', 1), aDyno('web.2', 'down', 1)], ['web.1 up']],
  [
    'one that crashes where another should take its place',
    [aDyno('web.1', 'up', 1), aDyno('web.1', 'crashed', 2, 2)],
    ['web.1 up', 'web.1 crashed'],
  ],
  ['the same while it tries again', [aDyno('web.1', 'up', 1), aDyno('web.1', 'starting', 2, 1)], ['web.1 up', 'web.1 starting']],
  ['the same when the older has been told to go', [aDyno('web.1', 'down', 1), aDyno('web.1', 'crashed', 2, 2)], ['web.1 crashed']],
  ['one that crashed', [aDyno('web.1', 'crashed', 1), aDyno('worker.1', 'up', 1)], ['web.1 crashed', 'worker.1 up']],
])('shows %s', (_what, dynos, shown) => {
  expect(visibleDynos(dynos).map((dyno) => `${dyno.name} ${dyno.state}`)).toEqual(shown);
});

it('those that are to be replaced are up, with a newer one of their name', () => {
  const [old, other] = [aDyno('web.1', 'up', 1), aDyno('web.2', 'up', 1)];
  expect(
    replacedDynos([
      old,
      aDyno('web.1', 'crashed', 2, 2),
      other,
      aDyno('web.3', 'down', 1),
      aDyno('web.3', 'up', 2),
      aDyno('web.4', 'crashed', 2, 1),
    ]),
  ).toEqual([old]);
  expect(replacedDynos([old, aDyno('web.1', 'down', 2)])).toEqual([]);
});
