// Saves a form while somebody writes. Without this script the form's own buttons do the same.
const QUIET = 1500;
const AGAIN = 10000;

// On a slow line somebody may have begun to write before this script came.
const touched = (field) => field.checked !== field.defaultChecked || ("defaultValue" in field && field.value !== field.defaultValue);

class Autosave {
  constructor(form) {
    this.form = form;
    this.line = form.querySelector("[data-saved]");
    this.changed = 0;
    this.sent = 0;
    form.addEventListener("input", () => this.later(QUIET, true));
    form.addEventListener("change", () => this.later(QUIET, true));
    form.addEventListener("submit", (event) => this.leave(event));
    document.addEventListener("visibilitychange", () => (document.hidden ? this.save() : this.out && this.renew()));
    addEventListener("pageshow", () => { this.over = false; });
    if ([...form.elements].some(touched)) this.later(QUIET, true);
  }

  later(wait, fresh) {
    if (fresh) this.changed += 1;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.save(), wait);
  }

  // A save under way goes first: its revision must be known before the form itself is sent.
  leave(event) {
    clearTimeout(this.timer);
    if (this.busy) {
      event.preventDefault();
      this.leaving = () => this.form.requestSubmit(event.submitter);
    } else {
      this.over = true;
    }
  }

  async save() {
    if (this.over || this.busy || this.changed === this.sent) return;
    const version = this.changed;
    this.busy = true;
    this.say("saving");
    try {
      await this.answer(await this.post(), version);
    } catch {
      this.say("offline", true);
      this.later(AGAIN);
    } finally {
      this.busy = false;
      if (this.leaving) this.leaving();
      else if (!this.over && this.changed > version) this.later(QUIET);
    }
  }

  post() {
    const data = new FormData(this.form);
    for (const [name, value] of [...data]) if (value instanceof File) data.delete(name);
    const body = this.form.enctype === "multipart/form-data" ? data : new URLSearchParams(data);
    const headers = { "Accept": "application/json", "X-CSRF-Token": this.form.elements._csrf.value };
    return fetch(this.form.getAttribute("action") || location.href, { method: "POST", headers, body, keepalive: document.hidden });
  }

  async answer(response, version) {
    const told = await response.json().catch(() => ({}));
    if (response.ok) {
      this.sent = version;
      for (const [name, number] of Object.entries(told.revisions || {})) this.revise(name, number);
      const now = new Date();
      const time = told.saved || [now.getHours(), now.getMinutes()].map((n) => String(n).padStart(2, "0")).join(":");
      this.say("saved", false, time);
      dispatchEvent(new Event("ledstang:alive"));
    } else if (response.status === 401) {
      this.over = this.out = true;
      this.say(told.rescued ? "signedOut" : "signedOutHere", true);
      this.offer(told.signin || "/signin", !told.rescued);
    } else if (response.status === 409 || told.ended) {
      this.over = true;
      this.form.submit();
    } else if (response.status < 500 && response.status !== 429) {
      this.sent = version;
      this.say("refused", true);
    } else {
      throw new Error(response.status);
    }
  }

  revise(name, number) {
    const key = `_revision.${name}`;
    let field = this.form.elements[key];
    if (!field) {
      field = Object.assign(document.createElement("input"), { type: "hidden", name: key });
      this.form.append(field);
    }
    field.value = number;
  }

  offer(href, aside) {
    const link = document.createElement("a");
    Object.assign(link, { href, textContent: this.line.dataset.signIn }, aside && { target: "_blank", rel: "noopener" });
    this.line.append(" ", link);
  }

  // Somebody may have signed in again in another tab: this page's token is of the session before.
  async renew() {
    const page = await fetch(location.href).then((response) => response.text()).catch(() => "");
    const fresh = new DOMParser().parseFromString(page, "text/html").querySelector("[name=_csrf]");
    if (!fresh?.value) return;
    for (const field of document.querySelectorAll("[name=_csrf]")) field.value = fresh.value;
    this.over = this.out = false;
    this.save();
  }

  say(what, trouble = false, time = "") {
    this.line.dataset.state = trouble ? "trouble" : what;
    if (what === "saving" && this.line.textContent) return;
    this.line.textContent = this.line.dataset[what].replace("{time}", time);
  }
}

for (const form of document.querySelectorAll("form[data-autosave]")) new Autosave(form);
