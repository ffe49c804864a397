/* The name, the lessons, the theme. */
import { LESSONS } from "../lessons/lessons";
import { button, h, say } from "./dom";
import type { LessonPanel } from "./lesson_panel";
import { onTheme } from "./palette";
import { isDark, otherTheme } from "./theme";

export function header(lessons: LessonPanel): HTMLElement {
    const choose = h("select", { "aria-label": "Lesson" }, h("option", { value: "" }, "Lessons …"), ...LESSONS.map((lesson, i) => h("option", { value: lesson.id }, `${i + 1}. ${lesson.title}`)));
    choose.onchange = () => void (choose.value ? lessons.open(choose.value) : lessons.close());
    lessons.onChange = (id) => (choose.value = id);
    const theme = button("", otherTheme);
    const name = () => {
        say(theme, isDark() ? "Light" : "Dark");
        theme.ariaLabel = isDark() ? "Light theme" : "Dark theme";
    };
    name();
    onTheme(name);
    return h("header", { class: "top" }, h("h1", {}, "Relive"), h("p", { class: "tagline" }, "Watch neurons die, ask why, bring them back."), h("div", { class: "top-tools" }, h("a", { href: "#set-up", class: "to-setup", onclick: toSetup }, "Set-up"), choose, theme));
}

/** The address is the state's: a jump must not change it. */
function toSetup(event: Event): void {
    event.preventDefault();
    const first = document.querySelector<HTMLElement>(".setup summary");
    first?.scrollIntoView({ block: "center" });
    first?.focus({ preventScroll: true });
}
