// What the API is given: what actions need, and the few things only the API does.
import type { Context } from '../actions/context.js';
import type { Addon } from '../model/addon/addon.js';
import type { Backups } from '../store/backup/backups.js';
import type { BlobStore } from '../store/build/blobs.js';
import type { Commit } from '../model/git/commit.js';
import type { OpenStreams } from './open-streams.js';

/** A push under way, as the git door keeps it. */
export interface Push {
  userId: string;
  appId: string;
  /** The build that it started. */
  buildId: string | null;
}

/**
 * Asks a provider of ours about one of its add-ons, or has it do something to it, by the name of one of its kind's calls. Throws
 * `unavailable` where it doesn't answer, `invalid_params` with its words where it refuses.
 */
export type AskProvider = (addon: Addon, what: string, asked?: object) => Promise<Record<string, unknown>>;

export interface ApiDeps extends Context {
  place: {
    domain: string;
    routerPort: number;
    /** Where clients come to dynos, and the certificate (sha256) that they meet there; null when there is none. */
    rendezvous: { port: number; fingerprint(): string | null };
    /** Where our own processes reach this port: `http://host:port`. */
    internalUrl: string;
    /** Where everybody else does, if the operator says so; null takes it from each request. */
    publicUrl: string | null;
    /** By which add-ons of ours are reached from outside; null where they aren't. */
    dataPort?: number | null;
  };
  /** Hosts that log drains may lead to though they are not public. */
  fetchAllow?: readonly string[];
  /** Absent where none is within reach. */
  askProvider?: AskProvider;
  blobs: BlobStore;
  /** The content of backups. */
  backups: Backups;
  /** Those that are open on this port. */
  streams: OpenStreams;
  /** A commit of an app's repository; null when it isn't there. To be asked for pushed ones only. */
  readCommit(appId: string, id: string): Promise<Commit | null>;
  /** Names of the stacks that are offered, that of new apps first. */
  stacks: readonly string[];
  /** Whether there is an authority that makes certificates by itself. */
  hasAcme?: boolean;
  /** Finds the push a secret belongs to. Given on the private socket only: nowhere else is a secret a token. */
  findPush?: (secret: string) => Push | undefined;
}
