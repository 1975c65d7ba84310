// Live updates: the server tells which run changed, and the page asks for its part anew. Without scripts the page is whole too.
const source = document.body.dataset.live;
const state = document.getElementById("link-state");

const tell = (text, kind) => {
  state.textContent = text;
  state.dataset.kind = kind;
};

const openParts = (root) =>
  new Set([...root.querySelectorAll("details[open] > summary")].map((part) => part.textContent));

let isFetching = false;
let isStale = false;

const refresh = async () => {
  if (isFetching) {
    isStale = true;
    return;
  }
  isFetching = true;
  try {
    const reply = await fetch(source, { headers: { accept: "text/html" } });
    if (reply.ok) {
      const fresh = new DOMParser().parseFromString(await reply.text(), "text/html").getElementById("live");
      const old = document.getElementById("live");
      if (fresh && old) {
        const open = openParts(old);
        for (const part of fresh.querySelectorAll("details > summary")) {
          if (open.has(part.textContent)) part.parentElement.open = true;
        }
        const focused = document.activeElement?.closest("#live a")?.getAttribute("href");
        old.replaceWith(fresh);
        if (focused) fresh.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
        document.dispatchEvent(new CustomEvent("live"));
      }
    }
  } catch {
    // The stream of events tells when the server is back, and then everything is asked for again.
  } finally {
    isFetching = false;
    if (isStale) {
      isStale = false;
      setTimeout(refresh, 250);
    }
  }
};

if (source) {
  const run = source.startsWith("/runs/") ? source.split("/")[2] : null;
  const events = new EventSource("/events");
  events.addEventListener("open", () => tell("live", "live"));
  events.addEventListener("error", () => tell("reconnecting", "lost"));
  events.addEventListener("run", (event) => {
    if (!run || JSON.parse(event.data).run === run) refresh();
  });
  window.addEventListener("pagehide", () => events.close());
}

const help = document.getElementById("help");
const button = document.getElementById("help-button");
if (help && button) {
  button.hidden = false;
  button.addEventListener("click", () => help.showModal());
  help.addEventListener("click", (event) => {
    if (event.target === help) help.close();
  });
}
