// What an add-on of our own runs in: container options, as data.
import { createHash } from 'node:crypto';
import type Docker from 'dockerode';
import { SERVICE_UID } from '../../model/addon/own-services.js';
import { ADDON_LABEL, HOME_LABEL, MADE_ON_LABEL, PORT_LABEL, SPEC_LABEL } from '../labels.js';
import type { Network } from '../network/network.js';

export interface ServiceSpec {
  homeId: string;
  addonId: string;
  /** The stack that its image is of. */
  stack: string;
  image: string;
  network: Pick<Network, 'name'>;
  /** The name dynos find it by. */
  host: string;
  port: number;
  command: string[];
  /** Where its volume is. */
  dataDir: string;
  /** Folders in memory that it may write to, with their options. */
  inMemory: Record<string, string>;
  memoryMb: number;
  /** Of the memory, for what its processes share. */
  sharedMb: number;
  /** Docker's own default is 1024. */
  cpuShares: number;
  processes: number;
  /** The signal by which it ends in good order. */
  stopSignal: string;
  seccomp: string;
}

export type ServiceContainer = Docker.ContainerCreateOptions & { name: string };

export function serviceName(addonId: string): string {
  return `slipway-addon-${addonId}`;
}

/** Not root, no capability, its own limits; it writes to its volume only, and no port of the host leads to it. */
export function serviceContainer(o: ServiceSpec): ServiceContainer {
  const memory = o.memoryMb * 1024 * 1024;
  const options = {
    name: serviceName(o.addonId),
    Image: o.image,
    Cmd: o.command,
    User: `${SERVICE_UID}:${SERVICE_UID}`,
    WorkingDir: o.dataDir,
    StopSignal: o.stopSignal,
    HostConfig: {
      Init: true,
      NetworkMode: o.network.name,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges', `seccomp=${o.seccomp}`],
      IpcMode: 'private',
      ReadonlyRootfs: true,
      Memory: memory,
      MemorySwap: memory,
      ShmSize: o.sharedMb * 1024 * 1024,
      CpuShares: o.cpuShares,
      PidsLimit: o.processes,
      Ulimits: [{ Name: 'core', Soft: 0, Hard: 0 }],
      // Dynos go before it when the machine runs out of memory: committed rows are worth more.
      OomScoreAdj: 200,
      // Nobody asks it for names: no server for them.
      Dns: ['127.0.0.1'],
      Tmpfs: o.inMemory,
      Binds: [`${serviceName(o.addonId)}:${o.dataDir}`],
      LogConfig: { Type: 'json-file', Config: { 'max-size': '5m', 'max-file': '2' } },
    },
    NetworkingConfig: { EndpointsConfig: { [o.network.name]: { Aliases: [o.host] } } },
  };
  const digest = createHash('sha256').update(JSON.stringify(options)).digest('hex').slice(0, 16);
  return { ...options, Labels: { ...labelsOf(o), [PORT_LABEL]: String(o.port), [SPEC_LABEL]: digest } };
}

export function volumeLabels(o: Pick<ServiceSpec, 'homeId' | 'addonId' | 'stack'>): Record<string, string> {
  return { ...labelsOf(o), [MADE_ON_LABEL]: o.stack };
}

function labelsOf(o: Pick<ServiceSpec, 'homeId' | 'addonId'>): Record<string, string> {
  return { [HOME_LABEL]: o.homeId, [ADDON_LABEL]: o.addonId };
}
