// Finds in a source file what can open a connection: clients of node and of packages, globals, and programs that do.

const CLIENTS: Record<string, readonly string[] | 'all'> = {
  http: ['request', 'get', 'Agent', 'ClientRequest', 'globalAgent'],
  https: ['request', 'get', 'Agent', 'globalAgent'],
  http2: ['connect'],
  net: ['connect', 'createConnection', 'Socket'],
  tls: ['connect', 'TLSSocket'],
  dgram: 'all',
  dns: 'all',
  'dns/promises': 'all',
  undici: 'all',
  'isomorphic-git/http/node': 'all',
};
const PACKAGES = ['axios', 'got', 'needle', 'node-fetch', 'superagent', 'request', 'ws', 'nodemailer', 'ssh2', 'http-proxy', 'eventsource'];
const GLOBALS = [/(?<![\w.$'"`])fetch\(/, /\bglobalThis\.fetch\b/, /\bnew (WebSocket|EventSource|XMLHttpRequest)\(/];
const PROGRAMS = ['curl', 'wget', 'ssh', 'scp', 'rsync', 'nc', 'npm', 'npx', 'pip', 'apt-get', 'apt'];
const GIT_VERBS = ['fetch', 'clone', 'pull', 'push', 'ls-remote', 'submodule', 'remote-https', 'fetch-pack', 'send-pack'];

const IMPORT = /(?:^|\n)\s*import\s+(?!type\b)([^'"`;]*?)\s*from\s*['"]([^'"]+)['"]/g;
const REQUIRE = /(?:\bimport|\brequire)\(\s*['"]([^'"]+)['"]\s*\)/g;

/** What it names that leads out of the process: `node:http request`, `fetch`, `curl`. None for types. */
export function waysOut(text: string): string[] {
  const code = withoutComments(text);
  return [...new Set([...imported(code), ...required(code), ...globals(code), ...programs(code)])];
}

function imported(code: string): string[] {
  return [...code.matchAll(IMPORT)].flatMap(([, names = '', from = '']) => {
    if (PACKAGES.includes(from)) return [from];
    const clients = CLIENTS[plain(from)];
    if (!clients) return [];
    // A whole module, by whatever name, may be used for all that is in it.
    const listed = /^\{([^}]*)\}$/.exec(names)?.[1]?.split(',') ?? [clients === 'all' ? '*' : `${clients[0]}`];
    const values = listed.map((each) => each.trim().split(/\s+as\s+/)[0]!).filter((each) => each !== '' && !each.startsWith('type '));
    return values.filter((value) => clients === 'all' || clients.includes(value)).map((value) => `${from} ${value}`);
  });
}

function required(code: string): string[] {
  return [...code.matchAll(REQUIRE)].map(([, from = '']) => from).filter((from) => PACKAGES.includes(from) || CLIENTS[plain(from)]);
}

function globals(code: string): string[] {
  const isImported = /import[^;]*\bfetch\b[^;]*from/.test(code);
  return GLOBALS.some((each) => each.test(code)) && !isImported ? ['fetch or the like'] : [];
}

/** Only where the file starts programs itself, or hands words to what does. */
function programs(code: string): string[] {
  const named = PROGRAMS.filter((program) => new RegExp(`\\b(spawn|exec\\w*|run\\w*)\\([^)]*?['"\`]${program}['"\`]`).test(code));
  const startsGit = /['"`]git['"`]/.test(code) && /node:child_process/.test(code);
  const verbs = startsGit ? GIT_VERBS.filter((verb) => new RegExp(`\\[[^\\]]*?['"\`]${verb}['"\`]`).test(code)) : [];
  return [...named, ...verbs.map((verb) => `git ${verb}`)];
}

function plain(module: string): string {
  return module.replace(/^node:/, '');
}

function withoutComments(text: string): string {
  return text.replace(/\/\*[^]*?\*\//g, '').replace(/(^|\s)\/\/.*$/gm, '$1');
}
