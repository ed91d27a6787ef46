"use strict";

// The theme looks for a text field of its own beside each file field, and fails without one.
document.addEventListener("change", (event) => event.target.matches("input.file-input") && event.stopPropagation(), { capture: true });

// The theme asks the script that draws scroll bars to bring the lit line of the side bar into
// sight. The browser's own scroll bars need no script, and are asked here.
window.SimpleBar = { instances: new Map() };
document.addEventListener("DOMContentLoaded", () => document.querySelector("#nav-sidebar-apps .active")?.scrollIntoView({ block: "nearest" }));

// "?" opens the help in a tab of its own, so that a call goes on where it is. "/" leads to the
// search from every page: to its own box, to that of the side bar, or where that is hidden to the
// first page, whose box is focused, but not away from what somebody has begun to type.
document.addEventListener("keydown", (event) => {
    if (!["/", "?"].includes(event.key) || isComposing(event) || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("input, textarea, select, dialog, [contenteditable]")) return;
    if (!document.querySelector("#nav-sidebar-apps")) return; // nobody is signed in
    if (event.key === "?") return void window.open("/admin/help/", "help");
    const home = document.querySelector("#nav-sidebar-apps a[href$='/drivers/driver/']");
    if (!home || document.querySelector("#searchbar, dialog[open]")) return; // the theme's own
    event.preventDefault();
    const box = document.querySelector(".find input[name=q]") || document.querySelector(".nav-find input[name=q]");
    if (box?.checkVisibility()) return box.focus();
    const fields = [...document.querySelectorAll("#content textarea, #content input:not([type=hidden]):not([type=checkbox]):not([type=radio])")];
    if (!fields.some((field) => field.value !== field.defaultValue)) location.assign("/admin/");
});

// The boxes to look a row up in carry no name: each takes that of its field. They are made some
// time after the page, and once more when a row of a form is added.
function nameOfField(box) {
    const field = box.closest(".select2-container").previousElementSibling;
    const label = field?.labels?.[0];
    const shown = box.querySelector(".select2-selection__rendered");
    if (!label || !shown || shown.getAttribute("aria-labelledby")) return;
    label.id ||= `label-of-${field.id}`;
    box.setAttribute("aria-labelledby", `${label.id} ${shown.id}`);
    shown.setAttribute("aria-labelledby", label.id);
}
new MutationObserver((changes) => {
    for (const { target } of changes) if (target.matches(".select2-selection")) nameOfField(target);
}).observe(document, { attributeFilter: ["aria-labelledby"], subtree: true });
