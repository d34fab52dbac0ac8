// Archives that are nearly right: headers with fields of any kind, mostly with the sum that they should have.
import type { Make } from './inputs.js';
import type { Random } from './random.js';

const NAMES = [
  'app/',
  'app/a',
  './app/b',
  'app/link',
  'app/link/x',
  'app',
  'etc/passwd',
  '/etc/passwd',
  '../x',
  'app/../x',
  'app//c',
  'a',
  '',
  '.',
  './',
  'bin/detect',
  'bin/compile',
  'top/bin/detect',
  'Dockerfile',
  './Dockerfile',
  'heroku.yml',
  '.slipway.dockerfile',
  'opt/x',
  'usr/bin/y',
  'é',
  'a\nb',
  `app/${'n'.repeat(94)}`,
  '__proto__',
  'constructor',
];
const TYPES = ['0', '0', '0', '0', '5', '5', '2', '1', 'L', 'K', 'x', 'g', 'S', '\0', '7', '3', '6', 'V'];
const RECORDS = [
  'path',
  'linkpath',
  'size',
  'uid',
  'mtime',
  'GNU.sparse.name',
  'GNU.sparse.realsize',
  'GNU.sparse.major',
  '__proto__',
  'comment',
];
const VALUES = ['app/pax', '../../etc/x', '0', '5', '-1', '1e9', '99999999999999999999', 'NaN', '', 'a\0b', '\n'];

/** A tar that somebody made by hand. */
export const tars: Make<Buffer> = (random) => {
  let whole = Buffer.concat([
    ...random.some(0, 6, () => entry(random)),
    Buffer.alloc(random.pick([0, 512, 1024, 1024, 1024, 1024, 10_240])),
  ]);
  for (let changes = random.chance(0.3) ? random.below(5) : 0; changes > 0 && whole.length > 0; changes -= 1) {
    const at = random.below(whole.length);
    const way = random.below(5);
    if (way === 0) whole = whole.subarray(0, at);
    else if (way === 1) whole = Buffer.concat([whole.subarray(0, at), whole.subarray(random.below(whole.length))]);
    else whole[at] = random.below(256);
  }
  return whole;
};

function entry(random: Random): Buffer {
  const type = random.pick(TYPES);
  const body = bodyOf(random, type);
  const claimed = random.chance(0.9) ? body.length : random.below(3_000);
  const isSeldom = (share = 0.05) => random.chance(share);
  const header = Buffer.alloc(512);
  header.write(random.pick(NAMES), 0, 100, 'utf8');
  header.write(number(random, random.pick([0o644, 0o755, 0o7777]), 8), 100, 'latin1');
  header.write(number(random, isSeldom() ? 0 : 20_000, 8), 108, 'latin1');
  header.write(number(random, isSeldom() ? 0 : 20_000, 8), 116, 'latin1');
  header.write(number(random, claimed, 12), 124, 'latin1');
  header.write(number(random, isSeldom() ? 2 ** 33 : 1_700_000_000, 12), 136, 'latin1');
  if (isSeldom(0.02)) header[random.pick([100, 108, 124, 136])] = random.pick([0x80, 0xff]);
  header.write(type, 156, 'latin1');
  if (type === '1' || type === '2' || isSeldom()) header.write(random.pick([...NAMES, 'app/a', 'app/a']), 157, 100, 'utf8');
  header.write(random.pick(['ustar  \0', 'ustar  \0', 'ustar  \0', 'ustar\x0000', 'ustar\x0000', '', 'ustar']), 257, 'latin1');
  if (isSeldom(0.03)) header.write(random.pick(NAMES), 345, 155, 'utf8');
  if (isSeldom(0.03)) header[345 + random.below(167)] = random.below(256);
  header.fill(' ', 148, 156);
  header.write(
    `${header
      .reduce((sum, byte) => sum + byte, isSeldom(0.02) ? 1 : 0)
      .toString(8)
      .padStart(6, '0')}\0 `,
    148,
    'latin1',
  );
  return Buffer.concat([header, body, Buffer.alloc((512 - (body.length % 512)) % 512, isSeldom() ? 1 : 0)]);
}

function number(random: Random, value: number, length: number): string {
  const digits = value.toString(8);
  if (random.chance(0.95)) return `${digits.padStart(length - 1, '0')}\0`;
  return random
    .pick([`${digits} `, ` ${digits}\0`, `-${digits}`, '', digits.padStart(length, '0'), '9'.repeat(length), ' '.repeat(length)])
    .slice(0, length);
}

function bodyOf(random: Random, type: string): Buffer {
  if (type === 'L' || type === 'K') return Buffer.from(`${random.pick([...NAMES, 'app/'.padEnd(300, 'x'), 'x/'.repeat(2_100)])}\0`);
  if (type === 'x' || type === 'g') return Buffer.from(random.some(0, 3, () => record(random)).join(''));
  if ('125'.includes(type) && random.chance(0.9)) return Buffer.alloc(0);
  return Buffer.alloc(
    random.pick([0, 1, 5, 511, 512, 513, 2_000]),
    random.pick(['x', 'FROM debian:12\n', 'build: {docker: {web: Dockerfile}}\n']),
  );
}

/** Of an extended header: its length, a key and a value. */
function record(random: Random): string {
  const text = ` ${random.pick(RECORDS)}=${random.pick(VALUES)}\n`;
  const length = text.length + (text.length > 97 ? 3 : text.length > 8 ? 2 : 1);
  return `${random.chance(0.9) ? length : random.pick([0, 1, -5, 99_999, 'x'])}${text}`;
}
