// How lines travel to a reader: as plain text, or as server-sent events.
import type { LogBatch } from '../bus/log-lines.js';

export interface Framing {
  contentType: string;
  /** One batch; its number lets a reader go on from there. */
  batch(batch: LogBatch): string;
  /** A line of our own that has no number. */
  notice(line: string): string;
  /** Said while nothing else is; empty where nothing may be. */
  keepalive: string;
}

const plain: Framing = {
  contentType: 'text/plain; charset=utf-8',
  batch: (batch) => batch.text,
  notice: (line) => `${line}\n`,
  keepalive: '',
};

const events: Framing = {
  contentType: 'text/event-stream',
  batch: (batch) => `id: ${batch.seq}\n${dataLines(batch.text)}\n`,
  notice: (line) => `${dataLines(`${line}\n`)}\n`,
  keepalive: ': keepalive\n\n',
};

/** Plain text, unless the reader accepts events. */
export function chooseFraming(accept: string | undefined): Framing {
  return accept?.toLowerCase().includes('text/event-stream') ? events : plain;
}

function dataLines(text: string): string {
  return `data: ${text.slice(0, -1).replaceAll('\n', '\ndata: ')}\n`;
}
