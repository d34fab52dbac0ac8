// What of add-ons the commands read, and how they find the one that is meant.
import type { Api } from '../../api/api.js';

export interface AddonResource {
  id: string;
  name: string;
  state: string;
  addon_service: { name: string };
  app: { id: string; name: string };
  billed_price: { cents: number; unit: string };
  config_vars: string[];
  plan: { name: string };
  provision_message: string | null;
  created_at: string;
  web_url: string | null;
}

export interface AttachmentResource {
  id: string;
  name: string;
  addon: { id: string; name: string; app: { name: string } };
  app: { name: string };
  config_vars: string[];
  web_url: string | null;
}

export interface ServiceResource {
  id: string;
  name: string;
  human_name: string;
  supports_sharing: boolean;
  client_secret?: string;
}

export interface PlanResource {
  name: string;
  human_name: string;
  default: boolean;
  price: { cents: number; unit: string };
}

/** By the name of an add-on or an attachment. */
export async function findAddon(api: Api, addon: string, app?: string): Promise<AddonResource> {
  const found = await api.post<AddonResource[]>('/actions/addons/resolve', { addon, ...(app !== undefined && { app }) });
  return found[0]!;
}

/** `~$5/month`, or `free`. */
export function priceText({ cents, unit }: { cents: number; unit: string }): string {
  return cents === 0 ? 'free' : `~$${(cents / 100).toFixed(2).replace(/\.00$/, '')}/${unit}`;
}
