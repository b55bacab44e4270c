// Small helps for pages that work without them.
"use strict";

// The reader's time zone, so that the server can show times by the reader's clock as well.
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (zone && !document.cookie.split("; ").includes("tz=" + zone))
  document.cookie = "tz=" + zone + "; path=/; max-age=31536000; samesite=lax";

// A hold counts down, and says two minutes before its end that it ends.
for (const clock of document.querySelectorAll("[data-until]")) {
  const until = Date.parse(clock.dataset.until);
  // The page says what time it is for the marketplace: the browser's clock may be wrong.
  const ahead = Date.parse(clock.dataset.now) - Date.now();
  const left = clock.querySelector(".left");
  const warning = clock.querySelector(".warning");
  const bar = clock.querySelector("progress");
  const warnBefore = 3 * 60;
  const tick = () => {
    const seconds = Math.max(0, Math.round((until - Date.now() - ahead) / 1000));
    const minutes = Math.floor(seconds / 60);
    left.textContent = minutes >= 60
      ? Math.floor(minutes / 60) + " h " + (minutes % 60) + " min left"
      : minutes + ":" + String(seconds % 60).padStart(2, "0") + " left";
    if (bar) bar.value = Math.min(seconds, bar.max);
    if (seconds <= warnBefore && warning && !warning.textContent) {
      warning.textContent = warning.dataset.text;
      clock.classList.add("ending");
    }
    if (seconds === 0) {
      left.textContent = "The hold has ended";
      clearInterval(timer);
    }
  };
  const timer = setInterval(tick, 1000);
  tick();
}

// Forms with data-auto are sent when a choice changes; their button stays for everybody else.
for (const form of document.querySelectorAll("form[data-auto]"))
  form.addEventListener("change", event => { if (event.target.matches("select")) form.requestSubmit(); });

// One reason is open at a time; Escape and a click elsewhere close it.
const closeReasons = except => {
  for (const open of document.querySelectorAll(".why[open]")) if (open !== except) open.open = false;
};
document.addEventListener("click", event => closeReasons(event.target.closest(".why")));
document.addEventListener("keydown", event => {
  if (event.key !== "Escape") return;
  document.activeElement.closest(".why")?.querySelector("summary").focus();
  closeReasons(null);
});

// A form is sent once.
document.addEventListener("submit", event => {
  if (event.target.method !== "post") return;
  for (const button of event.target.querySelectorAll("button[type=submit]"))
    setTimeout(() => { button.disabled = true; });
});

// Buttons that print the page.
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
