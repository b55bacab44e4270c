// The calendar by mouse and by keys. Nothing is changed here: each gesture ends on a page that says what will happen
// and asks. Without this file the same pages are reached by links.
"use strict";

for (const board of document.querySelectorAll("table.board")) {
  const { base, zone, view } = board.dataset;
  const snapMinutes = 15;
  const edgePixels = 7;
  const time = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone, weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit",
    hourCycle: "h23",
  });
  const clock = new Intl.DateTimeFormat("en-GB", {
    timeZone: zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  });
  const iso = minutes => new Date(minutes * 60000).toISOString().replace(".000", "");
  const range = (start, end) => `${time.format(start * 60000)} to ${
    (end - start >= 1440 ? time : clock).format(end * 60000)}`;

  // What is said aloud and shown while something is moved.
  const live = document.createElement("p");
  live.className = "board-say";
  live.setAttribute("role", "status");
  board.parentElement.after(live);
  const keys = document.createElement("p");
  keys.className = "muted small board-help";
  keys.id = "board-keys";
  keys.textContent = "Drag over free time to close it, a booking to move it, its right edge to change its end. "
    + "With keys: arrows to go, Enter to open, C close, M move, E change the end, Escape to stop. "
    + "Each asks before anything changes.";
  board.parentElement.before(keys);

  const rows = [...board.tBodies[0].rows].map(row => [...row.cells].filter(cell => cell.tagName === "TD"));
  const entriesOf = cell => [...cell.querySelectorAll(".entry")];
  const trackOf = element => element?.closest("td")?.querySelector(".track");
  const keyed = element => {
    const key = element.dataset.entry ?? element.dataset.of;
    return element.matches(".entry") ? element
      : element.closest("td").querySelector(`.entry[data-entry="${CSS.escape(key)}"]`)
        ?? board.querySelector(`.entry[data-entry="${CSS.escape(key)}"]`);
  };
  const may = (entry, what) => (entry.dataset.can ?? "").includes(what);
  const nameOf = entry => entry.querySelector("b")?.textContent
    ?? entry.getAttribute("aria-label").replace(/^.*?: /, "").split(",")[0];

  // Where minutes stand in a track, and starts that lie on the grid of an opening.
  const place = track => ({ from: +track.dataset.from, length: +track.dataset.minutes });
  const minuteAt = (track, x) => {
    const box = track.getBoundingClientRect();
    const { from, length } = place(track);
    return from + Math.min(1, Math.max(0, (x - box.left) / box.width)) * length;
  };
  const openings = track => [...track.querySelectorAll("rect.open")].map(open => {
    const { from, length } = place(track);
    return from + Math.round(parseFloat(open.getAttribute("x")) * length / 100);
  });
  const snapped = (minute, step, track) => {
    const starts = step === snapMinutes ? [] : openings(track);
    const around = starts.filter(start => start <= minute + step / 2).pop() ?? starts[0];
    return around === undefined
      ? Math.round(minute / snapMinutes) * snapMinutes
      : around + Math.round((minute - around) / step) * step;
  };

  let change = null;
  const draw = () => {
    for (const old of board.querySelectorAll(".ghost")) old.remove();
    if (!change) return;
    for (const track of board.querySelectorAll(".track")) {
      if (track.dataset.resource !== change.track.dataset.resource) continue;
      const { from, length } = place(track);
      const [start, end] = [Math.max(change.start, from), Math.min(change.end, from + length)];
      if (start >= end) continue;
      const ghost = document.createElementNS("http://www.w3.org/2000/svg", "rect");
      ghost.setAttribute("class", "ghost");
      ghost.setAttribute("x", (start - from) * 100 / length + "%");
      ghost.setAttribute("width", (end - start) * 100 / length + "%");
      ghost.setAttribute("y", "1");
      ghost.setAttribute("height", Math.max(2, track.getBoundingClientRect().height - 2));
      track.append(ghost);
    }
    const what = change.kind === "close" ? "Close" : change.kind === "move" ? `Move ${nameOf(change.entry)} to`
      : `${nameOf(change.entry)} until`;
    live.textContent = `${what} ${change.kind === "resize" ? time.format(change.end * 60000)
      : range(change.start, change.end)}${change.byKeys ? ". Enter goes on, Escape stops." : ""}`;
  };
  const stop = text => {
    change = null;
    draw();
    live.textContent = text ?? "";
  };
  const goOn = () => {
    const { kind, entry, track, start, end } = change;
    if (kind !== "close" && start === +entry.dataset.start && end === +entry.dataset.end)
      return stop("Nothing changed.");
    const [booking, item] = entry ? entry.dataset.entry.split("/") : [];
    const query = kind === "close" ? { resource: track.dataset.resource, start: iso(start), end: iso(end) }
      : kind === "move" ? { booking, item, start: iso(start) } : { booking, item, end: iso(end) };
    const path = kind === "close" ? "/closures" : kind === "move" ? "/calendar/move" : "/calendar/length";
    location.assign(`${base}${path}?${new URLSearchParams(query)}${kind === "close" ? "#plan" : ""}`);
  };
  const begin = (kind, track, entry, byKeys) => {
    const step = entry && kind === "move" ? +entry.dataset.step : snapMinutes;
    const first = openings(track)[0] ?? place(track).from;
    change = {
      kind, track, entry, step, byKeys,
      start: entry ? +entry.dataset.start : first, end: entry ? +entry.dataset.end : first + 60,
    };
  };

  // By mouse or pen; a finger scrolls, and has the links.
  let press = null, dragged = false;
  board.addEventListener("dragstart", event => event.preventDefault());
  board.addEventListener("pointerdown", event => {
    const track = event.target.closest?.(".track");
    if (!track || event.button !== 0 || event.pointerType === "touch") return;
    const bar = event.target.closest("[data-entry], [data-of]");
    dragged = false;
    press = {
      x: event.clientX, y: event.clientY, track, entry: bar && keyed(bar), minute: minuteAt(track, event.clientX),
    };
    if (!bar) return;
    if (!press.entry) {
      press = null;
      return;
    }
    const box = (bar.querySelector("rect.block") ?? bar).getBoundingClientRect();
    press.kind = event.clientX > box.right - edgePixels && may(press.entry, "resize") ? "resize" : "move";
    if (!may(press.entry, press.kind)) press.kind = null;
  });
  document.addEventListener("pointermove", event => {
    if (!press) return;
    if (!dragged) {
      if (Math.hypot(event.clientX - press.x, event.clientY - press.y) < 4) return;
      dragged = true;
      if (press.entry && !press.kind) {
        press = null;
        return stop("This one can no longer be moved.");
      }
      begin(press.entry ? press.kind : "close", press.track, press.entry, false);
    }
    if (!change) return;
    const under = document.elementFromPoint(event.clientX, event.clientY)?.closest?.(".track");
    const track = change.kind === "move" && under?.dataset.resource === press.track.dataset.resource
      ? under : press.track;
    const minute = minuteAt(track, event.clientX);
    if (change.kind === "close") {
      const [one, other] = [press.minute, minute].map(m => Math.round(m / snapMinutes) * snapMinutes);
      [change.start, change.end] = [Math.min(one, other), Math.max(one, other, Math.min(one, other) + snapMinutes)];
    } else if (change.kind === "resize") {
      change.end = Math.max(change.start + snapMinutes, Math.round(minute / snapMinutes) * snapMinutes);
    } else {
      const length = change.end - change.start;
      change.start = snapped(minute - (press.minute - +press.entry.dataset.start), change.step, track);
      change.end = change.start + length;
      change.track = track;
    }
    draw();
    event.preventDefault();
  });
  document.addEventListener("pointerup", () => {
    press = null;
    if (dragged && change) goOn();
  });
  document.addEventListener("pointercancel", () => { press = null; if (dragged) stop(); });
  board.addEventListener("click", event => {
    if (dragged) {
      event.preventDefault();
      dragged = false;
      return;
    }
    const bar = event.target.closest?.("rect[data-of]");
    if (bar) location.assign(keyed(bar)?.getAttribute("href"));
  });

  // By keys: one place of the grid is in the order of tabs, arrows move it.
  board.setAttribute("role", "grid");
  board.setAttribute("aria-describedby", keys.id);
  const places = rows.flat().flatMap(cell => [cell, ...entriesOf(cell)]);
  for (const cell of rows.flat()) cell.setAttribute("role", "gridcell");
  const enter = (target, focus = true) => {
    for (const other of places) other.setAttribute("tabindex", other === target ? "0" : "-1");
    if (focus) target.focus();
  };
  if (places.length > 0) enter(places[0], false);
  board.addEventListener("focusin", event => { if (places.includes(event.target)) enter(event.target, false); });

  const next = (from, key) => {
    const cell = from.closest("td");
    const row = rows.findIndex(cells => cells.includes(cell));
    const column = rows[row].indexOf(cell);
    if (key === "Home") return rows[row][0];
    if (key === "End") return rows[row].at(-1);
    const along = view === "day" ? ["ArrowLeft", "ArrowRight"] : ["ArrowUp", "ArrowDown"];
    const step = key === "ArrowLeft" || key === "ArrowUp" ? -1 : 1;
    if (!along.includes(key)) return view === "day" ? rows[row + step]?.[0] : rows[row][column + step];
    const line = (view === "day" ? [cell] : rows.map(cells => cells[column])).flatMap(c => [c, ...entriesOf(c)]);
    return line[line.indexOf(from) + step];
  };
  const adjust = (key, shift) => {
    const step = key === "ArrowLeft" || key === "ArrowUp" ? -1 : 1;
    const sideways = key === "ArrowLeft" || key === "ArrowRight";
    if (change.kind === "resize" || (change.kind === "close" && (shift || !sideways)))
      change.end = Math.max(change.start + snapMinutes, change.end + step * snapMinutes);
    else if (sideways) {
      change.start += step * change.step;
      change.end += step * change.step;
    } else {
      const tracks = [...change.track.closest("tr").querySelectorAll(".track")];
      const other = tracks[tracks.indexOf(change.track) + step];
      if (!other) return;
      const by = place(other).from - place(change.track).from;
      change.track = other;
      change.start += by;
      change.end += by;
    }
  };
  board.addEventListener("keydown", event => {
    const at = places.includes(event.target) ? event.target : null;
    if (!at || event.ctrlKey || event.metaKey || event.altKey) return;
    const { key } = event;
    if (change) {
      if (key === "Escape") stop("Stopped. Nothing changed.");
      else if (key === "Enter") goOn();
      else if (key.startsWith("Arrow")) {
        adjust(key, event.shiftKey);
        draw();
      } else return;
      event.preventDefault();
      return;
    }
    const isEntry = at.matches(".entry");
    if (key.startsWith("Arrow") || key === "Home" || key === "End") {
      const target = next(at, key);
      if (target) enter(target);
    } else if (key === "Enter" && !isEntry && at.dataset.at) location.assign(at.dataset.at);
    else if (key === "c" || key === "C") {
      const track = trackOf(at);
      if (!track) return stop("It is not open then: there is nothing to close.");
      begin("close", track, null, true);
      draw();
    } else if (isEntry && "mMeE".includes(key)) {
      const kind = key.toLowerCase() === "m" ? "move" : "resize";
      if (!may(at, kind)) return stop(kind === "move" ? "This one can no longer be moved."
        : "The end of this one cannot be changed: it is not confirmed, or over.");
      begin(kind, trackOf(at), at, true);
      draw();
    } else return;
    event.preventDefault();
  });
}
