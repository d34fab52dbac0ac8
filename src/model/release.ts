// A release: immutable, slug + config vars + attachments of add-ons, numbered v1, v2… without gaps in an append-only ledger.

export type ReleaseStatus = 'pending' | 'succeeded' | 'failed' | 'expired';

/** An add-on as it was attached. */
export interface ReleasedAttachment {
  id: string;
  /** `DATABASE` */
  name: string;
  /** As its attachment's; absent in releases from before there was one. */
  namespace?: string | null;
  addonId: string;
  /** `postgresql-flat-02648` */
  addonName: string;
  /** `heroku-postgresql:essential-0` */
  plan: string;
}

export interface Release {
  id: string;
  appId: string;
  version: number;
  status: ReleaseStatus;
  description: string;
  slugId: string | null;
  userId: string;
  /** Whether a `release` process runs before it becomes current. */
  hasOutput: boolean;
  /** Add-ons that the app had then. */
  attachments: ReleasedAttachment[];
  createdAt: Date;
  updatedAt: Date;
}

/** `v7` or `7` → 7; null for anything else. */
export function parseVersion(text: string): number | null {
  const match = /^v?([1-9]\d{0,8})$/.exec(text);
  return match ? Number(match[1]) : null;
}
