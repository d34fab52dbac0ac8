// How the PHP buildpack's web servers start, and how they stop.
import { beforeAll, describe, it } from 'vitest';
import { expectOutcome } from './expect-outcome.js';
import { inBuildImage, type Case, type Outcome } from './in-build-image.js';

const UP = 'up() { for i in {1..500}; do curl -s -o /dev/null localhost:5000/ && return; sleep 0.02; done; return 1; }';
const LEFT = "left() { sleep 0.1; ps -eo args | grep -E '^(php-fpm|nginx|/usr/sbin|tail)' && echo LEFT; }";
const SLOW = { 'index.php': "<?php if (isset($_GET['slow'])) usleep(800000); echo 'done';" };
const SERVE = `compile >/dev/null; export PATH=$PWD/vendor/bin:$PATH; ${UP}; ${LEFT}`;

const served: [string, Case, number, (string | RegExp)[]][] = [
  ...['apache2', 'nginx'].flatMap((server): [string, Case, number, (string | RegExp)[]][] => [
    [
      `${server} finishes requests when its start script is told to stop, and leaves nothing`,
      {
        files: SLOW,
        script:
          `${SERVE}; heroku-php-${server} & w=$!; up; curl -sf -o answer localhost:5000/?slow=1 & c=$!; sleep 0.3; kill ` +
          `$w; wait $c; echo "curl $? $(<answer)"; wait $w; echo "ended $?"; left; ls -d /tmp/heroku-php.*`,
      },
      2,
      ['curl 0 done', 'ended 0'],
    ],
    [
      `${server} ends when PHP has ended`,
      {
        files: SLOW,
        script:
          `${SERVE}; heroku-php-${server} & w=$!; up; kill -KILL $(pgrep -o php-fpm); wait $w; echo "ended $?"; sleep 1; ` +
          `pgrep -a ${server}`,
      },
      1,
      [`heroku-php-${server}: PHP-FPM has ended; so does the dyno.`, /^ended [1-9]/],
    ],
    [
      `${server} takes configurations of the app`,
      {
        files: {
          'index.php': '',
          'a.conf': '# none',
          'b.conf.php': "<?php echo '# ' . getenv('PORT');",
          'c.conf': 'php_value[memory_limit] = 32M',
          'd.ini': 'precision = 7',
        },
        script: `${SERVE}; heroku-php-${server} -v -t -C a.conf -F c.conf -I d.ini && heroku-php-${server} --test -C b.conf.php`,
      },
      0,
      [/ MB of memory, memory_limit 32 MB: \d+ processes\.$/, /[Tt]est is successful|Syntax OK/],
    ],
  ]),
  [
    'a log file is followed',
    {
      files: { 'index.php': '<?php file_put_contents(\'/tmp/build/app.log\', "from the app\\n", FILE_APPEND);' },
      script: `${SERVE}; heroku-php-nginx -l app.log & w=$!; up; sleep 1.5; kill $w; wait $w; left`,
    },
    1,
    ['from the app'],
  ],
  [
    'a document root that is not there',
    { files: SLOW, script: `${SERVE}; heroku-php-apache2 nowhere` },
    1,
    [/the document root "nowhere" is not a directory$/],
  ],
  [
    'an option that does not exist',
    { files: SLOW, script: `${SERVE}; heroku-php-nginx -x` },
    2,
    ['heroku-php-nginx: there is no option -x'],
  ],
  [
    'a file that is not there',
    { files: SLOW, script: `${SERVE}; heroku-php-nginx -C nginx.conf` },
    1,
    ['heroku-php-nginx: "nginx.conf" is not a file'],
  ],
  [
    'a long option that does not exist',
    { files: SLOW, script: `${SERVE}; heroku-php-nginx --what` },
    2,
    ['heroku-php-nginx: there is no option --what'],
  ],
  [
    'an option without its value',
    { files: SLOW, script: `${SERVE}; heroku-php-apache2 -C` },
    2,
    ['heroku-php-apache2: option -C needs a value'],
  ],
  [
    'two document roots',
    { files: SLOW, script: `${SERVE}; heroku-php-apache2 . public` },
    2,
    [/^heroku-php-apache2: one document root at most/],
  ],
  ['help', { files: SLOW, script: `${SERVE}; heroku-php-apache2 --help` }, 0, [/^Usage: heroku-php-apache2 \[options\]/]],
  ['a port by chance', { files: SLOW, script: `${SERVE}; PORT= heroku-php-nginx -t` }, 0, [/test is successful$/]],
  [
    'a port that is none',
    { files: SLOW, script: `${SERVE}; PORT=http heroku-php-nginx -t` },
    1,
    [/^heroku-php-nginx: there is no port "http"/],
  ],
  [
    'log files by a pattern',
    {
      files: { ...SLOW, 'logs/a.log': '', 'logs/b.log': '' },
      script: `${SERVE}; heroku-php-nginx -t -l 'logs/*.log' -l new/c.log && ls new; heroku-php-nginx -t -l 'gone/*.log'`,
    },
    1,
    ['c.log', 'heroku-php-nginx: no log file is named like "gone/*.log"'],
  ],
];

describe('start scripts', () => {
  let outcomes: Outcome[];
  beforeAll(async () => {
    outcomes = await inBuildImage(
      'php',
      served.map(([, each]) => each),
    );
  }, 300_000);
  it.each(served.map(([name], index) => [name, index] as const))('%s', (_, index) =>
    expectOutcome(outcomes[index]!, served[index]![2], served[index]![3]),
  );
});
