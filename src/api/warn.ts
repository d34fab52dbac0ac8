import type { Context } from 'koa';

const MOST_CHARS = 400;

/** Tells whoever asked something beside the answer: Heroku's client and ours print it as `Warning: …`. */
export function warn(http: Context, text: string): void {
  http.set('Warning-Message', text.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, MOST_CHARS));
}
