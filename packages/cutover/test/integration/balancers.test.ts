import assert from 'node:assert/strict';
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Balancer } from '../../src/model/balancer.ts';
import type { Step } from '../../src/plan/plan.ts';
import { putBack, takeOut } from '../../src/plan/steps/balance.ts';
import { hostWith } from '../kit/memory-hosts.ts';
import { freePort, startNginx } from '../kit/nginx.ts';
import { placeFor } from '../kit/place.ts';
import { visit } from '../kit/visitors.ts';
import { workspace } from '../source/kit.ts';

describe('a host behind a load balancer', () => {
  it('is drained by HAProxy and put back when HAProxy finds it up', async (t) => {
    const directory = workspace(t);
    const { servers, answered } = await backends(t);
    const port = await freePort();
    const socket = join(directory, 'admin.sock');
    const config = join(directory, 'haproxy.cfg');
    writeFileSync(config, haproxyConfig(port, socket, servers));
    const haproxy = spawn('haproxy', ['-db', '-f', config], { stdio: 'ignore' });
    t.after(async () => {
      haproxy.kill('SIGTERM');
      if (haproxy.exitCode === null) await once(haproxy, 'exit');
    });
    const way = { kind: 'haproxy', socket, backend: 'web', server: '{{ host }}' } as const;
    await goesAndComes(t, { port, answered, balancer: { way, on: ['lb1'], withinMs: 20_000 } });

    const unknown = takeOut(placeFor(t, hostWith([])).job, { way, on: null, withinMs: 1000 }, 'web9');
    const failed = await run(unknown);
    assert.equal(failed.code, 1);
    assert.match(failed.said, /HAProxy answered: No such server/);
  });

  it('is marked as down in the upstream of nginx, and taken back', async (t) => {
    const directory = workspace(t);
    const { servers, answered } = await backends(t);
    mkdirSync(join(directory, 'servers'));
    for (const [name, port] of Object.entries(servers))
      writeFileSync(join(directory, 'servers', `${name}.conf`), `server 127.0.0.1:${port} weight=5;\n`);
    const nginx = await startNginx(directory, {
      http: `upstream web { include ${directory}/servers/*.conf; }`,
      server: 'location / { proxy_pass http://web; proxy_set_header Connection close; }',
    });
    t.after(() => nginx.stop());
    const way = { kind: 'nginx', file: `${directory}/servers/{{ host }}.conf`, reload: nginx.reload } as const;
    await goesAndComes(t, { port: nginx.port, answered, balancer: { way, on: null, withinMs: 20_000 } });
    const line = readFileSync(join(directory, 'servers/web1.conf'), 'utf8');
    assert.equal(line, `server 127.0.0.1:${servers.web1} weight=5;\n`);
  });
});

interface Balanced {
  readonly port: number;
  /** How many requests a backend answered. */
  readonly answered: (name: string) => number;
  readonly balancer: Balancer;
}

/** web1 answers, then only web2 while web1 is out, though what web1 was at is finished; then web1 again. */
async function goesAndComes(t: TestContext, { port, answered, balancer }: Balanced): Promise<void> {
  const { job } = placeFor(t, hostWith([]));
  await untilAsked(port, () => answered('web1') > 0 && answered('web2') > 0);
  const slow = Promise.all(Array.from({ length: 2 }, () => visit({ port, path: '/slow' })));
  await sleep(200);
  const out = await run(takeOut(job, balancer, 'web1'));
  assert.equal(out.code, 0, out.said);
  assert.deepEqual(
    (await slow).map(({ status }) => status),
    [200, 200],
  );
  const before = answered('web1');
  for (let i = 0; i < 10; i++) assert.equal((await visit({ port })).said, 'web2');
  assert.equal(answered('web1'), before);
  const back = await run(putBack(job, balancer, 'web1'));
  assert.equal(back.code, 0, back.said);
  await untilAsked(port, () => answered('web1') > before);
}

/** Asks on until the condition holds: a reload takes its time. */
async function untilAsked(port: number, condition: () => boolean): Promise<void> {
  for (let tries = 0; tries < 600 && !condition(); tries++) {
    await visit({ port });
    await sleep(20);
  }
  assert.ok(condition(), 'one of the servers never got a request');
}

async function backends(t: TestContext) {
  const counts = new Map<string, number>();
  const start = async (name: string): Promise<Server> => {
    const server = createServer((asked, answer) => {
      counts.set(name, (counts.get(name) ?? 0) + 1);
      setTimeout(() => answer.end(name), asked.url === '/slow' ? 1500 : 0);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    t.after(() => server.close());
    return server;
  };
  const [web1, web2] = await Promise.all([start('web1'), start('web2')]);
  const portOf = (server: Server): number => (server.address() as AddressInfo).port;
  return { servers: { web1: portOf(web1), web2: portOf(web2) }, answered: (name: string) => counts.get(name) ?? 0 };
}

function haproxyConfig(port: number, socket: string, servers: Readonly<Record<string, number>>): string {
  return `
global
  stats socket ${socket} level admin
defaults
  mode http
  timeout connect 5s
  timeout client 30s
  timeout server 30s
frontend all
  bind 127.0.0.1:${port}
  default_backend web
backend web
  option http-server-close
${Object.entries(servers)
  .map(([name, at]) => `  server ${name} 127.0.0.1:${at} check inter 500`)
  .join('\n')}
`;
}

/** Runs a step without blocking the servers that live here. */
async function run(step: Step): Promise<{ code: number; said: string }> {
  return await new Promise((resolve) => {
    const child = execFile('dash', ['-c', `set -eu\n${step.script}`], (_error, out, err) =>
      resolve({ code: child.exitCode ?? -1, said: out + err }),
    );
  });
}
