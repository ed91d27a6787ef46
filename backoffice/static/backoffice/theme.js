"use strict";

// The theme looks for a text field of its own beside each file field, and fails without one.
document.addEventListener("change", (event) => event.target.matches("input.file-input") && event.stopPropagation(), { capture: true });

// "?" opens the help in a tab of its own, so that a call goes on where it is. "/" leads to the
// search from every page: to its box, or to the first page, whose box is focused, but not away
// from what somebody has begun to type.
document.addEventListener("keydown", (event) => {
    if (!["/", "?"].includes(event.key) || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    if (event.target.closest("input, textarea, select, dialog, [contenteditable]")) return;
    if (!document.querySelector("#nav-sidebar-apps")) return; // nobody is signed in
    if (event.key === "?") return void window.open("/admin/help/", "help");
    const home = document.querySelector("#nav-sidebar-apps a[href$='/drivers/driver/']");
    if (!home || document.querySelector("#searchbar, dialog[open]")) return; // the theme's own
    event.preventDefault();
    const box = document.querySelector(".find input[name=q]");
    if (box) return box.focus();
    const fields = [...document.querySelectorAll("#content textarea, #content input:not([type=hidden]):not([type=checkbox]):not([type=radio])")];
    if (!fields.some((field) => field.value !== field.defaultValue)) location.assign("/admin/");
});
