// Which address of the dynos' bridge belongs to whom, as the engine has it now.
import type Docker from 'dockerode';
import { dockerOf, type Engine } from '../engine.js';
import { ADDON_LABEL, APP_LABEL, DYNO_LABEL, PORT_LABEL, ofHome } from '../labels.js';
import type { Addresses } from './doors.js';

const HOLDER = /^container:(.+)$/;

/** A dyno in a spare network has the address of the container that holds it. What has none yet, or no more, isn't listed. */
export async function listAddresses(engine: Engine, homeId: string): Promise<Addresses> {
  const all = await dockerOf(engine).listContainers({ filters: ofHome(homeId) });
  const byId = new Map(all.map((each) => [each.Id, each]));
  const dynos = all
    .filter(({ Labels }) => Labels[DYNO_LABEL])
    .map((each) => {
      const holder = HOLDER.exec(each.HostConfig.NetworkMode ?? '')?.[1];
      return { appId: each.Labels[APP_LABEL] ?? '', address: addressOf(holder === undefined ? each : byId.get(holder)) };
    });
  const addons = all
    .filter(({ Labels }) => Labels[ADDON_LABEL])
    .map((each) => ({ addonId: each.Labels[ADDON_LABEL] ?? '', address: addressOf(each), port: Number(each.Labels[PORT_LABEL]) }));
  return { dynos: dynos.filter(({ address }) => address !== ''), addons: addons.filter(({ address }) => address !== '') };
}

function addressOf(container: Docker.ContainerInfo | undefined): string {
  return Object.values(container?.NetworkSettings.Networks ?? {})[0]?.IPAddress ?? '';
}
