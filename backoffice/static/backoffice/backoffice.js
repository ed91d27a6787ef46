"use strict";

// Parts of a page that keep themselves up to date: <div data-refresh="URL">.
// Quick while something moves, slow otherwise, and not at all while nobody looks. On the desk, which
// asks what is new anyway, what rests is told.
const QUICK = 1000; // milliseconds
const SLOW = 5000;

// What a page asks by itself: it does not count as somebody being at work.
function askAlone(url) {
    return fetch(url, { credentials: "same-origin", headers: { "X-Background": "1" } });
}

function keepFresh(part) {
    const isTold = document.querySelector("[data-live-url]");
    let rests = false;
    let isWanted = false; // told of something new while it was asking
    const refresh = async () => {
        if (!part.isConnected) return; // the call went on
        rests = isWanted = false;
        const isFresh = document.hidden || (await renew(part));
        const isMoving = part.querySelector('[data-moving="1"]') || part.dataset.refreshPart;
        if (isMoving || isWanted) setTimeout(refresh, QUICK);
        else if (isTold && isFresh) rests = true;
        else setTimeout(refresh, SLOW);
    };
    part.addEventListener("told", () => {
        isWanted = true;
        if (rests) refresh();
    });
    setTimeout(refresh, QUICK);
}

async function renew(part) {
    try {
        const response = await askAlone(part.dataset.refresh);
        if (!response.ok || response.redirected) return false;
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
        return true;
    } catch {
        return false; // away for a moment; the next round asks again
    }
}

// Fetches the page once and renews what depends on states: <div id="…" data-live>.
async function renewLiveParts() {
    const response = await askAlone(location.href);
    if (!response.ok || response.redirected) return;
    const page = new DOMParser().parseFromString(await response.text(), "text/html");
    document.querySelectorAll("[data-live]").forEach((part) => {
        const renewed = page.getElementById(part.id);
        if (renewed) part.innerHTML = renewed.innerHTML;
    });
}

// The desk asks where its case stands, whether its texts went on, and who else has it open:
// <div data-live-url data-mark data-texts>.
function watchCase(news) {
    const others = news.querySelector("[data-others]");
    const ask = async () => {
        if (!document.hidden) {
            try {
                const response = await askAlone(news.dataset.liveUrl);
                if (response.ok && !response.redirected) {
                    const now = await response.json();
                    if (!news.isConnected || news.closest("[data-going-on]")) return;
                    const names = now.others.join(", ");
                    if (others.textContent !== names) others.textContent = names;
                    others.parentElement.hidden = !names;
                    if (now.texts !== news.dataset.texts) {
                        news.dataset.texts = now.texts;
                        document.querySelectorAll("[data-refresh]").forEach((part) => part.dispatchEvent(new Event("told")));
                    }
                    if (now.mark !== news.dataset.mark) {
                        // Somebody went on, or a lead decided. What is being typed is not lost.
                        if (!somethingIsTyped()) return location.reload();
                        news.querySelector(".desk-stale").hidden = false;
                    }
                }
            } catch {
                // Away for a moment; the next round asks again.
            }
        }
        if (news.isConnected) setTimeout(ask, SLOW);
    };
    setTimeout(ask, QUICK / 2); // the page is new, and shown first
}

function somethingIsTyped() {
    return [...document.querySelectorAll("main textarea, main input, #content textarea, #content input")].some(
        (field) => !["hidden", "checkbox", "radio", "submit"].includes(field.type) && field.value !== field.defaultValue,
    );
}

// Something that a worker is at: <div data-job="URL">. The page is loaded anew when it has ended.
function watchJob(part) {
    const bar = part.querySelector("progress");
    const count = part.querySelector("[data-job-count]");
    const tag = part.querySelector(".tag");
    const ask = async () => {
        try {
            const response = await fetch(part.dataset.job, { credentials: "same-origin" });
            if (response.ok && !response.redirected) {
                const now = await response.json();
                if (!now.moving) return location.reload();
                bar.max = now.total || 1;
                bar.value = now.done;
                tag.dataset.state = now.state;
                tag.textContent = now.label;
                count.textContent = `${now.done.toLocaleString()} / ${now.total.toLocaleString()}`;
            }
        } catch {
            // Away for a moment; the next round asks again.
        }
        setTimeout(ask, QUICK);
    };
    setTimeout(ask, QUICK / 4);
}

// For whoever decides: the link to the queue shows how many wait, on every page; so does the
// title, and a sound tells of a new one unless it is switched off.
function watchApprovals(link) {
    const badge = document.createElement("strong");
    badge.className = "nav-count";
    link.append(badge);
    const queue = document.querySelector("[data-approval-queue]");
    const url = new URL("live/", link.href);
    const ask = async () => {
        try {
            const response = await askAlone(url);
            if (response.ok && !response.redirected) {
                const { mark, count } = await response.json();
                badge.textContent = count || "";
                document.title = (count ? `(${count}) ` : "") + document.title.replace(/^\(\d+\) /, "");
                if (count > Number(sessionStorage.getItem("approvals-seen") || 0)) beep();
                sessionStorage.setItem("approvals-seen", count);
                if (queue && queue.dataset.mark !== mark) {
                    if (!somethingIsTyped()) return location.reload();
                    queue.querySelector("[data-queue-stale]").hidden = false;
                }
            }
        } catch {
            // Away for a moment; the next round asks again.
        }
        setTimeout(ask, SLOW);
    };
    ask();
}

function soundIsOn() {
    return localStorage.getItem("approvals-sound") !== "off";
}

function beep() {
    // Before the first click or key a browser lets nothing sound: the title tells it.
    if (!soundIsOn() || !navigator.userActivation?.hasBeenActive) return;
    try {
        const sound = new AudioContext();
        const tone = sound.createOscillator();
        const volume = sound.createGain();
        tone.frequency.value = 880; // hertz
        volume.gain.setValueAtTime(0.15, sound.currentTime);
        volume.gain.exponentialRampToValueAtTime(0.001, sound.currentTime + 0.4);
        tone.connect(volume).connect(sound.destination);
        tone.start();
        tone.stop(sound.currentTime + 0.4);
    } catch {
        // A browser without sound: the title tells it.
    }
}

function switchSound(button) {
    const show = () => {
        button.textContent = soundIsOn() ? button.dataset.on : button.dataset.off;
        button.setAttribute("aria-pressed", soundIsOn());
    };
    button.addEventListener("click", () => {
        localStorage.setItem("approvals-sound", soundIsOn() ? "off" : "on");
        show();
        beep();
    });
    show();
}

// Somebody composes Hangul: what he presses belongs to the word. Safari says so by 229 alone.
function isComposing(event) {
    return event.isComposing || event.keyCode === 229;
}

// A or R decides the first request of the queue: the cursor goes to its reason, Enter sends it.
function decideByKey(form) {
    const reason = form.querySelector("[name=reason]");
    document.addEventListener("keydown", (event) => {
        const typing = event.target.closest("input, textarea, select, [contenteditable]");
        if (typing || isComposing(event) || event.ctrlKey || event.altKey || event.metaKey) return;
        const verdict = { KeyA: "approve", KeyR: "reject" }[event.code];
        if (!verdict) return;
        event.preventDefault();
        form.dataset.verdict = verdict;
        form.querySelectorAll("[name=verdict]").forEach((button) => {
            button.classList.toggle("primary", button.value === verdict);
        });
        reason.focus();
    });
    reason.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || isComposing(event)) return;
        event.preventDefault();
        form.requestSubmit(form.querySelector(`[value="${form.dataset.verdict || "approve"}"]`));
    });
}

// How long something waits, counted on: <dd data-since="seconds since 1970">.
function countOn(part) {
    const since = 1000 * part.dataset.since;
    const pad = (number) => String(number).padStart(2, "0");
    const show = () => {
        const seconds = Math.max(0, Math.floor((Date.now() - since) / 1000));
        const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
        part.textContent = `${hours ? `${hours}:` : ""}${hours ? pad(minutes) : minutes}:${pad(seconds % 60)}`;
    };
    show();
    const clock = setInterval(() => (part.isConnected ? show() : clearInterval(clock)), 1000);
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
    const typing = event.target.closest("input, textarea, select, dialog, [contenteditable]");
    if (typing || isComposing(event) || event.ctrlKey || event.altKey || event.metaKey) return;
    const answer = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!answer) return;
    event.preventDefault();
    answer.click();
});

// What its parts need, of the whole page or of what was renewed.
function start({ target: page }) {
    // Before the first picture, which is what a browser's own autofocus waits for: whoever types
    // at once loses nothing.
    if (document.activeElement === document.body) page.querySelector("[autofocus]")?.focus();
    page.querySelectorAll("[data-refresh]").forEach(keepFresh);
    page.querySelectorAll("[data-birthdate]").forEach(showReading);
    page.querySelectorAll('form[method="post"]').forEach(onceOnly);
    page.querySelectorAll("[data-job]").forEach(watchJob);
    page.querySelectorAll("[data-live-url]").forEach(watchCase);
    page.querySelectorAll("[data-since]").forEach(countOn);
    page.querySelectorAll("[data-sound]").forEach(switchSound);
}
document.addEventListener("DOMContentLoaded", start);
document.addEventListener("renewed", start);

document.addEventListener("DOMContentLoaded", () => {
    // A telephone number that the softphone put into the address stays in no history.
    const address = document.querySelector("[data-address]");
    if (address) history.replaceState(history.state, "", address.dataset.address);
    const decision = document.querySelector("[data-decision]");
    if (decision) decideByKey(decision);
    const approvals = document.querySelector('a[href$="/cases/approval/queue/"]');
    if (approvals) watchApprovals(approvals);
    const preview = document.querySelector("#template-preview");
    if (preview) followTyping(preview);
});
