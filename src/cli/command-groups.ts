// Every command by name, and the file that holds it: only the file of the command that was typed is loaded.
import type { Command } from 'commander';
import type { Cli } from './command.js';

export interface Group {
  title: string;
  commands: readonly string[];
  load(): Promise<{ register(program: Command, cli: Cli): void }>;
}

export const GROUPS: readonly Group[] = [
  { title: 'Logging in', commands: ['login', 'logout', 'whoami'], load: () => import('./commands/login.js') },
  { title: 'Your account', commands: ['password'], load: () => import('./commands/access/password.js') },
  { title: 'Apps', commands: ['apps', 'create', 'info', 'open', 'rename', 'destroy'], load: () => import('./commands/apps.js') },
  { title: 'Config vars', commands: ['config', 'config:get', 'config:set', 'config:unset'], load: () => import('./commands/config.js') },
  {
    title: 'Add-ons',
    commands: [
      'addons',
      'addons:create',
      'addons:attach',
      'addons:detach',
      'addons:destroy',
      'addons:info',
      'addons:upgrade',
      'addons:rename',
      'addons:open',
      'addons:wait',
      'addons:services',
      'addons:services:add',
      'addons:services:remove',
      'addons:plans',
    ],
    load: () => import('./commands/addons.js'),
  },
  { title: 'Dynos', commands: ['ps', 'ps:scale', 'ps:type', 'ps:restart', 'ps:stop', 'ps:wait'], load: () => import('./commands/ps.js') },
  { title: 'Deploying', commands: ['deploy'], load: () => import('./commands/deploy.js') },
  {
    title: 'Deploying from a git host',
    commands: ['git:connect', 'git:disconnect', 'git:deploy', 'git:info'],
    load: () => import('./commands/git/connection.js'),
  },
  { title: 'One-off dynos', commands: ['run', 'run:detached', 'run:inside'], load: () => import('./commands/run.js') },
  {
    title: 'Schedules',
    commands: ['schedule', 'schedule:add', 'schedule:remove', 'schedule:run', 'schedule:history'],
    load: () => import('./commands/schedule.js'),
  },
  { title: 'Logs', commands: ['logs'], load: () => import('./commands/logs.js') },
  { title: 'Log drains', commands: ['drains', 'drains:add', 'drains:remove'], load: () => import('./commands/logs/drains.js') },
  { title: 'Metrics', commands: ['metrics'], load: () => import('./commands/metrics.js') },
  {
    title: 'Releases',
    commands: ['releases', 'releases:info', 'releases:output', 'releases:wait', 'rollback'],
    load: () => import('./commands/releases.js'),
  },
  {
    title: 'Builds',
    commands: ['builds', 'builds:info', 'builds:output', 'builds:cancel', 'builds:cache:purge'],
    load: () => import('./commands/builds.js'),
  },
  {
    title: 'Buildpacks',
    commands: ['buildpacks', 'buildpacks:set', 'buildpacks:add', 'buildpacks:remove', 'buildpacks:clear'],
    load: () => import('./commands/buildpacks.js'),
  },
  {
    title: 'Domains',
    commands: ['domains', 'domains:add', 'domains:remove', 'domains:clear', 'domains:info', 'domains:update', 'domains:wait'],
    load: () => import('./commands/domain/domains.js'),
  },
  {
    title: 'Certificates',
    commands: ['certs', 'certs:add', 'certs:update', 'certs:info', 'certs:remove'],
    load: () => import('./commands/domain/certs.js'),
  },
  {
    title: 'Automatic certificates',
    commands: ['certs:auto', 'certs:auto:enable', 'certs:auto:disable', 'certs:auto:refresh'],
    load: () => import('./commands/domain/auto.js'),
  },
  {
    title: 'Webhooks',
    commands: [
      'webhooks',
      'webhooks:add',
      'webhooks:info',
      'webhooks:update',
      'webhooks:remove',
      'webhooks:deliveries',
      'webhooks:deliveries:info',
      'webhooks:events',
      'webhooks:events:info',
    ],
    load: () => import('./commands/webhooks/webhooks.js'),
  },
  { title: 'Stack', commands: ['stack', 'stack:set'], load: () => import('./commands/settings/stack.js') },
  {
    title: 'Maintenance',
    commands: ['maintenance', 'maintenance:on', 'maintenance:off'],
    load: () => import('./commands/settings/maintenance.js'),
  },
  {
    title: 'Features',
    commands: ['features', 'features:enable', 'features:disable'],
    load: () => import('./commands/settings/features.js'),
  },
  { title: 'Audit log', commands: ['access:log'], load: () => import('./commands/access/access-log.js') },
  {
    title: 'Tokens',
    commands: [
      'authorizations',
      'authorizations:create',
      'authorizations:info',
      'authorizations:update',
      'authorizations:rotate',
      'authorizations:revoke',
    ],
    load: () => import('./commands/access/authorizations.js'),
  },
  {
    title: 'Users',
    commands: ['users', 'users:add', 'users:role', 'users:disable', 'users:enable', 'users:reset-password', 'users:remove'],
    load: () => import('./commands/access/users.js'),
  },
  { title: "Heroku's client", commands: ['heroku'], load: () => import('./commands/heroku.js') },
  { title: 'Git', commands: ['git:remote', 'git:credentials'], load: () => import('./commands/git.js') },
];

/** What takes something away or stops it: never suggested for another word. */
export const DESTRUCTIVE = /^(destroy|kill|stop|.*:(destroy|delete|remove|unset|disconnect|clear|purge|revoke|disable|stop|kill|cancel))$/;

/** Other names people's fingers know, Heroku's first. */
export const ALIASES: Readonly<Record<string, string>> = {
  'auth:login': 'login',
  'auth:logout': 'logout',
  'auth:whoami': 'whoami',
  list: 'apps',
  'apps:list': 'apps',
  'apps:create': 'create',
  'apps:info': 'info',
  'apps:open': 'open',
  'apps:rename': 'rename',
  'apps:destroy': 'destroy',
  'apps:delete': 'destroy',
  'config:list': 'config',
  'config:add': 'config:set',
  'config:remove': 'config:unset',
  'addons:list': 'addons',
  'addons:add': 'addons:create',
  'addons:remove': 'addons:destroy',
  'addons:downgrade': 'addons:upgrade',
  scale: 'ps:scale',
  'ps:resize': 'ps:type',
  resize: 'ps:type',
  'dyno:type': 'ps:type',
  'dyno:resize': 'ps:type',
  restart: 'ps:restart',
  stop: 'ps:stop',
  kill: 'ps:stop',
  'dyno:scale': 'ps:scale',
  'dyno:restart': 'ps:restart',
  'dyno:stop': 'ps:stop',
  'ps:kill': 'ps:stop',
  'dyno:kill': 'ps:stop',
  'releases:list': 'releases',
  'releases:rollback': 'rollback',
  'builds:list': 'builds',
  'buildpacks:list': 'buildpacks',
  stacks: 'stack',
  'apps:stacks': 'stack',
  'apps:stacks:set': 'stack:set',
  'authorizations:list': 'authorizations',
  'authorizations:destroy': 'authorizations:revoke',
  'users:list': 'users',
  'features:list': 'features',
  labs: 'features',
  'labs:enable': 'features:enable',
  'labs:disable': 'features:disable',
  'domains:list': 'domains',
  'drains:list': 'drains',
  'schedule:list': 'schedule',
  schedules: 'schedule',
};
