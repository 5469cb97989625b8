// Lets a post be dragged to another day of the week. It only leads to the form that moves a post,
// where what that changes is shown first; whoever drags nothing uses the form by itself.
const DAY = 24 * 60 * 60 * 1000;
let dragged = null;

const dayOf = (cell) => Date.parse(`${cell.dataset.day}T00:00:00Z`);
const cellOf = (event) => event.target.closest("td[data-day]");

for (const entry of document.querySelectorAll("[data-move]")) {
  entry.draggable = true;
  entry.classList.add("desk-entry--movable");
  entry.querySelector("a").draggable = false;
  entry.addEventListener("dragstart", (event) => {
    dragged = entry;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", entry.dataset.move);
  });
  entry.addEventListener("dragend", () => {
    dragged = null;
    document.querySelectorAll(".desk-grid__over").forEach((one) => one.classList.remove("desk-grid__over"));
  });
}
const movable = document.querySelector("[data-move]") !== null;
for (const told of document.querySelectorAll(".desk-drag")) told.hidden = !movable;

const table = document.querySelector(".desk-grid");
table?.addEventListener("dragover", (event) => {
  const cell = cellOf(event);
  document.querySelectorAll(".desk-grid__over").forEach((one) => one.classList.remove("desk-grid__over"));
  if (!dragged || !cell) return;
  event.preventDefault();
  cell.classList.add("desk-grid__over");
});
table?.addEventListener("drop", (event) => {
  const cell = cellOf(event);
  if (!dragged || !cell) return;
  event.preventDefault();
  const days = Math.round((dayOf(cell) - dayOf(dragged.closest("td[data-day]"))) / DAY);
  if (days !== 0) location.assign(`${dragged.dataset.move}?by=${days}`);
});
