// The view of lessons: the list, or one of them, with its stage, beside the real rows and the chat.

import { composer } from "../chat/composer.js";
import { conversation } from "../chat/conversation.js";
import { ask, reasons } from "../core/api.js";
import { button, el, fill } from "../core/dom.js";
import { store } from "../core/store.js";
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
const LINKED = "#lesson=";
const LOST = "This page has lost its own server. Start it again, then open the lessons once more.";
const OWN = { title: "More lessons", about: "From the folder that this app was given." };

class LessonsView {
  /** @type {LessonView | null} */
  #open = null;
  /** @type {Shelf} */
  #shelf = { lessons: [], courses: [], mistakes: [] };

  /** @param {import("../types").Mount} mount */
  constructor({ element }) {
    this.body = el("div", { class: "lessons-body" });
    const back = button("small", "Back to the chat", () => store.show(""), { id: "close-lessons" });
    this.head = el("header", {}, el("h2", {}, "Lessons"), back);
    fill(element, el("div", { class: "lessons-view" }, this.head, this.body));
    store.on("view", (view) => this.#turn(view));
    addEventListener("hashchange", () => this.#follow());
    this.#follow();
  }

  /** Opens the lesson that the address names. */
  async #follow() {
    if (!location.hash.startsWith(LINKED)) return;
    const id = decodeURIComponent(location.hash.slice(LINKED.length));
    if (this.#open?.lesson.id === id && store.view === VIEW) return;
    while (!("restored" in document.body.dataset)) await new Promise((done) => setTimeout(done, 50));
    store.show(VIEW);
    await this.#look();
    this.open(id);
  }

  /** @param {string} view */
  async #turn(view) {
    if (view === VIEW) {
      if (!this.#open) await this.#look();
      else setRows(this.#open.lesson);
      return;
    }
    this.#open?.leave();
    this.#address("");
    giveBackRows();
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
      ...mistakes.map((mistake) => el("p", { class: "warned" }, mistake)),
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
      const state = progressOf(id).done ? el("span", { class: "lesson-done" }, "\u2713 done") : null;
      const opener = button("lesson-entry", entry.title, () => this.open(id), { "data-lesson": id });
      return [
        el("li", {}, opener, el("span", { class: "note" }, `${entry.about} ${entry.minutes} min`), state),
      ];
    });
    const done = lessons.filter((id) => progressOf(id).done).length;
    const head = el("h3", {}, title, el("span", { class: "note" }, ` ${done} of ${lessons.length}`));
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
    const told = await ask(`playground/lessons/${encodeURIComponent(id)}`);
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
    document.body.toggleAttribute("data-lesson", true);
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
    this.#open?.leave();
    this.#open = null;
    stage.clear();
    this.#address("");
    giveBackRows();
    this.#list();
    this.head.querySelector("button")?.focus();
  }

  /** @param {LessonSetup} setup */
  #try({ messages, draft }) {
    conversation.clear();
    if (messages.length) store.set("messages", messages);
    composer.put(draft);
  }

  /**
   * The address says which lesson is open, so that a reload comes back to it.
   * @param {string} id
   */
  #address(id) {
    const { pathname, search, hash } = location;
    document.body.toggleAttribute("data-lesson", id !== "");
    if (id) history.replaceState(history.state, "", linkTo(id));
    else if (hash.startsWith(LINKED)) history.replaceState(history.state, "", `${pathname}${search}`);
  }
}

/** @param {import("../types").Mount} mount */
export function mount(mount) {
  new LessonsView(mount);
}
