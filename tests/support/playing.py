"""A file played by a browser: what it says of itself, what is heard and seen in it and when."""

import itertools
import json

from tests.support.browser import Page

PLAY_SECONDS = 60.0
FRAMES_PER_SECOND = 15

_OPEN = """(async () => {
  document.body.innerHTML = "";
  const player = document.createElement("video");
  player.muted = true;
  window.player = player;
  document.body.append(player);
  player.src = %s;
  await new Promise((resolve, reject) => {
    player.oncanplay = resolve;
    player.onerror = () => reject(new Error(player.error.message));
  });
  return [player.duration, player.videoWidth];
})()"""
_BEGIN = """(() => {
  window.player.currentTime = 0;
  window.player.playbackRate = %g;
  return window.player.play();
})()"""
# How bright the middle of the left half is at each of these moments.
_LOOK = """(async () => {
  const canvas = Object.assign(document.createElement("canvas"), { width: 8, height: 8 });
  const context = canvas.getContext("2d", { willReadFrequently: true });
  const found = [];
  for (const at of %s) {
    await new Promise((resolve) => {
      window.player.onseeked = resolve;
      window.player.currentTime = at;
    });
    const [width, height] = [window.player.videoWidth, window.player.videoHeight];
    const box = [width * 0.2, height * 0.4, width * 0.1, height * 0.2];
    context.drawImage(window.player, ...box, 0, 0, 8, 8);
    const pixels = context.getImageData(0, 0, 8, 8).data;
    found.push(pixels.reduce((sum, one) => sum + one, 0) / pixels.length);
  }
  return found;
})()"""
# When the sound becomes loud, in steps of 10 ms, as this browser decodes it.
_HEAR = """(async () => {
  const content = await (await fetch(window.player.src)).arrayBuffer();
  const sound = await new OfflineAudioContext(1, 48000, 48000).decodeAudioData(content);
  const samples = sound.getChannelData(0), onsets = [];
  let before = false;
  for (let first = 0; first + 480 <= samples.length; first += 480) {
    let power = 0;
    for (let one = first; one < first + 480; one++) power += samples[one] ** 2;
    const loud = Math.sqrt(power / 480) > 0.05;
    if (loud && !before) onsets.push(first / 48000);
    before = loud;
  }
  return [sound.duration, onsets];
})()"""


async def opened(page: Page, url: str) -> tuple[float, int]:
    """How long the file at *url* lasts, in seconds, and how wide it is; 0 without pictures."""
    seconds, width = await page.evaluate(_OPEN % json.dumps(url))
    return float(seconds), int(width)


async def played_out(page: Page, speed: float = 8) -> float:
    """Play the open file to its end; answers where that was. Raises PageError where it fails."""
    await page.evaluate(_BEGIN % speed)
    await page.wait_for("window.player.ended || window.player.error", PLAY_SECONDS)
    assert await page.evaluate("window.player.error?.message ?? null") is None
    return float(await page.evaluate("window.player.currentTime"))


async def heard(page: Page) -> tuple[float, list[float]]:
    """How many seconds of sound there are, and when it becomes loud."""
    seconds, onsets = await page.evaluate(_HEAR)
    return float(seconds), [float(one) for one in onsets]


async def flashed(page: Page, start: float, end: float) -> list[float]:
    """When the left of the picture becomes bright between two moments, to a picture."""
    frames = range(round(start * FRAMES_PER_SECOND), round(end * FRAMES_PER_SECOND))
    # The middle of a picture's time, so that there is no doubt which one is shown.
    moments = [(frame + 0.5) / FRAMES_PER_SECOND for frame in frames]
    brightness = await page.evaluate(_LOOK % json.dumps(moments))
    shown = zip(frames, brightness, strict=True)
    return [
        frame / FRAMES_PER_SECOND
        for (_, before), (frame, now) in itertools.pairwise(shown)
        if before < 160 <= now
    ]
