// What is said of lines that a drain could not be given, in Heroku's words.
import { formatTime } from './log-line.js';

export function lossText({ count, since }: { count: number; since: number }): string {
  return `Error L10 (output buffer overflow): ${count} messages dropped since ${formatTime(since).slice(0, 19)}+00:00.`;
}
