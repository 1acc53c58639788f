import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { startService } from './service.ts';

it('connections that wait to be accepted when the service is told to end are answered', async () => {
  const service = await startService('spec', { module: class {} }, { PORT: 0, HOST: '127.0.0.1' });
  const port = Number(new URL(service.url).port);
  const answers = Array.from({ length: 30 }, async () => {
    const socket = connect(port, '127.0.0.1');
    socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    return (await text(socket).catch((error: Error) => error.message)).split('\r\n')[0];
  });
  const closing = service.close();
  expect(await Promise.all(answers)).toEqual(answers.map(() => 'HTTP/1.1 404 Not Found'));
  await closing;
});
