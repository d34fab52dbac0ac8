// What the API is given: what actions need, and the few things only the API does.
import type { Context } from '../actions/context.js';
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
  };
  /** Hosts that log drains may lead to though they are not public. */
  fetchAllow?: readonly string[];
  blobs: BlobStore;
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
