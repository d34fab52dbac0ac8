// Gives a parser thousands of inputs that a stranger might send. `npm test` takes the same 2,000 each time, `npm run test:long` 200,000
// others. What fails is told with its seed and its number; SLIPWAY_FUZZ_SEED and SLIPWAY_FUZZ_ONLY repeat that one.
import { it } from 'vitest';
import { PlatformError } from '../../../src/model/errors.js';
import type { Make } from './inputs.js';
import { makeRandom, type Random } from './random.js';

const INPUTS = Number(process.env['SLIPWAY_FUZZ_INPUTS'] ?? 2_000);
const SEED = Number(process.env['SLIPWAY_FUZZ_SEED'] ?? 1);
const ONLY = process.env['SLIPWAY_FUZZ_ONLY'];
/** For one input. Usual ones take less than a millisecond; a machine may be busy, so it counts only when it comes thrice. */
const SLOW_MS = 3_000;
const STUCK_MS = 20_000;
const MOST_SHOWN = 4_000;
const AT_ONCE = 1_000;

export interface Parser<Input> {
  /** What is parsed, as in "the Procfile". */
  name: string;
  make: Make<Input>;
  /** Throws when something doesn't hold. `random` is for choices of its own. */
  check(input: Input, random: Random): void | Promise<void>;
}

/** Checks a parser with all inputs. */
export function fuzz<Input>(parser: Parser<Input>): void {
  it(
    parser.name,
    async () => {
      const numbers = ONLY === undefined ? Array.from({ length: INPUTS }, (_, index) => index) : [Number(ONLY)];
      await unlessStuck(parser, numbers, async (number) => {
        const why = await problemOf(parser, number);
        if (why !== null) throw new Error(`${parser.name}: ${why}\n${told(parser, number)}`);
      });
    },
    Math.max(60_000, INPUTS * 20),
  );
}

export interface ManyParser<Input> {
  name: string;
  make: Make<Input>;
  /** What doesn't hold for each of them; null where all does. */
  checkAll(inputs: Input[]): (string | null)[];
}

/** The same for a parser that is another program: it is given a thousand at once. */
export function fuzzAll<Input>(parser: ManyParser<Input>): void {
  it(
    parser.name,
    () => {
      const numbers = ONLY === undefined ? Array.from({ length: INPUTS }, (_, index) => index) : [Number(ONLY)];
      for (let at = 0; at < numbers.length; at += AT_ONCE) {
        const some = numbers.slice(at, at + AT_ONCE);
        const problems = parser.checkAll(some.map((number) => inputOf(parser, number)));
        const bad = problems.findIndex((problem) => problem !== null);
        if (bad >= 0) throw new Error(`${parser.name}: ${problems[bad]}\n${told(parser, some[bad]!)}`);
      }
    },
    Math.max(60_000, INPUTS * 20),
  );
}

/** What a parser makes of it; null for what it refuses in words for whoever sent it. Any other error is a fault. */
export function accepted<Value>(parse: () => Value): Value | null {
  try {
    return parse();
  } catch (error) {
    if (error instanceof PlatformError && error.message.length > 0 && error.message.length < MOST_SHOWN) return null;
    throw error;
  }
}

/** The same of a parser that takes its time. */
export async function acceptedLater<Value>(parse: () => Promise<Value>): Promise<Value | null> {
  try {
    return await parse();
  } catch (error) {
    accepted(() => {
      throw error;
    });
    return null;
  }
}

async function problemOf<Input>({ make, check }: Parser<Input>, number: number): Promise<string | null> {
  for (let attempt = 1; ; attempt += 1) {
    const random = makeRandom(SEED * 1_000_003 + number);
    const input = make(random, number);
    const began = performance.now();
    try {
      await check(input, random);
    } catch (error) {
      return error instanceof Error ? (error.stack ?? error.message).slice(0, MOST_SHOWN) : String(error);
    }
    const ms = performance.now() - began;
    if (ms < SLOW_MS) return null;
    if (attempt === 3) return `it took ${Math.round(ms)} ms`;
  }
}

/** Fails also when an input has no end. */
async function unlessStuck<Input>(parser: Parser<Input>, numbers: number[], each: (number: number) => Promise<void>): Promise<void> {
  let current = numbers[0] ?? 0;
  let since = performance.now();
  let timer: NodeJS.Timeout | undefined;
  const stuck = new Promise<never>((_resolve, reject) => {
    timer = setInterval(() => {
      if (performance.now() - since > STUCK_MS) reject(new Error(`${parser.name}: it doesn't end\n${told(parser, current)}`));
    }, 1_000);
  });
  const all = async () => {
    for (const number of numbers) {
      current = number;
      since = performance.now();
      await each(number);
    }
  };
  await Promise.race([all(), stuck]).finally(() => clearInterval(timer));
}

function inputOf<Input>({ make }: Pick<Parser<Input>, 'make'>, number: number): Input {
  return make(makeRandom(SEED * 1_000_003 + number), number);
}

function told<Input>(parser: Pick<Parser<Input>, 'make'>, number: number): string {
  const input = inputOf(parser, number);
  const whole = Buffer.isBuffer(input) ? `base64 ${input.toString('base64')}` : JSON.stringify(input);
  const shown = whole.replaceAll(/(.{1,30}?)\1{40,}/g, (all: string, unit: string) => `${unit}…(${all.length / unit.length} times)…`);
  const cut = shown.length > MOST_SHOWN ? `${shown.slice(0, MOST_SHOWN)}… (${shown.length} characters)` : shown;
  return `SLIPWAY_FUZZ_SEED=${SEED} SLIPWAY_FUZZ_ONLY=${number}, input: ${cut}`;
}
