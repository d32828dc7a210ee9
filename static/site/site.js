// Everything works without this file. It adds a button: the device's own sharing where it has one, else to copy the link.
document.querySelectorAll("[data-share]").forEach((button) => {
  const { share, shareLabel, done } = button.dataset;
  const status = button.closest("section").querySelector("[role=status]");
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
