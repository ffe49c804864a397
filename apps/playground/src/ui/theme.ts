/* Light, dark, or as the system has it. The choice lives in the page alone: nothing is stored. */
const system = matchMedia("(prefers-color-scheme: dark)");
let chosen = "";
let changed: () => void = () => undefined;

function apply(): void {
    document.documentElement.dataset.theme = chosen || (system.matches ? "dark" : "light");
    changed();
}

export function startTheme(theme: string, onChange: () => void): void {
    chosen = theme === "dark" || theme === "light" ? theme : "";
    changed = onChange;
    system.addEventListener("change", apply);
    apply();
}

export function otherTheme(): void {
    chosen = document.documentElement.dataset.theme === "dark" ? "light" : "dark";
    apply();
}

export function isDark(): boolean {
    return document.documentElement.dataset.theme === "dark";
}
