// What a browser sees at `/`: one plain page that says what this is.
import type { Middleware } from 'koa';

const PAGE = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Slipway</title>
<style>
body{font:16px/1.5 system-ui,sans-serif;max-width:36rem;margin:4rem auto;padding:0 1rem}
code{background:#eee;padding:.1em .3em}
</style>
<h1>Slipway</h1>
<p>A self-hosted platform: push an app with git, and it answers at its own address.</p>
<p>This address serves the API (Heroku Platform API v3), and git at <code>/&lt;app&gt;.git</code>.
From a terminal: <code>paas login</code>, <code>paas create</code>, <code>git push paas main</code>.</p>
<p><a href="/docs">What the API offers</a> · <a href="/healthz">Is everything up?</a></p>
</html>
`;

/** Serves the page to browsers that ask for `/`. */
export function serveFrontPage(): Middleware {
  return (http, next) => {
    if (http.path !== '/' || (http.method !== 'GET' && http.method !== 'HEAD') || http.accepts('json', 'html') !== 'html') return next();
    http.type = 'html';
    http.body = PAGE;
    return undefined;
  };
}
