// Shows one language of a form at a time. Without this file all of them are shown, one under the other.
document.addEventListener("DOMContentLoaded", () => {
  // What stands beside the text is open where there is room for it.
  if (matchMedia("(min-width: 768px)").matches) for (const folded of document.querySelectorAll(".panel details")) folded.open = true;
  const bar = document.querySelector(".language-switch");
  const inputs = () => [...document.querySelectorAll("[class*=mt-field-]")];
  if (!bar || !inputs().length) return;

  const buttons = [...bar.querySelectorAll("button")];
  const languageOf = (input) => input.className.match(/mt-field-\S+-([a-z]{2})(\s|$)/)?.[1];
  const rowOf = (input) => input.closest(".form-row") ?? input.closest("td");
  // The chosen language outlives a save, for as long as the tab is open.
  let current = sessionStorage.getItem("form-language") ?? "sv";

  // A field without its language is the same field in all of them: id_name_en and id_name_sv.
  const swedish = (input) => document.getElementById(input.id.replace(/_[a-z]{2}$/, "_sv"));
  // A proper name may be the same in all of them.
  const isMissing = (i, code) => languageOf(i) === code && !i.id.includes("__prefix__") && i.id !== bar.dataset.name + code
    && !i.value.trim() && swedish(i)?.value.trim();
  const missing = (code) => inputs().filter((i) => isMissing(i, code)).length;

  const refresh = () => {
    for (const input of inputs()) rowOf(input).hidden = languageOf(input) !== current;
    for (const button of buttons) {
      const count = missing(button.dataset.language);
      button.setAttribute("aria-pressed", button.dataset.language === current);
      button.dataset.missing = count ? `${count} ${bar.dataset.missing}` : "";
    }
  };
  const show = (code) => {
    current = code;
    sessionStorage.setItem("form-language", code);
    refresh();
  };

  bar.hidden = false;
  bar.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (button) show(button.dataset.language);
  });
  // A link in the list of errors leads to an input: shown in its language, and in an editor to its text.
  document.querySelector(".error-list")?.addEventListener("click", (event) => {
    const input = event.target.hash && document.querySelector(event.target.hash);
    if (!input) return;
    event.preventDefault();
    if (languageOf(input)) show(languageOf(input));
    input.closest("details")?.setAttribute("open", "");
    const field = rowOf(input)?.querySelector(".ProseMirror") ?? input;
    field.focus();
    field.scrollIntoView({ block: "center" });
  });
  document.addEventListener("formset:added", refresh);
  document.addEventListener("change", refresh);

  // After a refused save, show the language of the first fault.
  const faulty = inputs().find((input) => rowOf(input).classList.contains("errors"));
  show(faulty ? languageOf(faulty) : current);
});
