import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SIZES, USUAL } from '../../src/model/dyno-size.js';
import { readSizes } from '../../src/read-sizes.js';
import { parseSizeFile } from '../../src/size-file.js';

it('reads a table, with what is usual where it says nothing', () => {
  const sizes = parseSizeFile(`
# ours
- name: Small
  aliases: [S]
  memory: 256
  sleeps: true
- { name: Big, memory: 2048, burst: 1.5, cpu: 6, processes: 1000, disk: 20000, files: 100000, dedicated: true, most: 2 }
`);
  expect(sizes).toEqual([
    { ...USUAL, name: 'Small', aliases: ['S'], memoryMb: 256, cpu: 0.5, sleeps: true },
    {
      ...USUAL,
      name: 'Big',
      memoryMb: 2048,
      burst: 1.5,
      cpu: 6,
      processes: 1000,
      diskMb: 20_000,
      files: 100_000,
      dedicated: true,
      most: 2,
    },
  ]);
});

it('tells every mistake at once, with its line, its field and what it must be', () => {
  const text = `- name: Small
  memory: lots
  burst: 0.5
- name: "a b"
  memory: 512
  colour: red
- memory: 512
- name: T
  aliases: [small, 7]
  memory: 1.5
- just text
`;
  expect(problems(text)).toEqual([
    'line 2, memory: must be megabytes, a whole number from 32 to 16777216',
    'line 3, burst: must be a factor from 1 to 100',
    'line 4, name: must be a letter, then letters, digits, - and .',
    "line 6, colour: isn't known; there are name, aliases, memory, burst, cpu, processes, disk, files, dedicated, sleeps, most",
    'line 7, name: must be a name',
    'line 9, aliases: must be a name',
    'line 10, memory: must be megabytes, a whole number from 32 to 16777216',
    'line 11: must be a dyno size, as "name: Small" with what belongs to it below',
  ]);
});

it.each([
  [
    'names that stand twice',
    '- {name: A, memory: 64}\n- {name: B, aliases: [a], memory: 64}\n',
    ['line 2, aliases: a stands above already; choose another name'],
  ],
  ['no list', 'name: A\n', ['line 1: must be a list of dyno sizes, each begun with a dash']],
  ['an empty file', '', ['line 1: must be a list of dyno sizes, each begun with a dash']],
  ['an empty list', '[]', ['line 1: needs one dyno size at least']],
  ['no YAML', '- name: A\n  memory: [1\n', [expect.stringMatching(/^line \d: /)]],
  ['too long', `#${' '.repeat(70_000)}`, ['it is longer than 64 kB']],
])('refuses %s', (_about, text, said) => {
  expect(problems(text)).toEqual(said);
});

function problems(text: string): string[] {
  try {
    parseSizeFile(text);
    return [];
  } catch (error) {
    return (error as Error).message.split('\n').map((line) => line.replace(/^ {2}/, ''));
  }
}

it('stands for Heroku’s table in the home that has it; a process that can’t read it doesn’t start', async () => {
  const home = mkdtempSync(join(tmpdir(), 'slipway-sizes-'));
  expect(await readSizes({ home })).toBe(SIZES);
  expect((await readSizes({ home, defaultSize: 'free' })).default.name).toBe('Eco');
  writeFileSync(join(home, 'sizes.yml'), '- {name: Small, memory: 256}\n- {name: Big, memory: 2048}\n');
  const sizes = await readSizes({ home });
  expect([sizes.all.map(({ name }) => name), sizes.default.name]).toEqual([['Small', 'Big'], 'Small']);
  expect((await readSizes({ home, defaultSize: 'big' })).default.name).toBe('Big');
  await expect(readSizes({ home, defaultSize: 'Basic' })).rejects.toThrow(
    'SLIPWAY_DEFAULT_SIZE: there is no dyno size "Basic"; choose one of Small, Big, or unset it',
  );
  writeFileSync(join(home, 'sizes.yml'), '- {name: Small}\n');
  await expect(readSizes({ home })).rejects.toThrow(
    `The dyno sizes in ${home}/sizes.yml can't be used; correct them, or remove the file:\n  line 1, memory: must be megabytes`,
  );
  rmSync(home, { recursive: true });
});
