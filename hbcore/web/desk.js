// Runs before the page draws anything, and stays: the account's theme, our style, and the keys that buttons of the page cannot have.

(() => {
  // Streamlit keeps its choice of theme by address, in words of its own.
  const words = { light: "Light", dark: "Dark" };
  const place = `stActiveTheme-${window.location.pathname}-v2`;
  const chosen = words[document.currentScript.dataset.theme];
  try {
    if (chosen) {
      window.localStorage.setItem(place, JSON.stringify(chosen));
    } else {
      window.localStorage.removeItem(place); // as the machine, and for strangers
    }
  } catch {
    // A browser that keeps nothing shows the machine's theme.
  }

  // In the body, so that it comes after Streamlit's own styles, which land in the head.
  const style = Object.assign(document.createElement("link"), { rel: "stylesheet", href: "./desk.css" });
  document.addEventListener("DOMContentLoaded", () => document.body.append(style));

  // What takes the place of tables begins where the page does, wherever in them it was opened.
  let stood = false;
  new MutationObserver(() => {
    const stands = document.querySelector(".st-key-in-place") !== null;
    if (stands && !stood) {
      document.querySelector('[data-testid="stMain"]')?.scrollTo(0, 0);
    }
    stood = stands;
  }).observe(document.documentElement, { childList: true, subtree: true });

  const typing = (target) => target.isContentEditable || ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || typing(event.target)) {
      return;
    }
    const found = { "/": ".st-key-find input", "?": ".st-key-keys button" }[event.key];
    const wanted = found && document.querySelector(found);
    if (wanted) {
      event.preventDefault();
      event.key === "/" ? wanted.focus() : wanted.click();
    }
  });
})();
