"use strict";

// Parts of a page that keep themselves up to date: <div data-refresh="URL">.
// Quick while something moves, slow otherwise, and not at all while nobody looks.
const QUICK = 1000; // milliseconds
const SLOW = 5000;

function keepFresh(part) {
    const refresh = async () => {
        if (!document.hidden) {
            try {
                const response = await fetch(part.dataset.refresh, { credentials: "same-origin" });
                if (response.ok && !response.redirected) {
                    let html = await response.text();
                    if (part.dataset.refreshPart) {
                        const page = new DOMParser().parseFromString(html, "text/html");
                        html = page.querySelector(part.dataset.refreshPart).innerHTML;
                    }
                    // Only a change is announced to a screen reader.
                    if (html.trim() !== part.dataset.seen) {
                        const wasMoving = part.querySelector('[data-moving="1"]');
                        part.dataset.seen = html.trim();
                        part.innerHTML = html;
                        // What has come to rest may have opened a move.
                        if (wasMoving && !part.querySelector('[data-moving="1"]')) renewLiveParts();
                    }
                }
            } catch {
                // Away for a moment; the next round asks again.
            }
        }
        const moving = part.querySelector('[data-moving="1"]') || part.dataset.refreshPart;
        setTimeout(refresh, moving ? QUICK : SLOW);
    };
    setTimeout(refresh, QUICK);
}

// Fetches the page once and renews what depends on states: <div id="…" data-live>.
async function renewLiveParts() {
    const response = await fetch(location.href, { credentials: "same-origin" });
    if (!response.ok || response.redirected) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    document.querySelectorAll("[data-live]").forEach((part) => {
        const renewed = page.getElementById(part.id);
        if (renewed) part.innerHTML = renewed.innerHTML;
    });
}

// The desk asks where its case stands and who else has it open: <div data-live-url data-mark>.
function watchCase(news) {
    const others = news.querySelector("[data-others]");
    const ask = async () => {
        if (!document.hidden) {
            try {
                const response = await fetch(news.dataset.liveUrl, { credentials: "same-origin" });
                if (response.ok && !response.redirected) {
                    const now = await response.json();
                    const names = now.others.join(", ");
                    if (others.textContent !== names) others.textContent = names;
                    others.parentElement.hidden = !names;
                    news.querySelector(".desk-stale").hidden = now.mark === news.dataset.mark;
                }
            } catch {
                // Away for a moment; the next round asks again.
            }
        }
        setTimeout(ask, SLOW);
    };
    ask();
}

// Shows how a birthdate will be read while it is typed: 800305 → 1980-03-05.
// Only a help for the eye; the server reads and checks it.
function readBirthdate(text) {
    const digits = text.normalize("NFKC").trim();
    let match = digits.match(/^(\d{4})(\d{2})(\d{2})$/) || digits.match(/^(\d{4})\s*[-./년]\s*(\d{1,2})\s*[-./월]\s*(\d{1,2})\s*[.일]?$/);
    let year;
    if (match) {
        year = Number(match[1]);
    } else {
        match = digits.match(/^(\d{2})(\d{2})(\d{2})$/) || digits.match(/^(\d{2})\s*[-./년]\s*(\d{1,2})\s*[-./월]\s*(\d{1,2})\s*[.일]?$/);
        if (!match) return null;
        const now = new Date().getFullYear();
        year = 1900 + Number(match[1]);
        if (now - year > 100) year += 100;
    }
    const [month, day] = [Number(match[2]), Number(match[3])];
    const date = new Date(year, month - 1, day);
    if (date.getMonth() !== month - 1 || date.getDate() !== day) return null;
    const pad = (number) => String(number).padStart(2, "0");
    return `${year}-${pad(month)}-${pad(day)}`;
}

function showReading(field) {
    const reading = document.createElement("p");
    reading.className = "birthdate-reading";
    reading.setAttribute("aria-live", "polite");
    field.insertAdjacentElement("afterend", reading);
    field.addEventListener("input", () => {
        const date = readBirthdate(field.value);
        reading.textContent = date && date !== field.value ? `→ ${date}` : "";
    });
}

// A second click on a button that is already at work does nothing.
function onceOnly(form) {
    form.addEventListener("submit", (event) => {
        if (form.dataset.sent) event.preventDefault();
        form.dataset.sent = "1";
        // Comes back to life if the person returns with the browser's button.
        window.addEventListener("pageshow", () => delete form.dataset.sent, { once: true });
    });
}

// The preview of a template follows the typing.
function followTyping(preview) {
    const form = document.querySelector("#template_form");
    let waiting;
    const update = async () => {
        const response = await fetch(preview.dataset.url, { method: "POST", body: new FormData(form), credentials: "same-origin" });
        if (response.ok) preview.innerHTML = await response.text();
    };
    form.addEventListener("input", () => {
        clearTimeout(waiting);
        waiting = setTimeout(update, 200);
    });
}

// Answers by number keys, but never while somebody types, nor while Hangul is composed.
document.addEventListener("keydown", (event) => {
    const typing = event.target.closest("input, textarea, select, [contenteditable]");
    if (typing || event.isComposing || event.ctrlKey || event.altKey || event.metaKey) return;
    const answer = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!answer) return;
    event.preventDefault();
    answer.click();
});

document.addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("[data-refresh]").forEach(keepFresh);
    document.querySelectorAll("[data-birthdate]").forEach(showReading);
    document.querySelectorAll('form[method="post"]').forEach(onceOnly);
    document.querySelectorAll("[data-live-url]").forEach(watchCase);
    const preview = document.querySelector("#template-preview");
    if (preview) followTyping(preview);
});
