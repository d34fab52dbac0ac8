import { expect, test } from 'vitest';
import { judgeWeb } from '../../../src/hook/judge-web.js';

const dyno = (state: string, o: { id?: string; name?: string; type?: string; version?: number } = {}) => ({
  id: o.id ?? 'a',
  name: o.name ?? 'web.1',
  type: o.type ?? 'web',
  state,
  release: { version: o.version ?? 5 },
});
const UP = { state: 'up' };
const CRASHED = { state: 'crashed', name: 'web.1' };

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
  ['a newer release speaks for this one', [[dyno('up', { version: 6 })]], UP],
  ['one of several is enough', [[dyno('crashed'), dyno('up', { name: 'web.2', id: 'b' })]], UP],
  ['other process types say nothing', [[dyno('crashed', { type: 'worker', name: 'worker.1' })]], undefined],
  ['one that is being stopped says nothing', [[dyno('down'), dyno('starting', { id: 'b' })]], undefined],
];

test.each(TABLE)('%s', (_name, looks, verdict) => {
  const started = new Map<string, string>();
  expect(looks.map((dynos) => judgeWeb(started, dynos, 5)).at(-1)).toEqual(verdict);
});
