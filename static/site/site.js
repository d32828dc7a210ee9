// Everything works without this file. It adds the device's own sharing, or a button that copies the link.
document.querySelectorAll("[data-share]").forEach((button) => {
  const status = button.closest("section").querySelector("[role=status]");
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.share);
    status.textContent = button.dataset.done;
  });
});
