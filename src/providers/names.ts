// What is derived from an add-on's id: nobody guesses it, and it says nothing of the app.
import { createHash, randomBytes } from 'node:crypto';

/** How the user and the database in a server of ours are called. */
export function namesOf(addonId: string): { ROLE: string; DATABASE: string } {
  const digest = digestOf(addonId);
  return { ROLE: `u${digest.slice(0, 14)}`, DATABASE: `d${digest.slice(14, 28)}` };
}

/** How the user of a credential of its is called; that of the default one is ROLE. */
export function roleOf(addonId: string, credential: string): string {
  return credential === 'default' ? namesOf(addonId).ROLE : `c${digestOf(`${addonId} ${credential}`).slice(0, 14)}`;
}

/** How its passwords begin: the data port knows by it where a client wants to go who says nothing else. */
export function passwordKeyOf(addonId: string): string {
  return `p${digestOf(addonId).slice(28, 42)}`;
}

export function newPassword(addonId: string): string {
  return passwordKeyOf(addonId) + randomBytes(24).toString('hex');
}

function digestOf(addonId: string): string {
  return createHash('sha256').update(addonId).digest('hex');
}
