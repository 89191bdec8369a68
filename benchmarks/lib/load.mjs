// Clients of a server, in a process of their own: each sends one request after the other over a connection that stays open.
//   fork(load.mjs), then send { port, clients, seconds | requests, path, headers, bodies: base64[] }; it answers with what it saw.
import http from 'node:http';

process.on('message', async ({ port, clients, seconds = Infinity, path, headers, bodies, each = bodies.length }) => {
  const agent = new http.Agent({ keepAlive: true, maxSockets: clients });
  const payloads = bodies.map((body) => Buffer.from(body, 'base64'));
  const start = performance.now();
  const end = start + seconds * 1000;
  let next = 0;
  const statuses = {};
  const answers = [];
  await Promise.all(
    Array.from({ length: clients }, async () => {
      while (performance.now() < end) {
        const at = next++;
        if (seconds === Infinity && at >= each) return;
        const { status, body } = await post({ agent, port, path, headers }, payloads[at % payloads.length]);
        statuses[status] = (statuses[status] ?? 0) + 1;
        if (status >= 300 && answers.length < 3) answers.push(body);
      }
    }),
  );
  process.send({ spent: performance.now() - start, statuses, answers });
  agent.destroy();
  process.disconnect();
});

function post({ agent, port, path, headers }, payload) {
  return new Promise((resolve, reject) => {
    const request = http.request(
      { agent, host: '127.0.0.1', port, path, method: 'POST', headers: { ...headers, 'content-length': payload.length } },
      (response) => {
        let body = '';
        response.on('data', (data) => (body += data));
        response.on('end', () => resolve({ status: response.statusCode, body }));
      },
    );
    request.on('error', reject);
    request.end(payload);
  });
}
