import { expect, it } from 'vitest';
import { visibleDynos, type DynoState } from '../../../src/model/dyno.js';

const aDyno = (name: string, state: DynoState, at: number) => ({ name, state, createdAt: new Date(at) });

it.each([
  ['one', [aDyno('web.1', 'up', 1)], ['web.1 up']],
  ['one that is being replaced', [aDyno('web.1', 'up', 1), aDyno('web.1', 'starting', 2)], ['web.1 starting']],
  ['one that has been replaced', [aDyno('web.1', 'down', 1), aDyno('web.1', 'up', 2)], ['web.1 up']],
  ['one that scales away', [aDyno('web.1', 'up', 1), aDyno('web.2', 'down', 1)], ['web.1 up']],
  ['one that crashed', [aDyno('web.1', 'crashed', 1), aDyno('worker.1', 'up', 1)], ['web.1 crashed', 'worker.1 up']],
])('shows %s', (_what, dynos, shown) => {
  expect(visibleDynos(dynos).map((dyno) => `${dyno.name} ${dyno.state}`)).toEqual(shown);
});
