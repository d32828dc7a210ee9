// On a wide screen: the page beside the form, as readers on a phone would see it, made again when the writer pauses.
document.addEventListener("DOMContentLoaded", () => {
  const aside = document.querySelector(".live"), switcher = document.querySelector(".language-switch");
  if (!aside) return;
  const form = aside.closest("form"), frame = aside.querySelector("iframe");
  const [toggle] = aside.querySelectorAll("button"), told = aside.querySelector("[role=status]");
  const language = () => switcher?.querySelector("[aria-pressed=true]")?.dataset.language ?? "sv";
  let pause, latest = 0;

  const render = async () => {
    const number = ++latest, body = new FormData(form);
    for (const [name] of [...body].filter(([, value]) => value instanceof File)) body.delete(name);
    body.append("_live", language());
    const answer = await fetch(new URL(form.action).pathname, { method: "POST", body, redirect: "manual" }).catch(() => null);
    const said = answer?.headers.get("Content-Type") === "application/json" ? await answer.json() : { problem: aside.dataset.failed };
    if (number !== latest) return; // there is a newer one
    told.textContent = said.problem ?? "";
    if (said.url) frame.contentWindow.location.replace(said.url); // nothing to go back to
  };
  const isOpen = () => aside.classList.contains("open");
  const later = () => {
    clearTimeout(pause);
    if (isOpen()) pause = setTimeout(render, 1000);
  };
  const show = (open) => {
    aside.classList.toggle("open", open);
    form.parentElement.classList.toggle("has-live", open);
    toggle.setAttribute("aria-expanded", open);
    localStorage.setItem("live-preview", open ? "1" : "");
    if (open) render();
  };

  aside.hidden = false;
  toggle.addEventListener("click", () => show(!isOpen()));
  for (const type of ["input", "change"]) form.addEventListener(type, later);
  switcher?.addEventListener("click", later);
  if (localStorage.getItem("live-preview") && matchMedia("(min-width: 1500px)").matches) show(true);
});
