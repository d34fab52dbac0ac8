// An add-on: a service that a provider runs for an app; and its attachments, by which apps have it.

/**
 * `provisioning` until the provider has made it; `deprovisioning` until it has confirmed that it is gone; `deprovisioned` rows are
 * kept, so that no resource of a provider is ever one that nobody knows.
 */
export type AddonState = 'provisioning' | 'provisioned' | 'deprovisioning' | 'deprovisioned';

export interface Addon {
  id: string;
  /** `acme-flat-02648` */
  name: string;
  /** The app it belongs to and is billed to; null when that is gone. */
  appId: string | null;
  serviceId: string;
  planId: string;
  /** The plan it is to have, until the provider has agreed. */
  wantedPlanId: string | null;
  state: AddonState;
  /** How the provider calls it. */
  providerId: string | null;
  /** What the provider said last, for people. */
  message: string | null;
  /** Where the provider calls back. */
  callbackUrl: string;
  userId: string;
  /** When the provider was first asked for it: from then on it may have it. */
  askedAt: Date | null;
  /** When the provider said that it makes it, and tells us when it is done. */
  acceptedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

export interface Attachment {
  id: string;
  appId: string;
  addonId: string;
  /** `DATABASE` */
  name: string;
  /** `credential:readers`; null has what the add-on itself brings. */
  namespace: string | null;
  createdAt: Date;
  updatedAt: Date;
}

/** That belong to one app; and as many attachments. */
export const MOST_ADDONS = 100;

export interface Plan {
  id: string;
  serviceId: string;
  /** `acme:basic` */
  name: string;
  humanName: string;
  cents: number;
  isDefault: boolean;
  /** Whether it may be chosen; what has it keeps it otherwise. */
  isOffered: boolean;
  createdAt: Date;
  updatedAt: Date;
}
