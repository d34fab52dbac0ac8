// Inputs that are nearly right: valid ones with a few changes, their pieces in any order, and now and then very long ones.
import type { Random } from './random.js';

export interface Kind<Part> {
  /** Valid inputs. */
  seeds: readonly Part[];
  /** Words of the grammar, and what may break it. */
  pieces: readonly Part[];
}

/** What more than one parser has stumbled over. */
const ODD = [
  '\0',
  '\t',
  '\n',
  '\r',
  '\r\n',
  '\x1b',
  '\x7f',
  '\u0085',
  '\u00a0',
  '\u2028',
  '\u202e',
  '\u3000',
  '\ufeff',
  '\ud800',
  'é',
  '😀',
  ' ',
  '  ',
  '"',
  "'",
  '`',
  '\\',
  '$',
  '${',
  '{',
  '}',
  '[',
  ']',
  '(',
  ')',
  '<',
  '>',
  ';',
  ',',
  ':',
  '=',
  '#',
  '%',
  '%00',
  '%2e%2e/',
  '/',
  '//',
  '../',
  './',
  '..',
  '.',
  '-',
  '--',
  '*',
  '&',
  '?',
  '@',
  '|',
  '0',
  '-1',
  '99999999999',
  '1e3',
  'NaN',
  'null',
  '__proto__',
  'constructor',
  'toString',
];
const LONGEST = 32 * 1024;

/** Makes input `number`: the same for the same random numbers. */
export type Make<Input> = (random: Random, number: number) => Input;

export function text(kind: Kind<string>): Make<string> {
  return maker(kind, ODD, { join: (parts) => parts.join(''), cut: (whole, from, to) => whole.slice(from, to) });
}

export function bytes(kind: Kind<Buffer>): Make<Buffer> {
  const single = [0, 1, 10, 32, 48, 57, 127, 128, 255].map((byte) => Buffer.from([byte]));
  return maker(kind, single, { join: (parts) => Buffer.concat(parts), cut: (whole, from, to) => whole.subarray(from, to) });
}

interface Ways<Part> {
  join(parts: Part[]): Part;
  cut(whole: Part, from: number, to?: number): Part;
}

function maker<Part extends { length: number }>(
  { seeds, pieces: own }: Kind<Part>,
  odd: readonly Part[],
  { join, cut }: Ways<Part>,
): Make<Part> {
  const pieces = [...own, ...odd];

  function change(random: Random, input: Part): Part {
    const at = random.below(input.length + 1);
    const to = at + random.below(Math.min(input.length - at, 40) + 1);
    const [before, part, after] = [cut(input, 0, at), cut(input, at, to), cut(input, to)];
    switch (random.below(6)) {
      case 0:
        return join([before, random.pick(pieces), part, after]);
      case 1:
        return join([before, after]);
      case 2:
        return join([before, part, part, after]);
      case 3:
        return join([before, random.pick(pieces), after]);
      case 4:
        return join([before, cut(random.pick(seeds), random.below(20))]);
      default:
        return random.chance(0.2) ? before : join([after, before, part]);
    }
  }

  /** What takes time in the square of its length shows here. */
  function repeated(random: Random, unit: Part): Part {
    const few = () => join(random.some(0, 2, () => random.pick(random.chance(0.7) ? own : pieces)));
    const begin = random.chance(0.3) ? random.pick(seeds) : few();
    return join([begin, ...Array.from({ length: Math.ceil(LONGEST / unit.length) }, () => unit), few()]);
  }

  return (random, number) => {
    if (number < pieces.length) return repeated(random, pieces[number]!);
    if (random.chance(0.005)) return repeated(random, join(random.some(2, 3, () => random.pick(pieces))));
    if (random.chance(0.3)) return join(random.some(1, 14, () => random.pick(pieces)));
    let input = random.pick(seeds);
    for (let changes = random.below(6); changes >= 0; changes -= 1) input = change(random, input);
    return input;
  };
}

/** The same bytes in parts of any length, some of them empty. */
export function parts(random: Random, whole: Buffer): Buffer[] {
  const most = random.pick([1, 2, 7, 100, 700, 70_000].filter((size) => size * 2_000 >= whole.length));
  const found: Buffer[] = [];
  for (let at = 0; at < whole.length;) {
    const size = random.below(most + 1);
    found.push(whole.subarray(at, at + size));
    at += size;
  }
  return found;
}
