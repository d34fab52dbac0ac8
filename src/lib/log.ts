// Our own log lines, as logfmt: `at=boot app=demo dyno=web.1 ms=812`. One line per event, on stdout.

import { escapeControls } from './escape-controls.js';

export type LogFields = Record<string, string | number | boolean | null | undefined>;

// Whoever read our output may be gone; that must not end a process that serves.
process.stdout.on('error', () => undefined);

const MOST_NAMES = 10_000;
const appNames = new Map<string, string>();

/** From now on `app=<id>` is logged as the app's name. */
export function nameInLog(app: { id: string; name: string }): void {
  appNames.delete(app.id);
  appNames.set(app.id, app.name);
  if (appNames.size > MOST_NAMES) appNames.delete(appNames.keys().next().value!);
}

/** Writes one logfmt line. `at` names the moment; ids let one grep tell one story. */
export function log(at: string, fields: LogFields = {}): void {
  const app = fields['app'];
  process.stdout.write(`${formatLogfmt({ at, ...fields, ...(typeof app === 'string' && { app: appNames.get(app) ?? app }) })}\n`);
}

/** Formats fields as logfmt; values with blanks, quotes or `=` are quoted, undefined ones left out. */
export function formatLogfmt(fields: LogFields): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}=${quote(String(value ?? ''))}`)
    .join(' ');
}

function quote(text: string): string {
  return escapeControls(/[\s"=]/.test(text) ? JSON.stringify(text) : text);
}
