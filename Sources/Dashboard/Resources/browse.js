// Keys. Whatever a key does, a link or a field on the page does too.
const kind = document.body.dataset.kind;
let current = -1;

const rows = () => [...document.querySelectorAll("[data-row]")];
const columns = () => [...document.querySelectorAll("[data-column]")];
const link = (relation) => document.querySelector(`a[rel="${relation}"]`);
const follow = (element) => element && element.click();

const select = (step) => {
  const all = rows();
  if (all.length === 0) return;
  current = Math.min(all.length - 1, Math.max(0, current + step));
  all.forEach((row, place) => row.classList.toggle("selected", place === current));
  const anchor = all[current].querySelector("a");
  anchor?.focus({ preventScroll: true });
  all[current].scrollIntoView({ block: "nearest" });
};

const move = (step) => {
  const all = columns();
  const frame = document.querySelector(".models");
  if (!frame || all.length === 0) return;
  const left = frame.getBoundingClientRect().left;
  const places = all.map((column) => column.getBoundingClientRect().left - left);
  const shown = places.findIndex((place) => place > -8);
  const target = all[Math.min(all.length - 1, Math.max(0, (shown < 0 ? all.length - 1 : shown) + step))];
  target.scrollIntoView({ block: "nearest", inline: "start" });
  history.replaceState(null, "", `#${target.id}`);
};

const actions = {
  j: () => (kind === "question" ? follow(link("next")) : select(1)),
  k: () => (kind === "question" ? follow(link("prev")) : select(-1)),
  Enter: () => current >= 0 && rows()[current]?.querySelector("a")?.click(),
  ArrowRight: () => (kind === "question" ? move(1) : follow(link("next"))),
  ArrowLeft: () => (kind === "question" ? move(-1) : follow(link("prev"))),
  "/": () => {
    const field = document.querySelector('input[type="search"]');
    if (field) field.select();
    else follow(link("up"));
  },
  u: () => follow(link("up")),
  b: () => {
    const address = document.getElementById("live")?.dataset.browse;
    if (address) location.href = address;
  },
  o: () => follow(document.querySelector("a.brand")),
  "?": () => document.getElementById("help")?.showModal(),
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const isTyping = event.target.closest?.("input, select, textarea");
  if (event.key === "Escape" && isTyping) event.target.blur();
  if (isTyping || document.getElementById("help")?.open) return;
  // A link that has the focus follows Enter by itself.
  if (event.key === "Enter" && event.target.closest?.("a, button, summary")) return;
  const action = actions[event.key];
  if (!action) return;
  event.preventDefault();
  action();
});

// A group of answers that was opened can be linked to.
document.addEventListener(
  "toggle",
  (event) => {
    const part = event.target;
    if (part.matches?.("details.group[id]") && part.open && part.dataset.touched) {
      history.replaceState(null, "", `#${part.id}`);
    }
  },
  true,
);
document.addEventListener("click", (event) => {
  const group = event.target.closest?.("summary")?.parentElement;
  if (group?.matches("details.group")) group.dataset.touched = "yes";
});
const target = location.hash.length > 1 ? document.getElementById(location.hash.slice(1)) : null;
if (target instanceof HTMLDetailsElement) target.open = true;

// A changed filter shows at once; the button stays for those without scripts.
const filters = document.querySelector("form.filters");
if (filters) {
  for (const field of filters.querySelectorAll("select")) field.addEventListener("change", () => filters.requestSubmit());
  filters.addEventListener("submit", () => {
    for (const field of filters.elements) if (field.name && field.value === "") field.disabled = true;
  });
  window.addEventListener("pageshow", () => {
    for (const field of filters.elements) field.disabled = false;
  });
}
