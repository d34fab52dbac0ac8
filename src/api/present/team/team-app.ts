import { z } from 'zod';
import { App } from '../app/app.js';
import { resource } from '../../schema/resource.js';

const about = { name: 'team-app', about: 'A team app is an app as its team has it.', identity: ['id', 'name'], param: 'team_app' };

export const TeamApp = resource(about, {
  ...App.shape,
  joined: z.boolean().describe('whether you were let in, or let yourself in'),
});
