import type { Duplex } from 'node:stream';

/** What has more than this still to go out, in bytes, is behind: results wait here, where newer ones may take their places. */
const BEHIND = 64 * 1_024;

/** Outlets that have something to write at the end of this turn of the event loop. */
let full: Outlet[] = [];
function writeAll(): void {
  const now = full;
  full = [];
  for (const outlet of now) outlet.write();
}

/**
 * What goes out over one socket. All frames of a turn are one write; while the socket is behind, the latest of a kind takes the place of
 * older ones; and where even so there is more than may wait, `overflows` is told and nothing more is taken. One frame that weighs more than
 * may wait is taken beside that: its size says nothing of whether its reader is behind.
 */
export class Outlet {
  private frames: Buffer[] = [];
  private waiting: Map<string | number, Buffer> | undefined;
  private bytes = 0;
  /** The size of the frame that is taken beside what may wait, until all has gone out; 0: there is none. */
  private large = 0;
  private number = 0;
  private isFull = false;
  private closed = false;

  constructor(
    private readonly socket: Duplex,
    private readonly most: number,
    private readonly overflows: () => void,
  ) {}

  /** @param of what it shows the latest of; without, it must arrive */
  send(frame: Buffer, of?: string): void {
    if (this.closed) return;
    if (this.pending === 0) this.large = 0;
    if (this.large === 0 && frame.length > this.most) this.large = frame.length;
    if (!this.waiting && this.socket.writableLength <= BEHIND) {
      this.frames.push(frame);
      this.bytes += frame.length;
      if (!this.isFull) {
        this.isFull = true;
        if (full.push(this) === 1) setImmediate(writeAll);
      }
    } else this.wait(frame, of);
    if (this.pending - this.large <= this.most) return;
    this.closed = true;
    this.overflows();
  }

  /** Writes what this turn has brought, at once: before a close, for what comes after it is not read. */
  write(): void {
    this.isFull = false;
    const { frames, socket } = this;
    if (frames.length === 0 || socket.destroyed || !socket.writable) return;
    this.frames = [];
    for (const frame of frames) this.bytes -= frame.length;
    if (frames.length === 1) socket.write(frames[0]);
    else {
      socket.cork();
      for (const frame of frames) socket.write(frame);
      socket.uncork();
    }
  }

  /** Nothing more is taken, and what waits is forgotten. */
  close(): void {
    this.closed = true;
    this.frames = [];
    this.waiting = undefined;
  }

  private get pending(): number {
    return this.bytes + this.socket.writableLength;
  }

  private wait(frame: Buffer, of: string | undefined): void {
    if (!this.waiting) {
      this.waiting = new Map();
      this.socket.once('drain', () => this.catchUp());
    }
    const key = of ?? (this.number += 1);
    const before = this.waiting.get(key);
    if (before) {
      this.waiting.delete(key); // in the order of the latest: cursors must not go back
      this.bytes -= before.length;
    }
    this.waiting.set(key, frame);
    this.bytes += frame.length;
  }

  private catchUp(): void {
    const waited = this.waiting;
    this.waiting = undefined;
    if (this.closed || !waited) return;
    for (const frame of waited.values()) this.bytes -= frame.length;
    for (const frame of waited.values()) this.send(frame);
  }
}
