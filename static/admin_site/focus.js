// Focuses the first field of a new object, unless select2 replaces it or another field already has the focus, which Django's own
// script takes away. Loaded last: when it runs, one language is shown.
document.addEventListener("DOMContentLoaded", () => {
  const fields = [...document.querySelectorAll("#content-main form :is(input, select, textarea)")];
  const first = fields.find((field) => field.offsetParent);
  if (first && !first.matches(".admin-autocomplete") && document.activeElement === document.body) first.focus();
});
