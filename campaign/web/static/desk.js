// Starts the components of GOV.UK Frontend. Every page works without this.
import { initAll } from "./vendor/govuk-frontend.min.js";

document.body.classList.add("js-enabled", "govuk-frontend-supported");
initAll();
// What htmx swaps in may hold components, too.
document.body.addEventListener("htmx:after:swap", (event) => initAll({ scope: event.target }));
