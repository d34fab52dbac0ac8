import { expect, it } from 'vitest';
import { ALIASES, GROUPS } from '../../../src/cli/command-groups.js';
import { insteadOf } from '../../../src/cli/heroku-commands.js';
import { resolveName } from '../../../src/cli/run.js';

/** Topics and commands that Heroku's own CLI lists. */
const HEROKU = `
  access accounts addons addons:attach addons:create apps apps:create apps:destroy apps:diff apps:errors apps:info
  apps:join apps:lock apps:open apps:rename apps:stacks apps:transfer auth:2fa auth:login auth:logout auth:token
  auth:whoami authorizations authorizations:create authorizations:info authorizations:revoke authorizations:rotate
  authorizations:update autocomplete buildpacks buildpacks:add buildpacks:search buildpacks:versions certs certs:auto ci
  clients config config:edit config:get config:set config:unset container:push container:release dashboard data:pg:create
  domains domains:add drains dyno:kill dyno:resize dyno:restart features git:clone git:remote help keys keys:add labs
  local logs maintenance:on members notifications orgs pg pg:psql pipelines pipelines:promote plugins ps
  ps:autoscale:enable ps:copy ps:exec ps:forward ps:kill ps:resize ps:restart ps:scale ps:stop ps:type ps:wait psql rake
  redis:cli regions releases releases:info releases:output releases:retry releases:rollback reviewapps:enable run
  run:detached run:inside sessions spaces status teams telemetry update usage:addons version webhooks:add which
`
  .trim()
  .split(/\s+/);

it.each(HEROKU.filter((name) => !['help', 'version'].includes(name)))('heroku %s is here, or is told what to do instead', (name) => {
  if (insteadOf(name) === undefined) expect(resolveName(name)).toBeTruthy();
});

it('nothing that paas has is called missing', () => {
  for (const name of [...GROUPS.flatMap((group) => group.commands), ...Object.keys(ALIASES)]) expect(() => resolveName(name)).not.toThrow();
});

it('what is told to type instead is a command of paas', () => {
  for (const name of HEROKU) {
    for (const [, command] of (insteadOf(name) ?? '').matchAll(/(?<!push )paas ([a-z]+(?::[a-z]+)*)\b/g)) {
      if (!['is', 'has', 'help'].includes(command!)) expect(() => resolveName(command!)).not.toThrow();
    }
  }
});
