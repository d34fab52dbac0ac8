import type { Style } from '../../terminal/terminal.js';

const DAY_MS = 86_400_000;
const SOON_DAYS = 30;
const VERY_SOON_DAYS = 7;

/** When a certificate ends, as it is shown; with a warning where that is soon. */
export function expiry(expiresAt: string, now: Date): { text: string; style: Style | undefined; warning: string | null } {
  const days = Math.floor((Date.parse(expiresAt) - now.getTime()) / DAY_MS);
  const text = `${expiresAt.slice(0, 16).replace('T', ' ')} UTC`;
  if (days > SOON_DAYS) return { text, style: undefined, warning: null };
  const style = days < VERY_SOON_DAYS ? 'red' : 'yellow';
  if (days < 0) return { text, style, warning: 'has expired' };
  return { text, style, warning: days === 0 ? 'expires within a day' : `expires in ${days} day${days === 1 ? '' : 's'}` };
}
