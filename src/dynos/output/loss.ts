// Output that was written faster than it could be taken: counted while it is known, and always said.
import { formatLine, platformLine } from '../../model/logs/log-line.js';

export interface Loss {
  messages: number;
  bytes: number;
  /** More was lost than anyone can count. */
  uncounted: boolean;
}

export function noLoss(): Loss {
  return { messages: 0, bytes: 0, uncounted: false };
}

export function isLoss(loss: Loss): boolean {
  return loss.messages > 0 || loss.bytes > 0 || loss.uncounted;
}

/** The printed line that tells of a loss: `… heroku[logplex]: Error L12: 222 messages dropped since …`. */
export function lossLine(loss: Loss, since: string, now: number): string {
  return formatLine(platformLine(now, 'logplex', `Error L12: ${amount(loss)} dropped since ${since}.`));
}

function amount(loss: Loss): string {
  if (loss.uncounted) return 'an unknown number of messages';
  const parts = [loss.messages > 0 && `${loss.messages} messages`, loss.bytes > 0 && `about ${loss.bytes} bytes of output`];
  return parts.filter(Boolean).join(' and ');
}
