// What nginx answers for a static site, as static.json and the config vars say.
import { beforeAll, describe, expect, it } from 'vitest';
import { inBuildImage, type Case, type Outcome } from './in-build-image.js';

// `ask PATH [options of curl]` says the path, the status, where to, and the first line of the body.
const SERVE = `
export HOME=$PWD; for var in "$case"/env/*; do [ ! -f "$var" ] || export "$(basename "$var")=$(<"$var")"; done
compile >/dev/null || return
.heroku/static/boot & web=$!
for i in {1..500}; do curl -s -o /dev/null localhost:5000/ && break; sleep 0.02; done
ask() { curl -s -D head -o body -w "$1 %{http_code}" "localhost:5000$1" "\${@:2}"; sed -n 's/\\r$//; s/^[Ll]ocation:/ to/p' head | tr -d '\\n'; if grep -q '<center>' body; then echo; else echo " $(head -1 body)"; fi; }
header() { ask "$2" "\${@:3}"; grep -i "^$1:" head | tr -d '\\r'; true; }
# An origin that says what it is asked for, and sends away whoever asks for /base/away.
origin() { python3 -c '
import http.server, sys
class Origin(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        away = self.path.startswith("/base/away")
        self.send_response(307 if away else 200)
        if away: self.send_header("Location", self.path.split("?")[1] + "://127.0.0.1:6000/base/next")
        self.send_header("Content-Type", "text/html"); self.send_header("Cache-Control", "max-age=7"); self.end_headers()
        self.wfile.write(("origin " + self.path + "\\n").encode())
    def log_message(self, *_): pass
http.server.HTTPServer(("127.0.0.1", 6000), Origin).serve_forever()' & for i in {1..500}; do curl -s -o /dev/null localhost:6000/ && break; sleep 0.02; done; }`;
const TLS = "-H 'X-Forwarded-Proto: https'";
const json = (value: unknown) => JSON.stringify(value);

/** Made by `openssl passwd` and its kin, of the word `secret`. */
const HASHES: [string, string][] = [
  ['apr1', '$apr1$Dnavu2z9$G7rBkLdVbFNJ4npmcFdMn/'],
  ['MD5', '$1$Dnavu2z9$ukMwFSSonQbnx.Dv6I.eX/'],
  ['SHA-256', '$5$Dnavu2z9$6D3TsIxoFH43FJ/JAF.7YLpVgyH.5iQN5tQF/Nsw5b.'],
  ['SHA-512', '$6$Dnavu2z9$7RtkbZCcLog4bebMOENa0wwJa44I/RPiciWZH5m3zrcGGO0PWd807evDG3yDYB9P65vlXkR0m8/IATQ8pV5T9.'],
  ['bcrypt', '$2y$05$CCCCCCCCCCCCCCCCCCCCC.pIKrLVkBX9/OvQMSygY1pWEVn72t6na'],
  ['yescrypt', '$y$j9T$F5Jx5fExrKuPp53xLKQ..1$GmcwIgvdUC9qLWcKCi6gklUa1dM3ziD43YxYNURLKy0'],
  ['SHA', '{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ='],
  ['SSHA', '{SSHA}1G904nLkTkGWjKNnQuB/hpWXC/hzYWx0c2FsdA=='],
  ['PLAIN', '{PLAIN}secret'],
  ['no hash', 'secret'],
];

const ORDER = {
  'public_html/index.html': 'home',
  'public_html/file.html': 'file',
  'public_html/api/items.json': 'items',
  'public_html/folder/index.html': 'folder',
  'public_html/app.html': 'app',
};
const REDIRECTS = {
  '/file.html': { url: '/other' },
  '/old': { url: '/new', status: 302 },
  '/old*': { url: '/newer' },
  '/api/gone': { url: '/nowhere' },
  '/routed': { url: '/redirected' },
};
const PROXIES = {
  '/api/': { origin: 'http://127.0.0.1:6000/base' },
  '/bare': { origin: 'http://127.0.0.1:6000/base/' },
  '/api/deep/': { origin: 'http://127.0.0.1:6000/deep' },
};

const sites: [string, Omit<Case, 'script'> & { asks: string }, string[]][] = [
  [
    'serves public_html where static.json is {}',
    { files: { 'static.json': '{}', 'index.html': 'top', 'public_html/index.html': 'home' }, asks: 'ask /' },
    ['/ 200 home'],
  ],
  ['takes an empty static.json for {}', { files: { 'static.json': '', 'public_html/index.html': 'home' }, asks: 'ask /' }, ['/ 200 home']],
  [
    'asks for a password where only config vars say so',
    {
      files: { 'static.json': '{}', 'public_html/index.html': 'home' },
      config: { BASIC_AUTH_USERNAME: 'jane', BASIC_AUTH_PASSWORD: 'secret' },
      asks: 'ask /; ask / -u jane:secret; ask / -u jane:other',
    },
    ['/ 401', '/ 200 home', '/ 401'],
  ],
  [
    'asks for it also where static.json says no',
    {
      files: { 'static.json': json({ basic_auth: false }), 'public_html/index.html': 'home' },
      config: { BASIC_AUTH_USERNAME: 'jane', BASIC_AUTH_PASSWORD: 'secret' },
      asks: 'ask /',
    },
    ['/ 401'],
  ],
  [
    'asks for it before anything else is told',
    {
      files: {
        'static.json': json({ redirects: { '/old': { url: '/secret-place' } }, proxies: PROXIES, routes: { '/**': 'index.html' } }),
        'public_html/index.html': 'home',
      },
      config: { BASIC_AUTH_USERNAME: 'jane', BASIC_AUTH_PASSWORD: 'secret' },
      asks: 'origin; ask /old; ask /api/x; ask /.well-known/x; ask /any; ask /old -u jane:secret; ask /api/x -u jane:secret',
    },
    ['/old 401', '/api/x 401', '/.well-known/x 401', '/any 401', '/old 301 to /secret-place', '/api/x 200 origin /base/x'],
  ],
  ...HASHES.map(([name, hash]): (typeof sites)[number] => [
    `takes a password as ${name}`,
    {
      files: { 'index.html': 'home' },
      config: { BASIC_AUTH_USERNAME: 'jane', BASIC_AUTH_PASSWORD: hash },
      asks: `ask / -u jane:secret; ask / -u jane:other; ask / -u 'jane:${name === 'no hash' ? 'SECRET' : hash}'`,
    },
    ['/ 200 home', '/ 401', '/ 401'],
  ]),
  [
    'lets in those of .htpasswd',
    {
      files: {
        'static.json': json({ basic_auth: true }),
        '.htpasswd': `# mine\njane:${HASHES[0]![1]}\r\njoe:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=`,
        'index.html': 'home',
      },
      asks: 'ask /; ask / -u jane:secret; ask / -u joe:secret; ask /.htpasswd -u joe:secret',
    },
    ['/ 401', '/ 200 home', '/ 200 home', '/.htpasswd 404'],
  ],
  [
    'sends all that did not come by TLS to https',
    {
      files: { 'static.json': json({ https_only: true }), 'index.html': 'home' },
      asks: `ask / -H 'X-Forwarded-Proto: http'; ask / -H 'X-Forwarded-Proto: httpx'; ask /; ask / ${TLS}`,
    },
    ['/ 301 to https://localhost/', '/ 301 to https://localhost/', '/ 301 to https://localhost/', '/ 200 home'],
  ],
  [
    'keeps the scheme of the visitor',
    { files: { 'static.json': json({ canonical_host: 'www.example.com' }), 'index.html': 'home' }, asks: `ask /x?y ${TLS}; ask /x` },
    ['/x?y 301 to https://www.example.com/x?y', '/x 301 to http://www.example.com/x'],
  ],
  [
    'leads to a folder without naming a scheme or a port',
    { files: { 'index.html': 'home', 'folder/index.html': 'folder' }, asks: `ask /folder ${TLS}; ask /folder/` },
    ['/folder 301 to /folder/', '/folder/ 200 folder'],
  ],
  [
    'takes files before proxies, proxies before redirects, redirects before routes',
    {
      files: {
        ...ORDER,
        'static.json': json({ redirects: REDIRECTS, proxies: PROXIES, routes: { '/app/**': 'app.html', '/**': 'index.html' } }),
      },
      asks:
        'origin; for path in /file.html /api/items.json /api/gone /api/deep/x /old /older /routed /app/x /any /.env ' +
        '/api/.env; do ask $path; done',
    },
    [
      '/file.html 200 file',
      '/api/items.json 200 items',
      '/api/gone 200 origin /base/gone',
      '/api/deep/x 200 origin /deep/x',
      '/old 302 to /new',
      '/older 301 to /newer',
      '/routed 301 to /redirected',
      '/app/x 200 app',
      '/any 200 home',
      '/.env 404',
      '/api/.env 200 origin /base/.env',
    ],
  ],
  [
    'does so without routes',
    {
      files: { ...ORDER, 'static.json': json({ redirects: REDIRECTS }) },
      asks: 'for path in /file.html /old /any /folder; do ask $path; done',
    },
    ['/file.html 200 file', '/old 302 to /new', '/any 404', '/folder 301 to /folder/'],
  ],
  [
    'does so with clean URLs',
    {
      files: {
        ...ORDER,
        'static.json': json({ clean_urls: true, redirects: { '/file': { url: '/x' } }, routes: { '/**': 'index.html' } }),
      },
      asks: 'for path in /file /file.html /folder /any; do ask $path; done',
    },
    ['/file 200 file', '/file.html 200 file', '/folder 301 to /folder/', '/any 200 home'],
  ],
  [
    'takes a route before a folder, unless URLs are clean',
    { files: { ...ORDER, 'static.json': json({ routes: { '/**': 'app.html' } }) }, asks: 'ask /folder; ask /; ask /folder/index.html' },
    ['/folder 200 app', '/ 200 app', '/folder/index.html 200 folder'],
  ],
  [
    'has exceptions to routes',
    {
      files: {
        ...ORDER,
        'static.json': json({ routes: { '/**': { path: 'index.html', excepts: ['/assets/*', '/v1/**'] }, '/v1/app/*': 'app.html' } }),
      },
      asks: 'for path in /any /assets/x /assets/x/y /v1/a/b /v1/app/x; do ask $path; done',
    },
    ['/any 200 home', '/assets/x 404', '/assets/x/y 200 home', '/v1/a/b 404', '/v1/app/x 200 app'],
  ],
  [
    'rewrites where an origin sends visitors, by either scheme',
    {
      files: { ...ORDER, 'static.json': json({ proxies: PROXIES }) },
      asks: "origin; ask '/api/away?http'; ask '/api/away?https'; ask '/bare/away?https'; ask /bare; ask /bare/x; ask /barely",
    },
    [
      '/api/away?http 307 to /api/next origin /base/away?http',
      '/api/away?https 307 to /api/next origin /base/away?https',
      '/bare/away?https 307 to /bare/next origin /base/away?https',
      '/bare 200 origin /base/',
      '/bare/x 200 origin /base/x',
      '/barely 404',
    ],
  ],
  [
    'leaves it to an origin how long its answers are kept',
    {
      files: { ...ORDER, 'static.json': json({ proxies: PROXIES }) },
      asks: 'origin; header cache-control /api/app.1f3a9c0d.js; header cache-control /',
    },
    ['/api/app.1f3a9c0d.js 200 origin /base/app.1f3a9c0d.js', 'Cache-Control: max-age=7', '/ 200 home', 'Cache-Control: no-cache'],
  ],
  [
    'sets the headers of the last rule that matches, and no others',
    {
      files: {
        ...ORDER,
        'static.json': json({
          headers: { '/**': { 'X-A': 'all', 'X-B': 'all' }, '/file.html': { 'X-A': 'file', 'X-Max': 60 } },
          redirects: REDIRECTS,
        }),
      },
      asks: 'header x-. /file.html; grep -i x-max head | tr -d "\\r"; header x-. /; header x-a /old',
    },
    ['/file.html 200 file', 'X-A: file', 'X-Max: 60', '/ 200 home', 'X-A: all', 'X-B: all', '/old 302 to /new', 'X-A: all'],
  ],
  [
    'says no character set of JSON',
    { files: { 'index.html': '', 'x.json': '{}' }, asks: 'header content-type /x.json' },
    ['/x.json 200 {}', 'Content-Type: application/json'],
  ],
  [
    'debugs when it is told to',
    {
      files: { 'index.html': 'home' },
      config: { STATIC_DEBUG: '1' },
      asks: '{ ask /; } 2>&1; sleep 0.1; grep -c "error_log stderr debug" /tmp/tmp.*/nginx.conf',
    },
    ['/ 200 home', '1'],
  ],
];

describe('a static site', () => {
  let outcomes: Outcome[];
  beforeAll(async () => {
    outcomes = await inBuildImage(
      'static',
      sites.map(([, { asks, ...each }]) => ({
        ...each,
        script: `${SERVE}\n{ ${asks}\n} >/tmp/asked; kill $web; jobs -p | xargs kill 2>/dev/null; wait; cat /tmp/asked; rm -rf /tmp/tmp.*`,
      })),
    );
  }, 300_000);
  it.each(sites.map(([name], index) => [name, index] as const))('%s', (_, index) => {
    const said = outcomes[index]!.said.split('\n').map((line) => line.trimEnd());
    expect(said.slice(-sites[index]![2].length), outcomes[index]!.said).toEqual(sites[index]![2]);
  });
});
