// The smallest app: it answers on $PORT, and logs each request.
import { createServer } from 'node:http';

const port = process.env.PORT ?? 3000;

createServer((request, response) => {
  console.log(`${request.method} ${request.url}`);
  response.setHeader('content-type', 'text/plain; charset=utf-8');
  response.end(`Hello from ${process.env.DYNO ?? 'your machine'}, Node ${process.version}\n`);
}).listen(port, () => console.log(`Listening on ${port}`));
