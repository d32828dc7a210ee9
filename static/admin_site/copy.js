// Buttons that copy the address in a form. They stay hidden where the browser cannot, as over plain http.
document.addEventListener("DOMContentLoaded", () => {
  for (const button of navigator.clipboard ? document.querySelectorAll("[data-copies]") : []) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.closest("form").querySelector("input[readonly]").value);
      button.nextElementSibling.textContent = button.dataset.done;
    });
  }
});
