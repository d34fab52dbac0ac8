// What a build container is: build → container options, as data.
import type Docker from 'dockerode';
import { APP_LABEL, BUILD_LABEL, HOME_LABEL } from './labels.js';

export const BUILDER_LABEL = 'slipway.builder';
export const BUILD_USER = '20000:20000';
const CA_BUNDLE_IN_CONTAINER = '/etc/ssl/certs/ca-certificates.crt';

export interface BuildContainer {
  homeId: string;
  /** The builder's machine: what it left behind is found by it. */
  node: string;
  appId: string;
  buildId: string;
  image: string;
  /** Network name or id, or `container:<id>`. */
  network: string;
  cacheVolume: string;
  /** The volume of language runtimes, seen read-only. */
  runtimesVolume: string;
  limits: { memoryMb: number; pids: number };
  /** The host's bundle of certificate authorities; null when it has none. */
  caBundle: string | null;
  /** The operator's settings for every build: proxies, registries. */
  env: Record<string, string>;
  seccomp: string | null;
}

/** The options of a build's container: not root, no capability, little CPU where dynos want it, gone after one use. */
export function buildContainerSpec(o: BuildContainer): Docker.ContainerCreateOptions {
  const memory = o.limits.memoryMb * 1024 * 1024;
  return {
    Image: o.image,
    Cmd: ['/slipway/buildpacks/lib/build.sh'],
    User: BUILD_USER,
    WorkingDir: '/app',
    Env: Object.entries(buildEnv(o)).map(([key, value]) => `${key}=${value}`),
    Labels: { [HOME_LABEL]: o.homeId, [APP_LABEL]: o.appId, [BUILD_LABEL]: o.buildId, [BUILDER_LABEL]: o.node },
    OpenStdin: true,
    StdinOnce: true,
    AttachStdin: true,
    AttachStdout: true,
    AttachStderr: true,
    HostConfig: {
      Init: true,
      CapDrop: ['ALL'],
      SecurityOpt: ['no-new-privileges', ...(o.seccomp === null ? [] : [`seccomp=${o.seccomp}`])],
      PidsLimit: o.limits.pids,
      Memory: memory,
      MemorySwap: memory,
      CpuShares: 128,
      OomScoreAdj: 500,
      IpcMode: 'private',
      NetworkMode: o.network,
      LogConfig: { Type: 'none', Config: {} },
      Ulimits: [{ Name: 'nofile', Soft: 10_000, Hard: 10_000 }],
      Tmpfs: { '/run/slipway': 'rw,nosuid,nodev,noexec,size=8m,mode=0700,uid=20000,gid=20000' },
      Mounts: mounts(o),
    },
  };
}

function buildEnv(o: BuildContainer): Record<string, string> {
  const ca = o.caBundle === null ? {} : Object.fromEntries(CA_NAMES.map((name) => [name, CA_BUNDLE_IN_CONTAINER]));
  return { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/app', LANG: 'C.UTF-8', ...ca, ...o.env };
}

const CA_NAMES = [
  'NODE_EXTRA_CA_CERTS',
  'npm_config_cafile',
  'SSL_CERT_FILE',
  'CURL_CA_BUNDLE',
  'REQUESTS_CA_BUNDLE',
  'PIP_CERT',
  'GIT_SSL_CAINFO',
  'CARGO_HTTP_CAINFO',
];

function mounts(o: BuildContainer): Docker.MountSettings[] {
  const labels = { [HOME_LABEL]: o.homeId, [APP_LABEL]: o.appId };
  const list: Docker.MountSettings[] = [
    // The app's cache and the place it is built in share a file system: buildpacks move directories between them.
    { Type: 'volume', Source: o.cacheVolume, Target: '/tmp', VolumeOptions: { NoCopy: false, Labels: labels, DriverConfig: { Name: 'local', Options: {} } } },
    { Type: 'volume', Source: o.runtimesVolume, Target: '/opt/slipway/runtimes', ReadOnly: true },
  ];
  if (o.caBundle !== null) list.push({ Type: 'bind', Source: o.caBundle, Target: CA_BUNDLE_IN_CONTAINER, ReadOnly: true });
  return list;
}
