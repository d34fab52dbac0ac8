import { describe, test } from 'vitest';
import { wantedDynos } from '../../../src/model/formation.js';
import { aDyno, check, created, exited, NOW, running, TYPES, wants, type Case } from './check-plan.js';

const CASES: Record<string, Record<string, Case>> = {
  'one-off dynos': {
    'are no part of a formation, whatever their type': {
      wanted: wants(1),
      rows: [aDyno('a'), aDyno('o', 'web.4821', { oneOff: true }), aDyno('p', 'run.1234', { oneOff: true })],
      containers: running('a', 'o', 'p'),
      steps: [],
    },
    'neither crash nor stop by a plan, in whatever state': {
      rows: [
        aDyno('s', 'run.1', { oneOff: true, state: 'starting' }),
        aDyno('u', 'run.2', { oneOff: true }),
        aDyno('d', 'run.3', { oneOff: true, state: 'down' }),
      ],
      containers: [...exited('u'), ...running('d')],
      steps: [],
    },
    'that have no row any more leave no container': { containers: running('o'), steps: ['remove c-o'] },
  },
  scaling: {
    'nothing wanted, nothing there': { steps: [] },
    'the first deploy starts web.1': { wanted: wants(1), steps: ['start web.1 v1 from down'] },
    'every type starts, by number': {
      wanted: wants(2, 1),
      steps: ['start web.1 v1 from down', 'start web.2 v1 from down', 'start worker.1 v1 from down'],
    },
    'what is wanted and up needs nothing': { wanted: wants(1), rows: [aDyno('a')], containers: running('a'), steps: [] },
    'scaling up starts only the new ones': {
      wanted: wants(3),
      rows: [aDyno('a')],
      containers: running('a'),
      steps: ['start web.2 v1 from down', 'start web.3 v1 from down'],
    },
    'scaling down stops the highest numbers': {
      wanted: wants(1),
      rows: [aDyno('a'), aDyno('b', 'web.2'), aDyno('c', 'web.3')],
      containers: running('a', 'b', 'c'),
      steps: ['stop b', 'stop c'],
    },
    'scaling to zero stops all': {
      wanted: [],
      rows: [aDyno('a'), aDyno('w', 'worker.1')],
      containers: running('a', 'w'),
      steps: ['stop a', 'stop w'],
    },
    'a hole in the numbers is filled': {
      wanted: wants(2),
      rows: [aDyno('b', 'web.2')],
      containers: running('b'),
      steps: ['start web.1 v1 from down'],
    },
    'scaling down forgets a crashed dyno and removes its remains': {
      rows: [aDyno('a', 'web.1', { state: 'crashed', restartAt: new Date(NOW + 5_000) })],
      containers: exited('a'),
      steps: ['forget a', 'remove c-a'],
    },
    'scaling down in mid-boot stops the boot': {
      rows: [aDyno('a', 'web.1', { state: 'starting' })],
      containers: running('a'),
      busy: { a: 'booting' },
      steps: ['stop a'],
    },
    'a dyno of another size is replaced': {
      wanted: wants(1, 0, 1, 'Standard-2X'),
      rows: [aDyno('a')],
      containers: running('a'),
      steps: ['start web.1 v1 from up'],
    },
    'a type that is gone from the release stops': {
      wanted: wantedDynos([{ type: 'worker', quantity: 1, size: 'Basic' }], { id: 'r1', version: 1 }, { web: 'serve' }),
      rows: [aDyno('w', 'worker.1')],
      containers: running('w'),
      steps: ['stop w'],
    },
  },
  'a new release': {
    'starts new dynos and keeps the old': {
      wanted: wants(1, 1, 2),
      rows: [aDyno('a'), aDyno('b', 'worker.1')],
      containers: running('a', 'b'),
      steps: ['start web.1 v2 from up', 'start worker.1 v2 from up'],
    },
    'waits while they boot': {
      wanted: wants(1, 0, 2),
      rows: [aDyno('a'), aDyno('b', 'web.1', { state: 'starting', releaseId: 'r2' })],
      containers: running('a', 'b'),
      busy: { b: 'booting' },
      steps: [],
    },
    'stops the old when the new is up': {
      wanted: wants(1, 0, 2),
      rows: [aDyno('a', 'web.1', { state: 'down' }), aDyno('b', 'web.1', { releaseId: 'r2' })],
      containers: running('a', 'b'),
      steps: ['stop a'],
    },
    'stops an old one that nobody had marked': {
      wanted: wants(1, 0, 2),
      rows: [aDyno('a'), aDyno('b', 'web.1', { releaseId: 'r2' })],
      containers: running('a', 'b'),
      steps: ['stop a'],
    },
    'replaces a worker the same way': {
      wanted: wants(0, 1, 2),
      rows: [aDyno('w', 'worker.1')],
      containers: running('w'),
      steps: ['start worker.1 v2 from up'],
    },
    'in mid-boot of another: that boot ends, the old one serves': {
      wanted: wants(1, 0, 3),
      rows: [aDyno('a'), aDyno('b', 'web.1', { state: 'starting', releaseId: 'r2' })],
      containers: running('a', 'b'),
      busy: { b: 'booting' },
      steps: ['stop b', 'start web.1 v3 from up'],
    },
    'that crashes leaves the old one serving': {
      wanted: wants(1, 0, 2),
      rows: [aDyno('a'), aDyno('b', 'web.1', { state: 'crashed', releaseId: 'r2', restartAt: new Date(NOW + 10_000) })],
      containers: running('a'),
      steps: ['wait 10000'],
    },
    'that crashed starts again when due, the old one still serving': {
      wanted: wants(1, 0, 2),
      rows: [aDyno('a'), aDyno('b', 'web.1', { state: 'crashed', releaseId: 'r2', crashes: 3, restartAt: new Date(NOW) })],
      containers: running('a'),
      steps: ['start web.1 v2 from crashed after 3 instead of b'],
    },
    'rolled back forgets the one that crashed': {
      wanted: wants(1, 0, 3),
      rows: [aDyno('a'), aDyno('b', 'web.1', { state: 'crashed', releaseId: 'r2', crashes: 3, restartAt: new Date(NOW + 9_000) })],
      containers: running('a'),
      steps: ['start web.1 v3 from up instead of b'],
    },
    'resets the back-off of a crashed dyno': {
      wanted: wants(1, 0, 2),
      rows: [aDyno('a', 'web.1', { state: 'crashed', crashes: 7, restartAt: new Date(NOW + 300_000) })],
      steps: ['start web.1 v2 from crashed instead of a'],
    },
  },
  crashes: {
    'an up dyno whose container ended': { wanted: wants(1), rows: [aDyno('a')], containers: exited('a'), steps: ['crash a'] },
    'an up dyno whose container is gone': { wanted: wants(1), rows: [aDyno('a')], steps: ['crash a'] },
    'a starting dyno whose container ended while nobody looked': {
      wanted: wants(1),
      rows: [aDyno('a', 'web.1', { state: 'starting' })],
      containers: exited('a'),
      steps: ['crash a'],
    },
    'are settled before anything else': {
      wanted: wants(2, 0, 2),
      rows: [aDyno('a'), aDyno('b', 'web.2')],
      containers: exited('a'),
      steps: ['crash a', 'crash b'],
    },
    'wait for their time': {
      wanted: wants(1),
      rows: [aDyno('a', 'web.1', { state: 'crashed', crashes: 2, restartAt: new Date(NOW + 1) })],
      steps: ['wait 1'],
    },
    'wait no longer than any pause is, though the clock was set back meanwhile': {
      wanted: wants(2),
      rows: [
        aDyno('a', 'web.1', { state: 'crashed', crashes: 9, restartAt: new Date(NOW + 300_000) }),
        aDyno('b', 'web.2', { state: 'crashed', crashes: 2, restartAt: new Date(NOW + 86_400_000) }),
      ],
      steps: ['wait 300000', 'start web.2 v1 from crashed after 2 instead of b'],
    },
    'restart when due': {
      wanted: wants(1),
      rows: [aDyno('a', 'web.1', { state: 'crashed', crashes: 2, restartAt: new Date(NOW) })],
      steps: ['start web.1 v1 from crashed after 2 instead of a'],
    },
    'leave a container to remove': {
      wanted: wants(1),
      rows: [aDyno('a', 'web.1', { state: 'crashed', restartAt: new Date(NOW + 1) })],
      containers: exited('a'),
      steps: ['wait 1', 'remove c-a'],
    },
    'of a dyno that a task watches are the task’s': {
      wanted: wants(1),
      rows: [aDyno('a', 'web.1', { state: 'starting' })],
      containers: exited('a'),
      busy: { a: 'booting' },
      steps: [],
    },
  },
  'restarts asked for': {
    'replace an up dyno, new first': {
      wanted: wants(1),
      rows: [aDyno('a', 'web.1', { restartAskedAt: new Date(NOW) })],
      containers: running('a'),
      steps: ['start web.1 v1 from up'],
    },
    'count even if the clock of whoever asked is ahead': {
      wanted: wants(1),
      rows: [aDyno('a', 'web.1', { restartAskedAt: new Date(NOW + 60_000) })],
      containers: running('a'),
      steps: ['start web.1 v1 from up'],
    },
    'are done once the new one boots': {
      wanted: wants(1),
      rows: [aDyno('a', 'web.1', { restartAskedAt: new Date(NOW) }), aDyno('b', 'web.1', { state: 'starting' })],
      containers: running('a', 'b'),
      busy: { b: 'booting' },
      steps: [],
    },
    'replace a starting one': {
      wanted: wants(1),
      rows: [aDyno('a', 'web.1', { state: 'starting', restartAskedAt: new Date(NOW) })],
      containers: running('a'),
      busy: { a: 'booting' },
      steps: ['stop a', 'start web.1 v1 from down'],
    },
    'start a crashed one at once': {
      wanted: wants(1),
      rows: [aDyno('a', 'web.1', { state: 'crashed', crashes: 0, restartAt: new Date(NOW) })],
      steps: ['start web.1 v1 from crashed instead of a'],
    },
  },
  'after the manager or the engine was away': {
    'running dynos are left alone': { wanted: wants(2), rows: [aDyno('a'), aDyno('b', 'web.2')], containers: running('a', 'b'), steps: [] },
    'a boot that came to nothing is a crash, whatever is left of it': {
      wanted: wants(1),
      rows: [aDyno('a', 'web.1', { state: 'starting', containerId: null })],
      failed: ['a'],
      steps: ['crash a'],
    },
    'but not while its task goes on': {
      wanted: wants(1),
      rows: [aDyno('a', 'web.1', { state: 'starting' })],
      containers: running('a'),
      busy: { a: 'booting' },
      failed: ['a'],
      steps: [],
    },
    'a boot under way is seen through': {
      wanted: wants(1),
      rows: [aDyno('a', 'web.1', { state: 'starting' })],
      containers: running('a'),
      steps: ['await a'],
    },
    'a row without a container is forgotten': {
      wanted: wants(1),
      rows: [aDyno('a', 'web.1', { state: 'starting', containerId: null })],
      steps: ['forget a'],
    },
    'a container that was created only: its row is forgotten': {
      wanted: wants(1),
      rows: [aDyno('a', 'web.1', { state: 'starting' })],
      containers: created('a'),
      steps: ['forget a'],
    },
    'and then the container goes': { wanted: wants(1), containers: created('a'), steps: ['start web.1 v1 from down', 'remove c-a'] },
    'a stop under way is done again': {
      wanted: wants(1),
      rows: [aDyno('a'), aDyno('b', 'web.2', { state: 'down' })],
      containers: running('a', 'b'),
      steps: ['stop b'],
    },
    'a stopped dyno whose container is gone is stopped in the store': { rows: [aDyno('b', 'web.2', { state: 'down' })], steps: ['stop b'] },
    'a stop of our own is not repeated': {
      rows: [aDyno('a', 'web.1', { state: 'down' })],
      containers: running('a'),
      busy: { a: 'stopping' },
      steps: [],
    },
    'of two that are up the newer stays': {
      wanted: wants(1),
      rows: [aDyno('a'), aDyno('b')],
      containers: running('a', 'b'),
      steps: ['stop a'],
    },
    'of two that boot the newer stays': {
      wanted: wants(1),
      rows: [aDyno('a', 'web.1', { state: 'starting' }), aDyno('b', 'web.1', { state: 'starting' })],
      containers: running('a', 'b'),
      steps: ['stop a', 'await b'],
    },
    'containers of a deleted app are removed': { containers: [...running('a'), ...exited('b')], steps: ['remove c-a', 'remove c-b'] },
  },
  'commands of releases': {
    'the command of a pending release is left alone': {
      rows: [aDyno('m', 'release.1234', { state: 'up', releaseId: 'r2' })],
      containers: exited('m'),
      pending: ['r2'],
      steps: [],
    },
    'that of a release that has ended is stopped': { rows: [aDyno('m', 'release.1234')], containers: running('m'), steps: ['stop m'] },
    'types named as one-off dynos are like any other': {
      wanted: wantedDynos(
        ['run', 'scheduler'].map((type) => ({ type, quantity: 1, size: 'Basic' })),
        { id: 'r1', version: 1 },
        { run: 'a', scheduler: 'b' },
      ),
      rows: [aDyno('o', 'run.1234')],
      containers: running('o'),
      steps: ['start run.1 v1 from down', 'start scheduler.1 v1 from down', 'stop o'],
    },
    'the release type is never part of a formation': {
      wanted: wantedDynos([{ type: 'release', quantity: 1, size: 'Basic' }], { id: 'r1', version: 1 }, TYPES),
      steps: [],
    },
  },
};

for (const [group, cases] of Object.entries(CASES)) {
  describe(group, () => {
    for (const [name, each] of Object.entries(cases)) test(name, () => check(each));
  });
}
