"use strict";

// Warns before a session ends of idleness, and lets the person sign in again on the page itself,
// so that nothing typed is lost. Only the server decides; this asks it.
(() => {
    const HEARTBEAT = 60000; // milliseconds between two signs of life, while somebody is at work
    const WARN = 60; // seconds before the end
    const PAINTED = 500; // milliseconds, after which a page has been shown
    let standing = null; // what the server said last
    let end = 0;
    let touched = false;
    let told = Date.now();
    let asking = false;
    let dialog = null;

    for (const kind of ["keydown", "pointerdown", "input"]) {
        document.addEventListener(kind, () => (touched = true), { capture: true, passive: true });
    }

    async function ask(method) {
        if (asking) return;
        asking = true;
        try {
            const headers = { Accept: "application/json", "X-Background": "1" };
            if (method === "POST") headers["X-CSRFToken"] = standing.token;
            const response = await fetch("/admin/session/", { method, headers, credentials: "same-origin" });
            // Somebody ended it from elsewhere, or nobody is signed in here.
            if (response.redirected) return standing && location.reload();
            if (response.ok) take(await response.json());
        } catch {
            // Away for a moment; the next round asks again.
        } finally {
            asking = false;
        }
    }

    function take(answer) {
        // Another person signed in beside this page: what it shows is not his.
        if (standing && standing.person !== answer.person) return location.reload();
        standing = answer;
        end = Date.now() + answer.left * 1000;
        document.querySelectorAll("input[name=csrfmiddlewaretoken]").forEach((field) => (field.value = answer.token));
        if (answer.left > WARN) close();
        else if (answer.left > 0) warn();
        else signInAgain();
    }

    function element(tag, properties, ...children) {
        const made = Object.assign(document.createElement(tag), properties);
        made.append(...children);
        return made;
    }

    function open(kind, ...children) {
        close();
        dialog = element("dialog", { className: "session-dialog" }, ...children);
        dialog.dataset.kind = kind;
        dialog.addEventListener("cancel", (event) => event.preventDefault());
        document.body.append(dialog);
        dialog.showModal();
    }

    function close() {
        dialog?.remove();
        dialog = null;
    }

    function warn() {
        if (dialog?.dataset.kind === "ending") return;
        const stay = element("button", { type: "button", className: "move-button primary", textContent: standing.words.stay });
        stay.addEventListener("click", () => ask("POST"));
        const sentence = element("p", { className: "session-left" });
        open("ending", sentence, element("div", { className: "panel-buttons" }, stay));
    }

    function signInAgain() {
        if (dialog?.dataset.kind === "ended") return;
        const { words } = standing;
        const error = element("p", { className: "field-error", role: "alert" });
        const form = element(
            "form",
            { method: "post", autocomplete: "off" },
            element("h2", { className: "panel-title", textContent: words.title }),
            element("p", { textContent: words.ended }),
            ...fields(words),
            error,
            element(
                "div",
                { className: "panel-buttons" },
                element("a", { href: standing.login, textContent: words.leave }),
                element("button", { className: "move-button primary", textContent: words.button }),
            ),
        );
        form.addEventListener("submit", (event) => send(event, form, error));
        open("ended", form);
        form.querySelector("input").focus();
    }

    function fields(words) {
        const made = [field("again-password", words.password, { type: "password", autocomplete: "current-password" })];
        if (words.code) made.push(field("again-code", words.code, { autocomplete: "one-time-code" }));
        return made;
    }

    function field(name, label, properties) {
        const input = element("input", { name, id: `overlay-${name}`, required: true, ...properties });
        return element("div", { className: "move-field" }, element("label", { htmlFor: input.id, textContent: label }), input);
    }

    async function send(event, form, error) {
        event.preventDefault();
        const body = new FormData(form);
        body.append("again-who", standing.who);
        try {
            const response = await fetch("/admin/session/again/", {
                method: "POST",
                body,
                headers: { Accept: "application/json", "X-CSRFToken": standing.token },
                credentials: "same-origin",
            });
            if (response.redirected) return location.assign(standing.login);
            const answer = await response.json();
            if (response.ok) return take(answer);
            error.textContent = answer.error;
            form.querySelector("input").select();
        } catch {
            // Another page may have renewed the token meanwhile.
            error.textContent = standing.words.trouble;
            ask("GET");
        }
    }

    function round() {
        if (!standing) return;
        const left = Math.ceil((end - Date.now()) / 1000);
        if (dialog?.dataset.kind === "ended") return;
        if (touched && Date.now() - told > HEARTBEAT) {
            touched = false;
            told = Date.now();
            ask("POST");
        } else if (left <= 0 || (left <= WARN && !dialog)) {
            ask("GET"); // another page of this browser may have been at work
        }
        const shown = dialog?.querySelector(".session-left");
        if (shown) shown.textContent = standing.words.ending.replace("%(seconds)s", Math.max(0, left));
    }

    document.addEventListener("DOMContentLoaded", () => {
        if (document.body.classList.contains("login")) return; // the pages of the sign-in itself
        setTimeout(ask, PAINTED, "GET");
        setInterval(round, 1000);
        document.addEventListener("visibilitychange", () => document.hidden || !standing || ask("GET"));
    });
})();
