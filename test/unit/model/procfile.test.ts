// The Procfile: what people write, and what is wrong with it.
import { describe, expect, it } from 'vitest';
import { parseProcfile, repeatedTypes } from '../../../src/model/procfile.js';

describe('a Procfile', () => {
  it.each([
    ['web: npm start\n', { web: 'npm start' }],
    ['web: npm start', { web: 'npm start' }],
    ['web:npm start\r\nworker:\tnode w.js  \r\n', { web: 'npm start', worker: 'node w.js' }],
    ['\uFEFFweb: a\rworker: b', { web: 'a', worker: 'b' }],
    ['# comment\n\n   # another\nweb: a # kept for bash\n', { web: 'a # kept for bash' }],
    ['web: a\nweb: b\n', { web: 'b' }],
    ['my-worker_2: x', { 'my-worker_2': 'x' }],
    ['web: echo "a: b" | grep $PORT && exec x', { web: 'echo "a: b" | grep $PORT && exec x' }],
    ['', {}],
    ['\n\n', {}],
  ])('%j', (text, types) => {
    expect(parseProcfile(text)).toEqual(types);
  });

  it.each([
    ['web\n', 'Procfile line 1: expected "name: command", found "web"'],
    ['web: a\nworker:\n', 'Procfile line 2: expected "name: command", found "worker:"'],
    ['web: a\n<<<<<<< HEAD\n', 'Procfile line 2: a merge conflict is left there; resolve it, commit, and push again.'],
    ['my worker: a', 'Procfile line 1: expected "name: command", found "my worker: a"'],
    [`${'x'.repeat(129)}: a`, /^Procfile line 1: /],
  ])('%j is refused', (text, message) => {
    expect(() => parseProcfile(text)).toThrow(message);
  });

  it('tells which types it declares more than once', () => {
    expect(repeatedTypes('web: a\nworker: b\nweb: c\nweb: d\n')).toEqual(['web']);
    expect(repeatedTypes('web: a\n')).toEqual([]);
  });
});
