// What a build container is: build → container options, as data.
import { DYNO_UID } from '../../model/dyno.js';
import { DYNO_USER } from '../image/image-user.js';
import type Docker from 'dockerode';
import { caOptions } from '../ca-bundle.js';
import { APP_LABEL, BUILD_LABEL, HOME_LABEL } from '../labels.js';

export const BUILDER_LABEL = 'slipway.builder';
const PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** What containers that build have in common. */
export interface BuildHost {
  homeId: string;
  /** The builder's machine: what it left behind is found by it. */
  node: string;
  image: string;
  /** The network's name: it may be made anew while the builder runs. */
  network: string;
  /** The volume of language runtimes. */
  runtimesVolume: string;
  limits: { memoryMb: number; pids: number };
  /** The host's bundle of certificate authorities; null when it has none. */
  caBundle: string | null;
  /** The operator's settings for every build: proxies, registries. */
  buildEnv: Record<string, string>;
  seccomp: string;
}

export interface BuildContainer {
  place: BuildHost;
  appId: string;
  /** Null for one that waits for the app's next build. */
  buildId: string | null;
  cacheVolume: string;
}

export interface RuntimeContainer {
  place: BuildHost;
  /** Arguments of runtime.sh. */
  args: string[];
}

/**
 * The options of a build's container: not root, no capability, little CPU where dynos want it, gone after one use. What it can
 * write is the two volumes that measure.pl counts, and a little memory. Its first program is the keeper itself, without the engine's
 * init before it: that one's open files, the result among them, could be opened by the app's code.
 */
export function buildContainerSpec({ place, ...o }: BuildContainer): Docker.ContainerCreateOptions {
  const labels = { [APP_LABEL]: o.appId, [BUILD_LABEL]: o.buildId ?? 'spare' };
  // The app's cache and the place it is built in share a file system: buildpacks move directories between them.
  const cache = volume(o.cacheVolume, '/tmp', { [HOME_LABEL]: place.homeId, [APP_LABEL]: o.appId });
  const home = volume('', '/app', { [HOME_LABEL]: place.homeId });
  const options = common(place, [cache, home, { ...runtimes(place), ReadOnly: true }], labels);
  const Tmpfs = { ...options.HostConfig?.Tmpfs, '/var/tmp': 'rw,nosuid,nodev,size=64m,mode=1777' };
  const HostConfig = { ...options.HostConfig, Init: false, ReadonlyRootfs: true, Tmpfs };
  return { ...options, HostConfig, Cmd: ['/slipway/buildpacks/lib/build.sh'], User: DYNO_USER, WorkingDir: '/app' };
}

/** The options of the container that installs a runtime: it runs nothing of an app, and owns what all apps only read. */
export function runtimeContainerSpec({ place, args }: RuntimeContainer): Docker.ContainerCreateOptions {
  const options = common(place, [runtimes(place)], { [BUILD_LABEL]: 'runtime' });
  return { ...options, Cmd: ['/slipway/buildpacks/lib/runtime.sh', ...args], User: '0:0', WorkingDir: '/tmp' };
}

/** The options of the container that looks at a build's disk from beside it: it may read all, has limits of its own, and no network. */
export function meterContainerSpec(place: BuildHost, o: { containerId: string; limitMb: number }): Docker.ContainerCreateOptions {
  const options = readerOf(place, []);
  const HostConfig = { ...options.HostConfig, CapAdd: ['DAC_READ_SEARCH', 'SYS_PTRACE'], PidMode: `container:${o.containerId}` };
  return { ...options, HostConfig, Cmd: ['/slipway/buildpacks/lib/measure.pl', 'build', String(o.limitMb)] };
}

/** The options of the container that measures volumes, each by its name. */
export function volumesMeterSpec(place: BuildHost, names: string[]): Docker.ContainerCreateOptions {
  const options = readerOf(
    place,
    names.map((name) => ({ ...volume(name, `/volumes/${name}`, {}), ReadOnly: true })),
  );
  return { ...options, Cmd: ['/slipway/buildpacks/lib/measure.pl', 'volumes'] };
}

function readerOf(place: BuildHost, mounts: Docker.MountSettings[]): Docker.ContainerCreateOptions {
  const options = common({ ...place, network: 'none', limits: { memoryMb: 256, pids: 32 } }, mounts, { [BUILD_LABEL]: 'meter' });
  const HostConfig = { ...options.HostConfig, ReadonlyRootfs: true, CapAdd: ['DAC_READ_SEARCH'] };
  return { ...options, HostConfig, User: '0:0', WorkingDir: '/' };
}

function common(place: BuildHost, mounts: Docker.MountSettings[], labels: Record<string, string>): Docker.ContainerCreateOptions {
  const memory = place.limits.memoryMb * 1024 * 1024;
  const ca = caOptions(place.caBundle);
  const env = {
    PATH,
    HOME: '/app',
    LANG: 'C.UTF-8',
    ...ca.env,
    ...(place.caBundle && { npm_config_cafile: ca.env['SSL_CERT_FILE'] }),
    ...place.buildEnv,
  };
  return {
    Image: place.image,
    Env: Object.entries(env).map(([key, value]) => `${key}=${value}`),
    Labels: { ...labels, [HOME_LABEL]: place.homeId, [BUILDER_LABEL]: place.node },
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    HostConfig: {
      Init: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges', `seccomp=${place.seccomp}`],
      PidsLimit: place.limits.pids,
      Memory: memory,
      MemorySwap: memory,
      // An eighth of a small dyno's, so that even several builds leave running dynos theirs.
      CpuShares: 32,
      OomScoreAdj: 500,
      IpcMode: 'private',
      NetworkMode: place.network,
      LogConfig: { Type: 'none', Config: {} },
      Ulimits: [
        { Name: 'nofile', Soft: 10_000, Hard: 10_000 },
        { Name: 'core', Soft: 0, Hard: 0 },
      ],
      Tmpfs: { '/run/slipway': `rw,nosuid,nodev,noexec,size=8m,mode=0700,uid=${DYNO_UID},gid=${DYNO_UID}` },
      Mounts: mounts,
      Binds: ca.binds,
    },
  };
}

function runtimes(place: BuildHost): Docker.MountSettings {
  return volume(place.runtimesVolume, '/opt/slipway/runtimes', { [HOME_LABEL]: place.homeId });
}

/** Without a name it is a new one, which goes with its container. */
function volume(name: string, target: string, labels: Record<string, string>): Docker.MountSettings {
  return {
    Type: 'volume',
    Source: name,
    Target: target,
    VolumeOptions: { NoCopy: false, Labels: labels, DriverConfig: { Name: 'local', Options: {} } },
  };
}
