// Text from elsewhere, made safe for a terminal: what apps, builds and other people wrote may hold anything.

import { escapeControls } from '../../lib/escape-controls.js';

/* oxlint-disable no-control-regex -- finding controls is what this is for */

const CSI = /(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]/;
/** OSC, DCS and their kin with their end. */
const STRING = /(?:\u001B[\]PX^_]|[\u0090\u0098\u009D-\u009F])[^\u0007\u001B\u009C\n]*(?:\u0007|\u001B\\|\u009C)/;
const OTHER_ESCAPE = /\u001B[ -/]*[0-~]/;
const SEQUENCE = new RegExp([CSI, STRING, OTHER_ESCAPE].map(({ source }) => source).join('|'), 'g');
const COLOUR = /^\u001B\[[\d;:]*m$/;
/** Controls, C1 too, but for tab, newline and ESC; what turns the direction of text; other ends of lines. */
const CONTROL = /[\0-\u0008\u000B-\u001A\u001C-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/g;
/** An escape that goes on in the next chunk, or a carriage return whose newline may. */
const UNFINISHED = /(?:\u001B(?:\[[\d;:]{0,40})?|\r)$/;

/** Keeps text, tabs and newlines; and colours, if wished, which end where the text ends. */
export function cleanText(text: string, keepsColours = false): string {
  const plain = withoutSequences(text.replaceAll('\r\n', '\n').replaceAll('\r', ' '), keepsColours);
  return keepsColours && plain.includes('\u001B') && !plain.endsWith('\u001B[0m') ? `${plain}\u001B[0m` : plain;
}

/** As `cleanText`, on one line: what stands in a table, a heading or a sentence. */
export function oneLine(text: string): string {
  return cleanText(text).replace(/[\n\t]+/g, ' ');
}

/** Cleans a stream chunk by chunk, whatever the chunks cut; a line that is written over is shown each time. */
export function openCleaner(keepsColours: boolean): (chunk: string) => string {
  let rest = '';
  return (chunk) => {
    const text = rest + chunk;
    rest = UNFINISHED.exec(text)?.[0] ?? '';
    return withoutSequences(text.slice(0, text.length - rest.length).replace(/\r\n?/g, '\n'), keepsColours);
  };
}

/** JSON in which nothing stands for itself that a terminal would obey: the same value. */
export function safeJson(value: unknown, indent?: number): string {
  return escapeControls(JSON.stringify(value, null, indent) ?? 'null');
}

function withoutSequences(text: string, keepsColours: boolean): string {
  const kept = text.replace(SEQUENCE, (sequence) => (keepsColours && COLOUR.test(sequence) ? sequence : '')).replace(CONTROL, '');
  return keepsColours ? kept.replace(/\u001B(?!\[[\d;:]*m)/g, '') : kept.replaceAll('\u001B', '');
}
