// A new object begins in its first field, but for one that select2 hides behind its own. Nothing is taken from somebody who has
// begun to type, as Django's own script does. Loaded last: when it runs, one language is shown.
document.addEventListener("DOMContentLoaded", () => {
  const fields = [...document.querySelectorAll("#content-main form :is(input, select, textarea)")];
  const first = fields.find((field) => field.offsetParent);
  if (first && !first.matches(".admin-autocomplete") && document.activeElement === document.body) first.focus();
});
