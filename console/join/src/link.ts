// The WebSocket to the session: says hello, comes back when it is lost, pings.

import { backoff } from "./backoff";
import { type Asked, type Frame, readFrame, writeFrame } from "./protocol";

/** What the link tells of itself. */
export interface Ears {
  heard(frame: Frame): void;
  lost(): void;
  /** The token is not taken any more: another one, or null when there is none. */
  newToken(): Promise<string | null>;
  gaveUp(reason: string, text: string): void;
}

const PING_MS = 5000;
const SILENT_MS = 12_000;
const GIVE_UP_MS = 300_000;
const MOST_HELD = 200;
// What is said anew after coming back.
const UNHELD = new Set<string>(["ping", "publish", "set_media", "leave"]);
const UNAUTHENTICATED = 4401;
// Closed by the edge for a while only: too many, or too slow.
const PASSING = new Set([4408, 4429]);

export class Link {
  private socket: WebSocket | null = null;
  private held: string[] = [];
  private attempt = 0;
  private lostAt = 0;
  private heardAt = 0;
  /** Whether the session was told who speaks: from then on it answers pings. */
  private greeted = false;
  private welcomed = false;
  private closed = false;
  private refusal = { reason: "", text: "" };
  private timer = 0;
  private pings = 0;

  constructor(
    private token: string,
    private consent: boolean,
    private readonly ears: Ears,
  ) {}

  open(): void {
    this.closed = false;
    this.connect();
  }

  /** Says hello again, with the person's consent. */
  agree(): void {
    this.consent = true;
    if (this.socket?.readyState === WebSocket.OPEN && !this.welcomed)
      this.hello(this.socket, false);
    else this.restart(true);
  }

  /** Comes anew; *fresh* asks for new media, where the old cannot be used any more. */
  restart(consent: boolean, fresh = false): void {
    this.consent = consent;
    this.drop();
    this.connect(fresh);
  }

  send<K extends keyof Asked>(kind: K, body: Asked[K]): void {
    const text = writeFrame(kind, body);
    if (this.socket?.readyState === WebSocket.OPEN && this.mayBeSaid(kind)) this.socket.send(text);
    else if (!UNHELD.has(kind) && this.held.length < MOST_HELD) this.held.push(text);
  }

  close(): void {
    this.closed = true;
    this.drop();
  }

  private mayBeSaid(kind: keyof Asked): boolean {
    return this.welcomed || kind === "leave" || (kind === "ping" && this.greeted);
  }

  private connect(fresh = false): void {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const socket = new WebSocket(`${scheme}://${location.host}/v1/signal`);
    this.socket = socket;
    this.greeted = this.welcomed = false;
    this.heardAt = Date.now();
    socket.onopen = () => this.hello(socket, fresh);
    socket.onmessage = (event) => this.take(String(event.data));
    socket.onclose = (event) => void this.onClose(event.code);
    this.pings = window.setInterval(() => this.ping(), PING_MS);
  }

  private hello(socket: WebSocket, fresh: boolean): void {
    const hello = { join_token: this.token, consent: this.consent };
    socket.send(writeFrame("hello", fresh ? { ...hello, fresh } : hello));
    this.greeted = true;
  }

  private take(text: string): void {
    this.heardAt = Date.now();
    const frame = readFrame(text);
    if (!frame) return;
    if (frame.kind === "refusal") this.refusal = frame.body;
    if (isAtTheDoor(frame)) this.reached();
    if (frame.kind === "goodbye") this.close();
    if (frame.kind === "welcome") this.onWelcome(frame.body.join_token, frame.body.resumed);
    this.ears.heard(frame);
  }

  private onWelcome(token: string, resumed: boolean): void {
    this.token = token || this.token;
    this.reached();
    this.welcomed = true;
    const held = resumed ? this.held : [];
    this.held = [];
    for (const text of held) this.socket?.send(text);
  }

  /** Whatever was lost before is made good. */
  private reached(): void {
    this.attempt = 0;
    this.lostAt = 0;
  }

  private ping(): void {
    if (Date.now() - this.heardAt > SILENT_MS) {
      // A network that went away says nothing; the close would come minutes later.
      this.drop();
      void this.onClose(0);
    } else if (this.greeted) this.send("ping", { sent_ms: Date.now() });
  }

  private async onClose(code: number): Promise<void> {
    this.drop();
    if (this.closed) return;
    this.ears.lost();
    this.lostAt ||= Date.now();
    if (code === UNAUTHENTICATED && this.attempt < 3) {
      const token = await this.ears.newToken();
      if (!token) return this.close();
      this.token = token;
    } else if (code >= 4000 && !PASSING.has(code)) {
      this.close();
      return this.ears.gaveUp(this.refusal.reason, this.refusal.text);
    }
    if (Date.now() - this.lostAt > GIVE_UP_MS) {
      this.close();
      return this.ears.gaveUp("CONNECTION_LOST", "");
    }
    this.timer = window.setTimeout(() => this.connect(), backoff(this.attempt++, Math.random()));
  }

  private drop(): void {
    window.clearTimeout(this.timer);
    window.clearInterval(this.pings);
    const socket = this.socket;
    this.socket = null;
    this.greeted = this.welcomed = false;
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }
}

/** Whether the session has the page wait: for a host, or for the person's own consent. */
function isAtTheDoor(frame: Frame): boolean {
  return (
    frame.kind === "knocking" ||
    (frame.kind === "refusal" && frame.body.reason === "CONSENT_NEEDED")
  );
}
