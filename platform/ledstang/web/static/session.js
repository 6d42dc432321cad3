// Warns before a session ends, and lets it go on with one press. Without this script what is posted too late is kept anyway.
const box = document.getElementById("session");
const AHEAD = 120;
let timers = [];

function wait(seconds) {
  timers.forEach(clearTimeout);
  timers = [setTimeout(warn, Math.max(0, seconds - AHEAD) * 1000), setTimeout(end, seconds * 1000)];
}

function say(text) {
  box.querySelector("p").textContent = text;
}

function warn() {
  say(box.dataset.warning);
  box.hidden = false;
}

function end() {
  say(box.dataset.ended);
  box.querySelector("button").hidden = true;
  box.hidden = false;
}

async function stay() {
  const headers = { "Accept": "application/json", "X-CSRF-Token": box.dataset.csrf };
  try {
    const response = await fetch("/signin/stay", { method: "POST", headers });
    if (!response.ok) return end();
    wait((await response.json()).seconds);
    box.hidden = true;
  } catch {
    warn();
  }
}

if (box) {
  const full = Number(box.dataset.seconds);
  box.querySelector("button").addEventListener("click", stay);
  addEventListener("ledstang:alive", () => { wait(full); box.hidden = true; });
  wait(full);
}
