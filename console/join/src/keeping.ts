// What the browser keeps for the page. One that keeps nothing still joins.

const NAME = "convene.name";
const DEVICE = "convene.device";
const TOKEN = "convene.token.";

function read(store: () => Storage, key: string): string {
  try {
    return store().getItem(key) ?? "";
  } catch {
    return "";
  }
}

function write(store: () => Storage, key: string, value: string): void {
  try {
    store().setItem(key, value);
  } catch {
    // Then it is forgotten.
  }
}

const always = () => localStorage;
const inThisTab = () => sessionStorage;

export function rememberedName(): string {
  return read(always, NAME);
}

export function rememberName(name: string): void {
  write(always, NAME, name);
}

/** What this browser is known again by: a ban holds for it. It says nothing of the person. */
export function device(): string {
  const known = read(always, DEVICE);
  if (known) return known;
  const fresh = [...crypto.getRandomValues(new Uint8Array(16))]
    .map((one) => one.toString(16).padStart(2, "0"))
    .join("");
  write(always, DEVICE, fresh);
  return fresh;
}

/** The last token that the link *code* brought: with it, a page that is loaded again goes on. */
export function token(code: string): string {
  return read(inThisTab, TOKEN + code);
}

export function keepToken(code: string, fresh: string): void {
  write(inThisTab, TOKEN + code, fresh);
}
