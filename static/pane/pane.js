// The Outlook pane: what is known, what to show for it, and what a press does.
// One thing at a time: sign in, connect Webex, add.

import { Refused, Server } from "./api.js";
import { Item, openItem, OutlookError } from "./item.js";
import { findJoinLink } from "./location.js";
import { office } from "./office.js";
import { OptionsForm } from "./options.js";
import { connectWebex, DialogError, signIn } from "./signin.js";
import { speak, t } from "./text.js";
import { follow } from "./theme.js";
import { button, copier, details, el, heading, link, lock, messages, person, say, sentence, show, warn, worker } from "./view.js";
import { add, Attempt, find, NotDone, remove, update } from "./work.js";

/** @typedef {import("./api.js").Meeting} Meeting */
/** @typedef {import("./api.js").Offer} Offer */

/** When work shows itself. */
const soon = 1500;

/** How long the pane waits for what the site offers, before it is shown without. */
const offerPatience = 4000;

class Pane {
  /** @param {Item} item */
  constructor(item) {
    this.item = item;
    this.server = new Server();
    this.attempt = new Attempt();
    this.busy = false;
    this.read = 0; // when the server was last asked
    this.turn = 0; // of work: what was read during an older one does not count
    /** @type {import("./api.js").Me | null} */
    this.me = null;
    /** @type {import("./api.js").Me | null} of another's calendar its owner; null: closed to the person */
    this.owner = null;
    /** @type {Offer | null} */
    this.offer = null;
    /** @type {import("./api.js").Preferences | null} */
    this.preferences = null;
    /** @type {Meeting | null} */
    this.meeting = null;
    this.id = "";
    /** @type {"" | "series" | "date"} */
    this.repeats = "";
    /** @type {OptionsForm | null} */
    this.form = null;
    this.over = false; // the sign-in ended by itself
    this.confirming = false;
  }

  start() {
    this.render(false);
    this.item.watch(() => void this.lookAtForm());
    const look = () => void this.refresh();
    window.addEventListener("focus", look);
    document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && look());
  }

  get address() {
    return (Office.context.mailbox.userProfile.emailAddress ?? "").toLowerCase();
  }

  /** Whether Outlook's mailbox is the signed-in person's own. */
  get matches() {
    // Whose other addresses are not known is believed.
    if (!this.me || !this.address || !this.me.account.addresses.length) return true;
    return [this.me.account.upn, ...this.me.account.addresses].some((a) => a.toLowerCase() === this.address);
  }

  /** Whether the item is in the calendar of somebody else. */
  get shared() {
    return this.server.mailbox !== "";
  }

  /** Who holds the meetings of the calendar. */
  get host() {
    return this.shared ? this.owner : this.me;
  }

  get linked() {
    return this.host?.webex.state === "connected" || this.host?.webex.state === "organization";
  }

  /**
   * Does something that takes time, once at a time.
   * @param {string} progress
   * @param {() => Promise<string | void>} action a sentence to end with
   * @returns {Promise<boolean>} whether it was done
   */
  async run(progress, action) {
    if (this.busy) return false;
    this.busy = true;
    this.turn++;
    warn("");
    say("");
    const pressed = document.activeElement;
    lock(true);
    const timer = setTimeout(() => say(progress, true), soon);
    let done = "";
    /** @type {unknown} */
    let failed = null;
    try {
      done = (await action()) || "";
    } catch (e) {
      failed = e;
    }
    clearTimeout(timer);
    this.busy = false;
    lock(false);
    // A button that cannot be pressed loses the focus.
    if (failed && document.activeElement === document.body && pressed instanceof HTMLElement && pressed.isConnected) pressed.focus({ preventScroll: true });
    say(done);
    if (failed) this.fail(failed, () => void this.run(progress, action));
    return !failed;
  }

  /**
   * @param {unknown} e
   * @param {() => void} again
   */
  fail(e, again) {
    if (e instanceof Refused) {
      if (e.status === 401) {
        this.over = true;
        this.render(true);
      } else if (e.status === 0) warn(t("error.network"), again);
      else if (e.open) warn(e.detail ?? t("error.server"), again);
      else warn(e.detail ?? t("error.refused"));
    } else if (e instanceof DialogError) warn(t(e.key));
    else if (e instanceof NotDone) warn(e.detail ? t(e.key) + " " + e.detail : t(e.key), again);
    else if (e instanceof OutlookError) warn(t("error.outlook"), again);
    else {
      console.error(e);
      warn(t("error.unknown"), again);
    }
  }

  async signIn() {
    const done = await this.run(t("progress.signin"), async () => {
      await signIn(this.server, this.address);
      this.over = false;
    });
    if (done) await this.enter();
  }

  async connect() {
    if (await this.run(t("progress.connect"), () => connectWebex(this.me?.account.upn || this.address))) await this.enter();
  }

  /** Shows what there is to do now. */
  enter() {
    return this.run(t("progress.load"), async () => {
      await this.load();
      this.render(true);
    });
  }

  signOut() {
    void this.run(t("progress.signout"), async () => {
      await this.server.signOut().catch(() => {});
      this.server.mailbox = "";
      this.me = this.owner = this.offer = this.preferences = this.meeting = this.form = null;
      this.render(true);
    });
  }

  /** Reads everything that the pane shows. What came too late is left. */
  async load() {
    const turn = this.turn;
    const me = await this.server.me();
    if (turn !== this.turn) return;
    this.me = me;
    if (!this.matches) return;
    const mailbox = await this.item.owner([this.address, me.account.upn, ...me.account.addresses]);
    if (mailbox !== this.server.mailbox) {
      this.server.mailbox = mailbox;
      this.offer = this.form = this.meeting = this.preferences = null;
    }
    const owner = this.shared ? await this.server.owner() : null;
    if (turn !== this.turn) return;
    this.owner = owner;
    if (this.host?.calendar !== "connected" || !this.linked) return;
    const offer = this.offer ? Promise.resolve(this.offer) : this.server.offer();
    offer.then((known) => { // also when it comes late
      if (this.offer) return;
      this.offer = known;
      if (!this.busy && this.server.token && !this.confirming) this.render(false);
    }, () => {});
    const [found, preferences, repeats] = await Promise.all([
      find(this.server, this.item), this.preferences ?? (this.shared ? { options: {}, keywords: true } : this.server.preferences()), this.item.repeats(),
      Promise.race([offer.then((known) => { this.offer = known; }, () => {}), new Promise((resolve) => setTimeout(resolve, offerPatience))]),
    ]);
    if (turn !== this.turn) return;
    this.preferences = preferences;
    this.repeats = repeats;
    this.take(found);
    this.read = Date.now();
  }

  /** @param {{meeting: Meeting | null, id: string}} found */
  take({ meeting, id }) {
    if (meeting?.key !== this.meeting?.key) this.form = null;
    this.meeting = meeting;
    this.id = id;
  }

  /** Looks again, since the event or the accounts may have changed elsewhere. */
  async refresh() {
    if (this.busy || this.confirming || !this.server.token || Date.now() - this.read < 2000) return;
    this.read = Date.now();
    const turn = this.turn;
    const before = JSON.stringify([this.me, this.meeting, this.repeats]);
    try {
      await this.load();
    } catch (e) {
      if (!(e instanceof Refused && e.status === 401)) return; // it shows itself with the next press
      if (turn === this.turn) this.over = true;
    }
    if (turn === this.turn && !this.confirming && (this.over || before !== JSON.stringify([this.me, this.meeting, this.repeats]))) this.render(false);
  }

  /** Follows what changes in the form beside the pane. */
  async lookAtForm() {
    try {
      const [attendees, repeats] = [await this.item.attendees(), await this.item.repeats()];
      this.form?.invite(attendees);
      if (repeats !== this.repeats) {
        this.repeats = repeats;
        if (!this.busy && this.server.token) this.render(false);
      }
    } catch {
      // The press of a button reads the form again, and says what fails.
    }
  }

  /**
   * Shows the field that has to be filled in first, and whether there is one.
   * @returns {boolean}
   */
  lacks() {
    const field = this.form?.lacking();
    if (!field || !this.form || this.busy) return false;
    this.form.more.open = true;
    say("");
    warn(t("codes.lacking", { name: field.name }));
    field.control.focus();
    return true;
  }

  add() {
    if (this.lacks()) return;
    void this.run(t("progress.add"), async () => {
      const options = this.form ? this.form.all() : this.preferences?.options ?? {};
      const { meeting, id, locationFailed } = await add(this.server, this.item, options, this.attempt);
      this.form = null;
      this.take({ meeting, id });
      this.render(true);
      if (locationFailed) warn(t("error.location"));
      return meeting.ofSeries ? t("date.has") : t(id ? "added.saved" : "added");
    });
  }

  update() {
    const meeting = /** @type {Meeting} */ (this.meeting);
    if (this.form?.changes().trackingCodes && this.lacks()) return;
    void this.run(t("progress.update"), async () => {
      const changes = this.form?.changes() ?? {};
      if (!Object.keys(changes).length) return t("unchanged");
      const changed = await update(this.server, this.item, meeting, changes);
      this.form = null;
      this.take({ meeting: changed, id: this.id });
      this.render(true);
      return t(this.id ? "updated.saved" : "updated");
    });
  }

  remove() {
    const meeting = /** @type {Meeting} */ (this.meeting);
    void this.run(t("progress.remove"), async () => {
      await remove(this.server, this.item, meeting);
      this.confirming = false;
      this.form = null;
      this.take({ meeting: null, id: this.id });
      this.render(true);
      return t(this.id ? "removed.saved" : "removed");
    });
  }

  /** Opens the meeting as its host. The window is opened at once, while the press counts. */
  startMeeting() {
    const meeting = /** @type {Meeting} */ (this.meeting);
    const byOutlook = Office.context.requirements?.isSetSupported?.("OpenBrowserWindowApi", "1.1");
    const opened = byOutlook ? null : window.open("about:blank", "_blank");
    if (opened) opened.opener = null;
    void this.run(t("progress.start"), async () => {
      try {
        const { startLink } = await this.server.start(meeting.key);
        if (!startLink.startsWith("https://")) throw new Refused(500);
        if (byOutlook) Office.context.ui.openBrowserWindow(startLink);
        else if (opened) opened.location.href = startLink;
        else throw new DialogError("dialog.blocked");
      } catch (e) {
        opened?.close();
        throw e;
      }
    });
  }

  remember() {
    void this.run(t("progress.remember"), async () => {
      if (!this.form || !this.preferences) return;
      this.preferences = await this.server.savePreferences({ ...this.preferences, options: this.form.lasting() });
      return t("remembered");
    });
  }

  /** @param {boolean} focus */
  render(focus) {
    this.confirming = false;
    warn("");
    show(this.screen(), focus);
    if (this.busy) lock(true);
  }

  screen() {
    if (!this.server.token || !this.me) {
      return sentence({
        title: t("signin.title"), text: t(this.over ? "signin.over" : "signin.text"),
        actions: [worker(t("signin"), () => void this.signIn(), "primary")],
      });
    }
    const who = person(this.me.account.name || this.me.account.upn, () => this.signOut());
    if (!this.matches) {
      return sentence({
        title: t("other.title"), text: t("other.text", { name: this.me.account.upn, mailbox: this.address }),
        actions: [worker(t("signin"), () => void this.signIn(), "primary")], person: who,
      });
    }
    if (this.shared) {
      const mailbox = this.server.mailbox, name = this.owner?.account.name || mailbox;
      if (!this.owner) return sentence({ title: t("shared.closed"), text: t("shared.closed.text", { mailbox }), person: who });
      if (this.owner.calendar !== "connected" || !this.linked) {
        return sentence({ title: t("shared.unlinked", { name }), text: t("shared.unlinked.text", { name }), person: who });
      }
    } else if (this.me.calendar !== "connected") {
      return sentence({
        title: t("calendar.title"), text: t(this.me.calendar === "dead" ? "calendar.dead" : "calendar.missing"),
        actions: [worker(t("signin"), () => void this.signIn(), "primary")], person: who,
      });
    }
    if (!this.shared && !this.linked) {
      return sentence({
        title: t("webex.title"), text: t(this.me.webex.state === "dead" ? "webex.dead" : "webex.text"),
        actions: [worker(t("webex"), () => void this.connect(), "primary")], person: who,
      });
    }
    if (this.meeting?.ofSeries) return this.dateScreen(this.meeting, who);
    return this.meeting ? this.meetingScreen(this.meeting, who) : this.readyScreen(who);
  }

  /**
   * The form of options; null until it is known what the site offers.
   * @param {Meeting | null} meeting
   */
  options(meeting) {
    if (!this.offer) return null;
    if (!this.form) {
      const preset = meeting ? meeting.options : this.preferences?.options ?? {};
      this.form = new OptionsForm(this.offer, preset, [], !!meeting, this.shared ? null : () => this.remember());
      void this.lookAtForm();
    }
    return this.form;
  }

  /** @param {Node} who */
  readyScreen(who) {
    const form = this.options(null);
    const text = this.repeats === "series" ? "ready.series" : this.repeats === "date" ? "ready.date" : "ready.text";
    return el("div", { class: "screen" },
      heading(t("ready.title")),
      el("p", { class: "lead" }, t(text)),
      this.shared ? el("p", {}, t("shared.ready", { name: this.owner?.account.name || this.server.mailbox })) : null,
      form?.kind ?? null,
      el("p", { class: "actions" }, worker(t("add"), () => this.add(), "primary wide")),
      messages(),
      form?.more ?? null,
      who);
  }

  /**
   * @param {Meeting} meeting
   * @param {Node} who
   */
  meetingScreen(meeting, who) {
    const room = meeting.kind === "personalRoom";
    const form = room ? null : this.options(meeting);
    const title = room ? "meeting.room" : this.repeats === "series" ? "meeting.series" : "meeting.title";
    return el("div", { class: "screen" },
      heading(t(title)),
      meeting.problem ? el("p", { class: "problem" }, meeting.problem.detail) : null,
      this.ways(meeting),
      messages(),
      details(meeting),
      form?.more ?? null,
      el("p", { class: "actions last" },
        room ? null : worker(t("update"), () => this.update()),
        button(t("remove"), () => this.confirm(meeting), "danger")),
      who);
  }

  /**
   * One date of a series whose meeting is that of all dates: it is changed where
   * all of them are.
   * @param {Meeting} meeting
   * @param {Node} who
   */
  dateScreen(meeting, who) {
    return el("div", { class: "screen" },
      heading(t("date.title")),
      meeting.problem ? el("p", { class: "problem" }, meeting.problem.detail) : null,
      this.ways(meeting),
      messages(),
      details(meeting),
      el("p", { class: "lead" }, t("date.text")),
      who);
  }

  /**
   * How to get into a meeting.
   * @param {Meeting} meeting
   */
  ways(meeting) {
    const { join } = meeting;
    const text = [join.link, join.number && t("copy.number", { number: join.number }), join.password && t("copy.password", { password: join.password })].filter(Boolean).join("\n");
    return el("p", { class: "actions" },
      link(t("join"), join.link, "primary"),
      this.shared ? null : worker(t("start"), () => this.startMeeting()),
      copier(t("copy"), text));
  }

  /** @param {Meeting} meeting */
  confirm(meeting) {
    if (this.busy) return;
    const text = meeting.kind === "personalRoom" ? "confirm.room" : this.repeats === "series" ? "confirm.series" : "confirm.text";
    warn("");
    say("");
    show(el("div", { class: "screen" },
      heading(t("confirm.title")),
      el("p", { class: "lead" }, t(text)),
      el("p", { class: "actions" },
        worker(t("remove"), () => this.remove(), "danger"),
        worker(t("cancel"), () => this.render(true))),
      messages()), true);
    this.confirming = true;
  }
}

/**
 * What an attendee sees.
 * @param {Office.AppointmentRead} item
 */
async function attend(item) {
  const body = await new Promise((resolve) => item.body.getAsync(/** @type {any} */ ("html"), (/** @type {any} */ r) => resolve(String(r.status) === "succeeded" ? r.value : "")));
  const address = findJoinLink(item.location ?? "", body);
  show(sentence(address
    ? { title: t("read.title"), text: t("read.text"), actions: [link(t("join"), address, "primary")] }
    : { title: t("read.none"), text: t("read.none.text") }), false);
}

async function begin() {
  const { host } = await office();
  const outlook = host === "Outlook";
  await speak(outlook ? Office.context.displayLanguage : undefined);
  if (!outlook) {
    show(sentence({ title: t("outside.title"), text: t("outside.text") }), false);
    return;
  }
  follow();
  const { kind, item } = openItem();
  if (kind === "compose") new Pane(new Item(item)).start();
  else if (kind === "read") await attend(item);
  else show(sentence({ title: t("noevent.title"), text: t("noevent.text") }), false);
}

begin().catch((e) => {
  console.error(e);
  // Words of the page itself: there may be no catalogue.
  const broken = /** @type {HTMLTemplateElement} */ (document.getElementById("broken"));
  const screen = el("div", { class: "screen" }, heading(broken.dataset.title ?? ""), broken.content.cloneNode(true));
  screen.querySelector("button")?.addEventListener("click", () => location.reload());
  show(screen, false);
});
