// A dyno's container that was created, and maybe started, before it was known what it runs: it waits at its stdin.
import type { Duplex } from 'node:stream';
import { createWithDiskQuota } from './disk-quota.js';
import { startDynoContainer, type Running } from './dyno-container.js';
import { NOT_TAKEN_NOTE, dynoMessage, waitingContainer, type DynoPlace, type DynoSpec, type OnNetwork } from './dyno-spec.js';
import { dockerOf, type Engine } from '../engine.js';

export interface WaitingDyno {
  containerId: string;
  /** Starts the container; what `tell` has said before is read then. */
  start(): Promise<Running>;
  /** Says what it is, once: command, environment, and files as tar.gz, one over the other over those of its image. */
  tell(spec: DynoSpec, files: readonly Buffer[]): void;
  /** False when nobody listens any more: the engine went away, or the container ended. */
  isListening(): boolean;
}

/** The note comes as a tar of one file. */
const TAR_HEADER = 512;
const LONGEST_NOTE = 300;

/** Creates such a container. */
export async function createWaitingDyno(engine: Engine, place: DynoPlace & OnNetwork): Promise<WaitingDyno> {
  const container = await createWithDiskQuota(engine, waitingContainer(place), place.size);
  const stdin = (await container.attach({ stream: true, hijack: true, stdin: true, stdout: false, stderr: false })) as Duplex;
  let isListening = true;
  const leave = () => void (isListening = false);
  stdin.on('error', leave).on('end', leave).on('close', leave).resume();
  return {
    containerId: container.id,
    start: () => startDynoContainer(engine, container.id),
    tell(spec, files) {
      for (const part of dynoMessage(spec, files)) stdin.write(part);
      stdin.end();
    },
    isListening: () => isListening,
  };
}

/** Why a container that has ended did not take what it was told; null when it did, and what ended was the app. */
export async function readNotTaken(engine: Engine, containerId: string): Promise<string | null> {
  const answer = await dockerOf(engine)
    .getContainer(containerId)
    .getArchive({ path: NOT_TAKEN_NOTE })
    .catch((error: { statusCode?: number }) => {
      if (error.statusCode === 404) return null;
      throw error;
    });
  if (answer === null) return null;
  const chunks: Buffer[] = [];
  for await (const chunk of answer as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks)
    .subarray(TAR_HEADER, TAR_HEADER + LONGEST_NOTE)
    .toString()
    .replace(/\0[^]*/, '')
    .trim();
}
