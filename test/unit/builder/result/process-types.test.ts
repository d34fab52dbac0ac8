// Which process types a slug has, from the Procfile and from what buildpacks print.
import { describe, expect, it } from 'vitest';
import { parseDefaults, readProcessTypes } from '../../../../src/builder/result/process-types.js';

describe('bin/release', () => {
  it.each([
    ['', {}],
    ['--- {}', {}],
    ['---\n', {}],
    ['null', {}],
    ['addons:\nconfig_vars:\ndefault_process_types:\n', {}],
    ['---\ndefault_process_types:\n  web: npm start\n', { web: 'npm start' }],
    ['{"default_process_types": {"web": "bin/x -p $PORT"}}', { web: 'bin/x -p $PORT' }],
    ["default_process_types:\n  web: 'a: b'\n  rake: bundle exec rake\n", { web: 'a: b', rake: 'bundle exec rake' }],
    ['default_process_types: {web: 7, "bad name": x, empty: "", ok: y}', { ok: 'y' }],
    ['default_process_types: [web]', {}],
    ['just words', {}],
  ])('%j', (text, types) => {
    expect(parseDefaults(text)).toEqual(types);
  });

  it('that is no YAML is told', () => {
    expect(() => parseDefaults('a: b: c: {')).toThrow(/^The buildpack's bin\/release printed no valid YAML: /);
    expect(() => parseDefaults('web: '.repeat(4_000))).toThrow('it is longer than 16 kB');
  });
});

describe('process types', () => {
  it('are those of the Procfile over the defaults', () => {
    const read = readProcessTypes('web: mine\nworker: w\n', 'default_process_types: {web: theirs, console: bash}');
    expect(read.all).toEqual({ web: 'mine', console: 'bash', worker: 'w' });
    expect(Object.keys(read.declared)).toEqual(['web', 'worker']);
  });

  it('need no Procfile', () => {
    expect(readProcessTypes(undefined, '').all).toEqual({});
  });

  it.each([
    ['web: a\nweb: b\n', ['The Procfile declares web more than once; the last one counts.']],
    ['worker: a\n', ['No web type: the app will answer no requests.']],
    ['web: a\nworker: b\n', []],
    [undefined, []],
  ])('of %j come with warnings', (procfile, warnings) => {
    expect(readProcessTypes(procfile, '').warnings).toEqual(warnings);
  });
});
