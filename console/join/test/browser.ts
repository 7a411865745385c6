// As much of a browser as a page without a screen needs: a clock, and sockets that a test answers.

import type { Asked, Said, SaidKind } from "../src/protocol";

interface Timer {
  due: number;
  every: number;
  ring: () => void;
}

export class Clock {
  now = 1_000_000;
  private readonly timers = new Map<number, Timer>();
  private last = 0;

  set(ring: () => void, ms: number, every = 0): number {
    this.timers.set(++this.last, { due: this.now + ms, every, ring });
    return this.last;
  }

  clear(id: number): void {
    this.timers.delete(id);
  }

  /** Let *ms* go by, and all that is due within them happen. */
  pass(ms: number): void {
    const until = this.now + ms;
    for (let next = this.next(until); next; next = this.next(until)) {
      const [id, timer] = next;
      this.now = timer.due;
      if (timer.every) timer.due += timer.every;
      else this.timers.delete(id);
      timer.ring();
    }
    this.now = until;
  }

  private next(until: number): [number, Timer] | undefined {
    const due = [...this.timers].filter(([, timer]) => timer.due <= until);
    return due.sort(([, a], [, b]) => a.due - b.due)[0];
  }
}

export class Socket {
  static readonly OPEN = 1;
  static opened: Socket[] = [];
  readyState = 0;
  readonly sent: string[] = [];
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;

  constructor(readonly url: string) {
    Socket.opened.push(this);
  }

  static get newest(): Socket {
    return Socket.opened[Socket.opened.length - 1]!;
  }

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {
    this.readyState = 3;
  }

  accept(): void {
    this.readyState = Socket.OPEN;
    this.onopen?.();
  }

  say<K extends SaidKind>(kind: K, body: Said[K]): void {
    this.onmessage?.({ data: JSON.stringify({ [kind]: body }) });
  }

  fail(code: number): void {
    this.readyState = 3;
    this.onclose?.({ code });
  }

  /** What was asked of *kind*, oldest first. */
  asked<K extends keyof Asked>(kind: K): Asked[K][] {
    const frames = this.sent.map((text) => JSON.parse(text) as Partial<Asked>);
    return frames.flatMap((frame) => (kind in frame ? [frame[kind] as Asked[K]] : []));
  }
}

/** A peer connection that never comes up. */
class Peers {
  connectionState = "new";
  readonly localDescription = { type: "offer", sdp: "v=0" };
  addTransceiver() {
    const sender = { replaceTrack: async () => {}, getParameters: () => ({ encodings: [] }) };
    return { mid: "0", sender };
  }
  createOffer = async () => ({ type: "offer", sdp: "v=0" });
  setLocalDescription = async () => {};
  close() {}
}

/** The globals of a browser, with a clock that goes as the test has it go. */
export function aBrowser(): Clock {
  const clock = new Clock();
  Socket.opened = [];
  const timers = {
    setTimeout: (ring: () => void, ms: number) => clock.set(ring, ms),
    setInterval: (ring: () => void, ms: number) => clock.set(ring, ms, ms),
    clearTimeout: (id: number) => clock.clear(id),
    clearInterval: (id: number) => clock.clear(id),
  };
  Object.assign(globalThis, {
    window: timers,
    clearTimeout: timers.clearTimeout,
    WebSocket: Socket,
    RTCPeerConnection: Peers,
    location: { protocol: "https:", host: "meet.example", search: "" },
  });
  Date.now = () => clock.now;
  return clock;
}
