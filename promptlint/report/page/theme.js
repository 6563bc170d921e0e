// The switch between the system's theme, light and dark; the choice is kept where the browser keeps anything for files.
const THEME = "promptlint-theme";

function stored(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null;
  }
}

function store(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // A page opened from a file may keep nothing: the choice holds until it is closed.
  }
}

function setTheme(name) {
  document.documentElement.dataset.theme = name;
  for (const button of document.querySelectorAll("button[data-theme]"))
    button.setAttribute("aria-pressed", String(button.dataset.theme === name));
}

function startTheme() {
  const known = stored(THEME);
  setTheme(["light", "dark"].includes(known) ? known : "auto");
  document.querySelector(".theme").hidden = false;
  for (const button of document.querySelectorAll("button[data-theme]"))
    button.addEventListener("click", () => {
      setTheme(button.dataset.theme);
      store(THEME, button.dataset.theme);
    });
}

