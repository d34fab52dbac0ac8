// The Procfile: what people write, and what is wrong with it.
import { describe, expect, it } from 'vitest';
import { parseProcfile } from '../../../../src/model/build/procfile.js';

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
    const warnings = text === 'web: a\nweb: b\n' ? ['The Procfile declares web more than once; the last one counts.'] : [];
    expect(parseProcfile(text)).toEqual({ types, warnings });
  });

  it.each([
    ['  web: npm start\n', { web: 'npm start' }, ['Procfile line 1 is indented; it is taken as "web: npm start"']],
    ['web: a\n\tworker: b', { web: 'a', worker: 'b' }, ['Procfile line 2 is indented; it is taken as "worker: b"']],
    ['web npm start\n', { web: 'npm start' }, ['Procfile line 1 has no colon; it is taken as "web: npm start"']],
    [' web\tnpm start\n', { web: 'npm start' }, ['Procfile line 1 has no colon and is indented; it is taken as "web: npm start"']],
    ['my worker: a', { my: 'worker: a' }, ['Procfile line 1 has no colon; it is taken as "my: worker: a"']],
    ['web: a\nworker:\n', { web: 'a' }, ['Procfile line 2 is skipped: expected "name: command", found "worker:"']],
    ['web: a \\\n  --port 80\n', { web: 'a \\' }, ['Procfile line 2 is skipped: expected "name: command", found "--port 80"']],
    [
      'web: a\n<<<<<<< HEAD\n',
      { web: 'a' },
      ['Procfile line 2 is skipped: a merge conflict is left there. Resolve it, commit, and push again.'],
    ],
    [
      '{}\nweb: a\nweb: b',
      { web: 'b' },
      [
        'Procfile line 1 is skipped: expected "name: command", found "{}"',
        'The Procfile declares web more than once; the last one counts.',
      ],
    ],
    [`web: a\n${'x'.repeat(129)}: a`, { web: 'a' }, [`Procfile line 2 is skipped: expected "name: command", found "${'x'.repeat(59)}…"`]],
    [`web: a\n  ${'é'.repeat(200)}`, { web: 'a' }, [`Procfile line 2 is skipped: expected "name: command", found "${'é'.repeat(59)}…"`]],
  ])('%j is taken, and told', (text, types, warnings) => {
    expect(parseProcfile(text)).toEqual({ types, warnings });
  });

  it('of many odd lines tells the first twenty', () => {
    const { warnings } = parseProcfile(`web: a\n${'{}\n'.repeat(100)}`);
    expect([warnings.length, warnings.at(-1)]).toEqual([21, 'The Procfile has 80 more lines of that kind.']);
  });

  it.each([
    ['web\n', 'The Procfile has no line of the kind "name: command". Procfile line 1 is skipped: expected "name: command", found "web"'],
    ['# a comment\n{"web": "npm start"}\n', 'Procfile line 2 is skipped'],
  ])('%j is refused', (text, message) => {
    expect(() => parseProcfile(text)).toThrow(message);
  });
});
