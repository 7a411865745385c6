// How long to wait before the next try, in milliseconds.

const FIRST = 300;
const LONGEST = 5000;

/** Doubles from 0.3 s to 5 s; *chance* from 0 to 1 takes up to a third off, so that pages spread. */
export function backoff(attempt: number, chance: number): number {
  const full = Math.min(LONGEST, FIRST * 2 ** Math.min(attempt, 10));
  return Math.round(full * (1 - chance / 3));
}

/** What a Retry-After header asks for, within bounds that suit a waiting person. */
export function retryAfter(header: string | null, otherwise: number): number {
  const seconds = Number(header);
  if (!header || !Number.isFinite(seconds) || seconds < 0) return otherwise;
  return Math.min(Math.max(seconds * 1000, 1000), 300_000);
}
