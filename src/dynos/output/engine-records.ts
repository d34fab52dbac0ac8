// What the engine's json-file driver writes, one record a line:
// {"log":"hello\n","stream":"stdout","time":"2026-03-13T15:08:07.123456789Z"}
// A line of more than 16 kB comes in several records; only the last one's text ends in a line feed.

export type OutputStream = 'stdout' | 'stderr';
export type HearRecord = (stream: OutputStream, time: string, text: string) => void;

const HEAD = '{"log":"';
const STDOUT_TAIL = '","stream":"stdout","time":"';
const STDERR_TAIL = '","stream":"stderr","time":"';

/** Calls `hear` for each record of `chunk`, whole lines of a log file. Returns how many couldn't be read. */
export function eachRecord(chunk: string, hear: HearRecord): number {
  let unreadable = 0;
  for (let start = 0; start < chunk.length; ) {
    const end = chunk.indexOf('\n', start);
    if (end < 0) break;
    if (!hearPlain(chunk, start, end, hear) && !hearAny(chunk.slice(start, end), hear)) unreadable += 1;
    start = end + 1;
  }
  return unreadable;
}

/** The usual record, without a JSON parser: half the time of a tail is spent here. */
function hearPlain(chunk: string, start: number, end: number, hear: HearRecord): boolean {
  if (!chunk.startsWith(HEAD, start) || !chunk.endsWith('"}', end)) return false;
  const timeStart = chunk.lastIndexOf('"', end - 3) + 1;
  const textEnd = timeStart - STDOUT_TAIL.length;
  const isOut = chunk.startsWith(STDOUT_TAIL, textEnd);
  if (!isOut && !chunk.startsWith(STDERR_TAIL, textEnd)) return false;
  const raw = chunk.slice(start + HEAD.length, textEnd);
  if (raw.indexOf('\\') !== raw.length - 2 || !raw.endsWith('n') || raw.includes('"')) return false;
  hear(isOut ? 'stdout' : 'stderr', chunk.slice(timeStart, end - 2), `${raw.slice(0, -2)}\n`);
  return true;
}

/** Any record; also the one that follows a record which the engine, killed, left unfinished. */
function hearAny(record: string, hear: HearRecord): boolean {
  for (let start = 0; start >= 0; start = record.indexOf(HEAD, start + 1)) {
    const parsed = parse(record.slice(start));
    if (!parsed) continue;
    hear(parsed.stream === 'stderr' ? 'stderr' : 'stdout', parsed.time, parsed.log);
    return true;
  }
  return false;
}

function parse(json: string): { log: string; stream?: unknown; time: string } | null {
  try {
    const value = JSON.parse(json) as { log?: unknown; stream?: unknown; time?: unknown };
    if (typeof value.log !== 'string' || typeof value.time !== 'string') return null;
    return { log: value.log, stream: value.stream, time: value.time };
  } catch {
    return null;
  }
}
