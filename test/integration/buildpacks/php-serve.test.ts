// What Apache and nginx before PHP answer: to whom, by which scheme, and what they keep to themselves.
import { beforeAll, describe, expect, it } from 'vitest';
import { inBuildImage, type Case, type Outcome } from './in-build-image.js';

const SERVERS = ['apache2', 'nginx'] as const;

// `ask PATH [options of curl]` says the path, the status, where to, and the first line of the body unless it is the server's own.
const SERVE = `
compile >/dev/null || return; export PATH=$PWD/.heroku/php/bin:$PATH
for var in "$case"/env/*; do [ ! -f "$var" ] || export "$(basename "$var")=$(<"$var")"; done
up() { for i in {1..500}; do curl -s -o /dev/null localhost:5000/up.txt && return; sleep 0.02; done; }
ask() { curl -s -D head -o body -w "$1 %{http_code}" "localhost:5000$1" "\${@:2}"; sed -n 's/\\r$//; s/^[Ll]ocation:/ to/p' head | tr -d '\\n'; if grep -qi '<title>' body; then echo; else echo " $(head -1 body)"; fi; }
by_tls() { ask "$1" -H 'Host: my.app' -H 'X-Forwarded-Proto: https' -H 'X-Forwarded-Port: 443' "\${@:2}"; }`;
const VARS = ['HTTPS', 'REQUEST_SCHEME', 'SERVER_PORT', 'SERVER_NAME', 'HTTP_HOST'];
const TELL =
  `<?php if (isset($_GET['to'])) { header("Location: $_GET[to]"); exit; } foreach (${JSON.stringify(VARS)} as $name) ` +
  `echo $_SERVER[$name] ?? '-', ' ';`;
const FILES = { 'index.php': TELL, 'up.txt': 'up' };

type Asked = Omit<Case, 'script'> & { with?: string; asks: string };

const each: [string, Asked, string[]][] = [
  [
    'tells PHP how the visitor came to the router',
    { files: FILES, asks: "by_tls /; ask / -H 'Host: my.app:8080' -H 'X-Forwarded-Proto: http' -H 'X-Forwarded-Port: 8080'" },
    ['/ 200 on https 443 my.app my.app', '/ 200 - http 8080 my.app my.app:8080'],
  ],
  [
    'leaves redirects of PHP as they are',
    { files: FILES, asks: "by_tls '/?to=http://my.app/x'; by_tls '/?to=/y'" },
    ['/?to=http://my.app/x 302 to http://my.app/x', '/?to=/y 302 to /y'],
  ],
  [
    'keeps packages, tokens and what says how the app is built to itself',
    {
      files: {
        ...FILES,
        'composer.json': '{"config":{"bin-dir":"tools"}}',
        'composer.phar': 'x',
        'auth.json': '{"http-basic":{}}',
        Procfile: 'web: x',
        'vendor/evil/x.php': '<?php echo "ran";',
        'vendor/evil/y.txt': 'y',
        'vendors.txt': 'mine',
        'sub/composer.lock': 'x',
        '.env': 'x',
        '.well-known/acme/foo': 'bar',
      },
      asks:
        'for path in /composer.json /composer.phar /auth.json /Procfile /sub/composer.lock /.env /.htaccess /vendor ' +
        '/vendor/ /vendor/evil/x.php /vendor/evil/y.txt /vendor/bin/../evil/y.txt /tools/heroku-php-nginx /vendors.txt ' +
        '/.well-known/acme/foo; do ask $path --path-as-is; done',
    },
    [
      '/composer.json 404',
      '/composer.phar 404',
      '/auth.json 404',
      '/Procfile 404',
      '/sub/composer.lock 404',
      '/.env 404',
      '/.htaccess 404',
      '/vendor 404',
      '/vendor/ 404',
      '/vendor/evil/x.php 404',
      '/vendor/evil/y.txt 404',
      '/vendor/bin/../evil/y.txt 404',
      '/tools/heroku-php-nginx 404',
      '/vendors.txt 200 mine',
      '/.well-known/acme/foo 200 bar',
    ],
  ],
  [
    'serves a folder named vendor that is not the packages',
    { files: { ...FILES, 'public/vendor/x.js': 'mine', 'public/up.txt': 'up' }, with: 'public/', asks: 'ask /vendor/x.js' },
    ['/vendor/x.js 200 mine'],
  ],
  [
    'keeps the composer.json of another name to itself',
    { files: { ...FILES, 'other.json': '{}' }, config: { COMPOSER: 'other.json' }, asks: 'ask /other.json; ask /another.json' },
    ['/other.json 404', '/another.json 404'],
  ],
  [
    'has a type for modules',
    { files: { ...FILES, 'x.mjs': 'x' }, asks: "ask /x.mjs; grep -io '^content-type: text/javascript' head" },
    ['/x.mjs 200 x', 'Content-Type: text/javascript'],
  ],
  ['is found where old Procfiles look for it', { files: FILES, with: 'AS_PACKAGE', asks: 'ask /up.txt' }, ['/up.txt 200 up']],
  [
    'takes settings of the pool with a limit for slow requests, and tells of them',
    {
      files: {
        ...FILES,
        'slow.php': '<?php usleep(4000000); echo "slow";',
        'fpm.conf': 'request_slowlog_timeout = 1\n\nphp_value[memory_limit] = 16M\n',
      },
      with: '-F fpm.conf',
      asks:
        "ask /slow.php; for i in {1..100}; do grep -q 'slow.php' err && break; sleep 0.1; done; grep -o 'script_filename " +
        "= .*slow.php' err | sed 's/ = .*/ is told/' | head -1",
    },
    ['/slow.php 200 slow', 'script_filename is told'],
  ],
];

const own: [(typeof SERVERS)[number], string, Asked, string[]][] = [
  [
    'apache2',
    'leads by the scheme of the visitor',
    {
      files: {
        ...FILES,
        'folder/index.html': 'folder',
        '.htaccess':
          'RewriteEngine On\nRewriteRule ^old$ /new [R=301,L]\nRewriteRule ^away$ http://other.example/ [R=308,L]\n' +
          'Redirect 303 /alias /real\nRedirect 307 /tmp /real\n',
      },
      asks: "for path in /folder /old /away /alias /tmp; do by_tls $path; done; ask /folder -H 'Host: my.app:8080'; ask /slipway:redirect",
    },
    [
      '/folder 301 to https://my.app/folder/',
      '/old 301 to https://my.app/new',
      '/away 308 to http://other.example/',
      '/alias 303 to https://my.app/real',
      '/tmp 307 to https://my.app/real',
      '/folder 301 to http://my.app:8080/folder/',
      '/slipway:redirect 403',
    ],
  ],
  [
    'apache2',
    'leads so where the app has rules for the server',
    {
      files: {
        ...FILES,
        'folder/x': '',
        'apache.conf':
          'RewriteEngine On\nRewriteRule ^/old$ /new [R=301,L]\nRewriteCond %{DOCUMENT_ROOT}%{REQUEST_URI} !-f\n' +
          'RewriteRule .? /index.php [L]\n',
      },
      with: '-C apache.conf',
      asks: 'by_tls /old; by_tls /any',
    },
    ['/old 301 to https://my.app/new', '/any 200 on https 443 my.app my.app'],
  ],
  [
    'apache2',
    'asks for a password as .htaccess says, before it leads anywhere',
    {
      files: {
        ...FILES,
        'in/folder/x': '',
        'in/.htaccess': 'AuthType Basic\nAuthName x\nAuthUserFile /tmp/build/.htpasswd\nRequire valid-user\n',
        'dig/x': '',
        'dig/.htaccess':
          '<IfModule mod_auth_digest.c>\nAuthType Digest\nAuthName x\nAuthUserFile /tmp/build/.htpasswd\nRequire valid-user\n</IfModule>\n',
        '.htpasswd': 'jane:{SHA}5en6G6MezRroT3XKqkdPOmY/BfQ=\n',
      },
      asks: 'by_tls /in/folder; by_tls /in/folder -u jane:secret; by_tls /dig/x',
    },
    ['/in/folder 401', '/in/folder 301 to https://my.app/in/folder/', '/dig/x 401'],
  ],
  [
    'apache2',
    'takes a whole configuration as Heroku has them',
    {
      files: {
        ...FILES,
        'whole.conf':
          'Listen ${PORT}\n<VirtualHost *:${PORT}>\nDocumentRoot "${DOCUMENT_ROOT}"\n<Directory "${HEROKU_APP_DIR}">\n' +
          'Require all granted\n</Directory>\n<FilesMatch \\.php$>\n' +
          'SetHandler "proxy:unix:/tmp/heroku.fcgi.${PORT}.sock|fcgi://heroku-fcgi"\n</FilesMatch>\n' +
          'Header set X-Own yes\nInclude "${HEROKU_PHP_HTTPD_CONFIG_INCLUDE}"\n</VirtualHost>\n',
      },
      with: '-c whole.conf',
      asks: 'ask /index.php -H "Host: my.app"; grep -io "^x-own: yes" head',
    },
    ['/index.php 200 - http 5000 my.app my.app', 'X-Own: yes'],
  ],
  [
    'nginx',
    'leads without naming a scheme',
    { files: { ...FILES, 'folder/index.html': 'folder' }, asks: 'by_tls /folder' },
    ['/folder 301 to /folder/'],
  ],
  [
    'nginx',
    'keeps packages to itself also where the app has rules for PHP, which find its parameters',
    {
      files: {
        ...FILES,
        'vendor/x.php': '<?php echo "ran";',
        'nginx.conf':
          'location ~ \\.php$ { include fastcgi_params; fastcgi_param SCRIPT_FILENAME ' +
          '$document_root$fastcgi_script_name; fastcgi_pass heroku-fcgi; }\n',
      },
      with: '-C nginx.conf',
      asks: 'by_tls /vendor/x.php; by_tls /index.php',
    },
    ['/vendor/x.php 404', '/index.php 200 on https 443 my.app my.app'],
  ],
  [
    'nginx',
    'tells rules that are a script where the packages are',
    {
      files: {
        ...FILES,
        'nginx.conf.php':
          "location = /where { return 200 '<?= getenv('COMPOSER_VENDOR_DIR') ?> <?= getenv('COMPOSER_BIN_DIR') ?> <?= " +
          "basename(getenv('HEROKU_APP_DIR')) ?>'; }",
      },
      with: '-C nginx.conf.php',
      asks: 'ask /where',
    },
    ['/where 200 vendor vendor/bin build'],
  ],
  [
    'nginx',
    'takes a whole configuration as Heroku has them',
    {
      files: {
        ...FILES,
        'whole.conf.php':
          'http { include mime.types; include heroku.types; upstream heroku-fcgi { server ' +
          'unix:/tmp/heroku.fcgi.<?=getenv("PORT")?>.sock; } server { server_name localhost; listen ' +
          '<?=getenv("PORT")?>; root "<?=getenv("DOCUMENT_ROOT")?>"; add_header X-Own yes; location ~ \\.php { include ' +
          'fastcgi_params; fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name; fastcgi_pass heroku-fcgi; } } }',
      },
      with: '-c whole.conf.php',
      asks: 'ask /index.php; grep -io "^x-own: yes" head',
    },
    ['/index.php 200 - http 5000 localhost localhost', 'X-Own: yes'],
  ],
];

const cases = [...each.flatMap(([name, asked, lines]) => SERVERS.map((server) => [server, name, asked, lines] as const)), ...own];

function scriptOf(server: string, { with: options = '', asks }: Asked): string {
  const start =
    options === 'AS_PACKAGE' ? `vendor/heroku/heroku-buildpack-php/bin/heroku-php-${server}` : `heroku-php-${server} ${options}`;
  return `${SERVE}\n${start} >/dev/null 2>err & web=$!; up\n{ ${asks}\n} >asked; kill $web; wait $web; cat err; echo; cat asked`;
}

describe('a web server before PHP', () => {
  let outcomes: Outcome[];
  beforeAll(async () => {
    outcomes = await inBuildImage(
      'php',
      cases.map(([server, , asked]) => ({
        files: asked.files,
        ...(asked.config && { config: asked.config }),
        script: scriptOf(server, asked),
      })),
    );
  }, 300_000);
  it.each(cases.map(([server, name], index) => [server, name, index] as const))('%s %s', (_server, _name, index) => {
    const said = outcomes[index]!.said.split('\n').map((line) => line.trimEnd());
    expect(said.slice(-cases[index]![3].length), outcomes[index]!.said).toEqual(cases[index]![3]);
  });
});
