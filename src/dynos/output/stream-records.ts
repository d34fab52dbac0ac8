// What the engine's log stream sends, with timestamps: frames of an 8-byte head (1: stdout, 2: stderr; length) and one
// record `2026-03-13T15:08:07.123456789Z text`; of a container with a terminal, the records alone.
import { hearText, type HearRecord } from './engine-records.js';

const HEAD_BYTES = 8;
const LINE_FEED = 10;

/** Takes chunks as they come; calls `hear` for each record that is whole. Remembers the rest for the next chunk. */
export function makeStreamReader(hasTty: boolean, hear: HearRecord): (chunk: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0);
  return (chunk) => {
    const bytes = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    const used = hasTty ? hearLines(bytes, hear) : hearFrames(bytes, hear);
    rest = bytes.subarray(used);
  };
}

function hearFrames(bytes: Buffer, hear: HearRecord): number {
  let at = 0;
  while (at + HEAD_BYTES <= bytes.length) {
    const end = at + HEAD_BYTES + bytes.readUInt32BE(at + 4);
    if (end > bytes.length) break;
    hearOne(bytes[at] === 2 ? 'stderr' : 'stdout', bytes.toString('utf8', at + HEAD_BYTES, end), hear);
    at = end;
  }
  return at;
}

function hearLines(bytes: Buffer, hear: HearRecord): number {
  let at = 0;
  for (let end = bytes.indexOf(LINE_FEED); end >= 0; end = bytes.indexOf(LINE_FEED, at)) {
    hearOne('stdout', bytes.toString('utf8', at, end + 1), hear);
    at = end + 1;
  }
  return at;
}

function hearOne(stream: 'stdout' | 'stderr', record: string, hear: HearRecord): void {
  const blank = record.indexOf(' ');
  if (blank > 0) hearText(stream, record.slice(0, blank), record.slice(blank + 1), hear);
}
