// The view of lessons: the list, or one of them, with its stage, beside the real rows and the chat.

import { composer } from "../chat/composer.js";
import { chat } from "../chat/controller.js";
import { conversation } from "../chat/conversation.js";
import { ask, reasons } from "../core/api.js";
import { button, el, fill } from "../core/dom.js";
import { store } from "../core/store.js";
import { whole } from "../core/whole.js";
import { t, translated } from "../core/words.js";
import { rememberedTalk } from "../share/before.js";
import { LessonView, linkTo } from "./lesson.js";
import { progressOf } from "./progress.js";
import { giveBackRows, setRows } from "./rows.js";
import { stage } from "./stage.js";

/** @import { Lesson, LessonSetup } from "./lesson.js" */

/**
 * @typedef {{id: string, title: string, about: string, minutes: number, parameter: string, ours: boolean}} Entry
 * @typedef {{title: string, about: string, lessons: string[]}} Course
 * @typedef {{lessons: Entry[], courses: Course[], mistakes: string[]}} Shelf
 */

const VIEW = "lessons";
const LINKED = "lesson";
const LOST = t("This page has lost its own server. Start it again, then open the lessons once more.");
const BUSY = t("An answer is under way in the chat, or waits for a vote. Let it end first.");
const OWN = { title: t("More lessons"), about: t("From the folder that this app was given.") };

/** The lesson that the address names. */
const linked = () => new URLSearchParams(location.hash.slice(1)).get(LINKED) ?? "";

class LessonsView {
  /** @type {LessonView | null} */
  #open = null;
  /** @type {Shelf} */
  #shelf = { lessons: [], courses: [], mistakes: [] };
  #asked = 0; // which opening of a lesson is the last
  /** @type {(() => Promise<void>) | null}  gives back the learner's conversation, where a question was tried */
  #talk = null;

  /** @param {import("../types").Mount} mount */
  constructor({ element }) {
    this.body = el("div", { class: "lessons-body" });
    const back = button("small", t("Back to the chat"), () => store.show(""), { id: "close-lessons" });
    this.head = el("header", {}, el("h2", {}, t("Lessons")), back);
    fill(element, el("div", { class: "lessons-view" }, this.head, this.body));
    store.on("view", (view) => this.#turn(view));
    store.on("busy", () => this.#giveBackTalk());
    addEventListener("hashchange", () => this.#follow());
    this.#begin();
  }

  /** The page is loaded: on a lesson, or in a tab that was on one. */
  async #begin() {
    await whole();
    if (linked()) this.#follow();
    else giveBackRows();
  }

  /** Opens the lesson that the address names; leaves them where it names none any more, as after Back. */
  async #follow() {
    const id = linked();
    if (!id) {
      if (store.view === VIEW && this.#open) store.show("");
      return;
    }
    if (this.#open?.lesson.id === id && store.view === VIEW) return;
    store.show(VIEW);
    await this.#look();
    this.open(id);
  }

  /** @param {string} view */
  async #turn(view) {
    if (view !== VIEW) {
      this.#leave();
      return;
    }
    if (!this.#open) return this.#look();
    setRows(this.#open.lesson);
    this.#address(this.#open.lesson.id);
  }

  /** The page is the learner's own again. */
  #leave() {
    this.#asked += 1;
    this.#open?.leave();
    this.#address("");
    giveBackRows();
    this.#giveBackTalk();
  }

  /** The conversation from before a question was tried, as soon as no answer to that comes any more. */
  #giveBackTalk() {
    if (!this.#talk || store.busy || document.body.hasAttribute("data-lesson")) return;
    const talk = this.#talk;
    this.#talk = null;
    talk();
  }

  async #look() {
    const told = await ask("playground/lessons");
    if (!told.ok) {
      this.body.replaceChildren(el("p", { class: "warned" }, told.lost ? LOST : reasons(told)));
      return;
    }
    this.#shelf = told.data;
    if (!this.#open) this.#list();
  }

  #list() {
    const { lessons, courses, mistakes } = this.#shelf;
    const byId = new Map(lessons.map((lesson) => [lesson.id, lesson]));
    const inCourses = new Set(courses.flatMap((course) => course.lessons));
    const others = lessons.filter(({ id }) => !inCourses.has(id)).map(({ id }) => id);
    const all = others.length ? [...courses, { ...OWN, lessons: others }] : courses;
    this.head.hidden = false;
    this.body.replaceChildren(
      ...mistakes.map((mistake) => el("p", { class: "warned" }, translated(mistake))),
      ...all.map((course) => this.#course(course, byId)),
    );
  }

  /**
   * @param {Course} course
   * @param {Map<string, Entry>} byId
   */
  #course({ title, about, lessons }, byId) {
    const items = lessons.flatMap((id) => {
      const entry = byId.get(id);
      if (!entry) return [];
      const state = progressOf(id).done ? el("span", { class: "lesson-done" }, t("✓ done")) : null;
      const opener = button("lesson-entry", entry.title, () => this.open(id), { "data-lesson": id });
      return [
        el(
          "li",
          {},
          opener,
          el(
            "span",
            { class: "note" },
            t("{about} {minutes} min", { about: entry.about, minutes: entry.minutes }),
          ),
          state,
        ),
      ];
    });
    const done = lessons.filter((id) => progressOf(id).done).length;
    const head = el(
      "h3",
      {},
      title,
      el("span", { class: "note" }, t(" {done} of {length}", { done, length: lessons.length })),
    );
    return el(
      "section",
      { class: "lesson-course" },
      head,
      el("p", { class: "note" }, about),
      el("ol", {}, ...items),
    );
  }

  /** @param {string} id */
  async open(id) {
    this.#asked += 1;
    const asked = this.#asked;
    const told = await ask(`playground/lessons/${encodeURIComponent(id)}`);
    if (asked !== this.#asked || store.view !== VIEW) return; // left, or another one chosen
    if (!told.ok) {
      this.body.prepend(el("p", { class: "warned", role: "alert" }, told.lost ? LOST : reasons(told)));
      return;
    }
    const lesson = /** @type {Lesson} */ (told.data);
    this.#open?.leave();
    this.head.hidden = true;
    this.#open = new LessonView(lesson, {
      back: () => this.#close(),
      ask: (setup) => this.#try(setup),
      next: this.#after(id),
    });
    this.body.replaceChildren(this.#open.node);
    setRows(lesson);
    this.#address(id);
    this.#open.heading.focus();
    this.body.parentElement?.parentElement?.scrollTo(0, 0);
  }

  /**
   * The lesson behind this one in its course.
   * @param {string} id
   */
  #after(id) {
    const course = this.#shelf.courses.find(({ lessons }) => lessons.includes(id));
    const next = course?.lessons[course.lessons.indexOf(id) + 1];
    const entry = this.#shelf.lessons.find((lesson) => lesson.id === next);
    return entry ? { title: entry.title, open: () => this.open(entry.id) } : null;
  }

  #close() {
    this.#leave();
    this.#open = null;
    stage.clear();
    this.#list();
    this.head.querySelector("button")?.focus();
  }

  /**
   * Puts a lesson's question into the chat; says why not.
   * @param {LessonSetup} setup
   */
  #try({ messages, draft }) {
    if (store.busy) return BUSY;
    this.#talk ??= rememberedTalk();
    chat.editing.leave();
    conversation.clear();
    store.set("messages", messages);
    chat.showConversation();
    composer.put(draft);
    return "";
  }

  /**
   * The address says which lesson is open, so that a reload comes back to it.
   * @param {string} id
   */
  #address(id) {
    const { pathname, search } = location;
    document.body.toggleAttribute("data-lesson", id !== "");
    if (id) history.replaceState(history.state, "", linkTo(id));
    else if (linked()) history.replaceState(history.state, "", `${pathname}${search}`);
  }
}

/** @param {import("../types").Mount} mount */
export function mount(mount) {
  new LessonsView(mount);
}
