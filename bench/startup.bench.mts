/**
 * How long each service takes to be ready and what it then holds in memory, all starting at once; against a bare Node program that
 * does nothing but listen, started alone. The whole: from nothing, embedded PostgreSQL and NATS included, to every service ready.
 */
import { spawn } from 'node:child_process';
import { freePort } from '@cordboard/tools/ports';
import { rssMiB, startStack } from '@cordboard/tools/stack';
import { figure } from './lib/figure.mts';

const bare = await bareNode();
const began = performance.now();
const stack = await startStack({ fast: true });
const wholeMs = performance.now() - began;
try {
  for (const [name, { startMs, rssMiB: mib }] of Object.entries(stack.services)) {
    figure('startup', `${name} ready`, startMs, 'ms', bare.startMs);
    figure('startup', `${name} memory`, mib, 'MiB', bare.rssMiB);
  }
  figure('startup', 'the whole ready', wholeMs, 'ms', bare.startMs);
  figure(
    'startup',
    'the services together',
    Object.values(stack.services).reduce((sum, service) => sum + service.rssMiB, 0),
    'MiB',
    bare.rssMiB,
  );
} finally {
  await stack.stop();
}

async function bareNode(): Promise<{ startMs: number; rssMiB: number }> {
  const port = await freePort();
  const program = `require('node:http').createServer((_, answer) => answer.end()).listen(${port}, '127.0.0.1')`;
  const start = performance.now();
  const child = spawn(process.execPath, ['-e', program], { stdio: 'ignore' });
  try {
    while (
      !(await fetch(`http://127.0.0.1:${port}`).then(
        () => true,
        () => false,
      ))
    )
      await new Promise((retry) => setTimeout(retry, 5));
    return { startMs: performance.now() - start, rssMiB: rssMiB(child.pid ?? 0) };
  } finally {
    child.kill();
  }
}
