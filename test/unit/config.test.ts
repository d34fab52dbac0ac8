import { expect, it } from 'vitest';
import { readConfig } from '../../src/config.js';

const problems = (env: Record<string, string>) => {
  try {
    readConfig(env);
    return [];
  } catch (error) {
    return (error as Error).message
      .split('\n')
      .slice(1)
      .map((line) => line.trim());
  }
};

it.each([
  ['SLIPWAY_API_PORT', '80x', 'must be a whole number from 0 to 65535, not "80x"'],
  ['SLIPWAY_API_PORT', '99999', 'must be a whole number from 0 to 65535, not "99999"'],
  ['SLIPWAY_ROUTER_PORT', '1.5', 'must be a whole number from 0 to 65535, not "1.5"'],
  ['SLIPWAY_ROUTER_TLS_PORT', '-1', 'must be a whole number from 0 to 65535, not "-1"'],
  ['SLIPWAY_API_PORT', '0x10', 'must be a whole number from 0 to 65535, not "0x10"'],
  ['SLIPWAY_DATA_PORT', 'on', 'must be a whole number from 0 to 65535, or off'],
  ['SLIPWAY_DATA_PORT', '70000', 'must be a whole number from 0 to 65535, or off'],
  ['SLIPWAY_BOOT_TIMEOUT', '0', 'must be a whole number of 1 or more, not "0"'],
  ['SLIPWAY_BUILD_MEMORY', '2 GB', 'must be a whole number of 1 or more, not "2 GB"'],
  ['SLIPWAY_SPARE_DYNOS', '1e3', 'must be a whole number from 0 to 100, not "1e3"'],
  ['SLIPWAY_TRUSTED_PROXIES', '10.0.0.0/33', 'must be addresses or networks, such as 10.0.0.0/8, with commas between them'],
  ['SLIPWAY_PROXY_PROTOCOL', 'yes', 'needs SLIPWAY_TRUSTED_PROXIES: nobody else is believed'],
  ['SLIPWAY_INSTALL', 'maybe', 'must be yes or no'],
  ['SLIPWAY_HOME', 'relative', 'must be an absolute path'],
  ['SLIPWAY_STACKS', 'slipway-1', 'must be some of slipway-12, slipway-13, container, with commas between them'],
  ['SLIPWAY_STACKS', 'container', 'must begin with a stack other than container'],
  ['SLIPWAY_PUBLIC_URL', 'api.example.com', 'must be a URL that begins with https:// or http://'],
  ['SLIPWAY_PUBLIC_URL', 'ftp://api.example.com', 'must be a URL that begins with https:// or http://'],
  ['SLIPWAY_PUBLIC_URL', 'https://example.com/api', 'must be a host without a path'],
  ['SLIPWAY_IMAGES', 'nonsense', 'must be the images of each stack, as JSON'],
])('%s=%s is told with its remedy', (name, value, message) => expect(problems({ [name]: value })).toEqual([`${name}: ${message}`]));

it('all that is wrong is told at once', () => {
  const wrong = {
    SLIPWAY_API_PORT: '80x',
    SLIPWAY_BOOT_TIMEOUT: 'soon',
    SLIPWAY_HOME: 'x',
    SLIPWAY_STACKS: 'a,b',
    SLIPWAY_IMAGES: '{',
    SLIPWAY_INSTALL: '1',
  };
  expect(
    problems(wrong)
      .map((line) => line.split(':')[0]!)
      .sort(),
  ).toEqual(Object.keys(wrong).sort());
});

it('settings become what they mean', () => {
  expect(
    readConfig({
      SLIPWAY_HOME: '/srv/x',
      SLIPWAY_API_PORT: '0',
      SLIPWAY_BOOT_TIMEOUT: '5',
      SLIPWAY_IMAGES: '{"s":{"run":"a","build":"b"}}',
    }),
  ).toMatchObject({
    isDefaultHome: false,
    apiPort: 0,
    routerPort: 8080,
    rendezvousPort: 8001,
    bootTimeoutS: 5,
    images: { s: { run: 'a', build: 'b' } },
  });
  expect(readConfig({})).toMatchObject({ isDefaultHome: true, apiPort: 8000, images: {} });
});

it.each([
  [undefined, 8432],
  ['15432', 15432],
  ['0', 0],
  ['off', null],
])('SLIPWAY_DATA_PORT=%s', (value, dataPort) => expect(readConfig({ SLIPWAY_DATA_PORT: value })).toMatchObject({ dataPort }));
