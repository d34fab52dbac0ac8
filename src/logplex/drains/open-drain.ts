// One drain at work: hears its app's lines, keeps what isn't sent yet, sends it, and tells the app what was lost and why.
import { beginPlace, readPlace } from '../../bus/drain-places.js';
import type { LineWriter } from '../../bus/line-writer.js';
import type { Bus } from '../../bus/open-bus.js';
import { log } from '../../lib/log.js';
import { originOf, type LogDrain } from '../../model/logs/drain.js';
import { platformLine, TIME_LENGTH } from '../../model/logs/log-line.js';
import { lossText } from '../../model/logs/loss.js';
import type { FetchGuard } from '../../outbound/fetch-guard.js';
import type { Outcome } from '../../outbound/drains/outcome.js';
import type { Hub } from '../hub.js';
import { openChannel } from './channel.js';
import { startDelivery } from './deliver.js';
import { followFrom } from './follow-from.js';
import type { BufferPool, Lost } from './line-buffer.js';
import { sequenceOf, type NumberedLine } from './numbered-lines.js';

export interface OpenDrain {
  drain: LogDrain;
  /** How far it has come, where that has changed since this was last asked. */
  takePlace(): string | null;
  /** Says in the app's log what is to be said of it, now and then at most. */
  tell(): void;
  stop(): Promise<void>;
}

export interface DrainParts {
  bus: Bus;
  hub: Hub;
  lines: LineWriter;
  guard: FetchGuard;
  pool: BufferPool;
  now: () => number;
  random: () => number;
  /** Authorities that are trusted instead of the public ones. */
  ca?: string | undefined;
}

const MOST_LINES = 5_000;
const MOST_CHARS = 1_048_576;
/** What is said of a drain goes to the log that it drains: it must not be what fills it. */
const TELL_EVERY_MS = 60_000;

/** Throws where Redis can't say from where on. */
export async function openDrain(parts: DrainParts, drain: LogDrain): Promise<OpenDrain> {
  const { bus, now } = parts;
  await beginPlace(bus, drain);
  const place = (await readPlace(bus, drain.id)) ?? '';
  let lost: Lost | null = null;
  let trouble: Outcome | null = null;
  const toldAt = { loss: -Infinity, trouble: -Infinity };
  const noteLoss = (count: number) => {
    lost = { count: count + (lost?.count ?? 0), since: lost?.since ?? now() };
  };
  const buffer = parts.pool.open({ lines: MOST_LINES, chars: MOST_CHARS, now, onLoss: noteLoss });
  const delivery = startDelivery(
    {
      buffer,
      open: (onBreak) => openChannel(parts, drain, onBreak),
      random: parts.random,
      onTrouble: (outcome) => (trouble = outcome),
    },
    MOST_LINES,
  );
  const leave = await followFrom(
    { ...parts, appId: drain.appId, place },
    {
      hear(lines) {
        buffer.push(lines.filter((line) => !isAbout(line, drain)));
        delivery.ring();
      },
      lose: buffer.lose,
    },
  ).catch(async (error: Error) => {
    await delivery.stop();
    throw error;
  });
  const say = (text: string) => parts.lines.write(drain.appId, platformLine(now(), 'logplex', text));

  return {
    drain,
    takePlace() {
      const line = delivery.takeArrived();
      return line && sequenceOf(line);
    },
    tell() {
      if (lost && now() - toldAt.loss > TELL_EVERY_MS) {
        say(`${lossText(lost)} (drain ${drain.token})`);
        lost = null;
        toldAt.loss = now();
      }
      const said = trouble;
      trouble = null;
      if (said && now() - toldAt.trouble > TELL_EVERY_MS) {
        log('drain-trouble', { drain: drain.token, app: drain.appId, kind: said.kind, why: said.why });
        const text = textOf(said, drain);
        if (text !== null) say(text);
        toldAt.trouble = now();
      }
    },
    async stop() {
      leave();
      await delivery.stop();
    },
  };
}

/** What is said of the drain itself, which it was told in its place. */
function isAbout({ text }: NumberedLine, { token }: LogDrain): boolean {
  return text.startsWith('heroku[logplex]: Error L1', TIME_LENGTH + 1) && text.includes(token);
}

/** Null of what its owner sees by itself: the receiver is theirs. */
function textOf({ kind, why }: Outcome, { url, token }: LogDrain): string | null {
  if (kind !== 'untrusted' && kind !== 'forbidden') return null;
  const what = kind === 'untrusted' ? 'certificate validation' : 'address not allowed';
  return `Error L14 (${what}): error=${JSON.stringify(why)} uri="${originOf(url)}" (drain ${token})`;
}
