// The operator's table of dyno sizes: YAML, a list that stands for Heroku's whole table.
//
//   - name: Small          # what people say, with `aliases: [S]` beside it
//     memory: 256          # MB, the quota
//     burst: 2             # may have twice as much before it is ended; 1 unless told
//     cpu: 0.5             # its part of the processors, against 1 for others; 1 per 512 MB unless told
import { LineCounter, parseDocument, type Document } from 'yaml';
import { z } from 'zod';
import { HEROKU_SIZES, USUAL, type DynoSize } from './model/dyno-size.js';

const name = z.string('must be a name').regex(/^[A-Za-z][A-Za-z0-9.-]{0,38}$/, 'must be a letter, then letters, digits, - and .');
const number = (least: number, most: number, what: string) => {
  const says = `must be ${what} from ${least} to ${most}`;
  return z.number(says).min(least, says).max(most, says);
};
const whole = (least: number, most: number, what: string) => {
  const says = `must be ${what}, a whole number from ${least} to ${most}`;
  return z.int(says).min(least, says).max(most, says);
};
const yes = z.boolean('must be true or false');

const Row = z.strictObject(
  {
    name,
    aliases: z.array(name, 'must be a list of names').optional(),
    memory: whole(32, 16_777_216, 'megabytes'),
    burst: number(1, 100, 'a factor').optional(),
    cpu: number(0.01, 1000, 'a part').optional(),
    processes: whole(16, 4_194_304, 'a number of processes and threads').optional(),
    disk: whole(16, 1_073_741_824, 'megabytes').optional(),
    files: whole(1000, 1_000_000_000, 'a number of files').optional(),
    dedicated: yes.optional(),
    sleeps: yes.optional(),
    most: whole(1, 100, 'a number of dynos').optional(),
  },
  'must be a dyno size, as "name: Small" with what belongs to it below',
);
const Rows = z.array(Row, 'must be a list of dyno sizes, each begun with a dash').min(1, 'needs one dyno size at least');

const FIELDS = Object.keys(Row.shape);
/** The parser's time grows with the square of the text. */
const MOST_CHARS = 64 * 1024;

/** What the file says. Throws one Error that lists every problem with its line, its field and what to do. */
export function parseSizeFile(text: string): DynoSize[] {
  if (text.length > MOST_CHARS) throw new Error(`  it is longer than ${MOST_CHARS / 1024} kB`);
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, logLevel: 'error' });
  const at = (offset: number) => `line ${lines.linePos(offset).line}`;
  if (document.errors.length > 0) {
    throw new Error(document.errors.map(({ pos, message }) => `  ${at(pos[0])}: ${message.split('\n')[0]}`).join('\n'));
  }
  const parsed = Rows.safeParse(document.toJS({ maxAliasCount: 10 }));
  const place = (path: PropertyKey[]) => at(offsetOf(document, path));
  const problems = parsed.success ? sameNames(parsed.data) : parsed.error.issues.flatMap(describe);
  if (problems.length > 0) throw new Error(problems.map(({ path, says }) => `  ${place(path)}${field(path)}: ${says}`).join('\n'));
  return parsed.data!.map(toSize);
}

interface Problem {
  path: PropertyKey[];
  says: string;
}

function describe(issue: z.core.$ZodIssue): Problem[] {
  if (issue.code !== 'unrecognized_keys') return [{ path: issue.path, says: issue.message }];
  return issue.keys.map((key) => ({ path: [...issue.path, key], says: `isn't known; there are ${FIELDS.join(', ')}` }));
}

/** Each name and alias may stand once, whatever its case. */
function sameNames(rows: z.infer<typeof Rows>): Problem[] {
  const all = rows.flatMap((row, index) => [
    { text: row.name, path: [index, 'name'] },
    ...(row.aliases ?? []).map((text, alias) => ({ text, path: [index, 'aliases', alias] })),
  ]);
  const key = (text: string) => text.toLowerCase();
  return all
    .filter(({ text }, index) => all.findIndex((other) => key(other.text) === key(text)) !== index)
    .map(({ text, path }) => ({ path, says: `${text} stands above already; choose another name` }));
}

/** `, memory` for `[1, 'memory']`. */
function field(path: PropertyKey[]): string {
  const names = path.filter((part) => typeof part === 'string');
  return names.length > 0 ? `, ${names.join('.')}` : '';
}

/** Where it stands, or what it would stand in. */
function offsetOf(document: Document, path: PropertyKey[]): number {
  for (let length = path.length; length >= 0; length -= 1) {
    const node = length > 0 ? document.getIn(path.slice(0, length), true) : document.contents;
    const range = (node as { range?: [number, number, number] } | null | undefined)?.range;
    if (range) return range[0];
  }
  return 0;
}

const MB_OF_1X = HEROKU_SIZES.find(({ cpu }) => cpu === 1)!.memoryMb;

function toSize({ memory, disk, ...row }: z.infer<typeof Row>): DynoSize {
  const own = Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined)) as typeof row;
  return { ...USUAL, cpu: memory / MB_OF_1X, ...own, memoryMb: memory, ...(disk !== undefined && { diskMb: disk }) } as DynoSize;
}
