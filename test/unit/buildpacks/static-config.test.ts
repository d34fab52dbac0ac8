// What the static buildpack makes of static.json: the configuration of nginx, or a line that says what is wrong.
import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configure as runConfigure, configureAll as runConfigureAll, type Env, type Made, type Options } from './static-configure.js';

let top: string;
const configure = (json: unknown, env?: Env, o?: Options) => runConfigure(top, json, env, o);
const configureAll = (cases: [json: unknown, env?: Env, o?: Options][]) => runConfigureAll(top, cases);

beforeAll(() => {
  top = mkdtempSync(join(tmpdir(), 'slipway-static-'));
});
afterAll(() => rmSync(top, { recursive: true, force: true }));

/** What nginx reads as words of its own. */
function unquoted(config: string): string {
  return config.replaceAll(/"(?:\\.|[^"\\])*"/gs, '""').replaceAll(/'[^']*'/g, "''");
}

describe('the configuration', () => {
  const lines: [string, unknown, string[]][] = [
    [
      'no static.json',
      undefined,
      [
        'root "/app";',
        'location ~ ^/(Procfile|app\\.json|static\\.json)$ { return 404; }',
        'try_files $uri $folder/ $instead;',
        'access_log off;',
        'listen 5000;',
      ],
    ],
    ['a root', { root: '/public/' }, ['root "/app/public";']],
    ['the root of all', { root: '/' }, ['root "/app";']],
    ['clean URLs', { clean_urls: true }, ['try_files $uri.html $uri $uri/ $instead;']],
    ['TLS only', { https_only: true }, ['if ($http_x_forwarded_proto != "https") { return 301 https://$host$request_uri; }']],
    [
      'a canonical host',
      { canonical_host: 'www.Example.com' },
      ['if ($host != "www.example.com") { return 301 $asked_scheme://www.example.com$request_uri; }'],
    ],
    [
      'routes',
      { routes: { '/a.b/*': 'x.html', '/**': 'index.html' } },
      ['"~(?s)^/a\\\\.b/[^/]*$" "/x.html";', '"~(?s)^/.*$" "/index.html";'],
    ],
    [
      'redirects',
      { redirects: { '/old': { url: '/new' }, '/tmp': { url: 'https://e.example/?a=$b', status: 307 } } },
      [
        '"~(?s)^/old$" "/new";',
        '{ return 301 $redirect; }',
        '"https://e.example/?a=${dollar}b";',
        '"~(?s)^/tmp$" "@redirect_307";',
        '{ return 307 $redirect; }',
      ],
    ],
    ['headers', { headers: { '/**': { 'X-Own': 'a"b\\c$d' } } }, ['"a\\"b\\\\c${dollar}d";', 'add_header "X-Own" $header_1 always;']],
    ['caching', { headers: { '/x': { 'cache-control': 'no-store' } } }, ['add_header "cache-control" $header_0;']],
    [
      'a proxy',
      { proxies: { '/api': { origin: 'https://api.example.com/v1' } } },
      ['"~(?s)^/api(/|$)" "@proxy_0";', 'set $origin_0 "https://api.example.com";', '"/v1/$1" break;', 'proxy_ssl_server_name on;'],
    ],
    ['an error page', { root: 'public', error_page: 'errors/lost.html' }, ['error_page 404 500 "/errors/lost.html";']],
    ['logging', { logging: { access: true, error: 'info' } }, ['access_log /dev/stdout forwarded;', 'error_log stderr info;']],
    ['an encoding', { encoding: 'ISO-8859-1' }, ['charset ISO-8859-1;']],
    ['a byte order mark', '\uFEFF{"root":"public"}', ['root "/app/public";']],
  ];

  let all: Made[];
  beforeAll(() => {
    all = configureAll(lines.map(([, json]) => [json]));
  });

  it.each(lines.map(([name], index) => [name, index] as const))('has %s', (_, index) => {
    const made = all[index]!;
    const expected = lines[index]![2];
    expect(made.said).toBe('');
    for (const line of expected) expect(made.config).toContain(line);
  });

  it('lets the last rule for headers win, and the first route', () => {
    const { config } = configure({ headers: { '/**': { 'X-A': '1' }, '/a': { 'X-A': '2' } }, routes: { '/a': '1.html', '/**': '2.html' } });
    expect(config).toMatch(/"~\(\?s\)\^\/a\$" "1";\s+"~\(\?s\)\^\/\.\*\$" "0";/);
    expect(config.indexOf('"/1.html"')).toBeLessThan(config.indexOf('"/2.html"'));
  });

  it.each([['{"clean_urls": true}'], ['{}'], ['{"root": null}'], [''], ['\n']])(
    'takes public_html where static.json names no root, as on Heroku: %j',
    (json) => {
      const made = configure(json, {}, { files: { 'public_html/index.html': '' }, isTried: true });
      expect(made.config).toContain('root "/app/public_html";');
      expect(made.said.split('\n')).toEqual([
        'Serving public_html/ (1 files)',
        ...(json.trim() ? [] : ['! static.json is empty: it is taken for {}.']),
      ]);
    },
  );

  it('takes no folder for public_html that is not there, but for a page at the top', () => {
    expect(configure({}).config).toContain('root "/app";');
    expect(configure({}, {}, { files: { 'index.html': null } })).toMatchObject({
      status: 1,
      said: expect.stringMatching(/^static\.json names no "root", and there is no folder public_html/),
    });
  });

  it('excepts paths from a route', () => {
    const { config } = configure({ routes: { '/**': { path: 'index.html', excepts: ['/api/**', '/a.js'] } } });
    expect(config).toContain('"~(?s)^(?!(?:/api/.*|/a\\\\.js)$)/.*$" "/index.html";');
  });

  it.each(['canonical_host', 'error_page', 'routes', 'headers'])('takes null for a %s that is not there', (key) => {
    expect(configure({ [key]: null })).toMatchObject({ status: 0, said: '' });
  });

  it('takes false for a host or a page that is not there', () => {
    expect(configure({ canonical_host: false, error_page: false })).toMatchObject({ status: 0, said: '' });
  });

  it('fills in config vars', () => {
    const { config } = configure({ redirects: { '/x': { url: '${PLACE}/y' } } }, { PLACE: 'https://e.example' });
    expect(config).toContain('"https://e.example/y"');
  });
});

describe('basic_auth', () => {
  it('hashes the password into a file that is for nobody else', () => {
    const made = configure({ basic_auth: true }, { BASIC_AUTH_USERNAME: 'jane', BASIC_AUTH_PASSWORD: 'se:cret' });
    expect(made.config).toContain(`auth_basic_user_file ${made.place}/htpasswd;`);
    expect(readFileSync(join(made.place, 'htpasswd'), 'utf8')).toMatch(/^jane:\{SSHA\}[A-Za-z0-9+/=]+\n$/);
    expect(statSync(join(made.place, 'htpasswd')).mode & 0o777).toBe(0o600);
    expect(made.config).not.toContain('cret');
  });

  const told: [string, unknown, Env, Record<string, string>, number, string][] = [
    [
      'config vars alone',
      undefined,
      { BASIC_AUTH_USERNAME: 'jane', BASIC_AUTH_PASSWORD: 'x' },
      {},
      0,
      'Asking everybody for a name and a password (BASIC_AUTH_USERNAME)',
    ],
    [
      'one config var alone',
      undefined,
      { BASIC_AUTH_PASSWORD: 'x' },
      {},
      0,
      '! basic_auth needs the config vars BASIC_AUTH_USERNAME and BASIC_AUTH_PASSWORD',
    ],
    [
      'an empty config var',
      undefined,
      { BASIC_AUTH_USERNAME: '' },
      {},
      0,
      '! basic_auth needs the config vars BASIC_AUTH_USERNAME and BASIC_AUTH_PASSWORD',
    ],
    [
      'a hash that is cut off',
      undefined,
      { BASIC_AUTH_USERNAME: 'jane', BASIC_AUTH_PASSWORD: '$apr1$x' },
      {},
      0,
      '! BASIC_AUTH_PASSWORD begins like a hash, but is none that nginx can check',
    ],
    [
      '.htpasswd',
      { basic_auth: true },
      {},
      { '.htpasswd': 'jane:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n' },
      0,
      'Asking everybody for a name and a password (.htpasswd)',
    ],
    [
      '.htpasswd without a key',
      {},
      {},
      { '.htpasswd': 'jane:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n' },
      0,
      '! There is a file .htpasswd, but nobody is asked for a password',
    ],
    [
      '.htpasswd with a password that is no hash',
      { basic_auth: true },
      {},
      { '.htpasswd': 'jane:secret\n' },
      0,
      "! .htpasswd has no hash for jane that nginx can check: jane can't come in.",
    ],
    [
      'an empty .htpasswd',
      { basic_auth: true },
      {},
      { '.htpasswd': '# nobody yet\n' },
      1,
      '.htpasswd has no line with a name and a password.',
    ],
  ];
  it.each(told)('tells of %s', (_, json, env, files, status, expected) => {
    const made = configure(json, env, { files, isTried: true });
    expect(made).toMatchObject({ status, said: expect.stringContaining(expected) });
  });

  it.each([
    [{}],
    [{ BASIC_AUTH_USERNAME: 'jane' }],
    [{ BASIC_AUTH_PASSWORD: 'x' }],
    [{ BASIC_AUTH_USERNAME: '', BASIC_AUTH_PASSWORD: 'x' }],
  ])('never starts open: without a password it does not start, %j', (env) => {
    expect(configure({ basic_auth: true }, env)).toMatchObject({
      status: 1,
      said: expect.stringContaining('BASIC_AUTH_USERNAME and BASIC_AUTH_PASSWORD'),
    });
    if (Object.keys(env).length > 0) expect(configure(undefined, env)).toMatchObject({ status: 1 });
    expect(configure({ basic_auth: true }, env, { isTried: true })).toMatchObject({
      status: 0,
      said: expect.stringContaining('! basic_auth needs the config vars'),
    });
  });

  it('names the config var that is missing', () => {
    expect(configure({ basic_auth: true }, { BASIC_AUTH_USERNAME: 'jane' }).said).toMatch(/^Set it: config:set BASIC_AUTH_PASSWORD=…$/m);
  });
});

describe('a static.json that is wrong', () => {
  const problems: [string, unknown, string][] = [
    ['no JSON', '{"root": }', "static.json can't be read as JSON: Expecting value: line 1 column 10 (char 9)"],
    ['nested too deeply', '['.repeat(100_000), "static.json can't be read as JSON: it is nested too deeply."],
    ['a list', '[]', 'static.json is not an object, as {"root": "public"}.'],
    ['root outside', { root: '../other' }, 'static.json: "root" is "../other", but has to be a folder of the app.'],
    ['root that is not there', { root: 'dist' }, 'static.json: the folder "dist" that "root" names is not there.'],
    ['root of another kind', { root: 7 }, 'static.json: "root" is 7, but has to be a text.'],
    [
      'error_page that is not there',
      { error_page: 'gone.html' },
      'static.json: the file "gone.html" that "error_page" names is not there.',
    ],
    ['a flag that is none', { clean_urls: 'yes' }, 'static.json: "clean_urls" is "yes", but has to be true or false.'],
    ['routes that are a list', { routes: ['/'] }, 'static.json: "routes" is ["/"], but has to be an object.'],
    ['a route to a hidden file', { routes: { '/x': '.heroku/static/boot' } }, 'a file of the site, without a dot before its name'],
    [
      'a route without a file',
      { routes: { '/x': { excepts: [] } } },
      'but has to be a file, or an object as {"path": "index.html", "excepts": ["/api/**"]}',
    ],
    ['a route upwards', { routes: { '/x': 'a/../../etc/passwd' } }, 'a file of the site, without a dot before its name'],
    [
      'a redirect without URL',
      { redirects: { '/x': {} } },
      'static.json: "/x" in "redirects" is {}, but has to be an object, as {"url": "/new", "status": 302}.',
    ],
    [
      'a redirect of another status',
      { redirects: { '/x': { url: '/', status: 200 } } },
      'static.json: the status of "/x" in "redirects" is 200, but has to be one of 301, 302, 303, 307, 308.',
    ],
    [
      'a redirect by script',
      { redirects: { '/x': { url: 'javascript:alert(1)' } } },
      'but has to be a path, or a URL that begins with https:// or http://.',
    ],
    ['a redirect with a line break', { redirects: { '/x': { url: '/\r\nSet-Cookie: a=b' } } }, 'a text without control characters'],
    ['a header with a line break', { headers: { '/': { 'X-A': 'a\nX-B: b' } } }, 'a text without control characters'],
    ['a header that is no name', { headers: { '/': { 'X A; return 200': 'a' } } }, 'static.json: a header\'s name for "/" in "headers"'],
    ['a header of nginx', { headers: { '/': { 'Transfer-Encoding': 'a' } } }, 'but has to be one that may be set.'],
    [
      'a proxy with a query',
      { proxies: { '/api/': { origin: 'https://a.example/?x' } } },
      'a URL that begins with https:// or http://, without a query',
    ],
    ['a proxy with variables', { proxies: { '/api/': { origin: 'https://$host' } } }, 'a URL that begins with https:// or http://'],
    ['a proxy path with a brace', { proxies: { '/api/{': { origin: 'https://a.example' } } }, 'a path in plain letters'],
    [
      'a config var that is not set',
      { redirects: { '/x': { url: '${NOWHERE}' } } },
      'static.json: "/x" in "redirects" names ${NOWHERE}, which is not set.',
    ],
    ['a log level', { logging: { error: 'warn; return 200' } }, '"error" in "logging"'],
    ['an encoding', { encoding: 'utf-8; return 200' }, '"encoding" is "utf-8; return 200"'],
    ['a host', { canonical_host: 'a b' }, '"canonical_host" is "a b"'],
    ['half a letter', '{"routes": {"/\\ud800": "x"}}', 'a text without control characters'],
  ];

  let all: Made[];
  beforeAll(() => {
    all = configureAll(problems.map(([, json]) => [json]));
  });

  it.each(problems.map(([name, , expected], index) => [name, expected, index] as const))('%s', (_, expected, index) => {
    expect(all[index]!.status).toBe(1);
    expect(all[index]!.said).toContain(expected);
  });

  it('is told before anything is deployed, and config vars may still come', () => {
    const made = configure({ redirects: { '/x': { url: '${NOWHERE}' } }, what: 1 }, {}, { isTried: true });
    expect(made).toMatchObject({ status: 0 });
    expect(made.said.split('\n')).toEqual([
      'Serving the top of the app (4 files)',
      '! static.json has "what", which is not known here.',
      '! static.json names ${NOWHERE}, which is not set: set it with config:set before the dyno starts.',
    ]);
  });
});

describe('words of an app', () => {
  const EVIL = 'INJECTED"; } } http { server { listen 1; } } # \\" ${host} $uri \'';

  it('never become words of nginx', () => {
    const made = configure(
      {
        root: 'public',
        routes: { [`/r${EVIL}`]: `r${EVIL}` },
        redirects: { [`/d${EVIL}`]: { url: '/d?INJECTED=$uri;#' } },
        headers: { [`/h${EVIL}`]: { 'X-A': EVIL } },
      },
      { host: 'INJECTED' },
    );
    expect(made.said).toBe('');
    expect(made.config).toContain('INJECTED');
    expect(unquoted(made.config)).not.toContain('INJECTED');
    expect(unquoted(made.config).match(/listen/g)).toHaveLength(1);
    // In what nginx searches for variables, every dollar of theirs is a text.
    expect(made.config).toContain('${dollar}uri');
    expect(made.config).not.toMatch(/"[^"]*INJECTED[^"]*[^{]\$uri[^"]*";/);
  });

  it('nor do config vars', () => {
    expect(configure({ redirects: { '/x': { url: '${PLACE}' } } }, { PLACE: '/"; return 200; #' })).toMatchObject({ status: 1 });
    expect(configure({ redirects: { '/x': { url: '${PLACE}' } } }, { PLACE: '/a\nb' })).toMatchObject({ status: 1 });
    expect(configure({ basic_auth: true }, { BASIC_AUTH_USERNAME: 'a:b', BASIC_AUTH_PASSWORD: 'x' })).toMatchObject({ status: 1 });
  });
});
