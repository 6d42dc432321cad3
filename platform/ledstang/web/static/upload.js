// Sends files in pieces, by the protocol tus 1.0, and goes on where it stopped. Without this script the form's button sends them.
const PIECE = 1000000;
const PAUSES = [1000, 2000, 5000, 10000, 20000];
const VERSION = { "Tus-Resumable": "1.0.0" };

class Refusal extends Error {}

class Uploads {
  constructor(form) {
    this.form = form;
    this.line = form.querySelector("[role=status]");
    this.input = form.elements.file;
    this.input.addEventListener("change", () => this.all());
    form.addEventListener("submit", (event) => this.busy && event.preventDefault());
  }

  async all() {
    if (this.busy) return;
    this.busy = true;
    let refused = false;
    for (const file of [...this.input.files]) refused = !(await this.one(file)) || refused;
    this.busy = false;
    this.form.reset();
    await this.show();
    if (!refused) this.say("sent");
  }

  async one(file) {
    const key = `upload ${this.form.dataset.uploads} ${file.name} ${file.size} ${file.lastModified}`;
    try {
      const known = sessionStorage.getItem(key);
      let place = known && (await this.offset(known)) !== null ? known : null;
      if (!place) sessionStorage.setItem(key, (place = await this.begin(file)));
      await this.send(file, place);
      return true;
    } catch (fault) {
      if (!(fault instanceof Refusal)) throw fault;
      this.say(fault.message, file.name);
      return false;
    } finally {
      sessionStorage.removeItem(key);
    }
  }

  async begin(file) {
    const name = btoa(String.fromCharCode(...new TextEncoder().encode(file.name)));
    const headers = { "Upload-Length": String(file.size), "Upload-Metadata": `filename ${name}` };
    const answer = await this.patiently(() => this.ask("POST", this.form.dataset.uploads, headers));
    if (answer.status !== 201) throw new Refusal({ 413: "large", 409: "many" }[answer.status] || "refused");
    return answer.headers.get("Location");
  }

  async send(file, place) {
    let at = (await this.offset(place)) ?? 0;
    do {
      this.say("sending", file.name, Math.floor((at / (file.size || 1)) * 10) * 10);
      const piece = file.slice(at, at + PIECE);
      if (at + piece.size === file.size) this.say("looking", file.name);
      const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(at) };
      const answer = await this.patiently(() => this.ask("PATCH", place, headers, piece), () => this.offset(place));
      if (typeof answer === "number") at = answer;
      else if (answer.status === 204) at = Number(answer.headers.get("Upload-Offset"));
      else throw new Refusal(answer.status === 413 ? "large" : "refused");
    } while (at < file.size);
  }

  // After a cut nobody knows how much has come: `instead` asks, and its answer counts.
  async patiently(ask, instead) {
    for (let tries = 0, cut = false; ; tries += 1) {
      try {
        const answer = cut && instead ? await instead() : await ask();
        if (answer === null) throw new Refusal("refused");
        if (typeof answer === "number" || answer.status < 500) return answer;
      } catch (fault) {
        if (fault instanceof Refusal) throw fault;
        this.say("offline");
      }
      cut = true;
      await new Promise((go) => setTimeout(go, PAUSES[Math.min(tries, PAUSES.length - 1)]));
    }
  }

  async offset(place) {
    const answer = await this.ask("HEAD", place, {});
    if (answer.status >= 500) throw new Error(answer.status);
    return answer.ok ? Number(answer.headers.get("Upload-Offset")) : null;
  }

  ask(method, place, headers, body) {
    return fetch(place, { method, body, headers: { ...VERSION, "X-CSRF-Token": this.form.elements._csrf.value, ...headers } });
  }

  async show() {
    const page = await fetch(location.href).then((answer) => answer.text()).catch(() => "");
    const fresh = new DOMParser().parseFromString(page, "text/html");
    const files = fresh.getElementById("files");
    if (files) document.getElementById("files").replaceWith(files);
    if (!fresh.querySelector("form[data-uploads]")) this.form.hidden = true;
  }

  say(what, name = "", percent = 0) {
    const text = this.line.dataset[what].replace("{name}", name).replace("{percent}", percent);
    if (this.line.textContent !== text) this.line.textContent = text;
    this.line.dataset.state = ["sending", "looking", "sent"].includes(what) ? "saving" : "trouble";
  }
}

for (const form of document.querySelectorAll("form[data-uploads]")) new Uploads(form);
