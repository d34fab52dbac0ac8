// What may be completed where.
import { expect, it } from 'vitest';
import { namedApp, wantedAt } from '../../../src/cli/commands/completion/wanted.js';

const of = (source: string, before = '', after = '') => ({ kind: 'value', of: [{ source, before, after }] });

it.each([
  [[''], { kind: 'command' }],
  [['conf'], { kind: 'command' }],
  [['help', 'conf'], { kind: 'command' }],
  [['ps:scale', '--'], { kind: 'flag', command: 'ps:scale' }],
  [['logs', '-a', 'sh'], of('apps')],
  [['logs', '--app=sh'], of('apps', '--app=')],
  [['logs', '--nothing=sh'], null],
  [['logs', '-r', ''], of('remotes')],
  [['run:detached', '--type', ''], of('types')],
  [['logs', '--dyno', 'web'], of('dynos')],
  [['config:get', 'K'], of('keys')],
  [['config:set', 'K'], of('keys', '', '=')],
  [['config:set', 'K=v'], null],
  [['ps:scale', 'we'], of('types', '', '=')],
  [['ps:scale', 'web='], null],
  [['ps:scale', 'web=2:B'], of('sizes', 'web=2:')],
  [['ps:type', 'web=B'], of('sizes', 'web=')],
  [['addons:destroy', ''], of('addons')],
  [['run', '--', 'ls', '-'], null],
  [['nonsense', 'x'], null],
])('%j', (words, wanted) => {
  expect(wantedAt(words)).toEqual(wanted);
});

it.each([
  [['config:get', '-a', 'shop', ''], 'shop'],
  [['config:get', '--app=shop', ''], 'shop'],
  [['config:get', ''], undefined],
  [['config:get', '-a'], undefined],
])('the app of %j', (words, app) => {
  expect(namedApp(words)).toBe(app);
});
