// Writes campaign/web/static/vendor: what browsers load, the licences, and a list with checksums.
import { createHash } from "node:crypto";
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { compile } from "sass";

const into = new URL("../campaign/web/static/vendor/", import.meta.url);
const from = (path) => new URL(`node_modules/${path}`, import.meta.url);
const version = (name) => JSON.parse(readFileSync(from(`${name}/package.json`))).version;

mkdirSync(into, { recursive: true });
const css = compile(new URL("desk.scss", import.meta.url).pathname, {
  style: "compressed",
  loadPaths: [new URL("node_modules", import.meta.url).pathname],
  quietDeps: true,
});
writeFileSync(new URL("govuk.css", into), css.css);
const plain = readFileSync(from("govuk-frontend/dist/govuk/govuk-frontend.min.js"), "utf-8");
writeFileSync(new URL("govuk-frontend.min.js", into), plain.replace(/\n?\/\/# sourceMappingURL.*\n?/, "\n"));
copyFileSync(from("htmx.org/dist/htmx.min.js"), new URL("htmx.min.js", into));
copyFileSync(from("htmx.org/LICENSE"), new URL("htmx-LICENSE.txt", into));
copyFileSync(new URL("govuk-frontend-LICENSE.txt", import.meta.url), new URL("govuk-frontend-LICENSE.txt", into));

const parts = [
  ["govuk.css", "govuk-frontend", "MIT", "govuk-frontend-LICENSE.txt"],
  ["govuk-frontend.min.js", "govuk-frontend", "MIT", "govuk-frontend-LICENSE.txt"],
  ["htmx.min.js", "htmx.org", "0BSD", "htmx-LICENSE.txt"],
];
const listed = parts.map(([file, name, licence, text]) => {
  const sum = createHash("sha256").update(readFileSync(new URL(file, into))).digest("hex");
  return `[[file]]\nname = "${file}"\npackage = "${name}"\nversion = "${version(name)}"\nlicence = "${licence}"\nlicence_file = "${text}"\nsha256 = "${sum}"\n`;
});
writeFileSync(
  new URL("vendor.toml", into),
  `# Made by \`make vendor\`; tests recompute the sums.\n${listed.join("\n")}`,
);
