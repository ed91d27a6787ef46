"use strict";

// What is shown once: gone from the page after its seconds, and as soon as the page is left.
function showOnce(part) {
    const end = Date.now() + Number(part.dataset.shownOnce) * 1000; // also over a sleep
    const clock = part.querySelector("[data-left]");
    const gone = () => {
        part.remove();
        document.querySelector("[data-gone]").hidden = false;
    };
    const tick = () => {
        if (!part.isConnected) return;
        const left = Math.ceil((end - Date.now()) / 1000);
        clock.textContent = left;
        if (left <= 0) return gone();
        setTimeout(tick, 250);
    };
    window.addEventListener("pagehide", gone);
    part.addEventListener("copy", (event) => event.preventDefault());
    part.addEventListener("contextmenu", (event) => event.preventDefault());
    tick();
}

// A masked field and the link beside it that unmasks it. The link is a page of its own; here its
// form opens as a dialog, and the answer stands in the field's place for as long as the server
// says, one field at a time. Nothing of it is left in the page afterwards.
let maskAgain = () => {};

async function askToReveal(link) {
    const response = await fetch(link.href, { credentials: "same-origin", cache: "no-store" });
    const form = response.ok && !response.redirected && (await formOf(response));
    if (!form) return location.assign(link.href);
    const dialog = document.createElement("dialog");
    dialog.className = "panel reveal-dialog";
    dialog.append(form);
    (document.querySelector("#content") || document.body).append(dialog);
    dialog.addEventListener("close", () => dialog.remove());
    dialog.addEventListener("click", (event) => {
        if (!event.target.closest("[data-reveal-cancel]")) return;
        event.preventDefault();
        dialog.close();
    });
    dialog.addEventListener("submit", async (event) => {
        event.preventDefault();
        if (dialog.dataset.sent) return;
        dialog.dataset.sent = "1";
        await sendReveal(event.target, dialog, link).catch(() => event.target.submit());
        delete dialog.dataset.sent;
    });
    dialog.showModal();
    dialog.querySelector("[autofocus]")?.focus();
}

async function formOf(response) {
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    const form = page.querySelector("[data-reveal-form]");
    const title = page.querySelector(".panel-title");
    if (form && title) form.prepend(title);
    return form;
}

async function sendReveal(form, dialog, link) {
    const response = await fetch(form.action, {
        method: "POST",
        body: new FormData(form),
        headers: { Accept: "application/json" },
        credentials: "same-origin",
        cache: "no-store",
    });
    if (response.redirected) return location.reload(); // signed out meanwhile
    if ((response.headers.get("Content-Type") || "").startsWith("application/json")) {
        const { value, seconds } = await response.json();
        dialog.close();
        return unmask(link, value, seconds);
    }
    const again = await formOf(response); // refused: its sentence, and what was typed
    if (!again) return location.assign(link.href);
    dialog.replaceChildren(again);
    again.querySelector("[aria-invalid], [autofocus]")?.focus();
}

function unmask(link, value, seconds) {
    maskAgain();
    const [field, clock] = [link.previousElementSibling, link.nextElementSibling];
    const icon = link.querySelector(".material-symbols-outlined");
    const masked = field.textContent;
    const end = Date.now() + seconds * 1000; // also over a sleep
    const timer = setInterval(() => tick(), 250);
    const tick = () => {
        const left = Math.ceil((end - Date.now()) / 1000);
        clock.textContent = left;
        if (left <= 0) maskAgain();
    };
    maskAgain = () => {
        clearInterval(timer);
        field.textContent = masked;
        field.classList.remove("unmasked");
        clock.hidden = true;
        link.removeAttribute("aria-pressed");
        icon.textContent = "visibility";
        maskAgain = () => {};
    };
    field.textContent = value;
    field.classList.add("unmasked");
    clock.hidden = false;
    link.setAttribute("aria-pressed", "true"); // pressed again, it masks before its time
    icon.textContent = "visibility_off";
    link.focus();
    tick();
}

for (const end of ["pagehide", "renewed"]) window.addEventListener(end, () => maskAgain());
document.addEventListener("click", (event) => {
    const link = event.target.closest("[data-reveal]");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (link.hasAttribute("aria-pressed")) return maskAgain();
    askToReveal(link).catch(() => location.assign(link.href));
});

for (const start of ["DOMContentLoaded", "renewed"]) {
    document.addEventListener(start, ({ target }) => target.querySelectorAll("[data-shown-once]").forEach(showOnce));
}
