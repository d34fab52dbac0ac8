// How dynos that serve are replaced: a few at a time, and each when its day is over.
import { describe, test } from 'vitest';
import type { Dyno } from '../../../src/model/dyno.js';
import { aDyno, check, NOW, running, wants, type Case } from './check-plan.js';

const web = (count: number, o: Partial<Dyno> = {}) => Array.from({ length: count }, (_, at) => aDyno(`w${at + 1}`, `web.${at + 1}`, o));
const ids = (rows: Dyno[]) => rows.map(({ id }) => id);
const all = (count: number, o: Partial<Dyno> = {}) => ({ rows: web(count, o), containers: running(...ids(web(count))) });
const asked = { restartAskedAt: new Date(NOW) };
const v2 = { releaseId: 'r2', releaseVersion: 2 };
const DAY_MS = 86_400_000;
const FIRST = '00000000-0000-4000-8000-000000000000';
const LAST = 'ffffffff-ffff-4fff-bfff-ffffffffffff';
const bornAgo = (ms: number) => ({ createdAt: new Date(NOW - ms) });
const day = { periodMs: DAY_MS, since: NOW - 3 * DAY_MS };

const CASES: Record<string, Record<string, Case>> = {
  'a restart or a release of many': {
    'begins with one of up to four': { wanted: wants(4), ...all(4, asked), steps: ['start web.1 v1 from up'] },
    'begins with a quarter of more': {
      wanted: wants(8, 0, 2),
      ...all(8),
      steps: ['start web.1 v2 from up', 'start web.2 v2 from up'],
    },
    'begins with eight at most': {
      wanted: wants(60),
      ...all(60, asked),
      steps: Array.from({ length: 8 }, (_, at) => `start web.${at + 1} v1 from up`),
    },
    'goes on when one is up': {
      wanted: wants(2, 0, 2),
      rows: [aDyno('a'), aDyno('b', 'web.2'), aDyno('c', 'web.1', v2)],
      containers: running('a', 'b', 'c'),
      steps: ['stop a', 'start web.2 v2 from up'],
    },
    'waits for one that boots': {
      wanted: wants(2, 0, 2),
      rows: [aDyno('a'), aDyno('b', 'web.2'), aDyno('c', 'web.1', { ...v2, state: 'starting' })],
      containers: running('a', 'b', 'c'),
      busy: { c: 'booting' },
      steps: [],
    },
    'waits for one that crashes': {
      wanted: wants(2, 0, 2),
      rows: [
        aDyno('a'),
        aDyno('b', 'web.2'),
        aDyno('c', 'web.1', { ...v2, state: 'crashed', crashes: 2, restartAt: new Date(NOW + 10_000) }),
      ],
      containers: running('a', 'b'),
      steps: ['wait 10000'],
    },
    'does not keep one that is asked for by itself waiting when another crashes': {
      wanted: wants(2, 0, 2),
      rows: [
        aDyno('a'),
        aDyno('b', 'web.2', asked),
        aDyno('c', 'web.1', { ...v2, state: 'crashed', crashes: 2, restartAt: new Date(NOW + 9) }),
      ],
      containers: running('a', 'b'),
      steps: ['wait 9', 'start web.2 v2 from up'],
    },
    'nor while the one that crashes tries again': {
      wanted: wants(2, 0, 2),
      rows: [aDyno('a'), aDyno('b', 'web.2', asked), aDyno('c', 'web.1', { ...v2, state: 'starting', crashes: 2 })],
      containers: running('a', 'b', 'c'),
      busy: { c: 'booting' },
      steps: ['start web.2 v2 from up'],
    },
    'waits for one that crashes and was asked for with it': {
      wanted: wants(2),
      rows: [aDyno('a', 'web.1', asked), aDyno('b', 'web.2', asked), aDyno('c', 'web.1', { state: 'starting', crashes: 2 })],
      containers: running('a', 'b', 'c'),
      busy: { c: 'booting' },
      steps: [],
    },
    'leaves none that no longer serves waiting': {
      wanted: wants(3, 0, 2),
      rows: [aDyno('a'), aDyno('b', 'web.2', { state: 'crashed' })],
      containers: running('a'),
      steps: ['start web.1 v2 from up', 'start web.2 v2 from crashed instead of b', 'start web.3 v2 from down'],
    },
    'goes type by type side by side': {
      wanted: wants(2, 2, 2),
      rows: [aDyno('a'), aDyno('b', 'web.2'), aDyno('c', 'worker.1'), aDyno('d', 'worker.2')],
      containers: running('a', 'b', 'c', 'd'),
      steps: ['start web.1 v2 from up', 'start worker.1 v2 from up'],
    },
    'ends one of a release that was overtaken, though its name has to wait': {
      wanted: wants(2, 0, 3),
      rows: [aDyno('a'), aDyno('b', 'web.2'), aDyno('c', 'web.2', { ...v2, state: 'starting' })],
      containers: running('a', 'b', 'c'),
      steps: ['start web.1 v3 from up', 'stop c'],
    },
  },
  'a dyno whose day is over': {
    'is replaced, new first': {
      wanted: wants(1),
      rows: [aDyno(FIRST, 'web.1', bornAgo(DAY_MS))],
      containers: running(FIRST),
      cycle: day,
      steps: ['start web.1 v1 from up by cycle'],
    },
    'has up to 216 minutes more, by its id': {
      wanted: wants(1),
      rows: [aDyno(LAST, 'web.1', bornAgo(DAY_MS + 215 * 60_000))],
      containers: running(LAST),
      cycle: day,
      steps: [],
    },
    'and no more than that': {
      wanted: wants(1),
      rows: [aDyno(LAST, 'web.1', bornAgo(DAY_MS + 216 * 60_000))],
      containers: running(LAST),
      cycle: day,
      steps: ['start web.1 v1 from up by cycle'],
    },
    'is let be where there is no cycle': {
      wanted: wants(1),
      rows: [aDyno(FIRST, 'web.1', bornAgo(9 * DAY_MS))],
      containers: running(FIRST),
      steps: [],
    },
    'is left alone once the one that follows it boots': {
      wanted: wants(1),
      rows: [aDyno(FIRST, 'web.1', bornAgo(DAY_MS)), aDyno('b', 'web.1', { state: 'starting' })],
      containers: running(FIRST, 'b'),
      busy: { b: 'booting' },
      cycle: day,
      steps: [],
    },
    'waits its turn anew when it fell due while nobody looked': {
      wanted: wants(2),
      rows: [aDyno(LAST, 'web.1', bornAgo(3 * DAY_MS)), aDyno('80000000', 'web.2', bornAgo(3 * DAY_MS))],
      containers: running(LAST, '80000000'),
      cycle: { periodMs: DAY_MS, since: NOW - 108 * 60_000 },
      steps: ['start web.2 v1 from up by cycle'],
    },
    'goes by the release where there is a new one': {
      wanted: wants(1, 0, 2),
      rows: [aDyno(FIRST, 'web.1', bornAgo(DAY_MS))],
      containers: running(FIRST),
      cycle: day,
      steps: ['start web.1 v2 from up'],
    },
    'is started once more when it crashes instead': {
      wanted: wants(1),
      rows: [aDyno(FIRST, 'web.1', { ...bornAgo(2 * DAY_MS), state: 'crashed', restartAt: new Date(NOW) })],
      cycle: day,
      steps: [`start web.1 v1 from crashed instead of ${FIRST}`],
    },
  },
};

for (const [about, cases] of Object.entries(CASES)) {
  describe(about, () => {
    for (const [name, each] of Object.entries(cases)) test(name, () => check(each));
  });
}
