// What Composer prints, and the failure that is told.
import { testFailures } from './failure-table.js';

const LOGS: [string, string][] = [
  ['auth-malformed', 'COMPOSER_AUTH environment variable is malformed, should be a valid JSON object'],
  ['lock-outdated', '- Required package "a/b" is not present in the lock file.'],
  ['lock-outdated', '- Required package "a/b" is in the lock file as "1.0.0" but that does not satisfy your constraint "^2.0".'],
  [
    'composer-too-old',
    '    - a/plugin 2.0.0 requires composer-plugin-api ^2.9 -> found composer-plugin-api[2.3.0] but it does not match the constraint.',
  ],
  [
    'extension-missing',
    '    - a/b is locked to version 1.0.0 and an update of this package was not requested.\n' +
      "    - a/b 1.0.0 requires ext-ev * -> it is missing from your system. Install or enable PHP's ev extension.",
  ],
  ['platform', 'Your lock file does not contain a compatible set of packages. Please run composer update.'],
  ['platform', '    - a/b 1.0.0 requires php >=8.5 -> your php version (8.4.28) does not satisfy that requirement.'],
  ['conflict', 'Your requirements could not be resolved to an installable set of packages.'],
  [
    'plugin-blocked',
    'symfony/flex contains a Composer plugin which is blocked by your allow-plugins config. You may add it to the list ' +
      'if you consider it safe.',
  ],
  ['checksum', 'The checksum verification of the file failed (downloaded from https://a.example/b.zip)'],
  ['auth', 'The "https://api.a.example/repos/x/zipball/1" file could not be downloaded (HTTP/2 403 )'],
  ['auth', 'Could not authenticate against a.example'],
  ['not-found', 'The "https://a.example/b.zip" file could not be downloaded (HTTP/2 404 )'],
  ['not-found', 'The "artifacts/b.zip" file could not be downloaded: Failed to open stream: No such file or directory'],
  ['network', 'curl error 6 while downloading https://a.example/packages.json: Could not resolve host: a.example'],
  [
    'certificate',
    'curl error 60 while downloading https://a.example/b.zip: SSL certificate problem: unable to get local issuer certificate',
  ],
  ['git-failed', 'Failed to clone https://a.example/b.git, git was not found, check that it is installed and in your PATH env.'],
  ['memory', 'PHP Fatal error:  Allowed memory size of 134217728 bytes exhausted (tried to allocate 4096 bytes)'],
  ['disk-full', 'file_put_contents(): write of 8192 bytes failed with errno=28 No space left on device'],
  ['dev-class', '> @php artisan package:discover --ansi\n\n   Error\n\n  Class "Laravel\\Dusk\\DuskServiceProvider" not found'],
  [
    'dev-class',
    'Class "App\\models\\User" not found\nScript @php artisan package:discover handling the post-autoload-dump event ' +
      'returned with error code 1',
  ],
  [
    'database',
    'SQLSTATE[HY000] [2002] Connection refused\nScript php artisan migrate handling the compile event returned with error code 1',
  ],
  [
    'script',
    'curl: (7) Failed to connect to api.a.example port 443\nScript ./warm.sh handling the compile event returned with error code 7',
  ],
  ['script', 'HTTP/1.1 404 Not Found\nScript ./warm.sh handling the compile event returned with error code 22'],
  [
    'memory',
    'PHP Fatal error:  Allowed memory size of 134217728 bytes exhausted\n' +
      'Script @php x.php handling the compile event returned with error code 255',
  ],
  ['script', 'Script @php artisan optimize handling the compile event returned with error code 1'],
  ['php-error', 'PHP Parse error:  syntax error, unexpected end of file in /tmp/build_1/a.php on line 3'],
  ['unknown', '  - Installing nikic/fast-route (1.3.0): Extracting archive'],
];

testFailures('php', 'failures of Composer', LOGS);
