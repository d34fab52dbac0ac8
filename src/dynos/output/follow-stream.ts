// Follows one container's output over the engine's API, where its disk can't be read: the engine is on another machine,
// or we aren't root. The stream is opened again from the last record's time; what comes twice is dropped.
import { setTimeout as sleep } from 'node:timers/promises';
import { openTimedOutput } from '../../docker/dyno/container-output.js';
import type { Engine } from '../../docker/engine.js';
import type { Follower, FollowOptions } from './follower.js';
import { endPending, joinRecord, printEngineTime, type Pending } from './join-record.js';
import { isRepeat, sinceOf, type Heard } from './repeats.js';
import { makeStreamReader } from './stream-records.js';

/** Where a reader is: saved with each batch. */
interface Position {
  heard: Heard;
  pending: Pending;
}

const RETRY_MS = 1_000;

export function followStream(o: FollowOptions & { engine: Engine; containerId: string; hasTty: boolean }): Follower {
  let position: Position = { heard: {}, pending: {} };
  let isFinishing = false;
  let lines: string[] = [];
  const hear = (time: string, text: string) => void lines.push(`${printEngineTime(time)} app[${o.ps}]: ${text}`);

  async function run(): Promise<void> {
    while (!o.signal.aborted) {
      const saved = await o.sender.load();
      position = saved === '' ? { heard: {}, pending: {} } : (JSON.parse(saved) as Position);
      lines = [];
      const wasFinishing = isFinishing;
      const stop = await readOn().catch(isGone);
      if ((stop === 'gone' || (stop === 'ended' && wasFinishing)) && (await end())) return;
      await sleep(stop === 'ended' && isFinishing ? 0 : RETRY_MS, undefined, { signal: o.signal }).catch(() => undefined);
    }
  }

  /** Reads until the stream ends; `moved` when another process has sent these lines: read from its position. */
  async function readOn(): Promise<'ended' | 'moved'> {
    const before: Heard = { ...position.heard };
    const again: Heard = {};
    const stream = await openTimedOutput(o.engine, o.containerId, { since: sinceOf(before), signal: o.signal });
    const read = makeStreamReader(o.hasTty, (source, time, text, kind) => {
      if (isRepeat(before, again, source, time)) return;
      position.heard[source] = again[source];
      joinRecord(position.pending, { stream: source, time, text, kind }, hear);
    });
    for await (const chunk of stream) {
      read(chunk as Buffer);
      if (lines.length > 0 && !(await send())) return 'moved';
    }
    return 'ended';
  }

  async function send(): Promise<boolean> {
    const batch = lines;
    lines = [];
    return (await o.sender.send(batch, JSON.stringify(position))) !== 'moved';
  }

  async function end(): Promise<boolean> {
    endPending(position.pending, hear);
    return lines.length === 0 || send();
  }

  const done = run();
  return {
    done,
    finish() {
      isFinishing = true;
      return done;
    },
  };
}

/** A container that was removed has nothing more to say; any other trouble passes. */
function isGone(error: { statusCode?: number }): 'gone' | 'failed' {
  return error.statusCode === 404 ? 'gone' : 'failed';
}
