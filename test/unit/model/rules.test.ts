import { describe, expect, it } from 'vitest';
import { checkAppName, generateAppName, webUrl } from '../../../src/model/app.js';
import { cancelledBy, isCancelled, PUSH_INTERRUPTED } from '../../../src/model/build/build.js';
import { changeConfig, describeChange } from '../../../src/model/config-vars.js';
import { findSize } from '../../../src/model/dyno-size.js';
import { parseDynoName } from '../../../src/model/dyno.js';
import { applyQuantity } from '../../../src/model/formation.js';
import { parseVersion } from '../../../src/model/release.js';

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

describe('app names', () => {
  it.each(['abc', 'my-app', 'a1-b2', 'a'.repeat(30)])('accepts %s', (name) => expect(() => checkAppName(name)).not.toThrow());
  it.each(['ab', 'A-app', '1app', 'app-', '-app', 'a_b', 'a b', 'a.b', '../x', 'a'.repeat(31), '', 'api'])('refuses %j', (name) => {
    expect(() => checkAppName(name)).toThrow(expect.objectContaining({ id: 'invalid_params' }));
  });
  it('generates names that are accepted', () => {
    for (let i = 0; i < 50; i += 1) checkAppName(generateAppName(() => i / 50));
  });
  it.each([
    [8080, 'http://demo.localhost:8080/'],
    [80, 'http://demo.localhost/'],
  ])('has a URL on port %i', (routerPort, url) => expect(webUrl({ name: 'demo' }, { domain: 'localhost', routerPort })).toBe(url));
});

describe('config vars', () => {
  const check = (current: Record<string, string>, patch: Record<string, string | null>) => {
    const change = changeConfig(current, patch);
    return [change.vars, describeChange(change)];
  };
  it.each([
    [{}, { A: '1' }, { A: '1' }, 'Set A config vars'],
    [{ A: '1' }, { A: '1' }, { A: '1' }, ''],
    [{ A: '1' }, { A: null }, {}, 'Remove A config vars'],
    [{ A: '1' }, { B: null }, { A: '1' }, ''],
    [{ A: '1', C: 'x' }, { A: null, B: '', C: 'y\nz' }, { B: '', C: 'y\nz' }, 'Set B, C config vars; Remove A config vars'],
  ])('%j changed by %j', (current, patch, vars, text) =>
    expect(check(current, patch as Record<string, string | null>)).toEqual([vars, text]),
  );
  it('may be called as what every object has', () => {
    const parse = (json: string) => JSON.parse(json) as Record<string, string>;
    const { vars, set } = changeConfig(parse('{"__proto__": "a"}'), parse('{"__proto__": "b", "constructor": "c"}'));
    expect([Object.entries(vars), set]).toEqual([
      [
        ['__proto__', 'b'],
        ['constructor', 'c'],
      ],
      ['__proto__', 'constructor'],
    ]);
  });
  it.each(['1A', 'A-B', '', 'A B', 'A=B', 'É'])('refuses the name %j', (key) =>
    expect(() => changeConfig({}, { [key]: 'x' })).toThrow(/invalid/),
  );
  it('never names a value', () => {
    expect(() => changeConfig({}, { KEY: `secret\0` })).toThrow(
      expect.not.objectContaining({ message: expect.stringContaining('secret') }),
    );
    expect(() => changeConfig({}, { KEY: 'x'.repeat(70_000) })).toThrow('64 kB');
  });
});

describe('quantities', () => {
  it.each([
    [1, 3, 3],
    [1, '3', 3],
    [2, '+1', 3],
    [2, '-2', 0],
  ])('%i changed by %j is %i', (current, wanted, next) => expect(applyQuantity(current, wanted)).toBe(next));
  it.each([-1, '-2', '1.5', 'many', '', 101, '+100'])('refuses %j', (wanted) => expect(() => applyQuantity(1, wanted)).toThrow());
});

describe('names and numbers', () => {
  it.each([
    ['v7', 7],
    ['12', 12],
    ['v0', null],
    ['7a', null],
    ['', null],
  ])('version %j is %j', (text, version) => expect(parseVersion(text)).toBe(version));
  it.each([
    ['web.1', { type: 'web', number: 1 }],
    ['my-worker.12', { type: 'my-worker', number: 12 }],
    ['web', null],
    ['web.x', null],
  ])('dyno %j is %j', (name, parsed) => expect(parseDynoName(name)).toEqual(parsed));
  it('finds sizes in any case', () => {
    expect(findSize('standard-2x')?.memoryMb).toBe(1024);
    expect(findSize('huge')).toBeUndefined();
  });
});
