// Follows one container's output on disk. The engine never waits for us: how far we have read is all there is between.
import { closeSync, fstatSync, readSync, watch, type FSWatcher } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { formatTime } from '../../model/logs/log-line.js';
import { eachRecord } from './engine-records.js';
import type { Follower, FollowOptions } from './follower.js';
import { endPending, joinRecord, printEngineTime, type Pending } from './join-record.js';
import { listFiles, openFile, type OpenFile } from './log-files.js';
import { isLoss, lossLine, noLoss } from './loss.js';
import { isDropped, nextFile, type LogFile } from './next-file.js';
import { makeWake } from '../../lib/async/wake.js';

/** Where a reader is: saved with each batch. */
interface Position {
  /** The file's id; empty before the first. */
  file: string;
  offset: number;
  /** The time of the last line, as printed. */
  time: string;
  pending: Pending;
}

/** Larger than any record the engine writes (16 kB of text, each byte as six characters). */
const CHUNK_BYTES = 128 * 1024;
const GATHER_MS = 10;
const LOOK_AGAIN_MS = 1_000;
const LOOK_AGAIN_UNWATCHED_MS = 50;
const LINE_FEED = 10;

// Reading and parsing wait for nothing, so all followers share one buffer.
const buffer = Buffer.allocUnsafe(CHUNK_BYTES);

/** @param o.maxFiles how many files the engine keeps of this container */
export function followFiles(o: FollowOptions & { path: string; maxFiles: number }): Follower {
  const wake = makeWake();
  let position = beginning();
  let open: OpenFile | null = null;
  let watcher: FSWatcher | null = null;
  let seen: LogFile[] = [];
  let loss = noLoss();
  let lines: string[] = [];
  let sending: Promise<boolean> = Promise.resolve(true);
  let isFinishing = false;

  async function run(): Promise<void> {
    await start();
    while (!o.signal.aborted) {
      const hasRead = readChunk();
      if (lines.length > 0 && !(await send())) await start();
      else if (hasRead) keepUp();
      else if (!moveOn()) {
        if (isFinishing) {
          if (await end()) return;
          await start();
        } else await rest();
      }
    }
    await sending;
  }

  /** Takes up where the last reader stopped, or begins with the oldest file. */
  async function start(): Promise<void> {
    const saved = await o.sender.load();
    position = saved === '' ? beginning() : (JSON.parse(saved) as Position);
    lines = [];
    sending = Promise.resolve(true);
    close();
    seen = listFiles(o.path, o.maxFiles);
    const file = seen.find((each) => each.id === position.file);
    if (file) use(file);
  }

  async function rest(): Promise<void> {
    await wake.wait(watcher ? LOOK_AGAIN_MS : LOOK_AGAIN_UNWATCHED_MS);
    if (!isFinishing) await sleep(GATHER_MS);
  }

  /** Reads what whole records there are. False when there were none. */
  function readChunk(): boolean {
    if (!open) return false;
    const length = readSync(open.fd, buffer, 0, CHUNK_BYTES, position.offset);
    if (length === 0) return wasEmptied(open);
    let used = buffer.lastIndexOf(LINE_FEED, length - 1) + 1;
    if (used === 0 && length === CHUNK_BYTES) {
      used = length;
      loss.messages += 1;
    }
    loss.messages += eachRecord(buffer.toString('utf8', 0, used), (stream, time, text, kind) => {
      joinRecord(position.pending, { stream, time, text, kind }, hear);
    });
    position.offset += used;
    return used > 0;
  }

  function hear(time: string, text: string): void {
    position.time = printEngineTime(time);
    lines.push(`${position.time} app[${o.ps}]: ${text}`);
  }

  /** An engine that keeps one file only empties it when it is full. */
  function wasEmptied(file: OpenFile): boolean {
    if (fstatSync(file.fd).size >= position.offset) return false;
    position.offset = 0;
    loss.uncounted = true;
    return true;
  }

  /** One batch is on its way while the next is read. False when another process has sent it: start again. */
  async function send(): Promise<boolean> {
    const told = isLoss(loss) ? [lossLine(loss, position.time || formatTime(Date.now()), Date.now())] : [];
    const batch = [...told, ...lines];
    const at = JSON.stringify(position);
    loss = noLoss();
    lines = [];
    if (!(await sending)) return false;
    sending = o.sender.send(batch, at).then(
      (appended) => appended !== 'moved',
      () => true,
    );
    return true;
  }

  /** When the engine has dropped the file under our hands, counts its rest instead of sending it. */
  function keepUp(): void {
    const kept = listFiles(o.path, o.maxFiles);
    if (open && kept.length > 0 && isDropped(open.id, kept)) skim(open);
    else seen = kept;
  }

  function skim(file: OpenFile): void {
    for (let length = -1; length !== 0; position.offset += length) {
      length = readSync(file.fd, buffer, 0, CHUNK_BYTES, position.offset);
      loss.messages += countLineFeeds(length);
    }
  }

  /** At the end of a file: goes to the one that follows. False when there is none. */
  function moveOn(): boolean {
    const kept = listFiles(o.path, o.maxFiles);
    const oldest = kept[0];
    if (position.file === '') return oldest !== undefined && use(oldest);
    const next = nextFile(position.file, kept, seen);
    if (next.step === 'wait') {
      seen = kept;
      return false;
    }
    // What was written between our last read and the renaming comes first.
    if (readChunk() || lines.length > 0) return true;
    const unfinished = open !== null && fstatSync(open.fd).size > position.offset;
    if (!use(next.file)) return true;
    seen = kept;
    if (unfinished) loss.messages += 1;
    if (next.lostBytes === null) loss.uncounted = true;
    else loss.bytes += next.lostBytes;
    position.offset = 0;
    return true;
  }

  /** Opens a file. False when it has another name by now: look again. */
  function use(file: LogFile): boolean {
    const opened = openFile(file);
    if (!opened) return false;
    close();
    open = opened;
    position.file = opened.id;
    try {
      watcher = watch(file.path, { persistent: false }, wake.ring).on('error', stopWatching);
    } catch {
      watcher = null;
    }
    return true;
  }

  /** Everything has been read and sent. False when another process has sent it: start again. */
  async function end(): Promise<boolean> {
    endPending(position.pending, hear);
    if ((isLoss(loss) || lines.length > 0) && !(await send())) return false;
    return sending;
  }

  function stopWatching(): void {
    watcher?.close();
    watcher = null;
  }

  function close(): void {
    stopWatching();
    if (open) closeSync(open.fd);
    open = null;
  }

  o.signal.addEventListener('abort', wake.ring);
  const done = run().finally(() => {
    o.signal.removeEventListener('abort', wake.ring);
    close();
  });
  return {
    done,
    finish() {
      isFinishing = true;
      wake.ring();
      return done;
    },
  };
}

function beginning(): Position {
  return { file: '', offset: 0, time: '', pending: {} };
}

function countLineFeeds(length: number): number {
  let count = 0;
  for (let at = buffer.indexOf(LINE_FEED); at >= 0 && at < length; at = buffer.indexOf(LINE_FEED, at + 1)) count += 1;
  return count;
}
