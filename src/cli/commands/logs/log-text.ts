// Log lines as they arrive: `2026-03-13T15:08:07.123456+00:00 app[web.1]: text`.
import type { Style } from '../../terminal/terminal.js';

const LINE = /^(\S+) (\w+)\[([\w.-]+)\]: ?(.*)$/s;
const COLOURS = ['cyan', 'yellow', 'green', 'magenta', 'blue'] as const satisfies Style[];

export interface ParsedLine {
  timestamp: string | null;
  source: string | null;
  ps: string | null;
  message: string;
}

/** The parts of a line; all of it is the message when it has another form. */
export function parseLine(line: string): ParsedLine {
  const match = LINE.exec(line);
  if (!match) return { timestamp: null, source: null, ps: null, message: line };
  return { timestamp: match[1]!, source: match[2]!, ps: match[3]!, message: match[4]! };
}

/** Colours a line's head by its process type, and errors red. */
export function colourLine(line: string, paint: (style: Style, text: string) => string): string {
  const { timestamp, source, ps, message } = parseLine(line);
  if (timestamp === null || ps === null) return line;
  const text = /^(at=error|Error [RLH]\d\d|Process exited with status [1-9])/.test(message) ? paint('red', message) : message;
  return `${paint(colourOf(ps), `${timestamp} ${source}[${ps}]:`)} ${text}`;
}

function colourOf(ps: string): Style {
  const type = ps.replace(/\.\d+$/, '');
  const sum = [...type].reduce((total, letter) => total + letter.charCodeAt(0), 0);
  return COLOURS[sum % COLOURS.length]!;
}
