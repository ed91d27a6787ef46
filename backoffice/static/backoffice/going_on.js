"use strict";

// A call goes on without loading its page anew: what follows an answer takes the place of what
// stood there, <form data-goes-on>, and is told so by the event "renewed". Where there is no such
// page in the answer (signed out, refused, out of reach), the browser sends the form as if this
// script were not there: the server tells an answer that it has had by its step,
// and a case that it has opened by the form's key.
(() => {
    let shown = location.pathname;

    document.addEventListener("submit", async (event) => {
        const { target: form, submitter } = event;
        if (event.defaultPrevented || !form.matches("[data-goes-on]")) return;
        event.preventDefault();
        form.closest("#main").dataset.goingOn = ""; // what is new there is on its way
        const body = new URLSearchParams(new FormData(form, submitter));
        try {
            const response = await fetch(form.action, { method: "POST", body, credentials: "same-origin" });
            if (response.ok && show(await response.text(), response)) return;
        } catch {
            // The line broke; the browser has words for it.
        }
        if (submitter?.name) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: submitter.name, value: submitter.value }));
        form.submit();
    });

    function show(html, { redirected, url }) {
        const page = new DOMParser().parseFromString(html, "text/html");
        const main = page.querySelector("#main");
        if (!main) return false;
        // Parsed without scripts, what is meant for browsers without them came to life.
        main.querySelectorAll("noscript").forEach((part) => part.remove());
        if (redirected && !url.endsWith("/desk/")) {
            location.assign(url); // its frame is another
            return true;
        }
        if (redirected && url !== location.href) history.pushState(null, "", url);
        shown = location.pathname;
        document.title = page.title;
        keepNote(document, main);
        document.querySelector("#main").replaceWith(main);
        scrollTo(0, 0);
        main.dispatchEvent(new Event("renewed", { bubbles: true }));
        return true;
    }

    // A note that was begun is not lost with the page that it was begun on.
    function keepNote(before, now) {
        const [begun, note] = [before, now].map((page) => page.querySelector("#desk-note"));
        const isOfTheSame = begun && note && !note.readOnly && begun.form.action === note.form.action;
        if (isOfTheSame && begun.value !== begun.defaultValue) note.value = begun.value;
    }

    // The browser's own way back leads to a page that is not there any more.
    window.addEventListener("popstate", () => location.pathname === shown || location.reload());
})();
