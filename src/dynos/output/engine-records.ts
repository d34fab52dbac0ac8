// What the engine's json-file driver writes, one record a line:
// {"log":"hello\n","stream":"stdout","time":"2026-03-13T15:08:07.123456789Z"}
// A line of more than 16 kB comes in several records; only the last one's text ends in a line feed.

export type OutputStream = 'stdout' | 'stderr';

/** `part`: the line goes on. `plain`: a whole line of printable text only. */
export type RecordKind = 'part' | 'whole' | 'plain';

/** Hears the text of a record without its line feed. */
export type HearRecord = (stream: OutputStream, time: string, text: string, kind: RecordKind) => void;

const HEAD = '{"log":"';
const LINE_FEED = '\\n';
const STDOUT_TAIL = '","stream":"stdout","time":"';
const STDERR_TAIL = '","stream":"stderr","time":"';

/** Calls `hear` for each record of `chunk`, whole lines of a log file. Returns how many couldn't be read. */
export function eachRecord(chunk: string, hear: HearRecord): number {
  let unreadable = 0;
  for (let start = 0; start < chunk.length;) {
    const end = chunk.indexOf('\n', start);
    if (end < 0) break;
    if (!hearPlain(chunk, start, end, hear) && !hearAny(chunk.slice(start, end), hear)) unreadable += 1;
    start = end + 1;
  }
  return unreadable;
}

/** The usual record, without a JSON parser: half the time of a tail is spent here. JSON escapes all control characters. */
function hearPlain(chunk: string, start: number, end: number, hear: HearRecord): boolean {
  if (!chunk.startsWith(HEAD, start) || !chunk.endsWith('"}', end)) return false;
  const timeStart = chunk.lastIndexOf('"', end - 3) + 1;
  const textEnd = timeStart - STDOUT_TAIL.length;
  const isOut = chunk.startsWith(STDOUT_TAIL, textEnd);
  if (!isOut && !chunk.startsWith(STDERR_TAIL, textEnd)) return false;
  const textStart = start + HEAD.length;
  const escape = chunk.indexOf('\\', textStart);
  if (escape !== textEnd - LINE_FEED.length || !chunk.startsWith(LINE_FEED, escape)) return false;
  const quote = chunk.indexOf('"', textStart);
  if (quote < textEnd) return false;
  hear(isOut ? 'stdout' : 'stderr', chunk.slice(timeStart, end - 2), chunk.slice(textStart, escape), 'plain');
  return true;
}

/** Any record; also the one that follows a record which the engine, killed, left unfinished: no text holds a beginning unescaped. */
function hearAny(record: string, hear: HearRecord): boolean {
  const last = record.lastIndexOf(HEAD);
  const parsed = (record.startsWith('{') ? parse(record) : null) ?? (last > 0 ? parse(record.slice(last)) : null);
  if (!parsed) return false;
  hearText(parsed.stream === 'stderr' ? 'stderr' : 'stdout', parsed.time, parsed.log, hear);
  return true;
}

/** Tells a record whose text still has its line feed. */
export function hearText(stream: OutputStream, time: string, text: string, hear: HearRecord): void {
  if (text.endsWith('\n')) hear(stream, time, text.slice(0, -1), 'whole');
  else hear(stream, time, text, 'part');
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
