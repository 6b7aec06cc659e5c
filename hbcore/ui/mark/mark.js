// Marks the page with the language it now speaks: screen readers and fonts go by `<html lang>`. For another theme the page is
// loaded again. Speaks the component protocol itself: ready, render (with the language, and whether to load again).

function tell(message) {
  window.parent.postMessage({ isStreamlitMessage: true, ...message }, window.location.origin);
}

window.addEventListener("message", (event) => {
  const ours = event.source === window.parent && event.origin === window.location.origin;
  if (ours && event.data.type === "streamlit:render") {
    window.parent.document.documentElement.lang = event.data.args.language;
    if (event.data.args.again) {
      window.parent.location.reload();
    }
  }
});

window.addEventListener("load", () => {
  tell({ type: "streamlit:componentReady", apiVersion: 1 });
  tell({ type: "streamlit:setFrameHeight", height: 0 });
});
