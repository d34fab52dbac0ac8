import { expect, test } from 'vitest';
import { crashText, judgeWeb, wantsWeb } from '../../../src/model/judge-web.js';

const dyno = (state: string, o: { id?: string; name?: string; type?: string; version?: number } = {}) => ({
  id: o.id ?? 'a',
  name: o.name ?? 'web.1',
  type: o.type ?? 'web',
  state,
  release: { version: o.version ?? 5 },
});
const UP = { state: 'up' };
const CRASHED = { state: 'crashed', name: 'web.1', serving: null };

type Look = ReturnType<typeof dyno>[];
const TABLE: Array<[string, Look[], object | undefined]> = [
  ['none yet', [[]], undefined],
  ['starting', [[dyno('starting')], [dyno('starting')]], undefined],
  ['up', [[dyno('starting')], [dyno('up')]], UP],
  ['idle is up', [[dyno('idle')]], UP],
  ['crashed', [[dyno('starting')], [dyno('crashed')]], CRASHED],
  ['crashed and begun again between two looks', [[dyno('starting')], [dyno('starting', { id: 'b' })]], CRASHED],
  ['begun again and up', [[dyno('starting')], [dyno('up', { id: 'b' })]], UP],
  ['an older release that is up says nothing', [[dyno('up', { version: 4 }), dyno('starting')]], undefined],
  ['an older release that crashed says nothing', [[dyno('crashed', { version: 4, id: 'o' })], [dyno('starting')]], undefined],
  [
    'an older release goes on serving',
    [[dyno('up', { version: 3, id: 'o' }), dyno('up', { version: 4, id: 'p' }), dyno('crashed')]],
    { ...CRASHED, serving: 4 },
  ],
  [
    'an older release of another type serves nobody',
    [[dyno('up', { version: 4, type: 'worker', name: 'worker.1' }), dyno('crashed')]],
    CRASHED,
  ],
  ['a newer release speaks for this one', [[dyno('up', { version: 6 })]], UP],
  ['one of several is enough', [[dyno('crashed'), dyno('up', { name: 'web.2', id: 'b' })]], UP],
  ['other process types say nothing', [[dyno('crashed', { type: 'worker', name: 'worker.1' })]], undefined],
  ['one that is being stopped says nothing', [[dyno('down'), dyno('starting', { id: 'b' })]], undefined],
];

test.each(TABLE)('%s', (_name, looks, verdict) => {
  const started = new Map<string, string>();
  expect(looks.map((dynos) => judgeWeb(started, dynos, 5)).at(-1)).toEqual(verdict);
});

test.each<[string, Record<string, string> | null, { type: string; quantity: number }[], boolean]>([
  ['one is', { web: 'x' }, [{ type: 'web', quantity: 1 }], true],
  ['none is', { web: 'x' }, [{ type: 'web', quantity: 0 }], false],
  ['the release has no web type, and the formation keeps its number', { worker: 'x' }, [{ type: 'web', quantity: 2 }], false],
  ['nobody knows what the release has', null, [{ type: 'web', quantity: 1 }], true],
  ['there is no formation', { web: 'x' }, [], false],
])('a web dyno is wanted or not: %s', (_name, types, formation, wanted) => {
  expect(wantsWeb(types, formation)).toBe(wanted);
});

test('a crash is told, and who goes on serving', () => {
  expect(crashText(7, { name: 'web.1', serving: null })).toBe('v7 is released, but web.1 crashed while starting.');
  expect(crashText(7, { name: 'web.1', serving: 6 })).toBe('v7 crashes; v6 goes on serving: fix it, or paas rollback');
});
