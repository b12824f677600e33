// Brings the islands of a page to life. The build replaces the two paths by hashed ones.
//
// The walk is that of leptos 0.8 (hydration/island_script.js), which pages cannot use: it is an inline
// script, and it knows nothing of hashed names. An island comes before those inside it, and children that
// the server rendered run under the owner that their island left on its <leptos-children> element.

const owners = [];

async function walk(element, app) {
  const island = element.localName === "leptos-island";
  const children = element.localName === "leptos-children";
  if (island) await hydrate(element, app);
  if (children) owners.push(element.$$on_hydrate);
  for (const child of element.children) await walk(child, app);
  if (children) owners.pop();
}

async function hydrate(element, app) {
  const start = app[element.dataset.component];
  if (!start) {
    console.warn(`No island ${element.dataset.component} in this build.`);
    return;
  }
  owners.at(-1)?.();
  await start(element);
}

async function boot() {
  const wasm = fetch(new URL("./app.wasm", import.meta.url));
  const app = await import("./app.js");
  await app.default({ module_or_path: wasm });
  app.hydrate();
  await walk(document.body, app);
  document.documentElement.dataset.live = "";
}

// A page without islands needs none of it.
if (document.querySelector("leptos-island")) boot();
