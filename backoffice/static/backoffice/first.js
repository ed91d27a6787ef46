"use strict";

// The only script that a page waits for. It chooses what the theme's scripts would choose later,
// so that the page can be shown before they have run: dark or light, and whether the side bar is
// open. What they only then hide or show is hidden till then, in theme.css.
(() => {
    const page = document.documentElement;
    const kept = (name) => {
        try {
            return localStorage.getItem(name);
        } catch {
            return null; // a browser that keeps nothing
        }
    };
    const chosen = kept("adminTheme") || '"auto"';
    const isDark = chosen === '"dark"' || (chosen === '"auto"' && matchMedia("(prefers-color-scheme: dark)").matches);
    page.dataset.starting = kept("sidebarDesktopOpen") === "0" ? "narrow" : "wide";
    if (isDark) page.classList.add("dark");
    // From here on it is theirs: a class that somebody else has set they would never take away.
    document.addEventListener("alpine:init", () => isDark && page.classList.remove("dark"));
    document.addEventListener("alpine:initialized", () => delete page.dataset.starting);
})();
