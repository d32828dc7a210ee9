// Everything works without this file. It adds a button: the device's own sharing where it has one, else to copy the link.
document.querySelectorAll("[data-share]").forEach((button) => {
  const { share, shareLabel, done } = button.dataset;
  const status = button.closest("details").querySelector("[role=status]");
  if (navigator.share) button.textContent = shareLabel;
  else if (!navigator.clipboard) return; // not over plain http
  button.hidden = false;
  button.addEventListener("click", async () => {
    if (navigator.share) {
      await navigator.share({ title: document.title, url: share }).catch(() => {}); // closed without choosing
    } else {
      await navigator.clipboard.writeText(share);
      status.textContent = done;
    }
  });
});

// Escape closes the menu of languages; the other one is a popover.
document.addEventListener("keydown", ({ key }) => {
  const menu = key === "Escape" && document.querySelector(".languages[open]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});

// So does a click or a step out of them.
const languages = document.querySelector(".languages"), menu = document.querySelector("#menu");
for (const type of ["click", "focusin"]) {
  document.addEventListener(type, ({ target }) => { if (!languages.contains(target)) languages.open = false; });
}
menu.addEventListener("focusout", ({ relatedTarget }) => { if (relatedTarget && !menu.contains(relatedTarget)) menu.hidePopover?.(); });

// A line that offers the page in the reader's own language, where the browser prefers one of ours to that of the page. It comes
// before the first paint or not at all: nothing on the page moves.
const links = [...languages.querySelectorAll("[hreflang]")];
const wish = navigator.languages.map((tag) => links.find(({ hreflang }) => hreflang === tag.split("-")[0])).find(Boolean);
if (wish?.dataset.offer && !performance.getEntriesByName("first-paint").length) {
  const line = document.createElement("p"), link = wish.cloneNode();
  line.className = "language-note";
  link.className = "wrap";
  link.textContent = wish.dataset.offer;
  line.append(link);
  document.querySelector("main").prepend(line);
}

// The page that a form leads to, parsed but not run. Not by DOMParser, which Trusted Types stop.
const answerTo = (form, body) => new Promise((resolve, reject) => {
  const request = new XMLHttpRequest();
  request.open("POST", form.action);
  request.responseType = "document";
  request.onload = () => { request.status < 500 && request.response ? resolve(request.response) : reject(request); };
  request.onerror = reject;
  request.send(body);
});

// The question whether the page helped is answered in place: the heading, lead and content of the page that a form leads
// to are shown where the form was. What fails leaves the form as it is.
document.querySelectorAll(".feedback").forEach((section) => {
  const [heading, status, content] = section.children;
  // Tells apart readers who share an address, and one reader who clicks twice (feedback/throttling.py).
  const visit = crypto.getRandomValues(new Uint32Array(4)).join("");
  let button; // not SubmitEvent.submitter, which Safari has since 15.4; Enter clicks a button too
  heading.tabIndex = -1;
  section.addEventListener("click", ({ target }) => { button = target.closest("button") ?? button; });
  section.addEventListener("submit", async (event) => {
    event.preventDefault();
    const form = event.target;
    const body = new URLSearchParams(new FormData(form));
    body.append("visit", visit);
    if (button.name) body.append(button.name, button.value);
    const buttons = form.querySelectorAll("button");
    buttons.forEach((each) => { each.disabled = true; });
    try {
      const page = await answerTo(form, body);
      heading.textContent = page.querySelector("h1").textContent;
      status.replaceChildren(...page.querySelectorAll(".lead > *"));
      content.replaceChildren(...page.querySelectorAll(".prose > :not(.back)"));
      heading.focus();
    } catch {
      buttons.forEach((each) => { each.disabled = false; });
      status.textContent = section.dataset.failed;
      button.focus();
    }
  });
});

// How many more characters a comment may have, told when the writer pauses.
let pause;
document.addEventListener("input", ({ target }) => {
  const counter = target.maxLength > 0 && target.parentElement.querySelector("[data-left]");
  if (!counter) return;
  clearTimeout(pause);
  pause = setTimeout(() => { counter.textContent = `${counter.dataset.left} ${target.maxLength - target.value.length}`; }, 500);
});

// A page that the browser made ready while the reader pointed at its link (Speculation-Rules), more than a minute before
// it is shown, is fetched again.
const made = Date.now();
document.addEventListener("prerenderingchange", () => { if (Date.now() - made > 60000) location.reload(); });

// A page that was made ready is shown at once. The view transition (base.css) is for browsers that make none ready.
addEventListener("pageswap", ({ viewTransition }) => {
  if (!viewTransition || !HTMLScriptElement.supports?.("speculationrules")) return;
  viewTransition.ready.catch(() => {});
  viewTransition.skipTransition();
});
