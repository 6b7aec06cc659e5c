// The public pages work without this. With it a form goes once.

document.querySelectorAll("[data-scripted]").forEach((one) => (one.hidden = false));
document.querySelectorAll("input[name=script]").forEach((one) => (one.value = "1")); // this page asks again by itself

document.querySelector("[data-print]")?.addEventListener("click", () => window.print());
document.querySelector("[data-copy]")?.addEventListener("click", async ({ currentTarget: pressed }) => {
  try {
    await navigator.clipboard.writeText(pressed.dataset.copy);
    pressed.textContent = pressed.dataset.copied;
  } catch {
    // Both stand on the page, to be written down.
  }
});

for (const form of document.querySelectorAll("form[data-once]")) {
  form.addEventListener("submit", (event) => {
    if (event.submitter?.hasAttribute("data-light")) {
      return;
    }
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    form.querySelectorAll("[data-sending]").forEach((one) => (one.hidden = false));
  });
}

// Coming back by the back button the page is as it was left: it may be sent again.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-once]")) {
    delete form.dataset.sent;
    form.querySelectorAll("[data-sending]").forEach((one) => (one.hidden = true));
  }
});

document.getElementById("summary")?.focus();

// A small sum, solved while somebody types: it keeps machines from flooding the form, and leaves whoever solves it more room.
const solve = async (challenge) => {
  for (let number = 0; ; number += 1) {
    const proof = `${challenge}:${number}`;
    const hash = new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(proof)));
    if (hash[0] === 0 && hash[1] === 0) {
      return proof;
    }
  }
};

const proof = document.querySelector("input[data-challenge]");
if (proof && window.crypto?.subtle) {
  proof.form.addEventListener("input", async () => (proof.value = await solve(proof.dataset.challenge)), { once: true });
}

// The QR code of a receipt carries its number behind the #, which no server sees.
const receipt = document.querySelector("input#receipt");
if (receipt && !receipt.value && /^#A[0-9-]{10,16}$/.test(window.location.hash)) {
  receipt.value = window.location.hash.slice(1);
}

// A code that is shown is drawn anew by itself, with the time, as long as somebody looks at the page.
const refresh = async () => {
  const form = document.querySelector("form[data-refresh]");
  if (!form || document.hidden) {
    return;
  }
  try {
    const body = new URLSearchParams(new FormData(form));
    body.set("do", "look");
    const answer = await fetch(form.action, { method: "POST", body });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const live = page.querySelector("[data-live]");
    live ? document.querySelector("[data-live]").replaceWith(live) : form.submit();
  } catch {
    // No connection: the time on the page says how old it is.
  }
};

const every = Number(document.querySelector("form[data-refresh]")?.dataset.refresh);
if (every) {
  window.setInterval(refresh, every * 1000);
  document.addEventListener("visibilitychange", refresh);
}
