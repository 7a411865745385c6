// Trades the link's code for a place in the meeting.

import { retryAfter } from "./backoff";
import { device, token } from "./keeping";
import type { Participant, Session } from "./protocol";

export interface Place {
  join_token: string;
  participant: Participant;
  session: Session;
}

export type Exchanged =
  | { kind: "place"; place: Place }
  | { kind: "refused"; reason: string; text: string; retryMs: number };

const RETRY_MS = 5000;
const TIMEOUT_MS = 15_000;

export async function exchange(code: string, name: string): Promise<Exchanged> {
  let answer: Response;
  try {
    answer = await fetch("/v1/join-links/exchange", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ code, name, device: device(), join_token: token(code) }),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    });
  } catch {
    return refused("UNREACHABLE", "The server cannot be reached. Check your network.", RETRY_MS);
  }
  const body = await answer.json().catch(() => ({}));
  if (answer.ok) return { kind: "place", place: body as Place };
  const wait = retryAfter(answer.headers.get("retry-after"), RETRY_MS);
  return refused(String(body.reason ?? ""), String(body.detail ?? ""), wait);
}

function refused(reason: string, text: string, retryMs: number): Exchanged {
  return { kind: "refused", reason, text, retryMs };
}
