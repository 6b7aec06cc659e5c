// Trades the sign-in ticket for the HttpOnly cookie, then opens the page that was asked for again.
// Speaks the component protocol itself: ready, render (with the ticket), value (when the trade failed).

let started = false;

function tell(message) {
  window.parent.postMessage({ isStreamlitMessage: true, ...message }, window.location.origin);
}

async function trade(ticket) {
  const answer = await fetch("/enter", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ ticket }),
  });
  if (answer.ok) {
    window.parent.location.reload();
  } else {
    tell({ type: "streamlit:setComponentValue", value: "failed", dataType: "json" });
  }
}

window.addEventListener("message", (event) => {
  const ours = event.source === window.parent && event.origin === window.location.origin;
  if (ours && event.data.type === "streamlit:render" && !started) {
    started = true;
    trade(event.data.args.ticket);
  }
});

window.addEventListener("load", () => {
  tell({ type: "streamlit:componentReady", apiVersion: 1 });
  tell({ type: "streamlit:setFrameHeight", height: 0 });
});
