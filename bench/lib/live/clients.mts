/** Many clients in one process, each a bare TCP socket that counts frames: so that what is measured is the server. Told over IPC what to do. */
import { connect, type Socket } from 'node:net';

const QUERY =
  'subscription { presence { ... on PresenceChanged { agent { id presence { status availability reason since version } } cursor } } }';
/** Masked, without content: a ping has none either. */
const PONG = Buffer.from([0x8a, 0x80, 0, 0, 0, 0]);
/** The first byte of a ping frame (RFC 6455 §5.5.2). */
const PING = 0x89;
const sockets: Socket[] = [];
let frames = 0;
let wanted = 0;
let bytes = 0;

process.on('message', (order: { open?: number; port?: number; expect?: number; end?: true }) => {
  if (order.open) void open(order.open, order.port ?? 0).then(() => process.send?.({ opened: sockets.length }));
  if (order.expect) {
    frames = 0;
    bytes = 0;
    wanted = order.expect;
    process.send?.({ ready: true });
  }
  if (order.end) process.exit(0);
});

const masked = (message: object): Buffer => {
  const body = Buffer.from(JSON.stringify(message));
  const header =
    body.length < 126
      ? Buffer.from([0x81, 0x80 | body.length, 0, 0, 0, 0])
      : Buffer.from([0x81, 0xfe, body.length >> 8, body.length & 0xff, 0, 0, 0, 0]);
  return Buffer.concat([header, body]);
};

async function open(count: number, port: number): Promise<void> {
  for (let i = 0; i < count; i += 50) await Promise.all(Array.from({ length: Math.min(50, count - i) }, () => openOne(port)));
}

function openOne(port: number): Promise<void> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    sockets.push(socket);
    socket.on('error', (error) => console.error(error.message));
    let state: 'handshake' | 'init' | 'live' = 'handshake';
    let skip = 0;
    let head = Buffer.alloc(0);
    socket.setNoDelay(true);
    socket.write(
      `GET /graphql HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Protocol: graphql-transport-ws\r\n\r\n`,
    );
    socket.on('data', (data: Buffer) => {
      if (state === 'handshake') {
        state = 'init';
        socket.write(masked({ type: 'connection_init', payload: { authorization: 'x' } }));
        return;
      }
      if (state === 'init') {
        while (data[0] === PING) {
          socket.write(PONG); // a slow acknowledgement may come after a ping
          data = data.subarray(2 + (data[1] ?? 0));
        }
        if (data.length === 0) return;
        state = 'live';
        socket.write(masked({ id: '1', type: 'subscribe', payload: { query: QUERY } }));
        resolve();
        return;
      }
      count(data);
    });
    /** Frames in what came, whatever pieces it came in. */
    function count(data: Buffer): void {
      bytes += data.length;
      let at = 0;
      if (skip > 0) {
        const part = Math.min(skip, data.length);
        skip -= part;
        at = part;
      }
      if (head.length > 0) {
        data = Buffer.concat([head, data.subarray(at)]);
        head = Buffer.alloc(0);
        at = 0;
      }
      while (at < data.length) {
        const short = data.length - at < 2 ? undefined : (data[at + 1] ?? 0);
        const size = short === undefined ? undefined : short < 126 ? 2 : short === 126 ? 4 : 10;
        if (size === undefined || data.length - at < size) {
          head = Buffer.from(data.subarray(at));
          return;
        }
        const length = size === 2 ? (short ?? 0) : size === 4 ? data.readUInt16BE(at + 2) : Number(data.readBigUInt64BE(at + 2));
        if ((data[at] ?? 0) === 0x81) {
          frames += 1;
          if (frames === wanted) process.send?.({ all: frames, bytes });
        }
        if (data[at] === PING) socket.write(PONG);
        const there = data.length - at - size;
        skip = Math.max(0, length - there);
        at += size + Math.min(length, there);
      }
    }
  });
}

process.on('disconnect', () => process.exit(0)); // nobody is left to ask
