// What is printed fits the terminal.
import { describe, expect, it } from 'vitest';
import { whenCell } from '../../../src/cli/terminal/age.js';
import { buildStatus } from '../../../src/cli/commands/builds/build-status.js';
import { GROUPS } from '../../../src/cli/command-groups.js';
import { EXAMPLES } from '../../../src/cli/examples.js';
import { describeAuthorizations } from '../../../src/cli/commands/access/list-authorizations.js';
import { newProgram } from '../../../src/cli/program.js';
import { during } from '../../../src/cli/terminal/progress.js';
import type { AuthorizationResource } from '../../../src/cli/api/resources.js';
import { run } from '../../../src/cli/run.js';
import { findByPrefix, idCells, isPrefix } from '../../../src/cli/terminal/short-id.js';
import { alignRows, table } from '../../../src/cli/terminal/table.js';
import { cut, widthOf, wrap } from '../../../src/cli/terminal/wrap.js';
import { memoryCli } from './memory-cli.js';

const ALL = GROUPS.flatMap((group) => group.commands);
const widest = (text: string) => Math.max(...text.split('\n').map(widthOf));
const look = (columns: number) => ({ columns, paint: (_: string, text: string) => text });
const NOW = new Date('2026-03-13T15:38:08Z');

describe('width', () => {
  it.each([
    ['abc', 3],
    ['日本', 4],
    ['🚀', 2],
    ['e\u0301', 1],
    ['', 0],
  ])('of %s is %i', (text, width) => expect(widthOf(text)).toBe(width));
  it('cuts at whole letters', () => {
    expect(cut('abcdef', 6)).toBe('abcdef');
    expect(cut('abcdef', 4)).toBe('abc…');
    expect(cut('日本語', 4)).toBe('日…');
  });
  it('wraps between words, and leaves what fits as it is', () => {
    expect(wrap('a  b', 10)).toEqual(['a  b']);
    expect(wrap('  one two three', 10, '    ')).toEqual(['  one two', '    three']);
    expect(wrap('name  one two', 10, '      ', 6)).toEqual(['name  one', '      two']);
    expect(wrap('averylongword x', 5)).toEqual(['averylongword', 'x']);
  });
});

describe('a table', () => {
  const rows = ['1d0eadac', '5e4fa7a2'].map((id) => [
    { text: id, isWhole: true },
    'Set A_VERY_LONG_NAME config vars',
    'someone@example.com',
    whenCell('2026-03-13T15:08:07Z', NOW),
  ]);

  it.each([200, 100, 80, 60, 50, 40])('fits %i columns', (columns) => {
    const lines = table(['ID', 'Description', 'User', 'Created'], rows, look(columns));
    expect(widest(lines.join('\n'))).toBeLessThanOrEqual(columns);
    expect(lines[2]).toMatch(/^1d0eadac {2}Set/);
  });

  it('shortens times before it cuts words', () => {
    expect(alignRows(rows, look(80))[0]).toBe('1d0eadac  Set A_VERY_LONG_NAME config vars  someone@example.com  30m ago');
    expect(alignRows(rows, look(60))[0]).toBe('1d0eadac  Set A_VERY_LONG_NAM…  someone@example.com  30m ago');
    expect(alignRows(rows)[0]).toContain('(~ 30m ago)');
  });

  it('leaves out a column without a word', () =>
    expect(
      alignRows([
        ['a', '', 'b'],
        ['c', '', 'd'],
      ]),
    ).toEqual(['a  b', 'c  d']));
});

it('a build that someone cancelled is called so, whatever its status', () => {
  expect(buildStatus({ status: 'failed', cancelled: true }).text).toBe('cancelled');
  expect(buildStatus({ status: 'failed' })).toMatchObject({ text: 'failed', style: 'red' });
  expect(buildStatus({ status: 'succeeded', cancelled: false }).text).toBe('succeeded');
});

describe('authorizations', () => {
  const token = (o: Partial<AuthorizationResource> & { expires_in?: number | null }): AuthorizationResource => ({
    id: '1d0eadac-51a2-48b3-8ca0-7fa9c5b996a4',
    description: 'ci',
    scope: ['global'],
    created_at: NOW.toISOString(),
    access_token: { id: 'x', token: 't', expires_in: o.expires_in ?? null },
    ...o,
  });

  it('show when they end and, where the API says, when they were last used', () => {
    const all = [
      token({ expires_in: 7200, last_used_at: '2026-03-13T15:08:07Z' }),
      token({ last_used_at: null }),
      token({ expires_in: 0, last_used_at: null }),
    ];
    expect(describeAuthorizations(all, NOW, look(80))).toEqual([
      'Description  ID        Scope   Expires  Last used',
      '───────────  ────────  ──────  ───────  ─────────',
      'ci           1d0eadac  global  in 2h    30m ago',
      'ci           1d0eadac  global  never    never',
      'ci           1d0eadac  global  expired  never',
    ]);
    expect(describeAuthorizations([token({})], NOW, look(80))[0]).toBe('Description  ID        Scope   Expires');
  });
});

describe('ids', () => {
  const [a, b] = ['1d0eadac-51a2-48b3-8ca0-7fa9c5b996a4', '1d0eadac-51ff-48b3-8ca0-7fa9c5b996a4'];

  it('are short where a person looks, as long as tells them apart, and whole in a pipe', () => {
    expect(idCells([a], 80)[0]?.text).toBe('1d0eadac');
    expect(idCells([a, b], 80).map(({ text }) => text)).toEqual(['1d0eadac-51a', '1d0eadac-51f']);
    expect(idCells([a], null)[0]?.text).toBe(a);
  });

  it('are found by their beginning', () => {
    const things = [{ id: a }, { id: b }];
    expect(findByPrefix(things, '1D0EADAC-51A', 'build')).toBe(things[0]);
    expect(() => findByPrefix(things, '1d0e', 'build')).toThrow(
      /The ids of 2 builds begin with 1d0e: type more of it\.\n {2}1d0eadac-51a2/,
    );
    expect(() => findByPrefix(things, 'ffff', 'build')).toThrow('No build has an id that begins with ffff.');
    expect(['1d0e', a, 'v7', '1d', 'nope'].map(isPrefix)).toEqual([true, false, false, false, false]);
  });
});

describe.each([60, 80, 100])('on %i columns', (columns) => {
  it.each([['help'], ...ALL.map((name) => ['help', name])])('%s %s fits', async (...argv) => {
    const { cli, out } = memoryCli({ isTTY: true, columns, env: { NO_COLOR: '1' } });
    await run(argv, cli);
    // What is to be copied is never broken.
    const prose = out().split('\nExamples:\n')[0]!;
    expect(prose.split('\n').filter((line) => widthOf(line) > columns)).toEqual([]);
  });

  it('messages and what is redrawn fit', async () => {
    const { cli, err } = memoryCli({ isTTY: true, columns, env: { NO_COLOR: '1' } });
    await run(['xyzzy'], cli);
    cli.terminal.warn('word '.repeat(50));
    expect(widest(err())).toBeLessThanOrEqual(columns);
    const redrawn = memoryCli({ isTTY: true, columns });
    await during(redrawn.cli.terminal, 'name '.repeat(50), async () => undefined);
    const [first = '', last = ''] = redrawn.err().split('\r\u001B[K').slice(1);
    expect(widthOf(first)).toBeLessThan(columns);
    expect(last).toContain('... done\n');
  });
});

describe('help', () => {
  it.each(ALL.filter((name) => name !== 'git:credentials'))('of %s has examples that its own parser takes', async (name) => {
    const { cli } = memoryCli();
    const program = newProgram(cli.terminal, () => undefined);
    (await GROUPS.find((group) => group.commands.includes(name))!.load()).register(program, cli);
    const command = program.commands.find((each) => each.name() === name)!;
    expect(EXAMPLES[name]?.length).toBeGreaterThan(0);
    for (const example of EXAMPLES[name]!) {
      const words = example
        .split(' | ')
        .at(-1)!
        .replace(/ [<>] \S+$/, '')
        .match(/(?:[^\s"]|"[^"]*")+/g)!;
      expect(words.slice(words.indexOf('paas'), words.indexOf('paas') + 2)).toEqual(['paas', name]);
      const { operands, unknown } = command.parseOptions(words.slice(words.indexOf('paas') + 2));
      expect({ example, unknown }).toEqual({ example, unknown: [] });
      expect(operands.length).toBeLessThanOrEqual(
        command.registeredArguments.some((each) => each.variadic) ? Infinity : command.registeredArguments.length,
      );
    }
  });
});
