// Forms: a warning before typed text is lost, Ctrl+S, who else has the form open, a preview of a chosen picture.
document.addEventListener("DOMContentLoaded", () => {
  const seen = document.querySelector("input[name=_seen]");
  if (!seen) return;
  const form = seen.form;

  let changed = "unsaved" in seen.dataset; // since it was stored
  let typed = changed; // since the draft was kept
  const change = () => { changed = typed = true; };
  form.addEventListener("input", change);
  form.addEventListener("change", change);
  form.addEventListener("submit", () => { changed = false; });
  window.addEventListener("beforeunload", (event) => {
    if (changed) event.preventDefault();
  });

  const save = form.querySelector("input[type=submit].default");
  if (save) save.title = "Ctrl+S";
  document.addEventListener("keydown", (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "s" && save) {
      event.preventDefault();
      save.click();
    }
  });

  // Enter in a menu's field presses the menu's button, and not the form's first.
  for (const menu of form.querySelectorAll(".more")) {
    menu.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || !event.target.matches("input:not([type=submit])")) return;
      event.preventDefault();
      menu.querySelector("button").click();
    });
  }

  // Browsers scroll to the caret of a text field, and its focus ring stays below the window.
  form.addEventListener("focusin", ({ target }) => {
    if (target.matches("textarea, .ProseMirror")) target.scrollIntoView({ block: "nearest" });
  });

  // Every 20 seconds what was typed is kept as a draft, but for pictures, until there is a newer draft of someone else.
  const status = document.querySelector(".notice.autosave");
  const tell = (text) => { status.hidden = !text; if (status.textContent !== text) status.textContent = text; };
  const keep = async () => {
    if (!typed) return;
    typed = false;
    const body = new FormData(form);
    const pictures = [...body].filter(([, value]) => value instanceof File);
    for (const [name] of pictures) body.delete(name);
    body.append("_autosave", "1");
    const answer = await fetch(new URL(form.action).pathname, { method: "POST", body, redirect: "manual" }).catch(() => null);
    const said = answer?.headers.get("Content-Type") === "application/json" ? await answer.json() : null;
    typed ||= !said;
    if (!said) return tell(answer && answer.status < 500 ? status.dataset.gone : status.dataset.lost);
    tell(said.problem ?? "");
    if (said.problem) return clearInterval(keeping);
    form.querySelector("[name=_draft_seen]").value = said.draft;
    form.querySelectorAll(".autosaved").forEach((each) => { each.textContent = said.saved; });
    changed = typed || pictures.some(([, file]) => file.size);
  };
  const keeping = status && setInterval(keep, 20_000);

  const others = document.querySelector("[data-here]");
  const look = async () => {
    const { here, model, object, text, gone } = others.dataset;
    const token = form.querySelector("[name=csrfmiddlewaretoken]").value;
    const body = new URLSearchParams({ model, object_id: object, csrfmiddlewaretoken: token });
    const answer = await fetch(here, { method: "POST", body, redirect: "manual" }).catch(() => null);
    if (!answer) return;
    const names = answer.ok ? (await answer.json()).others : [];
    const said = answer.ok ? names.length && `${names.join(", ")} ${text}` : gone;
    others.hidden = !said;
    if (said && others.textContent !== said) others.textContent = said;
  };
  if (others) setInterval(look, 30_000);

  // Parts that are stored are rows of one line, which open.
  form.querySelectorAll(".inline-related.has_original:not(:has(.errorlist))").forEach((row) => {
    const fields = row.querySelectorAll(":scope > fieldset"), label = row.querySelector(".inline_label");
    const toggle = document.createElement("button");
    toggle.type = "button";
    toggle.className = "fold";
    toggle.append(row.querySelector("h3 > b"), " ", ...[...label.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE));
    label.before(toggle);
    const fold = (closed) => {
      fields.forEach((each) => { each.hidden = closed; });
      toggle.setAttribute("aria-expanded", !closed);
    };
    toggle.addEventListener("click", () => fold(!fields[0].hidden));
    fold(true);
  });

  // What is wrong with a picture, told before it is sent: which message of its input (publishing/images.py).
  const wrong = ({ name, size, type }, { accept, dataset }) => {
    if (/\.hei[cf]$/i.test(name)) return dataset.heic;
    if (!accept.split(",").includes(type)) return dataset.format;
    return size > dataset.most ? dataset.bytes : "";
  };
  form.addEventListener("change", ({ target }) => {
    if (target.type !== "file") return;
    target.parentElement.querySelectorAll(".picture-chosen, .picture-wrong").forEach((each) => each.remove());
    if (!target.files.length) return;
    const problem = wrong(target.files[0], target);
    if (problem) {
      const told = document.createElement("p");
      told.className = "picture-wrong errornote";
      told.setAttribute("role", "alert");
      told.textContent = problem;
      target.value = "";
      return target.after(told);
    }
    // As a card shows it, and round as on small cards.
    const shown = document.createElement("div");
    shown.className = "picture-chosen";
    for (const shape of ["wide", "square"]) {
      const image = document.createElement("img");
      image.className = shape;
      image.alt = "";
      image.src = URL.createObjectURL(target.files[0]);
      image.addEventListener("error", () => shown.remove());
      shown.append(image);
    }
    target.after(shown);
  });
});
