import { deploysEach } from '../../support/languages.js';

deploysEach('PHP', [
  {
    fixture: 'php-plain',
    config: { GREETING: 'hi' },
    says: ['-----> PHP app detected', '-----> Installing PHP', "       NOTICE: No Procfile, using 'web: heroku-php-apache2'.", '       Default types for buildpack -> web'],
    answers: /^Hello from PHP 8 on web\.1\n$/,
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
    saysAgain: ['       Nothing to install: the packages are those of the last build.'],
  },
]);
