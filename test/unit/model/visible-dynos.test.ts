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

it('those that are to be replaced are up, with a newer one of their name, or of an earlier release', () => {
  const released = (name: string, state: DynoState, at: number, releaseVersion = at) => ({ ...aDyno(name, state, at), releaseVersion });
  const [first, second, third] = [released('web.1', 'up', 1), released('web.2', 'up', 1), released('web.3', 'up', 2)];
  expect(replacedDynos([first, released('web.1', 'crashed', 2), second, released('web.2', 'down', 2), third], 2)).toEqual([first, second]);
  expect(replacedDynos([first, second, third], 1)).toEqual([]);
  expect(replacedDynos([third, released('web.3', 'starting', 3, 2)], 2)).toEqual([third]);
});
