import { describe, expect, it } from 'vitest';
import { changeConfig, describeChange } from '../../../src/model/config-vars.js';

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
