// The doors in the wall between containers of the dynos' bridge: from each dyno to the add-ons of its app, and nothing else.
// An add-on begins no connection at all.
import { doorsChain } from './firewall-rules.js';
import { restoreRules } from './iptables.js';

/** Addresses of what runs, as the engine has them. */
export interface Addresses {
  dynos: { appId: string; address: string }[];
  addons: { addonId: string; address: string; port: number }[];
}

/** Which app has which add-on. */
export interface Attached {
  appId: string;
  addonId: string;
}

/** What is allowed, as rules of the chain; in order, so that the same doors are the same text. */
export function doorRules({ dynos, addons }: Addresses, attached: readonly Attached[]): string[] {
  const open = addons.flatMap((addon) => {
    const apps = new Set(attached.filter(({ addonId }) => addonId === addon.addonId).map(({ appId }) => appId));
    return dynos
      .filter(({ appId }) => apps.has(appId))
      .map(({ address }) => `-s ${address} -d ${addon.address} -p tcp --dport ${addon.port} -j ACCEPT`);
  });
  return [...open.toSorted(), ...addons.map(({ address }) => `-s ${address} -j DROP`).toSorted()];
}

/** Has these doors open, and no others, in one step. Throws where the kernel's rules can't be changed. */
export async function openDoors(homeId: string, rules: readonly string[]): Promise<void> {
  const chain = doorsChain(homeId);
  await restoreRules(['*filter', `:${chain} - [0:0]`, ...rules.map((rule) => `-A ${chain} ${rule}`), 'COMMIT', ''].join('\n'));
}
