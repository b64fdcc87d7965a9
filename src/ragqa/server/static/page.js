// What makes reading easier; without it every link and form works as it stands.
"use strict";
(() => {
  const panel = document.createElement("dialog");
  panel.className = "panel";
  panel.setAttribute("aria-labelledby", "source-title");
  let opener = null;

  const close = () => {
    if (!panel.open) return;
    panel.close();
    opener?.removeAttribute("aria-expanded");
    opener?.focus({ preventScroll: true });
    opener = null;
  };

  const open = async (link) => {
    const response = await fetch(`${link.href}&part=1`);
    if (!response.ok) {
      location.assign(link.href);
      return;
    }
    const found = new DOMParser().parseFromString(await response.text(), "text/html");
    const button = document.createElement("button");
    button.className = "close";
    button.textContent = "Close";
    button.addEventListener("click", close);
    const bar = document.createElement("div");
    bar.className = "bar";
    bar.append(found.querySelector(".source-facts") ?? "", button);
    panel.replaceChildren(bar, ...found.body.childNodes);
    document.body.append(panel);
    opener?.removeAttribute("aria-expanded");
    opener = link;
    link.setAttribute("aria-expanded", "true");
    if (!panel.open) panel.show();
    const hidden = link.getBoundingClientRect().bottom + 32 - panel.getBoundingClientRect().top;
    if (panel.offsetWidth === document.documentElement.clientWidth && hidden > 0) scrollBy({ top: hidden, behavior: "instant" });
    panel.scrollTop = 0;
    const mark = panel.querySelector("mark");
    if (mark && mark.offsetTop > panel.clientHeight * 0.7) panel.scrollTop = mark.offsetTop - panel.clientHeight * 0.3;
    button.focus({ preventScroll: true });
  };

  document.addEventListener("click", (event) => {
    const link = event.target.closest?.(".cites a");
    if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
    event.preventDefault();
    open(link).catch(() => location.assign(link.href));
  });

  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.target.matches?.("#question")) {
      event.preventDefault();
      event.target.form.requestSubmit();
    }
  });

  const menus = document.querySelectorAll(".tools details");
  const fold = (kept) => {
    for (const menu of menus) if (menu !== kept) menu.open = false;
  };
  document.addEventListener("click", (event) => fold(event.target.closest(".tools summary")?.parentElement));
  document.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest?.(".tools details[open]");
    if (!menu) return;
    fold();
    menu.querySelector("summary").focus();
  });

  if (new URLSearchParams(location.search).has("done")) history.replaceState(null, "", location.pathname + location.hash);

  for (const button of document.querySelectorAll("[data-copy], [data-print]")) button.hidden = false;
  const say = (text) => {
    document.querySelector(".said").textContent = text;
  };
  document.querySelector("[data-copy]")?.addEventListener("click", async (event) => {
    const response = await fetch(event.target.dataset.copy);
    try {
      await navigator.clipboard.writeText(await response.text());
      say("Copied.");
    } catch {
      say("The browser does not allow copying here; download it instead.");
    }
  });
  document.querySelector("[data-print]")?.addEventListener("click", () => print());

  document.addEventListener("submit", (event) => {
    event.target.setAttribute("aria-busy", "true");
    const pressed = event.submitter ?? event.target.querySelector(".primary");
    if (pressed?.matches(".question-form .primary")) {
      pressed.dataset.says = pressed.textContent;
      pressed.textContent = "Reading the sources…";
    }
  });
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[aria-busy]")) form.removeAttribute("aria-busy");
    for (const button of document.querySelectorAll("[data-says]")) button.textContent = button.dataset.says;
  });
})();
