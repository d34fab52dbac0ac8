import { expect } from 'vitest';
import { ask } from '../../support/ask.js';
import { deploysEach } from '../../support/languages.js';

deploysEach('PHP', [
  {
    fixture: 'php-plain',
    config: { GREETING: 'hi' },
    says: [
      '-----> PHP app detected',
      '-----> Installing PHP',
      "       NOTICE: No Procfile, using 'web: heroku-php-apache2'.",
      '       Default types for buildpack -> web',
    ],
    answers: /^Hello from PHP 8 on web\.1\n$/,
    async check(app, platform) {
      const get = (path: string) => ask(platform, app.name, path);
      // .htaccess sends all of it to index.php, .user.ini halves the memory of a process, so that twice as many fit.
      expect(JSON.parse((await get('/settings')).body)).toMatchObject({ memory_limit: '64M', greeting: 'hi', processes: '8' });
      expect(await get('/nothing')).toMatchObject({ status: 404, body: 'There is no /nothing here\n' });
      expect(await get('/style.css')).toMatchObject({ status: 200, headers: { 'content-type': 'text/css' } });
      for (const hidden of [
        '/.htaccess',
        '/.user.ini',
        '/.heroku/php/bin/heroku-php-apache2',
        '/vendor/bin/heroku-php-apache2',
        '/vendor/heroku/heroku-buildpack-php/bin/heroku-php-apache2',
      ])
        expect(await get(hidden)).toMatchObject({ status: 404 });
      expect(await get('/fail')).toMatchObject({ status: 500 });
    },
  },
  {
    fixture: 'php-composer',
    says: [
      '-----> PHP app detected',
      '       require.php (composer.json): ^8.1',
      '-----> Installing dependencies',
      '         - Installing nikic/fast-route (1.3.0): Extracting archive',
      "-----> Running 'composer compile'",
      '       Procfile declares types     -> web',
    ],
    path: '/hello/grace%20hopper',
    answers: 'Hello, Grace Hopper!\n',
    async check(app, platform) {
      const get = (path: string) => ask(platform, app.name, path);
      expect(await get('/built.txt')).toMatchObject({ status: 200, body: 'compiled with PHP 8\n' });
      expect(await get('/nothing')).toMatchObject({ status: 404, body: 'No such page\n' });
      expect(await get('/gone.php')).toMatchObject({ status: 404 });
    },
    saysAgain: ['       Nothing to install: the packages are those of the last build.'],
  },
]);
