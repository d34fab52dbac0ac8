// How the user and the database of an add-on are called: nobody guesses it, and it says nothing of the app.
import { createHash } from 'node:crypto';

export function namesOf(addonId: string): { ROLE: string; DATABASE: string } {
  const digest = createHash('sha256').update(addonId).digest('hex');
  return { ROLE: `u${digest.slice(0, 14)}`, DATABASE: `d${digest.slice(14, 28)}` };
}
