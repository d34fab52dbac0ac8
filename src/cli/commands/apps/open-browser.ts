import { spawn } from 'node:child_process';
import { CliError } from '../../api/errors.js';

/** Opens a URL with BROWSER, or with what the system opens URLs with. Throws CliError when there is nothing. */
export function openBrowser(url: string, env: NodeJS.ProcessEnv): Promise<void> {
  const program = env['BROWSER'] || (process.platform === 'darwin' ? 'open' : 'xdg-open');
  return new Promise((resolve, reject) => {
    const child = spawn(program, [url], { stdio: 'ignore', detached: true, env });
    child.once('error', () =>
      reject(new CliError(`There is no browser to open here (${program}).\nOpen ${url} yourself, or name a program in BROWSER.`)),
    );
    child.once('spawn', () => {
      child.unref();
      resolve();
    });
  });
}
